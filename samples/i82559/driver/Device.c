// SPDX-License-Identifier: MIT
/*++

    The device: its objects, resources and power.

--*/

#include "Nic.h"

static
NTSTATUS
CreateDma(
    _In_ PDEVICE_CONTEXT Context
    )
{
    WDF_DMA_ENABLER_CONFIG config;
    NTSTATUS status;

    WdfDeviceSetAlignmentRequirement(Context->Device, FILE_OCTA_ALIGNMENT);
    WDF_DMA_ENABLER_CONFIG_INIT(&config, WdfDmaProfileScatterGather, MAXIMUM_FRAME);
    status = WdfDmaEnablerCreate(Context->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &Context->Enabler);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WdfDmaEnablerSetMaximumScatterGatherElements(Context->Enabler, MAXIMUM_FRAGMENTS);
    status = WdfDmaTransactionCreate(Context->Enabler, WDF_NO_OBJECT_ATTRIBUTES, &Context->Transaction);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = WdfCommonBufferCreate(Context->Enabler, sizeof(SHARED), WDF_NO_OBJECT_ATTRIBUTES, &Context->SharedBuffer);
    if (NT_SUCCESS(status)) {
        Context->Shared = WdfCommonBufferGetAlignedVirtualAddress(Context->SharedBuffer);
        Context->SharedAddress = WdfCommonBufferGetAlignedLogicalAddress(Context->SharedBuffer).LowPart;
    }
    return status;
}

static
NTSTATUS
CreateQueues(
    _In_ PDEVICE_CONTEXT Context
    )
{
    WDF_IO_QUEUE_CONFIG config;
    WDFQUEUE queue;
    NTSTATUS status;

    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchSequential);
    config.EvtIoWrite = NicEvtIoWrite;
    config.EvtIoDeviceControl = NicEvtIoDeviceControl;
    status = WdfIoQueueCreate(Context->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &queue);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    // Reads wait for frames; that alone does not keep the device from idling, so this queue is not power managed.
    WDF_IO_QUEUE_CONFIG_INIT(&config, WdfIoQueueDispatchManual);
    config.PowerManaged = WdfFalse;
    status = WdfIoQueueCreate(Context->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &Context->ReadQueue);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = WdfIoQueueReadyNotify(Context->ReadQueue, NicEvtReadReady, Context);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    return WdfDeviceConfigureRequestDispatching(Context->Device, Context->ReadQueue, WdfRequestTypeRead);
}

static
NTSTATUS
AssignPowerPolicy(
    _In_ PDEVICE_CONTEXT Context
    )
{
    WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS idle;
    WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS wake;
    NTSTATUS status;

    WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS_INIT(&idle, IdleCanWakeFromS0);
    idle.IdleTimeout = IDLE_TIMEOUT_MS;
    status = WdfDeviceAssignS0IdleSettings(Context->Device, &idle);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS_INIT(&wake);
    return WdfDeviceAssignSxWakeSettings(Context->Device, &wake);
}

NTSTATUS
NicEvtDeviceAdd(
    _In_ WDFDRIVER Driver,
    _Inout_ PWDFDEVICE_INIT DeviceInit
    )
{
    WDF_PNPPOWER_EVENT_CALLBACKS pnp;
    WDF_POWER_POLICY_EVENT_CALLBACKS policy;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_INTERRUPT_CONFIG interrupt;
    PDEVICE_CONTEXT context;
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    WdfDeviceInitSetIoType(DeviceInit, WdfDeviceIoDirect);
    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&pnp);
    pnp.EvtDevicePrepareHardware = NicEvtDevicePrepareHardware;
    pnp.EvtDeviceReleaseHardware = NicEvtDeviceReleaseHardware;
    pnp.EvtDeviceD0Entry = NicEvtDeviceD0Entry;
    pnp.EvtDeviceD0Exit = NicEvtDeviceD0Exit;
    WdfDeviceInitSetPnpPowerEventCallbacks(DeviceInit, &pnp);
    WDF_POWER_POLICY_EVENT_CALLBACKS_INIT(&policy);
    policy.EvtDeviceArmWakeFromS0 = NicEvtDeviceArmWake;
    policy.EvtDeviceDisarmWakeFromS0 = NicEvtDeviceDisarmWake;
    policy.EvtDeviceWakeFromS0Triggered = NicEvtDeviceWakeTriggered;
    policy.EvtDeviceArmWakeFromSx = NicEvtDeviceArmWake;
    policy.EvtDeviceDisarmWakeFromSx = NicEvtDeviceDisarmWake;
    policy.EvtDeviceWakeFromSxTriggered = NicEvtDeviceWakeTriggered;
    WdfDeviceInitSetPowerPolicyEventCallbacks(DeviceInit, &policy);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, DEVICE_CONTEXT);
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    context = GetContext(device);
    context->Device = device;
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = device;
    status = WdfSpinLockCreate(&attributes, &context->ReceiveLock);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_INTERRUPT_CONFIG_INIT(&interrupt, NicEvtInterruptIsr, NicEvtInterruptDpc);
    interrupt.EvtInterruptEnable = NicEvtInterruptEnable;
    interrupt.EvtInterruptDisable = NicEvtInterruptDisable;
    status = WdfInterruptCreate(device, &interrupt, WDF_NO_OBJECT_ATTRIBUTES, &context->Interrupt);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = CreateDma(context);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = CreateQueues(context);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = AssignPowerPolicy(context);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    return WdfDeviceCreateDeviceInterface(device, &GUID_DEVINTERFACE_NIC, NULL);
}

