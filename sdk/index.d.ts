// SPDX-License-Identifier: MIT
/**
 * Public types for device models and scenarios. Import them as `kmdf-dma-debug/sdk`, or use the globals `defineDevice`, `builtIn`,
 * `scenario` and `pattern`, which exist in every device-model and scenario module.
 */

export interface PciIdentity {
  readonly vendorId: number;
  readonly deviceId: number;
  readonly subsystemVendorId?: number;
  readonly subsystemId?: number;
  /** 24-bit class code: base class, subclass, programming interface. */
  readonly classCode: number;
  readonly revision: number;
  /** Power-management capability; without it the function cannot wake anything. */
  readonly powerManagement?: PowerManagementDefinition;
}

/** A power state as PME# support counts them; D3hot with main power, D3cold without (the system sleeps in S3 or deeper). */
export type PmeState = "D0" | "D1" | "D2" | "D3hot" | "D3cold";

/** PCI power management: which optional states the function has, and from which it can assert PME#. */
export interface PowerManagementDefinition {
  readonly pme: readonly PmeState[];
  /** D0 and D3 are always there. */
  readonly states?: readonly ("D1" | "D2")[];
  /** Of the capability in configuration space: a multiple of 4 from 0x40 (default) to 0xF8. */
  readonly offset?: number;
}

export interface BarDefinition {
  readonly kind: "memory" | "io";
  /** Bytes, a power of two. */
  readonly size: number;
  readonly name: string;
}

export interface RegisterFieldDefinition {
  readonly name: string;
  /** One bit number, or [high, low]. */
  readonly bits: number | readonly [high: number, low: number];
  readonly values?: Readonly<Record<number, string>>;
}

export interface RegisterDefinition {
  readonly bar: number;
  readonly offset: number;
  /** Bytes: 1, 2, 4 or 8. */
  readonly size: number;
  readonly name: string;
  readonly access?: "ro" | "rw" | "wo" | "w1c" | "rc";
  readonly reset?: number | bigint;
  readonly description?: string;
  readonly fields?: readonly RegisterFieldDefinition[];
}

/** A request line of the device at the platform's system DMA controller (DREQ and DACK), for WdfDmaProfileSystem. */
export interface SystemDmaLine {
  readonly name: string;
  /** Request line number in the resource descriptor. */
  readonly requestLine: number;
  /** Channel of the controller; default: the index in `systemDma`. */
  readonly channel?: number;
  /** Bytes of the device's data port that move in one cycle. */
  readonly width: 1 | 2 | 4 | 8;
}

/** An acknowledge cycle (DACK): the controller takes bytes from the device, or gives it some. */
export interface SystemDmaCycle {
  /** Index in `systemDma`. */
  readonly line: number;
  /** `toDevice`: `data` are the bytes from memory. `fromDevice`: the device gives `length` bytes. */
  readonly direction: "toDevice" | "fromDevice";
  readonly length: number;
  readonly data?: Uint8Array;
  /** Address of the data port, as the driver gave it, plus the bytes that have moved. */
  readonly deviceAddress: bigint;
  /** These are the last bytes of the controller's program (TC). */
  readonly terminalCount: boolean;
}

/** The machine as the device sees it. Everything is synchronous and deterministic; time is virtual, in nanoseconds. */
export interface DeviceBus {
  readonly dma: {
    /** Bus-master read of host memory. */
    read(logicalAddress: bigint, length: number): Uint8Array;
    /** Bus-master write to host memory. */
    write(logicalAddress: bigint, bytes: Uint8Array): void;
    /** Whether the last `read` or `write` ended in a master abort (part of it was not mapped for this direction): it moved nothing. */
    readonly aborted: boolean;
  };
  readonly interrupt: {
    /** Asserts the interrupt line, or sends message `message` (default 0) when the device was given message-signaled interrupts. */
    raise(message?: number): void;
    /** Deasserts the interrupt line; no effect on messages. */
    lower(): void;
    /** Number of messages granted; 0 when the line is used. */
    readonly messages: number;
  };
  /** Calls `callback` once, `nanoseconds` from now. */
  after(nanoseconds: number, callback: () => void): void;
  /** Virtual time, ns. */
  now(): number;
  log(text: string): void;
  /** Shows a bar `name` of length `nanoseconds` in lane `lane` of the timeline, starting now. */
  activity(lane: string, name: string, nanoseconds: number): void;
  /** The device's side of the system DMA controller; `line` is an index in `systemDma`. */
  readonly systemDma: {
    /** Asserts DREQ for `bytes` bytes (more, when it is asserted already). They move when the driver has programmed the channel. */
    request(line: number, bytes: number): void;
    /** Deasserts DREQ. */
    release(line: number): void;
    /** Whether the channel is programmed and unmasked. */
    active(line: number): boolean;
  };
  /** Power management event: PME# wakes the device from Dx, or the system from Sx, when it was armed for that. */
  readonly pme: {
    /** Sets PME_Status, and asserts PME# if it is enabled. Nothing happens in a state that `powerManagement.pme` does not list. */
    assert(): void;
    /** PME_En: the device is armed for wake. */
    readonly enabled: boolean;
  };
  /** PCI configuration space, 256 bytes, live. */
  readonly configSpace: Uint8Array;
  /** True once, when the fault `name` is due according to the `faults` attribute. */
  fault(name: string): boolean;
}

