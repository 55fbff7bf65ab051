// SPDX-License-Identifier: MIT
/*++

    A driver that owns power policy and prints the course of its power callbacks. Values of its Parameters key:

        IdleMs      idle time-out; 0 = no idle settings
        IdleWakes   1: IdleCanWakeFromS0
        SxWake      1: WdfDeviceAssignSxWakeSettings
        DxState     DEVICE_POWER_STATE of both settings
        WakeUs      microseconds after arming until the device asserts PME#; 0 = never
        FailArm     1: EvtDeviceArmWakeFromS0 and …Sx fail
        Fail        name of one more callback that fails, by number (FAIL_…)
        Ask         1: asks the bus driver with IRPs of its own
        BusMaster   0: the driver clears Bus Master Enable in EvtDeviceD0Entry
        Notify      machines whose state changes are printed: 1 PnP, 2 power, 4 power policy
        NotifyTypes WDF_STATE_NOTIFICATION_TYPE of them
        NotPageable 1: the device is not power pageable

--*/

#include <ntddk.h>
#include <wdf.h>
#include <initguid.h>
#include <wdmguid.h>

#define REG_WAKE_US 0x00
#define REG_DMA     0x04

typedef enum _FAIL {
    FailNothing, FailQueryStop, FailQueryRemove, FailRestart, FailSuspend, FailD0Exit, FailD0EntryLater, FailReleaseHardware
} FAIL;

typedef struct _DEVICE_CONTEXT {
    PUCHAR                 Registers;
    SIZE_T                 Length;
    ULONG                  Entries;
    BUS_INTERFACE_STANDARD Bus;
} DEVICE_CONTEXT, *PDEVICE_CONTEXT;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(DEVICE_CONTEXT, GetContext)

DRIVER_INITIALIZE DriverEntry;
static EVT_WDF_DRIVER_DEVICE_ADD EvtDeviceAdd;
static WDFDRIVER Driver;

static
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

static
NTSTATUS
Answer(
    _In_ ULONG Callback
    )
{
    return Setting(L"Fail", FailNothing) == Callback ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS;
}

NTSTATUS
DriverEntry(
    _In_ PDRIVER_OBJECT DriverObject,
    _In_ PUNICODE_STRING RegistryPath
    )
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, EvtDeviceAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config, &Driver);
}

