// A driver for tests of threads and waits. A control request names the test; what happens is printed.
#include <ntddk.h>
#include <wdf.h>

#define IOCTL_RUN CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)

#define Say(...) DbgPrint(". " __VA_ARGS__)

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD EvtDeviceAdd;
EVT_WDF_DEVICE_PREPARE_HARDWARE EvtDevicePrepareHardware;
EVT_WDF_DEVICE_RELEASE_HARDWARE EvtDeviceReleaseHardware;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL EvtIoDeviceControl;
EVT_WDF_IO_QUEUE_IO_READ EvtIoRead;
EVT_WDF_WORKITEM EvtFirstWork;
EVT_WDF_WORKITEM EvtSecondWork;
EVT_WDF_WORKITEM EvtSlowWork;

typedef struct _THREADS {
    PETHREAD Object[4];
    ULONG Count;
} THREADS;

typedef struct _TEST {
    PCSTR Name;
    VOID (*Run)(VOID);
} TEST;

static WDFDEVICE s_Device;
static KEVENT s_First, s_Second, s_Done;
static KSEMAPHORE s_Items;
static KMUTEX s_Left, s_Right;
static FAST_MUTEX s_Fast;
static volatile LONG s_Flag, s_Answer;
static ULONG s_Values[8];
static ULONG s_Written, s_Read;
static THREADS s_Worker;
static KEVENT s_Started, s_Stop;

static LARGE_INTEGER
Milliseconds(
    LONG Count
    )
{
    LARGE_INTEGER time;

    time.QuadPart = -10000LL * Count;
    return time;
}

static VOID
Sleep(
    LONG Count
    )
{
    LARGE_INTEGER time = Milliseconds(Count);

    KeDelayExecutionThread(KernelMode, FALSE, &time);
}

/* Whether the run wants a worker. */
static BOOLEAN
Setting(
    VOID
    )
{
    DECLARE_CONST_UNICODE_STRING(name, L"Worker");
    WDFKEY key;
    ULONG value = 0;

    if (NT_SUCCESS(WdfDriverOpenParametersRegistryKey(WdfGetDriver(), KEY_READ, WDF_NO_OBJECT_ATTRIBUTES, &key))) {
        WdfRegistryQueryULong(key, &name, &value);
        WdfRegistryClose(key);
    }
    return value != 0;
}

/* Starts a thread and keeps its object. */
static VOID
Start(
    THREADS *Threads,
    PKSTART_ROUTINE Routine,
    PVOID Context
    )
{
    HANDLE handle;
    NTSTATUS status;

    status = PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, Routine, Context);
    if (!NT_SUCCESS(status)) {
        Say("PsCreateSystemThread failed: %08x\n", status);
        return;
    }
    status = ObReferenceObjectByHandle(handle, THREAD_ALL_ACCESS, *PsThreadType, KernelMode, (PVOID *)&Threads->Object[Threads->Count++], NULL);
    if (!NT_SUCCESS(status)) {
        Say("ObReferenceObjectByHandle failed: %08x\n", status);
    }
    ZwClose(handle); // #Close
}

static VOID
Join(
    THREADS *Threads
    )
{
    ULONG i;

    KeWaitForMultipleObjects(Threads->Count, (PVOID *)Threads->Object, WaitAll, Executive, KernelMode, FALSE, NULL, NULL); // #Join
    for (i = 0; i < Threads->Count; i++) {
        ObDereferenceObject(Threads->Object[i]);
    }
    Threads->Count = 0;
}

/* ---- two threads take turns ---- */

static VOID
Ping(
    PVOID Context
    )
{
    ULONG i;

    UNREFERENCED_PARAMETER(Context);
    for (i = 0; i < 3; i++) {
        KeWaitForSingleObject(&s_First, Executive, KernelMode, FALSE, NULL);
        Say("ping %u\n", i); // #Ping
        KeSetEvent(&s_Second, IO_NO_INCREMENT, FALSE); // #PingSet
    }
}

static VOID
Pong(
    PVOID Context
    )
{
    ULONG i;

    UNREFERENCED_PARAMETER(Context);
    for (i = 0; i < 3; i++) {
        KeWaitForSingleObject(&s_Second, Executive, KernelMode, FALSE, NULL);
        Say("pong %u\n", i); // #Pong
        KeSetEvent(&s_First, IO_NO_INCREMENT, FALSE);
    }
}

