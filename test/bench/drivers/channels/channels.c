// SPDX-License-Identifier: MIT
// Many small scatter/gather transactions, for measuring how many the emulation manages. The device has eight channels, each with an
// address, a length and a doorbell, and completes a transfer in the register access that starts it.
#include <ntddk.h>
#include <wdf.h>

#define CHANNELS 8
#define TRANSFER_LENGTH 64
#define IOCTL_RUN CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)

#define REG_DONE 0x000
#define REG_CHANNEL(channel) (0x100 + 0x10 * (channel))
#define REG_ADDRESS_LOW 0x0
#define REG_ADDRESS_HIGH 0x4
#define REG_LENGTH 0x8
#define REG_GO 0xC

typedef struct _CHANNEL {
    WDFDMATRANSACTION Transaction;
    WDFREQUEST Request;     // NULL while the channel is free
    ULONG Index;
} CHANNEL, *PCHANNEL;

typedef struct _CHANNELS_CONTEXT {
    WDFDEVICE Device;
    WDFINTERRUPT Interrupt;
    WDFDMAENABLER Enabler;
    WDFSPINLOCK Lock;
    PUCHAR Registers;
    SIZE_T RegistersLength;
    ULONG Done;             // channels whose DPC is due; protected by the interrupt lock
    ULONG Remaining;        // transactions that IOCTL_RUN still has to do, on channel 0
    PMDL LoopMdl;
    CHANNEL Channels[CHANNELS];
} CHANNELS_CONTEXT, *PCHANNELS_CONTEXT;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(CHANNELS_CONTEXT, ChannelsGetContext)

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD EvtDeviceAdd;
EVT_WDF_OBJECT_CONTEXT_CLEANUP EvtDeviceCleanup;
EVT_WDF_DEVICE_PREPARE_HARDWARE EvtPrepareHardware;
EVT_WDF_DEVICE_RELEASE_HARDWARE EvtReleaseHardware;
EVT_WDF_INTERRUPT_ISR EvtInterruptIsr;
EVT_WDF_INTERRUPT_DPC EvtInterruptDpc;
EVT_WDF_IO_QUEUE_IO_WRITE EvtIoWrite;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL EvtIoDeviceControl;
EVT_WDF_PROGRAM_DMA EvtProgramDma;

static UCHAR s_LoopBuffer[TRANSFER_LENGTH];

static VOID
WriteRegister(PCHANNELS_CONTEXT Context, ULONG Offset, ULONG Value)
{
    WRITE_REGISTER_ULONG((volatile ULONG *)(Context->Registers + Offset), Value);
}

NTSTATUS
DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, EvtDeviceAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config, WDF_NO_HANDLE);
}

static NTSTATUS
CreateDma(PCHANNELS_CONTEXT Context)
{
    WDF_DMA_ENABLER_CONFIG config;
    NTSTATUS status;
    ULONG i;

    WDF_DMA_ENABLER_CONFIG_INIT(&config, WdfDmaProfileScatterGather64, TRANSFER_LENGTH);
    status = WdfDmaEnablerCreate(Context->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &Context->Enabler);
    for (i = 0; NT_SUCCESS(status) && i < CHANNELS; i++) {
        Context->Channels[i].Index = i;
        status = WdfDmaTransactionCreate(Context->Enabler, WDF_NO_OBJECT_ATTRIBUTES, &Context->Channels[i].Transaction);
    }
    return status;
}

static NTSTATUS
CreateQueue(PCHANNELS_CONTEXT Context)
{
    WDF_IO_QUEUE_CONFIG config;

    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchParallel);
    config.Settings.Parallel.NumberOfPresentedRequests = CHANNELS;
    config.EvtIoWrite = EvtIoWrite;
    config.EvtIoDeviceControl = EvtIoDeviceControl;
    return WdfIoQueueCreate(Context->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
}

