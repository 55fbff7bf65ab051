// SPDX-License-Identifier: MIT
/*++

    A bus driver with dynamic children (slots), one static child and a control device. What happens is printed as

        . text [irql]              the course, for golden files
        ok ROW / FAIL ROW line     checks

    IOCTLs of the bus: plug and unplug a slot, list the children, eject, and a scan.

--*/
#include <ntddk.h>
#include <wdf.h>
#include <ntstrsafe.h>
#include <initguid.h>

#define POOL_TAG ' suB'

// {9B2A60F1-54C8-4E9C-9E2B-0C4D2A7B5A01}
DEFINE_GUID(GUID_CHILD, 0x9b2a60f1, 0x54c8, 0x4e9c, 0x9e, 0x2b, 0x0c, 0x4d, 0x2a, 0x7b, 0x5a, 0x01);
// {9B2A60F1-54C8-4E9C-9E2B-0C4D2A7B5A02}
DEFINE_GUID(GUID_CHILD_CLASS, 0x9b2a60f1, 0x54c8, 0x4e9c, 0x9e, 0x2b, 0x0c, 0x4d, 0x2a, 0x7b, 0x5a, 0x02);

#define BUS_IOCTL(n) CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 + (n), METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_RUN BUS_IOCTL(0)

typedef struct _SLOT_DESCRIPTION {
    WDF_CHILD_IDENTIFICATION_DESCRIPTION_HEADER Header;
    ULONG Slot;
    PWSTR Name;             // in pool: duplicated and cleaned up by the callbacks
} SLOT_DESCRIPTION, *PSLOT_DESCRIPTION;

typedef struct _SLOT_ADDRESS {
    WDF_CHILD_ADDRESS_DESCRIPTION_HEADER Header;
    ULONG Address;
} SLOT_ADDRESS, *PSLOT_ADDRESS;

typedef struct _BUS_CONTEXT {
    ULONG Plugged;          // bits of the slots that the scan finds
    WDFDEVICE Static;
    WDFDEVICE Control;
    WDFQUEUE ParentQueue;
} BUS_CONTEXT, *PBUS_CONTEXT;
WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(BUS_CONTEXT, GetBus)

typedef struct _CHILD_CONTEXT {
    ULONG Slot;
} CHILD_CONTEXT, *PCHILD_CONTEXT;
WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(CHILD_CONTEXT, GetChild)

DRIVER_INITIALIZE DriverEntry;
static EVT_WDF_DRIVER_DEVICE_ADD EvtDeviceAdd;
static EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL EvtIoDeviceControl;
static EVT_WDF_CHILD_LIST_CREATE_DEVICE EvtCreateDevice;
static EVT_WDF_CHILD_LIST_SCAN_FOR_CHILDREN EvtScan;
static EVT_WDF_CHILD_LIST_IDENTIFICATION_DESCRIPTION_DUPLICATE EvtDuplicate;
static EVT_WDF_CHILD_LIST_IDENTIFICATION_DESCRIPTION_COMPARE EvtCompare;
static EVT_WDF_CHILD_LIST_IDENTIFICATION_DESCRIPTION_CLEANUP EvtCleanup;
static EVT_WDF_CHILD_LIST_IDENTIFICATION_DESCRIPTION_COPY EvtCopy;

static WDFDRIVER Driver;
static ULONG Duplicated;
static ULONG CleanedUp;
static ULONG Quiet;

static
VOID
Trace(
    _In_ PCSTR Format,
    ...
    )
{
    va_list arguments;
    CHAR text[160];

    if (Quiet != 0) {
        return;
    }
    va_start(arguments, Format);
    RtlStringCbVPrintfA(text, sizeof(text), Format, arguments);
    va_end(arguments);
    DbgPrint(". %s [%u]\n", text, KeGetCurrentIrql());
}

#define CHECK(row, expression) DbgPrint((expression) ? "ok %s\n" : "FAIL %s line %u: %s\n", row, __LINE__, #expression)

static
ULONG
Setting(
    _In_ PCWSTR Name
    )
{
    WDFKEY key;
    UNICODE_STRING name;
    ULONG value = 0;

    if (NT_SUCCESS(WdfDriverOpenParametersRegistryKey(Driver, KEY_READ, WDF_NO_OBJECT_ATTRIBUTES, &key))) {
        RtlInitUnicodeString(&name, Name);
        (VOID)WdfRegistryQueryULong(key, &name, &value);
        WdfRegistryClose(key);
    }
    return value;
}

