// SPDX-License-Identifier: MIT
/*++

Module Name:

    Driver.c

Abstract:

    Driver entry and unload.

Environment:

    Kernel mode

--*/

#include <initguid.h>
#include "Edu.h"

#ifdef ALLOC_PRAGMA
#pragma alloc_text (INIT, DriverEntry)
#pragma alloc_text (PAGE, EduEvtDriverUnload)
#endif

NTSTATUS
DriverEntry(
    _In_ PDRIVER_OBJECT DriverObject,
    _In_ PUNICODE_STRING RegistryPath
    )
{
    WDF_DRIVER_CONFIG config;
    NTSTATUS status;

    EduTraceInfo("DriverEntry for %wZ\n", RegistryPath);

    WDF_DRIVER_CONFIG_INIT(&config, EduEvtDeviceAdd);
    config.EvtDriverUnload = EduEvtDriverUnload;
    config.DriverPoolTag = EDU_POOL_TAG;

    status = WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config, WDF_NO_HANDLE);
    if (!NT_SUCCESS(status)) {
        EduTraceError("WdfDriverCreate failed 0x%08X\n", status);
    }
    return status;
}

VOID
EduEvtDriverUnload(
    _In_ WDFDRIVER Driver
    )
{
    UNREFERENCED_PARAMETER(Driver);
    PAGED_CODE();
    EduTraceInfo("unloaded\n");
}
