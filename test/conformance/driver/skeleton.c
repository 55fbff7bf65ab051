// SPDX-License-Identifier: MIT
/*++

    The driver around the tests: correct, and configured by values of its Parameters key. It prints the course of every callback.

--*/

#include "conformance.h"
#include <stdarg.h>

WDFDRIVER Driver;
ULONG Quiet;

DRIVER_INITIALIZE DriverEntry;
static EVT_WDF_DRIVER_DEVICE_ADD EvtDeviceAdd;
static EVT_WDF_IO_QUEUE_IO_READ EvtIoRead;
static EVT_WDF_IO_QUEUE_IO_WRITE EvtIoWrite;
static EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL EvtIoDeviceControl;
static EVT_WDF_IO_QUEUE_IO_STOP EvtIoStop;
static EVT_WDF_IO_QUEUE_IO_RESUME EvtIoResume;
static EVT_WDF_IO_QUEUE_IO_CANCELED_ON_QUEUE EvtIoCanceledOnQueue;
static EVT_WDF_REQUEST_CANCEL EvtRequestCancel;
static EVT_WDF_PROGRAM_DMA EvtProgramDma;
static EVT_WDF_INTERRUPT_ISR EvtInterruptIsr;
static EVT_WDF_INTERRUPT_DPC EvtInterruptDpc;
static EVT_WDF_INTERRUPT_WORKITEM EvtInterruptWorkItem;
static ULONG UsesWorkItem;

VOID
Trace(
    _In_ PCSTR Format,
    ...
    )
{
    va_list arguments;

    if (Quiet != 0) {
        return;
    }
    DbgPrint(". ");
    va_start(arguments, Format);
    vDbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL, Format, arguments);
    va_end(arguments);
    DbgPrint(" [%u]\n", KeGetCurrentIrql());
}

VOID
Checked(
    _In_ PCSTR Row,
    _In_ BOOLEAN Holds,
    _In_ ULONG Line,
    _In_ PCSTR Expression
    )
{
    if (Holds) {
        DbgPrint("ok %s\n", Row);
    } else {
        DbgPrint("FAIL %s %u: %s\n", Row, Line, Expression);
    }
}

VOID
ExpectBugCheck(
    _In_ PCSTR Row,
    _In_ ULONG P1,
    _In_ LONGLONG P2,
    _In_ LONGLONG P3
    )
{
    DbgPrint("expect bugcheck %s %x ", Row, P1);
    if (P2 == ANY) {
        DbgPrint("* ");
    } else {
        DbgPrint("%x ", (ULONG)P2);
    }
    if (P3 == ANY) {
        DbgPrint("*\n");
    } else {
        DbgPrint("%x\n", (ULONG)P3);
    }
}

ULONG
Setting(
    _In_ PCWSTR Name,
    _In_ ULONG Default
    )
{
    WDFKEY key;
    UNICODE_STRING name;
    ULONG value = Default;

    if (NT_SUCCESS(WdfDriverOpenParametersRegistryKey(Driver, KEY_READ, WDF_NO_OBJECT_ATTRIBUTES, &key))) {
        RtlInitUnicodeString(&name, Name);
        if (!NT_SUCCESS(WdfRegistryQueryULong(key, &name, &value))) {
            value = Default;
        }
        WdfRegistryClose(key);
    }
    return value;
}

BOOLEAN
AllocateBuffer(
    _Out_ BUFFER *Buffer,
    _In_ SIZE_T Length
    )
{
    Buffer->Address = ExAllocatePool2(POOL_FLAG_NON_PAGED, Length, POOL_TAG);
    Buffer->Mdl = Buffer->Address == NULL ? NULL : IoAllocateMdl(Buffer->Address, (ULONG)Length, FALSE, FALSE, NULL);
    if (Buffer->Mdl == NULL) {
        return FALSE;
    }
    MmBuildMdlForNonPagedPool(Buffer->Mdl);
    return TRUE;
}

VOID
FreeBuffer(
    _In_ BUFFER *Buffer
    )
{
    IoFreeMdl(Buffer->Mdl);
    ExFreePoolWithTag(Buffer->Address, POOL_TAG);
}

NTSTATUS
DriverEntry(
    _In_ PDRIVER_OBJECT DriverObject,
    _In_ PUNICODE_STRING RegistryPath
    )
{
    WDF_DRIVER_CONFIG config;
    NTSTATUS status;

    WDF_DRIVER_CONFIG_INIT(&config, EvtDeviceAdd);
    config.DriverPoolTag = POOL_TAG;
    status = WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config, &Driver);
    Quiet = NT_SUCCESS(status) ? Setting(L"Quiet", 1) : 1;
    return status;
}

