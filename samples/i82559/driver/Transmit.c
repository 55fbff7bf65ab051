// SPDX-License-Identifier: MIT
/*++

    Sending: the queue is sequential, so there is one transaction, one transmit block and one array of buffer descriptors.

--*/

#include "Nic.h"

VOID
NicEvtIoWrite(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t Length
    )
{
    PDEVICE_CONTEXT context = GetContext(WdfIoQueueGetDevice(Queue));
    NTSTATUS status;

    if (Length < 14 || Length > MAXIMUM_FRAME) {
        WdfRequestComplete(Request, STATUS_INVALID_BUFFER_SIZE);
        return;
    }
    status = WdfDmaTransactionInitializeUsingRequest(context->Transaction, Request, NicEvtProgramDma, WdfDmaDirectionWriteToDevice);
    if (NT_SUCCESS(status)) {
        status = WdfDmaTransactionExecute(context->Transaction, context);
    }
    if (!NT_SUCCESS(status)) {
        WdfDmaTransactionRelease(context->Transaction);
        WdfRequestComplete(Request, status);
    }
}

BOOLEAN
NicEvtProgramDma(
    _In_ WDFDMATRANSACTION Transaction,
    _In_ WDFDEVICE Device,
    _In_ WDFCONTEXT TheContext,
    _In_ WDF_DMA_DIRECTION Direction,
    _In_ PSCATTER_GATHER_LIST SgList
    )
{
    PDEVICE_CONTEXT context = TheContext;
    volatile TRANSMIT_BLOCK *block = &context->Shared->Transmit;
    WDFREQUEST request = WdfDmaTransactionGetRequest(Transaction);
    NTSTATUS status;
    ULONG i;

    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Direction);
    for (i = 0; i < SgList->NumberOfElements; i++) {
        context->Shared->Buffers[i].Address = SgList->Elements[i].Address.LowPart;
        context->Shared->Buffers[i].Length = SgList->Elements[i].Length;
    }
    block->Status = 0;
    block->Command = CB_END_OF_LIST | CB_INTERRUPT | CB_FLEXIBLE | CB_TRANSMIT;
    block->Link = 0xFFFFFFFF;
    block->Buffers = SHARED_ADDRESS(context, Buffers);
    block->Count = 0;
    block->Threshold = 0xE0;
    block->BufferCount = (UCHAR)SgList->NumberOfElements;
    context->IsTransmitting = TRUE;
    if (HwCommand(context, CU_START, SHARED_ADDRESS(context, Transmit))) {
        return TRUE;
    }
    context->IsTransmitting = FALSE;
    WdfDmaTransactionDmaCompletedFinal(Transaction, 0, &status);
    WdfDmaTransactionRelease(Transaction);
    WdfRequestComplete(request, STATUS_IO_TIMEOUT);
    return FALSE;
}

// In the DPC: the transmit block is done.
VOID
TransmitDone(
    _In_ PDEVICE_CONTEXT Context
    )
{
    volatile TRANSMIT_BLOCK *block = &Context->Shared->Transmit;
    WDFREQUEST request;
    NTSTATUS status;
    size_t transferred;

    if (!Context->IsTransmitting || (block->Status & CB_COMPLETE) == 0) {
        return;
    }
    Context->IsTransmitting = FALSE;
    request = WdfDmaTransactionGetRequest(Context->Transaction);
    if (!WdfDmaTransactionDmaCompleted(Context->Transaction, &status)) {
        return;
    }
    transferred = WdfDmaTransactionGetBytesTransferred(Context->Transaction);
    WdfDmaTransactionRelease(Context->Transaction);
    if (NT_SUCCESS(status) && (block->Status & CB_OK) == 0) {
        status = STATUS_IO_DEVICE_ERROR;
    }
    WdfRequestCompleteWithInformation(request, status, NT_SUCCESS(status) ? transferred : 0);
}
