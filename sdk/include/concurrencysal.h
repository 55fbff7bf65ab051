/* SPDX-License-Identifier: MIT */
/* Kept for sources that name this header; the annotations live in sal.h. */
#ifndef CONCURRENCYSAL_H
#define CONCURRENCYSAL_H

#include <sal.h>

#endif