static VOID
TestTurns(
    VOID
    )
{
    THREADS threads = { 0 };

    Start(&threads, Ping, NULL);
    Start(&threads, Pong, NULL);
    KeSetEvent(&s_First, IO_NO_INCREMENT, FALSE);
    Join(&threads);
    Say("both have ended\n");
}

/* ---- producer and consumer: semaphore, mutex ---- */

static VOID
Producer(
    PVOID Context
    )
{
    ULONG i;

    UNREFERENCED_PARAMETER(Context);
    for (i = 0; i < 5; i++) {
        KeWaitForSingleObject(&s_Left, Executive, KernelMode, FALSE, NULL);
        s_Values[s_Written++ % RTL_NUMBER_OF(s_Values)] = 10 * i;
        KeReleaseMutex(&s_Left, FALSE);
        KeReleaseSemaphore(&s_Items, IO_NO_INCREMENT, 1, FALSE);
        if (i % 2 == 0) {
            Sleep(1);
        }
    }
}

static VOID
Consumer(
    PVOID Context
    )
{
    ULONG i, sum = 0;

    UNREFERENCED_PARAMETER(Context);
    for (i = 0; i < 5; i++) {
        KeWaitForSingleObject(&s_Items, Executive, KernelMode, FALSE, NULL);
        KeWaitForSingleObject(&s_Left, Executive, KernelMode, FALSE, NULL);
        sum += s_Values[s_Read++ % RTL_NUMBER_OF(s_Values)];
        KeReleaseMutex(&s_Left, FALSE);
    }
    Say("consumed %u, semaphore at %d\n", sum, KeReadStateSemaphore(&s_Items));
}

static VOID
TestSemaphore(
    VOID
    )
{
    THREADS threads = { 0 };

    s_Written = s_Read = 0;
    Start(&threads, Consumer, NULL);
    Start(&threads, Producer, NULL);
    Join(&threads);
}

/* ---- time-outs ---- */

static VOID
HoldMutex(
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(Context);
    KeWaitForSingleObject(&s_Left, Executive, KernelMode, FALSE, NULL);
    KeSetEvent(&s_First, IO_NO_INCREMENT, FALSE);
    Sleep(5);
    Say("releases the mutex\n");
    KeReleaseMutex(&s_Left, FALSE);
}

static VOID
WantMutex(
    PVOID Context
    )
{
    LARGE_INTEGER time = Milliseconds(2);
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Context);
    KeWaitForSingleObject(&s_First, Executive, KernelMode, FALSE, NULL);
    status = KeWaitForSingleObject(&s_Left, Executive, KernelMode, FALSE, &time);
    Say("after 2 ms: %08x\n", status);
    status = KeWaitForSingleObject(&s_Left, Executive, KernelMode, FALSE, NULL);
    Say("in the end: %08x, state %d\n", status, KeReadStateMutex(&s_Left));
    KeReleaseMutex(&s_Left, FALSE);
}

static VOID
TestTimeout(
    VOID
    )
{
    THREADS threads = { 0 };

    Start(&threads, HoldMutex, NULL);
    Start(&threads, WantMutex, NULL);
    Join(&threads);
}

/* ---- a loop that looks at a variable of another thread ---- */

static VOID
Answer(
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(Context);
    while (s_Flag == 0) { // #Spin
    }
    s_Answer = 42;
}

static VOID
Ask(
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(Context);
    s_Flag = 1;
    while (s_Answer == 0) {
    }
    Say("answer %d\n", s_Answer);
}

static VOID
TestSpin(
    VOID
    )
{
    THREADS threads = { 0 };

    s_Flag = s_Answer = 0;
    Start(&threads, Answer, NULL);
    Start(&threads, Ask, NULL);
    Join(&threads);
}

/* The thread that spins has the higher priority, and the callback spins too. */
static VOID
Important(
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(Context);
    KeSetPriorityThread(KeGetCurrentThread(), LOW_REALTIME_PRIORITY);
    while (s_Flag == 0) {
    }
    s_Answer = 43;
}

static VOID
SetFlag(
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(Context);
    s_Flag = 1;
}

static VOID
TestSpinInCallback(
    VOID
    )
{
    THREADS threads = { 0 };

    s_Flag = s_Answer = 0;
    Start(&threads, Important, NULL);
    Start(&threads, SetFlag, NULL);
    while (s_Answer == 0) {
    }
    Say("answer %d\n", s_Answer);
    Join(&threads);
}