NTSTATUS
DriverEntry(
    _In_ PDRIVER_OBJECT DriverObject,
    _In_ PUNICODE_STRING RegistryPath
    )
{
    WDF_DRIVER_CONFIG config;
    NTSTATUS status;

    WDF_DRIVER_CONFIG_INIT(&config, EvtDeviceAdd);
    config.DriverPoolTag = POOL_TAG;
    status = WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config, &Driver);
    Quiet = Setting(L"Quiet");
    return status;
}

// Children

static
VOID
Describe(
    _Out_ PSLOT_DESCRIPTION Description,
    _In_ ULONG Slot
    )
{
    WDF_CHILD_IDENTIFICATION_DESCRIPTION_HEADER_INIT(&Description->Header, sizeof(*Description));
    Description->Slot = Slot;
    Description->Name = L"slot";
}

static
NTSTATUS
EvtDuplicate(
    _In_ WDFCHILDLIST ChildList,
    _In_ PWDF_CHILD_IDENTIFICATION_DESCRIPTION_HEADER Source,
    _Out_ PWDF_CHILD_IDENTIFICATION_DESCRIPTION_HEADER Destination
    )
{
    PSLOT_DESCRIPTION from = CONTAINING_RECORD(Source, SLOT_DESCRIPTION, Header);
    PSLOT_DESCRIPTION to = CONTAINING_RECORD(Destination, SLOT_DESCRIPTION, Header);

    UNREFERENCED_PARAMETER(ChildList);
    to->Slot = from->Slot;
    to->Name = ExAllocatePool2(POOL_FLAG_NON_PAGED, 16, POOL_TAG);
    Duplicated++;
    return to->Name == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

static
VOID
EvtCopy(
    _In_ WDFCHILDLIST ChildList,
    _In_ PWDF_CHILD_IDENTIFICATION_DESCRIPTION_HEADER Source,
    _Out_ PWDF_CHILD_IDENTIFICATION_DESCRIPTION_HEADER Destination
    )
{
    UNREFERENCED_PARAMETER(ChildList);
    CONTAINING_RECORD(Destination, SLOT_DESCRIPTION, Header)->Slot = CONTAINING_RECORD(Source, SLOT_DESCRIPTION, Header)->Slot;
}

static
BOOLEAN
EvtCompare(
    _In_ WDFCHILDLIST ChildList,
    _In_ PWDF_CHILD_IDENTIFICATION_DESCRIPTION_HEADER First,
    _In_ PWDF_CHILD_IDENTIFICATION_DESCRIPTION_HEADER Second
    )
{
    UNREFERENCED_PARAMETER(ChildList);
    return CONTAINING_RECORD(First, SLOT_DESCRIPTION, Header)->Slot == CONTAINING_RECORD(Second, SLOT_DESCRIPTION, Header)->Slot;
}

static
VOID
EvtCleanup(
    _In_ WDFCHILDLIST ChildList,
    _Inout_ PWDF_CHILD_IDENTIFICATION_DESCRIPTION_HEADER Description
    )
{
    UNREFERENCED_PARAMETER(ChildList);
    ExFreePoolWithTag(CONTAINING_RECORD(Description, SLOT_DESCRIPTION, Header)->Name, POOL_TAG);
    CleanedUp++;
}

static
NTSTATUS
EvtChildPrepareHardware(
    _In_ WDFDEVICE Device,
    _In_ WDFCMRESLIST Raw,
    _In_ WDFCMRESLIST Translated
    )
{
    PCM_PARTIAL_RESOURCE_DESCRIPTOR descriptor = WdfCmResourceListGetDescriptor(Translated, 0);

    Trace("child %u: EvtDevicePrepareHardware(%u raw)", GetChild(Device)->Slot, WdfCmResourceListGetCount(Raw));
    if (GetChild(Device)->Slot == 1) {
        CHECK("7.2.7", descriptor != NULL && descriptor->Type == CmResourceTypeMemory && descriptor->u.Memory.Start.QuadPart == 0x4000 && descriptor->u.Memory.Length == 0x100);
    }
    return STATUS_SUCCESS;
}

static
NTSTATUS
EvtChildReleaseHardware(
    _In_ WDFDEVICE Device,
    _In_ WDFCMRESLIST Translated
    )
{
    UNREFERENCED_PARAMETER(Translated);
    Trace("child %u: EvtDeviceReleaseHardware", GetChild(Device)->Slot);
    return STATUS_SUCCESS;
}

static
NTSTATUS
EvtChildD0Entry(
    _In_ WDFDEVICE Device,
    _In_ WDF_POWER_DEVICE_STATE Previous
    )
{
    UNREFERENCED_PARAMETER(Previous);
    Trace("child %u: EvtDeviceD0Entry", GetChild(Device)->Slot);
    return STATUS_SUCCESS;
}

static
NTSTATUS
EvtChildD0Exit(
    _In_ WDFDEVICE Device,
    _In_ WDF_POWER_DEVICE_STATE Target
    )
{
    UNREFERENCED_PARAMETER(Target);
    Trace("child %u: EvtDeviceD0Exit", GetChild(Device)->Slot);
    return STATUS_SUCCESS;
}

static
VOID
EvtChildSurpriseRemoval(
    _In_ WDFDEVICE Device
    )
{
    Trace("child %u: EvtDeviceSurpriseRemoval", GetChild(Device)->Slot);
}

static
VOID
EvtChildCleanup(
    _In_ WDFOBJECT Device
    )
{
    Trace("child %u: EvtCleanupCallback", GetChild(Device)->Slot);
}

static
NTSTATUS
EvtResourcesQuery(
    _In_ WDFDEVICE Device,
    _In_ WDFCMRESLIST Resources
    )
{
    CM_PARTIAL_RESOURCE_DESCRIPTOR descriptor = { 0 };

    Trace("child %u: EvtDeviceResourcesQuery", GetChild(Device)->Slot);
    descriptor.Type = CmResourceTypeMemory;
    descriptor.u.Memory.Start.QuadPart = 0x1000;
    descriptor.u.Memory.Length = 0x100;
    CHECK("7.2.7", WdfCmResourceListInsertDescriptor(Resources, &descriptor, 1) == STATUS_INVALID_PARAMETER);
    CHECK("7.2.7", NT_SUCCESS(WdfCmResourceListAppendDescriptor(Resources, &descriptor)) && WdfCmResourceListGetCount(Resources) == 1);
    CHECK("7.2.7", NT_SUCCESS(WdfCmResourceListInsertDescriptor(Resources, &descriptor, 0)) && WdfCmResourceListGetCount(Resources) == 2);
    WdfCmResourceListRemove(Resources, 1);
    WdfCmResourceListRemoveByDescriptor(Resources, WdfCmResourceListGetDescriptor(Resources, 0));
    CHECK("7.2.7", WdfCmResourceListGetCount(Resources) == 0 && WdfCmResourceListGetDescriptor(Resources, 0) == NULL);
    return WdfCmResourceListAppendDescriptor(Resources, &descriptor);
}

static
NTSTATUS
EvtRequirementsQuery(
    _In_ WDFDEVICE Device,
    _In_ WDFIORESREQLIST Requirements
    )
{
    IO_RESOURCE_DESCRIPTOR descriptor = { 0 };
    WDFIORESLIST list;
    WDFIORESLIST other;

    Trace("child %u: EvtDeviceResourceRequirementsQuery", GetChild(Device)->Slot);
    if (GetChild(Device)->Slot != 1) {
        return STATUS_SUCCESS;
    }
    WdfIoResourceRequirementsListSetInterfaceType(Requirements, InterfaceTypeUndefined);
    WdfIoResourceRequirementsListSetSlotNumber(Requirements, 1);
    CHECK("7.2.7", NT_SUCCESS(WdfIoResourceListCreate(Requirements, WDF_NO_OBJECT_ATTRIBUTES, &list)));
    CHECK("7.2.7", NT_SUCCESS(WdfIoResourceListCreate(Requirements, WDF_NO_OBJECT_ATTRIBUTES, &other)));
    descriptor.Type = CmResourceTypeMemory;
    descriptor.u.Memory.Length = 0x100;
    descriptor.u.Memory.Alignment = 0x100;
    descriptor.u.Memory.MinimumAddress.QuadPart = 0x4000;
    descriptor.u.Memory.MaximumAddress.QuadPart = 0x4fff;
    CHECK("7.2.7", NT_SUCCESS(WdfIoResourceListAppendDescriptor(list, &descriptor)) && WdfIoResourceListGetCount(list) == 1);
    descriptor.u.Memory.Length = 0x80;
    CHECK("7.2.7", NT_SUCCESS(WdfIoResourceListInsertDescriptor(list, &descriptor, 0)) && WdfIoResourceListGetDescriptor(list, 0)->u.Memory.Length == 0x80);
    WdfIoResourceListRemoveByDescriptor(list, &descriptor);
    descriptor.u.Memory.Length = 0x100;
    descriptor.u.Memory.MaximumAddress.QuadPart = 0x40ff;
    WdfIoResourceListUpdateDescriptor(list, &descriptor, 0);
    CHECK("7.2.7", WdfIoResourceListGetDescriptor(list, 0)->u.Memory.MaximumAddress.QuadPart == 0x40ff && WdfIoResourceListGetDescriptor(list, 1) == NULL);
    CHECK("7.2.7", NT_SUCCESS(WdfIoResourceRequirementsListAppendIoResList(Requirements, other)));
    CHECK("7.2.7", NT_SUCCESS(WdfIoResourceRequirementsListInsertIoResList(Requirements, list, 0)));
    CHECK("7.2.7", WdfIoResourceRequirementsListGetCount(Requirements) == 2 && WdfIoResourceRequirementsListGetIoResList(Requirements, 0) == list);
    WdfIoResourceRequirementsListRemoveByIoResList(Requirements, other);
    CHECK("7.2.7", WdfIoResourceRequirementsListGetCount(Requirements) == 1 && WdfIoResourceRequirementsListGetIoResList(Requirements, 1) == NULL);
    return STATUS_SUCCESS;
}

static
VOID
EvtReportedMissing(
    _In_ WDFDEVICE Device
    )
{
    Trace("child %u: EvtDeviceReportedMissing", GetChild(Device)->Slot);
}

static
NTSTATUS
EvtEject(
    _In_ WDFDEVICE Device
    )
{
    Trace("child %u: EvtDeviceEject", GetChild(Device)->Slot);
    return STATUS_SUCCESS;
}

static
VOID
EvtChildIoRead(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t Length
    )
{
    PUCHAR buffer;

    Trace("child %u: EvtIoRead(%u)", GetChild(WdfIoQueueGetDevice(Queue))->Slot, (ULONG)Length);
    if (NT_SUCCESS(WdfRequestRetrieveOutputBuffer(Request, Length, (PVOID *)&buffer, NULL))) {
        RtlFillMemory(buffer, Length, (UCHAR)GetChild(WdfIoQueueGetDevice(Queue))->Slot);
    }
    WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, Length);
}

