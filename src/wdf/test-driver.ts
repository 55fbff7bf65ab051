// SPDX-License-Identifier: MIT
/**
 * A KMDF driver in TypeScript for unit tests: real machine, kernel and framework; every callback it registers writes its name into `log`.
 * Not part of the product's graph.
 */
import type { StructLayout } from "../base/index.ts";
import type { Irp, IrpRequest, IrpResult, PnpRequest } from "../nt/index.ts";
import { TestBugCheck, type TestFunction, TestMachine, type TestMachineOptions } from "../nt/test-machine.ts";
import { WDF_FILEOBJECT_CONFIG, WDF_PNPPOWER_EVENT_CALLBACKS, ioType, pnpPowerCallbackNames } from "./device-structs.ts";
import { WdfFramework } from "./framework.ts";
import { WDF_INTERRUPT_CONFIG } from "./interrupt-structs.ts";
import { WDF_DRIVER_CONFIG, WDF_OBJECT_ATTRIBUTES, WDF_OBJECT_CONTEXT_TYPE_INFO, executionLevel, synchronizationScope, triState } from "./object-structs.ts";
import { WDF_IO_QUEUE_CONFIG, dispatchType } from "./queue-structs.ts";
import { StructView } from "./struct-view.ts";

export interface TestDriverOptions extends TestMachineOptions {
  readonly verifier?: boolean;
  readonly minor?: number;
  /** Body of EvtDriverDeviceAdd after the device was created. */
  readonly deviceAdd?: (driver: TestDriver) => number | void;
  /** PnP callbacks that answer something other than STATUS_SUCCESS, or do something. */
  readonly pnp?: Readonly<Record<string, (driver: TestDriver, args: readonly (number | bigint)[]) => number | void>>;
  readonly ioType?: number;
  readonly deviceAttributes?: Readonly<Record<string, number>>;
  /** WdfDeviceInit calls before the device is created. */
  readonly init?: (driver: TestDriver, init: number) => void;
  readonly unload?: boolean;
}

/** Values of structure members; members that are not named stay 0. */
export type Members = Readonly<Record<string, number>>;

export class TestDriver {
  readonly test: TestMachine;
  readonly framework: WdfFramework;
  /** Names of the driver's callbacks in the order of their calls. */
  readonly log: string[] = [];
  readonly options: TestDriverOptions;
  driver = 0;
  device = 0;
  entryStatus = 0;
  #scratch = 0x100;

  constructor(options: TestDriverOptions = {}) {
    this.options = options;
    this.test = new TestMachine(options);
    this.framework = new WdfFramework(this.test.nt, { verifier: options.verifier ?? true, version: { major: 1, minor: options.minor ?? 33 } });
    this.test.apis = { ...this.test.nt.api(), ...this.framework.api() };
    this.test.machine.device.setPower("D0");
  }

  /** Loads the driver: DriverEntry with WdfDriverCreate. */
  load(): this {
    const entry = this.test.function((driverObject, registryPath) => {
      const config = this.struct(WDF_DRIVER_CONFIG, {
        EvtDriverDeviceAdd: this.test.function((_driver, init) => this.#deviceAdd(Number(init))),
        EvtDriverUnload: this.options.unload === true ? this.callback("EvtDriverUnload") : 0,
      });
      const out = this.out();
      const result = this.call("WdfDriverCreate", Number(driverObject), Number(registryPath), 0, config, out);
      this.driver = this.u32(out);
      return result;
    });
    this.entryStatus = this.test.nt.loadDriver(entry, "test");
    return this;
  }

  /** Loads and starts; returns the status of the start. */
  start(): number {
    this.load();
    return this.pnp("start");
  }

  /** A PnP request, run to its end; 0x103 when it does not end. */
  pnp(kind: PnpRequest): number {
    let result = 0x103;
    this.test.nt.pnp.request(kind, (status) => {
      result = status;
    });
    this.test.settle();
    return result;
  }

  #deviceAdd(init: number): number {
    const callbacks = Object.fromEntries(
      pnpPowerCallbackNames.map((name) => [name, this.callback(name, (...args) => this.options.pnp?.[name]?.(this, args) ?? 0)]),
    );
    this.call("WdfDeviceInitSetPnpPowerEventCallbacks", init, this.struct(WDF_PNPPOWER_EVENT_CALLBACKS, callbacks));
    this.call("WdfDeviceInitSetIoType", init, this.options.ioType ?? ioType.buffered);
    this.options.init?.(this, init);
    const pointer = this.out();
    this.test.machine.memory.setU32(pointer, init);
    const out = this.out();
    const result = this.call("WdfDeviceCreate", pointer, this.attributes(this.options.deviceAttributes ?? {}), out);
    if (result !== 0) return result;
    this.device = this.u32(out);
    return this.options.deviceAdd?.(this) ?? 0;
  }

