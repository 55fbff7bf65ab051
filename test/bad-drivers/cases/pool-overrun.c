// SPDX-License-Identifier: MIT
// Writes one element past the end of a pool block.
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

    PULONG block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 10 * sizeof(ULONG), PROBE_POOL_TAG);
    ULONG i;

    if (block == NULL) {
        return;
    }
    for (i = 0; i <= 10; i++) {
        block[i] = i;   // #bad
    }
    ExFreePoolWithTag(block, PROBE_POOL_TAG);
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
