// SPDX-License-Identifier: MIT
// Allocates paged pool at DISPATCH_LEVEL.
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

    PVOID block;
    KIRQL irql;

    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    block = ExAllocatePool2(POOL_FLAG_PAGED, 64, PROBE_POOL_TAG);   // #bad
    KeLowerIrql(irql);
    if (block != NULL) {
        ExFreePoolWithTag(block, PROBE_POOL_TAG);
    }
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
