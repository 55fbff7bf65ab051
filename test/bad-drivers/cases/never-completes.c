// SPDX-License-Identifier: MIT
// The DPC forgets to complete the request.
#include "../common/probe.h"

#define AT_DPC(context) return
#include "../common/probe-driver.h"
