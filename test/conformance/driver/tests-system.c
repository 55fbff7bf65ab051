// SPDX-License-Identifier: MIT
// The system profile: the platform's DMA controller moves the data (sections 2.9, 3.14, 3.15 and 4 of the specification).
#include "conformance.h"

#define SYSTEM_LENGTH 0x3000

static EVT_WDF_PROGRAM_DMA EvtSystemProgram;
static EVT_WDF_DMA_TRANSACTION_CONFIGURE_DMA_CHANNEL EvtConfigure;
static EVT_WDF_DMA_TRANSACTION_DMA_TRANSFER_COMPLETE EvtComplete;
static EVT_WDF_RESERVE_DMA EvtSystemReserve;

static ULONG Programmed;
static ULONG Configured;
static ULONG Completed;
static ULONG Reserved;
static ULONG Elements;
static ULONG PlannedLength;
static size_t PlannedOffset;
static PVOID PlannedMdl;
static PVOID ConfigureContext;
static PVOID CompleteContext;
static PSCATTER_GATHER_LIST List;
static DMA_COMPLETION_STATUS LastCompletion;
static WDF_DMA_DIRECTION LastDirection;
static KIRQL CompleteIrql;
static BOOLEAN ConfigureAnswer = TRUE;
// Completion routine: how it ends the transfer.
static ULONG Final;
static BOOLEAN Over;
static NTSTATUS OverStatus;

static
BOOLEAN
EvtSystemProgram(
    _In_ WDFDMATRANSACTION Transaction,
    _In_ WDFDEVICE Device,
    _In_ WDFCONTEXT Context,
    _In_ WDF_DMA_DIRECTION Direction,
    _In_ PSCATTER_GATHER_LIST SgList
    )
{
    UNREFERENCED_PARAMETER(Transaction);
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Direction);
    Programmed++;
    Elements = SgList->NumberOfElements;
    List = SgList;
    return TRUE;
}

static
BOOLEAN
EvtConfigure(
    _In_ WDFDMATRANSACTION Transaction,
    _In_ WDFDEVICE Device,
    _In_opt_ PVOID Context,
    _In_opt_ PMDL Mdl,
    _In_ size_t Offset,
    _In_ size_t Length
    )
{
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Device);
    Configured++;
    ConfigureContext = Context;
    PlannedMdl = Mdl;
    PlannedOffset = Offset;
    PlannedLength = (ULONG)Length;
    if (!ConfigureAnswer) {
        WdfDmaTransactionDmaCompletedFinal(Transaction, 0, &status);
    }
    return ConfigureAnswer;
}

static
VOID
EvtComplete(
    _In_ WDFDMATRANSACTION Transaction,
    _In_ WDFDEVICE Device,
    _In_ WDFCONTEXT Context,
    _In_ WDF_DMA_DIRECTION Direction,
    _In_ DMA_COMPLETION_STATUS Status
    )
{
    UNREFERENCED_PARAMETER(Device);
    Completed++;
    CompleteContext = Context;
    CompleteIrql = KeGetCurrentIrql();
    LastCompletion = Status;
    LastDirection = Direction;
    Over = Final != 0 ? WdfDmaTransactionDmaCompletedFinal(Transaction, Final - 1, &OverStatus) : WdfDmaTransactionDmaCompleted(Transaction, &OverStatus);
}

static
VOID
EvtSystemReserve(
    _In_ WDFDMATRANSACTION Transaction,
    _In_ PVOID Context
    )
{
    UNREFERENCED_PARAMETER(Transaction);
    UNREFERENCED_PARAMETER(Context);
    Reserved++;
}

