/* SPDX-License-Identifier: MIT */
/* Kept for sources that name this header; the annotations live in sal.h. */
#ifndef SPECSTRINGS_H
#define SPECSTRINGS_H

#include <sal.h>

#endif