// -- PnP and power -----------------------------------------------------------------------------------------------------------------

static
NTSTATUS
Answer(
    _In_ PDEVICE_CONTEXT Context,
    _In_ ULONG Callback
    )
{
    if (Context->Fail != Callback) {
        return STATUS_SUCCESS;
    }
    if (Context->FailAfter > 0) {
        Context->FailAfter--;
        return STATUS_SUCCESS;
    }
    return STATUS_UNSUCCESSFUL;
}

static
PCSTR
PowerStateName(
    _In_ WDF_POWER_DEVICE_STATE State
    )
{
    static const PCSTR names[] = { "Invalid", "D0", "D1", "D2", "D3", "D3Final", "PrepareForHibernation" };

    return names[State];
}

static
NTSTATUS
EvtDevicePrepareHardware(
    _In_ WDFDEVICE Device,
    _In_ WDFCMRESLIST ResourcesRaw,
    _In_ WDFCMRESLIST ResourcesTranslated
    )
{
    PDEVICE_CONTEXT context = GetContext(Device);
    PCM_PARTIAL_RESOURCE_DESCRIPTOR descriptor;
    ULONG i;

    Trace("EvtDevicePrepareHardware(%u raw, %u translated)", WdfCmResourceListGetCount(ResourcesRaw), WdfCmResourceListGetCount(ResourcesTranslated));
    for (i = 0; i < WdfCmResourceListGetCount(ResourcesTranslated); i++) {
        descriptor = WdfCmResourceListGetDescriptor(ResourcesTranslated, i);
        if (descriptor->Type == CmResourceTypeMemory) {
            context->RegistersLength = descriptor->u.Memory.Length;
            context->Registers = MmMapIoSpaceEx(descriptor->u.Memory.Start, context->RegistersLength, PAGE_READWRITE | PAGE_NOCACHE);
        } else if (descriptor->Type == CmResourceTypeDma && context->DmaCount < ARRAYSIZE(context->DmaDescriptors)) {
            context->DmaDescriptors[context->DmaCount++] = *descriptor;
        }
    }
    if (Setting(L"DeviceAddTests", 0) != 0) {
        PrepareHardwareTests(context);
    }
    return Answer(context, FailPrepareHardware);
}

static
NTSTATUS
EvtDeviceReleaseHardware(
    _In_ WDFDEVICE Device,
    _In_ WDFCMRESLIST ResourcesTranslated
    )
{
    PDEVICE_CONTEXT context = GetContext(Device);

    Trace("EvtDeviceReleaseHardware(%u translated)", WdfCmResourceListGetCount(ResourcesTranslated));
    if (context->Registers != NULL) {
        MmUnmapIoSpace(context->Registers, context->RegistersLength);
        context->Registers = NULL;
    }
    return Answer(context, FailReleaseHardware);
}

static
NTSTATUS
EvtDeviceD0Entry(
    _In_ WDFDEVICE Device,
    _In_ WDF_POWER_DEVICE_STATE PreviousState
    )
{
    Trace("EvtDeviceD0Entry(%s)", PowerStateName(PreviousState));
    return Answer(GetContext(Device), FailD0Entry);
}

static
NTSTATUS
EvtDeviceD0EntryPostInterruptsEnabled(
    _In_ WDFDEVICE Device,
    _In_ WDF_POWER_DEVICE_STATE PreviousState
    )
{
    Trace("EvtDeviceD0EntryPostInterruptsEnabled(%s)", PowerStateName(PreviousState));
    return Answer(GetContext(Device), FailPostInterrupts);
}

static
NTSTATUS
EvtDeviceD0ExitPreInterruptsDisabled(
    _In_ WDFDEVICE Device,
    _In_ WDF_POWER_DEVICE_STATE TargetState
    )
{
    Trace("EvtDeviceD0ExitPreInterruptsDisabled(%s)", PowerStateName(TargetState));
    return Answer(GetContext(Device), FailPreInterrupts);
}

static
NTSTATUS
EvtDeviceD0Exit(
    _In_ WDFDEVICE Device,
    _In_ WDF_POWER_DEVICE_STATE TargetState
    )
{
    Trace("EvtDeviceD0Exit(%s)", PowerStateName(TargetState));
    return Answer(GetContext(Device), FailD0Exit);
}

