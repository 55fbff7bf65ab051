// SPDX-License-Identifier: MIT
// Waits for ever, a moment at a time.
#include "../common/probe.h"

static
VOID
Misbehave(
    VOID
    )
{
    LARGE_INTEGER moment;

    moment.QuadPart = WDF_REL_TIMEOUT_IN_MS(1);
    for (;;) {
        (VOID)KeDelayExecutionThread(KernelMode, FALSE, &moment);      // #bad
    }
}

#define AT_IOCTL(context, request) Misbehave()
#include "../common/probe-driver.h"
