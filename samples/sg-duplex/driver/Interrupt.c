// SPDX-License-Identifier: MIT
/*++

Module Name:

    Interrupt.c

Abstract:

    Two interrupt objects, one for each MSI message. With a line interrupt or a single message only the first one is
    connected, and it serves both channels.

Environment:

    Kernel mode

--*/

#include "Sgdx.h"

#ifdef ALLOC_PRAGMA
#pragma alloc_text (PAGE, SgdxInterruptsCreate)
#pragma alloc_text (PAGE, SgdxInterruptsAssign)
#endif

NTSTATUS
SgdxInterruptsCreate(
    _In_ PDEVICE_CONTEXT DeviceContext
    )
/*++

Routine Description:

    The framework hands messages to interrupt objects in the order of creation, so object 0 gets message 0.

--*/
{
    WDF_INTERRUPT_CONFIG config;
    NTSTATUS status;
    ULONG i;

    PAGED_CODE();

    for (i = 0; i < SGDX_CHANNEL_COUNT; i++) {
        WDF_INTERRUPT_CONFIG_INIT(&config, SgdxEvtInterruptIsr, SgdxEvtInterruptDpc);
        config.EvtInterruptEnable = SgdxEvtInterruptEnable;
        config.EvtInterruptDisable = SgdxEvtInterruptDisable;

        status = WdfInterruptCreate(DeviceContext->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &DeviceContext->Interrupt[i]);
        if (!NT_SUCCESS(status)) {
            SgdxTraceError("WdfInterruptCreate %u failed 0x%08X\n", i, status);
            return status;
        }
    }
    return STATUS_SUCCESS;
}

VOID
SgdxInterruptsAssign(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ WDFCMRESLIST ResourcesRaw
    )
/*++

Routine Description:

    Finds out how many messages the system has granted. MSI has one descriptor that counts them; MSI-X has a
    descriptor for each.

--*/
{
    PCM_PARTIAL_RESOURCE_DESCRIPTOR descriptor;
    ULONG messages = 0;
    ULONG i;

    PAGED_CODE();

    for (i = 0; i < WdfCmResourceListGetCount(ResourcesRaw); i++) {
        descriptor = WdfCmResourceListGetDescriptor(ResourcesRaw, i);
        if (descriptor->Type == CmResourceTypeInterrupt && (descriptor->Flags & CM_RESOURCE_INTERRUPT_MESSAGE) != 0) {
            messages += descriptor->u.MessageInterrupt.Raw.MessageCount;
        }
    }

    DeviceContext->OneInterrupt = (BOOLEAN)(messages < SGDX_CHANNEL_COUNT);
    SgdxTraceInfo("%u interrupt messages\n", messages);
}

static
ULONG
SgdxInterruptIndex(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ WDFINTERRUPT Interrupt
    )
{
    return Interrupt == DeviceContext->Interrupt[0] ? 0 : 1;
}

static
BOOLEAN
SgdxInterruptServes(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ ULONG InterruptIndex,
    _In_ ULONG ChannelIndex
    )
{
    return (BOOLEAN)(DeviceContext->OneInterrupt ? InterruptIndex == 0 : InterruptIndex == ChannelIndex);
}

static
ULONG
SgdxInterruptMask(
    _In_ PDEVICE_CONTEXT DeviceContext,
    _In_ ULONG InterruptIndex
    )
{
    ULONG mask = 0;
    ULONG i;

    for (i = 0; i < SGDX_CHANNEL_COUNT; i++) {
        if (SgdxInterruptServes(DeviceContext, InterruptIndex, i)) {
            mask |= DeviceContext->Channel[i].IrqMask;
        }
    }
    return mask;
}

BOOLEAN
SgdxEvtInterruptIsr(
    _In_ WDFINTERRUPT Interrupt,
    _In_ ULONG MessageID
    )
{
    PDEVICE_CONTEXT deviceContext = SgdxGetDeviceContext(WdfInterruptGetDevice(Interrupt));
    ULONG index = SgdxInterruptIndex(deviceContext, Interrupt);
    ULONG causes;

    UNREFERENCED_PARAMETER(MessageID);

    causes = SgdxRead(deviceContext, SGDX_REG_IRQ_STATUS);      // #isr
    if (causes == SGDX_ALL_ONES) {
        return FALSE;       // the device has gone
    }

    // Only the bits of our own channels: the other message's ISR may run at the same time, and clears its own.
    causes &= SgdxInterruptMask(deviceContext, index);
    if (causes == 0) {
        return FALSE;
    }

    SgdxWrite(deviceContext, SGDX_REG_IRQ_STATUS, causes);
    deviceContext->PendingCauses[index] |= causes;
    WdfInterruptQueueDpcForIsr(Interrupt);
    return TRUE;
}

VOID
SgdxEvtInterruptDpc(
    _In_ WDFINTERRUPT Interrupt,
    _In_ WDFOBJECT AssociatedObject
    )
{
    PDEVICE_CONTEXT deviceContext = SgdxGetDeviceContext(AssociatedObject);
    ULONG index = SgdxInterruptIndex(deviceContext, Interrupt);
    ULONG causes;
    ULONG i;

    WdfInterruptAcquireLock(Interrupt);     // #dpc
    causes = deviceContext->PendingCauses[index];
    deviceContext->PendingCauses[index] = 0;
    WdfInterruptReleaseLock(Interrupt);

    for (i = 0; i < SGDX_CHANNEL_COUNT; i++) {
        if ((causes & deviceContext->Channel[i].IrqMask) != 0) {
            SgdxDmaChainEnded(&deviceContext->Channel[i]);
        }
    }
}

static
VOID
SgdxInterruptSwitch(
    _In_ WDFINTERRUPT Interrupt,
    _In_ WDFDEVICE Device,
    _In_ ULONG Control
    )
{
    PDEVICE_CONTEXT deviceContext = SgdxGetDeviceContext(Device);
    ULONG index = SgdxInterruptIndex(deviceContext, Interrupt);
    ULONG i;

    for (i = 0; i < SGDX_CHANNEL_COUNT; i++) {
        if (SgdxInterruptServes(deviceContext, index, i)) {
            // Both engines are idle here: the enabler starts after the interrupts and stops before them.
            SgdxChannelWrite(&deviceContext->Channel[i], SGDX_REG_CONTROL, Control);
        }
    }
    SgdxWrite(deviceContext, SGDX_REG_IRQ_STATUS, SgdxInterruptMask(deviceContext, index));
    deviceContext->PendingCauses[index] = 0;
}

NTSTATUS
SgdxEvtInterruptEnable(
    _In_ WDFINTERRUPT Interrupt,
    _In_ WDFDEVICE AssociatedDevice
    )
{
    SgdxInterruptSwitch(Interrupt, AssociatedDevice, SGDX_CONTROL_IRQ_ENABLE);
    return STATUS_SUCCESS;
}

NTSTATUS
SgdxEvtInterruptDisable(
    _In_ WDFINTERRUPT Interrupt,
    _In_ WDFDEVICE AssociatedDevice
    )
{
    SgdxInterruptSwitch(Interrupt, AssociatedDevice, 0);
    return STATUS_SUCCESS;
}
