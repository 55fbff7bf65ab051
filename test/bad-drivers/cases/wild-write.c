// SPDX-License-Identifier: MIT
// Writes to an address where nothing is.
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

    volatile ULONG *pointer = (volatile ULONG *)0xDEADBEEF;

    *pointer = 1;       // #bad
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
