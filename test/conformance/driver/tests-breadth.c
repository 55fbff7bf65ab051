// SPDX-License-Identifier: MIT
// What drivers use beside the framework: interfaces of the bus driver, and DMA adapters directly (specification 12.1 and 12.2).
#include "conformance.h"

static DRIVER_LIST_CONTROL ListControl;
static DRIVER_CONTROL AdapterControl;

static ULONG ListElements;
static ULONG ListBytes;
static PSCATTER_GATHER_LIST List;
static PVOID MapRegisters;

static
VOID
ListControl(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp,
    _In_ PSCATTER_GATHER_LIST ScatterGather,
    _In_ PVOID Context
    )
{
    ULONG i;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    CHECK("12.2.5", KeGetCurrentIrql() == DISPATCH_LEVEL && Context == &List);
    List = ScatterGather;
    ListElements = ScatterGather->NumberOfElements;
    ListBytes = 0;
    for (i = 0; i < ListElements; i++) {
        ListBytes += ScatterGather->Elements[i].Length;
    }
}

static
IO_ALLOCATION_ACTION
AdapterControl(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp,
    _In_ PVOID MapRegisterBase,
    _In_ PVOID Context
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    UNREFERENCED_PARAMETER(Context);
    MapRegisters = MapRegisterBase;
    return DeallocateObjectKeepRegisters;
}

static
VOID
BusInterface(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    BUS_INTERFACE_STANDARD bus;
    PHYSICAL_ADDRESS address;
    PHYSICAL_ADDRESS translated;
    ULONG space = 0;
    USHORT ids[2] = { 0, 0 };
    USHORT command;
    ULONG bar;
    UCHAR value;

    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
#define BREADTH "12"
    CHECK(BREADTH, WdfFdoQueryForInterface(Context->Device, &GUID_BUS_INTERFACE_STANDARD, (PINTERFACE)&bus, sizeof(bus), 2, NULL) == STATUS_NOT_SUPPORTED);
    CHECK(BREADTH, WdfFdoQueryForInterface(Context->Device, &GUID_PCI_BUS_INTERFACE_STANDARD, (PINTERFACE)&bus, sizeof(bus), 1, NULL) == STATUS_NOT_SUPPORTED);
    CHECK(BREADTH, WdfFdoQueryForInterface(Context->Device, &GUID_BUS_INTERFACE_STANDARD, (PINTERFACE)&bus, sizeof(bus) - 4, 1, NULL) == STATUS_NOT_SUPPORTED);
    CHECK(BREADTH, WdfFdoQueryForInterface(Context->Device, &GUID_BUS_INTERFACE_STANDARD, (PINTERFACE)&bus, sizeof(bus), 1, NULL) == STATUS_SUCCESS);
    CHECK(BREADTH, bus.Size == sizeof(bus) && bus.Version == 1 && bus.InterfaceReference != NULL);
    CHECK(BREADTH, bus.GetBusData(bus.Context, PCI_WHICHSPACE_CONFIG, ids, 0, sizeof(ids)) == sizeof(ids) && ids[0] == 0x1234 && ids[1] == 0x0C0F);
    // Read-only registers keep their value; writable ones take it; status bits clear with ones.
    ids[0] = 0xFFFF;
    CHECK(BREADTH, bus.SetBusData(bus.Context, PCI_WHICHSPACE_CONFIG, ids, 0, 2) == 2);
    (VOID)bus.GetBusData(bus.Context, PCI_WHICHSPACE_CONFIG, ids, 0, 2);
    CHECK(BREADTH, ids[0] == 0x1234);
    command = 0xFFFF;
    (VOID)bus.SetBusData(bus.Context, PCI_WHICHSPACE_CONFIG, &command, 4, 2);
    (VOID)bus.GetBusData(bus.Context, PCI_WHICHSPACE_CONFIG, &command, 4, 2);
    CHECK(BREADTH, command == 0x0547);
    value = 0x40;
    (VOID)bus.SetBusData(bus.Context, PCI_WHICHSPACE_CONFIG, &value, 0x0D, 1);
    value = 0;
    (VOID)bus.GetBusData(bus.Context, PCI_WHICHSPACE_CONFIG, &value, 0x0D, 1);
    CHECK(BREADTH, value == 0x40);
    bar = 0xFFFFFFFF;
    VIOLATION(BREADTH, "pci-config-owned-by-bus");
    (VOID)bus.SetBusData(bus.Context, PCI_WHICHSPACE_CONFIG, &bar, 0x10, 4);
    (VOID)bus.GetBusData(bus.Context, PCI_WHICHSPACE_CONFIG, &bar, 0x10, 4);
    CHECK(BREADTH, bar != 0xFFFFFFFF);
    CHECK(BREADTH, bus.GetBusData(bus.Context, PCI_WHICHSPACE_ROM, &bar, 0, 4) == 0 && bus.GetBusData(bus.Context, PCI_WHICHSPACE_CONFIG, &bar, 254, 4) == 2);
    (VOID)bus.GetBusData(bus.Context, PCI_WHICHSPACE_CONFIG, &bar, 0x10, 4);
    address.QuadPart = bar;
    CHECK(BREADTH, bus.TranslateBusAddress(bus.Context, address, 0x1000, &space, &translated) && translated.QuadPart == address.QuadPart && space == 0);
    CHECK(BREADTH, !bus.TranslateBusAddress(bus.Context, address, 0x1001, &space, &translated));
    bus.InterfaceDereference(bus.Context);
}

