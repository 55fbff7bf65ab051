// SPDX-License-Identifier: MIT
// EvtDevicePrepareHardware returns a failure.
#include "../common/probe.h"

#define AT_PREPARE_HARDWARE(context) return STATUS_DEVICE_CONFIGURATION_ERROR
#include "../common/probe-driver.h"
