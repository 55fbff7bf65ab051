// SPDX-License-Identifier: MIT
// Completes a request that is completed again.
#include "../common/probe.h"

static
VOID
Misbehave(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request
    )
{
    UNREFERENCED_PARAMETER(Context);

    WdfRequestComplete(Request, STATUS_UNSUCCESSFUL);
    WdfRequestComplete(Request, STATUS_SUCCESS);    // #bad
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
