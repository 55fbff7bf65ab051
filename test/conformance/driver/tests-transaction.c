// SPDX-License-Identifier: MIT
// WDFDMATRANSACTION: sections 3 and 4 of the specification, and the bug checks of 9.2.
#include "conformance.h"

#define BUFFER_LENGTH 0x8000

static EVT_WDF_PROGRAM_DMA EvtNothing;
static EVT_WDF_PROGRAM_DMA EvtDelete;
static EVT_WDF_RESERVE_DMA EvtReserve;

static ULONG Programmed;
static ULONG Elements;
static ULONG ProgrammedBytes;
static ULONG FirstLength;
static ULONGLONG LastAddress;
static PVOID LastContext;
static KIRQL ProgramIrql;
static ULONG Reserved;
// What EvtNothing returns; the framework ignores it.
static BOOLEAN Answer = TRUE;

// EvtProgramDma of transactions that stay in state Transfer.
static
BOOLEAN
EvtNothing(
    _In_ WDFDMATRANSACTION Transaction,
    _In_ WDFDEVICE Device,
    _In_ WDFCONTEXT Context,
    _In_ WDF_DMA_DIRECTION Direction,
    _In_ PSCATTER_GATHER_LIST SgList
    )
{
    ULONG i;

    UNREFERENCED_PARAMETER(Transaction);
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Direction);
    LastContext = Context;
    Programmed++;
    Elements = SgList->NumberOfElements;
    ProgramIrql = KeGetCurrentIrql();
    ProgrammedBytes = 0;
    FirstLength = SgList->Elements[0].Length;
    LastAddress = SgList->Elements[0].Address.QuadPart;
    for (i = 0; i < SgList->NumberOfElements; i++) {
        ProgrammedBytes += SgList->Elements[i].Length;
    }
    return Answer;
}

