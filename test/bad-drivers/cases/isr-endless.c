// SPDX-License-Identifier: MIT
// The interrupt service routine waits for ever.
#include "../common/probe.h"

static
VOID
Misbehave(
    VOID
    )
{
    volatile BOOLEAN done = FALSE;

    while (!done) {     // #bad
    }
}

#define AT_ISR(context) Misbehave()
#include "../common/probe-driver.h"