#define PNP_CALLBACK(name, fail) \
    static NTSTATUS name(_In_ WDFDEVICE Device) \
    { \
        Trace(#name); \
        return Answer(GetContext(Device), fail); \
    }
#define PNP_NOTIFICATION(name) \
    static VOID name(_In_ WDFDEVICE Device) \
    { \
        UNREFERENCED_PARAMETER(Device); \
        Trace(#name); \
    }

PNP_CALLBACK(EvtDeviceSelfManagedIoInit, FailSelfManagedIoInit)
PNP_CALLBACK(EvtDeviceSelfManagedIoSuspend, FailSelfManagedIoSuspend)
PNP_CALLBACK(EvtDeviceSelfManagedIoRestart, FailSelfManagedIoRestart)
PNP_CALLBACK(EvtDeviceQueryRemove, FailQueryRemove)
PNP_CALLBACK(EvtDeviceQueryStop, FailQueryStop)
PNP_NOTIFICATION(EvtDeviceSelfManagedIoFlush)
PNP_NOTIFICATION(EvtDeviceSelfManagedIoCleanup)
PNP_NOTIFICATION(EvtDeviceSurpriseRemoval)

// -- DMA enablers ------------------------------------------------------------------------------------------------------------------

typedef struct _ENABLER_CONTEXT {
    PDEVICE_CONTEXT Device;
    ULONG           Index;
} ENABLER_CONTEXT, *PENABLER_CONTEXT;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(ENABLER_CONTEXT, GetEnablerContext)

#define ENABLER_CALLBACK(name, fail) \
    static NTSTATUS name(_In_ WDFDMAENABLER Enabler) \
    { \
        PENABLER_CONTEXT context = GetEnablerContext(Enabler); \
        Trace(#name " of enabler %u", context->Index); \
        return context->Index == 0 ? Answer(context->Device, fail) : STATUS_SUCCESS; \
    }

ENABLER_CALLBACK(EvtDmaEnablerFill, FailFill)
ENABLER_CALLBACK(EvtDmaEnablerEnable, FailEnable)
ENABLER_CALLBACK(EvtDmaEnablerSelfManagedIoStart, FailSelfManagedIoStart)
ENABLER_CALLBACK(EvtDmaEnablerSelfManagedIoStop, FailSelfManagedIoStop)
ENABLER_CALLBACK(EvtDmaEnablerDisable, FailDisable)
ENABLER_CALLBACK(EvtDmaEnablerFlush, FailFlush)

static
NTSTATUS
CreateEnabler(
    _In_ PDEVICE_CONTEXT Context,
    _In_ ULONG Index,
    _Out_ WDFDMAENABLER *Enabler
    )
{
    WDF_DMA_ENABLER_CONFIG config;
    WDF_OBJECT_ATTRIBUTES attributes;
    NTSTATUS status;

    WDF_DMA_ENABLER_CONFIG_INIT(&config, (WDF_DMA_PROFILE)Setting(L"Profile", WdfDmaProfileScatterGather64), Setting(L"MaximumLength", 0x10000));
    config.WdmDmaVersionOverride = Setting(L"DmaVersion", 0);
    config.EvtDmaEnablerFill = EvtDmaEnablerFill;
    config.EvtDmaEnablerEnable = EvtDmaEnablerEnable;
    config.EvtDmaEnablerSelfManagedIoStart = EvtDmaEnablerSelfManagedIoStart;
    config.EvtDmaEnablerSelfManagedIoStop = EvtDmaEnablerSelfManagedIoStop;
    config.EvtDmaEnablerDisable = EvtDmaEnablerDisable;
    config.EvtDmaEnablerFlush = EvtDmaEnablerFlush;
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, ENABLER_CONTEXT);
    status = WdfDmaEnablerCreate(Context->Device, &config, &attributes, Enabler);
    if (NT_SUCCESS(status)) {
        GetEnablerContext(*Enabler)->Device = Context;
        GetEnablerContext(*Enabler)->Index = Index;
    }
    return status;
}

// -- Interrupts --------------------------------------------------------------------------------------------------------------------

static
NTSTATUS
EvtInterruptEnable(
    _In_ WDFINTERRUPT Interrupt,
    _In_ WDFDEVICE Device
    )
{
    PDEVICE_CONTEXT context = GetContext(Device);
    ULONG index = Interrupt == context->Interrupts[0] ? 0 : 1;

    Trace("EvtInterruptEnable of interrupt %u", index);
    return index == 1 || context->Interrupts[1] == NULL ? Answer(context, FailInterruptEnable) : STATUS_SUCCESS;
}

static
NTSTATUS
EvtInterruptDisable(
    _In_ WDFINTERRUPT Interrupt,
    _In_ WDFDEVICE Device
    )
{
    PDEVICE_CONTEXT context = GetContext(Device);

    Trace("EvtInterruptDisable of interrupt %u", Interrupt == context->Interrupts[0] ? 0 : 1);
    return Answer(context, FailInterruptDisable);
}

static
BOOLEAN
EvtInterruptIsr(
    _In_ WDFINTERRUPT Interrupt,
    _In_ ULONG MessageID
    )
{
    PDEVICE_CONTEXT context = GetContext(WdfInterruptGetDevice(Interrupt));
    ULONG causes = ReadRegister(context, REG_STATUS);

    context->IsrCount++;
    if (causes == 0 || causes == 0xFFFFFFFF) {
        return FALSE;
    }
    Trace("EvtInterruptIsr(%u)", MessageID);
    WriteRegister(context, REG_STATUS, causes);
    if (UsesWorkItem == 0) {
        context->Scratch[0] = WdfInterruptQueueDpcForIsr(Interrupt);
        context->Scratch[1] = WdfInterruptQueueDpcForIsr(Interrupt);
    } else {
        context->Scratch[0] = WdfInterruptQueueWorkItemForIsr(Interrupt);
    }
    return TRUE;
}

// The end of a transaction: its request is completed.
static
VOID
Finish(
    _In_ PDEVICE_CONTEXT Context,
    _In_ NTSTATUS Status
    )
{
    WDFREQUEST request = Context->Request;
    size_t transferred = WdfDmaTransactionGetBytesTransferred(Context->Transaction);

    Context->Request = NULL;
    WdfDmaTransactionRelease(Context->Transaction);
    if (Context->IoMode == IoModeCancelable && WdfRequestUnmarkCancelable(request) == STATUS_CANCELLED) {
        Trace("WdfRequestUnmarkCancelable: canceled");
        return;
    }
    Trace("WdfRequestCompleteWithInformation(0x%08x, %u)", Status, (ULONG)transferred);
    WdfRequestCompleteWithInformation(request, Status, transferred);
}

// One transfer has ended.
static
VOID
TransferDone(
    _In_ PDEVICE_CONTEXT Context
    )
{
    NTSTATUS status = 0xDEADBEEF;
    BOOLEAN over;
    ULONG number = ++Context->Transfers;
    PCSTR name = "WdfDmaTransactionDmaCompleted";

    if (Context->IoMode == IoModePartial && number == 1) {
        name = "WdfDmaTransactionDmaCompletedWithLength(1000)";
        over = WdfDmaTransactionDmaCompletedWithLength(Context->Transaction, 1000, &status);
    } else if (Context->IoMode == IoModePartial || (Context->IoMode == IoModeDeviceError && number == 2)) {
        name = "WdfDmaTransactionDmaCompletedFinal";
        over = WdfDmaTransactionDmaCompletedFinal(Context->Transaction, Context->IoMode == IoModePartial ? 500 : 100, &status);
    } else {
        over = WdfDmaTransactionDmaCompleted(Context->Transaction, &status);
    }
    Trace("%s of transfer %u: %s, 0x%08x", name, number, over ? "TRUE" : "FALSE", status);
    if (over) {
        Finish(Context, Context->IoMode == IoModeDeviceError ? STATUS_DEVICE_DATA_ERROR : status);
    }
}

static
VOID
EvtInterruptDpc(
    _In_ WDFINTERRUPT Interrupt,
    _In_ WDFOBJECT AssociatedObject
    )
{
    PDEVICE_CONTEXT context = GetContext(AssociatedObject);

    context->DpcCount++;
    Trace("EvtInterruptDpc");
    context->Scratch[5] = KeGetCurrentIrql();
    if (context->Scratch[3] != 0) {
        context->Scratch[3]--;
        context->Scratch[4] = WdfInterruptQueueDpcForIsr(Interrupt);
    }
    if (context->Request != NULL) {
        TransferDone(context);
        if (context->IoMode == IoModeTwice && context->Transfers == 1) {
            TransferDone(context);
        }
    }
}

static
VOID
EvtInterruptWorkItem(
    _In_ WDFINTERRUPT Interrupt,
    _In_ WDFOBJECT AssociatedObject
    )
{
    PDEVICE_CONTEXT context = GetContext(AssociatedObject);

    UNREFERENCED_PARAMETER(Interrupt);
    Trace("EvtInterruptWorkItem");
    if (context->Request != NULL) {
        TransferDone(context);
    }
}

// -- I/O ---------------------------------------------------------------------------------------------------------------------------

static
BOOLEAN
EvtProgramDma(
    _In_ WDFDMATRANSACTION Transaction,
    _In_ WDFDEVICE Device,
    _In_ WDFCONTEXT Context,
    _In_ WDF_DMA_DIRECTION Direction,
    _In_ PSCATTER_GATHER_LIST SgList
    )
{
    PDEVICE_CONTEXT context = GetContext(Device);
    NTSTATUS status;
    ULONG bytes = 0;
    ULONG i;

    UNREFERENCED_PARAMETER(Context);
    for (i = 0; i < SgList->NumberOfElements; i++) {
        bytes += SgList->Elements[i].Length;
    }
    Trace("EvtProgramDma(%s): %u elements, %u bytes; transferred %u, current %u", Direction == WdfDmaDirectionReadFromDevice ? "read" : "write",
          SgList->NumberOfElements, bytes, (ULONG)WdfDmaTransactionGetBytesTransferred(Transaction),
          (ULONG)WdfDmaTransactionGetCurrentDmaTransferLength(Transaction));
    if (context->IoMode == IoModeCannotProgram) {
        (VOID)WdfDmaTransactionDmaCompletedFinal(Transaction, 0, &status);
        Trace("WdfDmaTransactionDmaCompletedFinal(0): 0x%08x", status);
        Finish(context, STATUS_DEVICE_NOT_READY);
        return FALSE;
    }
    if (context->IoMode == IoModeSynchronous) {
        TransferDone(context);
        Trace("EvtProgramDma returns");
        return TRUE;
    }
    for (i = 0; i < SgList->NumberOfElements; i++) {
        WriteRegister(context, REG_ADDRESS, SgList->Elements[i].Address.LowPart);
        WriteRegister(context, REG_UPPER, SgList->Elements[i].Address.HighPart);
        WriteRegister(context, REG_PUSH, SgList->Elements[i].Length);
    }
    WriteRegister(context, REG_CONTROL, CONTROL_START | (Direction == WdfDmaDirectionReadFromDevice ? CONTROL_TO_MEMORY : 0));
    return TRUE;
}

static
VOID
StartDma(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ WDF_DMA_DIRECTION Direction
    )
{
    NTSTATUS status;

    status = WdfDmaTransactionInitializeUsingRequest(Context->Transaction, Request, EvtProgramDma, Direction);
    Trace("WdfDmaTransactionInitializeUsingRequest: 0x%08x", status);
    if (!NT_SUCCESS(status)) {
        WdfRequestComplete(Request, status);
        return;
    }
    if (Context->Fragment != 0) {
        WdfDmaTransactionSetMaximumLength(Context->Transaction, Context->Fragment);
    }
    Context->Request = Request;
    Context->Transfers = 0;
    if (Context->IoMode == IoModeCancelable) {
        (VOID)WdfRequestMarkCancelableEx(Request, EvtRequestCancel);
    }
    status = WdfDmaTransactionExecute(Context->Transaction, Context);
    Trace("WdfDmaTransactionExecute: 0x%08x", status);
    if (!NT_SUCCESS(status)) {
        Context->Request = NULL;
        WdfDmaTransactionRelease(Context->Transaction);
        WdfRequestComplete(Request, status);
    }
}

static
VOID
Present(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ WDF_DMA_DIRECTION Direction
    )
{
    PDEVICE_CONTEXT context = GetContext(WdfIoQueueGetDevice(Queue));

    if (context->IoMode == IoModeComplete) {
        WdfRequestComplete(Request, STATUS_SUCCESS);
    } else if (context->IoMode == IoModeForward) {
        Trace("WdfRequestForwardToIoQueue: 0x%08x", WdfRequestForwardToIoQueue(Request, context->ManualQueue));
    } else if (context->IoMode == IoModeRaisedIrql) {
        KIRQL old;

        ExpectBugCheck("9.1.14", 0xE, PASSIVE_LEVEL, DISPATCH_LEVEL);
        KeRaiseIrql(DISPATCH_LEVEL, &old);
        WdfRequestComplete(Request, STATUS_SUCCESS);
    } else if (context->IoMode == IoModeCriticalRegion) {
        // The second parameter is the address of the callback.
        ExpectBugCheck("9.1.15", 0xF, ANY, 0);
        KeEnterCriticalRegion();
        WdfRequestComplete(Request, STATUS_SUCCESS);
    } else if (context->IoMode == IoModeHold || context->IoMode == IoModeHoldCancelable) {
        context->Held = Request;
        if (context->IoMode == IoModeHoldCancelable) {
            (VOID)WdfRequestMarkCancelableEx(Request, EvtRequestCancel);
        }
    } else {
        StartDma(context, Request, Direction);
    }
}

static
VOID
EvtIoRead(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t Length
    )
{
    Trace("EvtIoRead(%u)", (ULONG)Length);
    Present(Queue, Request, WdfDmaDirectionReadFromDevice);
    Trace("EvtIoRead returns");
}

static
VOID
EvtIoWrite(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t Length
    )
{
    Trace("EvtIoWrite(%u)", (ULONG)Length);
    Present(Queue, Request, WdfDmaDirectionWriteToDevice);
    Trace("EvtIoWrite returns");
}

// Ends the transaction of the request that is being stopped or canceled.
static
VOID
Abort(
    _In_ PDEVICE_CONTEXT Context
    )
{
    NTSTATUS status;
    BOOLEAN over;

    if (Context->Request == NULL) {
        return;
    }
    WriteRegister(Context, REG_CONTROL, CONTROL_STOP);
    over = WdfDmaTransactionDmaCompletedFinal(Context->Transaction, 0, &status);
    Trace("WdfDmaTransactionDmaCompletedFinal(0): %s, 0x%08x", over ? "TRUE" : "FALSE", status);
    WdfDmaTransactionRelease(Context->Transaction);
    Context->Request = NULL;
}

static
VOID
EvtRequestCancel(
    _In_ WDFREQUEST Request
    )
{
    PDEVICE_CONTEXT context = GetContext(WdfIoQueueGetDevice(WdfRequestGetIoQueue(Request)));

    Trace("EvtRequestCancel");
    Abort(context);
    context->Held = NULL;
    WdfRequestComplete(Request, STATUS_CANCELLED);
}

static
VOID
EvtIoStop(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ ULONG ActionFlags
    )
{
    PDEVICE_CONTEXT context = GetContext(WdfIoQueueGetDevice(Queue));

    Trace("EvtIoStop(0x%x)", ActionFlags);
    if (context->StopMode == StopModeNothing) {
        return;
    }
    Abort(context);
    if ((ActionFlags & WdfRequestStopRequestCancelable) != 0) {
        Trace("WdfRequestUnmarkCancelable: 0x%08x", WdfRequestUnmarkCancelable(Request));
    }
    if (context->StopMode == StopModeComplete || (ActionFlags & WdfRequestStopActionPurge) != 0) {
        context->Held = NULL;
        WdfRequestComplete(Request, STATUS_CANCELLED);
    } else {
        WdfRequestStopAcknowledge(Request, context->StopMode == StopModeRequeue);
    }
}

static
VOID
EvtIoResume(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request
    )
{
    PDEVICE_CONTEXT context = GetContext(WdfIoQueueGetDevice(Queue));

    Trace("EvtIoResume");
    context->Held = NULL;
    if (context->IoMode == IoModeHold || context->IoMode == IoModeHoldCancelable) {
        WdfRequestComplete(Request, STATUS_SUCCESS);
    } else {
        StartDma(context, Request, WdfDmaDirectionReadFromDevice);
    }
}

static
VOID
EvtIoCanceledOnQueue(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request
    )
{
    UNREFERENCED_PARAMETER(Queue);
    Trace("EvtIoCanceledOnQueue");
    WdfRequestComplete(Request, STATUS_CANCELLED);
}

static
BOOLEAN
StartsWith(
    _In_ PCSTR Text,
    _In_ PCSTR Name,
    _Out_ PCSTR *Rest
    )
{
    while (*Name != '\0' && *Text == *Name) {
        Text++;
        Name++;
    }
    *Rest = *Text == ' ' ? Text + 1 : Text;
    return *Name == '\0' && (*Text == '\0' || *Text == ' ');
}

static
VOID
EvtIoDeviceControl(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t OutputBufferLength,
    _In_ size_t InputBufferLength,
    _In_ ULONG IoControlCode
    )
{
    static const TEST *const lists[] = { ObjectTests, EnablerTests, TransactionTests, InterruptTests, QueueTests, BreadthTests, SystemTests, AdapterInfoTests };
    PDEVICE_CONTEXT context = GetContext(WdfIoQueueGetDevice(Queue));
    const TEST *test;
    PSTR input;
    PCSTR argument;
    NTSTATUS status = STATUS_INVALID_PARAMETER;
    ULONG i;

    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(InputBufferLength);
    if (METHOD_OF(IoControlCode) == METHOD_NEITHER) {
        NeitherTest(context, Request);
        WdfRequestComplete(Request, STATUS_SUCCESS);
        return;
    }
    if ((IoControlCode & ~3) != IOCTL_RUN || !NT_SUCCESS(WdfRequestRetrieveInputBuffer(Request, 2, (PVOID *)&input, NULL))) {
        WdfRequestComplete(Request, status);
        return;
    }
    for (i = 0; i < ARRAYSIZE(lists); i++) {
        for (test = lists[i]; test->Name != NULL; test++) {
            if (StartsWith(input, test->Name, &argument)) {
                test->Routine(context, Request, argument);
                status = STATUS_SUCCESS;
            }
        }
    }
    WdfRequestComplete(Request, status);
}

// -- Device ------------------------------------------------------------------------------------------------------------------------

static
NTSTATUS
CreateQueues(
    _In_ PDEVICE_CONTEXT Context
    )
{
    WDF_IO_QUEUE_CONFIG config;
    NTSTATUS status;

    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchSequential);
    config.EvtIoRead = EvtIoRead;
    config.EvtIoWrite = EvtIoWrite;
    config.EvtIoStop = EvtIoStop;
    config.EvtIoResume = EvtIoResume;
    status = WdfIoQueueCreate(Context->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &Context->IoQueue);
    if (NT_SUCCESS(status)) {
        WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchManual);
        config.EvtIoCanceledOnQueue = EvtIoCanceledOnQueue;
        status = WdfIoQueueCreate(Context->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &Context->ManualQueue);
    }
    if (NT_SUCCESS(status)) {
        WDFQUEUE queue;

        WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchParallel);
        config.PowerManaged = WdfFalse;
        config.EvtIoDeviceControl = EvtIoDeviceControl;
        status = WdfIoQueueCreate(Context->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &queue);
        if (NT_SUCCESS(status)) {
            status = WdfDeviceConfigureRequestDispatching(Context->Device, queue, WdfRequestTypeDeviceControl);
        }
    }
    return status;
}

