// SPDX-License-Identifier: MIT
// Uses a transaction again without releasing it.
#include "../common/probe.h"

static
VOID
Misbehave(
    _In_ PDEVICE_CONTEXT Context
    )
{
    WDFREQUEST request = Context->Request;
    NTSTATUS status;

    if (WdfDmaTransactionDmaCompleted(Context->Transaction, &status)) {
        Context->Request = NULL;
        WdfRequestCompleteWithInformation(request, status, 0);
    }
}

#define AT_DPC(context) Misbehave(context); return
#include "../common/probe-driver.h"
