// SPDX-License-Identifier: MIT
// EvtProgramDma returns FALSE and nobody ends the transaction.
#include "../common/probe.h"

#define AT_PROGRAM_DMA(context, transaction, direction, list) return FALSE
#include "../common/probe-driver.h"
