// SPDX-License-Identifier: MIT
// Includes a header that does not exist, in a header.
#include "../common/includes-missing.h"