NTSTATUS
EvtDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    WDF_PNPPOWER_EVENT_CALLBACKS callbacks;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_INTERRUPT_CONFIG interrupt;
    PCHANNELS_CONTEXT context;
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    WdfDeviceInitSetIoType(DeviceInit, WdfDeviceIoDirect);
    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&callbacks);
    callbacks.EvtDevicePrepareHardware = EvtPrepareHardware;
    callbacks.EvtDeviceReleaseHardware = EvtReleaseHardware;
    WdfDeviceInitSetPnpPowerEventCallbacks(DeviceInit, &callbacks);

    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, CHANNELS_CONTEXT);
    attributes.EvtCleanupCallback = EvtDeviceCleanup;
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    context = ChannelsGetContext(device);
    context->Device = device;
    WdfDeviceSetAlignmentRequirement(device, FILE_BYTE_ALIGNMENT);

    context->LoopMdl = IoAllocateMdl(s_LoopBuffer, TRANSFER_LENGTH, FALSE, FALSE, NULL);
    if (context->LoopMdl == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    MmBuildMdlForNonPagedPool(context->LoopMdl);

    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = device;
    status = WdfSpinLockCreate(&attributes, &context->Lock);
    if (NT_SUCCESS(status)) {
        WDF_INTERRUPT_CONFIG_INIT(&interrupt, EvtInterruptIsr, EvtInterruptDpc);
        status = WdfInterruptCreate(device, &interrupt, WDF_NO_OBJECT_ATTRIBUTES, &context->Interrupt);
    }
    if (NT_SUCCESS(status)) {
        status = CreateDma(context);
    }
    return NT_SUCCESS(status) ? CreateQueue(context) : status;
}

VOID
EvtDeviceCleanup(WDFOBJECT Object)
{
    PCHANNELS_CONTEXT context = ChannelsGetContext(Object);

    if (context->LoopMdl != NULL) {
        IoFreeMdl(context->LoopMdl);
        context->LoopMdl = NULL;
    }
}

NTSTATUS
EvtPrepareHardware(WDFDEVICE Device, WDFCMRESLIST Raw, WDFCMRESLIST Translated)
{
    PCHANNELS_CONTEXT context = ChannelsGetContext(Device);
    ULONG i;

    UNREFERENCED_PARAMETER(Raw);
    for (i = 0; i < WdfCmResourceListGetCount(Translated); i++) {
        PCM_PARTIAL_RESOURCE_DESCRIPTOR descriptor = WdfCmResourceListGetDescriptor(Translated, i);

        if (descriptor->Type == CmResourceTypeMemory) {
            context->RegistersLength = descriptor->u.Memory.Length;
            context->Registers = MmMapIoSpaceEx(descriptor->u.Memory.Start, context->RegistersLength, PAGE_READWRITE | PAGE_NOCACHE);
        }
    }
    return context->Registers == NULL ? STATUS_DEVICE_CONFIGURATION_ERROR : STATUS_SUCCESS;
}

NTSTATUS
EvtReleaseHardware(WDFDEVICE Device, WDFCMRESLIST Translated)
{
    PCHANNELS_CONTEXT context = ChannelsGetContext(Device);

    UNREFERENCED_PARAMETER(Translated);
    if (context->Registers != NULL) {
        MmUnmapIoSpace(context->Registers, context->RegistersLength);
        context->Registers = NULL;
    }
    return STATUS_SUCCESS;
}

// The status register clears when it is read, which also lets go of the interrupt.
BOOLEAN
EvtInterruptIsr(WDFINTERRUPT Interrupt, ULONG MessageID)
{
    PCHANNELS_CONTEXT context = ChannelsGetContext(WdfInterruptGetDevice(Interrupt));
    ULONG done = READ_REGISTER_ULONG((volatile ULONG *)(context->Registers + REG_DONE));

    UNREFERENCED_PARAMETER(MessageID);
    if (done == 0) {
        return FALSE;
    }
    context->Done |= done;
    WdfInterruptQueueDpcForIsr(Interrupt);
    return TRUE;
}

static NTSTATUS
StartLoopTransaction(PCHANNELS_CONTEXT Context)
{
    PCHANNEL channel = &Context->Channels[0];
    NTSTATUS status;

    status = WdfDmaTransactionInitialize(channel->Transaction, EvtProgramDma, WdfDmaDirectionWriteToDevice, Context->LoopMdl, s_LoopBuffer, TRANSFER_LENGTH);
    return NT_SUCCESS(status) ? WdfDmaTransactionExecute(channel->Transaction, channel) : status;
}

