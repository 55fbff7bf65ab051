// SPDX-License-Identifier: MIT
// DriverEntry takes one parameter, and nothing declares its type.

int
DriverEntry(
    void *DriverObject
    )       // #bad
{
    (void)DriverObject;
    return 0;
}