/* ---- priorities ---- */

static VOID
Urgent(
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(Context);
    Say("old priority %d\n", KeSetPriorityThread(KeGetCurrentThread(), LOW_REALTIME_PRIORITY));
    KeWaitForSingleObject(&s_First, Executive, KernelMode, FALSE, NULL);
    Say("urgent goes first\n");
}

static VOID
Ordinary(
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(Context);
    KeSetEvent(&s_First, IO_NO_INCREMENT, FALSE);
    s_Flag = 1; // the next statement after the event is where the other thread takes over
    Say("ordinary goes on\n");
}

static VOID
TestPriority(
    VOID
    )
{
    THREADS threads = { 0 };

    Start(&threads, Urgent, NULL);
    Start(&threads, Ordinary, NULL);
    Join(&threads);
}

/* ---- two callbacks whose waits overlap the wrong way round for a stack ---- */

VOID
EvtFirstWork(
    WDFWORKITEM WorkItem
    )
{
    UNREFERENCED_PARAMETER(WorkItem);
    Say("first waits\n");
    KeWaitForSingleObject(&s_First, Executive, KernelMode, FALSE, NULL); // #FirstWork
    Say("first goes on\n");
    KeSetEvent(&s_Second, IO_NO_INCREMENT, FALSE);
}

VOID
EvtSecondWork(
    WDFWORKITEM WorkItem
    )
{
    UNREFERENCED_PARAMETER(WorkItem);
    Say("second waits for first\n");
    KeSetEvent(&s_First, IO_NO_INCREMENT, FALSE);
    KeWaitForSingleObject(&s_Second, Executive, KernelMode, FALSE, NULL);
    Say("second goes on\n");
    KeSetEvent(&s_Done, IO_NO_INCREMENT, FALSE);
}

static VOID
TestWorkItems(
    VOID
    )
{
    WDF_WORKITEM_CONFIG config;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDFWORKITEM first, second;

    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = s_Device;
    WDF_WORKITEM_CONFIG_INIT(&config, EvtFirstWork);
    config.AutomaticSerialization = FALSE;
    if (!NT_SUCCESS(WdfWorkItemCreate(&config, &attributes, &first))) {
        return;
    }
    WDF_WORKITEM_CONFIG_INIT(&config, EvtSecondWork);
    config.AutomaticSerialization = FALSE;
    if (!NT_SUCCESS(WdfWorkItemCreate(&config, &attributes, &second))) {
        return;
    }
    WdfWorkItemEnqueue(first);
    WdfWorkItemEnqueue(second);
    KeWaitForSingleObject(&s_Done, Executive, KernelMode, FALSE, NULL);
    WdfObjectDelete(first);
    WdfObjectDelete(second);
}

/* ---- the end of a thread ---- */

static VOID
Deep(
    ULONG Depth
    )
{
    if (Depth == 0) {
        PsTerminateSystemThread(STATUS_CANCELLED); // #Terminate
    }
    Deep(Depth - 1);
    Say("never said\n");
}

static VOID
EndDeep(
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(Context);
    Deep(5);
}

static VOID
TestTerminate(
    VOID
    )
{
    THREADS threads = { 0 };
    ULONG round;

    /* The stack is used again and again. */
    for (round = 0; round < 100; round++) {
        Start(&threads, EndDeep, NULL);
        Join(&threads);
    }
    Say("ended %u times\n", round);
    Say("not its own: %08x\n", PsTerminateSystemThread(STATUS_SUCCESS));
}

/* ---- events ---- */

static VOID
WaitForFirst(
    PVOID Context
    )
{
    NTSTATUS status = KeWaitForSingleObject(&s_First, Executive, KernelMode, FALSE, NULL);

    Say("%s released: %08x\n", (PCSTR)Context, status);
}

