// SPDX-License-Identifier: MIT
// A semicolon is missing.
#include <ntddk.h>

static
ULONG
Misbehave(
    VOID
    )
{
    ULONG value = 1     // #bad
    return value;
}