static
VOID
EvtChildIoWrite(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t Length
    )
{
    WDF_REQUEST_FORWARD_OPTIONS options;
    WDFDEVICE parent = WdfPdoGetParent(WdfIoQueueGetDevice(Queue));
    NTSTATUS status;

    Trace("child %u: EvtIoWrite(%u)", GetChild(WdfIoQueueGetDevice(Queue))->Slot, (ULONG)Length);
    WDF_REQUEST_FORWARD_OPTIONS_INIT(&options);
    status = WdfRequestForwardToParentDeviceIoQueue(Request, GetBus(parent)->ParentQueue, &options);
    if (!NT_SUCCESS(status)) {
        WdfRequestComplete(Request, status);
    }
}

static
VOID
EvtParentIoWrite(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t Length
    )
{
    UNREFERENCED_PARAMETER(Queue);
    Trace("bus: EvtIoWrite(%u) from a child", (ULONG)Length);
    WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, Length);
}

static
NTSTATUS
SetUpChild(
    _In_ PWDFDEVICE_INIT Init,
    _In_ ULONG Slot,
    _Out_ WDFDEVICE *Device
    )
{
    DECLARE_CONST_UNICODE_STRING(deviceId, L"BUS\\Child");
    DECLARE_CONST_UNICODE_STRING(compatibleId, L"BUS\\Generic");
    DECLARE_CONST_UNICODE_STRING(description, L"A child");
    DECLARE_CONST_UNICODE_STRING(location, L"Slot");
    DECLARE_CONST_UNICODE_STRING(container, L"{00000000-0000-0000-ffff-ffffffffffff}");
    DECLARE_UNICODE_STRING_SIZE(instance, 8);
    WDF_PDO_EVENT_CALLBACKS pdo;
    WDF_PNPPOWER_EVENT_CALLBACKS pnp;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_IO_QUEUE_CONFIG queue;
    NTSTATUS status;

    WDF_PDO_EVENT_CALLBACKS_INIT(&pdo);
    pdo.EvtDeviceResourcesQuery = EvtResourcesQuery;
    pdo.EvtDeviceResourceRequirementsQuery = EvtRequirementsQuery;
    pdo.EvtDeviceEject = EvtEject;
    pdo.EvtDeviceReportedMissing = EvtReportedMissing;
    WdfPdoInitSetEventCallbacks(Init, &pdo);
    if (Setting(L"NoDeviceId") == 0) {
        CHECK("7.2.7", NT_SUCCESS(WdfPdoInitAssignDeviceID(Init, &deviceId)));
    }
    (VOID)RtlUnicodeStringPrintf(&instance, L"%02u", Setting(L"SameInstance") != 0 ? 0 : Slot);
    CHECK("7.2.7", NT_SUCCESS(WdfPdoInitAssignInstanceID(Init, &instance)) && NT_SUCCESS(WdfPdoInitAddHardwareID(Init, &deviceId)));
    CHECK("7.2.7", NT_SUCCESS(WdfPdoInitAddCompatibleID(Init, &compatibleId)) && NT_SUCCESS(WdfPdoInitAssignContainerID(Init, &container)));
    CHECK("7.2.7", NT_SUCCESS(WdfPdoInitAddDeviceText(Init, &description, &location, 0x409)) && NT_SUCCESS(WdfPdoInitAssignRawDevice(Init, &GUID_CHILD_CLASS)));
    WdfPdoInitSetDefaultLocale(Init, 0x409);
    WdfPdoInitAllowForwardingRequestToParent(Init);

    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&pnp);
    pnp.EvtDevicePrepareHardware = EvtChildPrepareHardware;
    pnp.EvtDeviceReleaseHardware = EvtChildReleaseHardware;
    pnp.EvtDeviceD0Entry = EvtChildD0Entry;
    pnp.EvtDeviceD0Exit = EvtChildD0Exit;
    pnp.EvtDeviceSurpriseRemoval = EvtChildSurpriseRemoval;
    WdfDeviceInitSetPnpPowerEventCallbacks(Init, &pnp);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, CHILD_CONTEXT);
    attributes.EvtCleanupCallback = EvtChildCleanup;
    status = WdfDeviceCreate(&Init, &attributes, Device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    GetChild(*Device)->Slot = Slot;
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&queue, WdfIoQueueDispatchParallel);
    queue.EvtIoRead = EvtChildIoRead;
    queue.EvtIoWrite = EvtChildIoWrite;
    status = WdfIoQueueCreate(*Device, &queue, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
    return NT_SUCCESS(status) ? WdfDeviceCreateDeviceInterface(*Device, &GUID_CHILD, NULL) : status;
}

