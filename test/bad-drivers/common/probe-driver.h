// SPDX-License-Identifier: MIT
/*++

    The skeleton driver: correct unless a hook says otherwise. The hooks are statements:

        AT_DRIVER_ENTRY(), AT_DEVICE_ADD(), AT_DEVICE_ADDED(context), AT_PREPARE_HARDWARE(context), AT_D0_ENTRY(context),
        AT_INTERRUPT_ENABLE(context), AT_RELEASE_HARDWARE(context)
        AT_IOCTL(context, request)              before the request is completed with STATUS_SUCCESS
        AT_READ(context, request)               before DMA is started; may return
        AT_PROGRAM_DMA(context, transaction, direction, list)
        AT_ISR(context), AT_DPC(context)        at the start of the callback; may return

--*/

#ifndef AT_DRIVER_ENTRY
#define AT_DRIVER_ENTRY()
#endif
#ifndef AT_DEVICE_ADD
#define AT_DEVICE_ADD()
#endif
#ifndef AT_DEVICE_ADDED
#define AT_DEVICE_ADDED(context)
#endif
#ifndef AT_PREPARE_HARDWARE
#define AT_PREPARE_HARDWARE(context)
#endif
#ifndef AT_RELEASE_HARDWARE
#define AT_RELEASE_HARDWARE(context)
#endif
#ifndef AT_D0_ENTRY
#define AT_D0_ENTRY(context)
#endif
#ifndef AT_INTERRUPT_ENABLE
#define AT_INTERRUPT_ENABLE(context)
#endif
#ifndef AT_IOCTL
#define AT_IOCTL(context, request)
#endif
#ifndef AT_READ
#define AT_READ(context, request)
#endif
#ifndef AT_PROGRAM_DMA
#define AT_PROGRAM_DMA(context, transaction, direction, list)
#endif
#ifndef AT_ISR
#define AT_ISR(context)
#endif
#ifndef AT_DPC
#define AT_DPC(context)
#endif

NTSTATUS
DriverEntry(
    _In_ PDRIVER_OBJECT DriverObject,
    _In_ PUNICODE_STRING RegistryPath
    )
{
    WDF_DRIVER_CONFIG config;

    AT_DRIVER_ENTRY();      // #DriverEntry
    WDF_DRIVER_CONFIG_INIT(&config, ProbeEvtDeviceAdd);
    config.DriverPoolTag = PROBE_POOL_TAG;
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config, WDF_NO_HANDLE);
}

static
NTSTATUS
ProbeCreateObjects(
    _In_ PDEVICE_CONTEXT Context
    )
{
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_INTERRUPT_CONFIG interruptConfig;
    WDF_IO_QUEUE_CONFIG queueConfig;
    WDF_DMA_ENABLER_CONFIG dmaConfig;
    NTSTATUS status;

    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = Context->Device;
    status = WdfSpinLockCreate(&attributes, &Context->Lock);
    if (NT_SUCCESS(status)) {
        WDF_INTERRUPT_CONFIG_INIT(&interruptConfig, ProbeEvtIsr, ProbeEvtDpc);
        interruptConfig.EvtInterruptEnable = ProbeEvtInterruptEnable;
        status = WdfInterruptCreate(Context->Device, &interruptConfig, WDF_NO_OBJECT_ATTRIBUTES, &Context->Interrupt);
    }
    if (NT_SUCCESS(status)) {
        WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&queueConfig, WdfIoQueueDispatchSequential);
        queueConfig.EvtIoRead = ProbeEvtIoRead;
        queueConfig.EvtIoWrite = ProbeEvtIoWrite;
        queueConfig.EvtIoDeviceControl = ProbeEvtIoDeviceControl;
        status = WdfIoQueueCreate(Context->Device, &queueConfig, WDF_NO_OBJECT_ATTRIBUTES, &Context->Queue);
    }
    if (NT_SUCCESS(status)) {
        WDF_DMA_ENABLER_CONFIG_INIT(&dmaConfig, WdfDmaProfilePacket64, PROBE_MAXIMUM_LENGTH);
        status = WdfDmaEnablerCreate(Context->Device, &dmaConfig, WDF_NO_OBJECT_ATTRIBUTES, &Context->Enabler);
    }
    if (NT_SUCCESS(status)) {
        status = WdfDmaTransactionCreate(Context->Enabler, WDF_NO_OBJECT_ATTRIBUTES, &Context->Transaction);
    }
    return status;
}

