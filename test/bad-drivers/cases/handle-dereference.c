// SPDX-License-Identifier: MIT
// Takes a handle for a pointer.
#include "../common/probe.h"

static
VOID
Misbehave(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request
    )
{
    UNREFERENCED_PARAMETER(Context);

    volatile ULONG *pointer = (volatile ULONG *)Request;

    *pointer = 1;       // #bad
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
