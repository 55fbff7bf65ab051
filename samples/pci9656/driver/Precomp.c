// SPDX-License-Identifier: MIT
#include "Precomp.h"
