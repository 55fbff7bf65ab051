/* SPDX-License-Identifier: MIT */
/* Device types and the layout of control codes, which wdm.h has too. */
#ifndef _DEVIOCTL_
#define _DEVIOCTL_

#include <wdm.h>

#endif
