// SPDX-License-Identifier: MIT
// Has a handler, but its filter does not take this exception.
#include "../common/probe.h"

static
VOID
Misbehave(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request
    )
{
    volatile ULONG *missing = NULL;
    volatile ULONG value = 0;

    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Request);
    __try {
        __try {
            value = *missing;       // #bad
        } __finally {
            DbgPrint("never here: nothing is unwound\n");
        }
    } __except (GetExceptionCode() == STATUS_IN_PAGE_ERROR ? EXCEPTION_EXECUTE_HANDLER : EXCEPTION_CONTINUE_SEARCH) {
        value = 1;
    }
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