static
WDFDMAENABLER
CreateSystem(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDF_DMA_PROFILE Profile,
    _In_ BOOLEAN Looped
    )
{
    WDF_DMA_ENABLER_CONFIG config;
    WDF_DMA_SYSTEM_PROFILE_CONFIG system;
    WDFDMAENABLER enabler = NULL;
    PHYSICAL_ADDRESS port;

    WDF_DMA_ENABLER_CONFIG_INIT(&config, Profile, SYSTEM_LENGTH);
    if (!NT_SUCCESS(WdfDmaEnablerCreate(Context->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &enabler))) {
        return NULL;
    }
    port.QuadPart = 0x1000;
    WDF_DMA_SYSTEM_PROFILE_CONFIG_INIT(&system, port, Width32Bits, &Context->DmaDescriptors[0]);
    system.DemandMode = TRUE;
    system.LoopedTransfer = Looped;
    CHECK("2.9", NT_SUCCESS(WdfDmaEnablerConfigureSystemProfile(enabler, &system, WdfDmaDirectionReadFromDevice)));
    if (Profile == WdfDmaProfileSystemDuplex) {
        system.DmaDescriptor = &Context->DmaDescriptors[1];
        CHECK("2.9,2.2.8", NT_SUCCESS(WdfDmaEnablerConfigureSystemProfile(enabler, &system, WdfDmaDirectionWriteToDevice)));
    }
    return enabler;
}

static
VOID
Forget(
    VOID
    )
{
    Programmed = Configured = Completed = Reserved = Elements = Final = 0;
    ConfigureAnswer = TRUE;
    Over = FALSE;
    OverStatus = STATUS_UNSUCCESSFUL;
}

// Lets the device and the controller work.
static
VOID
Pause(
    VOID
    )
{
    LARGE_INTEGER interval;

    interval.QuadPart = WDF_REL_TIMEOUT_IN_MS(5);
    KeDelayExecutionThread(KernelMode, FALSE, &interval);
}

// Asserts the request line of a direction for `Bytes` bytes.
static
VOID
Dreq(
    _In_ PDEVICE_CONTEXT Context,
    _In_ ULONG Line,
    _In_ ULONG Bytes
    )
{
    WriteRegister(Context, REG_DREQ, (Line << 24) | Bytes);
    Pause();
}

