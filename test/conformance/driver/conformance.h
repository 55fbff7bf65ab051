// SPDX-License-Identifier: MIT
/*++

    Declarations of the conformance driver: its objects, what it prints, and the checks its tests make. What it prints is what the test
    harness sees:

        ok ROW                       a check of a row of the specification held
        FAIL ROW line: expression    it did not
        expect violation ROW rule    the next call breaks a rule that is reported and survived
        expect bugcheck ROW p1 p2 p3 the next call stops the machine with WDF_VIOLATION; * = any value
        expect stop ROW rule         the next statement stops the machine with another bug check
        . text                       the course of a sequence, for golden files

--*/

#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include <ntddk.h>
#include <wdf.h>
#include <initguid.h>
#include <wdmguid.h>

#define POOL_TAG 'fnoC'

#define REG_STATUS  0x00
#define REG_ADDRESS 0x04
#define REG_UPPER   0x08
#define REG_PUSH    0x0C
#define REG_CONTROL 0x10
#define REG_RAISE   0x14
#define REG_MOVED   0x18
#define REG_DELAY   0x1C
#define REG_SUM     0x20
#define REG_DREQ    0x24
#define REG_PORT    0x28
#define REG_CYCLES  0x2C
#define REG_TC      0x30
#define STATUS_DONE     0x1
#define STATUS_RAISED   0x2
#define CONTROL_START   0x1
#define CONTROL_TO_MEMORY 0x2
#define CONTROL_STOP    0x4

// IOCTLs of the driver: run the test named in the input.
#define IOCTL_RUN CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define METHOD_OF(code) ((code) & 3)

// What EvtIoRead and EvtIoWrite do with a request (registry value IoMode).
typedef enum _IO_MODE {
    IoModeDevice,           // the device moves the data, the DPC completes
    IoModeSynchronous,      // EvtProgramDma completes each transfer itself
    IoModePartial,          // as 10.3: 1000 bytes, then the end after 500
    IoModeDeviceError,      // as 10.6 (a): the second transfer ends after 100 bytes
    IoModeCannotProgram,    // as 10.6 (c)
    IoModeHold,             // nothing; the request stays with the driver
    IoModeHoldCancelable,   // as Hold, marked cancelable
    IoModeCancelable,       // as Device, marked cancelable; cancellation stops the engine
    IoModeComplete,         // completes at once
    IoModeForward,          // moves to the manual queue, which has EvtIoCanceledOnQueue
    IoModeRaisedIrql,       // returns at another IRQL
    IoModeTwice,            // the first DPC goes on with the transaction after FALSE
    IoModeCriticalRegion,   // returns in a critical region
} IO_MODE;

// What EvtIoStop answers (registry value StopMode).
typedef enum _STOP_MODE {
    StopModeNothing,        // choice A: the hardware finishes
    StopModeRequeue,        // choice B
    StopModeKeep,           // choice C
    StopModeComplete,       // choice D
} STOP_MODE;

typedef struct _DEVICE_CONTEXT {
    WDFDEVICE           Device;
    WDFQUEUE            IoQueue;
    WDFQUEUE            ManualQueue;
    WDFINTERRUPT        Interrupts[2];
    WDFDMAENABLER       Enabler;
    WDFDMAENABLER       SecondEnabler;
    WDFDMATRANSACTION   Transaction;
    WDFREQUEST          Request;
    WDFREQUEST          Held;
    WDFSPINLOCK         Lock;
    PUCHAR              Registers;
    SIZE_T              RegistersLength;
    ULONG               Fragment;       // SetMaximumLength of each transaction; 0 = not called
    ULONG               IoMode;
    ULONG               StopMode;
    ULONG               Fail;           // number of the callback that fails (FAIL_…)
    ULONG               FailAfter;      // how often it succeeds before
    ULONG               Transfers;      // of the current transaction
    ULONG               Scratch[8];     // for the tests
    NTSTATUS            AddStatus[64];  // results that tests made in EvtDriverDeviceAdd left
    CM_PARTIAL_RESOURCE_DESCRIPTOR DmaDescriptors[2];
    ULONG               DmaCount;
    ULONG               IsrCount;
    ULONG               DpcCount;
} DEVICE_CONTEXT, *PDEVICE_CONTEXT;

WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(DEVICE_CONTEXT, GetContext)

typedef enum _FAIL {
    FailNothing, FailPrepareHardware, FailD0Entry, FailInterruptEnable, FailPostInterrupts, FailFill, FailEnable, FailSelfManagedIoStart, FailSelfManagedIoInit,
    FailD0Exit, FailInterruptDisable, FailPreInterrupts, FailReleaseHardware,
    FailSelfManagedIoSuspend = 100, FailSelfManagedIoRestart, FailQueryRemove, FailQueryStop, FailSelfManagedIoStop, FailDisable, FailFlush,
} FAIL;

extern WDFDRIVER Driver;
extern ULONG Quiet;
// What is being tested, for the printed text.
VOID Trace(_In_ PCSTR Format, ...);
ULONG Setting(_In_ PCWSTR Name, _In_ ULONG Default);

VOID Checked(_In_ PCSTR Row, _In_ BOOLEAN Holds, _In_ ULONG Line, _In_ PCSTR Expression);
#define CHECK(row, expression) Checked(row, (BOOLEAN)((expression) != 0), __LINE__, #expression)
// What a row says shows in the run: no violation, and what the scenario expects.
#define REACHED(row) DbgPrint("ok %s\n", row)
// The next call reports `rule` and goes on.
#define VIOLATION(row, rule) DbgPrint("expect violation %s %s\n", row, rule)
// The next call stops the machine: WDF_VIOLATION with these parameters.
VOID ExpectBugCheck(_In_ PCSTR Row, _In_ ULONG P1, _In_ LONGLONG P2, _In_ LONGLONG P3);
#define ANY (-1LL)

FORCEINLINE ULONG ReadRegister(_In_ PDEVICE_CONTEXT Context, _In_ ULONG Offset)
{
    return READ_REGISTER_ULONG((volatile ULONG *)(Context->Registers + Offset));
}

FORCEINLINE VOID WriteRegister(_In_ PDEVICE_CONTEXT Context, _In_ ULONG Offset, _In_ ULONG Value)
{
    WRITE_REGISTER_ULONG((volatile ULONG *)(Context->Registers + Offset), Value);
}

// A test: `Argument` is what follows its name in the input.
typedef VOID TEST_ROUTINE(_In_ PDEVICE_CONTEXT Context, _In_ WDFREQUEST Request, _In_ PCSTR Argument);
typedef struct _TEST {
    PCSTR Name;
    TEST_ROUTINE *Routine;
} TEST;

extern const TEST ObjectTests[];
extern const TEST EnablerTests[];
extern const TEST TransactionTests[];
extern const TEST InterruptTests[];
extern const TEST QueueTests[];
extern const TEST BreadthTests[];
extern const TEST SystemTests[];
extern const TEST AdapterInfoTests[];

// Tests that run in EvtDriverDeviceAdd, after the device was created.
VOID DeviceAddTests(_In_ PDEVICE_CONTEXT Context);
VOID PrepareHardwareTests(_In_ PDEVICE_CONTEXT Context);
// What a METHOD_NEITHER IOCTL is for.
VOID NeitherTest(_In_ PDEVICE_CONTEXT Context, _In_ WDFREQUEST Request);
// What EvtDeviceFileCreate does with the setting FileCreate.
VOID CreateRequestTest(_In_ PDEVICE_CONTEXT Context, _In_ WDFREQUEST Request);
// EvtIoInCallerContext with the setting CallerContext.
EVT_WDF_IO_IN_CALLER_CONTEXT EvtIoInCallerContext;

// A nonpaged buffer with its MDL.
typedef struct _BUFFER {
    PVOID Address;
    PMDL Mdl;
} BUFFER;
BOOLEAN AllocateBuffer(_Out_ BUFFER *Buffer, _In_ SIZE_T Length);
VOID FreeBuffer(_In_ BUFFER *Buffer);

#endif