static
VOID
EvtReserve(
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
MakeEnabler(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDF_DMA_PROFILE Profile,
    _In_ ULONG Version,
    _In_ size_t MaximumLength,
    _In_ ULONG Flags
    )
{
    WDF_DMA_ENABLER_CONFIG config;
    WDFDMAENABLER enabler = NULL;

    WDF_DMA_ENABLER_CONFIG_INIT(&config, Profile, MaximumLength);
    config.WdmDmaVersionOverride = Version;
    config.Flags = Flags;
    (VOID)WdfDmaEnablerCreate(Context->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &enabler);
    return enabler;
}

static
WDFDMATRANSACTION
MakeTransaction(
    _In_ WDFDMAENABLER Enabler
    )
{
    WDFDMATRANSACTION transaction = NULL;

    (VOID)WdfDmaTransactionCreate(Enabler, WDF_NO_OBJECT_ATTRIBUTES, &transaction);
    return transaction;
}

static
NTSTATUS
Initialize(
    _In_ WDFDMATRANSACTION Transaction,
    _In_ BUFFER *Buffer,
    _In_ size_t Length
    )
{
    return WdfDmaTransactionInitialize(Transaction, EvtNothing, WdfDmaDirectionWriteToDevice, Buffer->Mdl, MmGetMdlVirtualAddress(Buffer->Mdl), Length);
}

// A transaction in a state of 3.1; the enabler is a version 3 packet enabler for state 2.
static
WDFDMATRANSACTION
InState(
    _In_ WDFDMAENABLER Enabler,
    _In_ ULONG State,
    _In_ BUFFER *Buffer
    )
{
    WDFDMATRANSACTION transaction = MakeTransaction(Enabler);
    NTSTATUS status;

    if (State == 2) {
        (VOID)WdfDmaTransactionAllocateResources(transaction, WdfDmaDirectionWriteToDevice, 2, EvtReserve, NULL);
    } else if (State != 1) {
        (VOID)Initialize(transaction, Buffer, 100);
        if (State == 7) {
            (VOID)WdfDmaTransactionRelease(transaction);
        } else if (State >= 4) {
            (VOID)WdfDmaTransactionExecute(transaction, NULL);
            if (State == 5) {
                (VOID)WdfDmaTransactionDmaCompleted(transaction, &status);
            } else if (State == 6) {
                // Reported too: more bytes than the transfer has.
                (VOID)WdfDmaTransactionDmaCompletedWithLength(transaction, 200, &status);
            }
        }
    }
    return transaction;
}

// "Api State": the call that stops the machine.
static
VOID
Matrix(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    BUFFER buffer;
    WDFDMAENABLER enabler = MakeEnabler(Context, WdfDmaProfilePacket64, 3, 0x10000, 0);
    WDFDMATRANSACTION transaction;
    ULONG state;
    ULONG registers;
    NTSTATUS status;
    CHAR api = Argument[0];

    UNREFERENCED_PARAMETER(Request);
    (VOID)AllocateBuffer(&buffer, BUFFER_LENGTH);
    state = (ULONG)(Argument[2] - '0');
    transaction = InState(enabler, state, &buffer);
#define STOPS(rows) ExpectBugCheck(rows, 8, (ULONG_PTR)transaction, state)
    switch (api) {
    case 'I':
        STOPS("3.2.1,9.2.1,9.1.8,3.5.1,12.3.5");
        (VOID)Initialize(transaction, &buffer, 100);
        break;
    case 'E':
        STOPS("3.2.2,9.2.2");
        (VOID)WdfDmaTransactionExecute(transaction, NULL);
        break;
    case 'D':
        STOPS("3.2.3,9.2.3");
        (VOID)WdfDmaTransactionDmaCompleted(transaction, &status);
        break;
    case 'F':
        STOPS("3.2.3,9.2.3");
        (VOID)WdfDmaTransactionDmaCompletedFinal(transaction, 0, &status);
        break;
    case 'W':
        STOPS("3.2.3,9.2.3");
        (VOID)WdfDmaTransactionDmaCompletedWithLength(transaction, 0, &status);
        break;
    case 'R':
        STOPS("3.2.4,9.2.8");
        (VOID)WdfDmaTransactionRelease(transaction);
        break;
    case 'X':
        STOPS("3.2.5,9.2.9,1.6.1");
        WdfObjectDelete(transaction);
        break;
    case 'Z':
        STOPS("3.2.9,9.2.6");
        (VOID)WdfDmaTransactionAllocateResources(transaction, WdfDmaDirectionWriteToDevice, 0, EvtReserve, NULL);
        break;
    case 'A':
        STOPS("3.2.10,9.2.6,3.2.11");
        (VOID)WdfDmaTransactionAllocateResources(transaction, WdfDmaDirectionWriteToDevice, 1, EvtReserve, NULL);
        break;
    case 'L':
        STOPS("3.2.12,9.2.7");
        WdfDmaTransactionFreeResources(transaction);
        break;
    case 'C':
        STOPS("3.2.13,9.2.4");
        (VOID)WdfDmaTransactionCancel(transaction);
        break;
    case 'T':
        STOPS("3.2.14,9.2.5");
        WdfDmaTransactionGetTransferInfo(transaction, &registers, NULL);
        break;
    }
    DbgPrint("FAIL 3.2 %u: the machine goes on after %s\n", __LINE__, Argument);
}

// Cells of 3.2 that are allowed, seen by what the next call does.
static
VOID
Allowed(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    static const ULONG releasable[] = { 1, 2, 3, 5, 7 };
    WDFDMAENABLER enabler = MakeEnabler(Context, WdfDmaProfilePacket64, 3, 0x10000, 0);
    WDFDMATRANSACTION transaction;
    BUFFER buffer;
    NTSTATUS status = 0;
    ULONG registers = 99;
    ULONG elements = 99;
    ULONG i;

    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    (VOID)AllocateBuffer(&buffer, BUFFER_LENGTH);

    // Release: always success; afterwards the transaction can be initialized.
    for (i = 0; i < ARRAYSIZE(releasable); i++) {
        transaction = InState(enabler, releasable[i], &buffer);
        CHECK("3.2.4", WdfDmaTransactionRelease(transaction) == STATUS_SUCCESS);
        CHECK("3.1.8", WdfDmaTransactionRelease(transaction) == STATUS_SUCCESS);
        CHECK("3.2.1", Initialize(transaction, &buffer, 100) == STATUS_SUCCESS);
        CHECK("3.1.4", WdfDmaTransactionExecute(transaction, NULL) == STATUS_SUCCESS);
        CHECK("3.1.5", WdfDmaTransactionGetCurrentDmaTransferLength(transaction) == 100);
        CHECK("3.2.3", WdfDmaTransactionDmaCompleted(transaction, &status));
        CHECK("3.1.6", status == STATUS_SUCCESS && WdfDmaTransactionGetBytesTransferred(transaction) == 100);
        CHECK("3.2.16", WdfDmaTransactionGetCurrentDmaTransferLength(transaction) == 0 && WdfDmaTransactionGetRequest(transaction) == NULL);
        CHECK("3.11.5", WdfDmaTransactionGetDevice(transaction) == Context->Device);
        (VOID)WdfDmaTransactionFreeResources(transaction);
        WdfObjectDelete(transaction);
    }

    // A failed Initialize gives state Released.
    transaction = InState(enabler, 1, &buffer);
    CHECK("3.5", Initialize(transaction, &buffer, 0) == STATUS_INVALID_PARAMETER);
    CHECK("3.2.1", Initialize(transaction, &buffer, 100) == STATUS_SUCCESS);
    WdfDmaTransactionGetTransferInfo(transaction, &registers, &elements);
    CHECK("3.2.14,3.11.6", registers == 1 && elements == 1);
    CHECK("3.2.15,3.11.7", WdfDmaTransactionWdmGetTransferContext(transaction) != NULL);
    CHECK("3.2.13,3.13", !WdfDmaTransactionCancel(transaction));
    WdfDmaTransactionSetImmediateExecution(transaction, TRUE);
    CHECK("3.2.8", WdfDmaTransactionExecute(transaction, NULL) == STATUS_SUCCESS);
    (VOID)WdfDmaTransactionDmaCompleted(transaction, &status);
    (VOID)WdfDmaTransactionRelease(transaction);
    VIOLATION("3.2.15,9.3.14", "txn-getcontext-bad-state");
    CHECK("3.2.15,9.3.14", WdfDmaTransactionWdmGetTransferContext(transaction) == NULL);
    WdfObjectDelete(transaction);

    // Wrong states of setters are reported; SetImmediateExecution still sets.
    transaction = InState(enabler, 3, &buffer);
    VIOLATION("3.2.7,9.3.10,3.11.2", "txn-setsingle-after-init");
    WdfDmaTransactionSetSingleTransferRequirement(transaction, TRUE);
    (VOID)WdfDmaTransactionExecute(transaction, NULL);
    VIOLATION("3.2.8,9.3.9,3.11.3", "txn-setimmediate-bad-state");
    WdfDmaTransactionSetImmediateExecution(transaction, TRUE);
    (VOID)WdfDmaTransactionDmaCompleted(transaction, &status);
    WdfObjectDelete(transaction);

    // SetMaximumLength between Initialize and Execute, and ignored above the adapter's limit.
    transaction = InState(enabler, 1, &buffer);
    (VOID)Initialize(transaction, &buffer, 1000);
    WdfDmaTransactionSetMaximumLength(transaction, 300);
    WdfDmaTransactionSetMaximumLength(transaction, 0x20000);
    (VOID)WdfDmaTransactionExecute(transaction, NULL);
    CHECK("3.2.6,3.11.1", WdfDmaTransactionGetCurrentDmaTransferLength(transaction) == 300);
    CHECK("3.9", !WdfDmaTransactionDmaCompleted(transaction, &status) && status == STATUS_MORE_PROCESSING_REQUIRED);
    CHECK("3.9", WdfDmaTransactionDmaCompletedFinal(transaction, 0, &status) && status == STATUS_SUCCESS);
    WdfObjectDelete(transaction);
    WdfObjectDelete(enabler);
    FreeBuffer(&buffer);
}

// Completion of transfers: 3.9 and the counters of 3.3.
static
VOID
Completion(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDFDMAENABLER enabler = MakeEnabler(Context, WdfDmaProfileScatterGather64, 0, 0x10000, 0);
    WDFDMATRANSACTION transaction = MakeTransaction(enabler);
    BUFFER buffer;
    NTSTATUS status = 0;

    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    (VOID)AllocateBuffer(&buffer, BUFFER_LENGTH);
    CHECK("3.3.4,3.1.2,3.4", WdfDmaTransactionGetBytesTransferred(transaction) == 0 && WdfDmaTransactionGetCurrentDmaTransferLength(transaction) == 0);

    (VOID)Initialize(transaction, &buffer, 10000);
    WdfDmaTransactionSetMaximumLength(transaction, 4096);
    Programmed = 0;
    CHECK("3.8", WdfDmaTransactionExecute(transaction, NULL) == STATUS_SUCCESS && Programmed == 1);
    CHECK("3.8.1", ProgramIrql == DISPATCH_LEVEL && KeGetCurrentIrql() == PASSIVE_LEVEL);
    CHECK("3.10", ProgrammedBytes == 4096 && WdfDmaTransactionGetCurrentDmaTransferLength(transaction) == 4096);
    CHECK("3.3.4", WdfDmaTransactionGetBytesTransferred(transaction) == 0);
    // A part: the next transfer covers the rest of this one and what follows.
    CHECK("3.9.2", !WdfDmaTransactionDmaCompletedWithLength(transaction, 1000, &status) && status == STATUS_MORE_PROCESSING_REQUIRED);
    CHECK("3.3.4", Programmed == 2 && WdfDmaTransactionGetBytesTransferred(transaction) == 1000);
    CHECK("3.3.5", WdfDmaTransactionGetCurrentDmaTransferLength(transaction) == 4096);
    // Nothing: the same range again.
    CHECK("3.9.2", !WdfDmaTransactionDmaCompletedWithLength(transaction, 0, &status) && WdfDmaTransactionGetBytesTransferred(transaction) == 1000);
    CHECK("3.9.6", !WdfDmaTransactionDmaCompleted(transaction, &status) && WdfDmaTransactionGetBytesTransferred(transaction) == 5096);
    // The whole rest is 4904: WithLength of the current length is DmaCompleted.
    CHECK("3.9.2", !WdfDmaTransactionDmaCompletedWithLength(transaction, 4096, &status) && WdfDmaTransactionGetCurrentDmaTransferLength(transaction) == 808);
    CHECK("3.9.5", WdfDmaTransactionDmaCompleted(transaction, &status) && status == STATUS_SUCCESS);
    CHECK("3.3.3,3.3.4", WdfDmaTransactionGetBytesTransferred(transaction) == 10000);
    CHECK("3.3.5", WdfDmaTransactionGetCurrentDmaTransferLength(transaction) == 0);
    VIOLATION("3.11.8", "txn-bytes-after-release");
    CHECK("3.11.8", WdfDmaTransactionRelease(transaction) == STATUS_SUCCESS && WdfDmaTransactionGetBytesTransferred(transaction) == 0);

    // EvtProgramDma gets the context of each Execute.
    (VOID)Initialize(transaction, &buffer, 100);
    (VOID)WdfDmaTransactionExecute(transaction, &status);
    CHECK("3.3.9", LastContext == &status);
    (VOID)WdfDmaTransactionDmaCompleted(transaction, &status);
    (VOID)WdfDmaTransactionRelease(transaction);

    // FALSE from EvtProgramDma changes nothing: the transaction is still in state Transfer.
    (VOID)Initialize(transaction, &buffer, 100);
    Answer = FALSE;
    VIOLATION("3.8.3,12.3.4", "program-false-no-final");
    CHECK("3.8.3", WdfDmaTransactionExecute(transaction, NULL) == STATUS_SUCCESS);
    Answer = TRUE;
    CHECK("3.8.3", WdfDmaTransactionDmaCompletedFinal(transaction, 0, &status) && status == STATUS_SUCCESS);
    (VOID)WdfDmaTransactionRelease(transaction);

    // Final with a short count succeeds.
    (VOID)Initialize(transaction, &buffer, 10000);
    CHECK("3.3.2", WdfDmaTransactionGetCurrentDmaTransferLength(transaction) == 0);
    (VOID)WdfDmaTransactionExecute(transaction, NULL);
    CHECK("3.3.2", WdfDmaTransactionGetCurrentDmaTransferLength(transaction) == 10000);
    CHECK("3.9.5", WdfDmaTransactionDmaCompletedFinal(transaction, 77, &status) && status == STATUS_SUCCESS);
    CHECK("3.9", WdfDmaTransactionGetBytesTransferred(transaction) == 77);
    (VOID)WdfDmaTransactionRelease(transaction);

    // More than the current transfer: TRUE, STATUS_INVALID_PARAMETER, not counted, state Failed.
    (VOID)Initialize(transaction, &buffer, 100);
    (VOID)WdfDmaTransactionExecute(transaction, NULL);
    VIOLATION("3.9.1,9.3.7,3.1.7", "done-length-too-big");
    CHECK("3.9.1,9.3.7", WdfDmaTransactionDmaCompletedWithLength(transaction, 101, &status) && status == STATUS_INVALID_PARAMETER);
    CHECK("3.9.1", WdfDmaTransactionGetBytesTransferred(transaction) == 0);
    (VOID)WdfDmaTransactionRelease(transaction);

    // The three forms of Initialize: argument checks in order.
    VIOLATION("3.5", "txn-direction-invalid");
    CHECK("3.5", WdfDmaTransactionInitialize(transaction, EvtNothing, (WDF_DMA_DIRECTION)2, buffer.Mdl, buffer.Address, 10) == STATUS_INVALID_PARAMETER);
    VIOLATION("3.5", "va-outside-mdl");
    CHECK("3.5", WdfDmaTransactionInitialize(transaction, EvtNothing, WdfDmaDirectionWriteToDevice, buffer.Mdl, (PUCHAR)buffer.Address + BUFFER_LENGTH, 10) == STATUS_INVALID_PARAMETER);
    VIOLATION("3.5", "va-outside-mdl");
    CHECK("3.5", WdfDmaTransactionInitializeUsingOffset(transaction, EvtNothing, WdfDmaDirectionWriteToDevice, buffer.Mdl, BUFFER_LENGTH, 10) == STATUS_INVALID_PARAMETER);
    CHECK("3.5", WdfDmaTransactionInitializeUsingOffset(transaction, EvtNothing, WdfDmaDirectionWriteToDevice, buffer.Mdl, 100, 10) == STATUS_SUCCESS);
    (VOID)WdfDmaTransactionRelease(transaction);
    // A chain that is too short.
    VIOLATION("3.6,9.3.5", "len-exceeds-chain");
    CHECK("3.6,3.6.1,9.3.5", WdfDmaTransactionInitialize(transaction, EvtNothing, WdfDmaDirectionWriteToDevice, buffer.Mdl, buffer.Address, BUFFER_LENGTH + 0x3000) == STATUS_BUFFER_TOO_SMALL);

    CHECK("2.1.7", DMA_SYNCHRONOUS_CALLBACK == 1);
    CHECK("2.1.8", DMA_TRANSFER_CONTEXT_SIZE_V1 == 128);
    CHECK("3.1.1", WdfDmaTransactionGetRequest(MakeTransaction(enabler)) == NULL);
    // Version 2 has no version 3 functions.
    VIOLATION("9.3.9,3.11.3,2.7", "txn-v3-api-on-v2");
    WdfDmaTransactionSetImmediateExecution(transaction, TRUE);
    VIOLATION("9.3.10,3.11.2", "txn-v3-api-on-v2");
    WdfDmaTransactionSetSingleTransferRequirement(transaction, TRUE);
    (VOID)Initialize(transaction, &buffer, 100);
    VIOLATION("9.3.13,3.13,3.11.10,4.1.13", "txn-v3-api-on-v2");
    CHECK("9.3.13,3.13", !WdfDmaTransactionCancel(transaction));
    VIOLATION("9.3.11,3.14", "txn-v3-api-on-v2");
    CHECK("9.3.11,3.14,4.1.11", WdfDmaTransactionAllocateResources(transaction, WdfDmaDirectionWriteToDevice, 1, EvtReserve, NULL) == STATUS_INVALID_DEVICE_REQUEST);
    VIOLATION("9.3.12,3.11.9", "txn-v3-api-on-v2");
    WdfDmaTransactionFreeResources(transaction);
    VIOLATION("9.3.12,4.1.12,3.15.5,3.2.17", "txn-system-api-wrong-profile");
    WdfDmaTransactionSetDeviceAddressOffset(transaction, 4);
    VIOLATION("9.3.12,4.1.12,3.15.5", "txn-system-api-wrong-profile");
    WdfDmaTransactionStopSystemTransfer(transaction);
    VIOLATION("4.1.12,3.15.5", "txn-system-api-wrong-profile");
    WdfDmaTransactionSetTransferCompleteCallback(transaction, NULL, NULL);
    VIOLATION("4.1.12,3.15.5", "txn-system-api-wrong-profile");
    WdfDmaTransactionSetChannelConfigurationCallback(transaction, NULL, NULL);
    WdfObjectDelete(enabler);
    FreeBuffer(&buffer);
}

// Elements, limits and fragments: 3.6, 3.7, 3.10, 4.1.
static
VOID
ElementLimits(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDFDMAENABLER enabler = MakeEnabler(Context, WdfDmaProfileScatterGather64, 0, 0x10000, 0);
    WDFDMAENABLER third;
    WDFDMATRANSACTION transaction = MakeTransaction(enabler);
    WDFDMATRANSACTION other;
    BUFFER buffer;
    PMDL second;
    NTSTATUS status = 0;

    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    (VOID)AllocateBuffer(&buffer, BUFFER_LENGTH);

    // A fragment at a page offset: the first element ends at the page.
    (VOID)WdfDmaTransactionInitializeUsingOffset(transaction, EvtNothing, WdfDmaDirectionWriteToDevice, buffer.Mdl, 100, 10000);
    (VOID)WdfDmaTransactionExecute(transaction, NULL);
    CHECK("3.10,4.1.3,12.3.8", Elements >= 1 && ProgrammedBytes == 10000 && (Elements == 1 || FirstLength % PAGE_SIZE == (PAGE_SIZE - (((ULONG_PTR)buffer.Address + 100) % PAGE_SIZE)) % PAGE_SIZE));
    (VOID)WdfDmaTransactionDmaCompleted(transaction, &status);
    (VOID)WdfDmaTransactionRelease(transaction);

    // Packet: one element, and only one transaction of the device at a time.
    third = MakeEnabler(Context, WdfDmaProfilePacket64, 0, 0x10000, 0);
    other = MakeTransaction(third);
    (VOID)Initialize(other, &buffer, 20000);
    CHECK("4.1.1", WdfDmaTransactionExecute(other, NULL) == STATUS_SUCCESS);
    CHECK("4.1.3,4.1.4,2.2.3", Elements == 1 && ProgrammedBytes == 20000);
    {
        WDFDMATRANSACTION rival = MakeTransaction(third);

        (VOID)Initialize(rival, &buffer, 100);
        VIOLATION("4.2,4.1.5,9.3.6,12.3.9", "txn-busy-second-packet");
        CHECK("4.2,4.1.5,9.3.6,12.3.9", WdfDmaTransactionExecute(rival, NULL) == STATUS_WDF_BUSY);
        (VOID)WdfDmaTransactionRelease(rival);
        (VOID)WdfDmaTransactionDmaCompleted(other, &status);
        (VOID)Initialize(rival, &buffer, 100);
        CHECK("4.2,4.3", WdfDmaTransactionExecute(rival, NULL) == STATUS_SUCCESS);
        (VOID)WdfDmaTransactionDmaCompleted(rival, &status);
    }
    (VOID)WdfDmaTransactionRelease(other);
    // A chain is too much for a version 2 packet.
    second = IoAllocateMdl((PUCHAR)buffer.Address + 0x4000, 0x1000, FALSE, FALSE, NULL);
    MmBuildMdlForNonPagedPool(second);
    buffer.Mdl->Next = second;
    VIOLATION("4.1.6", "mdl-chain-packet-v2");
    CHECK("4.1.6,3.5", WdfDmaTransactionInitialize(other, EvtNothing, WdfDmaDirectionWriteToDevice, buffer.Mdl, buffer.Address, BUFFER_LENGTH + 0x1000) == STATUS_INVALID_PARAMETER);
    WdfObjectDelete(third);
    // Scatter/gather takes it, across the MDLs in one transfer.
    (VOID)WdfDmaTransactionInitialize(transaction, EvtNothing, WdfDmaDirectionWriteToDevice, buffer.Mdl, (PUCHAR)buffer.Address + BUFFER_LENGTH - 0x1000, 0x2000);
    (VOID)WdfDmaTransactionExecute(transaction, NULL);
    CHECK("4.1.6,3.3.6", ProgrammedBytes == 0x2000);
    (VOID)WdfDmaTransactionDmaCompleted(transaction, &status);
    (VOID)WdfDmaTransactionRelease(transaction);
    buffer.Mdl->Next = NULL;
    IoFreeMdl(second);

    // The element limit counts pages, and no transfer is shortened for it.
    WdfDmaEnablerSetMaximumScatterGatherElements(enabler, 2);
    CHECK("3.6,4.1.8,4.1.9", Initialize(transaction, &buffer, 0x4000) == STATUS_WDF_TOO_FRAGMENTED);
    CHECK("3.6", Initialize(transaction, &buffer, 0x1000) == STATUS_SUCCESS);
    (VOID)WdfDmaTransactionRelease(transaction);
    WdfObjectDelete(enabler);

    // One transfer required: version 3.
    third = MakeEnabler(Context, WdfDmaProfileScatterGather64, 3, 0x2000, WDF_DMA_ENABLER_CONFIG_REQUIRE_SINGLE_TRANSFER);
    transaction = MakeTransaction(third);
    CHECK("3.7", Initialize(transaction, &buffer, 0x3000) == STATUS_WDF_TOO_MANY_TRANSFERS);
    CHECK("3.7", Initialize(transaction, &buffer, 0x1000) == STATUS_SUCCESS);
    (VOID)WdfDmaTransactionExecute(transaction, NULL);
    CHECK("3.7,3.9.4", WdfDmaTransactionDmaCompletedFinal(transaction, 10, &status) && status == STATUS_WDF_TOO_MANY_TRANSFERS);
    CHECK("3.7", WdfDmaTransactionGetBytesTransferred(transaction) == 10);
    (VOID)WdfDmaTransactionRelease(transaction);
    WdfDmaTransactionSetSingleTransferRequirement(transaction, FALSE);
    CHECK("3.3.7,3.11.2", Initialize(transaction, &buffer, 0x3000) == STATUS_SUCCESS);
    (VOID)WdfDmaTransactionRelease(transaction);
    CHECK("3.3.7", Initialize(transaction, &buffer, 0x3000) == STATUS_WDF_TOO_MANY_TRANSFERS);
    WdfObjectDelete(third);
    FreeBuffer(&buffer);
}

// Map registers that run out: waiting, immediate execution, cancellation, reservation (machine with 4 map registers).
static
VOID
Waiting(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDFDMAENABLER enabler = MakeEnabler(Context, WdfDmaProfilePacket64, 3, 0x3000, 0);
    WDFDMATRANSACTION holder = MakeTransaction(enabler);
    WDFDMATRANSACTION waiter = MakeTransaction(enabler);
    BUFFER buffer;
    NTSTATUS status = 0;

    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    (VOID)AllocateBuffer(&buffer, BUFFER_LENGTH);
    CHECK("2.5", WdfDmaEnablerGetFragmentLength(enabler, WdfDmaDirectionReadFromDevice) == 0x3000);
    (VOID)Initialize(holder, &buffer, 0x3000);
    (VOID)WdfDmaTransactionExecute(holder, NULL);
    (VOID)Initialize(waiter, &buffer, 0x3000);
    Programmed = 0;
    CHECK("10.8,3.8,4.1.5", WdfDmaTransactionExecute(waiter, NULL) == STATUS_SUCCESS && Programmed == 0);
    // The end of the first transaction grants the registers on this thread.
    CHECK("10.8,12.2.10", WdfDmaTransactionDmaCompleted(holder, &status) && Programmed == 1);
    (VOID)WdfDmaTransactionRelease(holder);

    // Immediate execution fails instead.
    (VOID)Initialize(holder, &buffer, 0x3000);
    WdfDmaTransactionSetImmediateExecution(holder, TRUE);
    CHECK("10.8,3.11.3,3.3.8", WdfDmaTransactionExecute(holder, NULL) == STATUS_INSUFFICIENT_RESOURCES);
    CHECK("3.1.7", WdfDmaTransactionRelease(holder) == STATUS_SUCCESS);

    // What waits can be cancelled; what runs cannot.
    (VOID)Initialize(holder, &buffer, 0x3000);
    (VOID)WdfDmaTransactionExecute(holder, NULL);
    CHECK("3.13,10.5,12.2.11", WdfDmaTransactionCancel(holder));
    CHECK("3.13,10.5", !WdfDmaTransactionCancel(waiter));
    (VOID)WdfDmaTransactionRelease(holder);
    (VOID)WdfDmaTransactionDmaCompleted(waiter, &status);
    (VOID)WdfDmaTransactionRelease(waiter);

    // A reservation survives Release and is used by Execute at once.
    Reserved = 0;
    CHECK("3.14,3.1.3", WdfDmaTransactionAllocateResources(holder, WdfDmaDirectionWriteToDevice, 2, EvtReserve, NULL) == STATUS_SUCCESS && Reserved == 1);
    (VOID)Initialize(holder, &buffer, 0x3000);
    (VOID)WdfDmaTransactionExecute(holder, NULL);
    CHECK("3.8.2,3.10,3.14", WdfDmaTransactionGetCurrentDmaTransferLength(holder) <= 0x2000);
    (VOID)WdfDmaTransactionDmaCompletedFinal(holder, 0, &status);
    (VOID)WdfDmaTransactionRelease(holder);
    (VOID)Initialize(holder, &buffer, 0x1000);
    CHECK("3.3.11,3.14", WdfDmaTransactionExecute(holder, NULL) == STATUS_SUCCESS);
    (VOID)WdfDmaTransactionDmaCompleted(holder, &status);
    WdfDmaTransactionFreeResources(holder);
    CHECK("3.11.9,3.2.12", WdfDmaTransactionAllocateResources(holder, WdfDmaDirectionWriteToDevice, 1, EvtReserve, NULL) == STATUS_SUCCESS);
    WdfObjectDelete(enabler);
    FreeBuffer(&buffer);
}

// EvtProgramDma that ends its transaction and deletes it.
static
BOOLEAN
EvtDelete(
    _In_ WDFDMATRANSACTION Transaction,
    _In_ WDFDEVICE Device,
    _In_ WDFCONTEXT Context,
    _In_ WDF_DMA_DIRECTION Direction,
    _In_ PSCATTER_GATHER_LIST SgList
    )
{
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Direction);
    UNREFERENCED_PARAMETER(SgList);
    (VOID)WdfDmaTransactionDmaCompletedFinal(Transaction, 0, &status);
    WdfObjectDelete(Transaction);
    Programmed++;
    return FALSE;
}

