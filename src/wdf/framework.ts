// SPDX-License-Identifier: MIT
/** KMDF as one driver sees it: the object tree, the functions by name, bug checks and verifier breaks, and calls into the driver. */
import { assert, hex } from "../base/index.ts";
import { type Blocking, type CallReason, type KernelThread, type Machine, type Task, apcLevel, dispatchLevel, passiveLevel } from "../machine/index.ts";
import { type ApiTable, type NtKernel, irqlName } from "../nt/index.ts";
import type { ObjectView, TransactionReport, Violation } from "../protocol/index.ts";
import { collectApi } from "./api.ts";
import type { ObjectAttributes } from "./attributes.ts";
import { DeviceInits } from "./device-init.ts";
import { HandleTable, type ObjectClass } from "./handle-table.ts";
import { WdfObject } from "./object.ts";
import type { WdfRequest } from "./request.ts";
import { isSuccess, statusText } from "./status.ts";
import type { WdfType } from "./type-table.ts";

export interface FrameworkOptions {
  /** The KMDF verifier: the breaks and checks that Driver Verifier switches on. */
  readonly verifier: boolean;
  /** KMDF version the driver was built for. */
  readonly version: { readonly major: 1; readonly minor: number };
}

/** Parts of a call's reason that the framework fills in when they are left out. */
export type PartialReason = Partial<CallReason>;

const wdfViolation = 0x10d;

/** State of the thread that a callback must leave as it found it. */
interface CallbackEntry {
  readonly irql: number;
  /** Critical and guarded regions. */
  readonly regions: number;
}

export class WdfFramework {
  readonly nt: NtKernel;
  readonly machine: Machine;
  readonly options: FrameworkOptions;
  readonly handles: HandleTable;
  readonly deviceInits: DeviceInits;
  /** Root of the object tree after WdfDriverCreate. */
  driver: WdfObject | undefined;
  /** Address of WDF_DRIVER_GLOBALS; parameter 4 of bug check 0x10D. */
  driverGlobals = 0;
  /** Pool tag of allocations for the driver, from WDF_DRIVER_CONFIG or the driver's name. */
  poolTag = 0x66_78_44_46;
  readonly #completionChecks: ((request: WdfRequest) => void)[] = [];
  readonly #transactionReports: (() => readonly TransactionReport[])[] = [];
  readonly #api: ApiTable;

  constructor(nt: NtKernel, options: FrameworkOptions) {
    this.nt = nt;
    this.machine = nt.machine;
    this.options = options;
    this.handles = new HandleTable(this);
    this.deviceInits = new DeviceInits(this);
    this.#api = collectApi(this);
  }

  /** Every emulated function by its exported name. */
  api(): ApiTable {
    return this.#api;
  }

  /** The trees of all objects, for views. */
  objects(): ObjectView[] {
    return this.handles
      .all()
      .filter(({ parent }) => parent === undefined)
      .map((object) => object.view());
  }

  /** What a handle names, for hovers and messages. */
  describeHandle(handle: number): string | undefined {
    return this.handles.describe(handle);
  }

  /** Contexts of the object a handle names. */
  contextOf(handle: number): readonly { readonly typeName: string; readonly address: number; readonly size: number }[] {
    return this.handles.peek(handle)?.contexts.map(({ type, address }) => ({ typeName: type.name, address, size: type.size })) ?? [];
  }

  /** What every transaction so far transferred, in order of its first Execute. */
  transactionsReport(): TransactionReport[] {
    return this.#transactionReports.flatMap((report) => report());
  }

  /** Adds a source for `transactionsReport`. */
  onTransactionsReport(report: () => readonly TransactionReport[]): void {
    this.#transactionReports.push(report);
  }

  /** Adds a check of requests that are about to be completed. */
  onRequestCompletion(check: (request: WdfRequest) => void): void {
    this.#completionChecks.push(check);
  }