static
NTSTATUS
CreateObjects(
    _In_ PDEVICE_CONTEXT Context
    )
{
    WDF_INTERRUPT_CONFIG config;
    WDF_OBJECT_ATTRIBUTES attributes;
    NTSTATUS status = STATUS_SUCCESS;
    ULONG i;

    for (i = 0; NT_SUCCESS(status) && i < Setting(L"Interrupts", 1); i++) {
        WDF_INTERRUPT_CONFIG_INIT(&config, EvtInterruptIsr, EvtInterruptDpc);
        if (UsesWorkItem != 0) {
            config.EvtInterruptDpc = NULL;
            config.EvtInterruptWorkItem = EvtInterruptWorkItem;
        }
        config.EvtInterruptEnable = EvtInterruptEnable;
        config.EvtInterruptDisable = EvtInterruptDisable;
        status = WdfInterruptCreate(Context->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &Context->Interrupts[i]);
    }
    if (NT_SUCCESS(status)) {
        status = CreateQueues(Context);
    }
    if (NT_SUCCESS(status)) {
        status = CreateEnabler(Context, 0, &Context->Enabler);
    }
    if (NT_SUCCESS(status) && Setting(L"Enablers", 1) > 1) {
        status = CreateEnabler(Context, 1, &Context->SecondEnabler);
    }
    if (NT_SUCCESS(status)) {
        status = WdfDmaTransactionCreate(Context->Enabler, WDF_NO_OBJECT_ATTRIBUTES, &Context->Transaction);
    }
    if (NT_SUCCESS(status)) {
        WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
        attributes.ParentObject = Context->Device;
        status = WdfSpinLockCreate(&attributes, &Context->Lock);
    }
    return status;
}

