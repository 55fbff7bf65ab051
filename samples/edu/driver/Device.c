// SPDX-License-Identifier: MIT
/*++

Module Name:

    Device.c

Abstract:

    Device object, hardware resources, power.

Environment:

    Kernel mode

--*/

#include "Edu.h"

#ifdef ALLOC_PRAGMA
#pragma alloc_text (PAGE, EduEvtDeviceAdd)
#pragma alloc_text (PAGE, EduEvtDevicePrepareHardware)
#pragma alloc_text (PAGE, EduEvtDeviceReleaseHardware)
#pragma alloc_text (PAGE, EduEvtDeviceD0Entry)
#pragma alloc_text (PAGE, EduEvtDeviceD0Exit)
#endif

NTSTATUS
EduEvtDeviceAdd(
    _In_ WDFDRIVER Driver,
    _Inout_ PWDFDEVICE_INIT DeviceInit
    )
/*++

Routine Description:

    Creates the device object and everything that lives as long as it does. Objects are children of the
    device, so on failure the framework deletes what was created before.

--*/
{
    WDF_PNPPOWER_EVENT_CALLBACKS pnpPowerCallbacks;
    WDF_OBJECT_ATTRIBUTES attributes;
    PDEVICE_CONTEXT deviceContext;
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    PAGED_CODE();

    // Read and write buffers arrive as MDLs, ready for DMA.
    WdfDeviceInitSetIoType(DeviceInit, WdfDeviceIoDirect);

    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&pnpPowerCallbacks);
    pnpPowerCallbacks.EvtDevicePrepareHardware = EduEvtDevicePrepareHardware;
    pnpPowerCallbacks.EvtDeviceReleaseHardware = EduEvtDeviceReleaseHardware;
    pnpPowerCallbacks.EvtDeviceD0Entry = EduEvtDeviceD0Entry;
    pnpPowerCallbacks.EvtDeviceD0Exit = EduEvtDeviceD0Exit;
    pnpPowerCallbacks.EvtDeviceSurpriseRemoval = EduEvtDeviceSurpriseRemoval;
    WdfDeviceInitSetPnpPowerEventCallbacks(DeviceInit, &pnpPowerCallbacks);

    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, DEVICE_CONTEXT);
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        EduTraceError("WdfDeviceCreate failed 0x%08X\n", status);
        return status;
    }

    deviceContext = EduGetDeviceContext(device);
    deviceContext->Device = device;

    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = device;
    status = WdfSpinLockCreate(&attributes, &deviceContext->Lock);
    if (!NT_SUCCESS(status)) {
        EduTraceError("WdfSpinLockCreate failed 0x%08X\n", status);
        return status;
    }

    status = EduOperationTimerCreate(deviceContext);
    if (!NT_SUCCESS(status)) {
        return status;
    }

    status = EduInterruptCreate(deviceContext);
    if (!NT_SUCCESS(status)) {
        return status;
    }

    status = EduDmaCreate(deviceContext);
    if (!NT_SUCCESS(status)) {
        return status;
    }

    status = EduQueueCreate(deviceContext);
    if (!NT_SUCCESS(status)) {
        return status;
    }

    status = WdfDeviceCreateDeviceInterface(device, &GUID_DEVINTERFACE_EDU, NULL);
    if (!NT_SUCCESS(status)) {
        EduTraceError("WdfDeviceCreateDeviceInterface failed 0x%08X\n", status);
    }
    return status;
}

