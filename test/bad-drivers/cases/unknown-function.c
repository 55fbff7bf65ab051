// SPDX-License-Identifier: MIT
// Calls a function that nobody knows.
#include "../common/probe.h"

VOID WdfDmaTransactionExecuteAll(VOID);

static
VOID
Misbehave(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request
    )
{
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Request);

    WdfDmaTransactionExecuteAll();      // #bad
}

#define AT_IOCTL(context, request) Misbehave(context, request)
#include "../common/probe-driver.h"