static
VOID
Deletion(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    static const WDF_DMA_PROFILE profiles[] = { WdfDmaProfilePacket64, WdfDmaProfileScatterGather64 };
    WDFDMATRANSACTION transaction;
    WDFDMAENABLER enabler;
    WDFCOMMONBUFFER common;
    BUFFER buffer;
    NTSTATUS status;
    ULONG i;

    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    (VOID)AllocateBuffer(&buffer, BUFFER_LENGTH);
    for (i = 0; i < ARRAYSIZE(profiles); i++) {
        enabler = MakeEnabler(Context, profiles[i], 0, 0x10000, 0);
        transaction = MakeTransaction(enabler);
        (VOID)WdfDmaTransactionInitialize(transaction, EvtDelete, WdfDmaDirectionWriteToDevice, buffer.Mdl, buffer.Address, 100);
        Programmed = 0;
        CHECK("1.7,3.1.9", WdfDmaTransactionExecute(transaction, NULL) == STATUS_SUCCESS && Programmed == 1);
        // Deletion after the end, without Release; its map registers are free again.
        transaction = InState(enabler, 5, &buffer);
        WdfObjectDelete(transaction);
        // The default alignment of a packet profile is that of a page.
        CHECK("4.1.14", WdfCommonBufferCreate(enabler, 10, WDF_NO_OBJECT_ATTRIBUTES, &common) == STATUS_SUCCESS && (WdfCommonBufferGetAlignedLogicalAddress(common).LowPart & (PAGE_SIZE - 1)) == 0);
        // The enabler goes with its transactions and common buffers, which hold nothing then.
        (VOID)MakeTransaction(enabler);
        WdfObjectDelete(enabler);
        REACHED("1.6.3");
    }

    // A device that still works after the transfer has ended is caught.
    enabler = MakeEnabler(Context, WdfDmaProfilePacket64, 0, 0x10000, 0);
    transaction = MakeTransaction(enabler);
    (VOID)Initialize(transaction, &buffer, 100);
    (VOID)WdfDmaTransactionExecute(transaction, NULL);
    WriteRegister(Context, REG_ADDRESS, (ULONG)LastAddress);
    WriteRegister(Context, REG_UPPER, (ULONG)(LastAddress >> 32));
    WriteRegister(Context, REG_PUSH, 100);
    WriteRegister(Context, REG_CONTROL, CONTROL_START);
    (VOID)WdfDmaTransactionDmaCompletedFinal(transaction, 0, &status);
    VIOLATION("12.3.7", "DMA-DEVICE-FAULT");
    KeStallExecutionProcessor(20);
    WdfObjectDelete(enabler);
    FreeBuffer(&buffer);
}

