// SPDX-License-Identifier: MIT
// Keeps a pointer to a pool block beyond the life of the block.
#include "../common/probe.h"

static
VOID
Remember(
    _In_ PDEVICE_CONTEXT Context
    )
{
    Context->Scratch = ExAllocatePool2(POOL_FLAG_NON_PAGED, 4096, PROBE_POOL_TAG);
    if (Context->Scratch != NULL) {
        ExFreePoolWithTag(Context->Scratch, PROBE_POOL_TAG);
    }
}

static
VOID
Misbehave(
    _In_ PDEVICE_CONTEXT Context
    )
{
    RtlFillMemory(Context->Scratch, 16, 0xAA);      // #bad
}

#define AT_DEVICE_ADDED(context) Remember(context)
#define AT_IOCTL(context, request) Misbehave(context)
#include "../common/probe-driver.h"
