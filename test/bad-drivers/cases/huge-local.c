// SPDX-License-Identifier: MIT
// A local array that does not fit on a kernel stack.
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

    volatile UCHAR buffer[1024 * 1024];

    buffer[0] = 1;
    buffer[sizeof(buffer) - 1] = buffer[0];
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
