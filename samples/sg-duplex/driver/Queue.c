// SPDX-License-Identifier: MIT
/*++

Module Name:

    Queue.c

Abstract:

    Three sequential queues: writes, reads, control requests. They are independent of each other, so a write and a
    read are in flight at the same time.

Environment:

    Kernel mode

--*/

#include "Sgdx.h"

#ifdef ALLOC_PRAGMA
#pragma alloc_text (PAGE, SgdxQueuesCreate)
#endif

static
NTSTATUS
SgdxChannelQueueCreate(
    _In_ PCHANNEL Channel
    )
{
    WDFDEVICE device = Channel->DeviceContext->Device;
    BOOLEAN isWrite = (BOOLEAN)(Channel->Direction == WdfDmaDirectionWriteToDevice);
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_IO_QUEUE_CONFIG config;
    NTSTATUS status;

    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchSequential);
    config.EvtIoStop = SgdxEvtIoStop;
    if (isWrite) {
        config.EvtIoWrite = SgdxEvtIoWrite;
    } else {
        config.EvtIoRead = SgdxEvtIoRead;
    }

    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, CHANNEL_REFERENCE);
    status = WdfIoQueueCreate(device, &config, &attributes, &Channel->Queue);
    if (!NT_SUCCESS(status)) {
        SgdxTraceError("WdfIoQueueCreate failed 0x%08X\n", status);
        return status;
    }
    SgdxGetChannelReference(Channel->Queue)->Channel = Channel;

    status = WdfDeviceConfigureRequestDispatching(device, Channel->Queue, isWrite ? WdfRequestTypeWrite : WdfRequestTypeRead);
    if (!NT_SUCCESS(status)) {
        SgdxTraceError("WdfDeviceConfigureRequestDispatching failed 0x%08X\n", status);
    }
    return status;
}

NTSTATUS
SgdxQueuesCreate(
    _In_ PDEVICE_CONTEXT DeviceContext
    )
{
    WDF_IO_QUEUE_CONFIG config;
    NTSTATUS status = STATUS_SUCCESS;
    ULONG i;

    PAGED_CODE();

    for (i = 0; NT_SUCCESS(status) && i < SGDX_CHANNEL_COUNT; i++) {
        status = SgdxChannelQueueCreate(&DeviceContext->Channel[i]);
    }
    if (!NT_SUCCESS(status)) {
        return status;
    }

    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchSequential);
    config.EvtIoDeviceControl = SgdxEvtIoDeviceControl;
    status = WdfIoQueueCreate(DeviceContext->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &DeviceContext->ControlQueue);
    if (!NT_SUCCESS(status)) {
        SgdxTraceError("WdfIoQueueCreate failed 0x%08X\n", status);
    }
    return status;
}

VOID
SgdxEvtIoRead(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t Length
    )
{
    UNREFERENCED_PARAMETER(Length);
    SgdxDmaStart(SgdxGetChannelReference(Queue)->Channel, Request);
}

VOID
SgdxEvtIoWrite(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t Length
    )
{
    UNREFERENCED_PARAMETER(Length);
    SgdxDmaStart(SgdxGetChannelReference(Queue)->Channel, Request);
}

static
NTSTATUS
SgdxSetPosition(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ WDFREQUEST Request
    )
{
    PSGDX_POSITION input;
    PCHANNEL channel;
    NTSTATUS status;

    status = WdfRequestRetrieveInputBuffer(Request, sizeof(*input), (PVOID *)&input, NULL);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    if (input->Channel >= SGDX_CHANNEL_COUNT || input->Position >= SGDX_SRAM_LENGTH) {
        return STATUS_INVALID_PARAMETER;
    }

    channel = &DeviceContext->Channel[input->Channel];
    WdfSpinLockAcquire(channel->Lock);
    if (channel->Request != NULL) {
        status = STATUS_DEVICE_BUSY;        // the device ignores the write while its engine is busy
    } else {
        SgdxChannelWrite(channel, SGDX_REG_SRAM_POSITION, input->Position);
    }
    WdfSpinLockRelease(channel->Lock);
    return status;
}

