// SPDX-License-Identifier: MIT
// Leaves a pool block behind at unload.
#include "../common/probe.h"

static
VOID
Misbehave(
    VOID
    )
{
    (VOID)ExAllocatePool2(POOL_FLAG_NON_PAGED, 100, PROBE_POOL_TAG);      // #bad
}

#define AT_DEVICE_ADDED(context) Misbehave()
#include "../common/probe-driver.h"
