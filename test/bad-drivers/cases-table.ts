// SPDX-License-Identifier: MIT
/** What each bad driver must lead to: exit status, rule, place and words of the one message. */

/** Where the message points: a marker comment in the case itself, or in the skeleton. */
export type Mark = `case#${string}` | `probe#${string}`;

export interface Case {
  /** File in cases/ without extension. */
  readonly name: string;
  readonly status: 0 | 1 | 2 | 3;
  /** Rule of the first violation. */
  readonly rule?: string;
  readonly at?: Mark;
  /** Column, for compiler messages. */
  readonly column?: number;
  readonly message: RegExp;
  /** Bug check, as the message shows it. */
  readonly bugCheck?: string;
  readonly steps?: readonly object[];
  readonly timing?: object;
  readonly options?: object;
}

export const ioctl = [{ ioctl: { code: "0x222000" } }];
const read = [{ read: { length: 4096 } }];

const fails = (name: string, callback: string, status: string): Case => ({
  name,
  status: 1,
  at: `probe#${callback}`,
  message: new RegExp(`${callback} returned ${status} \\(0xC[0-9A-F]{7}\\), so the device did not start`),
});

export const cases: readonly Case[] = [
  { name: "good", status: 0, steps: [...ioctl, { write: { length: 4096 } }, { read: { length: 4096, expect: "increment" } }], message: /^passed: 3 requests/ },

  fails("entry-fails", "DriverEntry", "STATUS_INSUFFICIENT_RESOURCES"),
  fails("device-add-fails", "EvtDriverDeviceAdd", "STATUS_DEVICE_CONFIGURATION_ERROR"),
  fails("prepare-hardware-fails", "EvtDevicePrepareHardware", "STATUS_DEVICE_CONFIGURATION_ERROR"),
  fails("d0-entry-fails", "EvtDeviceD0Entry", "STATUS_ADAPTER_HARDWARE_ERROR"),
  fails("interrupt-enable-fails", "EvtInterruptEnable", "STATUS_UNSUCCESSFUL"),

  {
    name: "null-read",
    status: 2,
    rule: "MEM-NULL",
    at: "case#bad",
    message: /read of 4 bytes at 0x00000000/,
    bugCheck: "0x1E KMODE_EXCEPTION_NOT_HANDLED: 0xC0000005",
  },
  { name: "wild-write", status: 2, rule: "MEM-ACCESS", at: "case#bad", message: /write of 4 bytes at 0xDEADBEEF/, bugCheck: "0x50" },
  { name: "handle-dereference", status: 2, rule: "MEM-ACCESS", at: "case#bad", message: /a WDF handle, not a pointer/ },
  { name: "use-after-free", status: 2, rule: "MEM-ACCESS", at: "case#bad", message: /8 bytes into a 64-byte nonpaged pool block .*freed at statement \d+/ },
  { name: "stale-pointer", status: 2, rule: "MEM-ACCESS", at: "case#bad", message: /write of 16 bytes .*4096-byte nonpaged pool block .*freed/ },
  { name: "pool-overrun", status: 2, rule: "MEM-ACCESS", at: "case#bad", message: /past the end of a 40-byte nonpaged pool block .*tag 'Prob'/ },
  { name: "double-free", status: 2, rule: "pool-double-free", at: "case#bad", message: /freed a second time/, bugCheck: "0xC2 BAD_POOL_CALLER" },
  { name: "stack-overflow", status: 2, rule: "MEM-STACK-OVERFLOW", message: /Kernel stack overflow/, bugCheck: "0x7F UNEXPECTED_KERNEL_MODE_TRAP: 0x8" },
  { name: "huge-local", status: 2, rule: "MEM-STACK-OVERFLOW", message: /needs [\d,]{7,} bytes more than the stack has left/, bugCheck: "0x7F" },
  {
    name: "divide-by-zero",
    status: 2,
    rule: "CPU-DIVIDE",
    at: "case#bad",
    message: /Integer division by zero/,
    bugCheck: "0x1E KMODE_EXCEPTION_NOT_HANDLED: 0xC0000094",
  },
  {
    name: "exception-across-framework",
    status: 2,
    rule: "exception-not-handled",
    at: "case#bad",
    message: /The driver raised STATUS_DATA_ERROR and no exception handler is in place[\s\S]* {4}at EvtCleanup /,
    bugCheck: "0x1E KMODE_EXCEPTION_NOT_HANDLED: 0xC000003E",
  },
  {
    name: "exception-at-dispatch",
    status: 2,
    rule: "exception-not-handled",
    at: "case#bad",
    message: /The driver raised STATUS_DATA_ERROR at DISPATCH_LEVEL, where exceptions cannot be handled/,
    bugCheck: "0x1E",
  },
  { name: "exception-kernel-address", status: 2, rule: "MEM-ACCESS", at: "case#bad", message: /read of 4 bytes at 0x9ABC0000/, bugCheck: "0x50" },
  { name: "exception-filter-refuses", status: 2, rule: "MEM-NULL", at: "case#bad", message: /read of 4 bytes at 0x00000000/, bugCheck: "0x1E" },
  { name: "trap", status: 2, rule: "CPU-UNREACHABLE", at: "case#bad", message: /a trap/ },
  { name: "debug-break", status: 2, rule: "CPU-UNREACHABLE", at: "case#bad", message: /a debug break/ },
  { name: "null-call", status: 2, rule: "CPU-BAD-CALL", at: "case#bad", message: /function pointer that is NULL/ },
  { name: "wrong-call", status: 2, rule: "CPU-BAD-CALL", at: "case#bad", message: /a function of another type/ },
  { name: "bug-check", status: 2, rule: "driver-bug-check", at: "case#bad", message: /called KeBugCheckEx/, bugCheck: "0xE2" },

  { name: "isr-endless", status: 2, rule: "IRQL-DPC-WATCHDOG", at: "case#bad", message: /EvtInterruptIsr has executed/, bugCheck: "0x133", steps: read },
  { name: "passive-endless", status: 2, rule: "CPU-ENDLESS", at: "case#bad", message: /EvtIoDeviceControl has executed/, timing: { limitMs: 50 } },
  { name: "poll-endless", status: 2, rule: "CPU-ENDLESS", at: "case#bad", message: /EvtIoDeviceControl has executed/, timing: { limitMs: 50 } },
  {
    name: "sleep-endless",
    status: 1,
    message: /The scenario waits for ioctl\(0x222000\), and the limit of 50 ms .*Misbehave \(.*sleep-endless\.c:\d+\) is in KeDelayExecutionThread/,
    timing: { limitMs: 50 },
  },
  { name: "wait-forever", status: 2, rule: "wait-never-satisfied", at: "case#bad", message: /nothing in the machine can bring that about/ },

  {
    name: "never-completes",
    status: 2,
    rule: "REQ-NEVER-COMPLETED",
    at: "probe#EvtIoRead",
    message: /read\(4096\) never completes: ProbeEvtIoRead got the request/,
    steps: read,
  },
  { name: "unclaimed-interrupt", status: 2, rule: "INT-STORM", at: "probe#EvtInterruptIsr", message: /no interrupt service routine claims it/, steps: read },
  { name: "unacknowledged-interrupt", status: 2, rule: "INT-STORM", at: "probe#EvtInterruptIsr", message: /serviced 1000 times in a row/, steps: read },

  {
    name: "double-completion",
    status: 2,
    rule: "obj-use-after-delete",
    at: "case#bad",
    message: /WdfRequestComplete was given .*a stale handle of a deleted WDFREQUEST, object \d+ \(a request is deleted when it is completed\)/,
    bugCheck: "0x10D WDF_VIOLATION: 0x5",
  },
  { name: "complete-in-flight", status: 2, rule: "req-completed-while-owned", at: "case#bad", message: /was completed while/, bugCheck: "0x10D", steps: read },
  {
    name: "virtual-address",
    status: 2,
    rule: "DMA-DEVICE-FAULT",
    at: "probe#EvtProgramDma",
    message: /a virtual address may have been given to the device/,
    steps: read,
  },
  { name: "program-false", status: 2, rule: "program-false-no-final", at: "probe#execute", message: /returned FALSE/, steps: read },
  {
    name: "initialize-in-transfer",
    status: 2,
    rule: "txn-init-bad-state",
    at: "case#bad",
    message: /in state Transfer \(4\)/,
    bugCheck: "0x10D WDF_VIOLATION: 0x8",
    steps: read,
  },
  {
    name: "missing-release",
    status: 2,
    rule: "txn-init-completed-no-release",
    at: "probe#initialize",
    message: /in state TransferCompleted/,
    bugCheck: "0x10D WDF_VIOLATION: 0x8",
    steps: [...read, ...read].map((step) => ({ read: { ...step.read, information: 0 } })),
  },
  {
    name: "execute-twice",
    status: 2,
    rule: "txn-exec-twice",
    at: "case#bad",
    message: /WdfDmaTransactionExecute was called .*in state Transfer/,
    bugCheck: "0x10D",
    steps: read,
  },
  { name: "execute-uninitialized", status: 2, rule: "txn-exec-uninit", at: "case#bad", message: /in state Created/, bugCheck: "0x10D", steps: read },

  { name: "lock-twice", status: 2, rule: "KMDF-LOCK-RECURSIVE", at: "case#bad", message: /is held already/, bugCheck: "0x10D WDF_VIOLATION: 0x2" },
  { name: "released-lock", status: 2, rule: "KMDF-LOCK-NOT-OWNED", at: "case#bad", message: /is not held/ },
  {
    name: "passive-api-at-dispatch",
    status: 2,
    rule: "irql-too-high-for-ddi",
    at: "case#bad",
    message: /called at DISPATCH_LEVEL; it may be called at PASSIVE_LEVEL only/,
  },
  { name: "paged-pool-at-dispatch", status: 2, rule: "pool-irql", at: "case#bad", message: /paged pool was called at DISPATCH_LEVEL/ },
  { name: "wait-at-dispatch", status: 2, rule: "irql-too-high-for-ddi", at: "case#bad", message: /KeWaitForSingleObject was called at DISPATCH_LEVEL/ },
  { name: "leak", status: 2, rule: "pool-leak-unload", at: "case#bad", message: /1 pool block \(100 bytes, tags 'Prob'/ },
  { name: "not-unmapped", status: 2, rule: "mapio-not-unmapped", at: "probe#map", message: /4096 bytes of device memory/ },
  { name: "not-emulated", status: 2, rule: "NOT-EMULATED", at: "case#bad", message: /not emulated: WdfUsbTargetDeviceIsConnectedSynchronous/ },

  { name: "no-entry", status: 3, message: /the driver has no DriverEntry/ },
  { name: "empty", status: 3, message: /the driver has no DriverEntry/ },
  { name: "entry-signature", status: 3, at: "case#bad", message: /DriverEntry has 1 parameter/ },
  { name: "entry-undeclared-signature", status: 3, at: "case#bad", message: /DriverEntry has 1 parameter/ },
  { name: "syntax-error", status: 3, at: "case#bad", column: 20, message: /expected ';' at end of declaration/ },
  { name: "missing-header", status: 3, message: /includes-missing\.h:2:10: error: 'nowhere-to-be-found\.h' file not found/ },
  { name: "unknown-function", status: 3, at: "case#bad", message: /unresolved external symbol 'WdfDmaTransactionExecuteAll'/ },
];
