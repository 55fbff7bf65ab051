// SPDX-License-Identifier: MIT
/*++

Module Name:

    Transfer.c

Abstract:

    DMA: enablers, transactions, descriptor chains, and the ends of a transfer.

    A transfer is ended by the DPC, the watchdog, or EvtIoStop after a surprise removal. They compete for it with
    SramClaim; the winner alone goes on with transaction and request.

Environment:

    Kernel mode

--*/

#include "Precomp.h"
#include "Transfer.tmh"

#ifdef ALLOC_PRAGMA
#pragma alloc_text (PAGE, SramTransfersCreate)
#endif

#define SRAM_MODE \
    (PLX_MODE_BUS_32 | PLX_MODE_READY | PLX_MODE_BURST | PLX_MODE_DONE_INTERRUPT | PLX_MODE_INTERRUPT_PCI)

#define SRAM_HALT_POLLS     100

static
NTSTATUS
SramChannelCreate(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ ULONG Index
    )
{
    PCHANNEL channel = &DeviceContext->Channel[Index];
    WDF_COMMON_BUFFER_CONFIG bufferConfig;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_TIMER_CONFIG timerConfig;
    NTSTATUS status;

    channel->DeviceContext = DeviceContext;
    channel->Index = Index;
    channel->Direction = Index == SRAM_CHANNEL_TO_DEVICE ? WdfDmaDirectionWriteToDevice : WdfDmaDirectionReadFromDevice;

    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = DeviceContext->Device;
    status = WdfSpinLockCreate(&attributes, &channel->Lock);
    if (!NT_SUCCESS(status)) {
        return status;
    }

    WDF_TIMER_CONFIG_INIT(&timerConfig, SramEvtWatchdog);
    timerConfig.AutomaticSerialization = FALSE;
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, CHANNEL_REFERENCE);
    attributes.ParentObject = DeviceContext->Device;
    status = WdfTimerCreate(&timerConfig, &attributes, &channel->Watchdog);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    SramGetChannelReference(channel->Watchdog)->Channel = channel;

    status = WdfDmaTransactionCreate(DeviceContext->DataEnabler, WDF_NO_OBJECT_ATTRIBUTES, &channel->Transaction);
    if (!NT_SUCCESS(status)) {
        return status;
    }

    // Four bits of a descriptor's address are flags.
    WDF_COMMON_BUFFER_CONFIG_INIT(&bufferConfig, FILE_OCTA_ALIGNMENT);
    status = WdfCommonBufferCreateWithConfig(DeviceContext->ChainEnabler, SRAM_MAX_DESCRIPTORS * sizeof(PLX_DESCRIPTOR), &bufferConfig, WDF_NO_OBJECT_ATTRIBUTES, &channel->ChainBuffer);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    channel->Chain = WdfCommonBufferGetAlignedVirtualAddress(channel->ChainBuffer);
    channel->ChainLogical = WdfCommonBufferGetAlignedLogicalAddress(channel->ChainBuffer);
    return STATUS_SUCCESS;
}

NTSTATUS
SramTransfersCreate(
    _In_ PDEVICE_CONTEXT DeviceContext
    )
{
    WDF_DMA_ENABLER_CONFIG config;
    NTSTATUS status;
    ULONG i;

    PAGED_CODE();

    WdfDeviceSetAlignmentRequirement(DeviceContext->Device, FILE_BYTE_ALIGNMENT);

    WDF_DMA_ENABLER_CONFIG_INIT(&config, WdfDmaProfileScatterGather64Duplex, SRAM_MAX_TRANSFER);
    status = WdfDmaEnablerCreate(DeviceContext->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &DeviceContext->DataEnabler);
    if (!NT_SUCCESS(status)) {
        TraceError(TRACE_DMA, "WdfDmaEnablerCreate failed %!STATUS!", status);
        return status;
    }
    WdfDmaEnablerSetMaximumScatterGatherElements(DeviceContext->DataEnabler, SRAM_MAX_DESCRIPTORS);

    // Chains: the chip links them with 32-bit addresses.
    WDF_DMA_ENABLER_CONFIG_INIT(&config, WdfDmaProfileScatterGather, PAGE_SIZE);
    status = WdfDmaEnablerCreate(DeviceContext->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &DeviceContext->ChainEnabler);
    if (!NT_SUCCESS(status)) {
        TraceError(TRACE_DMA, "WdfDmaEnablerCreate failed %!STATUS!", status);
        return status;
    }

    for (i = 0; i < SRAM_CHANNEL_COUNT; i++) {
        status = SramChannelCreate(DeviceContext, i);
        if (!NT_SUCCESS(status)) {
            TraceError(TRACE_DMA, "channel %u: %!STATUS!", i, status);
            return status;
        }
    }
    return STATUS_SUCCESS;
}

