// SPDX-License-Identifier: MIT
#include "nowhere-to-be-found.h"    // #bad
