// SPDX-License-Identifier: MIT
/*++

Module Name:

    Edu.h

Abstract:

    Private declarations of the driver: device context, callbacks, helpers.

--*/

#ifndef EDU_H
#define EDU_H

#include <ntddk.h>
#include <wdf.h>

#include "Public.h"
#include "Reg.h"

#define EDU_POOL_TAG 'UDEQ'

// A 4 KiB transfer takes the device about 100 ms.
#define EDU_OPERATION_TIMEOUT_MS    1000
#define EDU_OPERATION_GRACE         3

#define EduTraceError(...) KdPrintEx((DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL, "edu: " __VA_ARGS__))
#define EduTraceInfo(...) KdPrintEx((DPFLTR_IHVDRIVER_ID, DPFLTR_INFO_LEVEL, "edu: " __VA_ARGS__))

// What the device is working on. The I/O queue is sequential, so there is one operation at most.
typedef enum _EDU_OPERATION {
    EduOperationNone = 0,
    EduOperationDma,
    EduOperationFactorial
} EDU_OPERATION;

typedef struct _DEVICE_CONTEXT {
    WDFDEVICE           Device;
    WDFQUEUE            Queue;
    WDFINTERRUPT        Interrupt;
    WDFDMAENABLER       DmaEnabler;
    WDFDMATRANSACTION   DmaTransaction;     // created once, reused for every request
    WDFTIMER            OperationTimer;
    WDFSPINLOCK         Lock;

    PUCHAR              Registers;
    SIZE_T              RegistersLength;

    // Interrupt causes not handled yet. Written at DIRQL, taken by the DPC under the interrupt lock.
    ULONG               PendingCauses;

    // Protected by Lock.
    BOOLEAN             DeviceGone;         // surprise removal: no register access makes sense any more
    EDU_OPERATION       Running;            // set just before the hardware starts, cleared by whoever claims its end
    WDFREQUEST          Request;            // request the operation belongs to
    ULONG               OperationTimeouts;  // timer expirations of the running operation
    BOOLEAN             CancelCallbackRan;  // EvtRequestCancel came
    BOOLEAN             CompleteInCancel;   // EvtRequestCancel is on its way and has to complete the request
} DEVICE_CONTEXT, *PDEVICE_CONTEXT;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(DEVICE_CONTEXT, EduGetDeviceContext)

FORCEINLINE
ULONG
EduReadRegister(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ ULONG Offset
    )
{
    return READ_REGISTER_ULONG((volatile ULONG *)(DeviceContext->Registers + Offset));
}

FORCEINLINE
VOID
EduWriteRegister(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ ULONG Offset,
    _In_ ULONG Value
    )
{
    WRITE_REGISTER_ULONG((volatile ULONG *)(DeviceContext->Registers + Offset), Value);
}

EXTERN_C_START

// Driver.c
DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_UNLOAD EduEvtDriverUnload;

// Device.c
EVT_WDF_DRIVER_DEVICE_ADD EduEvtDeviceAdd;
EVT_WDF_DEVICE_PREPARE_HARDWARE EduEvtDevicePrepareHardware;
EVT_WDF_DEVICE_RELEASE_HARDWARE EduEvtDeviceReleaseHardware;
EVT_WDF_DEVICE_D0_ENTRY EduEvtDeviceD0Entry;
EVT_WDF_DEVICE_D0_EXIT EduEvtDeviceD0Exit;
EVT_WDF_DEVICE_SURPRISE_REMOVAL EduEvtDeviceSurpriseRemoval;

// Interrupt.c
NTSTATUS EduInterruptCreate(_In_ PDEVICE_CONTEXT DeviceContext);
EVT_WDF_INTERRUPT_ISR EduEvtInterruptIsr;
EVT_WDF_INTERRUPT_DPC EduEvtInterruptDpc;
EVT_WDF_INTERRUPT_ENABLE EduEvtInterruptEnable;
EVT_WDF_INTERRUPT_DISABLE EduEvtInterruptDisable;

// Queue.c
NTSTATUS EduQueueCreate(_In_ PDEVICE_CONTEXT DeviceContext);
EVT_WDF_IO_QUEUE_IO_READ EduEvtIoRead;
EVT_WDF_IO_QUEUE_IO_WRITE EduEvtIoWrite;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL EduEvtIoDeviceControl;
EVT_WDF_IO_QUEUE_IO_STOP EduEvtIoStop;

// Operation.c
NTSTATUS EduOperationTimerCreate(_In_ PDEVICE_CONTEXT DeviceContext);
NTSTATUS EduRequestOwn(_In_ PDEVICE_CONTEXT DeviceContext, _In_ WDFREQUEST Request);
NTSTATUS EduOperationBegin(_In_ PDEVICE_CONTEXT DeviceContext, _In_ EDU_OPERATION Operation);
BOOLEAN EduOperationClaimEnded(_In_ PDEVICE_CONTEXT DeviceContext, _In_ EDU_OPERATION Operation);
BOOLEAN EduOperationClaim(_In_ PDEVICE_CONTEXT DeviceContext, _In_ EDU_OPERATION Operation);
VOID EduRequestFinish(_In_ PDEVICE_CONTEXT DeviceContext, _In_ NTSTATUS Status, _In_ ULONG_PTR Information);
VOID EduOperationAbort(_In_ PDEVICE_CONTEXT DeviceContext, _In_ NTSTATUS Status);
EVT_WDF_TIMER EduEvtOperationTimer;
EVT_WDF_REQUEST_CANCEL EduEvtRequestCancel;

// Dma.c
NTSTATUS EduDmaCreate(_In_ PDEVICE_CONTEXT DeviceContext);
VOID EduDmaStart(_In_ PDEVICE_CONTEXT DeviceContext, _In_ WDFREQUEST Request, _In_ WDF_DMA_DIRECTION Direction);
VOID EduDmaTransferDone(_In_ PDEVICE_CONTEXT DeviceContext);
VOID EduDmaFail(_In_ PDEVICE_CONTEXT DeviceContext, _In_ NTSTATUS Status);
EVT_WDF_PROGRAM_DMA EduEvtProgramDma;

// Factorial.c
VOID EduFactorialStart(_In_ PDEVICE_CONTEXT DeviceContext, _In_ WDFREQUEST Request);
VOID EduFactorialDone(_In_ PDEVICE_CONTEXT DeviceContext);

EXTERN_C_END

#endif
