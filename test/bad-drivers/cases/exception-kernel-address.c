// SPDX-License-Identifier: MIT
// Takes __try for a check of pointers: a bad address of the kernel stops Windows whatever is around it.
#include "../common/probe.h"

static
VOID
Misbehave(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request
    )
{
    volatile ULONG *wild = (volatile ULONG *)(ULONG_PTR)0x9ABC0000;
    volatile ULONG value = 0;

    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Request);
    __try {
        value = *wild;              // #bad
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        value = 1;
    }
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
