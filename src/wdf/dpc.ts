// SPDX-License-Identifier: MIT
/** WDFDPC (wdfdpc.h; kmdf fxdpc.cpp). */
import { hex } from "../base/index.ts";
import { passiveLevel } from "../machine/index.ts";
import { type ApiTable, type HostDpc, kdpcLayout } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import { type ObjectAttributes, parentRules, readAttributes } from "./attributes.ts";
import type { CallbackLock } from "./callback-lock.ts";
import { WDF_DPC_CONFIG } from "./deferred-structs.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";
import { isLevelConflict, serializationOf } from "./serialization.ts";
import { status } from "./status.ts";
import { StructView } from "./struct-view.ts";

export class WdfDpc extends WdfObject {
  readonly callbackFunction: number;
  readonly #lock: CallbackLock | undefined;
  readonly #dpc: HostDpc;
  /** KDPC in driver memory; 0 until asked for. */
  #kdpc = 0;
  #running = 0;
  override readonly disposesAtPassive = true;

  constructor(framework: WdfFramework, parent: WdfObject, attributes: ObjectAttributes, callback: number, lock: CallbackLock | undefined) {
    super(framework, "WDFDPC", parent, attributes);
    this.callbackFunction = callback;
    this.#lock = lock;
    this.#dpc = framework.nt.dpc.create("EvtDpcFunc", () => this.#run(), this.id);
  }

  /** False when it is queued already. */
  enqueue(): boolean {
    return this.framework.nt.dpc.insert(this.#dpc);
  }

  cancel(waits: boolean): boolean {
    const { framework } = this;
    if (waits && !framework.verifierIrqlAtMost(passiveLevel)) return false;
    const wasQueued = framework.nt.dpc.remove(this.#dpc);
    if (waits && !wasQueued) framework.nt.dpc.flush();
    if (waits) framework.wait(`EvtDpcFunc of ${framework.name(this)}`, () => this.#running === 0);
    return wasQueued;
  }

  /** WdfDpcWdmGetDpc: a KDPC that stands for this DPC; 0 when there is no memory. */
  wdmDpc(): number {
    const { nt, poolTag } = this.framework;
    if (this.#kdpc !== 0) return this.#kdpc;
    this.#kdpc = nt.pool.allocate(kdpcLayout.size, poolTag, `KDPC of ${this.framework.name(this)}`);
    if (this.#kdpc !== 0) nt.kernelDpcs.adopt(this.#kdpc, this.#dpc, this.callbackFunction);
    return this.#kdpc;
  }

  #run(): void {
    const call = (): void => {
      this.#running++;
      this.framework.callback("EvtDpcFunc", this.callbackFunction, [this.handle], { kind: "dpc", label: "DPC", cause: this.#dpc.queuedBy, objectId: this.id });
      this.#running--;
    };
    if (this.#lock === undefined) call();
    else this.#lock.run("EvtDpcFunc", call);
  }

  override label(): string {
    return this.#dpc.isQueued ? "queued" : this.#running > 0 ? "running" : "idle";
  }

  override fields(): FieldView[] {
    return [
      { name: "EvtDpcFunc", value: hex(this.callbackFunction) },
      { name: "DPC", value: this.label() },
      { name: "AutomaticSerialization", value: this.#lock === undefined ? "no lock" : this.framework.name(this.#lock.owner) },
    ];
  }

  protected override dispose(): void {
    this.cancel(this.framework.machine.cpu.irql === passiveLevel);
  }

  protected override destroyed(): void {
    if (this.#kdpc === 0) return;
    this.framework.nt.kernelDpcs.forget(this.#kdpc);
    this.framework.nt.pool.free(this.#kdpc, this.framework.poolTag);
  }
}

export function dpcApi(framework: WdfFramework): ApiTable {
  const dpcOf = (handle: number): WdfDpc => framework.resolve(handle, WdfDpc, "WDFDPC");
  return {
    WdfDpcCreate: (configAddress: number, attributesAddress: number, out: number) => {
      const view = new StructView(framework.machine.memory, WDF_DPC_CONFIG, framework.requirePointer(configAddress, "Config"));
      framework.requirePointer(out, "Dpc");
      if (view.get("Size") !== WDF_DPC_CONFIG.size) return status.infoLengthMismatch;
      const callback = framework.requirePointer(view.get("EvtDpcFunc"), "Config->EvtDpcFunc");
      const attributes = readAttributes(framework, attributesAddress, parentRules);
      if (typeof attributes === "number") return attributes;
      if (attributes.parent === 0) return status.wdfParentNotSpecified;
      const parent = framework.resolve(attributes.parent, WdfObject, "WDFOBJECT");
      const isSerialized = view.get("AutomaticSerialization") !== 0;
      if (isSerialized && isLevelConflict(parent, "EvtDpcFunc", false)) return status.wdfIncompatibleExecutionLevel;
      return framework.finishCreate(new WdfDpc(framework, parent, attributes, callback, isSerialized ? serializationOf(parent)?.lock : undefined), out);
    },
    WdfDpcEnqueue: (handle: number) => (dpcOf(handle).enqueue() ? 1 : 0),
    WdfDpcCancel: (handle: number, wait: number) => (dpcOf(handle).cancel((wait & 0xff) !== 0) ? 1 : 0),
    WdfDpcWdmGetDpc: (handle: number) => dpcOf(handle).wdmDpc(),
    WdfDpcGetParentObject: (handle: number) => dpcOf(handle).parent?.handle ?? 0,
  };
}