// Configuration, and a transfer with everything a system transaction has.
static
VOID
System(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDF_DMA_SYSTEM_PROFILE_CONFIG system;
    WDFDMAENABLER enabler;
    WDFDMATRANSACTION transaction;
    PHYSICAL_ADDRESS port;
    BUFFER buffer;
    NTSTATUS status;
    PUCHAR bytes;
    ULONG i;
    BOOLEAN same = TRUE;

    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    Forget();
    CHECK("2.9", Context->DmaCount == 2 && Context->DmaDescriptors[0].u.DmaV3.Channel == 1 && Context->DmaDescriptors[0].u.DmaV3.RequestLine == 5);
    CHECK("2.9", Context->DmaDescriptors[1].u.Dma.Channel == 2 && Context->DmaDescriptors[1].u.Dma.Port == 6);
    enabler = CreateSystem(Context, WdfDmaProfileSystem, FALSE);
    if (enabler == NULL || !AllocateBuffer(&buffer, SYSTEM_LENGTH)) {
        CHECK("2.9", FALSE);
        return;
    }
    CHECK("2.2.7,4.4", WdfDmaEnablerGetMaximumLength(enabler) == SYSTEM_LENGTH && WdfDmaEnablerWdmGetDmaAdapter(enabler, WdfDmaDirectionReadFromDevice) == WdfDmaEnablerWdmGetDmaAdapter(enabler, WdfDmaDirectionWriteToDevice));

    // A second configuration, and a descriptor that names no channel.
    port.QuadPart = 0;
    WDF_DMA_SYSTEM_PROFILE_CONFIG_INIT(&system, port, Width32Bits, &Context->DmaDescriptors[0]);
    CHECK("2.9", system.Size == sizeof(system) && system.DmaWidth == Width32Bits && system.DemandMode == FALSE && system.LoopedTransfer == FALSE);
    VIOLATION("2.9,9.3.2", "en-system-config");
    CHECK("2.9", WdfDmaEnablerConfigureSystemProfile(enabler, &system, WdfDmaDirectionReadFromDevice) == STATUS_INVALID_PARAMETER);

    status = WdfDmaTransactionCreate(enabler, WDF_NO_OBJECT_ATTRIBUTES, &transaction);
    CHECK("3.4", NT_SUCCESS(status));
    WdfDmaTransactionSetTransferCompleteCallback(transaction, EvtComplete, &Completed);
    WdfDmaTransactionSetChannelConfigurationCallback(transaction, EvtConfigure, &Configured);
    RtlZeroMemory(buffer.Address, SYSTEM_LENGTH);
    WriteRegister(Context, REG_CYCLES, 0);
    CHECK("3.5", NT_SUCCESS(WdfDmaTransactionInitialize(transaction, EvtSystemProgram, WdfDmaDirectionReadFromDevice, buffer.Mdl, buffer.Address, SYSTEM_LENGTH)));
    WdfDmaTransactionSetDeviceAddressOffset(transaction, 0x40);
    CHECK("3.8", NT_SUCCESS(WdfDmaTransactionExecute(transaction, NULL)));
    CHECK("3.15.1,3.3.13", Configured == 1 && ConfigureContext == &Configured && PlannedMdl == buffer.Mdl && PlannedOffset == 0 && PlannedLength == SYSTEM_LENGTH);
    CHECK("3.8.2,4.1.3", Programmed == 1 && Elements >= 1 && WdfDmaTransactionGetCurrentDmaTransferLength(transaction) == SYSTEM_LENGTH);
    Pause();
    // Nothing moves before the device asks, and no more than it asks for.
    CHECK("3.15.2", ReadRegister(Context, REG_CYCLES) == 0 && Completed == 0);
    Dreq(Context, 0, 0x1000);
    CHECK("3.15.2", ReadRegister(Context, REG_CYCLES) == 0x1000 && Completed == 0 && ReadRegister(Context, REG_TC) == 0);
    Dreq(Context, 0, 0x2000);
    CHECK("3.15.3,3.3.12", ReadRegister(Context, REG_PORT) == 0x1040 + 0x2000);
    CHECK("3.15.2,3.3.13", ReadRegister(Context, REG_TC) == 1 && Completed == 1 && CompleteContext == &Completed && CompleteIrql == DISPATCH_LEVEL);
    CHECK("3.15.2", LastCompletion == DmaComplete && LastDirection == WdfDmaDirectionReadFromDevice && Over && OverStatus == STATUS_SUCCESS);
    CHECK("3.9", WdfDmaTransactionGetBytesTransferred(transaction) == SYSTEM_LENGTH);
    bytes = buffer.Address;
    for (i = 1; i < SYSTEM_LENGTH; i++) {
        same = same && bytes[i] == (UCHAR)(bytes[i - 1] + 1);
    }
    CHECK("3.9.3,2.2.7", same);
    WdfDmaTransactionRelease(transaction);

    // The offset is 0 again after Initialize; the callbacks stay. FALSE of the channel callback ends the staging.
    Forget();
    ConfigureAnswer = FALSE;
    WdfDmaTransactionInitialize(transaction, EvtSystemProgram, WdfDmaDirectionReadFromDevice, buffer.Mdl, buffer.Address, 256);
    CHECK("3.15.1,3.8.2", NT_SUCCESS(WdfDmaTransactionExecute(transaction, NULL)) && Configured == 1 && Programmed == 0);
    CHECK("3.15.1", WdfDmaTransactionGetBytesTransferred(transaction) == 0 && WdfDmaTransactionGetCurrentDmaTransferLength(transaction) == 0);
    WdfDmaTransactionRelease(transaction);
    Forget();
    WdfDmaTransactionSetChannelConfigurationCallback(transaction, NULL, NULL);
    WdfDmaTransactionInitialize(transaction, EvtSystemProgram, WdfDmaDirectionReadFromDevice, buffer.Mdl, buffer.Address, 256);
    WdfDmaTransactionExecute(transaction, NULL);
    Dreq(Context, 0, 256);
    CHECK("3.15.3,3.3.12,3.3.13", ReadRegister(Context, REG_PORT) == 0x1000 && Configured == 0 && Completed == 1);
    WdfDmaTransactionRelease(transaction);

    // Without the callback the device tells the driver: here the driver looks.
    Forget();
    WdfDmaTransactionSetTransferCompleteCallback(transaction, NULL, NULL);
    WdfDmaTransactionInitialize(transaction, EvtSystemProgram, WdfDmaDirectionWriteToDevice, buffer.Mdl, buffer.Address, 256);
    WdfDmaTransactionExecute(transaction, NULL);
    WriteRegister(Context, REG_SUM, 0);
    Dreq(Context, 0, 256);
    CHECK("3.15.2,2.2.7", Completed == 0 && ReadRegister(Context, REG_SUM) != 0);
    CHECK("3.9", WdfDmaTransactionDmaCompleted(transaction, &status) && NT_SUCCESS(status));
    WdfDmaTransactionRelease(transaction);
    WdfObjectDelete(enabler);
    FreeBuffer(&buffer);
}

