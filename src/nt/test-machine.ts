// SPDX-License-Identifier: MIT
/**
 * A machine and kernel for unit tests of nt and wdf: real parts, a trivial PCI device, and a guest port whose "driver functions" are TypeScript. Not part
 * of the product's graph.
 */
import { type Blocking, type CallReason, type GuestPort, Machine, type StatementCounter, isBlocking, pciCommand } from "../machine/index.ts";
import {
  type BugCheck,
  type DeviceBus,
  type DeviceDefinition,
  type DeviceInstance,
  type FaultConfiguration,
  type MachineConfiguration,
  type RegistryValue,
  type TraceKind,
  type TraceSink,
  type Violation,
  defaultMachine,
  guestLayout,
} from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import { NtKernel } from "./kernel.ts";

/** Thrown where the real machine would stop for good. */
export class TestBugCheck extends Error {
  override readonly name = "TestBugCheck";
  readonly violation: Violation;

  constructor(violation: Violation) {
    super(`${violation.bugCheck?.name ?? "bug check"}: ${violation.message}`);
    this.violation = violation;
  }

  get bugCheck(): BugCheck | undefined {
    return this.violation.bugCheck;
  }
}

export type TestFunction = (...args: (number | bigint)[]) => unknown;

export interface TestCall {
  readonly name: string;
  readonly args: readonly (number | bigint)[];
  readonly reason: CallReason;
  readonly irql: number;
}

export interface TestEvent {
  readonly kind: TraceKind;
  readonly phase: "instant" | "begin" | "end";
  readonly object: number;
  readonly parent: number;
  readonly args: readonly number[];
}

export interface TestMachineOptions {
  readonly machine?: Partial<MachineConfiguration>;
  readonly device?: DeviceDefinition;
  readonly deviceOptions?: Readonly<Record<string, unknown>>;
  readonly faults?: readonly FaultConfiguration[];
  readonly registry?: Readonly<Record<string, RegistryValue>>;
}

const memoryMiB = 8;
/** Image of the pretended driver: globals that a test may use. */
const image = { start: 0x1_0000, end: 0x2_0000 };
let shared: ArrayBuffer | undefined;

/** A device with one 4 KiB memory BAR whose registers hold what is written, an I/O BAR of 16 ports and one interrupt. */
export const trivialDevice: DeviceDefinition = {
  name: "trivial",
  pci: { vendorId: 0x1234, deviceId: 0x0001, classCode: 0xff_0000, revision: 1 },
  bars: [
    { kind: "memory", size: 4096, name: "registers" },
    { kind: "io", size: 16, name: "ports" },
  ],
  interrupts: { line: true, messages: 1 },
  create: () => plainRegisters(),
};

function plainRegisters(): DeviceInstance {
  const values = new Map<string, number | bigint>();
  const key = (bar: number, offset: number) => `${bar}:${offset}`;
  return {
    read: (bar, offset) => values.get(key(bar, offset)) ?? 0,
    peek: (bar, offset) => values.get(key(bar, offset)) ?? 0,
    write: (bar, offset, _size, value) => void values.set(key(bar, offset), value),
    reset: () => values.clear(),
  };
}

export class TestMachine {
  readonly machine: Machine;
  readonly nt: NtKernel;
  readonly violations: Violation[] = [];
  readonly calls: TestCall[] = [];
  readonly events: TestEvent[] = [];
  readonly texts: string[] = [""];
  /** The bus of the device under test, to act as the device. */
  bus: DeviceBus | undefined;
  /** Name of the API in progress, as the runtime would report it. */
  currentApi: string | undefined;
  readonly #functions: TestFunction[] = [() => undefined];
  #statements = 0;
  #limit = Number.POSITIVE_INFINITY;

  constructor(options: TestMachineOptions = {}) {
    const layout = guestLayout(options.machine?.memoryMiB ?? memoryMiB);
    const bytes = layout.wasmPages * 65536;
    if (shared === undefined || shared.byteLength !== bytes) shared = new ArrayBuffer(bytes);
    const device = options.device ?? trivialDevice;
    this.machine = new Machine({
      configuration: { ...defaultMachine, memoryMiB, ...options.machine },
      layout,
      buffer: shared,
      counter: this.#counter(),
      trace: this.#trace(),
      guest: this.#guest(),
      stop: {
        violation: (violation) => void this.violations.push(violation),
        bugCheck: (violation) => {
          throw new TestBugCheck(violation);
        },
      },
      device,
      deviceOptions: options.deviceOptions ?? {},
      faults: options.faults ?? [],
    });
    this.machine.memory.reset(layout.ramEnd);
    this.machine.pages.placeImage(image.start, image.end);
    this.nt = new NtKernel(this.machine, { serviceName: "test", registry: options.registry ?? {} });
    this.apis = this.nt.api();
    const create: DeviceDefinition["create"] = (bus, deviceOptions) => {
      this.bus = bus;
      return device.create(bus, deviceOptions);
    };
    // As after a start: what a test does not start has no PCI bus driver to make it a bus master.
    this.machine.device.setPower("D0");
    this.machine.device.command |= pciCommand.busMaster;
    this.machine.attachDevice({ ...device, create }, options.deviceOptions ?? {});
  }