static
NTSTATUS
SgdxGetStatistics(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ WDFREQUEST Request,
    _Out_ PULONG_PTR Information
    )
{
    PSGDX_STATISTICS output;
    PCHANNEL channel;
    ULONG high;
    ULONG low;
    NTSTATUS status;
    ULONG i;

    status = WdfRequestRetrieveOutputBuffer(Request, sizeof(*output), (PVOID *)&output, NULL);
    if (!NT_SUCCESS(status)) {
        return status;
    }

    for (i = 0; i < SGDX_CHANNEL_COUNT; i++) {
        channel = &DeviceContext->Channel[i];

        // The engine may be counting: read again if the lower half has wrapped in between.
        do {
            high = SgdxChannelRead(channel, SGDX_REG_TOTAL_HI);
            low = SgdxChannelRead(channel, SGDX_REG_TOTAL_LO);
        } while (high != SgdxChannelRead(channel, SGDX_REG_TOTAL_HI));

        output->Channel[i].BytesMoved = ((ULONG64)high << 32) | low;
        output->Channel[i].Chains = SgdxChannelRead(channel, SGDX_REG_CHAINS);
        output->Channel[i].Errors = SgdxChannelRead(channel, SGDX_REG_ERRORS);
        output->Channel[i].Position = SgdxChannelRead(channel, SGDX_REG_SRAM_POSITION);
        output->Channel[i].Requests = channel->Requests;
        output->Channel[i].Cancelled = channel->Cancelled;
        output->Channel[i].Reserved = 0;
    }
    *Information = sizeof(*output);
    return STATUS_SUCCESS;
}

static
NTSTATUS
SgdxPeekSram(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ WDFREQUEST Request,
    _Out_ PULONG_PTR Information
    )
/*++

Routine Description:

    The queue is sequential, so nobody else moves the index while we read.

--*/
{
    PULONG input;
    PULONG output;
    size_t length;
    ULONG address;
    NTSTATUS status;

    if (DeviceContext->DebugPorts == NULL) {
        return STATUS_NOT_SUPPORTED;
    }

    status = WdfRequestRetrieveInputBuffer(Request, sizeof(ULONG), (PVOID *)&input, NULL);
    if (NT_SUCCESS(status)) {
        status = WdfRequestRetrieveOutputBuffer(Request, sizeof(ULONG), (PVOID *)&output, &length);
    }
    if (!NT_SUCCESS(status)) {
        return status;
    }

    // METHOD_BUFFERED: input and output are the same memory.
    address = *input;
    if ((address & 3) != 0 || address >= SGDX_SRAM_LENGTH) {
        return STATUS_INVALID_PARAMETER;
    }
    length &= ~(size_t)3;

    WRITE_PORT_ULONG((PULONG)(DeviceContext->DebugPorts + SGDX_PORT_DEBUG_INDEX), address);
    READ_PORT_BUFFER_ULONG((PULONG)(DeviceContext->DebugPorts + SGDX_PORT_DEBUG_DATA), output, (ULONG)(length / sizeof(ULONG)));
    *Information = length;
    return STATUS_SUCCESS;
}

VOID
SgdxEvtIoDeviceControl(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t OutputBufferLength,
    _In_ size_t InputBufferLength,
    _In_ ULONG IoControlCode
    )
{
    PDEVICE_CONTEXT deviceContext = SgdxGetDeviceContext(WdfIoQueueGetDevice(Queue));
    ULONG_PTR information = 0;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(InputBufferLength);

    switch (IoControlCode) {
    case IOCTL_SGDX_SET_POSITION:
        status = SgdxSetPosition(deviceContext, Request);
        break;

    case IOCTL_SGDX_GET_STATISTICS:
        status = SgdxGetStatistics(deviceContext, Request, &information);
        break;

    case IOCTL_SGDX_PEEK_SRAM:
        status = SgdxPeekSram(deviceContext, Request, &information);
        break;

    default:
        SgdxTraceError("unknown control code 0x%08X\n", IoControlCode);
        status = STATUS_INVALID_DEVICE_REQUEST;
        break;
    }
    WdfRequestCompleteWithInformation(Request, status, information);
}

VOID
SgdxEvtIoStop(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ ULONG ActionFlags
    )
/*++

Routine Description:

    The queue stops, for a power transition or for removal, and this request is still with us. The engine is
    halted, because memory it could still reach must not stay mapped while the device changes power.

    For a power transition the request goes back to the head of the queue and starts over when the device is back,
    at the SRAM position at which it began. For removal it fails.

--*/
{
    PCHANNEL channel = SgdxGetChannelReference(Queue)->Channel;
    ULONG_PTR transferred;

    SgdxTraceInfo("channel %u: EvtIoStop, request %p, flags 0x%08X\n", channel->Index, Request, ActionFlags);

    if (!SgdxChannelClaim(channel)) {
        return;     // somebody is ending the chain at this moment, and finishes the request
    }
    transferred = SgdxDmaEnd(channel, SgdxChannelHalt(channel));

    if ((ActionFlags & WdfRequestStopActionPurge) != 0 || channel->DeviceContext->DeviceGone) {
        SgdxRequestFinish(channel, channel->DeviceContext->DeviceGone ? STATUS_DEVICE_NOT_CONNECTED : STATUS_CANCELLED, transferred);
        return;
    }

    SgdxChannelWrite(channel, SGDX_REG_SRAM_POSITION, channel->StartPosition);
    if (SgdxRequestDisown(channel)) {
        WdfRequestStopAcknowledge(Request, TRUE);
    }
}
