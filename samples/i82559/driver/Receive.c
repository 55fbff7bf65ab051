// SPDX-License-Identifier: MIT
/*++

    Receiving: a ring of descriptors. The oldest one that holds a frame goes to the next read request and becomes the new end of the list.

--*/

#include "Nic.h"

static
ULONG
DescriptorAddress(
    _In_ PDEVICE_CONTEXT Context,
    _In_ ULONG Index
    )
{
    return SHARED_ADDRESS(Context, Receive) + (Index % RECEIVE_COUNT) * (ULONG)sizeof(RECEIVE_DESCRIPTOR);
}

static
VOID
Recycle(
    _In_ PDEVICE_CONTEXT Context,
    _In_ ULONG Index
    )
{
    volatile RECEIVE_DESCRIPTOR *descriptor = &Context->Shared->Receive[Index];
    volatile RECEIVE_DESCRIPTOR *before = &Context->Shared->Receive[(Index + RECEIVE_COUNT - 1) % RECEIVE_COUNT];

    descriptor->Status = 0;
    descriptor->ActualCount = 0;
    descriptor->Command = RFD_END_OF_LIST;
    before->Command = 0;
}

// In EvtDeviceD0Entry: an empty ring.
VOID
ReceiveStart(
    _In_ PDEVICE_CONTEXT Context
    )
{
    ULONG i;

    for (i = 0; i < RECEIVE_COUNT; i++) {
        RECEIVE_DESCRIPTOR *descriptor = &Context->Shared->Receive[i];

        descriptor->Status = 0;
        descriptor->Command = i == RECEIVE_COUNT - 1 ? RFD_END_OF_LIST : 0;
        descriptor->Link = DescriptorAddress(Context, i + 1);
        descriptor->Reserved = 0xFFFFFFFF;
        descriptor->ActualCount = 0;
        descriptor->Size = sizeof(descriptor->Data);
    }
    Context->NextReceive = 0;
    HwCommand(Context, RU_START, DescriptorAddress(Context, 0));
}

// The receive unit stops at the end of the list; with room in the ring again it goes on at the first empty descriptor.
static
VOID
Restart(
    _In_ PDEVICE_CONTEXT Context
    )
{
    ULONG i;

    // A start that the device has not taken yet does not show in its state.
    if (!HwAccepted(Context) || RU_STATE(Context->Csr->ScbStatus) == RU_READY) {
        return;
    }
    for (i = 0; i < RECEIVE_COUNT; i++) {
        ULONG index = (Context->NextReceive + i) % RECEIVE_COUNT;

        if (Context->Shared->Receive[index].Status == 0) {
            HwCommand(Context, RU_START, DescriptorAddress(Context, index));
            return;
        }
    }
}

// Gives the oldest frame to a read request. FALSE when there is no frame or nobody reads.
static
BOOLEAN
DeliverOne(
    _In_ PDEVICE_CONTEXT Context
    )
{
    volatile RECEIVE_DESCRIPTOR *descriptor;
    WDFREQUEST request = NULL;
    PVOID buffer;
    size_t length;
    size_t count = 0;
    NTSTATUS status;

    WdfSpinLockAcquire(Context->ReceiveLock);
    descriptor = &Context->Shared->Receive[Context->NextReceive];
    if ((descriptor->Status & RFD_COMPLETE) == 0 || !NT_SUCCESS(WdfIoQueueRetrieveNextRequest(Context->ReadQueue, &request))) {
        WdfSpinLockRelease(Context->ReceiveLock);
        return FALSE;
    }
    status = WdfRequestRetrieveOutputBuffer(request, 1, &buffer, &length);
    if (NT_SUCCESS(status)) {
        count = descriptor->ActualCount & RFD_COUNT;
        if (count > length) {
            count = length;
            status = STATUS_BUFFER_OVERFLOW;
        }
        RtlCopyMemory(buffer, (PVOID)descriptor->Data, count);
    }
    Recycle(Context, Context->NextReceive);
    Context->NextReceive = (Context->NextReceive + 1) % RECEIVE_COUNT;
    Restart(Context);
    WdfSpinLockRelease(Context->ReceiveLock);
    WdfRequestCompleteWithInformation(request, status, count);
    return TRUE;
}

VOID
ReceiveFrames(
    _In_ PDEVICE_CONTEXT Context
    )
{
    while (DeliverOne(Context)) {
    }
}

// A read has arrived. In Dx no frame waits: the ring is emptied on the way to D0.
VOID
NicEvtReadReady(
    _In_ WDFQUEUE Queue,
    _In_ WDFCONTEXT TheContext
    )
{
    PDEVICE_CONTEXT context = TheContext;
    NTSTATUS status = WdfDeviceStopIdle(context->Device, FALSE);

    UNREFERENCED_PARAMETER(Queue);
    if (status == STATUS_SUCCESS) {
        ReceiveFrames(context);
    }
    if (NT_SUCCESS(status)) {
        WdfDeviceResumeIdle(context->Device);
    }
}
