// SPDX-License-Identifier: MIT
/*++

Module Name:

    Driver.c

Abstract:

    Driver entry.

Environment:

    Kernel mode

--*/

#include <initguid.h>
#include "Sgdx.h"

#ifdef ALLOC_PRAGMA
#pragma alloc_text (INIT, DriverEntry)
#endif

NTSTATUS
DriverEntry(
    _In_ PDRIVER_OBJECT DriverObject,
    _In_ PUNICODE_STRING RegistryPath
    )
{
    WDF_DRIVER_CONFIG config;
    NTSTATUS status;

    WDF_DRIVER_CONFIG_INIT(&config, SgdxEvtDeviceAdd);
    config.DriverPoolTag = SGDX_POOL_TAG;

    status = WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config, WDF_NO_HANDLE);
    if (!NT_SUCCESS(status)) {
        SgdxTraceError("WdfDriverCreate failed 0x%08X\n", status);
    }
    return status;
}