NTSTATUS
EduEvtDevicePrepareHardware(
    _In_ WDFDEVICE Device,
    _In_ WDFCMRESLIST ResourcesRaw,
    _In_ WDFCMRESLIST ResourcesTranslated
    )
{
    PDEVICE_CONTEXT deviceContext = EduGetDeviceContext(Device);
    PCM_PARTIAL_RESOURCE_DESCRIPTOR descriptor;
    ULONG i;

    UNREFERENCED_PARAMETER(ResourcesRaw);
    PAGED_CODE();

    for (i = 0; i < WdfCmResourceListGetCount(ResourcesTranslated); i++) {
        descriptor = WdfCmResourceListGetDescriptor(ResourcesTranslated, i);
        if (descriptor == NULL) {
            return STATUS_DEVICE_CONFIGURATION_ERROR;
        }
        if (descriptor->Type != CmResourceTypeMemory) {
            continue;       // the framework takes care of interrupts
        }
        if (descriptor->u.Memory.Length < EDU_REG_DMA_COMMAND + sizeof(ULONG) || deviceContext->Registers != NULL) {
            EduTraceError("unexpected memory resource, %u bytes\n", descriptor->u.Memory.Length);
            return STATUS_DEVICE_CONFIGURATION_ERROR;
        }
        deviceContext->Registers = MmMapIoSpaceEx(descriptor->u.Memory.Start, descriptor->u.Memory.Length, PAGE_READWRITE | PAGE_NOCACHE);
        if (deviceContext->Registers == NULL) {
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        deviceContext->RegistersLength = descriptor->u.Memory.Length;
    }

    if (deviceContext->Registers == NULL) {
        EduTraceError("BAR0 is missing\n");
        return STATUS_DEVICE_CONFIGURATION_ERROR;
    }

    deviceContext->DeviceGone = FALSE;
    return STATUS_SUCCESS;
}

NTSTATUS
EduEvtDeviceReleaseHardware(
    _In_ WDFDEVICE Device,
    _In_ WDFCMRESLIST ResourcesTranslated
    )
/*++

Routine Description:

    Undoes EvtDevicePrepareHardware. Called after a failed EvtDevicePrepareHardware as well.

--*/
{
    PDEVICE_CONTEXT deviceContext = EduGetDeviceContext(Device);

    UNREFERENCED_PARAMETER(ResourcesTranslated);
    PAGED_CODE();

    if (deviceContext->Registers != NULL) {
        MmUnmapIoSpace(deviceContext->Registers, deviceContext->RegistersLength);
        deviceContext->Registers = NULL;
        deviceContext->RegistersLength = 0;
    }
    return STATUS_SUCCESS;
}

NTSTATUS
EduEvtDeviceD0Entry(
    _In_ WDFDEVICE Device,
    _In_ WDF_POWER_DEVICE_STATE PreviousState
    )
/*++

Routine Description:

    Makes sure that the thing behind BAR0 is an edu device and alive. It has no other state to restore: what
    an operation needs is written when the operation starts.

--*/
{
    PDEVICE_CONTEXT deviceContext = EduGetDeviceContext(Device);
    const ULONG probe = 0x5A5A1234;
    ULONG identification;
    ULONG inverted;

    PAGED_CODE();
    EduTraceInfo("D0 entry from state %d\n", PreviousState);

    identification = EduReadRegister(deviceContext, EDU_REG_IDENTIFICATION);
    if ((identification & EDU_IDENTIFICATION_MASK) != EDU_IDENTIFICATION_VALUE) {
        EduTraceError("identification 0x%08X is not that of an edu device\n", identification);
        return STATUS_DEVICE_CONFIGURATION_ERROR;
    }

    EduWriteRegister(deviceContext, EDU_REG_LIVENESS, probe);
    inverted = EduReadRegister(deviceContext, EDU_REG_LIVENESS);
    if (inverted != ~probe) {
        EduTraceError("liveness check gave 0x%08X\n", inverted);
        return STATUS_ADAPTER_HARDWARE_ERROR;
    }
    return STATUS_SUCCESS;
}

NTSTATUS
EduEvtDeviceD0Exit(
    _In_ WDFDEVICE Device,
    _In_ WDF_POWER_DEVICE_STATE TargetState
    )
{
    PDEVICE_CONTEXT deviceContext = EduGetDeviceContext(Device);

    PAGED_CODE();
    EduTraceInfo("D0 exit to state %d\n", TargetState);

    // The queue is power managed: no operation is running any more. Wait for a timer callback that is.
    WdfTimerStop(deviceContext->OperationTimer, TRUE);
    NT_ASSERT(deviceContext->Running == EduOperationNone);
    return STATUS_SUCCESS;
}

VOID
EduEvtDeviceSurpriseRemoval(
    _In_ WDFDEVICE Device
    )
/*++

Routine Description:

    The device has been pulled out. No interrupt will end the running operation; EvtIoStop, which the
    framework calls next, does it.

--*/
{
    PDEVICE_CONTEXT deviceContext = EduGetDeviceContext(Device);

    WdfSpinLockAcquire(deviceContext->Lock);
    deviceContext->DeviceGone = TRUE;
    WdfSpinLockRelease(deviceContext->Lock);
}