NTSTATUS
ProbeEvtDeviceAdd(
    _In_ WDFDRIVER Driver,
    _Inout_ PWDFDEVICE_INIT DeviceInit
    )
{
    WDF_PNPPOWER_EVENT_CALLBACKS callbacks;
    WDF_OBJECT_ATTRIBUTES attributes;
    PDEVICE_CONTEXT context;
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);

    AT_DEVICE_ADD();        // #EvtDriverDeviceAdd
    WdfDeviceInitSetIoType(DeviceInit, WdfDeviceIoDirect);
    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&callbacks);
    callbacks.EvtDevicePrepareHardware = ProbeEvtPrepareHardware;
    callbacks.EvtDeviceReleaseHardware = ProbeEvtReleaseHardware;
    callbacks.EvtDeviceD0Entry = ProbeEvtD0Entry;
    WdfDeviceInitSetPnpPowerEventCallbacks(DeviceInit, &callbacks);

    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, DEVICE_CONTEXT);
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WdfDeviceSetAlignmentRequirement(device, FILE_BYTE_ALIGNMENT);
    context = ProbeGetContext(device);
    context->Device = device;
    status = ProbeCreateObjects(context);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    AT_DEVICE_ADDED(context);
    return STATUS_SUCCESS;
}

NTSTATUS
ProbeEvtPrepareHardware(
    _In_ WDFDEVICE Device,
    _In_ WDFCMRESLIST ResourcesRaw,
    _In_ WDFCMRESLIST ResourcesTranslated
    )
{
    PDEVICE_CONTEXT context = ProbeGetContext(Device);
    PCM_PARTIAL_RESOURCE_DESCRIPTOR descriptor;
    ULONG i;

    UNREFERENCED_PARAMETER(ResourcesRaw);

    AT_PREPARE_HARDWARE(context);   // #EvtDevicePrepareHardware
    for (i = 0; i < WdfCmResourceListGetCount(ResourcesTranslated); i++) {
        descriptor = WdfCmResourceListGetDescriptor(ResourcesTranslated, i);
        if (descriptor->Type == CmResourceTypeMemory) {
            context->RegistersLength = descriptor->u.Memory.Length;
            context->Registers = MmMapIoSpaceEx(descriptor->u.Memory.Start, context->RegistersLength, PAGE_READWRITE | PAGE_NOCACHE);     // #map
        }
    }
    return context->Registers == NULL ? STATUS_DEVICE_CONFIGURATION_ERROR : STATUS_SUCCESS;
}

NTSTATUS
ProbeEvtReleaseHardware(
    _In_ WDFDEVICE Device,
    _In_ WDFCMRESLIST ResourcesTranslated
    )
{
    PDEVICE_CONTEXT context = ProbeGetContext(Device);

    UNREFERENCED_PARAMETER(ResourcesTranslated);

    AT_RELEASE_HARDWARE(context);
    if (context->Registers != NULL) {
        MmUnmapIoSpace(context->Registers, context->RegistersLength);
        context->Registers = NULL;
    }
    return STATUS_SUCCESS;
}

NTSTATUS
ProbeEvtD0Entry(
    _In_ WDFDEVICE Device,
    _In_ WDF_POWER_DEVICE_STATE PreviousState
    )
{
    PDEVICE_CONTEXT context = ProbeGetContext(Device);

    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(PreviousState);

    AT_D0_ENTRY(context);   // #EvtDeviceD0Entry
    return STATUS_SUCCESS;
}

NTSTATUS
ProbeEvtInterruptEnable(
    _In_ WDFINTERRUPT Interrupt,
    _In_ WDFDEVICE AssociatedDevice
    )
{
    PDEVICE_CONTEXT context = ProbeGetContext(AssociatedDevice);

    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(Interrupt);

    AT_INTERRUPT_ENABLE(context);   // #EvtInterruptEnable
    return STATUS_SUCCESS;
}

BOOLEAN
ProbeEvtIsr(
    _In_ WDFINTERRUPT Interrupt,
    _In_ ULONG MessageID
    )
{
    PDEVICE_CONTEXT context = ProbeGetContext(WdfInterruptGetDevice(Interrupt));   // #EvtInterruptIsr

    UNREFERENCED_PARAMETER(MessageID);

    AT_ISR(context);
    if ((ProbeRead(context, PROBE_REG_STATUS) & PROBE_STATUS_DONE) == 0) {
        return FALSE;
    }
    ProbeWrite(context, PROBE_REG_STATUS, PROBE_STATUS_DONE);
    WdfInterruptQueueDpcForIsr(Interrupt);
    return TRUE;
}