static
VOID
EvtDeviceCleanup(
    _In_ WDFOBJECT Object
    )
{
    UNREFERENCED_PARAMETER(Object);
    Trace("EvtCleanupCallback of the device");
}

static
VOID
EvtDeviceFileCreate(
    _In_ WDFDEVICE Device,
    _In_ WDFREQUEST Request,
    _In_ WDFFILEOBJECT FileObject
    )
{
    UNREFERENCED_PARAMETER(FileObject);
    CreateRequestTest(GetContext(Device), Request);
    WdfRequestComplete(Request, STATUS_SUCCESS);
}

static
NTSTATUS
EvtDeviceAdd(
    _In_ WDFDRIVER DriverHandle,
    _Inout_ PWDFDEVICE_INIT DeviceInit
    )
{
    WDF_PNPPOWER_EVENT_CALLBACKS callbacks;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS idle;
    PDEVICE_CONTEXT context;
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(DriverHandle);
    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&callbacks);
    callbacks.EvtDevicePrepareHardware = EvtDevicePrepareHardware;
    callbacks.EvtDeviceReleaseHardware = EvtDeviceReleaseHardware;
    callbacks.EvtDeviceD0Entry = EvtDeviceD0Entry;
    callbacks.EvtDeviceD0EntryPostInterruptsEnabled = EvtDeviceD0EntryPostInterruptsEnabled;
    callbacks.EvtDeviceD0ExitPreInterruptsDisabled = EvtDeviceD0ExitPreInterruptsDisabled;
    callbacks.EvtDeviceD0Exit = EvtDeviceD0Exit;
    callbacks.EvtDeviceSelfManagedIoInit = EvtDeviceSelfManagedIoInit;
    callbacks.EvtDeviceSelfManagedIoSuspend = EvtDeviceSelfManagedIoSuspend;
    callbacks.EvtDeviceSelfManagedIoRestart = EvtDeviceSelfManagedIoRestart;
    callbacks.EvtDeviceSelfManagedIoFlush = EvtDeviceSelfManagedIoFlush;
    callbacks.EvtDeviceSelfManagedIoCleanup = EvtDeviceSelfManagedIoCleanup;
    callbacks.EvtDeviceQueryRemove = EvtDeviceQueryRemove;
    callbacks.EvtDeviceQueryStop = EvtDeviceQueryStop;
    callbacks.EvtDeviceSurpriseRemoval = EvtDeviceSurpriseRemoval;
    WdfDeviceInitSetPnpPowerEventCallbacks(DeviceInit, &callbacks);
    if (Setting(L"FileCreate", 0) != 0) {
        WDF_FILEOBJECT_CONFIG fileConfig;

        WDF_FILEOBJECT_CONFIG_INIT(&fileConfig, EvtDeviceFileCreate, WDF_NO_EVENT_CALLBACK, WDF_NO_EVENT_CALLBACK);
        WdfDeviceInitSetFileObjectConfig(DeviceInit, &fileConfig, WDF_NO_OBJECT_ATTRIBUTES);
    }
    if (Setting(L"CallerContext", 0) != 0) {
        WdfDeviceInitSetIoInCallerContextCallback(DeviceInit, EvtIoInCallerContext);
    }
    WdfDeviceInitSetIoType(DeviceInit, (WDF_DEVICE_IO_TYPE)Setting(L"IoType", WdfDeviceIoDirect));

    if (Setting(L"DeviceAddTests", 0) != 0) {
        // The parent of a device is not for the client to choose.
        WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
        attributes.ParentObject = Driver;
        CHECK("1.1.1", WdfDeviceCreate(&DeviceInit, &attributes, &device) == STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED && DeviceInit != NULL);
    }
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, DEVICE_CONTEXT);
    attributes.EvtCleanupCallback = EvtDeviceCleanup;
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    context = GetContext(device);
    context->Device = device;
    UsesWorkItem = Setting(L"WorkItem", 0);
    context->Fragment = Setting(L"Fragment", 0);
    context->IoMode = Setting(L"IoMode", IoModeDevice);
    context->StopMode = Setting(L"StopMode", StopModeNothing);
    context->Fail = Setting(L"Fail", FailNothing);
    context->FailAfter = Setting(L"FailAfter", 0);
    status = CreateObjects(context);
    if (NT_SUCCESS(status) && Setting(L"IdleMs", 0) != 0) {
        WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS_INIT(&idle, IdleCannotWakeFromS0);
        idle.IdleTimeout = Setting(L"IdleMs", 0);
        status = WdfDeviceAssignS0IdleSettings(device, &idle);
    }
    if (NT_SUCCESS(status) && Setting(L"DeviceAddTests", 0) != 0) {
        DeviceAddTests(context);
    }
    return status;
}
