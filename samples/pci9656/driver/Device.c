// SPDX-License-Identifier: MIT
/*++

Module Name:

    Device.c

Abstract:

    Device object and power.

Environment:

    Kernel mode

--*/

#include "Precomp.h"
#include "Device.tmh"

#ifdef ALLOC_PRAGMA
#pragma alloc_text (PAGE, SramEvtDeviceAdd)
#pragma alloc_text (PAGE, SramEvtDeviceD0Exit)
#endif

static
NTSTATUS
SramAssignIdleSettings(
    _In_ WDFDEVICE Device
    )
/*++

Routine Description:

    The SRAM keeps its content in D3, so an idle board may sleep. A request wakes it; it cannot wake itself.

--*/
{
    WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS settings;

    WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS_INIT(&settings, IdleCannotWakeFromS0);
    settings.IdleTimeout = SRAM_IDLE_MS;
    settings.DxState = PowerDeviceD3;
    return WdfDeviceAssignS0IdleSettings(Device, &settings);
}

NTSTATUS
SramEvtDeviceAdd(
    _In_ WDFDRIVER Driver,
    _Inout_ PWDFDEVICE_INIT DeviceInit
    )
{
    WDF_PNPPOWER_EVENT_CALLBACKS callbacks;
    WDF_OBJECT_ATTRIBUTES attributes;
    PDEVICE_CONTEXT deviceContext;
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    PAGED_CODE();

    WdfDeviceInitSetIoType(DeviceInit, WdfDeviceIoDirect);

    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&callbacks);
    callbacks.EvtDevicePrepareHardware = SramEvtDevicePrepareHardware;
    callbacks.EvtDeviceReleaseHardware = SramEvtDeviceReleaseHardware;
    callbacks.EvtDeviceD0Entry = SramEvtDeviceD0Entry;
    callbacks.EvtDeviceD0Exit = SramEvtDeviceD0Exit;
    callbacks.EvtDeviceSurpriseRemoval = SramEvtDeviceSurpriseRemoval;
    WdfDeviceInitSetPnpPowerEventCallbacks(DeviceInit, &callbacks);

    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, DEVICE_CONTEXT);
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        TraceError(TRACE_DRIVER, "WdfDeviceCreate failed %!STATUS!", status);
        return status;
    }

    deviceContext = SramGetDeviceContext(device);
    deviceContext->Device = device;

    status = SramAssignIdleSettings(device);
    if (!NT_SUCCESS(status)) {
        TraceError(TRACE_DRIVER, "WdfDeviceAssignS0IdleSettings failed %!STATUS!", status);
        return status;
    }

    // Children of the device: on failure the framework deletes what was created before.
    status = SramInterruptCreate(deviceContext);
    if (NT_SUCCESS(status)) {
        status = SramTransfersCreate(deviceContext);
    }
    if (NT_SUCCESS(status)) {
        status = SramQueuesCreate(deviceContext);
    }
    if (NT_SUCCESS(status)) {
        status = WdfDeviceCreateDeviceInterface(device, &GUID_DEVINTERFACE_SRAM9656, NULL);
    }
    if (!NT_SUCCESS(status)) {
        TraceError(TRACE_DRIVER, "device add failed %!STATUS!", status);
    }
    return status;
}

NTSTATUS
SramEvtDeviceD0Entry(
    _In_ WDFDEVICE Device,
    _In_ WDF_POWER_DEVICE_STATE PreviousState
    )
/*++

Routine Description:

    D3 has reset the chip, which has loaded its EEPROM again. Sets what the EEPROM may have left otherwise.

--*/
{
    PDEVICE_CONTEXT deviceContext = SramGetDeviceContext(Device);
    ULONG space;

    TraceInfo(TRACE_POWER, "D0 entry from %d", PreviousState);      // #d0-entry

    space = SramRead(deviceContext, PLX_REG_LAS0BA);
    if (space == PLX_ALL_ONES || (space & PLX_SPACE_ENABLE) == 0) {
        TraceError(TRACE_POWER, "local address space 0 is not decoded: 0x%08X", space);
        return STATUS_DEVICE_HARDWARE_ERROR;
    }

    WRITE_REGISTER_UCHAR(deviceContext->Registers + PLX_REG_BIGEND, 0);
    SramWrite(deviceContext, PLX_REG_L2PDBELL, PLX_ALL_ONES);
    return STATUS_SUCCESS;
}

NTSTATUS
SramEvtDeviceD0Exit(
    _In_ WDFDEVICE Device,
    _In_ WDF_POWER_DEVICE_STATE TargetState
    )
{
    PDEVICE_CONTEXT deviceContext = SramGetDeviceContext(Device);
    ULONG i;

    PAGED_CODE();
    TraceInfo(TRACE_POWER, "D0 exit to %d", TargetState);       // #d0-exit

    // The queues have stopped and the interrupt is disconnected; wait for watchdogs that have been started.
    for (i = 0; i < SRAM_CHANNEL_COUNT; i++) {
        WdfTimerStop(deviceContext->Channel[i].Watchdog, TRUE);
        NT_ASSERT(!deviceContext->Channel[i].Running);
    }
    return STATUS_SUCCESS;
}

VOID
SramEvtDeviceSurpriseRemoval(
    _In_ WDFDEVICE Device
    )
/*++

Routine Description:

    The board has gone: no interrupt will end what is in flight. EvtIoStop, which comes next, does.

--*/
{
    SramGetDeviceContext(Device)->Gone = TRUE;
}
