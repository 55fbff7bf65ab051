/* SPDX-License-Identifier: MIT */
/* Types of Windows applications, as far as drivers meet them. */
#ifndef _WINDEF_
#define _WINDEF_

#include <minwindef.h>

typedef struct tagRECT {
    LONG left;
    LONG top;
    LONG right;
    LONG bottom;
} RECT, *PRECT, *LPRECT;
typedef struct tagPOINT {
    LONG x;
    LONG y;
} POINT, *PPOINT, *LPPOINT;
typedef struct tagSIZE {
    LONG cx;
    LONG cy;
} SIZE, *PSIZE, *LPSIZE;
typedef DWORD COLORREF;

#endif
