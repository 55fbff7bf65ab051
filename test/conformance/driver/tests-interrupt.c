// SPDX-License-Identifier: MIT
// WDFINTERRUPT: section 6 of the specification. Creation is tested in EvtDriverDeviceAdd.
#include "conformance.h"

static EVT_WDF_INTERRUPT_ISR EvtIsr;
static EVT_WDF_INTERRUPT_DPC EvtDpc;
static EVT_WDF_INTERRUPT_WORKITEM EvtWorkItem;
static EVT_WDF_INTERRUPT_SYNCHRONIZE EvtSynchronize;

static BOOLEAN EvtIsr(_In_ WDFINTERRUPT Interrupt, _In_ ULONG MessageID) { UNREFERENCED_PARAMETER(Interrupt); UNREFERENCED_PARAMETER(MessageID); return FALSE; }
static VOID EvtDpc(_In_ WDFINTERRUPT Interrupt, _In_ WDFOBJECT Object) { UNREFERENCED_PARAMETER(Interrupt); UNREFERENCED_PARAMETER(Object); }
static VOID EvtWorkItem(_In_ WDFINTERRUPT Interrupt, _In_ WDFOBJECT Object) { UNREFERENCED_PARAMETER(Interrupt); UNREFERENCED_PARAMETER(Object); }

// Checks of WdfInterruptCreate that apply in EvtDriverDeviceAdd; the context keeps what is checked later.
VOID
DeviceAddTests(
    _In_ PDEVICE_CONTEXT Context
    )
{
    WDF_INTERRUPT_CONFIG config;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDFINTERRUPT interrupt = NULL;
    CM_PARTIAL_RESOURCE_DESCRIPTOR descriptor;

    RtlZeroMemory(&descriptor, sizeof(descriptor));
#define CREATES(row, status) CHECK(row, WdfInterruptCreate(Context->Device, &config, &attributes, &interrupt) == (status))
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    WDF_INTERRUPT_CONFIG_INIT(&config, EvtIsr, EvtDpc);
    CHECK("6.1.5,6.1.6", config.EvtInterruptIsr == EvtIsr && config.EvtInterruptDpc == EvtDpc);
    CHECK("6.1.2,6.1.12", config.ShareVector == WdfUseDefault && config.ReportInactiveOnPowerDown == WdfUseDefault);
    config.Size++;
    CREATES("6.2.2", STATUS_INFO_LENGTH_MISMATCH);
    WDF_INTERRUPT_CONFIG_INIT(&config, NULL, EvtDpc);
    CREATES("6.2.3,6.1.5", STATUS_INVALID_PARAMETER);
    WDF_INTERRUPT_CONFIG_INIT(&config, EvtIsr, EvtDpc);
    attributes.ParentObject = Context->Device;
    CREATES("6.2.4,1.1.5,6.1.4", STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED);
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    config.InterruptRaw = &descriptor;
    CREATES("6.2.6,6.1.9", STATUS_INVALID_PARAMETER);
    WDF_INTERRUPT_CONFIG_INIT(&config, EvtIsr, EvtDpc);
    config.CanWakeDevice = TRUE;
    CREATES("6.2.6,6.2.8,6.1.13", STATUS_INVALID_PARAMETER);
    WDF_INTERRUPT_CONFIG_INIT(&config, EvtIsr, EvtDpc);
    config.EvtInterruptWorkItem = EvtWorkItem;
    CREATES("6.2.9,6.1.8", STATUS_INVALID_PARAMETER);
    WDF_INTERRUPT_CONFIG_INIT(&config, EvtIsr, EvtDpc);
    config.WaitLock = (WDFWAITLOCK)Context->Lock;
    CREATES("6.2.10,6.1.10", STATUS_INVALID_PARAMETER);
    WDF_INTERRUPT_CONFIG_INIT(&config, EvtIsr, NULL);
    config.EvtInterruptWorkItem = EvtWorkItem;
    config.PassiveHandling = TRUE;
    config.SpinLock = Context->Lock;
    CREATES("6.2.11,6.1.11,6.1.1", STATUS_INVALID_PARAMETER);
    WDF_INTERRUPT_CONFIG_INIT(&config, EvtIsr, EvtDpc);
    config.AutomaticSerialization = TRUE;
    attributes.ParentObject = Context->Lock;
    CREATES("6.2.13", STATUS_INVALID_PARAMETER);
    {
        WDF_IO_QUEUE_CONFIG queueConfig;
        WDF_OBJECT_ATTRIBUTES queueAttributes;
        WDFQUEUE queue;

        WDF_IO_QUEUE_CONFIG_INIT(&queueConfig, WdfIoQueueDispatchManual);
        WDF_OBJECT_ATTRIBUTES_INIT(&queueAttributes);
        queueAttributes.ExecutionLevel = WdfExecutionLevelPassive;
        queueAttributes.SynchronizationScope = WdfSynchronizationScopeQueue;
        (VOID)WdfIoQueueCreate(Context->Device, &queueConfig, &queueAttributes, &queue);
        attributes.ParentObject = queue;
        VIOLATION("6.2.14", "autoserial-execution-level");
        CREATES("6.2.14", STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL);
        WdfObjectDelete(queue);
        REACHED("1.6.5");
    }
    attributes.ParentObject = Context->IoQueue;
    CREATES("1.1.5,6.1.4", STATUS_SUCCESS);
    CHECK("6.2.1", interrupt != NULL && WdfInterruptGetDevice(interrupt) == Context->Device);
    CHECK("6.8", WdfInterruptWdmGetInterrupt(interrupt) == NULL);
    VIOLATION("6.7.1,9.3.16", "int-lock-disconnected");
    WdfInterruptAcquireLock(interrupt);
    CHECK("6.7.1,9.3.16", KeGetCurrentIrql() == PASSIVE_LEVEL);
    VIOLATION("6.7.2,9.3.16", "int-lock-disconnected");
    WdfInterruptReleaseLock(interrupt);
    VIOLATION("6.8,9.3.16", "int-delete-or-report-while-disconnected");
    WdfInterruptReportInactive(interrupt);
    VIOLATION("6.8,9.3.17", "int-policy-range");
    WdfInterruptSetPolicy(interrupt, WdfIrqPolicyOneCloseProcessor, WdfIrqPriorityUndefined, 0);
    WdfInterruptSetPolicy(interrupt, WdfIrqPolicyOneCloseProcessor, WdfIrqPriorityHigh, 0);
}

