// SPDX-License-Identifier: MIT
// Calls a PASSIVE_LEVEL function while it holds a spin lock.
#include "../common/probe.h"

static
VOID
Misbehave(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request
    )
{
    UNREFERENCED_PARAMETER(Request);

    WDFKEY key;

    WdfSpinLockAcquire(Context->Lock);
    if (NT_SUCCESS(WdfDriverOpenParametersRegistryKey(WdfGetDriver(), KEY_READ, WDF_NO_OBJECT_ATTRIBUTES, &key))) {     // #bad
        WdfRegistryClose(key);
    }
    WdfSpinLockRelease(Context->Lock);
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