// As drivers did before there was WdfFdoQueryForInterface: a request that the I/O manager completes and frees.
static
NTSTATUS
AskCapabilities(
    _In_ PDEVICE_OBJECT Top,
    _Out_ PDEVICE_CAPABILITIES Capabilities
    )
{
    KEVENT             event;
    IO_STATUS_BLOCK    result;
    PIRP               irp;
    PIO_STACK_LOCATION stack;
    NTSTATUS           status;

    RtlZeroMemory(Capabilities, sizeof(*Capabilities));
    Capabilities->Size = sizeof(*Capabilities);
    Capabilities->Version = 1;
    Capabilities->Address = (ULONG)-1;
    Capabilities->UINumber = (ULONG)-1;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    irp = IoBuildSynchronousFsdRequest(IRP_MJ_PNP, Top, NULL, 0, NULL, &event, &result);
    if (irp == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    stack = IoGetNextIrpStackLocation(irp);
    stack->MinorFunction = IRP_MN_QUERY_CAPABILITIES;
    stack->Parameters.DeviceCapabilities.Capabilities = Capabilities;
    status = IoCallDriver(Top, irp);
    if (status == STATUS_PENDING) {
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
        status = result.Status;
    }
    return status;
}

// Keeps the request, which is the driver's own.
static
NTSTATUS
EvtConfigRead(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp,
    _In_ PVOID Context
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    DbgPrint(". completion routine: 0x%x, %u bytes\n", Irp->IoStatus.Status, (ULONG)Irp->IoStatus.Information);
    KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static
NTSTATUS
ReadConfig(
    _In_ PDEVICE_OBJECT Top,
    _Out_writes_bytes_(Length) PVOID Buffer,
    _In_ ULONG Length
    )
{
    KEVENT             event;
    PIRP               irp;
    PIO_STACK_LOCATION stack;

    KeInitializeEvent(&event, NotificationEvent, FALSE);
    irp = IoAllocateIrp(Top->StackSize, FALSE);
    if (irp == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    stack = IoGetNextIrpStackLocation(irp);
    stack->MajorFunction = IRP_MJ_PNP;
    stack->MinorFunction = IRP_MN_READ_CONFIG;
    stack->Parameters.ReadWriteConfig.WhichSpace = PCI_WHICHSPACE_CONFIG;
    stack->Parameters.ReadWriteConfig.Buffer = Buffer;
    stack->Parameters.ReadWriteConfig.Length = Length;
    IoSetCompletionRoutine(irp, EvtConfigRead, &event, TRUE, TRUE, TRUE);
    IoCallDriver(Top, irp);
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    IoFreeIrp(irp);
    return STATUS_SUCCESS;
}

static
VOID
AskBusDriver(
    _In_ WDFDEVICE Device
    )
{
    PDEVICE_OBJECT      top = IoGetAttachedDeviceReference(WdfDeviceWdmGetPhysicalDevice(Device));
    DEVICE_CAPABILITIES capabilities;
    USHORT              ids[2];
    NTSTATUS            status = AskCapabilities(top, &capabilities);

    DbgPrint(". capabilities 0x%x: SystemWake %u, DeviceWake %u, S3 %u, D2 %u\n", status, capabilities.SystemWake, capabilities.DeviceWake,
             capabilities.DeviceState[PowerSystemSleeping3], capabilities.DeviceD2);
    ReadConfig(WdfDeviceWdmGetAttachedDevice(Device), ids, sizeof(ids));
    DbgPrint(". vendor 0x%x, device 0x%x\n", ids[0], ids[1]);
    ObDereferenceObject(top);
}

static
NTSTATUS
EvtDevicePrepareHardware(
    _In_ WDFDEVICE Device,
    _In_ WDFCMRESLIST Raw,
    _In_ WDFCMRESLIST Translated
    )
{
    PDEVICE_CONTEXT context = GetContext(Device);
    PCM_PARTIAL_RESOURCE_DESCRIPTOR memory = WdfCmResourceListGetDescriptor(Translated, 0);

    UNREFERENCED_PARAMETER(Raw);
    DbgPrint(". EvtDevicePrepareHardware\n");
    if (Setting(L"Ask", 0) != 0) {
        AskBusDriver(Device);
    }
    context->Length = memory->u.Memory.Length;
    context->Registers = MmMapIoSpaceEx(memory->u.Memory.Start, context->Length, PAGE_READWRITE | PAGE_NOCACHE);
    return STATUS_SUCCESS;
}

static
NTSTATUS
EvtDeviceReleaseHardware(
    _In_ WDFDEVICE Device,
    _In_ WDFCMRESLIST Translated
    )
{
    PDEVICE_CONTEXT context = GetContext(Device);

    UNREFERENCED_PARAMETER(Translated);
    DbgPrint(". EvtDeviceReleaseHardware\n");
    MmUnmapIoSpace(context->Registers, context->Length);
    return Answer(FailReleaseHardware);
}

static
NTSTATUS
EvtDeviceD0Entry(
    _In_ WDFDEVICE Device,
    _In_ WDF_POWER_DEVICE_STATE PreviousState
    )
{
    PDEVICE_CONTEXT context = GetContext(Device);
    USHORT command = 0;

    DbgPrint(". EvtDeviceD0Entry(%u)\n", PreviousState);
    if (Setting(L"BusMaster", 1) == 0) {
        context->Bus.GetBusData(context->Bus.Context, PCI_WHICHSPACE_CONFIG, &command, FIELD_OFFSET(PCI_COMMON_CONFIG, Command), sizeof(command));
        DbgPrint(". command register 0x%x\n", command);
        command &= ~PCI_ENABLE_BUS_MASTER;
        context->Bus.SetBusData(context->Bus.Context, PCI_WHICHSPACE_CONFIG, &command, FIELD_OFFSET(PCI_COMMON_CONFIG, Command), sizeof(command));
        WRITE_REGISTER_ULONG((volatile ULONG *)(context->Registers + REG_DMA), 0x1000);
    }
    context->Entries++;
    return context->Entries > 1 ? Answer(FailD0EntryLater) : STATUS_SUCCESS;
}

static
NTSTATUS
EvtDeviceD0Exit(
    _In_ WDFDEVICE Device,
    _In_ WDF_POWER_DEVICE_STATE TargetState
    )
{
    UNREFERENCED_PARAMETER(Device);
    DbgPrint(". EvtDeviceD0Exit(%u), system action %u\n", TargetState, WdfDeviceGetSystemPowerAction(Device));
    return Answer(FailD0Exit);
}

#define STEP(name, fail) \
    static NTSTATUS name(_In_ WDFDEVICE Device) \
    { \
        UNREFERENCED_PARAMETER(Device); \
        DbgPrint(". " #name "\n"); \
        return Answer(fail); \
    }
#define NOTIFICATION(name) \
    static VOID name(_In_ WDFDEVICE Device) \
    { \
        UNREFERENCED_PARAMETER(Device); \
        DbgPrint(". " #name "\n"); \
    }

STEP(EvtDeviceSelfManagedIoInit, FailNothing + 100)
STEP(EvtDeviceSelfManagedIoSuspend, FailSuspend)
STEP(EvtDeviceSelfManagedIoRestart, FailRestart)
STEP(EvtDeviceQueryStop, FailQueryStop)
STEP(EvtDeviceQueryRemove, FailQueryRemove)
NOTIFICATION(EvtDeviceSurpriseRemoval)
NOTIFICATION(EvtDeviceSelfManagedIoFlush)
NOTIFICATION(EvtDeviceSelfManagedIoCleanup)
NOTIFICATION(EvtDeviceDisarmWakeFromS0)
NOTIFICATION(EvtDeviceWakeFromS0Triggered)
NOTIFICATION(EvtDeviceDisarmWakeFromSx)
NOTIFICATION(EvtDeviceWakeFromSxTriggered)

static
NTSTATUS
Arm(
    _In_ WDFDEVICE Device
    )
{
    if (Setting(L"FailArm", 0) != 0) {
        return STATUS_UNSUCCESSFUL;
    }
    WRITE_REGISTER_ULONG((volatile ULONG *)(GetContext(Device)->Registers + REG_WAKE_US), Setting(L"WakeUs", 0));
    return STATUS_SUCCESS;
}

static
NTSTATUS
EvtDeviceArmWakeFromS0(
    _In_ WDFDEVICE Device
    )
{
    DbgPrint(". EvtDeviceArmWakeFromS0\n");
    return Arm(Device);
}

static
NTSTATUS
EvtDeviceArmWakeFromSx(
    _In_ WDFDEVICE Device
    )
{
    DbgPrint(". EvtDeviceArmWakeFromSx\n");
    return Arm(Device);
}

static
NTSTATUS
EvtDeviceArmWakeFromSxWithReason(
    _In_ WDFDEVICE Device,
    _In_ BOOLEAN DeviceWakeEnabled,
    _In_ BOOLEAN ChildrenArmedForWake
    )
{
    DbgPrint(". EvtDeviceArmWakeFromSxWithReason(%u, %u)\n", DeviceWakeEnabled, ChildrenArmedForWake);
    return Arm(Device);
}

static
VOID
EvtIoRead(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t Length
    )
{
    UNREFERENCED_PARAMETER(Length);
    DbgPrint(". EvtIoRead\n");
    if (Setting(L"Notify", 0) != 0) {
        WDFDEVICE device = WdfIoQueueGetDevice(Queue);

        DbgPrint(". states 0x%x, 0x%x, 0x%x\n", WdfDeviceGetDevicePnpState(device), WdfDeviceGetDevicePowerState(device),
            WdfDeviceGetDevicePowerPolicyState(device));
    }
    WdfRequestComplete(Request, STATUS_SUCCESS);
}

// The structures of the three machines look the same.
static
VOID
PrintChange(
    _In_ PCSTR Machine,
    _In_ PCWDF_DEVICE_PNP_NOTIFICATION_DATA Data
    )
{
    if (Data->Type == StateNotificationEnterState) {
        DbgPrint(". %s enters 0x%x\n", Machine, Data->Data.EnterState.NewState);
    } else if (Data->Type == StateNotificationLeaveState) {
        DbgPrint(". %s leaves 0x%x for 0x%x\n", Machine, Data->Data.LeaveState.CurrentState, Data->Data.LeaveState.NewState);
    } else {
        DbgPrint(". %s has processed 0x%x\n", Machine, Data->Data.PostProcessState.CurrentState);
    }
}

static
VOID
EvtDevicePnpStateChange(
    _In_ WDFDEVICE Device,
    _In_ PCWDF_DEVICE_PNP_NOTIFICATION_DATA Data
    )
{
    UNREFERENCED_PARAMETER(Device);
    PrintChange("PnP", Data);
}

static
VOID
EvtDevicePowerStateChange(
    _In_ WDFDEVICE Device,
    _In_ PCWDF_DEVICE_POWER_NOTIFICATION_DATA Data
    )
{
    UNREFERENCED_PARAMETER(Device);
    PrintChange("power", (PCWDF_DEVICE_PNP_NOTIFICATION_DATA)Data);
}

static
VOID
EvtDevicePowerPolicyStateChange(
    _In_ WDFDEVICE Device,
    _In_ PCWDF_DEVICE_POWER_POLICY_NOTIFICATION_DATA Data
    )
{
    UNREFERENCED_PARAMETER(Device);
    PrintChange("policy", (PCWDF_DEVICE_PNP_NOTIFICATION_DATA)Data);
}

static
NTSTATUS
RegisterNotifications(
    _In_ PWDFDEVICE_INIT DeviceInit
    )
{
    ULONG machines = Setting(L"Notify", 0);
    ULONG types = Setting(L"NotifyTypes", StateNotificationEnterState);
    NTSTATUS status = STATUS_SUCCESS;
    ULONG state;

    if (machines == 0) {
        return STATUS_SUCCESS;
    }
    if (WdfDeviceInitRegisterPnpStateChangeCallback(DeviceInit, WdfDevStatePnpNull, EvtDevicePnpStateChange, types) != STATUS_INVALID_PARAMETER
        || WdfDeviceInitRegisterPowerStateChangeCallback(DeviceInit, WdfDevStatePowerNull, EvtDevicePowerStateChange, types) != STATUS_INVALID_PARAMETER
        || WdfDeviceInitRegisterPowerPolicyStateChangeCallback(DeviceInit, WdfDevStatePwrPolStarted, EvtDevicePowerPolicyStateChange, 8) != STATUS_INVALID_PARAMETER) {
        return STATUS_UNSUCCESSFUL;
    }
    for (state = WdfDevStatePnpObjectCreated; (machines & 1) != 0 && state < WdfDevStatePnpNull && NT_SUCCESS(status); state++) {
        status = WdfDeviceInitRegisterPnpStateChangeCallback(DeviceInit, (WDF_DEVICE_PNP_STATE)state, EvtDevicePnpStateChange, types);
    }
    for (state = WdfDevStatePowerObjectCreated; (machines & 2) != 0 && state < WdfDevStatePowerNull && NT_SUCCESS(status); state++) {
        status = WdfDeviceInitRegisterPowerStateChangeCallback(DeviceInit, (WDF_DEVICE_POWER_STATE)state, EvtDevicePowerStateChange, types);
    }
    for (state = WdfDevStatePwrPolObjectCreated; (machines & 4) != 0 && state < WdfDevStatePwrPolNull && NT_SUCCESS(status); state++) {
        status = WdfDeviceInitRegisterPowerPolicyStateChangeCallback(DeviceInit, (WDF_DEVICE_POWER_POLICY_STATE)state, EvtDevicePowerPolicyStateChange, types);
    }
    return status;
}

static
VOID
AssignPolicy(
    _In_ WDFDEVICE Device
    )
{
    WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS idle;
    WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS wake;
    ULONG state = Setting(L"DxState", PowerDeviceMaximum);

    if (Setting(L"IdleMs", 0) != 0) {
        WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS_INIT(&idle, Setting(L"IdleWakes", 0) != 0 ? IdleCanWakeFromS0 : IdleCannotWakeFromS0);
        idle.IdleTimeout = Setting(L"IdleMs", 0);
        idle.DxState = (DEVICE_POWER_STATE)state;
        DbgPrint(". WdfDeviceAssignS0IdleSettings: 0x%08x\n", WdfDeviceAssignS0IdleSettings(Device, &idle));
    }
    if (Setting(L"SxWake", 0) != 0) {
        WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS_INIT(&wake);
        wake.DxState = (DEVICE_POWER_STATE)state;
        DbgPrint(". WdfDeviceAssignSxWakeSettings: 0x%08x\n", WdfDeviceAssignSxWakeSettings(Device, &wake));
    }
}

static
NTSTATUS
EvtDeviceAdd(
    _In_ WDFDRIVER TheDriver,
    _Inout_ PWDFDEVICE_INIT DeviceInit
    )
{
    WDF_PNPPOWER_EVENT_CALLBACKS pnp;
    WDF_POWER_POLICY_EVENT_CALLBACKS policy;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_IO_QUEUE_CONFIG queue;
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(TheDriver);
    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&pnp);
    pnp.EvtDevicePrepareHardware = EvtDevicePrepareHardware;
    pnp.EvtDeviceReleaseHardware = EvtDeviceReleaseHardware;
    pnp.EvtDeviceD0Entry = EvtDeviceD0Entry;
    pnp.EvtDeviceD0Exit = EvtDeviceD0Exit;
    pnp.EvtDeviceSelfManagedIoInit = EvtDeviceSelfManagedIoInit;
    pnp.EvtDeviceSelfManagedIoSuspend = EvtDeviceSelfManagedIoSuspend;
    pnp.EvtDeviceSelfManagedIoRestart = EvtDeviceSelfManagedIoRestart;
    pnp.EvtDeviceSelfManagedIoFlush = EvtDeviceSelfManagedIoFlush;
    pnp.EvtDeviceSelfManagedIoCleanup = EvtDeviceSelfManagedIoCleanup;
    pnp.EvtDeviceSurpriseRemoval = EvtDeviceSurpriseRemoval;
    pnp.EvtDeviceQueryStop = EvtDeviceQueryStop;
    pnp.EvtDeviceQueryRemove = EvtDeviceQueryRemove;
    WdfDeviceInitSetPnpPowerEventCallbacks(DeviceInit, &pnp);
    WDF_POWER_POLICY_EVENT_CALLBACKS_INIT(&policy);
    policy.EvtDeviceArmWakeFromS0 = EvtDeviceArmWakeFromS0;
    policy.EvtDeviceDisarmWakeFromS0 = EvtDeviceDisarmWakeFromS0;
    policy.EvtDeviceWakeFromS0Triggered = EvtDeviceWakeFromS0Triggered;
    policy.EvtDeviceDisarmWakeFromSx = EvtDeviceDisarmWakeFromSx;
    policy.EvtDeviceWakeFromSxTriggered = EvtDeviceWakeFromSxTriggered;
    if (Setting(L"SxWake", 0) == 2) {
        policy.EvtDeviceArmWakeFromSxWithReason = EvtDeviceArmWakeFromSxWithReason;
    } else {
        policy.EvtDeviceArmWakeFromSx = EvtDeviceArmWakeFromSx;
    }
    WdfDeviceInitSetPowerPolicyEventCallbacks(DeviceInit, &policy);
    if (Setting(L"NotPageable", 0) != 0) {
        WdfDeviceInitSetPowerNotPageable(DeviceInit);
    }
    status = RegisterNotifications(DeviceInit);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, DEVICE_CONTEXT);
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = WdfFdoQueryForInterface(device, &GUID_BUS_INTERFACE_STANDARD, (PINTERFACE)&GetContext(device)->Bus, sizeof(BUS_INTERFACE_STANDARD), 1, NULL);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    AssignPolicy(device);
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&queue, WdfIoQueueDispatchParallel);
    queue.EvtIoRead = EvtIoRead;
    return WdfIoQueueCreate(device, &queue, WDF_NO_OBJECT_ATTRIBUTES, NULL);
}
