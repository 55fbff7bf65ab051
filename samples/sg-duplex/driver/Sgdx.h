// SPDX-License-Identifier: MIT
/*++

Module Name:

    Sgdx.h

Abstract:

    Private declarations of the driver: contexts, callbacks, helpers.

--*/

#ifndef SGDX_H
#define SGDX_H

#include <ntddk.h>
#include <wdf.h>

#include "Public.h"
#include "Reg.h"

#define SGDX_POOL_TAG 'XDGS'

// The largest transfer takes the device less than 100 microseconds.
#define SGDX_TRANSFER_TIMEOUT_MS 500

#define SgdxTraceError(...) KdPrintEx((DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL, "sgdx: " __VA_ARGS__))
#define SgdxTraceInfo(...) KdPrintEx((DPFLTR_IHVDRIVER_ID, DPFLTR_INFO_LEVEL, "sgdx: " __VA_ARGS__))

struct _DEVICE_CONTEXT;

// One direction. The queue is sequential, so a channel has at most one request.
typedef struct _CHANNEL {
    struct _DEVICE_CONTEXT *DeviceContext;
    ULONG               Index;              // SGDX_CHANNEL_*
    WDF_DMA_DIRECTION   Direction;
    ULONG               RegisterBase;       // offset of the channel's registers
    ULONG               IrqMask;            // the channel's bits in IRQ_STATUS

    WDFQUEUE            Queue;
    WDFDMATRANSACTION   Transaction;        // created once, reused for every request
    WDFTIMER            Watchdog;
    WDFSPINLOCK         Lock;

    WDFCOMMONBUFFER     ChainBuffer;
    PSGDX_DESCRIPTOR    Chain;
    PHYSICAL_ADDRESS    ChainLogical;

    // Protected by Lock.
    BOOLEAN             Enabled;            // between EvtDmaEnablerEnable and EvtDmaEnablerDisable
    BOOLEAN             Running;            // the engine has been started, and nobody has claimed its end
    WDFREQUEST          Request;
    BOOLEAN             CancelCallbackRan;  // EvtRequestCancel came
    BOOLEAN             CompleteInCancel;   // EvtRequestCancel is on its way and has to complete the request
    ULONG               DescriptorCount;    // of the running chain
    ULONGLONG           Deadline;           // interrupt time at which the running chain is taken for hung
    ULONG               StartPosition;      // SRAM position at which the request began
    ULONG               SavedPosition;      // SRAM position kept across low power

    ULONG               Requests;
    ULONG               Cancelled;
} CHANNEL, *PCHANNEL;

typedef struct _DEVICE_CONTEXT {
    WDFDEVICE           Device;
    WDFQUEUE            ControlQueue;
    WDFDMAENABLER       DmaEnabler;
    WDFINTERRUPT        Interrupt[SGDX_CHANNEL_COUNT];
    BOOLEAN             OneInterrupt;       // line interrupt, or a single message: interrupt 0 serves both channels

    PUCHAR              Registers;
    SIZE_T              RegistersLength;
    PUCHAR              DebugPorts;         // NULL when BAR1 has no resource

    BOOLEAN             DeviceGone;         // surprise removal, or registers that read as all ones

    // Causes not handled yet, by interrupt. Written at DIRQL, taken by the DPC under the interrupt lock.
    ULONG               PendingCauses[SGDX_CHANNEL_COUNT];

    CHANNEL             Channel[SGDX_CHANNEL_COUNT];
} DEVICE_CONTEXT, *PDEVICE_CONTEXT;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(DEVICE_CONTEXT, SgdxGetDeviceContext)

// Context of a channel's queue and watchdog.
typedef struct _CHANNEL_REFERENCE {
    PCHANNEL            Channel;
} CHANNEL_REFERENCE, *PCHANNEL_REFERENCE;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(CHANNEL_REFERENCE, SgdxGetChannelReference)

// Context of the enabler.
typedef struct _ENABLER_REFERENCE {
    PDEVICE_CONTEXT     DeviceContext;
} ENABLER_REFERENCE, *PENABLER_REFERENCE;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(ENABLER_REFERENCE, SgdxGetEnablerReference)

FORCEINLINE
ULONG
SgdxRead(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ ULONG Offset
    )
{
    return READ_REGISTER_ULONG((volatile ULONG *)(DeviceContext->Registers + Offset));
}

FORCEINLINE
VOID
SgdxWrite(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ ULONG Offset,
    _In_ ULONG Value
    )
{
    WRITE_REGISTER_ULONG((volatile ULONG *)(DeviceContext->Registers + Offset), Value);
}