export interface DeviceInstance {
  /** Register read with its side effects; `size` is 1, 2, 4 or 8 bytes (8 as bigint). */
  read(bar: number, offset: number, size: number): number | bigint;
  /** Register read without side effects, for views and debuggers. */
  peek?(bar: number, offset: number, size: number): number | bigint;
  write(bar: number, offset: number, size: number, value: number | bigint): void;
  /** Function-level reset and power-on reset. */
  reset(): void;
  power?(state: "D0" | "D1" | "D2" | "D3"): void;
  /**
   * What the world outside does to the device, or sees of it: a frame on its cable, a pressed button, an output. A scenario calls it with
   * `system.device(name, argument)` and gets what it returns. Throw for a name or an argument that there is not.
   */
  action?(name: string, argument: unknown): unknown;
  /** Takes part in an acknowledge cycle of the system DMA controller: returns `cycle.length` bytes when the direction is `fromDevice`. */
  acknowledge?(cycle: SystemDmaCycle): Uint8Array | void;
}

export interface DeviceDefinition<Options = Record<string, unknown>> {
  readonly name: string;
  readonly pci: PciIdentity;
  readonly bars: readonly BarDefinition[];
  readonly interrupts: { readonly line?: boolean; readonly messages?: number };
  /** Request lines at the system DMA controller; each is a DMA resource of the device. */
  readonly systemDma?: readonly SystemDmaLine[];
  readonly registers?: readonly RegisterDefinition[];
  /** Address bits of the bus between the function and memory, 24 to 64 (default): logical addresses fit in them, whatever the driver asks for. */
  readonly addressBits?: number;
  /** What the options change in the definition; called before `create`. */
  configure?(options: Options): Partial<Pick<DeviceDefinition, "pci" | "bars" | "interrupts" | "registers" | "addressBits">>;
  create(bus: DeviceBus, options: Options): DeviceInstance;
}

export declare function defineDevice<Options = Record<string, unknown>>(definition: DeviceDefinition<Options>): DeviceDefinition<Options>;

/** A built-in device model by id (`edu`, `sg-duplex`, `pci9656`), to use as it is or to start from: `export default { ...builtIn("edu"), name: "my edu" }`. */
export declare function builtIn(id: string): DeviceDefinition;

export interface IoResult {
  /** NTSTATUS, unsigned 32-bit. */
  readonly status: number;
  /** NTSTATUS name, e.g. `STATUS_SUCCESS`. */
  readonly statusName: string;
  readonly information: number;
  /** Bytes the driver returned (reads and IOCTL output). */
  readonly bytes: Uint8Array;
}

/** A request in flight: awaitable, and cancelable until it completes. */
export interface PendingIo extends Promise<IoResult> {
  cancel(): void;
}

export interface FileHandle {
  read(length: number, options?: { readonly offset?: number | bigint }): PendingIo;
  write(bytes: Uint8Array, options?: { readonly offset?: number | bigint }): PendingIo;
  ioctl(code: number, input?: Uint8Array, outputLength?: number): PendingIo;
  close(): Promise<void>;
}

export interface Expectation {
  equals(expected: unknown): void;
  notEquals(unexpected: unknown): void;
  /** NTSTATUS of a result, by name or number. */
  status(expected: string | number): void;
  succeeds(): void;
  atLeast(minimum: number): void;
  atMost(maximum: number): void;
}

export interface SystemState {
  readonly system: "S0" | "S1" | "S2" | "S3" | "S4";
  readonly device: "D0" | "D1" | "D2" | "D3";
  readonly pnp: "notStarted" | "started" | "stopped" | "surpriseRemoved" | "removed";
}

export interface ScenarioSystem {
  /** CreateFile on the device's interface. */
  open(name?: string): Promise<FileHandle>;
  power(state: "D0" | "D1" | "D2" | "D3"): Promise<void>;
  /** The system goes to sleep (S1 to S3) or hibernates (S4), until `resume` or until the device wakes it. */
  suspend(state: "S1" | "S2" | "S3" | "S4"): Promise<void>;
  /** The user wakes the system. */
  resume(): Promise<void>;
  /** Stops the device and starts it again with new resources, as a resource rebalance does. */
  rebalance(): Promise<void>;
  /** What the system knows of the device now. */
  state(): SystemState;
  /** The device disappears from the bus. */
  surpriseRemove(): Promise<void>;
  /** Orderly removal. */
  remove(): Promise<void>;
  /** The device is plugged in again after a removal, and started. After a surprise removal this waits until the last handle was closed. */
  insert(): Promise<void>;
  sleep(duration: { readonly ms?: number; readonly us?: number; readonly ns?: number }): Promise<void>;
  /** Does something to the device from outside, or asks for what it has put out: an action of the device model. */
  device(action: string, argument?: unknown): Promise<unknown>;
  /** Virtual time, ns. */
  now(): number;
  log(text: string): void;
  expect(value: unknown, what?: string): Expectation;
}

export type ScenarioFunction = (system: ScenarioSystem) => Promise<void> | void;
export declare function scenario(run: ScenarioFunction): ScenarioFunction;

/** Test data: `increment` (0, 1, …, 255, 0 …, default), `zero`, `ones`, `random` (seeded), or a byte value. */
export declare function pattern(length: number, kind?: "increment" | "zero" | "ones" | "random" | number, seed?: number): Uint8Array;
