// SPDX-License-Identifier: MIT
/*++

Module Name:

    Channel.c

Abstract:

    A channel: who ends its running chain, and who completes its request.

    A chain is ended by the DPC, the watchdog, EvtRequestCancel or EvtIoStop. They compete for it with
    SgdxChannelClaim; the winner alone goes on with transaction and request.

Environment:

    Kernel mode

--*/

#include "Sgdx.h"

#ifdef ALLOC_PRAGMA
#pragma alloc_text (PAGE, SgdxChannelCreate)
#endif

NTSTATUS
SgdxChannelCreate(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ ULONG Index
    )
{
    PCHANNEL channel = &DeviceContext->Channel[Index];
    WDF_COMMON_BUFFER_CONFIG bufferConfig;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_TIMER_CONFIG timerConfig;
    NTSTATUS status;

    PAGED_CODE();

    channel->DeviceContext = DeviceContext;
    channel->Index = Index;
    channel->Direction = Index == SGDX_CHANNEL_H2C ? WdfDmaDirectionWriteToDevice : WdfDmaDirectionReadFromDevice;
    channel->RegisterBase = Index == SGDX_CHANNEL_H2C ? SGDX_REG_H2C : SGDX_REG_C2H;
    channel->IrqMask = Index == SGDX_CHANNEL_H2C ? SGDX_IRQ_H2C : SGDX_IRQ_C2H;

    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = DeviceContext->Device;
    status = WdfSpinLockCreate(&attributes, &channel->Lock);
    if (!NT_SUCCESS(status)) {
        SgdxTraceError("WdfSpinLockCreate failed 0x%08X\n", status);
        return status;
    }

    WDF_TIMER_CONFIG_INIT(&timerConfig, SgdxEvtWatchdog);
    timerConfig.AutomaticSerialization = FALSE;     // the channel's lock does it
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, CHANNEL_REFERENCE);
    attributes.ParentObject = DeviceContext->Device;
    status = WdfTimerCreate(&timerConfig, &attributes, &channel->Watchdog);
    if (!NT_SUCCESS(status)) {
        SgdxTraceError("WdfTimerCreate failed 0x%08X\n", status);
        return status;
    }
    SgdxGetChannelReference(channel->Watchdog)->Channel = channel;

    status = WdfDmaTransactionCreate(DeviceContext->DmaEnabler, WDF_NO_OBJECT_ATTRIBUTES, &channel->Transaction);
    if (!NT_SUCCESS(status)) {
        SgdxTraceError("WdfDmaTransactionCreate failed 0x%08X\n", status);
        return status;
    }

    // The engine wants descriptors on 32-byte boundaries.
    WDF_COMMON_BUFFER_CONFIG_INIT(&bufferConfig, FILE_32_BYTE_ALIGNMENT);
    status = WdfCommonBufferCreateWithConfig(DeviceContext->DmaEnabler, SGDX_MAX_DESCRIPTORS * sizeof(SGDX_DESCRIPTOR), &bufferConfig, WDF_NO_OBJECT_ATTRIBUTES, &channel->ChainBuffer);
    if (!NT_SUCCESS(status)) {
        SgdxTraceError("WdfCommonBufferCreateWithConfig failed 0x%08X\n", status);
        return status;
    }
    channel->Chain = WdfCommonBufferGetAlignedVirtualAddress(channel->ChainBuffer);
    channel->ChainLogical = WdfCommonBufferGetAlignedLogicalAddress(channel->ChainBuffer);
    return STATUS_SUCCESS;
}

NTSTATUS
SgdxRequestOwn(
    _In_ PCHANNEL Channel,
    _In_ WDFREQUEST Request
    )
/*++

Routine Description:

    Makes Request the channel's current one and cancelable. On failure (already cancelled, and EvtRequestCancel will
    not be called) the caller completes it.

--*/
{
    NTSTATUS status;

    WdfSpinLockAcquire(Channel->Lock);
    NT_ASSERT(Channel->Request == NULL);
    Channel->Request = Request;
    Channel->CancelCallbackRan = FALSE;
    Channel->CompleteInCancel = FALSE;
    Channel->StartPosition = SgdxChannelRead(Channel, SGDX_REG_SRAM_POSITION);
    WdfSpinLockRelease(Channel->Lock);

    status = WdfRequestMarkCancelableEx(Request, SgdxEvtRequestCancel);
    if (!NT_SUCCESS(status)) {
        WdfSpinLockAcquire(Channel->Lock);
        Channel->Request = NULL;
        WdfSpinLockRelease(Channel->Lock);
    }
    return status;
}

BOOLEAN
SgdxRequestDisown(
    _In_ PCHANNEL Channel
    )
/*++

Routine Description:

    Ends the request's being cancelable and current. Returns FALSE if EvtRequestCancel is about to run, and then it
    completes the request; otherwise the caller does.

--*/
{
    BOOLEAN ours = TRUE;
    BOOLEAN cancelled = (BOOLEAN)(WdfRequestUnmarkCancelable(Channel->Request) == STATUS_CANCELLED);

    WdfSpinLockAcquire(Channel->Lock);
    if (cancelled && !Channel->CancelCallbackRan) {
        Channel->CompleteInCancel = TRUE;
        ours = FALSE;
    } else {
        Channel->Request = NULL;
    }
    WdfSpinLockRelease(Channel->Lock);
    return ours;
}

