// SPDX-License-Identifier: MIT
// WDFQUEUE and WDFREQUEST: section 8 of the specification, and the verifier's checks of 9.5.
#include "conformance.h"

static EVT_WDF_IO_QUEUE_IO_READ EvtRead;
static EVT_WDF_REQUEST_CANCEL EvtCancel;
static EVT_WDF_PROGRAM_DMA EvtProgram;

static VOID EvtRead(_In_ WDFQUEUE Queue, _In_ WDFREQUEST Request, _In_ size_t Length) { UNREFERENCED_PARAMETER(Queue); UNREFERENCED_PARAMETER(Length); WdfRequestComplete(Request, STATUS_SUCCESS); }
static VOID EvtCancel(_In_ WDFREQUEST Request) { WdfRequestComplete(Request, STATUS_CANCELLED); }

// EvtProgramDma of a device that never finishes.
static
BOOLEAN
EvtProgram(
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
    UNREFERENCED_PARAMETER(SgList);
    return TRUE;
}

static
VOID
Creation(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDF_IO_QUEUE_CONFIG config;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDFQUEUE queue;
    WDFREQUEST request;
    ULONG waiting;
    ULONG owned;

    UNREFERENCED_PARAMETER(Argument);
#define CREATES(row, status) CHECK(row, WdfIoQueueCreate(Context->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &queue) == (status))
    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchParallel);
    CHECK("8.1", config.PowerManaged == WdfUseDefault && config.Settings.Parallel.NumberOfPresentedRequests == (ULONG)-1 && !config.DefaultQueue);
    config.EvtIoRead = EvtRead;
    config.Size++;
    CREATES("8.1.1", STATUS_INFO_LENGTH_MISMATCH);
    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchInvalid);
    config.EvtIoRead = EvtRead;
    CREATES("8.1.2", STATUS_INVALID_PARAMETER);
    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchParallel);
    config.EvtIoRead = EvtRead;
    config.Settings.Parallel.NumberOfPresentedRequests = 0;
    CREATES("8.1.3", STATUS_INVALID_PARAMETER);
    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchSequential);
    config.EvtIoRead = EvtRead;
    config.Settings.Parallel.NumberOfPresentedRequests = 1;
    CREATES("8.1.3", STATUS_INVALID_PARAMETER);
    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchSequential);
    CREATES("8.1.4", STATUS_WDF_NO_CALLBACK);
    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchManual);
    config.EvtIoRead = EvtRead;
    CREATES("8.1.5", STATUS_INVALID_PARAMETER);
    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchSequential);
    config.EvtIoRead = EvtRead;
    CHECK("8.1.6", WdfIoQueueCreate(Context->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, NULL) == STATUS_INVALID_PARAMETER_4);
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchSequential);
    config.EvtIoRead = EvtRead;
    CREATES("8.1.7,8.1.8", STATUS_UNSUCCESSFUL);
    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchSequential);
    config.EvtIoRead = EvtRead;
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.SynchronizationScope = WdfSynchronizationScopeDevice;
    attributes.ExecutionLevel = WdfExecutionLevelPassive;
    CHECK("8.1.9", WdfIoQueueCreate(Context->Device, &config, &attributes, &queue) == STATUS_INVALID_PARAMETER);

    // State bits, retrieval and control.
    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchManual);
    config.PowerManaged = WdfFalse;
    CREATES("1.1.6,8.2.3", STATUS_SUCCESS);
    CHECK("8.1", WdfIoQueueGetState(queue, &waiting, &owned) == 0xF && waiting == 0 && owned == 0);
    CHECK("8.2.3", WdfIoQueueRetrieveNextRequest(queue, &request) == STATUS_NO_MORE_ENTRIES);
    CHECK("8.2.2", WdfIoQueueRetrieveNextRequest(WdfRequestGetIoQueue(Request), &request) == STATUS_INVALID_DEVICE_STATE);
    WdfIoQueueStopSynchronously(queue);
    CHECK("8.10", (WdfIoQueueGetState(queue, NULL, NULL) & WdfIoQueueDispatchRequests) == 0);
    CHECK("8.2.3", WdfIoQueueRetrieveNextRequest(queue, &request) == STATUS_WDF_PAUSED);
    WdfIoQueueStart(queue);
    CHECK("8.10", WdfIoQueueGetState(queue, NULL, NULL) == 0xF);
    WdfIoQueueDrainSynchronously(queue);
    CHECK("8.10", (WdfIoQueueGetState(queue, NULL, NULL) & WdfIoQueueAcceptRequests) == 0);
    CHECK("8.3", WdfRequestForwardToIoQueue(Request, queue) == STATUS_WDF_BUSY);
    WdfIoQueueStart(queue);
    WdfIoQueuePurgeSynchronously(queue);
    CHECK("8.10", (WdfIoQueueGetState(queue, NULL, NULL) & WdfIoQueueAcceptRequests) == 0);
    WdfIoQueueStart(queue);

    // The test's own request moves to the queue, is found, retrieved, put back and retrieved again.
    CHECK("8.5", WdfRequestForwardToIoQueue(Request, queue) == STATUS_SUCCESS);
    CHECK("8.1", WdfIoQueueGetState(queue, &waiting, &owned) == (0xF & ~WdfIoQueueNoRequests) && waiting == 1 && owned == 0);
    CHECK("8.2.3,8.5", WdfIoQueueRetrieveNextRequest(queue, &request) == STATUS_SUCCESS && request == Request);
    CHECK("8.5", WdfIoQueueGetState(queue, &waiting, &owned) == (0xF & ~WdfIoQueueDriverNoRequests) && owned == 1);
    CHECK("8.5", WdfRequestRequeue(Request) == STATUS_SUCCESS);
    CHECK("8.2.3", WdfIoQueueRetrieveNextRequest(queue, &request) == STATUS_SUCCESS && request == Request);
}