NTSTATUS
NicEvtDevicePrepareHardware(
    _In_ WDFDEVICE Device,
    _In_ WDFCMRESLIST ResourcesRaw,
    _In_ WDFCMRESLIST ResourcesTranslated
    )
{
    PDEVICE_CONTEXT context = GetContext(Device);
    PCM_PARTIAL_RESOURCE_DESCRIPTOR descriptor;
    ULONG i;

    UNREFERENCED_PARAMETER(ResourcesRaw);
    for (i = 0; i < WdfCmResourceListGetCount(ResourcesTranslated) && context->Csr == NULL; i++) {
        descriptor = WdfCmResourceListGetDescriptor(ResourcesTranslated, i);
        if (descriptor->Type == CmResourceTypeMemory) {
            context->CsrLength = descriptor->u.Memory.Length;
            context->Csr = MmMapIoSpaceEx(descriptor->u.Memory.Start, context->CsrLength, PAGE_READWRITE | PAGE_NOCACHE);
        }
    }
    if (context->Csr == NULL) {
        return STATUS_DEVICE_CONFIGURATION_ERROR;
    }
    HwReset(context);
    HwReadStation(context);
    return HwSelfTest(context);
}

NTSTATUS
NicEvtDeviceReleaseHardware(
    _In_ WDFDEVICE Device,
    _In_ WDFCMRESLIST ResourcesTranslated
    )
{
    PDEVICE_CONTEXT context = GetContext(Device);

    UNREFERENCED_PARAMETER(ResourcesTranslated);
    if (context->Csr != NULL) {
        MmUnmapIoSpace((PVOID)context->Csr, context->CsrLength);
        context->Csr = NULL;
    }
    return STATUS_SUCCESS;
}

NTSTATUS
NicEvtDeviceD0Entry(
    _In_ WDFDEVICE Device,
    _In_ WDF_POWER_DEVICE_STATE PreviousState
    )
{
    PDEVICE_CONTEXT context = GetContext(Device);
    NTSTATUS status;

    UNREFERENCED_PARAMETER(PreviousState);
    HwReset(context);
    if (!HwCommand(context, CU_LOAD_BASE, 0) || !HwCommand(context, RU_LOAD_BASE, 0)) {
        return STATUS_IO_TIMEOUT;
    }
    status = HwConfigure(context, FALSE);
    if (NT_SUCCESS(status)) {
        status = HwSetStation(context);
    }
    if (NT_SUCCESS(status)) {
        ReceiveStart(context);
    }
    return status;
}

NTSTATUS
NicEvtDeviceD0Exit(
    _In_ WDFDEVICE Device,
    _In_ WDF_POWER_DEVICE_STATE TargetState
    )
{
    PDEVICE_CONTEXT context = GetContext(Device);

    UNREFERENCED_PARAMETER(TargetState);
    // Not a software reset: that would forget the events to wake for.
    context->Csr->Port = PORT_SELECTIVE_RESET;
    KeStallExecutionProcessor(20);
    return STATUS_SUCCESS;
}

// A magic packet wakes as the device is configured; the link does so only while it is armed.
NTSTATUS
NicEvtDeviceArmWake(
    _In_ WDFDEVICE Device
    )
{
    return HwConfigure(GetContext(Device), TRUE);
}

VOID
NicEvtDeviceDisarmWake(
    _In_ WDFDEVICE Device
    )
{
    (VOID)HwConfigure(GetContext(Device), FALSE);
}

VOID
NicEvtDeviceWakeTriggered(
    _In_ WDFDEVICE Device
    )
{
    PDEVICE_CONTEXT context = GetContext(Device);
    UCHAR events = context->Csr->Pmdr;

    context->Csr->Pmdr = events;
    DbgPrint("nic: woken by %s\n", (events & 0x80) != 0 ? "the link" : (events & 0x40) != 0 ? "a magic packet" : "a frame");
}