// StopSystemTransfer in its two ways, transfers of several pieces, and the duplex profile.
static
VOID
SystemStop(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDFDMAENABLER enabler = CreateSystem(Context, WdfDmaProfileSystemDuplex, FALSE);
    WDFDMATRANSACTION transaction;
    WDFDMATRANSACTION second;
    PDMA_ADAPTER adapter;
    BUFFER buffer;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Request);
    Forget();
    if (enabler == NULL || !AllocateBuffer(&buffer, SYSTEM_LENGTH)) {
        CHECK("3.15.4", FALSE);
        return;
    }
    CHECK("2.2.8,4.4", WdfDmaEnablerWdmGetDmaAdapter(enabler, WdfDmaDirectionReadFromDevice) != WdfDmaEnablerWdmGetDmaAdapter(enabler, WdfDmaDirectionWriteToDevice));
    WdfDmaTransactionCreate(enabler, WDF_NO_OBJECT_ATTRIBUTES, &transaction);
    WdfDmaTransactionCreate(enabler, WDF_NO_OBJECT_ATTRIBUTES, &second);
    WdfDmaTransactionSetTransferCompleteCallback(transaction, EvtComplete, NULL);
    WdfDmaTransactionSetTransferCompleteCallback(second, EvtComplete, NULL);

    // With the callback: DmaCancelled; the next piece is not staged.
    WdfDmaTransactionInitialize(transaction, EvtSystemProgram, WdfDmaDirectionReadFromDevice, buffer.Mdl, buffer.Address, SYSTEM_LENGTH);
    WdfDmaTransactionSetMaximumLength(transaction, 0x1000);
    WdfDmaTransactionExecute(transaction, NULL);
    CHECK("3.8.2,4.1.1", Programmed == 1 && WdfDmaTransactionGetCurrentDmaTransferLength(transaction) == 0x1000);
    Dreq(Context, 0, 0x1000);
    CHECK("4.1.7,3.8.2", Completed == 1 && Programmed == 2 && !Over && OverStatus == STATUS_MORE_PROCESSING_REQUIRED);

    // A second transaction of the channel waits for it; the other direction has a channel of its own.
    WdfDmaTransactionInitialize(second, EvtSystemProgram, WdfDmaDirectionReadFromDevice, buffer.Mdl, buffer.Address, 16);
    CHECK("4.1.5,4.1.2", NT_SUCCESS(WdfDmaTransactionExecute(second, NULL)) && Programmed == 2);
    CHECK("3.13,4.1.13", WdfDmaTransactionCancel(second));
    WdfDmaTransactionRelease(second);
    WdfDmaTransactionInitialize(second, EvtSystemProgram, WdfDmaDirectionWriteToDevice, buffer.Mdl, buffer.Address, 16);
    CHECK("4.1.5,4.4", NT_SUCCESS(WdfDmaTransactionExecute(second, NULL)) && Programmed == 3);
    Dreq(Context, 1, 16);
    CHECK("2.2.8", Completed == 2 && Over && LastDirection == WdfDmaDirectionWriteToDevice);
    WdfDmaTransactionRelease(second);

    WdfDmaTransactionStopSystemTransfer(transaction);
    CHECK("3.15.4,12.2.12,10.5", Completed == 3 && LastCompletion == DmaCancelled && Over && OverStatus == STATUS_CANCELLED);
    CHECK("3.15.4", WdfDmaTransactionGetBytesTransferred(transaction) == 0x2000 && Programmed == 3);
    WdfDmaTransactionRelease(transaction);

    // Without the callback: the next mapping fails.
    Forget();
    WdfDmaTransactionSetTransferCompleteCallback(transaction, NULL, NULL);
    WdfDmaTransactionInitialize(transaction, EvtSystemProgram, WdfDmaDirectionReadFromDevice, buffer.Mdl, buffer.Address, SYSTEM_LENGTH);
    WdfDmaTransactionSetMaximumLength(transaction, 0x1000);
    WdfDmaTransactionExecute(transaction, NULL);
    WdfDmaTransactionStopSystemTransfer(transaction);
    CHECK("3.15.4,3.3.12", WdfDmaTransactionDmaCompleted(transaction, &status) && status == STATUS_CANCELLED && Programmed == 1);
    WdfDmaTransactionRelease(transaction);

    // The adapter's own routines for a controller.
    adapter = WdfDmaEnablerWdmGetDmaAdapter(enabler, WdfDmaDirectionReadFromDevice);
    CHECK("12.1", adapter->DmaOperations->ConfigureAdapterChannel(adapter, 0, NULL) == STATUS_NOT_IMPLEMENTED);
    WdfDmaTransactionInitialize(transaction, EvtSystemProgram, WdfDmaDirectionReadFromDevice, buffer.Mdl, buffer.Address, 256);
    WdfDmaTransactionExecute(transaction, NULL);
    CHECK("12.1", adapter->DmaOperations->ReadDmaCounter(adapter) == 256);
    Dreq(Context, 0, 100);
    CHECK("12.1", adapter->DmaOperations->ReadDmaCounter(adapter) == 156);
    CHECK("3.9", WdfDmaTransactionDmaCompletedFinal(transaction, 100, &status) && status == STATUS_SUCCESS);
    WdfDmaTransactionRelease(transaction);

    // Map registers and channel ahead of time.
    Forget();
    CHECK("3.14,4.1.11", NT_SUCCESS(WdfDmaTransactionAllocateResources(transaction, WdfDmaDirectionReadFromDevice, 2, EvtSystemReserve, NULL)) && Reserved == 1);
    WdfDmaTransactionInitialize(second, EvtSystemProgram, WdfDmaDirectionReadFromDevice, buffer.Mdl, buffer.Address, 16);
    CHECK("3.14", NT_SUCCESS(WdfDmaTransactionExecute(second, NULL)) && Programmed == 0);
    WdfDmaTransactionInitialize(transaction, EvtSystemProgram, WdfDmaDirectionReadFromDevice, buffer.Mdl, buffer.Address, 16);
    CHECK("3.14", NT_SUCCESS(WdfDmaTransactionExecute(transaction, NULL)) && Programmed == 1);
    Dreq(Context, 0, 16);
    WdfDmaTransactionDmaCompleted(transaction, &status);
    WdfDmaTransactionRelease(transaction);
    CHECK("3.14", Programmed == 1);
    WdfDmaTransactionFreeResources(transaction);
    CHECK("3.14,4.1.11", Programmed == 2);
    Dreq(Context, 0, 16);
    CHECK("3.15.2", Completed == 1 && Over);
    WdfDmaTransactionRelease(second);

    if (*Argument == 'B') {
        // Nothing to stop: the HAL refuses, and the verifier stops the machine.
        WdfDmaTransactionInitialize(transaction, EvtSystemProgram, WdfDmaDirectionReadFromDevice, buffer.Mdl, buffer.Address, 16);
        WdfDmaTransactionExecute(transaction, NULL);
        Dreq(Context, 0, 16);
        ExpectBugCheck("9.2.10,3.15.4", 8, (ULONG_PTR)transaction, 4);
        WdfDmaTransactionStopSystemTransfer(transaction);
    }
    WdfObjectDelete(enabler);
    FreeBuffer(&buffer);
}

