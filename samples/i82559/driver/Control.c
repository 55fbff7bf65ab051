// SPDX-License-Identifier: MIT
#include "Nic.h"

VOID
NicEvtIoDeviceControl(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t OutputBufferLength,
    _In_ size_t InputBufferLength,
    _In_ ULONG IoControlCode
    )
{
    PDEVICE_CONTEXT context = GetContext(WdfIoQueueGetDevice(Queue));
    PNIC_INFORMATION information;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(InputBufferLength);
    if (IoControlCode != IOCTL_NIC_INFORMATION) {
        WdfRequestComplete(Request, STATUS_INVALID_DEVICE_REQUEST);
        return;
    }
    status = WdfRequestRetrieveOutputBuffer(Request, sizeof(*information), (PVOID *)&information, NULL);
    if (NT_SUCCESS(status)) {
        status = HwStatistics(context);
    }
    if (!NT_SUCCESS(status)) {
        WdfRequestComplete(Request, status);
        return;
    }
    RtlCopyMemory(information->Station, context->Station, sizeof(information->Station));
    information->HasLink = (context->Csr->GeneralStatus & STATUS_LINK) != 0;
    information->Is100Mbps = (context->Csr->GeneralStatus & STATUS_100MBPS) != 0;
    information->FramesSent = context->Shared->Statistics.TransmitGood;
    information->FramesReceived = context->Shared->Statistics.ReceiveGood;
    WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, sizeof(*information));
}