// A driver's own adapter through DMA_OPERATIONS, version 2.
static
VOID
Adapter(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    DEVICE_DESCRIPTION description;
    PDMA_ADAPTER adapter;
    PDMA_OPERATIONS operations;
    PHYSICAL_ADDRESS logical;
    PDEVICE_OBJECT fdo = WdfDeviceWdmGetDeviceObject(Context->Device);
    BUFFER buffer;
    PVOID common;
    ULONG registers = 0;
    ULONG size = 0;
    ULONG length;
    KIRQL old;

    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    (VOID)AllocateBuffer(&buffer, 0x5000);
    RtlZeroMemory(&description, sizeof(description));
    description.Version = DEVICE_DESCRIPTION_VERSION2;
    description.Master = TRUE;
    description.ScatterGather = TRUE;
    description.Dma64BitAddresses = TRUE;
    description.MaximumLength = 0x10000;
    description.InterfaceType = PCIBus;
    adapter = IoGetDmaAdapter(WdfDeviceWdmGetPhysicalDevice(Context->Device), &description, &registers);
    CHECK("12.2.1", adapter != NULL && registers == 17);
    operations = adapter->DmaOperations;
    CHECK("12.1", adapter->Version == 2 && adapter->Size == sizeof(DMA_ADAPTER) && operations->Size == FIELD_OFFSET(DMA_OPERATIONS, GetDmaAdapterInfo));
    CHECK("12.2.3", operations->GetDmaAlignment(adapter) >= 1);
    CHECK("12.2.2", operations->CalculateScatterGatherList(adapter, NULL, NULL, registers * PAGE_SIZE, &size, &registers) == STATUS_SUCCESS && registers == 17 && size >= 17 * sizeof(SCATTER_GATHER_ELEMENT));
    common = operations->AllocateCommonBuffer(adapter, 100, &logical, TRUE);
    CHECK("12.2.4", common != NULL && ((ULONG_PTR)common & (PAGE_SIZE - 1)) == 0 && (logical.QuadPart & (PAGE_SIZE - 1)) == 0);
    operations->FreeCommonBuffer(adapter, 100, logical, common, TRUE);

    KeRaiseIrql(DISPATCH_LEVEL, &old);
    ListBytes = 0;
    CHECK("12.2.5", operations->GetScatterGatherList(adapter, fdo, buffer.Mdl, (PUCHAR)MmGetMdlVirtualAddress(buffer.Mdl) + 10, 0x4000, ListControl, &List, TRUE) == STATUS_SUCCESS);
    CHECK("12.2.5,12.3.8", ListBytes == 0x4000 && ListElements >= 1);
    operations->PutScatterGatherList(adapter, List, TRUE);
    {
        ULONG small[4];

        CHECK("12.2.5", operations->BuildScatterGatherList(adapter, fdo, buffer.Mdl, MmGetMdlVirtualAddress(buffer.Mdl), 0x4000, ListControl, &List, TRUE, small, sizeof(small)) == STATUS_BUFFER_TOO_SMALL);
    }
    // Channel, map, flush, free.
    CHECK("12.2.7", operations->AllocateAdapterChannel(adapter, fdo, 5, AdapterControl, NULL) == STATUS_SUCCESS && MapRegisters != NULL);
    length = 0x3000;
    logical = operations->MapTransfer(adapter, buffer.Mdl, MapRegisters, MmGetMdlVirtualAddress(buffer.Mdl), &length, FALSE);
    CHECK("12.2.8", logical.QuadPart != 0 && length > 0 && length <= 0x3000);
    CHECK("12.2.9", operations->FlushAdapterBuffers(adapter, buffer.Mdl, MapRegisters, MmGetMdlVirtualAddress(buffer.Mdl), length, FALSE));
    operations->FreeMapRegisters(adapter, MapRegisters, 5);
    KeLowerIrql(old);
    operations->PutDmaAdapter(adapter);
    FreeBuffer(&buffer);
    description.Master = FALSE;
    CHECK("12.2.1", IoGetDmaAdapter(WdfDeviceWdmGetPhysicalDevice(Context->Device), &description, &registers) == NULL);
}