static VOID
TestOrder(
    VOID
    )
{
    THREADS threads = { 0 };
    KEVENT notification;

    Start(&threads, WaitForFirst, "a");
    Start(&threads, WaitForFirst, "b");
    Start(&threads, WaitForFirst, "c");
    Sleep(1);
    /* A synchronization event releases one thread each time, in the order in which they came, also when it is reset at once. */
    KeSetEvent(&s_First, IO_NO_INCREMENT, FALSE);
    KeClearEvent(&s_First);
    Sleep(1);
    KePulseEvent(&s_First, IO_NO_INCREMENT, FALSE);
    Say("state %d\n", KeReadStateEvent(&s_First));
    Sleep(1);
    KeSetEvent(&s_First, IO_NO_INCREMENT, FALSE);
    Join(&threads);
    KeInitializeEvent(&notification, NotificationEvent, TRUE);
    Say("object %d of the two\n", KeWaitForMultipleObjects(2, (PVOID[]){ &s_Second, &notification }, WaitAny, Executive, KernelMode, FALSE, NULL, NULL));
}

/* ---- timers and identity ---- */

static VOID
WaitForTimer(
    PVOID Context
    )
{
    KTIMER timer;
    LARGE_INTEGER due = Milliseconds(3);
    ULONG i;

    UNREFERENCED_PARAMETER(Context);
    KeInitializeTimerEx(&timer, SynchronizationTimer);
    KeSetTimerEx(&timer, due, 2, NULL);
    for (i = 0; i < 3; i++) {
        KeWaitForSingleObject(&timer, Executive, KernelMode, FALSE, NULL);
        Say("timer %u at IRQL %u\n", i, KeGetCurrentIrql());
    }
    KeCancelTimer(&timer);
}

static VOID
Identity(
    PVOID Context
    )
{
    HANDLE before = PsGetCurrentThreadId();
    PVOID object = KeGetCurrentThread();

    Sleep(1);
    Say("same thread %d, object of the handle %d\n", before == PsGetCurrentThreadId(), object == *(PVOID *)Context);
}

static VOID
TestTimer(
    VOID
    )
{
    THREADS threads = { 0 };

    Start(&threads, WaitForTimer, NULL);
    Start(&threads, Identity, &threads.Object[1]);
    Join(&threads);
}

/* ---- a fast mutex: waits at APC_LEVEL ---- */

static VOID
UseFast(
    PVOID Context
    )
{
    ExAcquireFastMutex(&s_Fast);
    Say("%s has it at IRQL %u\n", (PCSTR)Context, KeGetCurrentIrql());
    Sleep(1);
    ExReleaseFastMutex(&s_Fast);
    Say("%s is at IRQL %u\n", (PCSTR)Context, KeGetCurrentIrql());
}

static VOID
TestFastMutex(
    VOID
    )
{
    THREADS threads = { 0 };

    Start(&threads, UseFast, "a");
    Start(&threads, UseFast, "b");
    Join(&threads);
}

/* ---- waits of the framework: a wait lock, and the end of a work item ---- */

static WDFWAITLOCK s_WaitLock;

static VOID
HoldWaitLock(
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(Context);
    WdfWaitLockAcquire(s_WaitLock, NULL);
    KeSetEvent(&s_First, IO_NO_INCREMENT, FALSE);
    Sleep(5);
    Say("releases the lock\n");
    WdfWaitLockRelease(s_WaitLock);
}

static VOID
WantWaitLock(
    PVOID Context
    )
{
    LONGLONG timeout = WDF_REL_TIMEOUT_IN_MS(2);
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Context);
    KeWaitForSingleObject(&s_First, Executive, KernelMode, FALSE, NULL);
    status = WdfWaitLockAcquire(s_WaitLock, &timeout);
    Say("after 2 ms: %08x\n", status);
    status = WdfWaitLockAcquire(s_WaitLock, NULL);
    Say("in the end: %08x\n", status);
    WdfWaitLockRelease(s_WaitLock);
}

VOID
EvtSlowWork(
    WDFWORKITEM WorkItem
    )
{
    UNREFERENCED_PARAMETER(WorkItem);
    Sleep(3);
    Say("work is done\n");
}

static VOID
FlushWork(
    PVOID Context
    )
{
    WdfWorkItemFlush((WDFWORKITEM)Context);
    Say("flushed\n");
}

static VOID
TestFrameworkWaits(
    VOID
    )
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_WORKITEM_CONFIG config;
    WDFWORKITEM work;
    THREADS threads = { 0 };

    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = s_Device;
    WDF_WORKITEM_CONFIG_INIT(&config, EvtSlowWork);
    config.AutomaticSerialization = FALSE;
    if (!NT_SUCCESS(WdfWaitLockCreate(&attributes, &s_WaitLock)) || !NT_SUCCESS(WdfWorkItemCreate(&config, &attributes, &work))) {
        return;
    }
    WdfWorkItemEnqueue(work);
    Start(&threads, FlushWork, work);
    Start(&threads, HoldWaitLock, NULL);
    Start(&threads, WantWaitLock, NULL);
    Join(&threads);
    WdfObjectDelete(work);
    WdfObjectDelete(s_WaitLock);
}