// Buffers of a METHOD_BUFFERED IOCTL, parameters and information.
static
VOID
Buffers(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDF_REQUEST_PARAMETERS parameters;
    WDFMEMORY memory;
    WDFMEMORY again;
    PMDL mdl;
    PVOID buffer;
    size_t length = 0;

    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Argument);
    WDF_REQUEST_PARAMETERS_INIT(&parameters);
    WdfRequestGetParameters(Request, &parameters);
    CHECK("8.3", parameters.Type == WdfRequestTypeDeviceControl && parameters.Parameters.DeviceIoControl.IoControlCode == IOCTL_RUN);
    CHECK("8.6.2", WdfRequestRetrieveInputBuffer(Request, 1, &buffer, &length) == STATUS_SUCCESS && length == parameters.Parameters.DeviceIoControl.InputBufferLength);
    CHECK("8.6.2", WdfRequestRetrieveInputBuffer(Request, length + 1, &buffer, &length) == STATUS_BUFFER_TOO_SMALL);
    CHECK("8.6.2", WdfRequestRetrieveOutputBuffer(Request, 1, &buffer, &length) == STATUS_BUFFER_TOO_SMALL);
    CHECK("8.6.2", WdfRequestRetrieveInputMemory(Request, &memory) == STATUS_SUCCESS && WdfRequestRetrieveInputMemory(Request, &again) == STATUS_SUCCESS && memory == again);
    CHECK("8.6.2", WdfRequestRetrieveInputWdmMdl(Request, &mdl) == STATUS_SUCCESS && MmGetMdlByteCount(mdl) == parameters.Parameters.DeviceIoControl.InputBufferLength);
    WdfRequestSetInformation(Request, 3);
    CHECK("8.7.4", WdfRequestGetInformation(Request) == 3);
    WdfRequestSetInformation(Request, 0);
    CHECK("1.1.7", WdfRequestGetIoQueue(Request) != NULL && WdfRequestGetRequestorMode(Request) == UserMode);
}

