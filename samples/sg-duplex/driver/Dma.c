// SPDX-License-Identifier: MIT
/*++

Module Name:

    Dma.c

Abstract:

    Transactions, transfers, descriptor chains, and the DMA part of power management.

Environment:

    Kernel mode

--*/

#include "Sgdx.h"

#ifdef ALLOC_PRAGMA
#pragma alloc_text (PAGE, SgdxDmaCreate)
#endif

NTSTATUS
SgdxDmaCreate(
    _In_ PDEVICE_CONTEXT DeviceContext
    )
{
    WDF_DMA_ENABLER_CONFIG config;
    WDF_OBJECT_ATTRIBUTES attributes;
    NTSTATUS status;

    PAGED_CODE();

    // Data may lie at any byte address. Must be set before the enabler is created.
    WdfDeviceSetAlignmentRequirement(DeviceContext->Device, FILE_BYTE_ALIGNMENT);

    // Duplex: reads and writes have map registers of their own, so that neither has to wait for the other.
    WDF_DMA_ENABLER_CONFIG_INIT(&config, WdfDmaProfileScatterGather64Duplex, SGDX_MAX_TRANSFER);
    config.EvtDmaEnablerFill = SgdxEvtDmaEnablerFill;
    config.EvtDmaEnablerEnable = SgdxEvtDmaEnablerEnable;
    config.EvtDmaEnablerSelfManagedIoStart = SgdxEvtDmaEnablerSelfManagedIoStart;
    config.EvtDmaEnablerSelfManagedIoStop = SgdxEvtDmaEnablerSelfManagedIoStop;
    config.EvtDmaEnablerDisable = SgdxEvtDmaEnablerDisable;
    config.EvtDmaEnablerFlush = SgdxEvtDmaEnablerFlush;

    // The enabler's callbacks get no device handle.
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, ENABLER_REFERENCE);
    status = WdfDmaEnablerCreate(DeviceContext->Device, &config, &attributes, &DeviceContext->DmaEnabler);
    if (!NT_SUCCESS(status)) {
        SgdxTraceError("WdfDmaEnablerCreate failed 0x%08X\n", status);
        return status;
    }

    SgdxGetEnablerReference(DeviceContext->DmaEnabler)->DeviceContext = DeviceContext;
    WdfDmaEnablerSetMaximumScatterGatherElements(DeviceContext->DmaEnabler, SGDX_MAX_DESCRIPTORS);
    return STATUS_SUCCESS;
}

VOID
SgdxDmaStart(
    _In_ PCHANNEL Channel,
    _In_ WDFREQUEST Request
    )
{
    NTSTATUS status;

    status = WdfDmaTransactionInitializeUsingRequest(Channel->Transaction, Request, SgdxEvtProgramDma, Channel->Direction);
    if (!NT_SUCCESS(status)) {
        SgdxTraceError("WdfDmaTransactionInitializeUsingRequest failed 0x%08X\n", status);
        WdfRequestComplete(Request, status);
        return;
    }

    status = SgdxRequestOwn(Channel, Request);
    if (!NT_SUCCESS(status)) {
        WdfDmaTransactionRelease(Channel->Transaction);
        WdfRequestComplete(Request, status);
        return;
    }

    // From here on the transaction may be over, and even in use for the next request, before Execute returns.
    status = WdfDmaTransactionExecute(Channel->Transaction, Channel);
    if (!NT_SUCCESS(status)) {
        SgdxTraceError("WdfDmaTransactionExecute failed 0x%08X\n", status);
        WdfDmaTransactionRelease(Channel->Transaction);
        SgdxRequestFinish(Channel, status, 0);
    }
}