static
VOID
SramRequestFinish(
    _In_ PCHANNEL Channel,
    _In_ NTSTATUS Status,
    _In_ size_t BytesTransferred
    )
{
    WDFREQUEST request = Channel->Request;

    Channel->Request = NULL;
    Channel->Statistics.Requests++;
    Channel->Statistics.BytesMoved += BytesTransferred;
    if (!NT_SUCCESS(Status)) {
        Channel->Statistics.Failures++;
    }

    // The queue presents the next request from within this call.
    WdfRequestCompleteWithInformation(request, Status, BytesTransferred);
}

VOID
SramTransferStart(
    _In_ PCHANNEL Channel,
    _In_ WDFREQUEST Request,
    _In_ ULONG SramAddress
    )
{
    NTSTATUS status;

    Channel->Request = Request;
    Channel->SramAddress = SramAddress;
    status = WdfDmaTransactionInitializeUsingRequest(Channel->Transaction, Request, SramEvtProgramDma, Channel->Direction);
    if (!NT_SUCCESS(status)) {
        TraceError(TRACE_DMA, "WdfDmaTransactionInitializeUsingRequest failed %!STATUS!", status);
        SramRequestFinish(Channel, status, 0);
        return;
    }

    status = WdfDmaTransactionExecute(Channel->Transaction, Channel);
    if (!NT_SUCCESS(status)) {
        TraceError(TRACE_DMA, "WdfDmaTransactionExecute failed %!STATUS!", status);
        WdfDmaTransactionRelease(Channel->Transaction);
        SramRequestFinish(Channel, status, 0);
    }
}

static
VOID
SramBuildChain(
    _In_ PCHANNEL Channel,
    _In_ PSCATTER_GATHER_LIST SgList,
    _In_ ULONG LocalAddress
    )
{
    ULONG flags = PLX_DPR_PCI | (Channel->Direction == WdfDmaDirectionReadFromDevice ? PLX_DPR_FROM_LOCAL : 0);
    ULONG next = Channel->ChainLogical.LowPart;
    PPLX_DESCRIPTOR descriptor;
    ULONG i;

    NT_ASSERT(SgList->NumberOfElements <= SRAM_MAX_DESCRIPTORS);

    for (i = 0; i < SgList->NumberOfElements; i++) {
        next += sizeof(PLX_DESCRIPTOR);
        descriptor = &Channel->Chain[i];
        descriptor->PciAddressLow = SgList->Elements[i].Address.LowPart;
        descriptor->PciAddressHigh = (ULONG)SgList->Elements[i].Address.HighPart;
        descriptor->LocalAddress = LocalAddress;
        descriptor->Size = SgList->Elements[i].Length;
        descriptor->Next = next | flags;
        LocalAddress += SgList->Elements[i].Length;
    }
    Channel->Chain[i - 1].Next = flags | PLX_DPR_END;

    // The chain has to be in memory before the chip hears of it.
    KeMemoryBarrier();
}

static
VOID
SramProgramChannel(
    _In_ PCHANNEL Channel,
    _In_ PSCATTER_GATHER_LIST SgList,
    _In_ ULONG LocalAddress
    )
