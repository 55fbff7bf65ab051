/* SPDX-License-Identifier: MIT */
/* The kernel as non-WDM drivers see it; the emulated part of it is the same as in wdm.h. */
#ifndef _NTIFS_
#define _NTIFS_

#include <wdm.h>

#endif
