// SPDX-License-Identifier: MIT
/** WDFTIMER (wdftimer.h; kmdf fxtimer.cpp): a kernel timer whose callback runs as a DPC, or on a worker with execution level Passive. */
import { hex } from "../base/index.ts";
import { type KernelThread, passiveLevel } from "../machine/index.ts";
import type { ApiTable, HostTimer } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import { type ObjectAttributes, readAttributes } from "./attributes.ts";
import type { CallbackLock } from "./callback-lock.ts";
import { WDF_TIMER_CONFIG, timerConfigSizes } from "./deferred-structs.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";
import { executionLevel } from "./object-structs.ts";
import { isLevelConflict, serializationOf } from "./serialization.ts";
import { status } from "./status.ts";
import { StructView } from "./struct-view.ts";

export class WdfTimer extends WdfObject {
  readonly callbackFunction: number;
  readonly periodMs: number;
  readonly isPassive: boolean;
  readonly #lock: CallbackLock | undefined;
  readonly #timer: HostTimer;
  #isQueued = false;
  #running = 0;
  /** Thread that runs the callback. */
  #runner: KernelThread | undefined;
  #expirations = 0;
  override readonly disposesAtPassive = true;

  constructor(
    framework: WdfFramework,
    parent: WdfObject,
    attributes: ObjectAttributes,
    config: { callback: number; periodMs: number; isPassive: boolean; lock: CallbackLock | undefined },
  ) {
    super(framework, "WDFTIMER", parent, attributes);
    this.callbackFunction = config.callback;
    this.periodMs = config.periodMs;
    this.isPassive = config.isPassive;
    this.#lock = config.lock;
    this.#timer = framework.nt.timers.create(() => this.#expire(), { name: "EvtTimerFunc", objectId: this.id });
  }

