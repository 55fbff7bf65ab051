// SPDX-License-Identifier: MIT
// DriverEntry returns a failure.
#include "../common/probe.h"

#define AT_DRIVER_ENTRY() return STATUS_INSUFFICIENT_RESOURCES
#include "../common/probe-driver.h"
