// SPDX-License-Identifier: MIT
// Nothing is wrong: the skeleton alone.
#include "../common/probe.h"

#include "../common/probe-driver.h"