// Without the KMDF verifier: no break, and what is a bug check with it goes on.
static
VOID
VerifierOff(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDFDMAENABLER enabler = MakeEnabler(Context, WdfDmaProfilePacket64, 0, 0x10000, 0);
    WDFDMATRANSACTION transaction;
    BUFFER buffer;
    NTSTATUS status = 0;
    KIRQL old;

    UNREFERENCED_PARAMETER(Argument);
    (VOID)AllocateBuffer(&buffer, BUFFER_LENGTH);
    // Release and deletion in Transfer give the map registers and the gate back.
    transaction = InState(enabler, 4, &buffer);
    CHECK("3.2.4,9.2.8", WdfDmaTransactionRelease(transaction) == STATUS_SUCCESS);
    CHECK("3.2.4,9.2.8", Initialize(transaction, &buffer, 100) == STATUS_SUCCESS && WdfDmaTransactionExecute(transaction, NULL) == STATUS_SUCCESS);
    WdfObjectDelete(transaction);
    transaction = InState(enabler, 3, &buffer);
    CHECK("3.2.5,1.6.1,9.2.9", WdfDmaTransactionExecute(transaction, NULL) == STATUS_SUCCESS);
    CHECK("3.9.1", WdfDmaTransactionDmaCompletedWithLength(transaction, 101, &status) && status == STATUS_INVALID_PARAMETER);
    (VOID)WdfDmaTransactionRelease(transaction);
    // Levels are not checked.
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    WdfDmaEnablerSetMaximumScatterGatherElements(enabler, 5);
    KeLowerIrql(old);
    CHECK("9.4", WdfDmaEnablerGetMaximumScatterGatherElements(enabler) == 5);
    // Unmark of a request that is not marked cannot be told from a canceled one.
    CHECK("8.8.9", WdfRequestUnmarkCancelable(Request) == STATUS_CANCELLED);
    WdfObjectDelete(enabler);
    FreeBuffer(&buffer);
}