static
VOID
SgdxBuildChain(
    _In_ PCHANNEL Channel,
    _In_ PSCATTER_GATHER_LIST SgList
    )
{
    PSGDX_DESCRIPTOR descriptor = Channel->Chain;
    ULONG i;

    NT_ASSERT(SgList->NumberOfElements <= SGDX_MAX_DESCRIPTORS);

    for (i = 0; i < SgList->NumberOfElements; i++, descriptor++) {
        descriptor->Address = (ULONG64)SgList->Elements[i].Address.QuadPart;
        descriptor->Length = SgList->Elements[i].Length;
        descriptor->Control = 0;
        descriptor->Next = (ULONG64)Channel->ChainLogical.QuadPart + (i + 1) * sizeof(SGDX_DESCRIPTOR);
        descriptor->Status = 0;
        descriptor->Reserved = 0;
    }

    descriptor--;
    descriptor->Control = SGDX_DESCRIPTOR_LAST | SGDX_DESCRIPTOR_IRQ;
    descriptor->Next = 0;
    Channel->DescriptorCount = SgList->NumberOfElements;

    // The chain has to be in memory before the engine hears of it.
    KeMemoryBarrier();
}

BOOLEAN
SgdxEvtProgramDma(
    _In_ WDFDMATRANSACTION Transaction,
    _In_ WDFDEVICE Device,
    _In_ WDFCONTEXT Context,
    _In_ WDF_DMA_DIRECTION Direction,
    _In_ PSCATTER_GATHER_LIST SgList
    )
/*++

Routine Description:

    Starts one transfer, at DISPATCH_LEVEL. The lock is held while the engine is started, so that cancellation,
    which takes it too, either comes before and is seen here, or comes after and finds the engine running.

--*/
{
    PCHANNEL channel = Context;
    PDEVICE_CONTEXT deviceContext = SgdxGetDeviceContext(Device);
    NTSTATUS refused = STATUS_SUCCESS;

    UNREFERENCED_PARAMETER(Transaction);
    UNREFERENCED_PARAMETER(Direction);

    WdfSpinLockAcquire(channel->Lock);
    if (deviceContext->DeviceGone) {
        refused = STATUS_DEVICE_NOT_CONNECTED;
    } else if (channel->CancelCallbackRan) {
        refused = STATUS_CANCELLED;
    } else if (!channel->Enabled) {
        refused = STATUS_INVALID_DEVICE_STATE;
    } else {
        SgdxBuildChain(channel, SgList);
        SgdxChannelWrite(channel, SGDX_REG_DESC_LO, channel->ChainLogical.LowPart);     // #program-dma
        SgdxChannelWrite(channel, SGDX_REG_DESC_HI, (ULONG)channel->ChainLogical.HighPart);
        SgdxChannelWrite(channel, SGDX_REG_CONTROL, SGDX_CONTROL_RUN | SGDX_CONTROL_IRQ_ENABLE);
        channel->Running = TRUE;
        channel->Deadline = KeQueryInterruptTime() + (ULONGLONG)WDF_ABS_TIMEOUT_IN_MS(SGDX_TRANSFER_TIMEOUT_MS);
        WdfTimerStart(channel->Watchdog, WDF_REL_TIMEOUT_IN_MS(SGDX_TRANSFER_TIMEOUT_MS));
    }
    WdfSpinLockRelease(channel->Lock);

    if (!NT_SUCCESS(refused)) {
        SgdxRequestFinish(channel, refused, SgdxDmaEnd(channel, 0));
        return FALSE;
    }
    return TRUE;
}

static
NTSTATUS
SgdxErrorToStatus(
    _In_ ULONG ErrorCode
    )
{
    switch (ErrorCode) {
    case SGDX_ERROR_BAD_DESCRIPTOR:
    case SGDX_ERROR_CHAIN_TOO_LONG:
        return STATUS_INTERNAL_ERROR;       // we built a bad chain
    case SGDX_ERROR_FETCH_ABORT:
    case SGDX_ERROR_DATA_ABORT:
        return STATUS_DEVICE_DATA_ERROR;
    case SGDX_ERROR_ABORTED:
        return STATUS_CANCELLED;
    default:
        return STATUS_DEVICE_PROTOCOL_ERROR;
    }
}

