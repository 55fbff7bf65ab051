// SPDX-License-Identifier: MIT
// An endless loop at PASSIVE_LEVEL.
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

    volatile BOOLEAN done = FALSE;

    while (!done) {     // #bad
    }
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