// Checks of WdfInterruptCreate in EvtDevicePrepareHardware.
VOID
PrepareHardwareTests(
    _In_ PDEVICE_CONTEXT Context
    )
{
    WDF_INTERRUPT_CONFIG config;
    WDFINTERRUPT interrupt = NULL;
    CM_PARTIAL_RESOURCE_DESCRIPTOR descriptor;

    WDF_INTERRUPT_CONFIG_INIT(&config, EvtIsr, EvtDpc);
    CHECK("6.2.7,6.1.9", WdfInterruptCreate(Context->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &interrupt) == STATUS_INVALID_DEVICE_STATE && interrupt == NULL);
    // Descriptors that the PnP manager did not give.
    RtlZeroMemory(&descriptor, sizeof(descriptor));
    config.InterruptRaw = &descriptor;
    config.InterruptTranslated = &descriptor;
    VIOLATION("6.2.12", "int-resource-wrong");
    CHECK("6.2.12", !NT_SUCCESS(WdfInterruptCreate(Context->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &interrupt)) && interrupt == NULL);
}

static
BOOLEAN
EvtSynchronize(
    _In_ WDFINTERRUPT Interrupt,
    _In_ WDFCONTEXT Context
    )
{
    UNREFERENCED_PARAMETER(Interrupt);
    *(KIRQL *)Context = KeGetCurrentIrql();
    return TRUE;
}

static
BOOLEAN
KernelSynchronize(
    _In_ PVOID Context
    )
{
    *(KIRQL *)Context = KeGetCurrentIrql();
    return TRUE;
}