VOID
SgdxDmaChainEnded(
    _In_ PCHANNEL Channel
    )
/*++

Routine Description:

    The engine has ended a chain: tell the framework, which programs the next transfer or ends the transaction.
    Called by the DPC, or by the watchdog when the interrupt was lost.

--*/
{
    WDFDMATRANSACTION transaction = Channel->Transaction;
    ULONG channelStatus;
    ULONG completed;
    ULONG_PTR transferred;
    NTSTATUS status;

    if (!SgdxChannelClaimEnded(Channel, &channelStatus, &completed)) {
        return;
    }

    if (channelStatus == SGDX_ALL_ONES) {
        Channel->DeviceContext->DeviceGone = TRUE;
        SgdxRequestFinish(Channel, STATUS_DEVICE_NOT_CONNECTED, SgdxDmaEnd(Channel, 0));
        return;
    }

    if ((channelStatus & SGDX_STATUS_ERROR) != 0) {
        SgdxTraceError("channel %u: status 0x%08X after %u bytes\n", Channel->Index, channelStatus, completed);
        status = SgdxErrorToStatus(SGDX_STATUS_ERROR_CODE(channelStatus));
        SgdxRequestFinish(Channel, status, SgdxDmaEnd(Channel, completed));
        return;
    }

    // The write-back comes before the interrupt; anything else is a broken device or a broken memory path.
    if ((Channel->Chain[Channel->DescriptorCount - 1].Status & SGDX_DESCRIPTOR_DONE) == 0) {
        SgdxTraceError("channel %u: done, but the last descriptor is not\n", Channel->Index);
        SgdxRequestFinish(Channel, STATUS_DEVICE_PROTOCOL_ERROR, SgdxDmaEnd(Channel, completed));
        return;
    }

    if (!WdfDmaTransactionDmaCompleted(transaction, &status)) {     // #dma-completed
        return;     // EvtProgramDma has started the next transfer, and the transaction is not ours to touch
    }

    transferred = WdfDmaTransactionGetBytesTransferred(transaction);
    WdfDmaTransactionRelease(transaction);
    SgdxRequestFinish(Channel, status, transferred);
}

ULONG_PTR
SgdxDmaEnd(
    _In_ PCHANNEL Channel,
    _In_ ULONG TransferredLength
    )
/*++

Routine Description:

    Ends the transaction early. TransferredLength is what the last transfer has moved. Returns the bytes moved by the
    whole transaction.

--*/
{
    ULONG_PTR transferred;
    NTSTATUS ignored;

    // Always TRUE: "final" ends the transaction whatever is left of it. This unmaps the buffer.
    (VOID)WdfDmaTransactionDmaCompletedFinal(Channel->Transaction, TransferredLength, &ignored);
    transferred = WdfDmaTransactionGetBytesTransferred(Channel->Transaction);
    WdfDmaTransactionRelease(Channel->Transaction);
    return transferred;
}

// Power. On the way up the framework calls Fill, Enable, SelfManagedIoStart, with the interrupts already enabled; on
// the way down, after the queues have stopped, SelfManagedIoStop, Disable, Flush.

NTSTATUS
SgdxEvtDmaEnablerFill(
    _In_ WDFDMAENABLER DmaEnabler
    )
/*++

Routine Description:

    Low power has cost the channels their SRAM positions.

--*/
{
    PDEVICE_CONTEXT deviceContext = SgdxGetEnablerReference(DmaEnabler)->DeviceContext;
    ULONG i;

    for (i = 0; i < SGDX_CHANNEL_COUNT; i++) {
        SgdxChannelWrite(&deviceContext->Channel[i], SGDX_REG_SRAM_POSITION, deviceContext->Channel[i].SavedPosition);
    }
    return STATUS_SUCCESS;
}