  /** The driver completes `request`. */
  checkCompletion(request: WdfRequest): void {
    for (const check of this.#completionChecks) check(request);
  }

  /** True when the driver was built for KMDF 1.`minor` or later. */
  isVersionAtLeast(minor: number): boolean {
    return this.options.version.minor >= minor;
  }

  resolve<T extends WdfObject>(handle: number, of: ObjectClass<T>, type: WdfType): T {
    return this.handles.resolve(handle, of, type);
  }

  /** Bug check 4 when a required pointer argument is NULL. Returns the address unsigned. */
  requirePointer(pointer: number, name: string): number {
    if (pointer !== 0) return pointer >>> 0;
    return this.bugCheck(4, 0, 0, {
      rule: this.apiName().startsWith("WdfDma") ? "txn-null-args" : "KMDF-NULL-ARGUMENT",
      message: `${this.apiName()} was given NULL for ${name}`,
      explanation: "The framework stops the system when a required pointer argument is NULL.",
    });
  }

  /** KeBugCheckEx(WDF_VIOLATION, code, p2, p3, driver globals). */
  bugCheck(code: number, p2: number, p3: number, violation: Omit<Violation, "bugCheck">): never {
    return this.machine.stop.bugCheck({
      ...violation,
      bugCheck: { code: wdfViolation, name: "WDF_VIOLATION", parameters: [code, p2 >>> 0, p3 >>> 0, this.driverGlobals] },
    });
  }

  /** What the KMDF source calls a debugger break: reported when the verifier is on; the caller continues as the source does. */
  breakpoint(violation: Violation): void {
    if (this.options.verifier) this.machine.stop.violation(violation);
  }

  /** Something the framework never checks but a debugger should tell. Reported with or without verifier. */
  violation(violation: Violation): void {
    this.machine.stop.violation(violation);
  }

  /** The IRQL checks of the KMDF verifier: false when the verifier is on and the level is above `limit`. */
  verifierIrqlAtMost(limit: number): boolean {
    const { irql } = this.machine.cpu;
    if (irql <= limit || !this.options.verifier) return true;
    this.machine.stop.violation({
      rule: "irql-too-high-for-ddi",
      message: `${this.apiName()} was called at ${irqlName(irql)}; it may be called at ${limit === passiveLevel ? "" : "or below "}${irqlName(limit)} only`,
      explanation: "The KMDF verifier refuses the call with STATUS_INVALID_DEVICE_REQUEST. Move it to a callback at the right level, or to a work item.",
    });
    return false;
  }

  /** Documented level that the framework itself does not check (static annotations only): reports and goes on. */
  documentedIrqlAtMost(limit: number): void {
    const { irql } = this.machine.cpu;
    if (irql <= limit || !this.options.verifier) return;
    this.machine.stop.violation({
      rule: irql > dispatchLevel ? "isr-wrong-irql-api" : "irql-too-high-for-ddi",
      message: `${this.apiName()} was called at ${irqlName(irql)}; it may be called at ${limit === passiveLevel ? "" : "or below "}${irqlName(limit)} only`,
      explanation: "KMDF does not check this at run time: the call can deadlock or corrupt the framework's lists when it interrupts them.",
    });
  }

  /** Name of the function the driver is in, for messages. */
  apiName(): string {
    return this.machine.guest.currentApi ?? "The framework";
  }

  /**
   * Calls the driver. Checks that IRQL and critical regions are the same afterwards (bug checks 0x10D/0xE and 0xF with verifier). Returns the result
   * unsigned; a NULL `target` is the caller's business.
   */
  callback(name: string, target: number, args: readonly (number | bigint)[], reason: PartialReason = {}): number {
    const { machine } = this;
    assert(target !== 0, `${name} has no function`);
    const entry = this.#entry();
    const result = machine.guest.call(name, target, args, this.#reason(reason)) >>> 0;
    this.#checkExit(name, target, entry, reason);
    return result;
  }

  /** The same as part of a task: a callback at PASSIVE_LEVEL that waits leaves the processor to others. */
  *callbackTask(name: string, target: number, args: readonly (number | bigint)[], reason: PartialReason = {}): Blocking<number> {
    const { machine } = this;
    assert(target !== 0, `${name} has no function`);
    const entry = this.#entry();
    const result = (yield* machine.guest.run(name, target, args, this.#reason(reason))) >>> 0;
    this.#checkExit(name, target, entry, reason);
    return result;
  }

  /**
   * The same where the framework has nothing else to do meanwhile than `then`, which gets the result. A callback at PASSIVE_LEVEL that no driver code
   * led to is a thread of its own: when it waits, this call returns before it has. `begins` is told the thread.
   */
  start(
    name: string,
    target: number,
    args: readonly (number | bigint)[],
    reason: PartialReason,
    then: (result: number) => void,
    begins: (thread: KernelThread) => void = () => undefined,
  ): void {
    const { guest, cpu, scheduler } = this.machine;
    if (!guest.canStartThread || cpu.irql !== passiveLevel) {
      begins(scheduler.currentThread);
      then(this.callback(name, target, args, reason));
      return;
    }
    const call = (): Blocking<number> => this.callbackTask(name, target, args, reason);
    scheduler.detach(
      name,
      (function* (): Task {
        begins(scheduler.currentThread);
        then(yield* call());
      })(),
    );
  }

  #reason(reason: PartialReason): CallReason {
    return { kind: reason.kind ?? "framework", label: reason.label ?? this.machine.guest.currentApi ?? "I/O dispatch", ...pick(reason) };
  }

  #entry(): CallbackEntry {
    const { cpu, scheduler } = this.machine;
    return { irql: cpu.irql, regions: this.nt.threads.regionsOf(scheduler.currentThread.id) };
  }

  #checkExit(name: string, target: number, entry: CallbackEntry, reason: PartialReason): void {
    if (!this.options.verifier) return;
    const exit = this.#entry();
    const object = reason.objectId === undefined ? {} : { objectId: reason.objectId };
    if (entry.irql !== exit.irql) {
      this.bugCheck(0xe, entry.irql, exit.irql, {
        rule: "callback-returns-other-irql",
        message: `${name} was called at ${irqlName(entry.irql)} and returned at ${irqlName(exit.irql)}`,
        explanation: "A callback must return at the IRQL at which it was called: every lock acquired in it must be released in it.",
        ...object,
      });
    }
    if (exit.irql > apcLevel || entry.regions === exit.regions) return;
    this.bugCheck(0xf, target, 0, {
      rule: "critical-region-not-left",
      message: `${name} was called in ${entry.regions} critical or guarded regions and returned in ${exit.regions}`,
      explanation: "Each KeEnterCriticalRegion or KeEnterGuardedRegion is balanced by its KeLeave… in the same callback.",
      ...object,
    });
  }

  /** Parent that the attributes name, the driver when they name none. */
  parentFor(attributes: ObjectAttributes): WdfObject | undefined {
    return attributes.parent === 0 ? this.driver : this.resolve(attributes.parent, WdfObject, "WDFOBJECT");
  }

  /** A VOID function was given attributes that validation refuses. */
  reportBadAttributes(result: number): void {
    this.breakpoint({
      rule: "setup-parent-object",
      message: `${this.apiName()}: the WDF_OBJECT_ATTRIBUTES are not valid (${statusText(result)}); the call is ignored`,
      explanation: "Initialize the structure with WDF_OBJECT_ATTRIBUTES_INIT and set only members that this object type allows.",
    });
  }

  /** Last step of a Create function: context, then the handle is given to the driver. Returns the function's NTSTATUS. */
  finishCreate(object: WdfObject, out: number): number {
    const result = object.commit();
    if (isSuccess(result) && out !== 0) this.machine.memory.setU32(out >>> 0, object.handle);
    return result;
  }

  /** Runs `run` at PASSIVE_LEVEL on a framework worker, after what is queued there. */
  runPassive(label: string, run: () => void): void {
    this.machine.scheduler.queue(label, run);
  }

  /** Runs the machine until `until` holds, for the waits inside framework functions that are called at PASSIVE_LEVEL. */
  wait(reason: string, until: () => boolean): void {
    if (this.machine.scheduler.waitUntil({ until, reason }) === "deadlock") this.#reportEndlessWait(reason);
  }

  /** The same in a routine that the driver calls: its thread waits, and nothing else. */
  *waitTask(reason: string, until: () => boolean): Blocking<void> {
    if (!until() && (yield { until, reason }) === "deadlock") this.#reportEndlessWait(reason);
  }

  #reportEndlessWait(reason: string): void {
    this.violation({
      rule: "KMDF-WAIT-FOREVER",
      message: `${this.apiName()} waits for ${reason}, and nothing that could end the wait will ever happen`,
      explanation: "The thread would hang here. What is waited for must be completed by code that does not itself wait for this call.",
    });
  }

  /** `WDFQUEUE 0xE0000010`. */
  name(object: WdfObject): string {
    return `${object.type} ${hex(object.handle, 8)}`;
  }
}

function pick({ cause, objectId }: PartialReason): Pick<CallReason, "cause" | "objectId"> {
  return { ...(cause === undefined ? {} : { cause }), ...(objectId === undefined ? {} : { objectId }) };
}
