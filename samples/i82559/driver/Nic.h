// SPDX-License-Identifier: MIT
/*++

    A small driver for the Intel 82559: one frame is sent at a time through a DMA transaction, received frames wait in a ring of
    descriptors until somebody reads them. Registers are reached through a structure over the memory BAR.

--*/

#pragma once

#include <ntddk.h>
#include <wdf.h>
#include <initguid.h>
#include "Public.h"
#include "Hardware.h"

#define NIC_POOL_TAG        'ciNS'
#define RECEIVE_COUNT       8
#define MAXIMUM_FRAME       1514
#define MAXIMUM_FRAGMENTS   8
#define IDLE_TIMEOUT_MS     1000

// Memory that driver and device share.
typedef struct _SHARED {
    SELF_TEST           SelfTest;   // first: PORT takes multiples of 16
    COMMAND_BLOCK       Command;    // configure, station address
    TRANSMIT_BLOCK      Transmit;
    BUFFER_DESCRIPTOR   Buffers[MAXIMUM_FRAGMENTS];
    RECEIVE_DESCRIPTOR  Receive[RECEIVE_COUNT];
    STATISTICS          Statistics;
} SHARED, *PSHARED;

typedef struct _DEVICE_CONTEXT {
    WDFDEVICE           Device;
    WDFINTERRUPT        Interrupt;
    WDFDMAENABLER       Enabler;
    WDFDMATRANSACTION   Transaction;
    WDFCOMMONBUFFER     SharedBuffer;
    WDFQUEUE            ReadQueue;
    WDFSPINLOCK         ReceiveLock;
    volatile CSR        *Csr;
    SIZE_T              CsrLength;
    PSHARED             Shared;
    ULONG               SharedAddress;  // logical; the device has 32 address bits
    UCHAR               Station[6];
    UCHAR               Causes;         // seen by the ISR, not yet by the DPC; under the interrupt lock
    BOOLEAN             IsTransmitting;
    ULONG               NextReceive;    // oldest descriptor of the ring
} DEVICE_CONTEXT, *PDEVICE_CONTEXT;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(DEVICE_CONTEXT, GetContext)

#define SHARED_ADDRESS(context, member) ((context)->SharedAddress + (ULONG)FIELD_OFFSET(SHARED, member))

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD NicEvtDeviceAdd;
EVT_WDF_DEVICE_PREPARE_HARDWARE NicEvtDevicePrepareHardware;
EVT_WDF_DEVICE_RELEASE_HARDWARE NicEvtDeviceReleaseHardware;
EVT_WDF_DEVICE_D0_ENTRY NicEvtDeviceD0Entry;
EVT_WDF_DEVICE_D0_EXIT NicEvtDeviceD0Exit;
EVT_WDF_DEVICE_ARM_WAKE_FROM_S0 NicEvtDeviceArmWake;
EVT_WDF_DEVICE_DISARM_WAKE_FROM_S0 NicEvtDeviceDisarmWake;
EVT_WDF_DEVICE_WAKE_FROM_S0_TRIGGERED NicEvtDeviceWakeTriggered;
EVT_WDF_INTERRUPT_ISR NicEvtInterruptIsr;
EVT_WDF_INTERRUPT_DPC NicEvtInterruptDpc;
EVT_WDF_INTERRUPT_ENABLE NicEvtInterruptEnable;
EVT_WDF_INTERRUPT_DISABLE NicEvtInterruptDisable;
EVT_WDF_IO_QUEUE_IO_WRITE NicEvtIoWrite;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL NicEvtIoDeviceControl;
EVT_WDF_IO_QUEUE_STATE NicEvtReadReady;
EVT_WDF_PROGRAM_DMA NicEvtProgramDma;

// Hardware.c
VOID HwReset(_In_ PDEVICE_CONTEXT Context);
NTSTATUS HwSelfTest(_In_ PDEVICE_CONTEXT Context);
VOID HwReadStation(_In_ PDEVICE_CONTEXT Context);
BOOLEAN HwAccepted(_In_ PDEVICE_CONTEXT Context);
BOOLEAN HwCommand(_In_ PDEVICE_CONTEXT Context, _In_ UCHAR Command, _In_ ULONG Pointer);
NTSTATUS HwConfigure(_In_ PDEVICE_CONTEXT Context, _In_ BOOLEAN WakeOnLink);
NTSTATUS HwSetStation(_In_ PDEVICE_CONTEXT Context);
NTSTATUS HwStatistics(_In_ PDEVICE_CONTEXT Context);

// Receive.c
VOID ReceiveStart(_In_ PDEVICE_CONTEXT Context);
VOID ReceiveFrames(_In_ PDEVICE_CONTEXT Context);

// Transmit.c
VOID TransmitDone(_In_ PDEVICE_CONTEXT Context);