/*++

Routine Description:

    One piece is moved in block mode, without a descriptor; several as a chain.

--*/
{
    PDEVICE_CONTEXT deviceContext = Channel->DeviceContext;
    ULONG index = Channel->Index;

    if (SgList->NumberOfElements == 1) {
        Channel->DescriptorCount = 0;
        Channel->Statistics.Blocks++;
        SramWrite(deviceContext, PLX_REG_DMAMODE(index), SRAM_MODE);
        SramWrite(deviceContext, PLX_REG_DMAPADR(index), SgList->Elements[0].Address.LowPart);
        SramWrite(deviceContext, PLX_REG_DMADAC(index), (ULONG)SgList->Elements[0].Address.HighPart);
        SramWrite(deviceContext, PLX_REG_DMALADR(index), LocalAddress);
        SramWrite(deviceContext, PLX_REG_DMASIZ(index), SgList->Elements[0].Length);
        SramWrite(deviceContext, PLX_REG_DMADPR(index), Channel->Direction == WdfDmaDirectionReadFromDevice ? PLX_DPR_FROM_LOCAL : 0);
    } else {
        SramBuildChain(Channel, SgList, LocalAddress);
        Channel->DescriptorCount = SgList->NumberOfElements;
        Channel->Statistics.Chains++;
        SramWrite(deviceContext, PLX_REG_DMAMODE(index), SRAM_MODE | PLX_MODE_SCATTER_GATHER | PLX_MODE_CLEAR_COUNT | PLX_MODE_DAC_LOAD);
        SramWrite(deviceContext, PLX_REG_DMADPR(index), Channel->ChainLogical.LowPart | PLX_DPR_PCI);
    }
    SramWriteCommand(Channel, PLX_CSR_ENABLE | PLX_CSR_START);
}

BOOLEAN
SramEvtProgramDma(
    _In_ WDFDMATRANSACTION Transaction,
    _In_ WDFDEVICE Device,
    _In_ WDFCONTEXT Context,
    _In_ WDF_DMA_DIRECTION Direction,
    _In_ PSCATTER_GATHER_LIST SgList
    )
{
    PCHANNEL channel = Context;
    PDEVICE_CONTEXT deviceContext = SramGetDeviceContext(Device);
    ULONG localAddress = channel->SramAddress + (ULONG)WdfDmaTransactionGetBytesTransferred(Transaction);
    BOOLEAN gone;

    UNREFERENCED_PARAMETER(Direction);
    TraceInfo(TRACE_DMA, "channel %u: %u pieces at 0x%05X", channel->Index, SgList->NumberOfElements, localAddress);      // #program-dma

    WdfSpinLockAcquire(channel->Lock);
    gone = deviceContext->Gone;
    if (!gone) {
        SramProgramChannel(channel, SgList, localAddress);
        channel->Running = TRUE;
        channel->Deadline = KeQueryInterruptTime() + (ULONGLONG)WDF_ABS_TIMEOUT_IN_MS(SRAM_WATCHDOG_MS);
        WdfTimerStart(channel->Watchdog, WDF_REL_TIMEOUT_IN_MS(SRAM_WATCHDOG_MS));
    }
    WdfSpinLockRelease(channel->Lock);

    if (gone) {
        NTSTATUS ignored;
        size_t moved;

        (VOID)WdfDmaTransactionDmaCompletedFinal(Transaction, 0, &ignored);
        moved = WdfDmaTransactionGetBytesTransferred(Transaction);
        WdfDmaTransactionRelease(Transaction);
        SramRequestFinish(channel, STATUS_DEVICE_NOT_CONNECTED, moved);
        return FALSE;
    }
    return TRUE;
}

static
BOOLEAN
SramClaim(
    _In_ PCHANNEL Channel,
    _In_ BOOLEAN OnlyIfDone
    )
/*++

Routine Description:

    Returns TRUE to exactly one caller for each transfer started. A late interrupt of an earlier transfer finds a busy
    channel: the DPC claims only what is done.

--*/
{
    BOOLEAN claimed = FALSE;

    WdfSpinLockAcquire(Channel->Lock);
    if (Channel->Running && (!OnlyIfDone || (SramReadCommand(Channel) & PLX_CSR_DONE) != 0)) {
        Channel->Running = FALSE;
        claimed = TRUE;
    }
    WdfSpinLockRelease(Channel->Lock);

    if (claimed) {
        WdfTimerStop(Channel->Watchdog, FALSE);
    }
    return claimed;
}