VOID
SgdxRequestFinish(
    _In_ PCHANNEL Channel,
    _In_ NTSTATUS Status,
    _In_ ULONG_PTR Information
    )
{
    WDFREQUEST request = Channel->Request;

    if (!SgdxRequestDisown(Channel)) {
        return;
    }

    Channel->Requests++;
    if (Status == STATUS_CANCELLED) {
        Channel->Cancelled++;
    }

    // The queue presents the next request from within this call.
    WdfRequestCompleteWithInformation(request, Status, Information);
}

BOOLEAN
SgdxChannelClaim(
    _In_ PCHANNEL Channel
    )
/*++

Routine Description:

    Returns TRUE to exactly one caller for each chain started.

--*/
{
    BOOLEAN claimed;

    WdfSpinLockAcquire(Channel->Lock);
    claimed = Channel->Running;
    Channel->Running = FALSE;
    WdfSpinLockRelease(Channel->Lock);

    if (claimed) {
        // Not waiting: this may run in the watchdog itself, and at DISPATCH_LEVEL.
        WdfTimerStop(Channel->Watchdog, FALSE);
    }
    return claimed;
}

BOOLEAN
SgdxChannelClaimEnded(
    _In_ PCHANNEL Channel,
    _Out_ PULONG Status,
    _Out_ PULONG Completed
    )
/*++

Routine Description:

    As SgdxChannelClaim, but only if the engine has stopped by itself (or the device has gone). Engines are started with
    the lock held, so what is read here belongs to the chain that is claimed: a late interrupt of an earlier chain
    finds a busy engine and ends nothing.

--*/
{
    BOOLEAN claimed = FALSE;

    WdfSpinLockAcquire(Channel->Lock);
    *Status = SgdxChannelRead(Channel, SGDX_REG_STATUS);
    *Completed = SgdxChannelRead(Channel, SGDX_REG_COMPLETED);
    if (Channel->Running && (*Status == SGDX_ALL_ONES || (*Status & SGDX_STATUS_BUSY) == 0)) {
        Channel->Running = FALSE;
        claimed = TRUE;
    }
    WdfSpinLockRelease(Channel->Lock);

    if (claimed) {
        WdfTimerStop(Channel->Watchdog, FALSE);
    }
    return claimed;
}

ULONG
SgdxChannelHalt(
    _In_ PCHANNEL Channel
    )
/*++

Routine Description:

    Stops the engine and returns how many bytes of the chain it has moved. When this returns the engine touches
    host memory no more: the read that follows makes sure that the write has arrived.

--*/
{
    ULONG completed;

    SgdxChannelWrite(Channel, SGDX_REG_CONTROL, SGDX_CONTROL_IRQ_ENABLE);
    if (SgdxChannelRead(Channel, SGDX_REG_STATUS) == SGDX_ALL_ONES) {
        return 0;
    }
    completed = SgdxChannelRead(Channel, SGDX_REG_COMPLETED);
    return completed == SGDX_ALL_ONES ? 0 : completed;
}

VOID
SgdxEvtRequestCancel(
    _In_ WDFREQUEST Request
    )
{
    PCHANNEL channel = SgdxGetChannelReference(WdfRequestGetIoQueue(Request))->Channel;
    ULONG_PTR transferred;
    BOOLEAN complete;

    WdfSpinLockAcquire(channel->Lock);      // #cancel
    channel->CancelCallbackRan = TRUE;
    complete = channel->CompleteInCancel;
    WdfSpinLockRelease(channel->Lock);

    if (complete) {
        // Whoever ended the chain found the request being cancelled and left it to us.
        transferred = 0;
    } else if (SgdxChannelClaim(channel)) {
        transferred = SgdxDmaEnd(channel, SgdxChannelHalt(channel));
    } else {
        return;     // somebody is ending the chain at this moment, and finishes the request
    }

    WdfSpinLockAcquire(channel->Lock);
    channel->Request = NULL;
    channel->Requests++;
    channel->Cancelled++;
    WdfSpinLockRelease(channel->Lock);

    WdfRequestCompleteWithInformation(Request, STATUS_CANCELLED, transferred);
}

VOID
SgdxEvtWatchdog(
    _In_ WDFTIMER Timer
    )
/*++

Routine Description:

    The chain takes too long. If the engine is idle the interrupt was lost, and we go on as if it had come. If it is
    busy it hangs: the channel is reset and the request fails.

--*/
{
    PCHANNEL channel = SgdxGetChannelReference(Timer)->Channel;
    BOOLEAN hangs = FALSE;
    ULONG status;
    ULONG completed;

    WdfSpinLockAcquire(channel->Lock);
    status = SgdxChannelRead(channel, SGDX_REG_STATUS);
    if (channel->Running && (status & SGDX_STATUS_BUSY) != 0 && KeQueryInterruptTime() >= channel->Deadline) {
        // The deadline tells a chain that hangs from one that was started after this callback had been queued.
        channel->Running = FALSE;
        hangs = TRUE;
    }
    WdfSpinLockRelease(channel->Lock);

    if (!hangs) {
        if ((status & SGDX_STATUS_BUSY) == 0) {
            SgdxDmaChainEnded(channel);
        }
        return;
    }

    SgdxTraceError("channel %u: no end in sight, status 0x%08X\n", channel->Index, status);
    completed = SgdxChannelHalt(channel);
    SgdxChannelWrite(channel, SGDX_REG_CONTROL, SGDX_CONTROL_RESET);
    SgdxChannelWrite(channel, SGDX_REG_CONTROL, SGDX_CONTROL_IRQ_ENABLE);
    SgdxRequestFinish(channel, status == SGDX_ALL_ONES ? STATUS_DEVICE_NOT_CONNECTED : STATUS_IO_TIMEOUT, SgdxDmaEnd(channel, completed));
}