// Version 3: transfer contexts, information, extended mapping.
static
VOID
ExtendedAdapter(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    DEVICE_DESCRIPTION description;
    DMA_ADAPTER_INFO info;
    DMA_TRANSFER_INFO transfer;
    PDMA_ADAPTER adapter;
    PDMA_OPERATIONS operations;
    PDEVICE_OBJECT fdo = WdfDeviceWdmGetDeviceObject(Context->Device);
    BUFFER buffer;
    UCHAR transferContext[DMA_TRANSFER_CONTEXT_SIZE_V1];
    UCHAR list[sizeof(SCATTER_GATHER_LIST) + 8 * sizeof(SCATTER_GATHER_ELEMENT)];
    PVOID base = NULL;
    ULONG registers;
    ULONG length;
    KIRQL old;

    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    (VOID)AllocateBuffer(&buffer, 0x5000);
    RtlZeroMemory(&description, sizeof(description));
    description.Version = DEVICE_DESCRIPTION_VERSION3;
    description.Master = TRUE;
    description.ScatterGather = TRUE;
    description.DmaAddressWidth = 40;
    description.MaximumLength = 0x10000;
    adapter = IoGetDmaAdapter(WdfDeviceWdmGetPhysicalDevice(Context->Device), &description, &registers);
    operations = adapter->DmaOperations;
    CHECK("12.1", adapter->Version == 3 && operations->Size >= FIELD_OFFSET(DMA_OPERATIONS, AllocateDomainCommonBuffer));
    info.Version = DMA_ADAPTER_INFO_VERSION1;
    CHECK("12.1", operations->GetDmaAdapterInfo(adapter, &info) == STATUS_SUCCESS && info.V1.DmaAddressWidth == 40 && info.V1.ScatterGatherLimit == registers);
    transfer.Version = 0;
    CHECK("12.2.13,3.11.6", operations->GetDmaTransferInfo(adapter, buffer.Mdl, 0, 0x2000, TRUE, &transfer) == STATUS_NOT_SUPPORTED);
    transfer.Version = DMA_TRANSFER_INFO_VERSION1;
    CHECK("12.2.13", operations->GetDmaTransferInfo(adapter, buffer.Mdl, 0, 0x2000, TRUE, &transfer) == STATUS_SUCCESS && transfer.V1.MapRegisterCount >= 2);
    CHECK("12.1", operations->InitializeDmaTransferContext(adapter, transferContext) == STATUS_SUCCESS);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    CHECK("12.2.7", operations->AllocateAdapterChannelEx(adapter, fdo, transferContext, 6, 0, NULL, NULL, &base) == STATUS_SUCCESS && base != NULL);
    CHECK("12.2.11", !operations->CancelAdapterChannel(adapter, fdo, transferContext));
    length = 0x4000;
    CHECK("12.2.8", operations->MapTransferEx(adapter, buffer.Mdl, base, 16, 0, &length, TRUE, (PSCATTER_GATHER_LIST)list, sizeof(list), NULL, NULL) == STATUS_SUCCESS);
    CHECK("12.2.8", length == 0x4000 && ((PSCATTER_GATHER_LIST)list)->NumberOfElements >= 1);
    CHECK("12.2.9", operations->FlushAdapterBuffersEx(adapter, buffer.Mdl, base, 16, length, TRUE) == STATUS_SUCCESS);
    operations->FreeAdapterObject(adapter, DeallocateObject);
    (VOID)operations->InitializeDmaTransferContext(adapter, transferContext);
    CHECK("12.2.5", operations->BuildScatterGatherListEx(adapter, fdo, transferContext, buffer.Mdl, 0, 0x1000, DMA_SYNCHRONOUS_CALLBACK, ListControl, &List, TRUE, list, sizeof(list), NULL, NULL, NULL) == STATUS_SUCCESS);
    operations->PutScatterGatherList(adapter, List, TRUE);
    KeLowerIrql(old);
    operations->PutDmaAdapter(adapter);
    FreeBuffer(&buffer);
}