static
NTSTATUS
EvtCreateDevice(
    _In_ WDFCHILDLIST ChildList,
    _In_ PWDF_CHILD_IDENTIFICATION_DESCRIPTION_HEADER Description,
    _In_ PWDFDEVICE_INIT Init
    )
{
    ULONG slot = CONTAINING_RECORD(Description, SLOT_DESCRIPTION, Header)->Slot;
    WDFDEVICE device;

    UNREFERENCED_PARAMETER(ChildList);
    Trace("EvtChildListCreateDevice(%u)", slot);
    if (slot == 7) {
        return STATUS_UNSUCCESSFUL;
    }
    return SetUpChild(Init, slot, &device);
}

static
VOID
EvtScan(
    _In_ WDFCHILDLIST ChildList
    )
{
    PBUS_CONTEXT bus = GetBus(WdfChildListGetDevice(ChildList));
    SLOT_DESCRIPTION description;
    SLOT_ADDRESS address;
    ULONG slot;

    Trace("EvtChildListScanForChildren(%x)", bus->Plugged);
    WdfChildListBeginScan(ChildList);
    for (slot = 0; slot < 8; slot++) {
        if ((bus->Plugged & (1u << slot)) != 0) {
            Describe(&description, slot);
            WDF_CHILD_ADDRESS_DESCRIPTION_HEADER_INIT(&address.Header, sizeof(address));
            address.Address = 0x100 + slot;
            (VOID)WdfChildListAddOrUpdateChildDescriptionAsPresent(ChildList, &description.Header, &address.Header);
        }
    }
    WdfChildListEndScan(ChildList);
}

