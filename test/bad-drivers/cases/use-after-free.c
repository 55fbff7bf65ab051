// SPDX-License-Identifier: MIT
// Writes to a pool block that it has freed.
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

    PULONG block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, PROBE_POOL_TAG);

    if (block == NULL) {
        return;
    }
    ExFreePoolWithTag(block, PROBE_POOL_TAG);
    block[2] = 1;       // #bad
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