/* ---- what goes wrong ---- */

static VOID
KeepMutex(
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(Context);
    KeWaitForSingleObject(&s_Left, Executive, KernelMode, FALSE, NULL);
}

static VOID
TestKeepMutex(
    VOID
    )
{
    THREADS threads = { 0 };

    Start(&threads, KeepMutex, NULL);
    Join(&threads);
}

static VOID
LeftRight(
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(Context);
    KeWaitForSingleObject(&s_Left, Executive, KernelMode, FALSE, NULL);
    Sleep(1);
    KeWaitForSingleObject(&s_Right, Executive, KernelMode, FALSE, NULL); // #LeftRight
}

static VOID
RightLeft(
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(Context);
    KeWaitForSingleObject(&s_Right, Executive, KernelMode, FALSE, NULL);
    Sleep(1);
    KeWaitForSingleObject(&s_Left, Executive, KernelMode, FALSE, NULL);
}

static VOID
TestDeadlock(
    VOID
    )
{
    THREADS threads = { 0 };

    Start(&threads, LeftRight, NULL);
    Start(&threads, RightLeft, NULL);
    Join(&threads);
}

static VOID
WaitForever(
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(Context);
    KeWaitForSingleObject(&s_Second, Executive, KernelMode, FALSE, NULL); // #Forever
}

static VOID
TestLeak(
    VOID
    )
{
    HANDLE handle;

    if (NT_SUCCESS(PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, WaitForever, NULL))) { // #Leak
        ZwClose(handle);
    }
}

static VOID
TestHang(
    VOID
    )
{
    THREADS threads = { 0 };

    Start(&threads, WaitForever, NULL);
    Join(&threads);
}

static VOID
WaitAtDispatch(
    PVOID Context
    )
{
    KIRQL irql;

    UNREFERENCED_PARAMETER(Context);
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    KeWaitForSingleObject(&s_Second, Executive, KernelMode, FALSE, NULL); // #AtDispatch
    KeLowerIrql(irql);
}

static VOID
TestWaitAtDispatch(
    VOID
    )
{
    THREADS threads = { 0 };

    Start(&threads, WaitAtDispatch, NULL);
    Join(&threads);
}

static VOID
EndAtDispatch(
    PVOID Context
    )
{
    KIRQL irql;

    UNREFERENCED_PARAMETER(Context);
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
}

static VOID
TestEndAtDispatch(
    VOID
    )
{
    THREADS threads = { 0 };

    Start(&threads, EndAtDispatch, NULL);
    Join(&threads);
}

static VOID
Crash(
    PVOID Context
    )
{
    *(volatile ULONG *)Context = 1; // #Crash
}

static VOID
TestCrash(
    VOID
    )
{
    THREADS threads = { 0 };

    Start(&threads, Crash, NULL);
    Join(&threads);
}

static VOID
Endless(
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(Context);
    Say("begins\n");
    while (s_Flag == 0) { // #Endless
    }
}

static VOID
TestEndless(
    VOID
    )
{
    THREADS threads = { 0 };

    s_Flag = 0;
    Start(&threads, Endless, NULL);
    Join(&threads);
}

static const TEST s_Tests[] = {
    { "turns", TestTurns },
    { "semaphore", TestSemaphore },
    { "timeout", TestTimeout },
    { "spin", TestSpin },
    { "spin-in-callback", TestSpinInCallback },
    { "priority", TestPriority },
    { "work-items", TestWorkItems },
    { "terminate", TestTerminate },
    { "order", TestOrder },
    { "timer", TestTimer },
    { "fast-mutex", TestFastMutex },
    { "framework-waits", TestFrameworkWaits },
    { "keep-mutex", TestKeepMutex },
    { "deadlock", TestDeadlock },
    { "leak", TestLeak },
    { "hang", TestHang },
    { "wait-at-dispatch", TestWaitAtDispatch },
    { "end-at-dispatch", TestEndAtDispatch },
    { "crash", TestCrash },
    { "endless", TestEndless },
};

