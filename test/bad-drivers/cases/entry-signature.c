// SPDX-License-Identifier: MIT
// DriverEntry has other parameters than its type.
#include <ntddk.h>

NTSTATUS
DriverEntry(        // #bad
    _In_ PDRIVER_OBJECT DriverObject
    )
{
    UNREFERENCED_PARAMETER(DriverObject);
    return STATUS_SUCCESS;
}

