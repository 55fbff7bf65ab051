// SPDX-License-Identifier: MIT
/*++

Module Name:

    Hardware.c

Abstract:

    Resources: registers and SRAM are mapped, the bus driver's interface is asked for.

Environment:

    Kernel mode

--*/

#include "Precomp.h"
#include "Hardware.tmh"

#ifdef ALLOC_PRAGMA
#pragma alloc_text (PAGE, SramEvtDevicePrepareHardware)
#pragma alloc_text (PAGE, SramEvtDeviceReleaseHardware)
#endif

// Of the PCI configuration header.
#define PCI_STATUS_OFFSET           FIELD_OFFSET(PCI_COMMON_CONFIG, Status)

static
PVOID
SramMap(
    _In_ PCM_PARTIAL_RESOURCE_DESCRIPTOR Descriptor
    )
{
    return MmMapIoSpaceEx(Descriptor->u.Memory.Start, Descriptor->u.Memory.Length, PAGE_READWRITE | PAGE_NOCACHE);
}

NTSTATUS
SramEvtDevicePrepareHardware(
    _In_ WDFDEVICE Device,
    _In_ WDFCMRESLIST ResourcesRaw,
    _In_ WDFCMRESLIST ResourcesTranslated
    )
/*++

Routine Description:

    Memory resources come in the order of the base address registers: 0 = registers, 2 = local address space 0,
    3 = local address space 1, which this driver does not need.

--*/
{
    PDEVICE_CONTEXT deviceContext = SramGetDeviceContext(Device);
    PCM_PARTIAL_RESOURCE_DESCRIPTOR descriptor;
    ULONG i;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(ResourcesRaw);
    PAGED_CODE();

    for (i = 0; i < WdfCmResourceListGetCount(ResourcesTranslated); i++) {
        descriptor = WdfCmResourceListGetDescriptor(ResourcesTranslated, i);
        if (descriptor == NULL) {
            return STATUS_DEVICE_CONFIGURATION_ERROR;
        }
        if (descriptor->Type != CmResourceTypeMemory) {
            continue;
        }
        if (deviceContext->Registers == NULL) {
            if (descriptor->u.Memory.Length < PLX_BAR0_LENGTH) {
                TraceError(TRACE_DRIVER, "BAR0 has only %u bytes", descriptor->u.Memory.Length);
                return STATUS_DEVICE_CONFIGURATION_ERROR;
            }
            deviceContext->Registers = SramMap(descriptor);
            deviceContext->RegistersLength = descriptor->u.Memory.Length;
            if (deviceContext->Registers == NULL) {
                return STATUS_INSUFFICIENT_RESOURCES;
            }
        } else if (deviceContext->Sram == NULL) {
            deviceContext->Sram = SramMap(descriptor);
            deviceContext->SramLength = descriptor->u.Memory.Length;
            if (deviceContext->Sram == NULL) {
                return STATUS_INSUFFICIENT_RESOURCES;
            }
        }
    }

    if (deviceContext->Registers == NULL || deviceContext->Sram == NULL) {
        TraceError(TRACE_DRIVER, "a memory resource is missing");
        return STATUS_DEVICE_CONFIGURATION_ERROR;
    }
    if (SramRead(deviceContext, PLX_REG_PCIHIDR) != PLX_CHIP_ID) {
        TraceError(TRACE_DRIVER, "not a PCI 9656: 0x%08X", SramRead(deviceContext, PLX_REG_PCIHIDR));
        return STATUS_DEVICE_CONFIGURATION_ERROR;
    }

    status = WdfFdoQueryForInterface(Device, &GUID_BUS_INTERFACE_STANDARD, (PINTERFACE)&deviceContext->Bus, sizeof(deviceContext->Bus), 1, NULL);
    if (!NT_SUCCESS(status)) {
        TraceError(TRACE_DRIVER, "no bus interface: %!STATUS!", status);
        return status;
    }
    deviceContext->HasBus = TRUE;
    deviceContext->Gone = FALSE;
    TraceInfo(TRACE_DRIVER, "registers %p, SRAM %p, %u bytes", deviceContext->Registers, deviceContext->Sram, deviceContext->SramLength);
    return STATUS_SUCCESS;
}

NTSTATUS
SramEvtDeviceReleaseHardware(
    _In_ WDFDEVICE Device,
    _In_ WDFCMRESLIST ResourcesTranslated
    )
/*++

Routine Description:

    Undoes EvtDevicePrepareHardware, also one that failed half way.

--*/
{
    PDEVICE_CONTEXT deviceContext = SramGetDeviceContext(Device);

    UNREFERENCED_PARAMETER(ResourcesTranslated);
    PAGED_CODE();

    if (deviceContext->HasBus) {
        deviceContext->Bus.InterfaceDereference(deviceContext->Bus.Context);
        deviceContext->HasBus = FALSE;
    }
    if (deviceContext->Sram != NULL) {
        MmUnmapIoSpace(deviceContext->Sram, deviceContext->SramLength);
        deviceContext->Sram = NULL;
    }
    if (deviceContext->Registers != NULL) {
        MmUnmapIoSpace(deviceContext->Registers, deviceContext->RegistersLength);
        deviceContext->Registers = NULL;
    }
    return STATUS_SUCCESS;
}

VOID
SramClearBusStatus(
    _In_ PDEVICE_CONTEXT DeviceContext
    )
/*++

Routine Description:

    The abort interrupt stays active until the abort bits of the PCI status register have been cleared, by writing one.

--*/
{
    USHORT clear = 0x3000;      // received target abort, received master abort

    (VOID)DeviceContext->Bus.SetBusData(DeviceContext->Bus.Context, PCI_WHICHSPACE_CONFIG, &clear, PCI_STATUS_OFFSET, sizeof(clear));
}
