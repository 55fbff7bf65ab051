// SPDX-License-Identifier: MIT
// Waits for an event at DISPATCH_LEVEL.
#include "../common/probe.h"

static
VOID
Misbehave(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request
    )
{
    UNREFERENCED_PARAMETER(Request);

    KEVENT event;

    KeInitializeEvent(&event, NotificationEvent, FALSE);
    WdfSpinLockAcquire(Context->Lock);
    (VOID)KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);    // #bad
    WdfSpinLockRelease(Context->Lock);
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
