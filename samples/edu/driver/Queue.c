// SPDX-License-Identifier: MIT
/*++

Module Name:

    Queue.c

Abstract:

    The I/O queue and its handlers.

Environment:

    Kernel mode

--*/

#include "Edu.h"

#ifdef ALLOC_PRAGMA
#pragma alloc_text (PAGE, EduQueueCreate)
#endif

NTSTATUS
EduQueueCreate(
    _In_ PDEVICE_CONTEXT DeviceContext
    )
/*++

Routine Description:

    One sequential, power-managed queue takes everything, because the device has one DMA engine, one buffer
    and one factorial unit, and all of them report through one status register.

--*/
{
    WDF_IO_QUEUE_CONFIG config;
    NTSTATUS status;

    PAGED_CODE();

    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchSequential);
    config.EvtIoRead = EduEvtIoRead;
    config.EvtIoWrite = EduEvtIoWrite;
    config.EvtIoDeviceControl = EduEvtIoDeviceControl;
    config.EvtIoStop = EduEvtIoStop;

    status = WdfIoQueueCreate(DeviceContext->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &DeviceContext->Queue);
    if (!NT_SUCCESS(status)) {
        EduTraceError("WdfIoQueueCreate failed 0x%08X\n", status);
    }
    return status;
}

VOID
EduEvtIoRead(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t Length
    )
{
    UNREFERENCED_PARAMETER(Length);
    EduDmaStart(EduGetDeviceContext(WdfIoQueueGetDevice(Queue)), Request, WdfDmaDirectionReadFromDevice);
}

VOID
EduEvtIoWrite(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t Length
    )
{
    UNREFERENCED_PARAMETER(Length);
    EduDmaStart(EduGetDeviceContext(WdfIoQueueGetDevice(Queue)), Request, WdfDmaDirectionWriteToDevice);
}

static
VOID
EduLiveness(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ WDFREQUEST Request
    )
{
    PULONG input;
    PULONG output;
    NTSTATUS status;

    status = WdfRequestRetrieveInputBuffer(Request, sizeof(ULONG), (PVOID *)&input, NULL);
    if (NT_SUCCESS(status)) {
        status = WdfRequestRetrieveOutputBuffer(Request, sizeof(ULONG), (PVOID *)&output, NULL);
    }
    if (!NT_SUCCESS(status)) {
        WdfRequestComplete(Request, status);
        return;
    }

    // METHOD_BUFFERED: input and output are the same memory, so read before writing.
    EduWriteRegister(DeviceContext, EDU_REG_LIVENESS, *input);
    *output = EduReadRegister(DeviceContext, EDU_REG_LIVENESS);
    WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, sizeof(ULONG));
}

VOID
EduEvtIoDeviceControl(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t OutputBufferLength,
    _In_ size_t InputBufferLength,
    _In_ ULONG IoControlCode
    )
{
    PDEVICE_CONTEXT deviceContext = EduGetDeviceContext(WdfIoQueueGetDevice(Queue));

    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(InputBufferLength);

    switch (IoControlCode) {
    case IOCTL_EDU_FACTORIAL:
        EduFactorialStart(deviceContext, Request);
        break;

    case IOCTL_EDU_LIVENESS:
        EduLiveness(deviceContext, Request);
        break;

    default:
        EduTraceError("unknown control code 0x%08X\n", IoControlCode);
        WdfRequestComplete(Request, STATUS_INVALID_DEVICE_REQUEST);
        break;
    }
}

VOID
EduEvtIoStop(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ ULONG ActionFlags
    )
/*++

Routine Description:

    The queue stops, for a power transition or for removal, and this request is still with us.

    While the device is there nothing needs to be done: the operation ends soon, by its interrupt or by its
    timer, and the framework waits for that. A device that has gone ends nothing, so the operation is aborted.

--*/
{
    PDEVICE_CONTEXT deviceContext = EduGetDeviceContext(WdfIoQueueGetDevice(Queue));

    EduTraceInfo("EvtIoStop, request %p, flags 0x%08X\n", Request, ActionFlags);

    if (deviceContext->DeviceGone) {
        EduOperationAbort(deviceContext, STATUS_DEVICE_NOT_CONNECTED);
    }
}
