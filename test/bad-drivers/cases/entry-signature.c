// SPDX-License-Identifier: MIT
// DriverEntry has other parameters than its type.
#include <ntddk.h>

NTSTATUS
DriverEntry(
    _In_ PDRIVER_OBJECT DriverObject
    )       // #bad
{
    UNREFERENCED_PARAMETER(DriverObject);
    return STATUS_SUCCESS;
}

