// SPDX-License-Identifier: MIT
/*++

Module Name:

    Operation.c

Abstract:

    Who ends the running operation, and who completes its request.

    An operation can be ended by the DPC, by the timer, or by EvtIoStop when the device has gone. They compete
    for it with EduOperationClaim; the winner alone goes on. The request can be cancelled at any time, but the
    hardware cannot be stopped in the middle of a transfer, and its memory must stay mapped as long as it may
    write there. So EvtRequestCancel only leaves a mark, and whoever ends the running transfer honours it.

Environment:

    Kernel mode

--*/

#include "Edu.h"

#ifdef ALLOC_PRAGMA
#pragma alloc_text (PAGE, EduOperationTimerCreate)
#endif

NTSTATUS
EduOperationTimerCreate(
    _In_ PDEVICE_CONTEXT DeviceContext
    )
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_TIMER_CONFIG config;
    NTSTATUS status;

    PAGED_CODE();

    WDF_TIMER_CONFIG_INIT(&config, EduEvtOperationTimer);
    config.AutomaticSerialization = FALSE;      // DeviceContext->Lock does it

    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = DeviceContext->Device;

    status = WdfTimerCreate(&config, &attributes, &DeviceContext->OperationTimer);
    if (!NT_SUCCESS(status)) {
        EduTraceError("WdfTimerCreate failed 0x%08X\n", status);
    }
    return status;
}

NTSTATUS
EduRequestOwn(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ WDFREQUEST Request
    )
/*++

Routine Description:

    Makes Request the current one and cancelable. On failure (it has been cancelled already, and
    EvtRequestCancel will not be called) the caller completes it.

--*/
{
    NTSTATUS status;

    WdfSpinLockAcquire(DeviceContext->Lock);
    NT_ASSERT(DeviceContext->Request == NULL);
    DeviceContext->Request = Request;
    DeviceContext->CancelCallbackRan = FALSE;
    DeviceContext->CompleteInCancel = FALSE;
    WdfSpinLockRelease(DeviceContext->Lock);

    status = WdfRequestMarkCancelableEx(Request, EduEvtRequestCancel);
    if (!NT_SUCCESS(status)) {
        WdfSpinLockAcquire(DeviceContext->Lock);
        DeviceContext->Request = NULL;
        WdfSpinLockRelease(DeviceContext->Lock);
    }
    return status;
}

NTSTATUS
EduOperationBegin(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ EDU_OPERATION Operation
    )
/*++

Routine Description:

    Called with the lock held, and the hardware is started before it is let go. Fails if the device has gone or the
    request has been cancelled meanwhile, and then nothing may be started.

--*/
{
    if (DeviceContext->DeviceGone) {
        return STATUS_DEVICE_NOT_CONNECTED;
    }
    if (DeviceContext->CancelCallbackRan) {
        return STATUS_CANCELLED;
    }

    DeviceContext->Running = Operation;
    DeviceContext->OperationTimeouts = 0;
    WdfTimerStart(DeviceContext->OperationTimer, WDF_REL_TIMEOUT_IN_MS(EDU_OPERATION_TIMEOUT_MS));
    return STATUS_SUCCESS;
}

BOOLEAN
EduOperationClaimEnded(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ EDU_OPERATION Operation
    )
/*++

Routine Description:

    As EduOperationClaim, but only if the hardware is idle. It is started with the lock held, so a late interrupt of an
    operation that the timer has ended finds it busy with the next one, and ends nothing.

--*/
{
    BOOLEAN claimed = FALSE;
    ULONG busy;

    WdfSpinLockAcquire(DeviceContext->Lock);
    busy = Operation == EduOperationDma ? EduReadRegister(DeviceContext, EDU_REG_DMA_COMMAND) & EDU_DMA_START
                                        : EduReadRegister(DeviceContext, EDU_REG_STATUS) & EDU_STATUS_COMPUTING;
    if (DeviceContext->Running == Operation && busy == 0) {
        DeviceContext->Running = EduOperationNone;
        claimed = TRUE;
    }
    WdfSpinLockRelease(DeviceContext->Lock);

    if (claimed) {
        WdfTimerStop(DeviceContext->OperationTimer, FALSE);
    }
    return claimed;
}

BOOLEAN
EduOperationClaim(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ EDU_OPERATION Operation
    )
/*++

Routine Description:

    Returns TRUE to exactly one caller for each operation begun.

--*/
{
    BOOLEAN claimed = FALSE;

    WdfSpinLockAcquire(DeviceContext->Lock);
    if (DeviceContext->Running == Operation) {
        DeviceContext->Running = EduOperationNone;
        claimed = TRUE;
    }
    WdfSpinLockRelease(DeviceContext->Lock);

    if (claimed) {
        // Not waiting: this may run in the timer callback itself, and at DISPATCH_LEVEL.
        WdfTimerStop(DeviceContext->OperationTimer, FALSE);
    }
    return claimed;
}