static VOID
Reset(
    VOID
    )
{
    KeInitializeEvent(&s_First, SynchronizationEvent, FALSE);
    KeInitializeEvent(&s_Second, SynchronizationEvent, FALSE);
    KeInitializeEvent(&s_Done, NotificationEvent, FALSE);
    KeInitializeSemaphore(&s_Items, 0, 100);
    KeInitializeMutex(&s_Left, 0);
    KeInitializeMutex(&s_Right, 0);
    ExInitializeFastMutex(&s_Fast);
}

VOID
EvtIoDeviceControl(
    WDFQUEUE Queue,
    WDFREQUEST Request,
    size_t OutputBufferLength,
    size_t InputBufferLength,
    ULONG IoControlCode
    )
{
    PVOID name;
    ULONG i;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Queue);
    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(InputBufferLength);
    UNREFERENCED_PARAMETER(IoControlCode);
    status = WdfRequestRetrieveInputBuffer(Request, 1, &name, NULL);
    if (NT_SUCCESS(status)) {
        status = STATUS_NOT_FOUND;
        for (i = 0; i < RTL_NUMBER_OF(s_Tests); i++) {
            if (strcmp(s_Tests[i].Name, name) == 0) {
                Reset();
                s_Tests[i].Run(); // #Run
                status = STATUS_SUCCESS;
            }
        }
    }
    WdfRequestComplete(Request, status);
}

VOID
EvtIoRead(
    WDFQUEUE Queue,
    WDFREQUEST Request,
    size_t Length
    )
{
    UNREFERENCED_PARAMETER(Queue);
    UNREFERENCED_PARAMETER(Length);
    WdfRequestComplete(Request, STATUS_SUCCESS);
}

/* A worker from EvtDevicePrepareHardware to EvtDeviceReleaseHardware: each waits for what the other does. */

static VOID
Worker(
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(Context);
    Say("worker begins\n");
    KeSetEvent(&s_Started, IO_NO_INCREMENT, FALSE);
    KeWaitForSingleObject(&s_Stop, Executive, KernelMode, FALSE, NULL);
    Sleep(1);
    Say("worker ends\n");
}

NTSTATUS
EvtDevicePrepareHardware(
    WDFDEVICE Device,
    WDFCMRESLIST Raw,
    WDFCMRESLIST Translated
    )
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Raw);
    UNREFERENCED_PARAMETER(Translated);
    if (Setting()) {
        KeInitializeEvent(&s_Started, NotificationEvent, FALSE);
        KeInitializeEvent(&s_Stop, NotificationEvent, FALSE);
        Start(&s_Worker, Worker, NULL);
        KeWaitForSingleObject(&s_Started, Executive, KernelMode, FALSE, NULL);
        Say("prepared\n");
    }
    return STATUS_SUCCESS;
}

NTSTATUS
EvtDeviceReleaseHardware(
    WDFDEVICE Device,
    WDFCMRESLIST Translated
    )
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Translated);
    if (Setting()) {
        KeSetEvent(&s_Stop, IO_NO_INCREMENT, FALSE);
        Join(&s_Worker);
        Say("released\n");
    }
    return STATUS_SUCCESS;
}

NTSTATUS
EvtDeviceAdd(
    WDFDRIVER Driver,
    PWDFDEVICE_INIT DeviceInit
    )
{
    WDF_PNPPOWER_EVENT_CALLBACKS pnp;
    WDF_IO_QUEUE_CONFIG config;
    WDF_OBJECT_ATTRIBUTES attributes;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&pnp);
    pnp.EvtDevicePrepareHardware = EvtDevicePrepareHardware;
    pnp.EvtDeviceReleaseHardware = EvtDeviceReleaseHardware;
    WdfDeviceInitSetPnpPowerEventCallbacks(DeviceInit, &pnp);
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ExecutionLevel = WdfExecutionLevelPassive;
    status = WdfDeviceCreate(&DeviceInit, &attributes, &s_Device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchParallel);
    config.EvtIoDeviceControl = EvtIoDeviceControl;
    config.EvtIoRead = EvtIoRead;
    return WdfIoQueueCreate(s_Device, &config, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
}

NTSTATUS
DriverEntry(
    PDRIVER_OBJECT DriverObject,
    PUNICODE_STRING RegistryPath
    )
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, EvtDeviceAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config, WDF_NO_HANDLE);
}