// Tests

static
ULONG
CountChildren(
    _In_ WDFCHILDLIST List,
    _In_ ULONG Flags,
    _Out_ PULONG Created
    )
{
    WDF_CHILD_LIST_ITERATOR iterator;
    WDF_CHILD_RETRIEVE_INFO info;
    SLOT_DESCRIPTION description;
    WDFDEVICE device;
    ULONG count = 0;

    *Created = 0;
    WDF_CHILD_LIST_ITERATOR_INIT(&iterator, Flags);
    WdfChildListBeginIteration(List, &iterator);
    for (;;) {
        Describe(&description, 99);
        WDF_CHILD_RETRIEVE_INFO_INIT(&info, &description.Header);
        if (WdfChildListRetrieveNextDevice(List, &iterator, &device, &info) != STATUS_SUCCESS) {
            break;
        }
        count++;
        if (info.Status == WdfChildListRetrieveDeviceSuccess && GetChild(device)->Slot == description.Slot) {
            (*Created)++;
        }
    }
    WdfChildListEndIteration(List, &iterator);
    return count;
}

// A list that is in order: slots 0 and 1 are there.
static
VOID
Lists(
    _In_ WDFDEVICE Device
    )
{
    WDFCHILDLIST list = WdfFdoGetDefaultChildList(Device);
    WDF_CHILD_RETRIEVE_INFO info;
    SLOT_DESCRIPTION description;
    SLOT_DESCRIPTION copy;
    SLOT_ADDRESS address;
    SLOT_ADDRESS found;
    WDFDEVICE child;
    ULONG created;

    CHECK("7.2.7", list != NULL && WdfChildListGetDevice(list) == Device);
    CHECK("7.2.7", CountChildren(list, WdfRetrievePresentChildren, &created) == 2 && created == 2);
    CHECK("7.2.7", CountChildren(list, WdfRetrieveMissingChildren, &created) == 0);
    Describe(&description, 1);
    WDF_CHILD_ADDRESS_DESCRIPTION_HEADER_INIT(&address.Header, sizeof(address));
    address.Address = 0x777;
    CHECK("7.2.7", WdfChildListAddOrUpdateChildDescriptionAsPresent(list, &description.Header, &address.Header) == STATUS_OBJECT_NAME_EXISTS);
    WDF_CHILD_ADDRESS_DESCRIPTION_HEADER_INIT(&found.Header, sizeof(found));
    CHECK("7.2.7", NT_SUCCESS(WdfChildListRetrieveAddressDescription(list, &description.Header, &found.Header)) && found.Address == 0x777);
    WDF_CHILD_RETRIEVE_INFO_INIT(&info, &description.Header);
    child = WdfChildListRetrievePdo(list, &info);
    CHECK("7.2.7", child != NULL && info.Status == WdfChildListRetrieveDeviceSuccess && GetChild(child)->Slot == 1 && WdfPdoGetParent(child) == Device);
    CHECK("7.2.7", WdfDeviceWdmGetPhysicalDevice(child) == WdfDeviceWdmGetDeviceObject(child) && WdfDeviceWdmGetAttachedDevice(child) == NULL);
    Describe(&copy, 99);
    CHECK("7.2.7", NT_SUCCESS(WdfPdoRetrieveIdentificationDescription(child, &copy.Header)) && copy.Slot == 1);
    address.Address = 0x888;
    CHECK("7.2.7", NT_SUCCESS(WdfPdoUpdateAddressDescription(child, &address.Header)));
    CHECK("7.2.7", NT_SUCCESS(WdfPdoRetrieveAddressDescription(child, &found.Header)) && found.Address == 0x888);
    Describe(&description, 5);
    CHECK("7.2.7", WdfChildListRetrievePdo(list, &info) == NULL && info.Status == WdfChildListRetrieveDeviceNoSuchDevice);
    CHECK("7.2.7", WdfChildListUpdateChildDescriptionAsMissing(list, &description.Header) == STATUS_NO_SUCH_DEVICE);
    CHECK("7.2.7", !WdfChildListRequestChildEject(list, &description.Header));
    // Ejection relations are kept for the PnP manager.
    CHECK("7.2.7", NT_SUCCESS(WdfPdoAddEjectionRelationsPhysicalDevice(child, WdfDeviceWdmGetPhysicalDevice(Device))));
    WdfPdoRemoveEjectionRelationsPhysicalDevice(child, WdfDeviceWdmGetPhysicalDevice(Device));
    WdfPdoClearEjectionRelationsDevices(child);
    // A scan that reports all as present, and a child that comes and goes inside a scan.
    WdfChildListBeginScan(list);
    Describe(&description, 6);
    CHECK("7.2.7", NT_SUCCESS(WdfChildListAddOrUpdateChildDescriptionAsPresent(list, &description.Header, &address.Header)));
    CHECK("7.2.7", CountChildren(list, WdfRetrievePendingChildren, &created) == 1 && created == 0);
    CHECK("7.2.7", NT_SUCCESS(WdfChildListUpdateChildDescriptionAsMissing(list, &description.Header)));
    WdfChildListUpdateAllChildDescriptionsAsPresent(list);
    WdfChildListEndScan(list);
    CHECK("7.2.7", CountChildren(list, WdfRetrievePresentChildren, &created) == 2);
    CHECK("7.2.7", Duplicated == 3 && CleanedUp == 1);
}