VOID
EduRequestFinish(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ NTSTATUS Status,
    _In_ ULONG_PTR Information
    )
/*++

Routine Description:

    Completes the current request. The caller has ended the operation, and the DMA transaction is released.

--*/
{
    WDFREQUEST request = DeviceContext->Request;
    BOOLEAN leaveToCancel = FALSE;

    if (WdfRequestUnmarkCancelable(request) == STATUS_CANCELLED) {
        // EvtRequestCancel has run, or is about to. In the second case the request has to stay alive for it.
        WdfSpinLockAcquire(DeviceContext->Lock);
        if (!DeviceContext->CancelCallbackRan) {
            DeviceContext->CompleteInCancel = TRUE;
            leaveToCancel = TRUE;
        }
        WdfSpinLockRelease(DeviceContext->Lock);
        if (leaveToCancel) {
            return;
        }
    }

    WdfSpinLockAcquire(DeviceContext->Lock);
    DeviceContext->Request = NULL;
    WdfSpinLockRelease(DeviceContext->Lock);

    // The queue presents the next request from within this call.
    WdfRequestCompleteWithInformation(request, Status, Information);
}

VOID
EduEvtRequestCancel(
    _In_ WDFREQUEST Request
    )
{
    PDEVICE_CONTEXT deviceContext = EduGetDeviceContext(WdfIoQueueGetDevice(WdfRequestGetIoQueue(Request)));
    BOOLEAN complete;

    WdfSpinLockAcquire(deviceContext->Lock);
    deviceContext->CancelCallbackRan = TRUE;
    complete = deviceContext->CompleteInCancel;
    if (complete) {
        deviceContext->Request = NULL;
    }
    WdfSpinLockRelease(deviceContext->Lock);

    if (complete) {
        WdfRequestComplete(Request, STATUS_CANCELLED);
    }
}

VOID
EduOperationAbort(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ NTSTATUS Status
    )
/*++

Routine Description:

    Ends whatever is running without its having finished. Only for a device that cannot touch memory any more, or
    that has been given up.

--*/
{
    if (EduOperationClaim(DeviceContext, EduOperationDma)) {
        EduDmaFail(DeviceContext, Status);
    } else if (EduOperationClaim(DeviceContext, EduOperationFactorial)) {
        EduRequestFinish(DeviceContext, Status, 0);
    }
}

VOID
EduEvtOperationTimer(
    _In_ WDFTIMER Timer
    )
/*++

Routine Description:

    The running operation takes too long. If the hardware says that it is done, the interrupt was lost, and the
    operation goes on as if it had come. If it is still busy it gets some more time, because unmapping memory
    under a running transfer is worse than waiting.

--*/
{
    PDEVICE_CONTEXT deviceContext = EduGetDeviceContext(WdfTimerGetParentObject(Timer));
    EDU_OPERATION running;
    ULONG timeouts;
    ULONG value;

    WdfSpinLockAcquire(deviceContext->Lock);
    running = deviceContext->Running;
    timeouts = ++deviceContext->OperationTimeouts;
    WdfSpinLockRelease(deviceContext->Lock);

    if (running == EduOperationNone) {
        return;
    }

    value = EduReadRegister(deviceContext, running == EduOperationDma ? EDU_REG_DMA_COMMAND : EDU_REG_STATUS);
    if (value == EDU_ALL_ONES) {
        EduOperationAbort(deviceContext, STATUS_DEVICE_NOT_CONNECTED);
        return;
    }

    if (running == EduOperationDma && (value & EDU_DMA_START) == 0) {
        EduTraceError("DMA interrupt was lost\n");
        EduDmaTransferDone(deviceContext);
        return;
    }
    if (running == EduOperationFactorial && (value & EDU_STATUS_COMPUTING) == 0) {
        EduTraceError("factorial interrupt was lost\n");
        EduFactorialDone(deviceContext);
        return;
    }

    if (timeouts < EDU_OPERATION_GRACE) {
        WdfTimerStart(Timer, WDF_REL_TIMEOUT_IN_MS(EDU_OPERATION_TIMEOUT_MS));
        return;
    }

    EduTraceError("the device does not finish, giving it up\n");
    WdfDeviceSetFailed(deviceContext->Device, WdfDeviceFailedAttemptRestart);
    EduOperationAbort(deviceContext, STATUS_IO_TIMEOUT);
}