  /** Address of global memory that the "driver" may touch, `offset` bytes into its image. */
  global(offset = 0): number {
    return image.start + offset;
  }

  /** Makes `body` callable by driver function pointer; returns the pointer. */
  function(body: TestFunction): number {
    return this.#functions.push(body) - 1;
  }

  /** Calls an emulated routine by its exported name. */
  api(name: string, ...args: (number | bigint)[]): number | bigint | undefined {
    const routine = this.apis[name];
    if (routine === undefined) throw new RangeError(`${name} is not emulated`);
    const outer = this.currentApi;
    this.currentApi = name;
    try {
      const result = (routine as (...values: (number | bigint)[]) => unknown)(...args);
      return (isBlocking(result) ? this.#finish(result) : result) as number | bigint | undefined;
    } finally {
      this.currentApi = outer;
    }
  }

  /** As `api`, in a driver function that is a generator: waits are those of its thread, `yield* test.blocking("KeWaitForSingleObject", …)`. */
  *blocking(name: string, ...args: (number | bigint)[]): Blocking<number> {
    const result = (this.apis[name] as (...values: (number | bigint)[]) => unknown)(...args);
    return Number((isBlocking(result) ? yield* result as Blocking<number> : result) ?? 0);
  }

  #finish(task: Blocking<unknown>): unknown {
    let step = task.next("satisfied");
    while (step.done !== true) step = task.next(this.machine.scheduler.waitUntil(step.value));
    return step.value;
  }

  /** Every routine `api` can call; tests of wdf add theirs. */
  apis: ApiTable;

  /** Pretends that the driver executes statements: time passes, events and interrupts come at each one. */
  execute(statements: number): void {
    for (let i = 0; i < statements; i++) {
      this.#statements++;
      if (this.#statements < this.#limit) continue;
      this.#limit = Number.POSITIVE_INFINITY;
      this.machine.clock.runDue();
      this.machine.cpu.deliver();
    }
  }

  /** Runs the machine until nothing is left to do. */
  settle(): void {
    const { scheduler } = this.machine;
    while (scheduler.step() || scheduler.jump());
  }

  /** Rule ids of the violations so far. */
  get rules(): readonly string[] {
    return this.violations.map(({ rule }) => rule);
  }

  /** What a driver does that calls through a function pointer of the host (an interface, a table of routines). */
  callPointer(pointer: number, ...args: (number | bigint)[]): ReturnType<TestFunction> {
    return this.#functions[pointer]?.(...args);
  }

  #counter(): StatementCounter {
    return {
      executed: () => this.#statements,
      limit: (statements) => {
        this.#limit = Math.min(this.#limit, this.#statements + statements);
      },
    };
  }

  #guest(): GuestPort {
    const call: GuestPort["call"] = (name, target, args, reason) => {
      const body = this.#functions[target];
      if (target === 0 || body === undefined) throw new RangeError(`call of ${name} through function pointer ${target}`);
      this.calls.push({ name, args, reason, irql: this.machine.cpu.irql });
      const outer = this.currentApi;
      this.currentApi = undefined;
      const made = body(...args);
      const result = isBlocking(made) ? this.#finish(made) : made;
      this.currentApi = outer;
      return typeof result === "boolean" ? Number(result) : Number(result ?? 0) | 0;
    };
    const calls = this.calls;
    const functions = this.#functions;
    const irql = (): number => this.machine.cpu.irql;
    const run = function* (name: string, target: number, args: readonly (number | bigint)[], reason: CallReason): Blocking<number> {
      calls.push({ name, args, reason, irql: irql() });
      const made = functions[target]?.(...args);
      return Number((isBlocking(made) ? yield* made as Blocking<unknown> : made) ?? 0) | 0;
    };
    const currentApi = () => this.currentApi;
    return {
      call,
      run,
      hasStacks: true,
      isAtThreadRoot: true,
      get canStartThread() {
        return currentApi() === undefined;
      },
      hostFunction: (_name, _signature, body) => this.#functions.push(body as TestFunction) - 1,
      get currentApi() {
        return currentApi();
      },
    };
  }

  #trace(): TraceSink {
    const record = (phase: TestEvent["phase"], kind: TraceKind, object: number, parent: number, args: readonly number[]) =>
      this.events.push({ kind, phase, object, parent, args });
    return {
      text: (value) => {
        const known = this.texts.indexOf(value);
        return known >= 0 ? known : this.texts.push(value) - 1;
      },
      instant: (kind, object = 0, parent = 0, a = 0, b = 0, c = 0) => record("instant", kind, object, parent, [a, b, c]),
      begin: (kind, object = 0, parent = 0, a = 0, b = 0, c = 0) => record("begin", kind, object, parent, [a, b, c]),
      end: (kind, span, a = 0, b = 0, c = 0) => void record("end", kind, 0, span, [a, b, c]),
    };
  }
}
