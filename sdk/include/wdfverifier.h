/* SPDX-License-Identifier: MIT */
/* Entry points for stopping on driver errors. Include wdf.h, not this file. */
#ifndef _WDFVERIFIER_H_
#define _WDFVERIFIER_H_

#include <wdftypes.h>

WDF_EXTERN_C_START

VOID WdfVerifierDbgBreakPoint(VOID);
VOID WdfVerifierKeBugCheck(ULONG BugCheckCode, ULONG_PTR BugCheckParameter1, ULONG_PTR BugCheckParameter2, ULONG_PTR BugCheckParameter3, ULONG_PTR BugCheckParameter4);
PVOID WdfGetTriageInfo(VOID);

WDF_EXTERN_C_END

#endif
