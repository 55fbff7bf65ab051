// SPDX-License-Identifier: MIT
/*++

Module Name:

    Interrupt.c

Abstract:

    One line interrupt, four causes: either DMA channel, doorbells, and aborts on the PCI bus.

Environment:

    Kernel mode

--*/

#include "Precomp.h"
#include "Interrupt.tmh"

#ifdef ALLOC_PRAGMA
#pragma alloc_text (PAGE, SramInterruptCreate)
#endif

#define SRAM_INTERRUPTS \
    (PLX_INT_PCI_ENABLE | PLX_INT_DOORBELL_ENABLE | PLX_INT_ABORT_ENABLE | \
     PLX_INT_DMA_ENABLE(SRAM_CHANNEL_TO_DEVICE) | PLX_INT_DMA_ENABLE(SRAM_CHANNEL_FROM_DEVICE))

NTSTATUS
SramInterruptCreate(
    _In_ PDEVICE_CONTEXT DeviceContext
    )
{
    WDF_INTERRUPT_CONFIG config;

    PAGED_CODE();

    WDF_INTERRUPT_CONFIG_INIT(&config, SramEvtInterruptIsr, SramEvtInterruptDpc);
    config.EvtInterruptEnable = SramEvtInterruptEnable;
    config.EvtInterruptDisable = SramEvtInterruptDisable;
    return WdfInterruptCreate(DeviceContext->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &DeviceContext->Interrupt);
}

NTSTATUS
SramEvtInterruptEnable(
    _In_ WDFINTERRUPT Interrupt,
    _In_ WDFDEVICE AssociatedDevice
    )
{
    PDEVICE_CONTEXT deviceContext = SramGetDeviceContext(AssociatedDevice);

    UNREFERENCED_PARAMETER(Interrupt);
    SramWrite(deviceContext, PLX_REG_INTCSR, SramRead(deviceContext, PLX_REG_INTCSR) | SRAM_INTERRUPTS);
    return STATUS_SUCCESS;
}

NTSTATUS
SramEvtInterruptDisable(
    _In_ WDFINTERRUPT Interrupt,
    _In_ WDFDEVICE AssociatedDevice
    )
{
    PDEVICE_CONTEXT deviceContext = SramGetDeviceContext(AssociatedDevice);

    UNREFERENCED_PARAMETER(Interrupt);
    SramWrite(deviceContext, PLX_REG_INTCSR, SramRead(deviceContext, PLX_REG_INTCSR) & ~SRAM_INTERRUPTS);
    return STATUS_SUCCESS;
}

BOOLEAN
SramEvtInterruptIsr(
    _In_ WDFINTERRUPT Interrupt,
    _In_ ULONG MessageID
    )
/*++

Routine Description:

    Makes the chip drop its interrupt and remembers why it was there. The line is shared: others may have raised it.

--*/
{
    PDEVICE_CONTEXT deviceContext = SramGetDeviceContext(WdfInterruptGetDevice(Interrupt));
    ULONG interrupts = SramRead(deviceContext, PLX_REG_INTCSR);
    ULONG active;
    ULONG doorbells;
    ULONG i;

    UNREFERENCED_PARAMETER(MessageID);

    if (interrupts == PLX_ALL_ONES) {
        return FALSE;       // the board has gone
    }
    active = interrupts & (PLX_INT_DMA_ACTIVE(0) | PLX_INT_DMA_ACTIVE(1) | PLX_INT_DOORBELL_ACTIVE | PLX_INT_ABORT_ACTIVE);
    if ((interrupts & PLX_INT_ABORT_ENABLE) == 0) {
        active &= ~PLX_INT_ABORT_ACTIVE;        // the DPC has not dealt with the last one yet
    }
    if (active == 0) {
        return FALSE;
    }

    for (i = 0; i < SRAM_CHANNEL_COUNT; i++) {
        if ((active & PLX_INT_DMA_ACTIVE(i)) != 0) {
            SramWriteCommand(&deviceContext->Channel[i], PLX_CSR_ENABLE | PLX_CSR_CLEAR);       // #isr
        }
    }
    if ((active & PLX_INT_DOORBELL_ACTIVE) != 0) {
        doorbells = SramRead(deviceContext, PLX_REG_L2PDBELL);
        SramWrite(deviceContext, PLX_REG_L2PDBELL, doorbells);
        deviceContext->PendingDoorbells |= doorbells;
    }
    if ((active & PLX_INT_ABORT_ACTIVE) != 0) {
        // Its cause is cleared in configuration space, which cannot be reached at DIRQL.
        SramWrite(deviceContext, PLX_REG_INTCSR, interrupts & ~PLX_INT_ABORT_ENABLE);
        deviceContext->AbortMasters |= ~interrupts & (PLX_INT_NOT_MASTER(0) | PLX_INT_NOT_MASTER(1));
    }

    deviceContext->PendingInterrupts |= active;
    (VOID)WdfInterruptQueueDpcForIsr(Interrupt);
    return TRUE;
}

VOID
SramEvtInterruptDpc(
    _In_ WDFINTERRUPT Interrupt,
    _In_ WDFOBJECT AssociatedObject
    )
{
    PDEVICE_CONTEXT deviceContext = SramGetDeviceContext(AssociatedObject);
    ULONG pending;
    ULONG doorbells;
    ULONG masters;
    ULONG i;

    WdfInterruptAcquireLock(Interrupt);
    pending = deviceContext->PendingInterrupts;
    doorbells = deviceContext->PendingDoorbells;
    masters = deviceContext->AbortMasters;
    deviceContext->PendingInterrupts = 0;
    deviceContext->PendingDoorbells = 0;
    deviceContext->AbortMasters = 0;
    WdfInterruptReleaseLock(Interrupt);

    if ((pending & PLX_INT_ABORT_ACTIVE) != 0) {
        SramClearBusStatus(deviceContext);
        for (i = 0; i < SRAM_CHANNEL_COUNT; i++) {
            if ((masters & PLX_INT_NOT_MASTER(i)) != 0) {
                SramTransferFail(&deviceContext->Channel[i], STATUS_DEVICE_DATA_ERROR);
            }
        }
        WdfInterruptAcquireLock(Interrupt);
        SramWrite(deviceContext, PLX_REG_INTCSR, SramRead(deviceContext, PLX_REG_INTCSR) | PLX_INT_ABORT_ENABLE);
        WdfInterruptReleaseLock(Interrupt);
    }
    for (i = 0; i < SRAM_CHANNEL_COUNT; i++) {
        if ((pending & PLX_INT_DMA_ACTIVE(i)) != 0) {
            SramTransferDone(&deviceContext->Channel[i]);       // #dpc
        }
    }
    if (doorbells != 0) {
        SramExchangeDone(deviceContext);
    }
}