static
VOID
StaticChild(
    _In_ WDFDEVICE Device
    )
{
    PBUS_CONTEXT bus = GetBus(Device);
    PWDFDEVICE_INIT init = WdfPdoInitAllocate(Device);
    WDFDEVICE child;

    CHECK("7.2.7", init != NULL && NT_SUCCESS(SetUpChild(init, 9, &bus->Static)));
    CHECK("7.2.7", NT_SUCCESS(WdfFdoAddStaticChild(Device, bus->Static)) && WdfFdoAddStaticChild(Device, bus->Static) == STATUS_INVALID_PARAMETER);
    WdfFdoLockStaticChildListForIteration(Device);
    child = WdfFdoRetrieveNextStaticChild(Device, NULL, WdfRetrieveAddedChildren);
    CHECK("7.2.7", child == bus->Static && WdfFdoRetrieveNextStaticChild(Device, child, WdfRetrieveAddedChildren) == NULL);
    WdfFdoUnlockStaticChildListFromIteration(Device);
}

static
VOID
EvtControlRead(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t Length
    )
{
    UNREFERENCED_PARAMETER(Queue);
    Trace("control device: EvtIoRead(%u)", (ULONG)Length);
    WdfRequestCompleteWithInformation(Request, STATUS_SUCCESS, 0);
}

