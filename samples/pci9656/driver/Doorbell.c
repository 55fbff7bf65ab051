// SPDX-License-Identifier: MIT
/*++

Module Name:

    Doorbell.c

Abstract:

    A conversation with the processor on the board: a value in mailbox 0 and a doorbell there; a doorbell back and the
    answer in mailbox 4.

Environment:

    Kernel mode

--*/

#include "Precomp.h"
#include "Doorbell.tmh"

#define SRAM_EXCHANGE_DOORBELL  0x00000001

NTSTATUS
SramExchangeStart(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ WDFREQUEST Request
    )
/*++

Routine Description:

    Returns STATUS_PENDING when the request waits for the answer; the control queue is told of another one only then.

--*/
{
    PULONG input;
    ULONG value;
    NTSTATUS status;

    status = WdfRequestRetrieveInputBuffer(Request, sizeof(*input), (PVOID *)&input, NULL);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    value = *input;

    status = WdfRequestForwardToIoQueue(Request, DeviceContext->ExchangeQueue);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    SramWrite(DeviceContext, PLX_REG_MBOX0, value);
    SramWrite(DeviceContext, PLX_REG_P2LDBELL, SRAM_EXCHANGE_DOORBELL);
    return STATUS_PENDING;
}

VOID
SramExchangeDone(
    _In_ PDEVICE_CONTEXT DeviceContext
    )
/*++

Routine Description:

    The board has rung: whoever waits gets the answer. The one who asked may have given up.

--*/
{
    ULONG answer = SramRead(DeviceContext, PLX_REG_MBOX4);
    PULONG output;
    WDFREQUEST request;
    NTSTATUS status;

    while (NT_SUCCESS(WdfIoQueueRetrieveNextRequest(DeviceContext->ExchangeQueue, &request))) {
        status = WdfRequestRetrieveOutputBuffer(request, sizeof(*output), (PVOID *)&output, NULL);
        if (NT_SUCCESS(status)) {
            *output = answer;       // #doorbell
            WdfRequestSetInformation(request, sizeof(*output));
        }
        WdfRequestComplete(request, status);
    }
}
