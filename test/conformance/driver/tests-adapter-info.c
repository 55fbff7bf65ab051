// SPDX-License-Identifier: MIT
// The adapter of a transaction (3.3.1), and lists that are read too late (12.3.2).
#include "conformance.h"

#define LIST_LENGTH 0x1000

static EVT_WDF_PROGRAM_DMA EvtKeepList;
static EVT_WDF_RESERVE_DMA EvtReserveNothing;

static PSCATTER_GATHER_LIST List;

static
BOOLEAN
EvtKeepList(
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
    List = SgList;
    return TRUE;
}

static
VOID
EvtReserveNothing(
    _In_ WDFDMATRANSACTION Transaction,
    _In_ PVOID Context
    )
{
    UNREFERENCED_PARAMETER(Transaction);
    UNREFERENCED_PARAMETER(Context);
}

static
WDFDMATRANSACTION
Make(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDF_DMA_PROFILE Profile,
    _In_ ULONG Version
    )
{
    WDF_DMA_ENABLER_CONFIG config;
    WDFDMAENABLER enabler = NULL;
    WDFDMATRANSACTION transaction = NULL;

    WDF_DMA_ENABLER_CONFIG_INIT(&config, Profile, 0x10000);
    config.WdmDmaVersionOverride = Version;
    (VOID)WdfDmaEnablerCreate(Context->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &enabler);
    (VOID)WdfDmaTransactionCreate(enabler, WDF_NO_OBJECT_ATTRIBUTES, &transaction);
    return transaction;
}

// AdapterInfo: chosen at Initialize and AllocateResources, gone when the resources are. SetMaximumLength needs it.
static
VOID
AdapterInfo(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDFDMATRANSACTION packet = Make(Context, WdfDmaProfilePacket64, 3);
    WDFDMATRANSACTION scattered = Make(Context, WdfDmaProfileScatterGather64, 0);
    BUFFER buffer;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Request);
    (VOID)AllocateBuffer(&buffer, LIST_LENGTH);

    // A reservation keeps it over the end of the transaction and Release.
    CHECK("3.3.1,3.14", NT_SUCCESS(WdfDmaTransactionAllocateResources(packet, WdfDmaDirectionWriteToDevice, 2, EvtReserveNothing, NULL)));
    WdfDmaTransactionSetMaximumLength(packet, 0x100);
    (VOID)WdfDmaTransactionInitialize(packet, EvtKeepList, WdfDmaDirectionWriteToDevice, buffer.Mdl, buffer.Address, LIST_LENGTH);
    (VOID)WdfDmaTransactionExecute(packet, NULL);
    CHECK("3.3.1", WdfDmaTransactionGetCurrentDmaTransferLength(packet) == LIST_LENGTH);
    CHECK("3.3.1", WdfDmaTransactionDmaCompleted(packet, &status) && NT_SUCCESS(status));
    WdfDmaTransactionSetMaximumLength(packet, 0x100);
    (VOID)WdfDmaTransactionRelease(packet);
    WdfDmaTransactionSetMaximumLength(packet, 0x100);
    WdfDmaTransactionFreeResources(packet);

    (VOID)WdfDmaTransactionInitialize(scattered, EvtKeepList, WdfDmaDirectionWriteToDevice, buffer.Mdl, buffer.Address, LIST_LENGTH);
    WdfDmaTransactionSetMaximumLength(scattered, 0x800);
    (VOID)WdfDmaTransactionExecute(scattered, NULL);
    CHECK("3.3.1", WdfDmaTransactionGetCurrentDmaTransferLength(scattered) == 0x800);
    (VOID)WdfDmaTransactionDmaCompletedFinal(scattered, 0, &status);

    switch (*Argument) {
    case 'C':
        DbgPrint("expect stop 3.3.1 txn-setmax-before-init\n");
        WdfDmaTransactionSetMaximumLength(Make(Context, WdfDmaProfilePacket64, 0), 0x100);
        break;
    case 'S':
        DbgPrint("expect stop 3.3.1 txn-setmax-before-init\n");
        WdfDmaTransactionSetMaximumLength(scattered, 0x100);
        break;
    case 'P':
        DbgPrint("expect stop 3.3.1 txn-setmax-before-init\n");
        WdfDmaTransactionSetMaximumLength(packet, 0x100);
        break;
    default:
        break;
    }
    WdfObjectDelete(scattered);
    WdfObjectDelete(packet);
    FreeBuffer(&buffer);
}

// A list is the framework's: inside EvtProgramDma for a packet, until DmaCompleted* for scatter/gather.
static
VOID
LateList(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    BOOLEAN isPacket = *Argument == 'P';
    WDFDMATRANSACTION transaction = Make(Context, isPacket ? WdfDmaProfilePacket64 : WdfDmaProfileScatterGather64, 0);
    BUFFER buffer;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Request);
    (VOID)AllocateBuffer(&buffer, LIST_LENGTH);
    (VOID)WdfDmaTransactionInitialize(transaction, EvtKeepList, WdfDmaDirectionWriteToDevice, buffer.Mdl, buffer.Address, LIST_LENGTH);
    (VOID)WdfDmaTransactionExecute(transaction, NULL);
    if (!isPacket) {
        CHECK("12.3.2", List->NumberOfElements >= 1);
        (VOID)WdfDmaTransactionDmaCompleted(transaction, &status);
    }
    DbgPrint("expect stop 12.3.2 MEM-ACCESS\n");
    Context->Scratch[0] = List->NumberOfElements;
}

const TEST AdapterInfoTests[] = {
    { "adapter-info", AdapterInfo },
    { "late-list", LateList },
    { NULL, NULL },
};
