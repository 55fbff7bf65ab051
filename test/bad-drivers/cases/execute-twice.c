// SPDX-License-Identifier: MIT
// Executes a transaction that is being executed.
#include "../common/probe.h"

static
VOID
Misbehave(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request
    )
{
    ProbeStartDma(Context, Request, WdfDmaDirectionReadFromDevice);
    (VOID)WdfDmaTransactionExecute(Context->Transaction, WDF_NO_CONTEXT);    // #bad
}

#define AT_READ(context, request) Misbehave(context, request); return
#include "../common/probe-driver.h"