// A channel that starts again by itself.
static
VOID
SystemLooped(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDFDMAENABLER enabler = CreateSystem(Context, WdfDmaProfileSystem, TRUE);
    WDFDMATRANSACTION transaction;
    BUFFER buffer;

    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    Forget();
    if (enabler == NULL || !AllocateBuffer(&buffer, 0x1000)) {
        CHECK("2.9", FALSE);
        return;
    }
    WdfDmaTransactionCreate(enabler, WDF_NO_OBJECT_ATTRIBUTES, &transaction);
    WdfDmaTransactionSetTransferCompleteCallback(transaction, EvtComplete, NULL);
    WdfDmaTransactionInitialize(transaction, EvtSystemProgram, WdfDmaDirectionReadFromDevice, buffer.Mdl, buffer.Address, 0x1000);
    WdfDmaTransactionExecute(transaction, NULL);
    WriteRegister(Context, REG_CYCLES, 0);
    Dreq(Context, 0, 0x2800);
    CHECK("2.9", ReadRegister(Context, REG_CYCLES) == 0x2800 && ReadRegister(Context, REG_TC) == 2 && Completed == 0);
    Final = 1;
    WdfDmaTransactionStopSystemTransfer(transaction);
    CHECK("3.15.4", Completed == 1 && LastCompletion == DmaCancelled && Over && OverStatus == STATUS_SUCCESS);
    WdfDmaTransactionRelease(transaction);
    WdfObjectDelete(enabler);
    FreeBuffer(&buffer);
}

