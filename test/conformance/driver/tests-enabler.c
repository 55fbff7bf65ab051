// SPDX-License-Identifier: MIT
// WDFDMAENABLER and WDFCOMMONBUFFER: sections 2 and 5 of the specification.
#include "conformance.h"

static
NTSTATUS
Create(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDF_DMA_PROFILE Profile,
    _In_ size_t MaximumLength,
    _In_ ULONG Width,
    _In_ ULONG Version,
    _In_ ULONG Flags,
    _Out_ WDFDMAENABLER *Enabler
    )
{
    WDF_DMA_ENABLER_CONFIG config;

    WDF_DMA_ENABLER_CONFIG_INIT(&config, Profile, MaximumLength);
    config.AddressWidthOverride = Width;
    config.WdmDmaVersionOverride = Version;
    config.Flags = Flags;
    *Enabler = (WDFDMAENABLER)1;
    return WdfDmaEnablerCreate(Context->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, Enabler);
}

// Creation, limits and queries.
static
VOID
Enabler(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDF_DMA_ENABLER_CONFIG config;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDFDMAENABLER enabler;
    WDFDMAENABLER other;
    ULONG profile;

    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    CHECK("2.1.1", WdfDmaProfileInvalid == 0 && WdfDmaProfilePacket == 1 && WdfDmaProfileScatterGather == 2 && WdfDmaProfilePacket64 == 3 && WdfDmaProfileScatterGather64 == 4);
    CHECK("2.1.2", WdfDmaProfileScatterGatherDuplex == 5 && WdfDmaProfileScatterGather64Duplex == 6 && WdfDmaProfileSystem == 7 && WdfDmaProfileSystemDuplex == 8);
    CHECK("2.1.3", WdfDmaDirectionReadFromDevice == 0 && WdfDmaDirectionWriteToDevice == 1);
    CHECK("2.1.4", WDF_DMA_ENABLER_UNLIMITED_FRAGMENTS == (ULONG)-1);
    CHECK("2.1.5", WDF_DMA_ENABLER_CONFIG_NO_SGLIST_PREALLOCATION == 1);
    CHECK("2.1.6", WDF_DMA_ENABLER_CONFIG_REQUIRE_SINGLE_TRANSFER == 2);

    // The checks in order.
    WDF_DMA_ENABLER_CONFIG_INIT(&config, WdfDmaProfilePacket, 100);
    CHECK("2.3.1", config.Size == sizeof(config) && config.Profile == WdfDmaProfilePacket && config.MaximumLength == 100);
    CHECK("2.3.4", config.EvtDmaEnablerFill == NULL && config.AddressWidthOverride == 0 && config.WdmDmaVersionOverride == 0 && config.Flags == 0);
    config.Size--;
    VIOLATION("2.3.1", "en-config-size");
    CHECK("2.3.1,2.4", WdfDmaEnablerCreate(Context->Device, &config, WDF_NO_OBJECT_ATTRIBUTES, &enabler) == STATUS_INFO_LENGTH_MISMATCH);
    CHECK("2.4", enabler == NULL);
    VIOLATION("2.3.2", "en-profile-invalid");
    CHECK("2.3.2,2.4", Create(Context, WdfDmaProfileInvalid, 100, 0, 0, 0, &enabler) == STATUS_INVALID_PARAMETER && enabler == NULL);
    VIOLATION("2.3.2", "en-profile-invalid");
    CHECK("2.3.2,2.4", Create(Context, (WDF_DMA_PROFILE)9, 100, 0, 0, 0, &enabler) == STATUS_INVALID_PARAMETER);
    VIOLATION("2.3.3", "en-maxlen-zero");
    CHECK("2.3.3,2.4", Create(Context, WdfDmaProfilePacket, 0, 0, 0, 0, &enabler) == STATUS_INVALID_PARAMETER);
    VIOLATION("2.4,9.3.1,2.3.5", "en-addrwidth-override-invalid");
    CHECK("2.4,2.3.5", Create(Context, WdfDmaProfileScatterGather, 100, 40, 0, 0, &enabler) == STATUS_INVALID_PARAMETER);
    VIOLATION("2.4,9.3.1,2.3.6", "en-dma-version-override");
    CHECK("2.4,2.3.6", Create(Context, WdfDmaProfileScatterGather64, 100, 40, 2, 0, &enabler) == STATUS_INVALID_PARAMETER);
    VIOLATION("2.4,9.3.1,2.3.7", "en-single-transfer-unsupported");
    CHECK("2.4,2.3.7", Create(Context, WdfDmaProfileScatterGather64, 100, 0, 0, WDF_DMA_ENABLER_CONFIG_REQUIRE_SINGLE_TRANSFER, &enabler) == STATUS_INVALID_PARAMETER);
    VIOLATION("2.4,9.3.1", "en-addrwidth-override-invalid");
    CHECK("2.4", Create(Context, WdfDmaProfileSystem, 100, 32, 0, 0, &enabler) == STATUS_INVALID_PARAMETER);

    // Profiles: two adapters for duplex, one for simplex; version 3 by override.
    for (profile = WdfDmaProfilePacket; profile <= WdfDmaProfileScatterGather64Duplex; profile++) {
        static const PCSTR rows[] = { "", "2.2.1", "2.2.3", "2.2.2", "2.2.4", "2.2.5", "2.2.6" };
        PDMA_ADAPTER read;
        PDMA_ADAPTER write;
        BOOLEAN duplex = profile >= WdfDmaProfileScatterGatherDuplex;

        CHECK(rows[profile], Create(Context, (WDF_DMA_PROFILE)profile, 0x10000, 0, 0, 0, &enabler) == STATUS_SUCCESS);
        read = WdfDmaEnablerWdmGetDmaAdapter(enabler, WdfDmaDirectionReadFromDevice);
        write = WdfDmaEnablerWdmGetDmaAdapter(enabler, WdfDmaDirectionWriteToDevice);
        CHECK("2.6.5,4.4", read != NULL && write != NULL && (read != write) == duplex);
        CHECK("2.2.1", read->Version == 2);
        CHECK("2.6.1", WdfDmaEnablerGetMaximumLength(enabler) == 0x10000);
        CHECK("2.6.2,2.5", WdfDmaEnablerGetFragmentLength(enabler, WdfDmaDirectionReadFromDevice) == 0x10000);
        CHECK("2.6.3,2.4", WdfDmaEnablerGetMaximumScatterGatherElements(enabler) == WDF_DMA_ENABLER_UNLIMITED_FRAGMENTS);
        WdfObjectDelete(enabler);
    }
    CHECK("2.7,2.4", Create(Context, WdfDmaProfileScatterGather64, 0x1000, 0, 3, 0, &enabler) == STATUS_SUCCESS);
    CHECK("2.7", WdfDmaEnablerWdmGetDmaAdapter(enabler, WdfDmaDirectionReadFromDevice)->Version == 3);
    WdfObjectDelete(enabler);
    CHECK("2.7,2.3.5", Create(Context, WdfDmaProfileScatterGather64, 0x1000, 40, 0, 0, &enabler) == STATUS_SUCCESS);
    CHECK("2.7", WdfDmaEnablerWdmGetDmaAdapter(enabler, WdfDmaDirectionReadFromDevice)->Version == 3);

    WdfDmaEnablerSetMaximumScatterGatherElements(enabler, 7);
    CHECK("2.6.4", WdfDmaEnablerGetMaximumScatterGatherElements(enabler) == 7);
    VIOLATION("2.6.4", "en-sgmax-zero");
    WdfDmaEnablerSetMaximumScatterGatherElements(enabler, 0);
    CHECK("2.6.4", WdfDmaEnablerGetMaximumScatterGatherElements(enabler) == 7);
    VIOLATION("2.6.2,9.3.3", "en-direction-invalid");
    CHECK("2.6.2,9.3.3", WdfDmaEnablerGetFragmentLength(enabler, (WDF_DMA_DIRECTION)2) == 0);
    VIOLATION("2.6.5,9.3.3", "en-direction-invalid");
    CHECK("2.6.5,9.3.3", WdfDmaEnablerWdmGetDmaAdapter(enabler, (WDF_DMA_DIRECTION)2) == NULL);
    VIOLATION("2.9,9.3.2", "en-system-config");
    CHECK("2.9,9.3.2", WdfDmaEnablerConfigureSystemProfile(enabler, NULL, WdfDmaDirectionReadFromDevice) == STATUS_INVALID_PARAMETER);

    // The machine has no DMA controller: a system profile can be created, not configured.
    {
        WDF_DMA_SYSTEM_PROFILE_CONFIG system;
        CM_PARTIAL_RESOURCE_DESCRIPTOR descriptor;
        PHYSICAL_ADDRESS zero;

        zero.QuadPart = 0;
        RtlZeroMemory(&descriptor, sizeof(descriptor));
        CHECK("2.2.7,2.9", Create(Context, WdfDmaProfileSystem, 0x1000, 0, 0, 0, &other) == STATUS_SUCCESS);
        CHECK("2.6.1", WdfDmaEnablerGetMaximumLength(other) == 0);
        WDF_DMA_SYSTEM_PROFILE_CONFIG_INIT(&system, zero, Width8Bits, &descriptor);
        CHECK("2.9", WdfDmaEnablerConfigureSystemProfile(other, &system, WdfDmaDirectionReadFromDevice) == STATUS_UNSUCCESSFUL);
        WdfObjectDelete(other);
        CHECK("2.2.8", Create(Context, WdfDmaProfileSystemDuplex, 0x1000, 0, 0, 0, &other) == STATUS_SUCCESS);
        WdfObjectDelete(other);
    }

    // A parent of the same device.
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = Context->IoQueue;
    WDF_DMA_ENABLER_CONFIG_INIT(&config, WdfDmaProfilePacket, 100);
    CHECK("1.1.2", WdfDmaEnablerCreate(Context->Device, &config, &attributes, &other) == STATUS_SUCCESS);
    WdfObjectDelete(other);
    attributes.ParentObject = Driver;
    CHECK("1.1.2", WdfDmaEnablerCreate(Context->Device, &config, &attributes, &other) == STATUS_WDF_OBJECT_ATTRIBUTES_INVALID);
    WdfObjectDelete(enabler);
}