// A transaction that stays in state Transfer over a power-down, and its end: Scratch[6] keeps it.
static
VOID
InFlight(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    static BUFFER buffer;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Request);
    if (Argument[0] == 'S') {
        (VOID)AllocateBuffer(&buffer, 100);
        (VOID)Initialize(Context->Transaction, &buffer, 100);
        (VOID)WdfDmaTransactionExecute(Context->Transaction, NULL);
        VIOLATION("7.6,12.3.11", "pwr-dma-active-at-d0exit");
    } else {
        // The framework has changed nothing.
        CHECK("7.6", WdfDmaTransactionGetCurrentDmaTransferLength(Context->Transaction) == 100);
        CHECK("7.6", WdfDmaTransactionDmaCompletedFinal(Context->Transaction, 0, &status) && status == STATUS_SUCCESS);
        (VOID)WdfDmaTransactionRelease(Context->Transaction);
        FreeBuffer(&buffer);
    }
}

// Bug checks of NULL pointers and the pinned request.
static
VOID
NullArguments(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDFDMATRANSACTION transaction;
    BUFFER buffer;

    UNREFERENCED_PARAMETER(Request);
    (VOID)AllocateBuffer(&buffer, 100);
    transaction = InState(MakeEnabler(Context, WdfDmaProfilePacket64, 3, 0x10000, 0), 4, &buffer);
    switch (Argument[0]) {
    case 'S':
        ExpectBugCheck("3.9,9.1.4", 4, 0, ANY);
        (VOID)WdfDmaTransactionDmaCompleted(transaction, NULL);
        break;
    case 'P':
        ExpectBugCheck("3.5,9.1.4", 4, 0, ANY);
        (VOID)WdfDmaTransactionInitialize(transaction, NULL, WdfDmaDirectionReadFromDevice, buffer.Mdl, buffer.Address, 1);
        break;
    case 'M':
        ExpectBugCheck("3.5,9.1.4", 4, 0, ANY);
        (VOID)WdfDmaTransactionInitialize(transaction, EvtNothing, WdfDmaDirectionReadFromDevice, NULL, buffer.Address, 1);
        break;
    case 'O':
        ExpectBugCheck("3.4,9.1.4", 4, 0, ANY);
        (VOID)WdfDmaTransactionCreate(Context->Enabler, WDF_NO_OBJECT_ATTRIBUTES, NULL);
        break;
    case 'H':
        ExpectBugCheck("9.1.5", 5, 0, ANY);
        (VOID)WdfDmaTransactionExecute(NULL, NULL);
        break;
    case 'T':
        ExpectBugCheck("9.1.5", 5, (ULONG_PTR)Context->Enabler, ANY);
        (VOID)WdfDmaTransactionExecute((WDFDMATRANSACTION)Context->Enabler, NULL);
        break;
    case 'D':
        WdfObjectDelete(WdfDmaTransactionRelease(transaction) == STATUS_SUCCESS ? transaction : transaction);
        break;
    }
    DbgPrint("FAIL 9.1.4 %u: the machine goes on after %s\n", __LINE__, Argument);
}

const TEST TransactionTests[] = {
    { "matrix", Matrix },
    { "allowed", Allowed },
    { "completion", Completion },
    { "elements", ElementLimits },
    { "waiting", Waiting },
    { "deletion", Deletion },
    { "in-flight", InFlight },
    { "verifier-off", VerifierOff },
    { "null", NullArguments },
    { NULL, NULL },
};
