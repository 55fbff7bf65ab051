// SPDX-License-Identifier: MIT
/** What the tests of the DMA objects share: a real machine, kernel and framework, one WDFDEVICE, and a driver and a device in TypeScript. Not part of the product's graph. */
import assert from "node:assert/strict";
import type { DeviceBus } from "../protocol/index.ts";
import type { Irp, IrpRequest, MappedElement } from "../nt/index.ts";
import { TestBugCheck, type TestFunction, TestMachine, type TestMachineOptions } from "../nt/test-machine.ts";
import { noAttributes } from "./attributes.ts";
import { WdfDevice } from "./device.ts";
import { DeviceInit } from "./device-init.ts";
import { readList } from "./dma-scatter-gather-list.ts";
import { WDF_COMMON_BUFFER_CONFIG, WDF_DMA_ENABLER_CONFIG } from "./dma-structs.ts";
import { WdfDmaTransaction } from "./dma-transaction.ts";
import type { TransactionState } from "./dma-transaction-states.ts";
import { type FrameworkOptions, WdfFramework } from "./framework.ts";
import type { WdfObject } from "./object.ts";
import { executionLevel, synchronizationScope } from "./object-structs.ts";
import { WdfRequest } from "./request.ts";
import { StructView } from "./struct-view.ts";

export const profiles = {
  packet: 1,
  scatterGather: 2,
  packet64: 3,
  scatterGather64: 4,
  scatterGatherDuplex: 5,
  scatterGather64Duplex: 6,
  system: 7,
  systemDuplex: 8,
} as const;
export const read = 0;
export const write = 1;
export const more = 0xc000_0016;

export interface BenchOptions extends TestMachineOptions {
  readonly verifier?: boolean;
  readonly minor?: number;
}

export interface EnablerOptions {
  readonly profile?: number;
  readonly maximumLength?: number;
  readonly version?: number;
  readonly addressWidth?: number;
  readonly flags?: number;
  readonly callbacks?: Readonly<Partial<Record<"Fill" | "Flush" | "Disable" | "Enable" | "SelfManagedIoStart" | "SelfManagedIoStop", number>>>;
}

/** Arguments of EvtProgramDma. */
export interface Programmed {
  readonly transaction: number;
  readonly context: number;
  readonly direction: number;
  readonly list: number;
  readonly elements: readonly MappedElement[];
  readonly irql: number;
}

export interface Buffer {
  readonly mdl: number;
  readonly address: number;
}

export class DmaBench {
  readonly test: TestMachine;
  readonly framework: WdfFramework;
  readonly device: WdfDevice;
  /** Calls of the EvtProgramDma that `programDma` made, in order. */
  readonly programmed: Programmed[] = [];
  #scratch = 0x100;

  constructor({ verifier = true, minor = 33, ...options }: BenchOptions = {}) {
    this.test = new TestMachine(options);
    const version: FrameworkOptions["version"] = { major: 1, minor };
    this.framework = new WdfFramework(this.test.nt, { verifier, version });
    this.test.apis = this.framework.api();
    const { io } = this.test.nt;
    const pdo = io.createDevice("pdo");
    this.device = new WdfDevice(this.framework, undefined as unknown as WdfObject, new DeviceInit(1, pdo), io.createDevice("fdo", pdo), noAttributes, {
      executionLevel: executionLevel.dispatch,
      synchronizationScope: synchronizationScope.none,
    });
    this.device.powerState = "D0";
  }

  get bus(): DeviceBus {
    assert.ok(this.test.bus !== undefined);
    return this.test.bus;
  }

  get rules(): readonly string[] {
    return this.test.rules;
  }