// Functions of PASSIVE_LEVEL called at DISPATCH_LEVEL.
static
VOID
EnablerIrql(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDFDMAENABLER enabler;
    WDFCOMMONBUFFER common;
    KIRQL old;

    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    VIOLATION("9.4,2.4", "irql-too-high-for-ddi");
    CHECK("9.4,2.4", Create(Context, WdfDmaProfilePacket, 100, 0, 0, 0, &enabler) == STATUS_INVALID_DEVICE_REQUEST);
    VIOLATION("9.4,2.6.4", "irql-too-high-for-ddi");
    WdfDmaEnablerSetMaximumScatterGatherElements(Context->Enabler, 3);
    CHECK("9.4,2.6.4", WdfDmaEnablerGetMaximumScatterGatherElements(Context->Enabler) != 3);
    VIOLATION("9.4,5.1", "irql-too-high-for-ddi");
    CHECK("9.4,5.1", WdfCommonBufferCreate(Context->Enabler, 100, WDF_NO_OBJECT_ATTRIBUTES, &common) == STATUS_INVALID_DEVICE_REQUEST);
    VIOLATION("9.4,6.8", "irql-too-high-for-ddi");
    WdfInterruptDisable(Context->Interrupts[0]);
    VIOLATION("9.4,6.8", "irql-too-high-for-ddi");
    WdfInterruptEnable(Context->Interrupts[0]);
    KeLowerIrql(old);
}

