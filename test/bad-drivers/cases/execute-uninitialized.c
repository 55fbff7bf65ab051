// SPDX-License-Identifier: MIT
// Executes a transaction that was not initialized.
#include "../common/probe.h"

static
VOID
Misbehave(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request
    )
{
    NTSTATUS status = WdfDmaTransactionExecute(Context->Transaction, WDF_NO_CONTEXT);    // #bad

    WdfRequestComplete(Request, status);
}

#define AT_READ(context, request) Misbehave(context, request); return
#include "../common/probe-driver.h"
