// SPDX-License-Identifier: MIT
// Acquires a spin lock that it holds.
#include "../common/probe.h"

static
VOID
Misbehave(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request
    )
{
    UNREFERENCED_PARAMETER(Request);

    WdfSpinLockAcquire(Context->Lock);
    WdfSpinLockAcquire(Context->Lock);      // #bad
    WdfSpinLockRelease(Context->Lock);
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
