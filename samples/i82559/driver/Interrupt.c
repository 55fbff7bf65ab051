// SPDX-License-Identifier: MIT
/*++

    The interrupt: the ISR takes the causes from the device, the DPC acts on them.

--*/

#include "Nic.h"

NTSTATUS
NicEvtInterruptEnable(
    _In_ WDFINTERRUPT Interrupt,
    _In_ WDFDEVICE Device
    )
{
    UNREFERENCED_PARAMETER(Interrupt);
    GetContext(Device)->Csr->InterruptMask = 0;
    return STATUS_SUCCESS;
}

NTSTATUS
NicEvtInterruptDisable(
    _In_ WDFINTERRUPT Interrupt,
    _In_ WDFDEVICE Device
    )
{
    UNREFERENCED_PARAMETER(Interrupt);
    GetContext(Device)->Csr->InterruptMask = MASK_ALL;
    return STATUS_SUCCESS;
}

BOOLEAN
NicEvtInterruptIsr(
    _In_ WDFINTERRUPT Interrupt,
    _In_ ULONG MessageID
    )
{
    PDEVICE_CONTEXT context = GetContext(WdfInterruptGetDevice(Interrupt));
    UCHAR causes = context->Csr->InterruptStatus;

    UNREFERENCED_PARAMETER(MessageID);
    // All ones: the device is gone.
    if (causes == 0 || causes == 0xFF) {
        return FALSE;
    }
    context->Csr->InterruptStatus = causes;
    context->Causes |= causes;
    WdfInterruptQueueDpcForIsr(Interrupt);
    return TRUE;
}

VOID
NicEvtInterruptDpc(
    _In_ WDFINTERRUPT Interrupt,
    _In_ WDFOBJECT Device
    )
{
    PDEVICE_CONTEXT context = GetContext((WDFDEVICE)Device);
    UCHAR causes;

    WdfInterruptAcquireLock(Interrupt);
    causes = context->Causes;
    context->Causes = 0;
    WdfInterruptReleaseLock(Interrupt);
    if ((causes & (CAUSE_FRAME_RECEIVED | CAUSE_RECEIVER_NOT_READY)) != 0) {
        ReceiveFrames(context);
    }
    if ((causes & (CAUSE_COMMAND_DONE | CAUSE_UNIT_INACTIVE)) != 0) {
        TransmitDone(context);
    }
}