// Cancelability of a request that the driver owns, and calls in wrong states.
static
VOID
Cancelable(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Argument);
    CHECK("8.8.3", !WdfRequestIsCanceled(Request));
    CHECK("8.8.4", WdfRequestMarkCancelableEx(Request, EvtCancel) == STATUS_SUCCESS);
    VIOLATION("9.5.6", "req-iscanceled-on-cancelable");
    CHECK("9.5.6", !WdfRequestIsCanceled(Request));
    VIOLATION("8.8.7", "req-mark-twice");
    CHECK("8.8.7", WdfRequestMarkCancelableEx(Request, EvtCancel) == STATUS_INVALID_DEVICE_REQUEST);
    CHECK("8.8.9", WdfRequestUnmarkCancelable(Request) == STATUS_SUCCESS);
    VIOLATION("8.8.9", "req-unmark-not-marked");
    CHECK("8.8.9", WdfRequestUnmarkCancelable(Request) == STATUS_INVALID_DEVICE_REQUEST);
    VIOLATION("9.5.5,12.3.13,8.9", "req-stop-acknowledge");
    WdfRequestStopAcknowledge(Request, FALSE);
    VIOLATION("9.5.1,8.5", "req-requeue-nonmanual");
    CHECK("9.5.1,8.5", WdfRequestRequeue(Request) == STATUS_INVALID_DEVICE_REQUEST);
    CHECK("8.8.4", WdfRequestMarkCancelableEx(Request, EvtCancel) == STATUS_SUCCESS);
    VIOLATION("8.8.10,9.5.3", "req-complete-while-cancelable");
}

static
VOID
Completed(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    switch (Argument[0]) {
    case 'I':
        // Context->Held is a read of 10 bytes.
        ExpectBugCheck("9.5.4,9.1.6", 6, 4, ANY);
        WdfRequestCompleteWithInformation(Context->Held, STATUS_SUCCESS, 11);
        break;
    case 'T':
        // A transaction in state Transfer pins its request.
        (VOID)WdfDmaTransactionInitializeUsingRequest(Context->Transaction, Context->Held, EvtProgram, WdfDmaDirectionReadFromDevice);
        (VOID)WdfDmaTransactionExecute(Context->Transaction, NULL);
        ExpectBugCheck("3.12,9.1.3,8.7,12.3.3,3.3.10", 3, (ULONG_PTR)Context->Held, 1);
        WdfRequestComplete(Context->Held, STATUS_SUCCESS);
        break;
    case 'S':
        ExpectBugCheck("9.1.5,8.7", 5, (ULONG_PTR)Request, ANY);
        WdfRequestComplete(Request, STATUS_SUCCESS);
        (VOID)WdfRequestGetInformation(Request);
        break;
    }
    DbgPrint("FAIL 9.1.6 %u: the machine goes on after %s\n", __LINE__, Argument);
}

// A facility 0x20 status does not reach the sender.
static
VOID
Mapped(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    // The scenario expects STATUS_INVALID_DEVICE_REQUEST.
    WdfRequestCompleteWithPriorityBoost(Context->Held, STATUS_WDF_TOO_FRAGMENTED, IO_NO_INCREMENT);
    REACHED("8.7,8.7.3");
    Context->Held = NULL;
}

// InitializeUsingRequest by kind of request.
static
VOID
UsingRequest(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    UNREFERENCED_PARAMETER(Argument);
#define USING(row, request, direction, status) \
    CHECK(row, WdfDmaTransactionInitializeUsingRequest(Context->Transaction, request, EvtProgram, direction) == (status)); \
    (VOID)WdfDmaTransactionRelease(Context->Transaction)
    // This IOCTL has input only; Held is a read of 10 bytes.
    USING("3.5.3", Request, WdfDmaDirectionWriteToDevice, STATUS_SUCCESS);
    USING("3.5.3", Request, WdfDmaDirectionReadFromDevice, STATUS_INVALID_DEVICE_REQUEST);
    USING("3.5.1", Context->Held, WdfDmaDirectionReadFromDevice, STATUS_SUCCESS);
    VIOLATION("3.5.1", "txn-direction-mismatch");
    USING("3.5.1", Context->Held, WdfDmaDirectionWriteToDevice, STATUS_INVALID_DEVICE_REQUEST);
    VIOLATION("3.5", "txn-direction-invalid");
    USING("3.5", Context->Held, (WDF_DMA_DIRECTION)3, STATUS_INVALID_PARAMETER);
    VIOLATION("3.11.4", "txn-getrequest-null");
    CHECK("3.3.10,3.11.4", WdfDmaTransactionGetRequest(Context->Transaction) == NULL);
    (VOID)WdfDmaTransactionInitializeUsingRequest(Context->Transaction, Context->Held, EvtProgram, WdfDmaDirectionReadFromDevice);
    CHECK("3.3.10,3.11.4", WdfDmaTransactionGetRequest(Context->Transaction) == Context->Held);
    (VOID)WdfDmaTransactionRelease(Context->Transaction);
    WdfRequestComplete(Context->Held, STATUS_SUCCESS);
    Context->Held = NULL;
}

