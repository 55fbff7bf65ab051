/* SPDX-License-Identifier: MIT */
/* Companion targets: a process that works for a driver. Not emulated: a call stops in the debugger. Include wdf.h, not this file. */
#ifndef _WDFCOMPANIONTARGET_H_
#define _WDFCOMPANIONTARGET_H_

#include <wdfmemory.h>

WDF_EXTERN_C_START

typedef enum _WDF_TASK_SEND_OPTIONS_FLAGS { WDF_TASK_SEND_OPTION_TIMEOUT = 0x00000001, WDF_TASK_SEND_OPTION_SYNCHRONOUS = 0x00000002 } WDF_TASK_SEND_OPTIONS_FLAGS;

typedef struct _WDF_TASK_SEND_OPTIONS {
    ULONG Size;
    ULONG Flags;
    LONGLONG Timeout;
} WDF_TASK_SEND_OPTIONS, *PWDF_TASK_SEND_OPTIONS;

FORCEINLINE VOID WDF_TASK_SEND_OPTIONS_INIT(PWDF_TASK_SEND_OPTIONS Options, ULONG Flags)
{
    RtlZeroMemory(Options, sizeof(WDF_TASK_SEND_OPTIONS));
    Options->Size = sizeof(WDF_TASK_SEND_OPTIONS);
    Options->Flags = Flags;
}

FORCEINLINE VOID WDF_TASK_SEND_OPTIONS_SET_TIMEOUT(PWDF_TASK_SEND_OPTIONS Options, LONGLONG Timeout)
{
    Options->Flags |= WDF_TASK_SEND_OPTION_TIMEOUT;
    Options->Timeout = Timeout;
}

NTSTATUS WdfCompanionTargetSendTaskSynchronously(WDFCOMPANIONTARGET CompanionTarget, USHORT TaskQueueIdentifier, ULONG TaskOperationCode, PWDF_MEMORY_DESCRIPTOR InputBuffer, PWDF_MEMORY_DESCRIPTOR OutputBuffer, PWDF_TASK_SEND_OPTIONS TaskOptions, PULONG_PTR BytesReturned);
PEPROCESS WdfCompanionTargetWdmGetCompanionProcess(WDFCOMPANIONTARGET CompanionTarget);

WDF_EXTERN_C_END

#endif
