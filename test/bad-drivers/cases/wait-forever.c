// SPDX-License-Identifier: MIT
// Waits for an event that nobody sets.
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

    KEVENT event;

    KeInitializeEvent(&event, NotificationEvent, FALSE);
    (VOID)KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);    // #bad
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
