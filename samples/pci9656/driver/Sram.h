// SPDX-License-Identifier: MIT
/*++

Module Name:

    Sram.h

Abstract:

    Private declarations of the driver.

    Each direction has a DMA channel, a sequential queue and a transaction of its own, so a read and a write run at
    the same time, and a channel has one request at most.

--*/

#pragma once

// Pieces of a transfer: SRAM_MAX_TRANSFER bytes touch at most one page more than they fill.
#define SRAM_MAX_DESCRIPTORS    (SRAM_MAX_TRANSFER / PAGE_SIZE + 1)

// A transfer takes the board about a millisecond.
#define SRAM_WATCHDOG_MS        250
#define SRAM_IDLE_MS            5000

typedef struct _DEVICE_CONTEXT DEVICE_CONTEXT, *PDEVICE_CONTEXT;

typedef struct _CHANNEL {
    PDEVICE_CONTEXT     DeviceContext;
    ULONG               Index;                  // SRAM_CHANNEL_*, and the number of the chip's channel
    WDF_DMA_DIRECTION   Direction;

    WDFQUEUE            Queue;
    WDFDMATRANSACTION   Transaction;
    WDFTIMER            Watchdog;
    WDFSPINLOCK         Lock;

    WDFCOMMONBUFFER     ChainBuffer;
    PPLX_DESCRIPTOR     Chain;
    PHYSICAL_ADDRESS    ChainLogical;

    WDFREQUEST          Request;                // the queue is sequential
    ULONG               SramAddress;            // at which Request begins

    // Protected by Lock.
    BOOLEAN             Running;                // started, and nobody has claimed the end
    ULONG               DescriptorCount;        // of the running transfer; 0: block mode
    ULONGLONG           Deadline;

    SRAM_CHANNEL_STATISTICS Statistics;
} CHANNEL, *PCHANNEL;

struct _DEVICE_CONTEXT {
    WDFDEVICE           Device;
    WDFINTERRUPT        Interrupt;
    WDFDMAENABLER       DataEnabler;            // 64-bit addresses
    WDFDMAENABLER       ChainEnabler;           // 32-bit addresses: DMADPR and the links of a chain have no more
    WDFQUEUE            ControlQueue;
    WDFQUEUE            ExchangeQueue;          // requests that wait for the board's processor

    BUS_INTERFACE_STANDARD Bus;
    BOOLEAN             HasBus;

    PUCHAR              Registers;              // BAR0
    SIZE_T              RegistersLength;
    PUCHAR              Sram;                   // BAR2
    ULONG               SramLength;
    BOOLEAN             Gone;

    // Causes not handled yet: written at DIRQL, taken by the DPC under the interrupt lock.
    ULONG               PendingInterrupts;      // PLX_INT_*_ACTIVE
    ULONG               PendingDoorbells;
    ULONG               AbortMasters;           // PLX_INT_NOT_MASTER of channels that were masters

    CHANNEL             Channel[SRAM_CHANNEL_COUNT];
};

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(DEVICE_CONTEXT, SramGetDeviceContext)

// Context of a channel's queue and watchdog.
typedef struct _CHANNEL_REFERENCE {
    PCHANNEL            Channel;
} CHANNEL_REFERENCE;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(CHANNEL_REFERENCE, SramGetChannelReference)

FORCEINLINE
ULONG
SramRead(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ ULONG Offset
    )
{
    return READ_REGISTER_ULONG((PULONG)(DeviceContext->Registers + Offset));
}

FORCEINLINE
VOID
SramWrite(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ ULONG Offset,
    _In_ ULONG Value
    )
{
    WRITE_REGISTER_ULONG((PULONG)(DeviceContext->Registers + Offset), Value);
}

FORCEINLINE
UCHAR
SramReadCommand(
    _In_ PCHANNEL Channel
    )
{
    return READ_REGISTER_UCHAR(Channel->DeviceContext->Registers + PLX_REG_DMACSR(Channel->Index));
}

FORCEINLINE
VOID
SramWriteCommand(
    _In_ PCHANNEL Channel,
    _In_ UCHAR Value
    )
{
    WRITE_REGISTER_UCHAR(Channel->DeviceContext->Registers + PLX_REG_DMACSR(Channel->Index), Value);
}

// Driver.c
DRIVER_INITIALIZE DriverEntry;
EVT_WDF_OBJECT_CONTEXT_CLEANUP SramEvtDriverContextCleanup;

// Device.c
EVT_WDF_DRIVER_DEVICE_ADD SramEvtDeviceAdd;
EVT_WDF_DEVICE_D0_ENTRY SramEvtDeviceD0Entry;
EVT_WDF_DEVICE_D0_EXIT SramEvtDeviceD0Exit;
EVT_WDF_DEVICE_SURPRISE_REMOVAL SramEvtDeviceSurpriseRemoval;

// Hardware.c
EVT_WDF_DEVICE_PREPARE_HARDWARE SramEvtDevicePrepareHardware;
EVT_WDF_DEVICE_RELEASE_HARDWARE SramEvtDeviceReleaseHardware;
VOID SramClearBusStatus(_In_ PDEVICE_CONTEXT DeviceContext);

// Interrupt.c
NTSTATUS SramInterruptCreate(_In_ PDEVICE_CONTEXT DeviceContext);
EVT_WDF_INTERRUPT_ISR SramEvtInterruptIsr;
EVT_WDF_INTERRUPT_DPC SramEvtInterruptDpc;
EVT_WDF_INTERRUPT_ENABLE SramEvtInterruptEnable;
EVT_WDF_INTERRUPT_DISABLE SramEvtInterruptDisable;

// Queue.c
NTSTATUS SramQueuesCreate(_In_ PDEVICE_CONTEXT DeviceContext);
EVT_WDF_IO_QUEUE_IO_READ SramEvtIoRead;
EVT_WDF_IO_QUEUE_IO_WRITE SramEvtIoWrite;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL SramEvtIoDeviceControl;
EVT_WDF_IO_QUEUE_IO_STOP SramEvtIoStop;

// Transfer.c
NTSTATUS SramTransfersCreate(_In_ PDEVICE_CONTEXT DeviceContext);
VOID SramTransferStart(_In_ PCHANNEL Channel, _In_ WDFREQUEST Request, _In_ ULONG SramAddress);
VOID SramTransferDone(_In_ PCHANNEL Channel);
VOID SramTransferFail(_In_ PCHANNEL Channel, _In_ NTSTATUS Status);
EVT_WDF_PROGRAM_DMA SramEvtProgramDma;
EVT_WDF_TIMER SramEvtWatchdog;

// Doorbell.c
NTSTATUS SramExchangeStart(_In_ PDEVICE_CONTEXT DeviceContext, _In_ WDFREQUEST Request);
VOID SramExchangeDone(_In_ PDEVICE_CONTEXT DeviceContext);
