// SPDX-License-Identifier: MIT
/*++

    Declarations of the skeleton driver. A bad driver includes this header, defines the hooks it wants (AT_…), and includes
    probe-driver.h at its end; everything it does not define is done right there.

--*/

#ifndef PROBE_H
#define PROBE_H

#include <ntddk.h>
#include <wdf.h>

#define PROBE_POOL_TAG 'borP'

#define PROBE_REG_STATUS    0x00
#define PROBE_REG_ADDRESS   0x04
#define PROBE_REG_UPPER     0x08
#define PROBE_REG_LENGTH    0x0C
#define PROBE_REG_CONTROL   0x10
#define PROBE_REG_RAISE     0x14

#define PROBE_STATUS_DONE   0x1
#define PROBE_START         0x1
#define PROBE_TO_MEMORY     0x2

#define PROBE_MAXIMUM_LENGTH 0x10000

typedef struct _DEVICE_CONTEXT {
    WDFDEVICE           Device;
    WDFQUEUE            Queue;
    WDFINTERRUPT        Interrupt;
    WDFDMAENABLER       Enabler;
    WDFDMATRANSACTION   Transaction;
    WDFSPINLOCK         Lock;
    WDFREQUEST          Request;
    PUCHAR              Registers;
    SIZE_T              RegistersLength;
    PVOID               Scratch;        // for the cases
} DEVICE_CONTEXT, *PDEVICE_CONTEXT;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(DEVICE_CONTEXT, ProbeGetContext)

FORCEINLINE
ULONG
ProbeRead(
    _In_ PDEVICE_CONTEXT Context,
    _In_ ULONG Offset
    )
{
    return READ_REGISTER_ULONG((volatile ULONG *)(Context->Registers + Offset));
}

FORCEINLINE
VOID
ProbeWrite(
    _In_ PDEVICE_CONTEXT Context,
    _In_ ULONG Offset,
    _In_ ULONG Value
    )
{
    WRITE_REGISTER_ULONG((volatile ULONG *)(Context->Registers + Offset), Value);
}

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD ProbeEvtDeviceAdd;
EVT_WDF_DEVICE_PREPARE_HARDWARE ProbeEvtPrepareHardware;
EVT_WDF_DEVICE_RELEASE_HARDWARE ProbeEvtReleaseHardware;
EVT_WDF_DEVICE_D0_ENTRY ProbeEvtD0Entry;
EVT_WDF_INTERRUPT_ISR ProbeEvtIsr;
EVT_WDF_INTERRUPT_DPC ProbeEvtDpc;
EVT_WDF_INTERRUPT_ENABLE ProbeEvtInterruptEnable;
EVT_WDF_IO_QUEUE_IO_READ ProbeEvtIoRead;
EVT_WDF_IO_QUEUE_IO_WRITE ProbeEvtIoWrite;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL ProbeEvtIoDeviceControl;
EVT_WDF_PROGRAM_DMA ProbeEvtProgramDma;

// Starts the DMA of a read or write request; completes the request when that fails.
VOID ProbeStartDma(_In_ PDEVICE_CONTEXT Context, _In_ WDFREQUEST Request, _In_ WDF_DMA_DIRECTION Direction);

// Tells the device one transfer.
VOID ProbeProgram(_In_ PDEVICE_CONTEXT Context, _In_ ULONGLONG Address, _In_ ULONG Length, _In_ WDF_DMA_DIRECTION Direction);

// Ends the transaction and the request after the device has finished.
VOID ProbeFinishDma(_In_ PDEVICE_CONTEXT Context);

#endif