static VOID
TransferDone(PCHANNELS_CONTEXT Context, PCHANNEL Channel)
{
    WDFREQUEST request = Channel->Request;
    size_t length;
    NTSTATUS status;

    if (!WdfDmaTransactionDmaCompleted(Channel->Transaction, &status)) {
        return;
    }
    length = WdfDmaTransactionGetBytesTransferred(Channel->Transaction);
    WdfDmaTransactionRelease(Channel->Transaction);
    if (Context->Remaining > 0 && Channel->Index == 0) {
        if (--Context->Remaining > 0) {
            status = StartLoopTransaction(Context);
            if (NT_SUCCESS(status)) {
                return;
            }
        }
    }
    WdfSpinLockAcquire(Context->Lock);
    Channel->Request = NULL;
    WdfSpinLockRelease(Context->Lock);
    WdfRequestCompleteWithInformation(request, status, length);
}

VOID
EvtInterruptDpc(WDFINTERRUPT Interrupt, WDFOBJECT AssociatedObject)
{
    PCHANNELS_CONTEXT context = ChannelsGetContext(AssociatedObject);
    ULONG done;
    ULONG i;

    WdfInterruptAcquireLock(Interrupt);
    done = context->Done;
    context->Done = 0;
    WdfInterruptReleaseLock(Interrupt);
    for (i = 0; i < CHANNELS; i++) {
        if ((done & (1 << i)) != 0) {
            TransferDone(context, &context->Channels[i]);
        }
    }
}

// The queue presents no more requests than there are channels.
static PCHANNEL
TakeChannel(PCHANNELS_CONTEXT Context, WDFREQUEST Request)
{
    PCHANNEL channel = Context->Channels;

    WdfSpinLockAcquire(Context->Lock);
    while (channel->Request != NULL) {
        channel++;
    }
    channel->Request = Request;
    WdfSpinLockRelease(Context->Lock);
    return channel;
}

VOID
EvtIoWrite(WDFQUEUE Queue, WDFREQUEST Request, size_t Length)
{
    PCHANNELS_CONTEXT context = ChannelsGetContext(WdfIoQueueGetDevice(Queue));
    PCHANNEL channel = TakeChannel(context, Request);
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Length);
    status = WdfDmaTransactionInitializeUsingRequest(channel->Transaction, Request, EvtProgramDma, WdfDmaDirectionWriteToDevice);
    if (NT_SUCCESS(status)) {
        status = WdfDmaTransactionExecute(channel->Transaction, channel);
        if (!NT_SUCCESS(status)) {
            WdfDmaTransactionRelease(channel->Transaction);
        }
    }
    if (!NT_SUCCESS(status)) {
        channel->Request = NULL;
        WdfRequestComplete(Request, status);
    }
}

// Input: how many transactions to do, one after the other. Nothing else may be sent meanwhile.
VOID
EvtIoDeviceControl(WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength, size_t InputBufferLength, ULONG IoControlCode)
{
    PCHANNELS_CONTEXT context = ChannelsGetContext(WdfIoQueueGetDevice(Queue));
    PULONG count;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(InputBufferLength);
    status = IoControlCode == IOCTL_RUN ? WdfRequestRetrieveInputBuffer(Request, sizeof(ULONG), (PVOID *)&count, NULL) : STATUS_INVALID_DEVICE_REQUEST;
    if (NT_SUCCESS(status)) {
        context->Remaining = *count;
        context->Channels[0].Request = Request;
        status = StartLoopTransaction(context);
    }
    if (!NT_SUCCESS(status)) {
        WdfRequestComplete(Request, status);
    }
}

BOOLEAN
EvtProgramDma(WDFDMATRANSACTION Transaction, WDFDEVICE Device, WDFCONTEXT Context, WDF_DMA_DIRECTION Direction, PSCATTER_GATHER_LIST SgList)
{
    PCHANNELS_CONTEXT context = ChannelsGetContext(Device);
    PCHANNEL channel = Context;
    ULONG registers = REG_CHANNEL(channel->Index);
    ULONG i;

    UNREFERENCED_PARAMETER(Transaction);
    UNREFERENCED_PARAMETER(Direction);
    for (i = 0; i < SgList->NumberOfElements; i++) {
        WriteRegister(context, registers + REG_ADDRESS_LOW, SgList->Elements[i].Address.LowPart);
        WriteRegister(context, registers + REG_ADDRESS_HIGH, SgList->Elements[i].Address.HighPart);
        WriteRegister(context, registers + REG_LENGTH, SgList->Elements[i].Length);
        WriteRegister(context, registers + REG_GO, i + 1 == SgList->NumberOfElements ? 3 : 1);
    }
    return TRUE;
}
