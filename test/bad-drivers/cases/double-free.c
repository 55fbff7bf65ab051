// SPDX-License-Identifier: MIT
// Frees a pool block twice.
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

    PVOID block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, PROBE_POOL_TAG);

    if (block == NULL) {
        return;
    }
    ExFreePoolWithTag(block, PROBE_POOL_TAG);
    ExFreePoolWithTag(block, PROBE_POOL_TAG);       // #bad
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
