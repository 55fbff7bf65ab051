// SPDX-License-Identifier: MIT
// EvtDeviceD0Entry returns a failure.
#include "../common/probe.h"

#define AT_D0_ENTRY(context) return STATUS_ADAPTER_HARDWARE_ERROR
#include "../common/probe-driver.h"
