// SPDX-License-Identifier: MIT
// A driver that computes: many statements in a function of its own, or in the callback itself, for measuring steps and time travel.
#include <ntddk.h>
#include <wdf.h>

#define IOCTL_IN_CALLEE CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_IN_CALLBACK CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)

typedef struct _STATE {
    ULONG Value;
    ULONG Turns;
    UCHAR Bytes[8];
} STATE, *PSTATE;

DRIVER_INITIALIZE DriverEntry;
EVT_WDF_DRIVER_DEVICE_ADD EvtDeviceAdd;
EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL EvtIoDeviceControl;

static STATE s_State = { 1, 0, { 0 } };

NTSTATUS
DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG config;

    WDF_DRIVER_CONFIG_INIT(&config, EvtDeviceAdd);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &config, WDF_NO_HANDLE);
}

NTSTATUS
EvtDeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    WDF_IO_QUEUE_CONFIG config;
    WDFDEVICE device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Driver);
    status = WdfDeviceCreate(&DeviceInit, WDF_NO_OBJECT_ATTRIBUTES, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    WDF_IO_QUEUE_CONFIG_INIT_DEFAULT_QUEUE(&config, WdfIoQueueDispatchSequential);
    config.EvtIoDeviceControl = EvtIoDeviceControl;
    return WdfIoQueueCreate(device, &config, WDF_NO_OBJECT_ATTRIBUTES, WDF_NO_HANDLE);
}

// Five statements a turn.
static ULONG
Compute(PSTATE State, ULONG Turns)
{
    ULONG i;

    for (i = 0; i < Turns; i++) {
        State->Value ^= State->Value << 13;         // #compute
        State->Value ^= State->Value >> 17;
        State->Value ^= State->Value << 5;
        State->Bytes[i & 7] = (UCHAR)State->Value;
    }
    State->Turns += Turns;
    return State->Value;
}

VOID
EvtIoDeviceControl(WDFQUEUE Queue, WDFREQUEST Request, size_t OutputBufferLength, size_t InputBufferLength, ULONG IoControlCode)
{
    STATE state = s_State;
    PULONG turns;
    ULONG i;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(Queue);
    UNREFERENCED_PARAMETER(OutputBufferLength);
    UNREFERENCED_PARAMETER(InputBufferLength);
    status = WdfRequestRetrieveInputBuffer(Request, sizeof(ULONG), (PVOID *)&turns, NULL);
    if (NT_SUCCESS(status) && IoControlCode == IOCTL_IN_CALLEE) {
        (VOID)Compute(&state, *turns);
        s_State = state;                            // #after-callee
    } else if (NT_SUCCESS(status)) {
        for (i = 0; i < *turns; i++) {
            state.Value ^= state.Value << 13;
            state.Value ^= state.Value >> 17;
            state.Value ^= state.Value << 5;
            state.Bytes[i & 7] = (UCHAR)state.Value;
        }
        s_State = state;                            // #after-loop
    }
    WdfRequestComplete(Request, status);
}
