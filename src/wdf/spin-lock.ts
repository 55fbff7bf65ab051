// SPDX-License-Identifier: MIT
/** WDFSPINLOCK (wdfsync.h; kmdf fxspinlock.cpp): raises to DISPATCH_LEVEL; not recursive. */
import { dispatchLevel, passiveLevel } from "../machine/index.ts";
import { type ApiTable, irqlName } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import { type ObjectAttributes, parentRules, readAttributes } from "./attributes.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";

export class WdfSpinLock extends WdfObject {
  #isHeld = false;
  #oldIrql = passiveLevel;
  #acquisitions = 0;

  constructor(framework: WdfFramework, parent: WdfObject | undefined, attributes: ObjectAttributes) {
    super(framework, "WDFSPINLOCK", parent, attributes);
  }

  acquire(): void {
    const { framework } = this;
    const { cpu } = framework.machine;
    if (this.#isHeld) {
      framework.bugCheck(2, this.handle, 0, {
        rule: "KMDF-LOCK-RECURSIVE",
        message: `WdfSpinLockAcquire: ${framework.name(this)} is held already`,
        explanation:
          "Spin locks are not recursive: the processor would spin for ever on a lock that it holds itself. Do not call code that takes the lock while you hold it.",
        objectId: this.id,
      });
    }
    this.#oldIrql = cpu.irql;
    if (cpu.irql < dispatchLevel) cpu.raise(dispatchLevel);
    this.#isHeld = true;
    this.#acquisitions++;
  }

  release(): void {
    const { framework } = this;
    const { cpu } = framework.machine;
    if (!this.#isHeld) {
      framework.bugCheck(0xb, this.handle, 1, {
        rule: "KMDF-LOCK-NOT-OWNED",
        message: `WdfSpinLockRelease: ${framework.name(this)} is not held`,
        explanation: "Release a spin lock once for each acquisition, in the thread that acquired it.",
        objectId: this.id,
      });
    }
    if (cpu.irql < dispatchLevel) {
      framework.violation({
        rule: "irql-too-low-for-ddi",
        message: `WdfSpinLockRelease: the IRQL is ${irqlName(cpu.irql)}, but ${framework.name(this)} was acquired and the level must be DISPATCH_LEVEL until it is released`,
        explanation: "The IRQL was lowered while the lock was held; the thread can be preempted by code that wants the same lock.",
        objectId: this.id,
      });
    }
    this.#isHeld = false;
    cpu.lower(this.#oldIrql);
  }

  override label(): string {
    return this.#isHeld ? "held" : "free";
  }

  override fields(): FieldView[] {
    return [
      { name: "Held", value: this.#isHeld ? `yes, acquired at ${irqlName(this.#oldIrql)}` : "no" },
      { name: "Acquisitions", value: String(this.#acquisitions) },
    ];
  }
}

export function spinLockApi(framework: WdfFramework): ApiTable {
  const lockOf = (handle: number): WdfSpinLock => framework.resolve(handle, WdfSpinLock, "WDFSPINLOCK");
  return {
    WdfSpinLockCreate: (attributesAddress: number, out: number) => {
      framework.requirePointer(out, "SpinLock");
      const attributes = readAttributes(framework, attributesAddress, parentRules);
      if (typeof attributes === "number") return attributes;
      return framework.finishCreate(new WdfSpinLock(framework, framework.parentFor(attributes), attributes), out);
    },
    WdfSpinLockAcquire: (handle: number) => lockOf(handle).acquire(),
    WdfSpinLockRelease: (handle: number) => lockOf(handle).release(),
  };
}