VOID
ProbeEvtDpc(
    _In_ WDFINTERRUPT Interrupt,
    _In_ WDFOBJECT AssociatedObject
    )
{
    PDEVICE_CONTEXT context = ProbeGetContext(AssociatedObject);

    UNREFERENCED_PARAMETER(Interrupt);

    AT_DPC(context);
    if (context->Request != NULL) {
        ProbeFinishDma(context);
    }
}

VOID
ProbeFinishDma(
    _In_ PDEVICE_CONTEXT Context
    )
{
    WDFREQUEST request = Context->Request;
    ULONG_PTR transferred;
    NTSTATUS status;

    if (!WdfDmaTransactionDmaCompleted(Context->Transaction, &status)) {
        return;
    }
    transferred = WdfDmaTransactionGetBytesTransferred(Context->Transaction);
    WdfDmaTransactionRelease(Context->Transaction);
    Context->Request = NULL;
    WdfRequestCompleteWithInformation(request, status, NT_SUCCESS(status) ? transferred : 0);
}

VOID
ProbeStartDma(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ WDF_DMA_DIRECTION Direction
    )
{
    NTSTATUS status;

    status = WdfDmaTransactionInitializeUsingRequest(Context->Transaction, Request, ProbeEvtProgramDma, Direction);     // #initialize
    if (!NT_SUCCESS(status)) {
        WdfRequestComplete(Request, status);
        return;
    }
    Context->Request = Request;
    status = WdfDmaTransactionExecute(Context->Transaction, WDF_NO_CONTEXT);    // #execute
    if (!NT_SUCCESS(status)) {
        Context->Request = NULL;
        WdfDmaTransactionRelease(Context->Transaction);
        WdfRequestComplete(Request, status);
    }
}

VOID
ProbeProgram(
    _In_ PDEVICE_CONTEXT Context,
    _In_ ULONGLONG Address,
    _In_ ULONG Length,
    _In_ WDF_DMA_DIRECTION Direction
    )
{
    ProbeWrite(Context, PROBE_REG_ADDRESS, (ULONG)Address);
    ProbeWrite(Context, PROBE_REG_UPPER, (ULONG)(Address >> 32));
    ProbeWrite(Context, PROBE_REG_LENGTH, Length);
    ProbeWrite(Context, PROBE_REG_CONTROL, PROBE_START | (Direction == WdfDmaDirectionReadFromDevice ? PROBE_TO_MEMORY : 0));
}

BOOLEAN
ProbeEvtProgramDma(
    _In_ WDFDMATRANSACTION Transaction,
    _In_ WDFDEVICE Device,
    _In_ WDFCONTEXT Context,
    _In_ WDF_DMA_DIRECTION Direction,
    _In_ PSCATTER_GATHER_LIST SgList
    )
{
    PDEVICE_CONTEXT context = ProbeGetContext(Device);   // #EvtProgramDma

    UNREFERENCED_PARAMETER(Transaction);
    UNREFERENCED_PARAMETER(Context);

    AT_PROGRAM_DMA(context, Transaction, Direction, SgList);
    ProbeProgram(context, SgList->Elements[0].Address.QuadPart, SgList->Elements[0].Length, Direction);
    return TRUE;
}

VOID
ProbeEvtIoRead(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t Length
    )
{
    PDEVICE_CONTEXT context = ProbeGetContext(WdfIoQueueGetDevice(Queue));   // #EvtIoRead

    UNREFERENCED_PARAMETER(Length);

    AT_READ(context, Request);
    ProbeStartDma(context, Request, WdfDmaDirectionReadFromDevice);
}

VOID
ProbeEvtIoWrite(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t Length
    )
{
    UNREFERENCED_PARAMETER(Length);

    ProbeStartDma(ProbeGetContext(WdfIoQueueGetDevice(Queue)), Request, WdfDmaDirectionWriteToDevice);
}

VOID
ProbeEvtIoDeviceControl(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t OutputBufferLength,
    _In_ size_t InputBufferLength,
    _In_ ULONG IoControlCode
    )
{
    PDEVICE_CONTEXT context = ProbeGetContext(WdfIoQueueGetDevice(Queue));

    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(InputBufferLength);
    UNREFERENCED_PARAMETER(IoControlCode);

    AT_IOCTL(context, Request);
    WdfRequestComplete(Request, STATUS_SUCCESS);
}