// Idle references, the local I/O target, properties, registry tables, WMI.
static
NTSTATUS
QueryRoutine(
    _In_ PWSTR ValueName,
    _In_ ULONG ValueType,
    _In_ PVOID ValueData,
    _In_ ULONG ValueLength,
    _In_ PVOID Context,
    _In_ PVOID EntryContext
    )
{
    UNREFERENCED_PARAMETER(ValueName);
    UNREFERENCED_PARAMETER(EntryContext);
    if (ValueType == REG_DWORD && ValueLength == sizeof(ULONG)) {
        *(PULONG)Context = *(PULONG)ValueData;
    }
    return STATUS_SUCCESS;
}

static
VOID
EvtCompletion(
    _In_ WDFREQUEST Request,
    _In_ WDFIOTARGET Target,
    _In_ PWDF_REQUEST_COMPLETION_PARAMS Params,
    _In_ WDFCONTEXT Context
    )
{
    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Target);
    *(NTSTATUS *)Context = Params->IoStatus.Status;
}

static
VOID
Others(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDFIOTARGET target = WdfDeviceGetIoTarget(Context->Device);
    WDF_REQUEST_SEND_OPTIONS options;
    WDF_REQUEST_REUSE_PARAMS reuse;
    WDFREQUEST request = NULL;
    WDFMEMORY memory;
    RTL_QUERY_REGISTRY_TABLE table[3];
    UNICODE_STRING path;
    NTSTATUS status = STATUS_PENDING;
    ULONG direct = 0;
    ULONG routine = 0;
    ULONG fallback = 77;

    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    CHECK(BREADTH, WdfDeviceStopIdle(Context->Device, TRUE) == STATUS_SUCCESS);
    WdfDeviceResumeIdle(Context->Device);
    VIOLATION(BREADTH, "pwr-stopidle-unbalanced");
    WdfDeviceResumeIdle(Context->Device);

    // The bus driver below has no read, write or control requests.
    CHECK(BREADTH, WdfIoTargetGetState(target) == WdfIoTargetStarted && WdfIoTargetGetDevice(target) == Context->Device);
    CHECK(BREADTH, WdfIoTargetSendIoctlSynchronously(target, NULL, IOCTL_RUN, NULL, NULL, NULL, NULL) == STATUS_INVALID_DEVICE_REQUEST);
    (VOID)WdfRequestCreate(WDF_NO_OBJECT_ATTRIBUTES, target, &request);
    (VOID)WdfMemoryCreate(WDF_NO_OBJECT_ATTRIBUTES, NonPagedPoolNx, POOL_TAG, 64, &memory, NULL);
    CHECK(BREADTH, WdfIoTargetFormatRequestForRead(target, request, memory, NULL, NULL) == STATUS_SUCCESS);
    WdfRequestSetCompletionRoutine(request, EvtCompletion, &status);
    CHECK(BREADTH, WdfRequestSend(request, target, WDF_NO_SEND_OPTIONS) && status == STATUS_INVALID_DEVICE_REQUEST);
    CHECK(BREADTH, WdfRequestGetStatus(request) == STATUS_INVALID_DEVICE_REQUEST);
    // A stopped target keeps it until the time-out.
    WDF_REQUEST_REUSE_PARAMS_INIT(&reuse, WDF_REQUEST_REUSE_NO_FLAGS, STATUS_SUCCESS);
    CHECK(BREADTH, WdfRequestReuse(request, &reuse) == STATUS_SUCCESS && WdfRequestGetStatus(request) == STATUS_SUCCESS);
    WdfIoTargetStop(target, WdfIoTargetWaitForSentIoToComplete);
    (VOID)WdfIoTargetFormatRequestForWrite(target, request, memory, NULL, NULL);
    WDF_REQUEST_SEND_OPTIONS_INIT(&options, WDF_REQUEST_SEND_OPTION_SYNCHRONOUS);
    WDF_REQUEST_SEND_OPTIONS_SET_TIMEOUT(&options, WDF_REL_TIMEOUT_IN_MS(1));
    CHECK(BREADTH, WdfRequestSend(request, target, &options) && WdfRequestGetStatus(request) == STATUS_IO_TIMEOUT);
    CHECK(BREADTH, WdfIoTargetStart(target) == STATUS_SUCCESS);
    WdfObjectDelete(request);
    WdfObjectDelete(memory);

    RtlZeroMemory(table, sizeof(table));
    table[0].Flags = RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_REQUIRED;
    table[0].Name = L"Quiet";
    table[0].EntryContext = &direct;
    table[1].Flags = RTL_QUERY_REGISTRY_DIRECT;
    table[1].Name = L"Missing";
    table[1].EntryContext = &fallback;
    table[1].DefaultType = REG_DWORD;
    table[1].DefaultData = &fallback;
    table[1].DefaultLength = sizeof(ULONG);
    RtlInitUnicodeString(&path, L"kmdf\\Parameters");
    CHECK(BREADTH, RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, WdfDriverGetRegistryPath(Driver), table, NULL, NULL) == STATUS_OBJECT_NAME_NOT_FOUND);
    table[0].Flags = RTL_QUERY_REGISTRY_DIRECT;
    CHECK(BREADTH, RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, WdfDriverGetRegistryPath(Driver), table, NULL, NULL) == STATUS_SUCCESS && fallback == 77);
    RtlZeroMemory(table, sizeof(table));
    table[0].Flags = RTL_QUERY_REGISTRY_SUBKEY;
    table[0].Name = L"Parameters";
    table[1].QueryRoutine = QueryRoutine;
    table[1].Name = L"Marker";
    CHECK(BREADTH, RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE, WdfDriverGetRegistryPath(Driver), table, &routine, NULL) == STATUS_SUCCESS && routine == 0x4242);
    UNREFERENCED_PARAMETER(path);
    UNREFERENCED_PARAMETER(direct);
}

// WdfDeviceStopIdle wakes an idle device and keeps it in D0.
static
VOID
StopIdle(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    LARGE_INTEGER interval;

    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    Trace("WdfDeviceStopIdle");
    Trace("WdfDeviceStopIdle(TRUE): 0x%08x", WdfDeviceStopIdle(Context->Device, TRUE));
    CHECK("7.7", ReadRegister(Context, REG_MOVED) != 0xFFFFFFFF);
    interval.QuadPart = WDF_REL_TIMEOUT_IN_MS(30);
    (VOID)KeDelayExecutionThread(KernelMode, FALSE, &interval);
    Trace("WdfDeviceResumeIdle");
    WdfDeviceResumeIdle(Context->Device);
}

const TEST BreadthTests[] = {
    { "bus-interface", BusInterface },
    { "adapter", Adapter },
    { "adapter-v3", ExtendedAdapter },
    { "others", Others },
    { "stop-idle", StopIdle },
    { NULL, NULL },
};