static
VOID
EvtShutdown(
    _In_ WDFDEVICE Device
    )
{
    UNREFERENCED_PARAMETER(Device);
    Trace("EvtDeviceShutdownNotification");
}

static
NTSTATUS
CreateControl(
    _In_ PBUS_CONTEXT Bus,
    _In_ BOOLEAN Finish
    )
{
    DECLARE_CONST_UNICODE_STRING(sddl, L"D:P(A;;GA;;;SY)(A;;GA;;;BA)");
    DECLARE_CONST_UNICODE_STRING(name, L"\\Device\\BusControl");
    DECLARE_CONST_UNICODE_STRING(link, L"\\DosDevices\\BusControl");
    PWDFDEVICE_INIT init = WdfControlDeviceInitAllocate(Driver, &sddl);
    PWDFDEVICE_INIT second;
    WDF_IO_QUEUE_CONFIG queue;
    WDFDEVICE other;
    NTSTATUS status;

    if (init == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    WdfControlDeviceInitSetShutdownNotification(init, EvtShutdown, WdfDeviceShutdown);
    status = WdfDeviceInitAssignName(init, &name);
    if (NT_SUCCESS(status)) {
        status = WdfDeviceCreate(&init, WDF_NO_OBJECT_ATTRIBUTES, &Bus->Control);
    }
    if (!NT_SUCCESS(status)) {
        return status;
    }
    CHECK("1.1.1", WdfDeviceWdmGetPhysicalDevice(Bus->Control) == NULL && WdfDeviceWdmGetAttachedDevice(Bus->Control) == NULL);
    CHECK("1.1.1", NT_SUCCESS(WdfDeviceCreateSymbolicLink(Bus->Control, &link)) && WdfDeviceCreateSymbolicLink(Bus->Control, &link) == STATUS_OBJECT_NAME_COLLISION);
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&queue, WdfIoQueueDispatchSequential);
    queue.EvtIoRead = EvtControlRead;
    CHECK("8.1", NT_SUCCESS(WdfIoQueueCreate(Bus->Control, &queue, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE)));
    // A name is given once.
    second = WdfControlDeviceInitAllocate(Driver, &sddl);
    (VOID)WdfDeviceInitAssignName(second, &name);
    CHECK("1.1.1", WdfDeviceCreate(&second, WDF_NO_OBJECT_ATTRIBUTES, &other) == STATUS_OBJECT_NAME_COLLISION && second != NULL);
    WdfDeviceInitFree(second);
    if (Finish) {
        WdfControlFinishInitializing(Bus->Control);
    }
    return STATUS_SUCCESS;
}

