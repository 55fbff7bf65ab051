// SPDX-License-Identifier: MIT
/**
 * Executive spin locks. With one processor an owned lock can only be owned by the code below on the same stack, so acquiring it again is a deadlock; the
 * IRQL changes are what matters. The lock word in driver memory is 0 or 1, as on Windows.
 */
import { hex } from "../base/index.ts";
import { type Machine, dispatchLevel } from "../machine/index.ts";
import type { ApiTable } from "./api-table.ts";
import { type Checks, irqlName } from "./checks.ts";

/** How a lock was acquired; it must be released in kind. */
type Form = "raise" | "dpcLevel" | "queued" | "queuedDpcLevel";

const releaseRoutine: Readonly<Record<Form, string>> = {
  raise: "KeReleaseSpinLock",
  dpcLevel: "KeReleaseSpinLockFromDpcLevel",
  queued: "KeReleaseInStackQueuedSpinLock",
  queuedDpcLevel: "KeReleaseInStackQueuedSpinLockFromDpcLevel",
};

interface Holder {
  readonly form: Form;
  /** IRQL before the acquisition. */
  readonly oldIrql: number;
  readonly routine: string;
}

/** KLOCK_QUEUE_HANDLE: LockQueue.Next, LockQueue.Lock, OldIrql. */
const queueHandle = { Lock: 4, OldIrql: 8 } as const;

export class SpinLocks {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #held = new Map<number, Holder>();

  constructor(machine: Machine, checks: Checks) {
    this.#machine = machine;
    this.#checks = checks;
  }

  /** Addresses of the locks that are held, in order of acquisition. */
  get held(): readonly number[] {
    return [...this.#held.keys()];
  }

  api(): ApiTable {
    const acquire = (routine: string, form: Form) => (lock: number) => this.#acquire(routine, lock >>> 0, form);
    const release = (routine: string) => (lock: number, irql: number) => this.#release(routine, lock >>> 0, "raise", irql & 0xff);
    return {
      KeInitializeSpinLock: (lock: number) => this.#initialize(lock >>> 0),
      KeAcquireSpinLockRaiseToDpc: acquire("KeAcquireSpinLock", "raise"),
      KfAcquireSpinLock: acquire("KeAcquireSpinLock", "raise"),
      KeAcquireSpinLockAtDpcLevel: (lock: number) => void this.#acquire("KeAcquireSpinLockAtDpcLevel", lock >>> 0, "dpcLevel"),
      KeReleaseSpinLock: release("KeReleaseSpinLock"),
      KfReleaseSpinLock: release("KeReleaseSpinLock"),
      KeReleaseSpinLockFromDpcLevel: (lock: number) => this.#release("KeReleaseSpinLockFromDpcLevel", lock >>> 0, "dpcLevel"),
      KeTryToAcquireSpinLockAtDpcLevel: (lock: number) => {
        this.#checks.irqlAtLeast("KeTryToAcquireSpinLockAtDpcLevel", dispatchLevel);
        if (this.#machine.memory.u32(lock >>> 0) !== 0) return 0;
        this.#acquire("KeTryToAcquireSpinLockAtDpcLevel", lock >>> 0, "dpcLevel");
        return 1;
      },
      KeTestSpinLock: (lock: number) => (this.#machine.memory.u32(lock >>> 0) === 0 ? 1 : 0),
      KeAcquireInStackQueuedSpinLock: (lock: number, handle: number) => this.#acquireQueued(lock >>> 0, handle >>> 0, "queued"),
      KeAcquireInStackQueuedSpinLockAtDpcLevel: (lock: number, handle: number) => this.#acquireQueued(lock >>> 0, handle >>> 0, "queuedDpcLevel"),
      KeReleaseInStackQueuedSpinLock: (handle: number) => this.#releaseQueued(handle >>> 0, "queued"),
      KeReleaseInStackQueuedSpinLockFromDpcLevel: (handle: number) => this.#releaseQueued(handle >>> 0, "queuedDpcLevel"),
    };
  }

  #initialize(lock: number): void {
    if (this.#held.has(lock)) {
      this.#checks.violation({
        rule: "lock-reinitialised",
        message: `KeInitializeSpinLock: the spin lock at ${hex(lock, 8)} is held`,
        explanation: "Initialise a spin lock once, before anyone can acquire it.",
        address: lock,
      });
      this.#held.delete(lock);
    }
    this.#machine.memory.setU32(lock, 0);
  }