FORCEINLINE
ULONG
SgdxChannelRead(
    _In_ PCHANNEL Channel,
    _In_ ULONG Offset
    )
{
    return SgdxRead(Channel->DeviceContext, Channel->RegisterBase + Offset);
}

FORCEINLINE
VOID
SgdxChannelWrite(
    _In_ PCHANNEL Channel,
    _In_ ULONG Offset,
    _In_ ULONG Value
    )
{
    SgdxWrite(Channel->DeviceContext, Channel->RegisterBase + Offset, Value);
}

EXTERN_C_START

// Driver.c
DRIVER_INITIALIZE DriverEntry;

// Device.c
EVT_WDF_DRIVER_DEVICE_ADD SgdxEvtDeviceAdd;
EVT_WDF_DEVICE_PREPARE_HARDWARE SgdxEvtDevicePrepareHardware;
EVT_WDF_DEVICE_RELEASE_HARDWARE SgdxEvtDeviceReleaseHardware;
EVT_WDF_DEVICE_D0_ENTRY SgdxEvtDeviceD0Entry;
EVT_WDF_DEVICE_D0_EXIT SgdxEvtDeviceD0Exit;
EVT_WDF_DEVICE_SURPRISE_REMOVAL SgdxEvtDeviceSurpriseRemoval;

// Interrupt.c
NTSTATUS SgdxInterruptsCreate(_In_ PDEVICE_CONTEXT DeviceContext);
VOID SgdxInterruptsAssign(_In_ PDEVICE_CONTEXT DeviceContext, _In_ WDFCMRESLIST ResourcesRaw);
EVT_WDF_INTERRUPT_ISR SgdxEvtInterruptIsr;
EVT_WDF_INTERRUPT_DPC SgdxEvtInterruptDpc;
EVT_WDF_INTERRUPT_ENABLE SgdxEvtInterruptEnable;
EVT_WDF_INTERRUPT_DISABLE SgdxEvtInterruptDisable;

// Queue.c
NTSTATUS SgdxQueuesCreate(_In_ PDEVICE_CONTEXT DeviceContext);
EVT_WDF_IO_QUEUE_IO_READ SgdxEvtIoRead;
EVT_WDF_IO_QUEUE_IO_WRITE SgdxEvtIoWrite;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL SgdxEvtIoDeviceControl;
EVT_WDF_IO_QUEUE_IO_STOP SgdxEvtIoStop;

// Channel.c
NTSTATUS SgdxChannelCreate(_In_ PDEVICE_CONTEXT DeviceContext, _In_ ULONG Index);
NTSTATUS SgdxRequestOwn(_In_ PCHANNEL Channel, _In_ WDFREQUEST Request);
BOOLEAN SgdxRequestDisown(_In_ PCHANNEL Channel);
VOID SgdxRequestFinish(_In_ PCHANNEL Channel, _In_ NTSTATUS Status, _In_ ULONG_PTR Information);
BOOLEAN SgdxChannelClaim(_In_ PCHANNEL Channel);
BOOLEAN SgdxChannelClaimEnded(_In_ PCHANNEL Channel, _Out_ PULONG Status, _Out_ PULONG Completed);
ULONG SgdxChannelHalt(_In_ PCHANNEL Channel);
EVT_WDF_REQUEST_CANCEL SgdxEvtRequestCancel;
EVT_WDF_TIMER SgdxEvtWatchdog;

// Dma.c
NTSTATUS SgdxDmaCreate(_In_ PDEVICE_CONTEXT DeviceContext);
VOID SgdxDmaStart(_In_ PCHANNEL Channel, _In_ WDFREQUEST Request);
VOID SgdxDmaChainEnded(_In_ PCHANNEL Channel);
ULONG_PTR SgdxDmaEnd(_In_ PCHANNEL Channel, _In_ ULONG TransferredLength);
EVT_WDF_PROGRAM_DMA SgdxEvtProgramDma;
EVT_WDF_DMA_ENABLER_FILL SgdxEvtDmaEnablerFill;
EVT_WDF_DMA_ENABLER_ENABLE SgdxEvtDmaEnablerEnable;
EVT_WDF_DMA_ENABLER_SELFMANAGED_IO_START SgdxEvtDmaEnablerSelfManagedIoStart;
EVT_WDF_DMA_ENABLER_SELFMANAGED_IO_STOP SgdxEvtDmaEnablerSelfManagedIoStop;
EVT_WDF_DMA_ENABLER_DISABLE SgdxEvtDmaEnablerDisable;
EVT_WDF_DMA_ENABLER_FLUSH SgdxEvtDmaEnablerFlush;

EXTERN_C_END

#endif