// Held is a read of 10 bytes: its buffer by I/O type of the device.
static
VOID
ReadBuffer(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    PVOID buffer = NULL;
    PMDL mdl;
    size_t length;

    UNREFERENCED_PARAMETER(Request);
    if (Argument[0] == 'N') {
        VIOLATION("8.6.1", "req-neither-io");
        CHECK("8.6.1", WdfRequestRetrieveOutputWdmMdl(Context->Held, &mdl) == STATUS_INVALID_DEVICE_REQUEST);
    } else {
        CHECK("8.6.1", WdfRequestRetrieveOutputWdmMdl(Context->Held, &mdl) == STATUS_SUCCESS && MmGetMdlByteCount(mdl) == 10);
        CHECK("8.6.1", WdfRequestRetrieveOutputBuffer(Context->Held, 10, &buffer, &length) == STATUS_SUCCESS && length == 10);
        VIOLATION("8.6", "req-buffer-api-wrong");
        CHECK("8.6", WdfRequestRetrieveInputBuffer(Context->Held, 1, &buffer, &length) == STATUS_INVALID_DEVICE_REQUEST);
        (VOID)WdfRequestRetrieveOutputBuffer(Context->Held, 10, &buffer, &length);
        RtlFillMemory(buffer, 10, 0x5A);
    }
    WdfRequestCompleteWithInformation(Context->Held, STATUS_SUCCESS, Argument[0] == 'N' ? 0 : 10);
    Context->Held = NULL;
}

// The direct methods: the text of the test is in the input, the data buffer is an MDL.
static
VOID
DirectRequest(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    BOOLEAN in = Argument[0] == 'I';
    PVOID buffer;
    PMDL mdl;
    size_t length;

    CHECK("8.6.3", WdfRequestRetrieveOutputWdmMdl(Request, &mdl) == STATUS_SUCCESS && MmGetMdlByteCount(mdl) == 500);
    CHECK("8.6.3", WdfRequestRetrieveOutputBuffer(Request, 500, &buffer, &length) == STATUS_SUCCESS && length == 500);
    VIOLATION("3.5.4,3.5.5", "txn-direction-mismatch");
    USING("3.5.4,3.5.5", Request, in ? WdfDmaDirectionReadFromDevice : WdfDmaDirectionWriteToDevice, STATUS_INVALID_DEVICE_REQUEST);
    USING("3.5.4,3.5.5", Request, in ? WdfDmaDirectionWriteToDevice : WdfDmaDirectionReadFromDevice, STATUS_SUCCESS);
}

VOID
NeitherTest(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request
    )
{
    PVOID buffer;
    size_t length;

    VIOLATION("8.6.4", "req-neither-io");
    CHECK("8.6.4", WdfRequestRetrieveInputBuffer(Request, 1, &buffer, &length) == STATUS_INVALID_DEVICE_REQUEST);
    VIOLATION("8.6.4", "req-neither-io");
    CHECK("8.6.4", WdfRequestRetrieveUnsafeUserInputBuffer(Request, 1, &buffer, &length) == STATUS_INVALID_DEVICE_REQUEST);
    VIOLATION("3.5.6,9.3.4", "mem-not-neither");
    USING("3.5.6,9.3.4", Request, WdfDmaDirectionWriteToDevice, STATUS_INVALID_DEVICE_REQUEST);
}