// The HAL fails to flush (fault injection): the transaction ends with that status.
static
VOID
FlushFailed(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDF_DMA_ENABLER_CONFIG config;
    WDFDMAENABLER enabler;
    WDFDMATRANSACTION transaction;
    BUFFER buffer;
    NTSTATUS status;
    BOOLEAN extended = *Argument == '3';

    UNREFERENCED_PARAMETER(Request);
    Forget();
    WDF_DMA_ENABLER_CONFIG_INIT(&config, WdfDmaProfilePacket64, SYSTEM_LENGTH);
    config.WdmDmaVersionOverride = extended ? 3 : 0;
    if (!NT_SUCCESS(WdfDmaEnablerCreate(Context->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &enabler)) || !AllocateBuffer(&buffer, 256)) {
        CHECK("9.3.8", FALSE);
        return;
    }
    WdfDmaTransactionCreate(enabler, WDF_NO_OBJECT_ATTRIBUTES, &transaction);
    WdfDmaTransactionInitialize(transaction, EvtSystemProgram, WdfDmaDirectionWriteToDevice, buffer.Mdl, buffer.Address, 256);
    WdfDmaTransactionExecute(transaction, NULL);
    VIOLATION("9.3.8,3.9.3", "done-flush-failed");
    CHECK("9.3.8,3.9.3", WdfDmaTransactionDmaCompleted(transaction, &status) && status == (extended ? STATUS_DEVICE_DATA_ERROR : STATUS_UNSUCCESSFUL));
    CHECK("9.3.8", WdfDmaTransactionGetBytesTransferred(transaction) == 256);
    WdfDmaTransactionRelease(transaction);
    WdfObjectDelete(enabler);
    FreeBuffer(&buffer);
}

const TEST SystemTests[] = {
    { "system-profile", System },
    { "system-stop", SystemStop },
    { "system-looped", SystemLooped },
    { "flush-failed", FlushFailed },
    { NULL, NULL },
};
