// SPDX-License-Identifier: MIT
/**
 * The interrupt lock: a spin lock at the synchronize IRQL, or a wait lock of a passive-level interrupt; its own, or a WDFSPINLOCK or WDFWAITLOCK
 * that several interrupts share. Not recursive: on one processor a second acquisition never ends.
 */
import { passiveLevel } from "../machine/index.ts";
import { irqlName } from "../nt/index.ts";
import type { WdfInterrupt } from "./interrupt.ts";

export class InterruptLock {
  readonly #interrupt: WdfInterrupt;
  #isHeld = false;
  #holder = "";
  #oldIrql = passiveLevel;

  constructor(interrupt: WdfInterrupt) {
    this.#interrupt = interrupt;
  }

  get isHeld(): boolean {
    return this.#sharing().some((lock) => lock.#isHeld);
  }

  /** Runs `body` holding the lock, raised to the synchronize IRQL. */
  run<T>(body: () => T): T {
    this.acquire();
    const result = body();
    this.release();
    return result;
  }

  acquire(): void {
    const { framework, synchronizeIrql, config } = this.#interrupt;
    const holder = this.#sharing().find((lock) => lock.#isHeld);
    if (holder !== undefined) {
      framework.bugCheck(2, this.#interrupt.handle, 0, {
        rule: "int-lock-recursive",
        message: `${framework.apiName()}: the lock of ${framework.name(this.#interrupt)} is held already (${holder.#holder})`,
        explanation:
          "EvtInterruptIsr, EvtInterruptEnable, EvtInterruptDisable and EvtInterruptSynchronize run with the interrupt lock held; acquiring it there, or twice, deadlocks.",
        objectId: this.#interrupt.id,
      });
    }
    const { cpu } = framework.machine;
    this.#oldIrql = cpu.irql;
    if (!config.isPassive && cpu.irql < synchronizeIrql) cpu.raise(synchronizeIrql);
    this.#isHeld = true;
    this.#holder = `taken at ${irqlName(this.#oldIrql)} in ${framework.apiName()}`;
  }

  /** Zero-wait acquisition; false when somebody holds the lock. */
  tryAcquire(): boolean {
    if (this.isHeld) return false;
    this.acquire();
    return true;
  }

  release(): void {
    const { framework } = this.#interrupt;
    if (!this.#isHeld) {
      framework.bugCheck(0xb, this.#interrupt.handle, 1, {
        rule: "int-lock-not-owned",
        message: `${framework.apiName()}: the lock of ${framework.name(this.#interrupt)} is not held`,
        explanation: "Each WdfInterruptReleaseLock must follow a WdfInterruptAcquireLock.",
        objectId: this.#interrupt.id,
      });
    }
    this.#isHeld = false;
    if (!this.#interrupt.config.isPassive) framework.machine.cpu.lower(this.#oldIrql);
  }

  /** The locks that are one lock: all interrupts of the device with the same shared lock object. */
  #sharing(): readonly InterruptLock[] {
    const { config, device } = this.#interrupt;
    if (config.sharedLock === 0) return [this];
    return device.interrupts.filter((other) => other.config.sharedLock === config.sharedLock).map(({ lock }) => lock);
  }
}