  /** True when the timer was in the system's timer queue already; the due time is then replaced. */
  start(dueTime: bigint): boolean {
    if (this.isDeleting) {
      this.framework.breakpoint({
        rule: "timer-start-rundown",
        message: `WdfTimerStart: ${this.framework.name(this)} is being deleted; the timer is not started`,
        explanation: "A timer cannot be started while it runs down.",
        objectId: this.id,
      });
      return false;
    }
    return this.framework.nt.timers.start(this.#timer, dueTime, this.periodMs);
  }

  /** True when the timer was started. With `waits`, callbacks that have begun or are queued have returned afterwards. */
  stop(waits: boolean): boolean {
    const { framework } = this;
    const wasStarted = framework.nt.timers.stop(this.#timer);
    if (!waits) return wasStarted;
    if (!framework.verifierIrqlAtMost(passiveLevel)) return false;
    if (this.#isInCallback && !this.#isQueued) this.#reportSelfWait();
    framework.nt.dpc.flush();
    framework.wait(`EvtTimerFunc of ${framework.name(this)}`, () => !this.#isQueued && this.#running === 0 && !(this.#timer.dpc?.isQueued ?? false));
    return wasStarted;
  }

  get #isInCallback(): boolean {
    return this.#running > 0 && this.#runner === this.framework.machine.scheduler.currentThread;
  }

  #reportSelfWait(): void {
    this.framework.violation({
      rule: "timer-stop-wait-irql",
      message: `WdfTimerStop: called with Wait TRUE inside EvtTimerFunc of ${this.framework.name(this)}`,
      explanation: "The call waits for the callback that makes it. Stop a timer from its own callback with Wait FALSE.",
      objectId: this.id,
    });
  }

  #expire(): void {
    this.#expirations++;
    if (!this.isPassive) {
      this.#call();
      return;
    }
    if (this.#isQueued) return;
    this.#isQueued = true;
    this.framework.runPassive("passive-level timer", () => {
      this.#isQueued = false;
      this.#call();
    });
  }

  #call(): void {
    if (this.lifeState !== "created") return;
    const call = (release: () => void): void => {
      this.#running++;
      const reason = { kind: "timer", label: "timer", cause: this.#timer.dpc?.queuedBy ?? 0, objectId: this.id } as const;
      this.framework.start(
        "EvtTimerFunc",
        this.callbackFunction,
        [this.handle],
        reason,
        () => {
          this.#running--;
          release();
        },
        (thread) => {
          this.#runner = thread;
        },
      );
    };
    if (this.#lock === undefined) call(() => undefined);
    else this.#lock.hold("EvtTimerFunc", call);
  }

  override label(): string {
    return `${this.periodMs > 0 ? `every ${this.periodMs} ms` : "one-shot"}, ${this.framework.nt.timers.isStarted(this.#timer) ? "started" : "stopped"}`;
  }

  override fields(): FieldView[] {
    return [
      { name: "EvtTimerFunc", value: hex(this.callbackFunction) },
      { name: "Period", value: `${this.periodMs} ms` },
      { name: "Started", value: this.framework.nt.timers.isStarted(this.#timer) ? "yes" : "no" },
      { name: "Due", value: this.#timer.event === undefined ? "" : `${this.#timer.event.due} ns` },
      { name: "AutomaticSerialization", value: this.#lock === undefined ? "no lock" : this.framework.name(this.#lock.owner) },
      { name: "Level", value: this.isPassive ? "Passive" : "Dispatch" },
      { name: "Expirations", value: String(this.#expirations) },
    ];
  }

  protected override dispose(): void {
    if (this.#isInCallback) {
      this.framework.violation({
        rule: "timer-delete-in-callback",
        message: `${this.framework.name(this)} is deleted inside its own EvtTimerFunc`,
        explanation: "The deletion waits for the callback to return. Delete the timer elsewhere.",
        objectId: this.id,
      });
      this.framework.nt.timers.stop(this.#timer);
      return;
    }
    this.stop(true);
  }
}

export function timerApi(framework: WdfFramework): ApiTable {
  const timerOf = (handle: number): WdfTimer => framework.resolve(handle, WdfTimer, "WDFTIMER");
  return {
    WdfTimerCreate: (config: number, attributes: number, out: number) => createTimer(framework, config, attributes, out),
    WdfTimerStart: (handle: number, dueTime: bigint) => (timerOf(handle).start(dueTime) ? 1 : 0),
    WdfTimerStop: (handle: number, wait: number) => (timerOf(handle).stop((wait & 0xff) !== 0) ? 1 : 0),
    WdfTimerGetParentObject: (handle: number) => timerOf(handle).parent?.handle ?? 0,
  };
}

function createTimer(framework: WdfFramework, configAddress: number, attributesAddress: number, out: number): number {
  const view = new StructView(framework.machine.memory, WDF_TIMER_CONFIG, framework.requirePointer(configAddress, "Config"));
  framework.requirePointer(out, "Timer");
  const size = view.get("Size");
  if (!timerConfigSizes.includes(size)) return status.infoLengthMismatch;
  const callback = framework.requirePointer(view.get("EvtTimerFunc"), "Config->EvtTimerFunc");
  const attributes = readAttributes(framework, attributesAddress, { parent: true, level: true, scope: false });
  if (typeof attributes === "number") return attributes;
  if (attributes.parent === 0) return status.wdfParentNotSpecified;
  const parent = framework.resolve(attributes.parent, WdfObject, "WDFOBJECT");
  const isSerialized = view.get("AutomaticSerialization") !== 0;
  const isPassive = attributes.executionLevel === executionLevel.passive;
  const periodMs = view.get("Period");
  const { fields } = WDF_TIMER_CONFIG;
  const tolerableDelay = size > fields.TolerableDelay.offset ? view.get("TolerableDelay") : 0;
  const isHighResolution = size > fields.UseHighResolutionTimer.offset && view.get("UseHighResolutionTimer") !== 0;
  if (isHighResolution && tolerableDelay > 0) return status.invalidParameter;
  if (isPassive && periodMs > 0) return status.notSupported;
  if (isSerialized && isLevelConflict(parent, "EvtTimerFunc", isPassive)) return status.wdfIncompatibleExecutionLevel;
  const lock = isSerialized ? serializationOf(parent)?.lock : undefined;
  return framework.finishCreate(new WdfTimer(framework, parent, attributes, { callback, periodMs, isPassive, lock }), out);
}