VOID
SramTransferDone(
    _In_ PCHANNEL Channel
    )
{
    size_t moved;
    NTSTATUS status;

    if (!SramClaim(Channel, TRUE)) {
        return;
    }
    if (!WdfDmaTransactionDmaCompleted(Channel->Transaction, &status)) {        // #dma-completed
        return;     // EvtProgramDma has started the next transfer
    }
    moved = WdfDmaTransactionGetBytesTransferred(Channel->Transaction);
    WdfDmaTransactionRelease(Channel->Transaction);
    SramRequestFinish(Channel, status, moved);
}

static
size_t
SramHalt(
    _In_ PCHANNEL Channel
    )
/*++

Routine Description:

    Pauses and aborts the channel; when this returns it touches host memory no more. Returns the bytes of the transfer
    that have been moved for certain: the chip clears the size of finished descriptors, and counts down in block mode.

--*/
{
    PDEVICE_CONTEXT deviceContext = Channel->DeviceContext;
    size_t moved = WdfDmaTransactionGetCurrentDmaTransferLength(Channel->Transaction);
    ULONG polls;
    ULONG i;

    if (deviceContext->Gone) {
        return 0;
    }

    // An abort ends in "done", which must not look like the end of the next transfer.
    SramWrite(deviceContext, PLX_REG_DMAMODE(Channel->Index), SramRead(deviceContext, PLX_REG_DMAMODE(Channel->Index)) & ~PLX_MODE_DONE_INTERRUPT);
    SramWriteCommand(Channel, 0);
    if ((SramReadCommand(Channel) & PLX_CSR_DONE) == 0) {
        SramWriteCommand(Channel, PLX_CSR_ABORT);
        for (polls = 0; polls < SRAM_HALT_POLLS && (SramReadCommand(Channel) & PLX_CSR_DONE) == 0; polls++) {
            KeStallExecutionProcessor(1);
        }
    }
    SramWriteCommand(Channel, PLX_CSR_CLEAR);

    if (Channel->DescriptorCount == 0) {
        return moved - SramRead(deviceContext, PLX_REG_DMASIZ(Channel->Index));
    }
    for (i = 0; i < Channel->DescriptorCount; i++) {
        moved -= Channel->Chain[i].Size;
    }
    return moved;
}

VOID
SramTransferFail(
    _In_ PCHANNEL Channel,
    _In_ NTSTATUS Status
    )
/*++

Routine Description:

    Ends the running transfer, if there is one, and with it the request.

--*/
{
    size_t moved;
    NTSTATUS ignored;

    if (!SramClaim(Channel, FALSE)) {
        return;
    }
    moved = SramHalt(Channel);
    TraceError(TRACE_DMA, "channel %u: %!STATUS! after %Iu bytes of a transfer", Channel->Index, Status, moved);

    // Always TRUE: "final" ends the transaction whatever is left of it.
    (VOID)WdfDmaTransactionDmaCompletedFinal(Channel->Transaction, moved, &ignored);
    moved = WdfDmaTransactionGetBytesTransferred(Channel->Transaction);
    WdfDmaTransactionRelease(Channel->Transaction);
    SramRequestFinish(Channel, Status, moved);
}

VOID
SramEvtWatchdog(
    _In_ WDFTIMER Timer
    )
/*++

Routine Description:

    The transfer takes too long. A channel that is done has lost its interrupt; one that is not hangs. The deadline tells
    a hanging transfer from one that was started after this callback had been queued.

--*/
{
    PCHANNEL channel = SramGetChannelReference(Timer)->Channel;
    BOOLEAN late;

    SramTransferDone(channel);

    WdfSpinLockAcquire(channel->Lock);
    late = (BOOLEAN)(channel->Running && KeQueryInterruptTime() >= channel->Deadline);
    WdfSpinLockRelease(channel->Lock);
    if (late) {
        SramTransferFail(channel, STATUS_IO_TIMEOUT);
    }
}
