// SPDX-License-Identifier: MIT
// Completes the request while its transaction is in flight.
#include "../common/probe.h"

static
VOID
Misbehave(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request
    )
{
    ProbeStartDma(Context, Request, WdfDmaDirectionReadFromDevice);
    WdfRequestComplete(Request, STATUS_SUCCESS);    // #bad
}

#define AT_READ(context, request) Misbehave(context, request); return
#include "../common/probe-driver.h"
