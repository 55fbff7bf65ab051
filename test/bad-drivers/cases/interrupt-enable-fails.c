// SPDX-License-Identifier: MIT
// EvtInterruptEnable returns a failure.
#include "../common/probe.h"

#define AT_INTERRUPT_ENABLE(context) return STATUS_UNSUCCESSFUL
#include "../common/probe-driver.h"