// Map registers that the HAL caps (machine with 16 of them).
static
VOID
Capped(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDFDMAENABLER enabler;

    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    CHECK("2.5", Create(Context, WdfDmaProfileScatterGather64, 0x10000, 0, 0, 0, &enabler) == STATUS_SUCCESS);
    CHECK("2.5,2.6.2", WdfDmaEnablerGetFragmentLength(enabler, WdfDmaDirectionReadFromDevice) == 15 * PAGE_SIZE);
    CHECK("2.6.1", WdfDmaEnablerGetMaximumLength(enabler) == 0x10000);
    WdfObjectDelete(enabler);
}

static
VOID
CommonBuffer(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDF_COMMON_BUFFER_CONFIG config;
    WDF_OBJECT_ATTRIBUTES attributes;
    WDFCOMMONBUFFER common;
    PHYSICAL_ADDRESS logical;

    UNREFERENCED_PARAMETER(Request);
    UNREFERENCED_PARAMETER(Argument);
    CHECK("5.1", WdfCommonBufferCreate(Context->Enabler, 0, WDF_NO_OBJECT_ATTRIBUTES, &common) == STATUS_INVALID_PARAMETER && common == NULL);
    WDF_OBJECT_ATTRIBUTES_INIT(&attributes);
    attributes.ParentObject = Context->Device;
    CHECK("5.1,1.1.4", WdfCommonBufferCreate(Context->Enabler, 100, &attributes, &common) == STATUS_WDF_PARENT_ASSIGNMENT_NOT_ALLOWED);
    WDF_COMMON_BUFFER_CONFIG_INIT(&config, FILE_64_BYTE_ALIGNMENT);
    CHECK("5.1", config.Size == sizeof(config) && config.AlignmentRequirement == 63);
    config.Size++;
    CHECK("5.1", WdfCommonBufferCreateWithConfig(Context->Enabler, 100, &config, WDF_NO_OBJECT_ATTRIBUTES, &common) == STATUS_INFO_LENGTH_MISMATCH);

    CHECK("5.1,12.2.4", WdfCommonBufferCreate(Context->Enabler, 100, WDF_NO_OBJECT_ATTRIBUTES, &common) == STATUS_SUCCESS);
    CHECK("5.3", WdfCommonBufferGetLength(common) == 100);
    logical = WdfCommonBufferGetAlignedLogicalAddress(common);
    CHECK("5.2,12.2.4", (logical.QuadPart & (PAGE_SIZE - 1)) == 0 && ((ULONG_PTR)WdfCommonBufferGetAlignedVirtualAddress(common) & (PAGE_SIZE - 1)) == 0);
    *(volatile ULONG *)WdfCommonBufferGetAlignedVirtualAddress(common) = 0x12345678;
    WdfObjectDelete(common);

    // An alignment beyond a page: the logical address is aligned, the virtual one moves along.
    WDF_COMMON_BUFFER_CONFIG_INIT(&config, 0x3FFF);
    CHECK("5.2", WdfCommonBufferCreateWithConfig(Context->Enabler, 0x2000, &config, WDF_NO_OBJECT_ATTRIBUTES, &common) == STATUS_SUCCESS);
    logical = WdfCommonBufferGetAlignedLogicalAddress(common);
    CHECK("5.2,5.3", (logical.QuadPart & 0x3FFF) == 0 && WdfCommonBufferGetLength(common) == 0x2000);
    ((PUCHAR)WdfCommonBufferGetAlignedVirtualAddress(common))[0x1FFF] = 1;
    WdfObjectDelete(common);
    // Children of the enabler go with it.
    {
        WDFDMAENABLER enabler;

        (VOID)Create(Context, WdfDmaProfilePacket, 0x1000, 0, 0, 0, &enabler);
        CHECK("5.3,1.6.2", WdfCommonBufferCreate(enabler, 0x1000, WDF_NO_OBJECT_ATTRIBUTES, &common) == STATUS_SUCCESS);
        CHECK("5.2", (WdfCommonBufferGetAlignedLogicalAddress(common).QuadPart >> 32) == 0);
        WdfObjectDelete(enabler);
    }
}

