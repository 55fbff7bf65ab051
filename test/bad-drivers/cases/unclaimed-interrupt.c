// SPDX-License-Identifier: MIT
// The interrupt service routine claims nothing.
#include "../common/probe.h"

#define AT_ISR(context) return FALSE      /* #bad */
#include "../common/probe-driver.h"
