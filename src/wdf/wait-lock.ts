// SPDX-License-Identifier: MIT
/** WDFWAITLOCK (wdfsync.h; kmdf fxwaitlock.cpp): a synchronization event; waits at PASSIVE_LEVEL, or not at all with a time-out of 0. */
import { type Blocking, dispatchLevel, passiveLevel } from "../machine/index.ts";
import type { ApiTable } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import { type ObjectAttributes, parentRules, readAttributes } from "./attributes.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";
import { status } from "./status.ts";

export class WdfWaitLock extends WdfObject {
  #isHeld = false;
  #waiters = 0;

  constructor(framework: WdfFramework, parent: WdfObject | undefined, attributes: ObjectAttributes) {
    super(framework, "WDFWAITLOCK", parent, attributes);
  }

  /** `timeout` in 100 ns units, negative = relative, undefined = for ever. Returns STATUS_SUCCESS or STATUS_TIMEOUT. */
  *acquire(timeout: bigint | undefined): Blocking<number> {
    const { framework } = this;
    const isPoll = timeout === 0n;
    if (isPoll ? !framework.verifierIrqlAtMost(dispatchLevel) : !framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
    if (!this.#isHeld) {
      this.#isHeld = true;
      return status.success;
    }
    if (isPoll) return status.timeout;
    return yield* this.#wait(timeout);
  }

  *#wait(timeout: bigint | undefined): Blocking<number> {
    const { framework } = this;
    const until = (): boolean => !this.#isHeld;
    const timeoutNs = timeout === undefined ? undefined : timeout < 0n ? Number(-timeout) * 100 : framework.nt.time.delayUntil(timeout);
    this.#waiters++;
    const result = yield { until, reason: framework.name(this), ...(timeoutNs === undefined ? {} : { timeoutNs }) };
    this.#waiters--;
    if (result === "timeout") return status.timeout;
    if (result === "deadlock") {
      framework.bugCheck(2, this.handle, 0, {
        rule: "KMDF-LOCK-RECURSIVE",
        message: `WdfWaitLockAcquire: ${framework.name(this)} is held and nobody is left who could release it`,
        explanation: "Wait locks are not recursive: the thread that holds the lock waits for itself, or the holder returned without releasing it.",
        objectId: this.id,
      });
    }
    this.#isHeld = true;
    return status.success;
  }

  release(): void {
    const { framework } = this;
    if (!framework.verifierIrqlAtMost(dispatchLevel)) return;
    if (!this.#isHeld) {
      framework.violation({
        rule: "KMDF-LOCK-NOT-OWNED",
        message: `WdfWaitLockRelease: ${framework.name(this)} is not held`,
        explanation: "Release a wait lock once for each acquisition.",
        objectId: this.id,
      });
    }
    this.#isHeld = false;
  }

  override label(): string {
    return this.#isHeld ? "held" : "free";
  }

  override fields(): FieldView[] {
    return [
      { name: "Held", value: this.#isHeld ? "yes" : "no" },
      { name: "Waiting threads", value: String(this.#waiters) },
    ];
  }
}

export function waitLockApi(framework: WdfFramework): ApiTable {
  const lockOf = (handle: number): WdfWaitLock => framework.resolve(handle, WdfWaitLock, "WDFWAITLOCK");
  return {
    WdfWaitLockCreate: (attributesAddress: number, out: number) => {
      framework.requirePointer(out, "Lock");
      const attributes = readAttributes(framework, attributesAddress, parentRules);
      if (typeof attributes === "number") return attributes;
      return framework.finishCreate(new WdfWaitLock(framework, framework.parentFor(attributes), attributes), out);
    },
    WdfWaitLockAcquire: (handle: number, timeout: number) => lockOf(handle).acquire(timeout === 0 ? undefined : framework.machine.memory.i64(timeout >>> 0)),
    WdfWaitLockRelease: (handle: number) => lockOf(handle).release(),
  };
}
