// SPDX-License-Identifier: MIT
// There is no DriverEntry.
#include <ntddk.h>

ULONG
SomethingElse(
    VOID
    )
{
    return 0;
}