  /** Zeroed memory of the driver. */
  scratch(bytes: number): number {
    const address = this.test.global(this.#scratch);
    this.#scratch += Math.ceil(bytes / 8) * 8;
    return address;
  }

  call(name: string, ...args: (number | bigint)[]): number {
    return Number(this.test.api(name, ...args) ?? 0) >>> 0;
  }

  /** Calls a Create function whose last argument receives a handle; asserts success. */
  create(name: string, ...args: number[]): number {
    const out = this.scratch(4);
    assert.equal(this.call(name, ...args, out), 0, name);
    return this.test.machine.memory.u32(out);
  }

  /** Address of a WDF_DMA_ENABLER_CONFIG. */
  enablerConfig({
    profile = profiles.scatterGather64,
    maximumLength = 65536,
    version = 0,
    addressWidth = 0,
    flags = 0,
    callbacks = {},
  }: EnablerOptions = {}): number {
    const view = new StructView(this.test.machine.memory, WDF_DMA_ENABLER_CONFIG, this.scratch(WDF_DMA_ENABLER_CONFIG.size));
    view.set("Size", WDF_DMA_ENABLER_CONFIG.size);
    view.set("Profile", profile);
    view.set("MaximumLength", maximumLength);
    view.set("WdmDmaVersionOverride", version);
    view.set("AddressWidthOverride", addressWidth);
    view.set("Flags", flags);
    for (const name of ["Fill", "Flush", "Disable", "Enable", "SelfManagedIoStart", "SelfManagedIoStop"] as const)
      view.set(`EvtDmaEnabler${name}`, callbacks[name] ?? 0);
    return view.address;
  }

  enabler(options: EnablerOptions = {}): number {
    return this.create("WdfDmaEnablerCreate", this.device.handle, this.enablerConfig(options), 0);
  }

  transaction(enabler: number): number {
    return this.create("WdfDmaTransactionCreate", enabler, 0);
  }

  commonBufferConfig(mask: number): number {
    const view = new StructView(this.test.machine.memory, WDF_COMMON_BUFFER_CONFIG, this.scratch(WDF_COMMON_BUFFER_CONFIG.size));
    view.set("Size", WDF_COMMON_BUFFER_CONFIG.size);
    view.set("AlignmentRequirement", mask);
    return view.address;
  }

  object(transaction: number): WdfDmaTransaction {
    return this.framework.resolve(transaction, WdfDmaTransaction, "WDFDMATRANSACTION");
  }

  state(transaction: number): TransactionState {
    return this.object(transaction).stateName;
  }

  /** A function pointer of the driver. */
  fn(body: TestFunction): number {
    return this.test.function(body);
  }

  /** An EvtProgramDma that records its arguments, does `then` (default: the device moves the transfer at once) and returns TRUE unless that returns false. */
  programDma(then: (call: Programmed) => unknown = (call) => this.deviceMoves(call)): number {
    return this.fn((transaction, device, context, direction, list) => {
      assert.equal(device, this.device.handle);
      const { machine } = this.test;
      const call: Programmed = {
        transaction: Number(transaction),
        context: Number(context),
        direction: Number(direction),
        list: Number(list),
        elements: readList(machine.memory, Number(list)),
        irql: machine.cpu.irql,
      };
      this.programmed.push(call);
      return then(call) !== false;
    });
  }

  /** Nonpaged memory with an MDL, starting `offset` bytes into a page. */
  buffer(length: number, offset = 0, fill = 0): Buffer {
    const { machine, nt } = this.test;
    const pages = Math.ceil((offset + length) / 4096);
    const base = machine.pages.allocate({ pages, label: "test buffer" });
    assert.ok(base !== undefined);
    machine.memory.allow(base, pages * 4096);
    const address = base + offset;
    machine.memory.fill(address, length, fill);
    const mdl = nt.mdl.allocate(address, length);
    nt.mdl.buildForNonPagedPool(mdl);
    return { mdl, address };
  }

  /** Buffers as one MDL chain. */
  chain(...buffers: readonly Buffer[]): number {
    buffers.forEach(({ mdl }, i) => {
      const next = buffers[i + 1];
      if (next !== undefined) this.test.nt.mdl.setNext(mdl, next.mdl);
    });
    return buffers[0]?.mdl ?? 0;
  }

  initialize(transaction: number, programDma: number, direction: number, buffer: Buffer, length: number): number {
    return this.call("WdfDmaTransactionInitialize", transaction, programDma, direction, buffer.mdl, buffer.address, length);
  }

  execute(transaction: number, context = 0): number {
    return this.call("WdfDmaTransactionExecute", transaction, context);
  }

  /** One of the DmaCompleted functions: [BOOLEAN, status]. */
  completed(transaction: number, variant: "" | "WithLength" | "Final" = "", length?: number): readonly [boolean, number] {
    const out = this.scratch(4);
    const args = length === undefined ? [transaction, out] : [transaction, length, out];
    const result = this.call(`WdfDmaTransactionDmaCompleted${variant}`, ...args);
    return [result !== 0, this.test.machine.memory.u32(out)];
  }

  release(transaction: number): number {
    return this.call("WdfDmaTransactionRelease", transaction);
  }

  transferred(transaction: number): number {
    return this.call("WdfDmaTransactionGetBytesTransferred", transaction);
  }

  currentLength(transaction: number): number {
    return this.call("WdfDmaTransactionGetCurrentDmaTransferLength", transaction);
  }

  /** A request as the framework presents it. */
  request(request: IrpRequest, type: "buffered" | "direct" = "direct"): { readonly handle: number; readonly irp: Irp; readonly request: WdfRequest } {
    const { io } = this.test.nt;
    const fdo = this.device.deviceObject;
    io.setReadWriteType(fdo, type);
    const irp = io.createIrp(io.open(fdo), request);
    const wdfRequest = new WdfRequest(this.framework, this.device, irp);
    return { handle: wdfRequest.handle, irp, request: wdfRequest };
  }

  /** The device writes `data` over the elements of a transfer, as much as there is room for. */
  deviceWrites(elements: readonly MappedElement[], data: Uint8Array): void {
    let at = 0;
    for (const { address, length } of elements) {
      const part = data.subarray(at, at + length);
      if (part.length > 0) this.bus.dma.write(address, part);
      at += part.length;
    }
  }

  /** The device moves a whole transfer; zeros for a read. */
  deviceMoves({ direction, elements }: Programmed): void {
    if (direction === write) this.deviceReads(elements);
    else for (const { address, length } of elements) this.bus.dma.write(address, new Uint8Array(length));
  }

  /** What the device reads through the elements of a transfer. */
  deviceReads(elements: readonly MappedElement[]): Uint8Array {
    return Uint8Array.from(elements.flatMap(({ address, length }) => [...this.bus.dma.read(address, length)]));
  }
}

/** Asserts that `action` ends in bug check 0x10D with parameters 1 and 3, and returns the rule. */
export function bugCheckOf(action: () => unknown, parameter1: number, parameter3?: number): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof TestBugCheck, String(error));
    assert.equal(error.bugCheck?.code, 0x10d);
    assert.equal(error.bugCheck?.parameters[0], parameter1);
    if (parameter3 !== undefined) assert.equal(error.bugCheck?.parameters[2], parameter3);
    return error.violation.rule;
  }
  return assert.fail("no bug check");
}
