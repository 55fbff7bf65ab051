// SPDX-License-Identifier: MIT
/*++

Module Name:

    Device.c

Abstract:

    Device object, hardware resources, power.

Environment:

    Kernel mode

--*/

#include "Sgdx.h"

#ifdef ALLOC_PRAGMA
#pragma alloc_text (PAGE, SgdxEvtDeviceAdd)
#pragma alloc_text (PAGE, SgdxEvtDevicePrepareHardware)
#pragma alloc_text (PAGE, SgdxEvtDeviceReleaseHardware)
#pragma alloc_text (PAGE, SgdxEvtDeviceD0Entry)
#pragma alloc_text (PAGE, SgdxEvtDeviceD0Exit)
#endif

NTSTATUS
SgdxEvtDeviceAdd(
    _In_ WDFDRIVER Driver,
    _Inout_ PWDFDEVICE_INIT DeviceInit
    )
{
    WDF_PNPPOWER_EVENT_CALLBACKS pnpPowerCallbacks;
    WDF_OBJECT_ATTRIBUTES attributes;
    PDEVICE_CONTEXT deviceContext;
    WDFDEVICE device;
    NTSTATUS status;
    ULONG i;

    UNREFERENCED_PARAMETER(Driver);
    PAGED_CODE();

    WdfDeviceInitSetIoType(DeviceInit, WdfDeviceIoDirect);

    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&pnpPowerCallbacks);
    pnpPowerCallbacks.EvtDevicePrepareHardware = SgdxEvtDevicePrepareHardware;
    pnpPowerCallbacks.EvtDeviceReleaseHardware = SgdxEvtDeviceReleaseHardware;
    pnpPowerCallbacks.EvtDeviceD0Entry = SgdxEvtDeviceD0Entry;
    pnpPowerCallbacks.EvtDeviceD0Exit = SgdxEvtDeviceD0Exit;
    pnpPowerCallbacks.EvtDeviceSurpriseRemoval = SgdxEvtDeviceSurpriseRemoval;
    WdfDeviceInitSetPnpPowerEventCallbacks(DeviceInit, &pnpPowerCallbacks);

    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, DEVICE_CONTEXT);
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        SgdxTraceError("WdfDeviceCreate failed 0x%08X\n", status);
        return status;
    }

    deviceContext = SgdxGetDeviceContext(device);
    deviceContext->Device = device;

    // The enabler first: a channel's transaction and chain belong to it.
    status = SgdxDmaCreate(deviceContext);
    for (i = 0; NT_SUCCESS(status) && i < SGDX_CHANNEL_COUNT; i++) {
        status = SgdxChannelCreate(deviceContext, i);
    }
    if (NT_SUCCESS(status)) {
        status = SgdxInterruptsCreate(deviceContext);
    }
    if (NT_SUCCESS(status)) {
        status = SgdxQueuesCreate(deviceContext);
    }
    if (!NT_SUCCESS(status)) {
        return status;      // the framework deletes the device with everything in it
    }

    status = WdfDeviceCreateDeviceInterface(device, &GUID_DEVINTERFACE_SGDX, NULL);
    if (!NT_SUCCESS(status)) {
        SgdxTraceError("WdfDeviceCreateDeviceInterface failed 0x%08X\n", status);
    }
    return status;
}