NTSTATUS
SgdxEvtDmaEnablerEnable(
    _In_ WDFDMAENABLER DmaEnabler
    )
/*++

Routine Description:

    From now on the engines may be started.

--*/
{
    PDEVICE_CONTEXT deviceContext = SgdxGetEnablerReference(DmaEnabler)->DeviceContext;
    PCHANNEL channel;
    ULONG i;

    for (i = 0; i < SGDX_CHANNEL_COUNT; i++) {
        channel = &deviceContext->Channel[i];
        WdfSpinLockAcquire(channel->Lock);
        channel->Enabled = TRUE;
        WdfSpinLockRelease(channel->Lock);
    }
    return STATUS_SUCCESS;
}

NTSTATUS
SgdxEvtDmaEnablerSelfManagedIoStart(
    _In_ WDFDMAENABLER DmaEnabler
    )
/*++

Routine Description:

    Nothing runs by itself; this is the place to say that the channels are ready.

--*/
{
    PDEVICE_CONTEXT deviceContext = SgdxGetEnablerReference(DmaEnabler)->DeviceContext;
    PCHANNEL channel;
    ULONG i;

    for (i = 0; i < SGDX_CHANNEL_COUNT; i++) {
        channel = &deviceContext->Channel[i];
        SgdxTraceInfo("channel %u ready at SRAM position 0x%05X\n", channel->Index, SgdxChannelRead(channel, SGDX_REG_SRAM_POSITION));
    }
    return STATUS_SUCCESS;
}

NTSTATUS
SgdxEvtDmaEnablerSelfManagedIoStop(
    _In_ WDFDMAENABLER DmaEnabler
    )
/*++

Routine Description:

    The queues have stopped, and EvtIoStop has ended the requests in flight.

--*/
{
    PDEVICE_CONTEXT deviceContext = SgdxGetEnablerReference(DmaEnabler)->DeviceContext;
    PCHANNEL channel;
    ULONG i;

    for (i = 0; i < SGDX_CHANNEL_COUNT; i++) {
        channel = &deviceContext->Channel[i];
        NT_ASSERT(!channel->Running);
        SgdxTraceInfo("channel %u stopped after %u requests\n", channel->Index, channel->Requests);
    }
    return STATUS_SUCCESS;
}

NTSTATUS
SgdxEvtDmaEnablerDisable(
    _In_ WDFDMAENABLER DmaEnabler
    )
/*++

Routine Description:

    No engine may be started any more, and none may be running when the device loses power.

--*/
{
    PDEVICE_CONTEXT deviceContext = SgdxGetEnablerReference(DmaEnabler)->DeviceContext;
    PCHANNEL channel;
    ULONG i;

    for (i = 0; i < SGDX_CHANNEL_COUNT; i++) {
        channel = &deviceContext->Channel[i];
        WdfSpinLockAcquire(channel->Lock);
        channel->Enabled = FALSE;
        WdfSpinLockRelease(channel->Lock);
        (VOID)SgdxChannelHalt(channel);
    }
    return STATUS_SUCCESS;
}

NTSTATUS
SgdxEvtDmaEnablerFlush(
    _In_ WDFDMAENABLER DmaEnabler
    )
/*++

Routine Description:

    Keeps what Fill restores. A device that has gone has nothing to keep.

--*/
{
    PDEVICE_CONTEXT deviceContext = SgdxGetEnablerReference(DmaEnabler)->DeviceContext;
    PCHANNEL channel;
    ULONG i;

    for (i = 0; i < SGDX_CHANNEL_COUNT; i++) {
        channel = &deviceContext->Channel[i];
        ULONG position = SgdxChannelRead(channel, SGDX_REG_SRAM_POSITION);

        if (position != SGDX_ALL_ONES) {
            channel->SavedPosition = position;
        }
    }
    return STATUS_SUCCESS;
}
