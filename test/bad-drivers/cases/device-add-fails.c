// SPDX-License-Identifier: MIT
// EvtDriverDeviceAdd returns a failure.
#include "../common/probe.h"

#define AT_DEVICE_ADD() return STATUS_DEVICE_CONFIGURATION_ERROR
#include "../common/probe-driver.h"
