// SPDX-License-Identifier: MIT
// Recursion without end.
#include "../common/probe.h"

static
ULONG
Descend(
    _In_ ULONG Depth
    )
{
    volatile ULONG room[64];

    room[0] = Depth;
    return Descend(Depth + 1) + room[0];    // #bad
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

    (VOID)Descend(1);
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