  /** A logged driver function; returns its pointer. */
  callback(name: string, body: TestFunction = () => 0): number {
    return this.test.function((...args) => {
      this.log.push(name);
      return body(...args);
    });
  }

  /** Calls an API; the i32 result unsigned. */
  call(name: string, ...args: (number | bigint)[]): number {
    return Number(this.test.api(name, ...args) ?? 0) >>> 0;
  }

  /** Address of 8 fresh bytes for an out parameter. */
  out(): number {
    this.#scratch += 8;
    return this.test.global(this.#scratch);
  }

  u32(address: number): number {
    return this.test.machine.memory.u32(address);
  }

  /** A structure in driver memory, Size filled in. */
  struct(layout: StructLayout, members: Members = {}): number {
    const address = this.test.global(this.#scratch + 8);
    this.#scratch += 8 + Math.ceil(layout.size / 8) * 8;
    const view = new StructView(this.test.machine.memory, layout, address);
    this.test.machine.memory.fill(address, layout.size, 0);
    if ("Size" in layout.fields) view.set("Size", layout.size);
    for (const [name, value] of Object.entries(members)) view.set(name, value);
    return address;
  }

  attributes(members: Members = {}): number {
    return this.struct(WDF_OBJECT_ATTRIBUTES, { ExecutionLevel: executionLevel.inherit, SynchronizationScope: synchronizationScope.inherit, ...members });
  }

  /** A context type; returns the address of its WDF_OBJECT_CONTEXT_TYPE_INFO. */
  contextType(name: string, size: number): number {
    const text = this.out();
    this.#scratch += 64;
    this.test.machine.memory.write(text, new TextEncoder().encode(`${name}\0`));
    const address = this.struct(WDF_OBJECT_CONTEXT_TYPE_INFO, { ContextName: text, ContextSize: size });
    new StructView(this.test.machine.memory, WDF_OBJECT_CONTEXT_TYPE_INFO, address).set("UniqueType", address);
    return address;
  }

  /** A UNICODE_STRING in driver memory. */
  unicode(text: string): number {
    const buffer = this.out() + 8;
    this.#scratch += 16 + Math.ceil(text.length / 4) * 8;
    for (let i = 0; i < text.length; i++) this.test.machine.memory.setU16(buffer + 2 * i, text.charCodeAt(i));
    const address = this.out();
    this.test.machine.memory.setU16(address, 2 * text.length);
    this.test.machine.memory.setU16(address + 2, 2 * text.length);
    this.test.machine.memory.setU32(address + 4, buffer);
    return address;
  }

  /** WdfIoQueueCreate with the given members; returns the handle, or throws. */
  queue(members: Members, attributes = 0): number {
    const out = this.out();
    const result = this.call("WdfIoQueueCreate", this.device, this.queueConfig(members), attributes, out);
    if (result !== 0) throw new Error(`WdfIoQueueCreate: ${result.toString(16)}`);
    return this.u32(out);
  }

  queueConfig(members: Members): number {
    const type = members["DispatchType"] ?? dispatchType.sequential;
    return this.struct(WDF_IO_QUEUE_CONFIG, {
      DispatchType: type,
      PowerManaged: triState.useDefault,
      NumberOfPresentedRequests: type === dispatchType.parallel ? 0xffff_ffff : 0,
      ...members,
    });
  }

  /** WdfInterruptCreate; returns status and handle. */
  interrupt(members: Members, attributes = 0): { readonly status: number; readonly handle: number } {
    const out = this.out();
    const config = this.struct(WDF_INTERRUPT_CONFIG, { ShareVector: triState.useDefault, ReportInactiveOnPowerDown: triState.useDefault, ...members });
    const status = this.call("WdfInterruptCreate", this.device, config, attributes, out);
    return { status, handle: this.u32(out) };
  }

  fileConfig(members: Members): number {
    return this.struct(WDF_FILEOBJECT_CONFIG, { AutoForwardCleanupClose: triState.useDefault, FileObjectClass: 4, ...members });
  }

  /** Sends a request to the device; the result arrives in `result`. */
  send(request: IrpRequest): { readonly irp: Irp; result: IrpResult | undefined } {
    const { io, pnp } = this.test.nt;
    const device = pnp.functionDevice;
    if (device === undefined) throw new Error("no device");
    const irp = io.createIrp(io.open(device), request);
    const sent: { readonly irp: Irp; result: IrpResult | undefined } = { irp, result: undefined };
    io.submit(irp, (result) => {
      sent.result = result;
    });
    return sent;
  }

  /** What was logged since the last call. */
  take(): string[] {
    return this.log.splice(0);
  }
}

/** Parameters of the WDF_VIOLATION that `body` ends with. */
export function bugCheckOf(body: () => unknown): readonly number[] | undefined {
  try {
    body();
  } catch (error) {
    if (error instanceof TestBugCheck && error.bugCheck?.code === 0x10d) return error.bugCheck.parameters;
    throw error;
  }
  return undefined;
}
