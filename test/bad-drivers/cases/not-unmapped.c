// SPDX-License-Identifier: MIT
// Forgets MmUnmapIoSpace.
#include "../common/probe.h"

#define AT_RELEASE_HARDWARE(context) return STATUS_SUCCESS
#include "../common/probe-driver.h"