  #acquire(routine: string, lock: number, form: Form): number {
    const { cpu, memory } = this.#machine;
    const isAtDpcLevel = form === "dpcLevel" || form === "queuedDpcLevel";
    if (isAtDpcLevel) this.#checks.irqlAtLeast(routine, dispatchLevel);
    else this.#checks.irqlAtMost(routine, dispatchLevel);
    const holder = this.#held.get(lock);
    if (holder !== undefined) {
      this.#checks.bugCheck(0x0f, [lock, 0, 0, 0], {
        rule: "spinlock-double-acquire",
        message: `${routine}: the spin lock at ${hex(lock, 8)} is held already (since ${holder.routine})`,
        explanation: "Spin locks are not recursive: the processor would spin forever waiting for itself. Release the lock before calling code that takes it.",
        address: lock,
      });
    }
    const value = memory.u32(lock);
    if (value !== 0) {
      this.#checks.violation({
        rule: "lock-not-initialised",
        message: `${routine}: the spin lock at ${this.#checks.whatIsAt(lock)} has the value ${hex(value, 8)}; it is not initialised, or was overwritten`,
        explanation: "Call KeInitializeSpinLock before the first acquisition. On Windows the processor spins forever here.",
        address: lock,
      });
    }
    const oldIrql = cpu.irql;
    if (!isAtDpcLevel && oldIrql < dispatchLevel) cpu.raise(dispatchLevel);
    memory.setU32(lock, 1);
    this.#held.set(lock, { form, oldIrql, routine });
    return oldIrql;
  }

  #release(routine: string, lock: number, form: Form, newIrql?: number): void {
    const { cpu, memory } = this.#machine;
    const holder = this.#held.get(lock);
    if (holder === undefined) {
      this.#checks.bugCheck(0x10, [lock, 0, 0, 0], {
        rule: "spinlock-release-not-owner",
        message: `${routine}: the spin lock at ${hex(lock, 8)} is not held`,
        explanation: "A spin lock is released once for each acquisition, by the code that acquired it.",
        address: lock,
      });
    }
    if (holder.form !== form) {
      this.#checks.violation({
        rule: "lock-wrong-type",
        message: `${routine}: the spin lock at ${hex(lock, 8)} was acquired with ${holder.routine}; it must be released with ${releaseRoutine[holder.form]}`,
        explanation: "Acquire and release in kind: the pairs differ in what they do to the IRQL and to the lock.",
        address: lock,
      });
    }
    if (newIrql !== undefined && newIrql !== holder.oldIrql && holder.form === form) {
      this.#checks.violation({
        rule: "irql-raise-lower-bad",
        message: `${routine}: NewIrql is ${irqlName(newIrql)}, but the lock was acquired at ${irqlName(holder.oldIrql)}`,
        explanation: "Give back the KIRQL that the acquisition returned, kept in a local variable of the same function.",
        address: lock,
      });
    }
    this.#checks.irqlAtLeast(routine, dispatchLevel);
    this.#held.delete(lock);
    memory.setU32(lock, 0);
    const isRaised = holder.form === "raise" || holder.form === "queued";
    if (isRaised && holder.oldIrql < cpu.irql) cpu.lower(holder.oldIrql);
  }

  #acquireQueued(lock: number, handle: number, form: Form): void {
    const { memory } = this.#machine;
    const old = this.#acquire(form === "queued" ? "KeAcquireInStackQueuedSpinLock" : "KeAcquireInStackQueuedSpinLockAtDpcLevel", lock, form);
    memory.setU32(handle, 0);
    memory.setU32(handle + queueHandle.Lock, lock);
    memory.setU8(handle + queueHandle.OldIrql, old);
  }

  #releaseQueued(handle: number, form: Form): void {
    this.#release(releaseRoutine[form], this.#machine.memory.u32(handle + queueHandle.Lock), form);
  }
}
