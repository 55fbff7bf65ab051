// SPDX-License-Identifier: MIT
/*++

Module Name:

    Factorial.c

Abstract:

    IOCTL_EDU_FACTORIAL: the device computes, then interrupts.

Environment:

    Kernel mode

--*/

#include "Edu.h"

VOID
EduFactorialStart(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ WDFREQUEST Request
    )
{
    PULONG input;
    PVOID output;
    NTSTATUS status;

    status = WdfRequestRetrieveInputBuffer(Request, sizeof(ULONG), (PVOID *)&input, NULL);
    if (NT_SUCCESS(status)) {
        // Checked now, so that the DPC cannot fail for a reason known before.
        status = WdfRequestRetrieveOutputBuffer(Request, sizeof(ULONG), &output, NULL);
    }
    if (NT_SUCCESS(status)) {
        status = EduRequestOwn(DeviceContext, Request);
    }
    if (!NT_SUCCESS(status)) {
        WdfRequestComplete(Request, status);
        return;
    }

    WdfSpinLockAcquire(DeviceContext->Lock);
    status = EduOperationBegin(DeviceContext, EduOperationFactorial);
    if (NT_SUCCESS(status)) {
        EduWriteRegister(DeviceContext, EDU_REG_STATUS, EDU_STATUS_RAISE_INTERRUPT);
        EduWriteRegister(DeviceContext, EDU_REG_FACTORIAL, *input);     // #factorial
    }
    WdfSpinLockRelease(DeviceContext->Lock);

    if (!NT_SUCCESS(status)) {
        EduRequestFinish(DeviceContext, status, 0);
    }
}

VOID
EduFactorialDone(
    _In_ PDEVICE_CONTEXT DeviceContext
    )
{
    PULONG output;
    NTSTATUS status;

    if (!EduOperationClaimEnded(DeviceContext, EduOperationFactorial)) {
        return;
    }

    if (DeviceContext->CancelCallbackRan) {
        EduRequestFinish(DeviceContext, STATUS_CANCELLED, 0);
        return;
    }

    status = WdfRequestRetrieveOutputBuffer(DeviceContext->Request, sizeof(ULONG), (PVOID *)&output, NULL);
    if (!NT_SUCCESS(status)) {
        EduRequestFinish(DeviceContext, status, 0);
        return;
    }

    *output = EduReadRegister(DeviceContext, EDU_REG_FACTORIAL);
    EduRequestFinish(DeviceContext, STATUS_SUCCESS, sizeof(ULONG));
}
