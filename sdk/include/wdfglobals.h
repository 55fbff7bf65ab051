/* SPDX-License-Identifier: MIT */
/* Globals that the loader stub fills in on Windows. Include wdf.h, not this file. */
#ifndef _WDFGLOBALS_H_
#define _WDFGLOBALS_H_

#include <wdftypes.h>

WDF_EXTERN_C_START

#ifndef KMDF_VERSION_MAJOR
#define KMDF_VERSION_MAJOR 1
#endif
#ifndef KMDF_VERSION_MINOR
#define KMDF_VERSION_MINOR 33
#endif

WDF_EXTERN_C_END

#endif