NTSTATUS
SgdxEvtDevicePrepareHardware(
    _In_ WDFDEVICE Device,
    _In_ WDFCMRESLIST ResourcesRaw,
    _In_ WDFCMRESLIST ResourcesTranslated
    )
{
    PDEVICE_CONTEXT deviceContext = SgdxGetDeviceContext(Device);
    PCM_PARTIAL_RESOURCE_DESCRIPTOR descriptor;
    ULONG i;

    PAGED_CODE();

    for (i = 0; i < WdfCmResourceListGetCount(ResourcesTranslated); i++) {
        descriptor = WdfCmResourceListGetDescriptor(ResourcesTranslated, i);
        if (descriptor == NULL) {
            return STATUS_DEVICE_CONFIGURATION_ERROR;
        }

        switch (descriptor->Type) {
        case CmResourceTypeMemory:
            if (deviceContext->Registers != NULL || descriptor->u.Memory.Length < SGDX_BAR0_LENGTH) {
                SgdxTraceError("unexpected memory resource, %u bytes\n", descriptor->u.Memory.Length);
                return STATUS_DEVICE_CONFIGURATION_ERROR;
            }
            deviceContext->Registers = MmMapIoSpaceEx(descriptor->u.Memory.Start, descriptor->u.Memory.Length, PAGE_READWRITE | PAGE_NOCACHE);
            if (deviceContext->Registers == NULL) {
                return STATUS_INSUFFICIENT_RESOURCES;
            }
            deviceContext->RegistersLength = descriptor->u.Memory.Length;
            break;

        case CmResourceTypePort:
            // Ports need no mapping.
            deviceContext->DebugPorts = (PUCHAR)(ULONG_PTR)descriptor->u.Port.Start.QuadPart;
            break;

        default:
            break;
        }
    }

    if (deviceContext->Registers == NULL) {
        SgdxTraceError("BAR0 is missing\n");
        return STATUS_DEVICE_CONFIGURATION_ERROR;
    }

    SgdxInterruptsAssign(deviceContext, ResourcesRaw);
    deviceContext->DeviceGone = FALSE;
    return STATUS_SUCCESS;
}

NTSTATUS
SgdxEvtDeviceReleaseHardware(
    _In_ WDFDEVICE Device,
    _In_ WDFCMRESLIST ResourcesTranslated
    )
{
    PDEVICE_CONTEXT deviceContext = SgdxGetDeviceContext(Device);

    UNREFERENCED_PARAMETER(ResourcesTranslated);
    PAGED_CODE();

    if (deviceContext->Registers != NULL) {
        MmUnmapIoSpace(deviceContext->Registers, deviceContext->RegistersLength);
        deviceContext->Registers = NULL;
        deviceContext->RegistersLength = 0;
    }
    deviceContext->DebugPorts = NULL;
    return STATUS_SUCCESS;
}

NTSTATUS
SgdxEvtDeviceD0Entry(
    _In_ WDFDEVICE Device,
    _In_ WDF_POWER_DEVICE_STATE PreviousState
    )
/*++

Routine Description:

    Identifies the device and gives it a known state. Channel state is restored by the enabler callbacks, which
    the framework calls after the interrupts have been enabled.

--*/
{
    PDEVICE_CONTEXT deviceContext = SgdxGetDeviceContext(Device);
    ULONG ident;
    ULONG i;

    PAGED_CODE();
    SgdxTraceInfo("D0 entry from state %d\n", PreviousState);

    ident = SgdxRead(deviceContext, SGDX_REG_IDENT);
    if (ident != SGDX_IDENT_VALUE || SGDX_VERSION_MAJOR(SgdxRead(deviceContext, SGDX_REG_VERSION)) != 1) {
        SgdxTraceError("not an SGDX device of version 1, ident 0x%08X\n", ident);
        return STATUS_DEVICE_CONFIGURATION_ERROR;
    }

    if (PreviousState == WdfPowerDeviceD3Final) {
        // First start: whatever used the device before may have left it running.
        SgdxWrite(deviceContext, SGDX_REG_GLOBAL_CONTROL, SGDX_GLOBAL_RESET);
        for (i = 0; i < SGDX_CHANNEL_COUNT; i++) {
            deviceContext->Channel[i].SavedPosition = 0;
        }
    }
    return STATUS_SUCCESS;
}

NTSTATUS
SgdxEvtDeviceD0Exit(
    _In_ WDFDEVICE Device,
    _In_ WDF_POWER_DEVICE_STATE TargetState
    )
{
    PDEVICE_CONTEXT deviceContext = SgdxGetDeviceContext(Device);
    ULONG i;

    PAGED_CODE();
    SgdxTraceInfo("D0 exit to state %d\n", TargetState);

    for (i = 0; i < SGDX_CHANNEL_COUNT; i++) {
        // Waits for a callback in progress; none can be started any more.
        WdfTimerStop(deviceContext->Channel[i].Watchdog, TRUE);
        NT_ASSERT(!deviceContext->Channel[i].Running);
    }
    return STATUS_SUCCESS;
}

VOID
SgdxEvtDeviceSurpriseRemoval(
    _In_ WDFDEVICE Device
    )
/*++

Routine Description:

    The device has been pulled out. EvtIoStop, which the framework calls next, ends the requests in flight.

--*/
{
    SgdxGetDeviceContext(Device)->DeviceGone = TRUE;
}
