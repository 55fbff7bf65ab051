// SPDX-License-Identifier: MIT
/*++

Module Name:

    Queue.c

Abstract:

    Sequential queues for reads, writes and control requests, and a manual one for requests that wait for the board.

Environment:

    Kernel mode

--*/

#include "Precomp.h"
#include "Queue.tmh"

#ifdef ALLOC_PRAGMA
#pragma alloc_text (PAGE, SramQueuesCreate)
#endif

static
NTSTATUS
SramChannelQueueCreate(
    _In_ PCHANNEL Channel
    )
{
    WDFDEVICE device = Channel->DeviceContext->Device;
    BOOLEAN isWrite = (BOOLEAN)(Channel->Index == SRAM_CHANNEL_TO_DEVICE);
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_IO_QUEUE_CONFIG config;
    NTSTATUS status;

    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchSequential);
    config.EvtIoStop = SramEvtIoStop;
    if (isWrite) {
        config.EvtIoWrite = SramEvtIoWrite;
    } else {
        config.EvtIoRead = SramEvtIoRead;
    }
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, CHANNEL_REFERENCE);
    status = WdfIoQueueCreate(device, &config, &attributes, &Channel->Queue);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    SramGetChannelReference(Channel->Queue)->Channel = Channel;
    return WdfDeviceConfigureRequestDispatching(device, Channel->Queue, isWrite ? WdfRequestTypeWrite : WdfRequestTypeRead);
}

NTSTATUS
SramQueuesCreate(
    _In_ PDEVICE_CONTEXT DeviceContext
    )
{
    WDF_IO_QUEUE_CONFIG config;
    NTSTATUS status = STATUS_SUCCESS;
    ULONG i;

    PAGED_CODE();

    for (i = 0; NT_SUCCESS(status) && i < SRAM_CHANNEL_COUNT; i++) {
        status = SramChannelQueueCreate(&DeviceContext->Channel[i]);
    }
    if (NT_SUCCESS(status)) {
        WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchSequential);
        config.EvtIoDeviceControl = SramEvtIoDeviceControl;
        status = WdfIoQueueCreate(DeviceContext->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &DeviceContext->ControlQueue);
    }
    if (NT_SUCCESS(status)) {
        // What waits here is not in the driver's hands: the framework cancels it.
        WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchManual);
        config.PowerManaged = WdfFalse;
        status = WdfIoQueueCreate(DeviceContext->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &DeviceContext->ExchangeQueue);
    }
    if (!NT_SUCCESS(status)) {
        TraceError(TRACE_IO, "queues: %!STATUS!", status);
    }
    return status;
}

static
VOID
SramStartAt(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t Length,
    _In_ LONGLONG Offset
    )
{
    PCHANNEL channel = SramGetChannelReference(Queue)->Channel;
    ULONG sramLength = channel->DeviceContext->SramLength;

    if (Offset < 0 || Offset > sramLength || Length > sramLength - (ULONG)Offset) {
        TraceError(TRACE_IO, "%Iu bytes at 0x%I64X do not fit the SRAM", Length, Offset);
        WdfRequestComplete(Request, STATUS_INVALID_PARAMETER);
        return;
    }
    SramTransferStart(channel, Request, (ULONG)Offset);
}

VOID
SramEvtIoRead(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t Length
    )
{
    WDF_REQUEST_PARAMETERS parameters;

    WDF_REQUEST_PARAMETERS_INIT(&parameters);
    WdfRequestGetParameters(Request, &parameters);
    SramStartAt(Queue, Request, Length, parameters.Parameters.Read.DeviceOffset);
}

VOID
SramEvtIoWrite(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t Length
    )
{
    WDF_REQUEST_PARAMETERS parameters;

    WDF_REQUEST_PARAMETERS_INIT(&parameters);
    WdfRequestGetParameters(Request, &parameters);
    SramStartAt(Queue, Request, Length, parameters.Parameters.Write.DeviceOffset);
}

static
NTSTATUS
SramGetStatistics(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ WDFREQUEST Request
    )
{
    PSRAM_STATISTICS output;
    NTSTATUS status;
    ULONG i;

    status = WdfRequestRetrieveOutputBuffer(Request, sizeof(*output), (PVOID *)&output, NULL);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    for (i = 0; i < SRAM_CHANNEL_COUNT; i++) {
        output->Channel[i] = DeviceContext->Channel[i].Statistics;
    }
    WdfRequestSetInformation(Request, sizeof(*output));
    return STATUS_SUCCESS;
}

static
NTSTATUS
SramPeek(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ WDFREQUEST Request
    )
{
    PULONG address;
    PUCHAR output;
    size_t length;
    ULONG from;
    NTSTATUS status;

    // Buffered: input and output are the same memory.
    status = WdfRequestRetrieveInputBuffer(Request, sizeof(*address), (PVOID *)&address, NULL);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    from = *address;
    status = WdfRequestRetrieveOutputBuffer(Request, 1, (PVOID *)&output, &length);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    if (from > DeviceContext->SramLength || length > DeviceContext->SramLength - from) {
        return STATUS_INVALID_PARAMETER;
    }
    READ_REGISTER_BUFFER_UCHAR(DeviceContext->Sram + from, output, (ULONG)length);
    WdfRequestSetInformation(Request, length);
    return STATUS_SUCCESS;
}

VOID
SramEvtIoDeviceControl(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t OutputBufferLength,
    _In_ size_t InputBufferLength,
    _In_ ULONG IoControlCode
    )
{
    PDEVICE_CONTEXT deviceContext = SramGetDeviceContext(WdfIoQueueGetDevice(Queue));
    NTSTATUS status;

    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(InputBufferLength);

    switch (IoControlCode) {
    case IOCTL_SRAM_GET_STATISTICS:
        status = SramGetStatistics(deviceContext, Request);
        break;
    case IOCTL_SRAM_PEEK:
        status = SramPeek(deviceContext, Request);
        break;
    case IOCTL_SRAM_EXCHANGE:
        status = SramExchangeStart(deviceContext, Request);
        break;
    default:
        status = STATUS_INVALID_DEVICE_REQUEST;
        break;
    }
    if (status != STATUS_PENDING) {
        WdfRequestComplete(Request, status);
    }
}

VOID
SramEvtIoStop(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ ULONG ActionFlags
    )
/*++

Routine Description:

    Before a power-down the framework waits for the transfer, which takes a millisecond. A board that has gone will not
    end it.

--*/
{
    PCHANNEL channel = SramGetChannelReference(Queue)->Channel;

    UNREFERENCED_PARAMETER(Request);
    if ((ActionFlags & WdfRequestStopActionPurge) != 0 && channel->DeviceContext->Gone) {
        SramTransferFail(channel, STATUS_DEVICE_NOT_CONNECTED);
    }
}
