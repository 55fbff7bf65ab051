/* SPDX-License-Identifier: MIT */
/* Checks of the level that code runs at. */
#ifndef _WDFASSERT_H_
#define _WDFASSERT_H_

#include <wdm.h>

#define VERIFY_IS_IRQL_PASSIVE_LEVEL() NT_ASSERT(KeGetCurrentIrql() == PASSIVE_LEVEL)

#endif
