// SPDX-License-Identifier: MIT
// Calls a function that is declared and not emulated.
#include "../common/probe.h"
#include <wdfusb.h>

static
VOID
Misbehave(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request
    )
{
    UNREFERENCED_PARAMETER(Request);

    (VOID)WdfUsbTargetDeviceIsConnectedSynchronous((WDFUSBDEVICE)Context->Device);      // #bad
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
