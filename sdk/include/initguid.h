/* SPDX-License-Identifier: MIT */
/* From here on DEFINE_GUID defines (and no longer only declares) its GUID, also when guiddef.h was included before. */
#ifndef INITGUID
#define INITGUID
#endif
#include <guiddef.h>
