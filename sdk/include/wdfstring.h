/* SPDX-License-Identifier: MIT */
/* String objects. Include wdf.h, not this file. */
#ifndef _WDFSTRING_H_
#define _WDFSTRING_H_

#include <wdfobject.h>

WDF_EXTERN_C_START

NTSTATUS WdfStringCreate(PCUNICODE_STRING UnicodeString, PWDF_OBJECT_ATTRIBUTES StringAttributes, WDFSTRING *String);
VOID WdfStringGetUnicodeString(WDFSTRING String, PUNICODE_STRING UnicodeString);

WDF_EXTERN_C_END

#endif