// Bug checks: NULL pointers.
static
VOID
NullArguments(
    _In_ PDEVICE_CONTEXT Context,
    _In_ WDFREQUEST Request,
    _In_ PCSTR Argument
    )
{
    WDFCOMMONBUFFER common;
    WDFDMAENABLER enabler;

    UNREFERENCED_PARAMETER(Request);
    switch (Argument[0]) {
    case 'C':
        ExpectBugCheck("2.4,9.1.4", 4, 0, ANY);
        (VOID)WdfDmaEnablerCreate(Context->Device, NULL, WDF_NO_OBJECT_ATTRIBUTES, &enabler);
        break;
    case 'W':
        ExpectBugCheck("5.1,9.1.4", 4, 0, ANY);
        (VOID)WdfCommonBufferCreateWithConfig(Context->Enabler, 100, NULL, WDF_NO_OBJECT_ATTRIBUTES, &common);
        break;
    case 'O':
        ExpectBugCheck("5.1,9.1.4", 4, 0, ANY);
        (VOID)WdfCommonBufferCreate(Context->Enabler, 100, WDF_NO_OBJECT_ATTRIBUTES, NULL);
        break;
    case 'F':
        (VOID)Create(Context, WdfDmaProfilePacket, 0x1000, 0, 0, 0, &enabler);
        WdfObjectDelete(enabler);
        ExpectBugCheck("9.1.5,1.4", 5, (ULONG_PTR)enabler, ANY);
        (VOID)WdfDmaEnablerGetMaximumLength(enabler);
        break;
    }
    DbgPrint("FAIL 9.1.4 %u: the machine goes on after %s\n", __LINE__, Argument);
}

const TEST EnablerTests[] = {
    { "enabler", Enabler },
    { "enabler-irql", EnablerIrql },
    { "capped", Capped },
    { "common-buffer", CommonBuffer },
    { "enabler-null", NullArguments },
    { NULL, NULL },
};
