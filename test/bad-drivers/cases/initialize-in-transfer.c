// SPDX-License-Identifier: MIT
// Initializes a transaction that is in state Transfer.
#include "../common/probe.h"

static
VOID
Misbehave(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request
    )
{
    ProbeStartDma(Context, Request, WdfDmaDirectionReadFromDevice);
    (VOID)WdfDmaTransactionInitializeUsingRequest(Context->Transaction, Request, ProbeEvtProgramDma, WdfDmaDirectionReadFromDevice);     // #bad
}

#define AT_READ(context, request) Misbehave(context, request); return
#include "../common/probe-driver.h"
