// SPDX-License-Identifier: MIT
// The interrupt service routine claims the interrupt, but does not acknowledge it to the device.
#include "../common/probe.h"

#define AT_ISR(context) WdfInterruptQueueDpcForIsr(Interrupt); return TRUE
#include "../common/probe-driver.h"