VOID
CreateRequestTest(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request
    )
{
    USING("3.5.7", Request, WdfDmaDirectionReadFromDevice, STATUS_INVALID_DEVICE_REQUEST);
}

// Before any queue has the request.
VOID
EvtIoInCallerContext(
    _In_ WDFDEVICE Device,
    _In_ WDFREQUEST Request
    )
{
    WDF_REQUEST_PARAMETERS parameters;
    WDFMEMORY memory;
    PVOID buffer;
    size_t length;

    WDF_REQUEST_PARAMETERS_INIT(&parameters);
    WdfRequestGetParameters(Request, &parameters);
    VIOLATION("8.8.8,9.3.19", "KMDF-REQUEST-NO-QUEUE");
    CHECK("8.8.8,9.3.19", WdfRequestMarkCancelableEx(Request, EvtCancel) == STATUS_INVALID_DEVICE_REQUEST);
    VIOLATION("8.8.8,9.3.19", "KMDF-REQUEST-NO-QUEUE");
    CHECK("8.8.8,9.3.19", WdfRequestUnmarkCancelable(Request) == STATUS_INVALID_DEVICE_REQUEST);
    CHECK("8.8.8", WdfRequestGetIoQueue(Request) == NULL);
    if (METHOD_OF(parameters.Parameters.DeviceIoControl.IoControlCode) == METHOD_NEITHER) {
        CHECK("8.6.4", WdfRequestRetrieveUnsafeUserInputBuffer(Request, 1, &buffer, &length) == STATUS_SUCCESS);
        CHECK("8.6.4", WdfRequestProbeAndLockUserBufferForRead(Request, buffer, length, &memory) == STATUS_SUCCESS && *(PUCHAR)WdfMemoryGetBuffer(memory, NULL) == 'x');
    }
    CHECK("8.8.8", WdfDeviceEnqueueRequest(Device, Request) == STATUS_SUCCESS);
}

// Held was canceled while it was not cancelable.
static
VOID
AlreadyCanceled(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    CHECK("8.8.3", WdfRequestIsCanceled(Context->Held));
    CHECK("8.8.6", WdfRequestMarkCancelableEx(Context->Held, EvtCancel) == STATUS_CANCELLED);
    // EvtCancel completes it.
    WdfRequestMarkCancelable(Context->Held, EvtCancel);
    Context->Held = NULL;
    REACHED("8.8.5");
}

static
VOID
CompleteHeld(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDFREQUEST held = Context->Held;

    UNREFERENCED_PARAMETER(Request);
    Context->Held = NULL;
    if (Argument[0] == 'T') {
        WdfObjectReference(held);
        WdfRequestComplete(held, STATUS_SUCCESS);
        VIOLATION("9.5.2,8.7", "req-double-complete");
        WdfRequestComplete(held, STATUS_SUCCESS);
        WdfObjectDereference(held);
    } else {
        WdfRequestComplete(held, STATUS_SUCCESS);
    }
}

static
VOID
EvtState(
    _In_ WDFQUEUE Queue,
    _In_ WDFCONTEXT Context
    )
{
    UNREFERENCED_PARAMETER(Queue);
    UNREFERENCED_PARAMETER(Context);
}

// A second Stop while the first waits for Held.
static
VOID
StopTwice(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    WdfIoQueueStop(Context->IoQueue, EvtState, NULL);
    ExpectBugCheck("9.1.10,8.10", 0xA, ANY, ANY);
    WdfIoQueueStop(Context->IoQueue, EvtState, NULL);
    DbgPrint("FAIL 9.1.10 %u: the machine goes on\n", __LINE__);
}

const TEST QueueTests[] = {
    { "queue-creation", Creation },
    { "request-buffers", Buffers },
    { "request-cancelable", Cancelable },
    { "request-completed", Completed },
    { "request-mapped", Mapped },
    { "using-request", UsingRequest },
    { "read-buffer", ReadBuffer },
    { "direct-request", DirectRequest },
    { "already-canceled", AlreadyCanceled },
    { "complete-held", CompleteHeld },
    { "stop-twice", StopTwice },
    { NULL, NULL },
};
