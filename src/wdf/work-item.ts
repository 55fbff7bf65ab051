// SPDX-License-Identifier: MIT
/** WDFWORKITEM (wdfworkitem.h; kmdf fxworkitem.cpp): a callback on a system worker thread at PASSIVE_LEVEL. */
import { hex } from "../base/index.ts";
import { type Blocking, type KernelThread, passiveLevel } from "../machine/index.ts";
import type { ApiTable } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import { type ObjectAttributes, parentRules, readAttributes } from "./attributes.ts";
import type { CallbackLock } from "./callback-lock.ts";
import { WDF_WORKITEM_CONFIG } from "./deferred-structs.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";
import { isLevelConflict, serializationOf } from "./serialization.ts";
import { status } from "./status.ts";
import { StructView } from "./struct-view.ts";

export class WdfWorkItem extends WdfObject {
  readonly callbackFunction: number;
  readonly #lock: CallbackLock | undefined;
  #isQueued = false;
  #running = 0;
  /** Thread that runs the callback. */
  #runner: KernelThread | undefined;
  override readonly disposesAtPassive = true;

  constructor(framework: WdfFramework, parent: WdfObject, attributes: ObjectAttributes, callback: number, lock: CallbackLock | undefined) {
    super(framework, "WDFWORKITEM", parent, attributes);
    this.callbackFunction = callback;
    this.#lock = lock;
  }

  /** Queues the callback; a second call before it has begun has no effect. */
  enqueue(): void {
    if (this.#isQueued) return;
    this.#isQueued = true;
    const { machine } = this.framework;
    this.framework.runPassive("EvtWorkItem", () => {
      this.#isQueued = false;
      const span = machine.trace.begin("workItem", this.id, 0, machine.trace.text("EvtWorkItem"));
      const call = (release: () => void): void => {
        this.#running++;
        const reason = { kind: "work-item", label: "work item", cause: span, objectId: this.id } as const;
        this.framework.start(
          "EvtWorkItem",
          this.callbackFunction,
          [this.handle],
          reason,
          () => {
            this.#running--;
            machine.trace.end("workItem", span, machine.trace.text("EvtWorkItem"));
            release();
          },
          (thread) => {
            this.#runner = thread;
          },
        );
      };
      if (this.#lock === undefined) call(() => undefined);
      else this.#lock.hold("EvtWorkItem", call);
    });
  }

  *flush(): Blocking<void> {
    const { framework } = this;
    if (!framework.verifierIrqlAtMost(passiveLevel)) return;
    if (this.#running > 0 && this.#runner === framework.machine.scheduler.currentThread) {
      framework.violation({
        rule: "workitem-flush-in-callback",
        message: `${framework.apiName()}: the callback of ${framework.name(this)} waits for itself`,
        explanation: "WdfWorkItemFlush, and the deletion of a work item, wait until EvtWorkItem has returned; do not do either inside it.",
        objectId: this.id,
      });
      return;
    }
    yield* framework.waitTask(`EvtWorkItem of ${framework.name(this)}`, () => !this.#isQueued && this.#running === 0);
  }

  override label(): string {
    return this.#isQueued ? "queued" : this.#running > 0 ? "running" : "idle";
  }

  override fields(): FieldView[] {
    return [
      { name: "EvtWorkItemFunc", value: hex(this.callbackFunction) },
      { name: "Work item", value: this.label() },
      { name: "AutomaticSerialization", value: this.#lock === undefined ? "no lock" : this.framework.name(this.#lock.owner) },
    ];
  }

  /** A work item that waits still runs before the object goes; deletion inside the callback goes on afterwards. */
  protected override dispose(): void {
    if (this.#isQueued && this.#running === 0) this.framework.wait(`EvtWorkItem of ${this.framework.name(this)}`, () => !this.#isQueued);
  }
}

export function workItemApi(framework: WdfFramework): ApiTable {
  const itemOf = (handle: number): WdfWorkItem => framework.resolve(handle, WdfWorkItem, "WDFWORKITEM");
  return {
    WdfWorkItemCreate: (configAddress: number, attributesAddress: number, out: number) => {
      const view = new StructView(framework.machine.memory, WDF_WORKITEM_CONFIG, framework.requirePointer(configAddress, "Config"));
      framework.requirePointer(out, "WorkItem");
      if (view.get("Size") !== WDF_WORKITEM_CONFIG.size) return status.infoLengthMismatch;
      const callback = framework.requirePointer(view.get("EvtWorkItemFunc"), "Config->EvtWorkItemFunc");
      const attributes = readAttributes(framework, attributesAddress, parentRules);
      if (typeof attributes === "number") return attributes;
      if (attributes.parent === 0) return status.wdfParentNotSpecified;
      const parent = framework.resolve(attributes.parent, WdfObject, "WDFOBJECT");
      const isSerialized = view.get("AutomaticSerialization") !== 0;
      if (isSerialized && isLevelConflict(parent, "EvtWorkItem", true)) return status.wdfIncompatibleExecutionLevel;
      return framework.finishCreate(new WdfWorkItem(framework, parent, attributes, callback, isSerialized ? serializationOf(parent)?.lock : undefined), out);
    },
    WdfWorkItemEnqueue: (handle: number) => itemOf(handle).enqueue(),
    WdfWorkItemFlush: (handle: number) => itemOf(handle).flush(),
    WdfWorkItemGetParentObject: (handle: number) => itemOf(handle).parent?.handle ?? 0,
  };
}
