// SPDX-License-Identifier: MIT
/*++

Module Name:

    Interrupt.c

Abstract:

    Interrupt object, ISR and DPC.

Environment:

    Kernel mode

--*/

#include "Edu.h"

#ifdef ALLOC_PRAGMA
#pragma alloc_text (PAGE, EduInterruptCreate)
#endif

NTSTATUS
EduInterruptCreate(
    _In_ PDEVICE_CONTEXT DeviceContext
    )
{
    WDF_INTERRUPT_CONFIG config;
    NTSTATUS status;

    PAGED_CODE();

    WDF_INTERRUPT_CONFIG_INIT(&config, EduEvtInterruptIsr, EduEvtInterruptDpc);
    config.EvtInterruptEnable = EduEvtInterruptEnable;
    config.EvtInterruptDisable = EduEvtInterruptDisable;

    status = WdfInterruptCreate(DeviceContext->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &DeviceContext->Interrupt);
    if (!NT_SUCCESS(status)) {
        EduTraceError("WdfInterruptCreate failed 0x%08X\n", status);
    }
    return status;
}

BOOLEAN
EduEvtInterruptIsr(
    _In_ WDFINTERRUPT Interrupt,
    _In_ ULONG MessageID
    )
/*++

Routine Description:

    Acknowledges the device, so that it lets go of the (shared, level-triggered) line, and leaves the rest to
    the DPC. Several interrupts may arrive before the DPC runs; their causes are collected.

--*/
{
    PDEVICE_CONTEXT deviceContext = EduGetDeviceContext(WdfInterruptGetDevice(Interrupt));
    ULONG causes;

    UNREFERENCED_PARAMETER(MessageID);

    causes = EduReadRegister(deviceContext, EDU_REG_INTERRUPT_STATUS);     // #isr
    if (causes == 0 || causes == EDU_ALL_ONES) {
        return FALSE;       // not ours, or the device has gone
    }

    EduWriteRegister(deviceContext, EDU_REG_INTERRUPT_ACK, causes);
    deviceContext->PendingCauses |= causes;
    WdfInterruptQueueDpcForIsr(Interrupt);
    return TRUE;
}

VOID
EduEvtInterruptDpc(
    _In_ WDFINTERRUPT Interrupt,
    _In_ WDFOBJECT AssociatedObject
    )
{
    PDEVICE_CONTEXT deviceContext = EduGetDeviceContext(AssociatedObject);
    ULONG causes;

    WdfInterruptAcquireLock(Interrupt);     // #dpc
    causes = deviceContext->PendingCauses;
    deviceContext->PendingCauses = 0;
    WdfInterruptReleaseLock(Interrupt);

    if ((causes & EDU_INTERRUPT_FACTORIAL) != 0) {
        EduFactorialDone(deviceContext);
    }
    if ((causes & EDU_INTERRUPT_DMA) != 0) {
        EduDmaTransferDone(deviceContext);
    }
}

NTSTATUS
EduEvtInterruptEnable(
    _In_ WDFINTERRUPT Interrupt,
    _In_ WDFDEVICE AssociatedDevice
    )
/*++

Routine Description:

    The device has no interrupt mask: whether an operation interrupts is chosen when it is started. All there
    is to do is to drop causes that were left over from before.

--*/
{
    PDEVICE_CONTEXT deviceContext = EduGetDeviceContext(AssociatedDevice);
    ULONG stale;

    UNREFERENCED_PARAMETER(Interrupt);

    stale = EduReadRegister(deviceContext, EDU_REG_INTERRUPT_STATUS);
    if (stale != 0 && stale != EDU_ALL_ONES) {
        EduWriteRegister(deviceContext, EDU_REG_INTERRUPT_ACK, stale);
    }
    deviceContext->PendingCauses = 0;
    return STATUS_SUCCESS;
}

NTSTATUS
EduEvtInterruptDisable(
    _In_ WDFINTERRUPT Interrupt,
    _In_ WDFDEVICE AssociatedDevice
    )
{
    PDEVICE_CONTEXT deviceContext = EduGetDeviceContext(AssociatedDevice);

    UNREFERENCED_PARAMETER(Interrupt);

    // On a device that has gone these writes go nowhere, which is fine.
    EduWriteRegister(deviceContext, EDU_REG_STATUS, 0);
    EduWriteRegister(deviceContext, EDU_REG_INTERRUPT_ACK, EDU_INTERRUPT_FACTORIAL | EDU_INTERRUPT_DMA);
    return STATUS_SUCCESS;
}
