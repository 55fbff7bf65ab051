// SPDX-License-Identifier: MIT
// Divides by zero.
#include "../common/probe.h"

static
VOID
Misbehave(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request
    )
{
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Request);

    volatile ULONG divisor = 0;
    volatile ULONG quotient;

    quotient = 100 / divisor;       // #bad
    UNREFERENCED_PARAMETER(quotient);
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
