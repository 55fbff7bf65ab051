// SPDX-License-Identifier: MIT
// Calls a function through a pointer of another type.
#include "../common/probe.h"

static
ULONG
Callee(
    _In_ ULONG Value
    )
{
    return Value;
}

static
VOID
Misbehave(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request
    )
{
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Request);

    VOID (* volatile routine)(ULONGLONG) = (VOID (*)(ULONGLONG))Callee;

    routine(1);     // #bad
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