static
VOID
EvtIoDeviceControl(
    _In_ WDFQUEUE Queue,
    _In_ WDFREQUEST Request,
    _In_ size_t OutputBufferLength,
    _In_ size_t InputBufferLength,
    _In_ ULONG IoControlCode
    )
{
    WDFDEVICE device = WdfIoQueueGetDevice(Queue);
    PBUS_CONTEXT bus = GetBus(device);
    WDFCHILDLIST list = WdfFdoGetDefaultChildList(device);
    SLOT_DESCRIPTION description;
    SLOT_ADDRESS address;
    PCHAR command;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(InputBufferLength);
    UNREFERENCED_PARAMETER(IoControlCode);
    status = WdfRequestRetrieveInputBuffer(Request, 2, (PVOID *)&command, NULL);
    if (!NT_SUCCESS(status)) {
        WdfRequestComplete(Request, status);
        return;
    }
    Describe(&description, (ULONG)(command[1] - '0'));
    WDF_CHILD_ADDRESS_DESCRIPTION_HEADER_INIT(&address.Header, sizeof(address));
    address.Address = 1;
    switch (command[0]) {
    case 'p':
        bus->Plugged |= 1u << description.Slot;
        status = WdfChildListAddOrUpdateChildDescriptionAsPresent(list, &description.Header, &address.Header);
        break;
    case 'u':
        bus->Plugged &= ~(1u << description.Slot);
        status = WdfChildListUpdateChildDescriptionAsMissing(list, &description.Header);
        break;
    case 'e':
        CHECK("7.2.7", WdfChildListRequestChildEject(list, &description.Header));
        break;
    case 's':
        StaticChild(device);
        break;
    case 'm':
        CHECK("7.2.7", NT_SUCCESS(WdfPdoMarkMissing(bus->Static)));
        break;
    case 'l':
        Lists(device);
        break;
    case 'c':
        status = CreateControl(bus, command[1] == '1');
        break;
    case 'd':
        WdfObjectDelete(bus->Control);
        break;
    case 'f': {
        WDF_CHILD_RETRIEVE_INFO info;

        WDF_CHILD_RETRIEVE_INFO_INIT(&info, &description.Header);
        WdfDeviceSetFailed(WdfChildListRetrievePdo(list, &info), WdfDeviceFailedNoRestart);
        break;
    }
    default:
        status = STATUS_INVALID_PARAMETER;
        break;
    }
    WdfRequestComplete(Request, status);
}

static
NTSTATUS
EvtBusD0Entry(
    _In_ WDFDEVICE Device,
    _In_ WDF_POWER_DEVICE_STATE Previous
    )
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Previous);
    Trace("bus: EvtDeviceD0Entry");
    return STATUS_SUCCESS;
}

static
NTSTATUS
EvtBusD0Exit(
    _In_ WDFDEVICE Device,
    _In_ WDF_POWER_DEVICE_STATE Target
    )
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Target);
    Trace("bus: EvtDeviceD0Exit");
    return STATUS_SUCCESS;
}

static
NTSTATUS
EvtDeviceAdd(
    _In_ WDFDRIVER WdfDriver,
    _Inout_ PWDFDEVICE_INIT DeviceInit
    )
{
    WDF_CHILD_LIST_CONFIG list;
    WDF_PNPPOWER_EVENT_CALLBACKS pnp;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDF_IO_QUEUE_CONFIG queue;
    PNP_BUS_INFORMATION information;
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(WdfDriver);
    WDF_CHILD_LIST_CONFIG_INIT(&list, sizeof(SLOT_DESCRIPTION), EvtCreateDevice);
    list.AddressDescriptionSize = sizeof(SLOT_ADDRESS);
    list.EvtChildListScanForChildren = EvtScan;
    list.EvtChildListIdentificationDescriptionDuplicate = EvtDuplicate;
    list.EvtChildListIdentificationDescriptionCopy = EvtCopy;
    list.EvtChildListIdentificationDescriptionCompare = EvtCompare;
    list.EvtChildListIdentificationDescriptionCleanup = EvtCleanup;
    WdfFdoInitSetDefaultChildListConfig(DeviceInit, &list, WDF_NO_OBJECT_ATTRIBUTES);
    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&pnp);
    pnp.EvtDeviceD0Entry = EvtBusD0Entry;
    pnp.EvtDeviceD0Exit = EvtBusD0Exit;
    WdfDeviceInitSetPnpPowerEventCallbacks(DeviceInit, &pnp);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&attributes, BUS_CONTEXT);
    status = WdfDeviceCreate(&DeviceInit, &attributes, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    GetBus(device)->Plugged = Setting(L"Plugged");
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&queue, WdfIoQueueDispatchSequential);
    queue.EvtIoDeviceControl = EvtIoDeviceControl;
    queue.PowerManaged = WdfFalse;
    status = WdfIoQueueCreate(device, &queue, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
    if (NT_SUCCESS(status)) {
        WDF_IO_QUEUE_CONFIG_INIT(&queue, WdfIoQueueDispatchParallel);
        queue.EvtIoWrite = EvtParentIoWrite;
        status = WdfIoQueueCreate(device, &queue, WDF_NO_OBJECT_ATTRIBUTES, &GetBus(device)->ParentQueue);
    }
    information.BusTypeGuid = GUID_CHILD_CLASS;
    information.LegacyBusType = PNPBus;
    information.BusNumber = 0;
    WdfDeviceSetBusInformationForChildren(device, &information);
    return status;
}