static
VOID
Locks(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDFINTERRUPT interrupt = Context->Interrupts[0];
    WDF_INTERRUPT_INFO info;
    PKINTERRUPT object = WdfInterruptWdmGetInterrupt(interrupt);
    KIRQL irql = 0;
    KIRQL old;

    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    WDF_INTERRUPT_INFO_INIT(&info);
    WdfInterruptGetInfo(interrupt, &info);
    CHECK("6.3", info.Vector != 0 && info.Irql > DISPATCH_LEVEL && info.MessageNumber == 0);
    WdfInterruptAcquireLock(interrupt);
    irql = KeGetCurrentIrql();
    VIOLATION("12.3.6,6.5", "isr-wrong-irql-api");
    (VOID)WdfDmaTransactionGetBytesTransferred(Context->Transaction);
    WdfInterruptReleaseLock(interrupt);
    CHECK("6.7.1", irql == info.Irql);
    CHECK("6.7.2", KeGetCurrentIrql() == PASSIVE_LEVEL);
    irql = 0;
    CHECK("6.7.4", WdfInterruptSynchronize(interrupt, EvtSynchronize, &irql) && irql == info.Irql && KeGetCurrentIrql() == PASSIVE_LEVEL);
    VIOLATION("6.7.3", "int-lock-passive-misuse");
    CHECK("6.7.3", !WdfInterruptTryToAcquireLock(interrupt));
    CHECK("6.8", object != NULL);
    irql = 0;
    CHECK("6.8,6.4.2", KeSynchronizeExecution(object, KernelSynchronize, &irql) && irql == info.Irql);
    old = KeAcquireInterruptSpinLock(object);
    irql = KeGetCurrentIrql();
    KeReleaseInterruptSpinLock(object, old);
    CHECK("6.7.1", irql == info.Irql && old == PASSIVE_LEVEL);
    info.Size = 0;
    VIOLATION("6.3,9.3.17", "KMDF-STRUCTURE-SIZE");
    WdfInterruptGetInfo(interrupt, &info);

    // A message of the device: ISR, then one DPC for two requests.
    Context->IsrCount = 0;
    Context->DpcCount = 0;
    WriteRegister(Context, REG_RAISE, 1);
    KeStallExecutionProcessor(5);
    CHECK("6.5", Context->IsrCount == 1);
    CHECK("6.6.1,12.3.14", Context->Scratch[0] == 1 && Context->Scratch[1] == 0 && Context->DpcCount == 1);

    // A request made while the DPC runs is one further run; the DPC runs at DISPATCH_LEVEL.
    Context->DpcCount = 0;
    Context->Scratch[3] = 1;
    WriteRegister(Context, REG_RAISE, 1);
    KeStallExecutionProcessor(5);
    CHECK("6.6.2", Context->Scratch[4] == 1 && Context->DpcCount == 2);
    CHECK("6.6.4", Context->Scratch[5] == DISPATCH_LEVEL);

    // Disable disconnects; Enable connects again.
    Context->IsrCount = 0;
    WdfInterruptDisable(interrupt);
    CHECK("6.8,6.4.3", WdfInterruptWdmGetInterrupt(interrupt) == NULL);
    WriteRegister(Context, REG_RAISE, 1);
    KeStallExecutionProcessor(5);
    CHECK("6.8", Context->IsrCount == 0);
    WriteRegister(Context, REG_STATUS, STATUS_RAISED);
    WdfInterruptEnable(interrupt);
    CHECK("6.8,6.4.1", WdfInterruptWdmGetInterrupt(interrupt) != NULL);
    // Creation outside of the two places.
    {
        WDF_INTERRUPT_CONFIG config;
        WDFINTERRUPT late = NULL;

        WDF_INTERRUPT_CONFIG_INIT(&config, EvtIsr, EvtDpc);
        CHECK("6.2.5", WdfInterruptCreate(Context->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &late) == STATUS_INVALID_DEVICE_STATE && late == NULL);
        VIOLATION("6.6.6", "isr-workitem-without-callback");
        CHECK("6.6.6", !WdfInterruptQueueWorkItemForIsr(interrupt));
    }
}

static
VOID
NullArguments(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    KIRQL irql;

    UNREFERENCED_PARAMETER(Request);
    switch (Argument[0]) {
    case 'S':
        ExpectBugCheck("6.7.4,9.1.4", 4, 0, ANY);
        (VOID)WdfInterruptSynchronize(Context->Interrupts[0], NULL, &irql);
        break;
    case 'C':
        ExpectBugCheck("6.2.1,9.1.4", 4, 0, ANY);
        (VOID)WdfInterruptCreate(Context->Device, NULL, WDF_NO_OBJECT_ATTRIBUTES, NULL);
        break;
    case 'L':
        ExpectBugCheck("6.7.5,9.1.2", 2, ANY, ANY);
        WdfInterruptAcquireLock(Context->Interrupts[0]);
        WdfInterruptAcquireLock(Context->Interrupts[0]);
        break;
    case 'U':
        ExpectBugCheck("9.1.11", 0xB, ANY, ANY);
        WdfSpinLockRelease(Context->Lock);
        break;
    }
    DbgPrint("FAIL 9.1.4 %u: the machine goes on after %s\n", __LINE__, Argument);
}

const TEST InterruptTests[] = {
    { "interrupt-locks", Locks },
    { "interrupt-null", NullArguments },
    { NULL, NULL },
};
