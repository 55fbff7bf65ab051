// SPDX-License-Identifier: MIT
// DriverEntry takes one parameter, and nothing declares its type.

int
DriverEntry(        // #bad
    void *DriverObject
    )
{
    (void)DriverObject;
    return 0;
}

