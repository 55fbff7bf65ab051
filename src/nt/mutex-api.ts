// SPDX-License-Identifier: MIT
/** Fast and guarded mutexes, executive resources and rundown protection. */
import { hex } from "../base/index.ts";
import { type Blocking, type Machine, apcLevel } from "../machine/index.ts";
import { ntStatus } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import { type Checks, irqlName } from "./checks.ts";
import type { Waits } from "./waits.ts";

/** FAST_MUTEX: Count (1 = free), Owner, Contention, Event, OldIrql. */
const fastMutex = { Count: 0, Owner: 4, OldIrql: 28, size: 32 } as const;
/** Rundown protection: references in steps of two, bit 0 = run down. */
const rundownActive = 1;

interface Resource {
  exclusiveOwner: number;
  exclusiveCount: number;
  sharedCount: number;
}

export class MutexApi {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #waits: Waits;
  readonly #resources = new Map<number, Resource>();

  constructor(machine: Machine, checks: Checks, waits: Waits) {
    this.#machine = machine;
    this.#checks = checks;
    this.#waits = waits;
  }

  api(): ApiTable {
    const { memory } = this.#machine;
    const acquire = (routine: string, raise: boolean) => (mutex: number) => this.#acquire(routine, mutex >>> 0, raise);
    const release = (routine: string, lower: boolean) => (mutex: number) => this.#release(routine, mutex >>> 0, lower);
    return {
      KeInitializeGuardedMutex: (mutex: number) => {
        memory.fill(mutex >>> 0, fastMutex.size, 0);
        memory.setU32((mutex >>> 0) + fastMutex.Count, 1);
      },
      ExAcquireFastMutex: acquire("ExAcquireFastMutex", true),
      ExAcquireFastMutexUnsafe: acquire("ExAcquireFastMutexUnsafe", false),
      KeAcquireGuardedMutex: acquire("KeAcquireGuardedMutex", false),
      ExTryToAcquireFastMutex: (mutex: number) => {
        this.#checks.irqlAtMost("ExTryToAcquireFastMutex", apcLevel);
        if ((memory.u32((mutex >>> 0) + fastMutex.Count) | 0) <= 0) return 0;
        this.#take(mutex >>> 0, true);
        return 1;
      },
      ExReleaseFastMutex: release("ExReleaseFastMutex", true),
      ExReleaseFastMutexUnsafe: release("ExReleaseFastMutexUnsafe", false),
      KeReleaseGuardedMutex: release("KeReleaseGuardedMutex", false),
      ExInitializeResourceLite: (resource: number) => {
        memory.fill(resource >>> 0, 56, 0);
        this.#resources.set(resource >>> 0, { exclusiveOwner: 0, exclusiveCount: 0, sharedCount: 0 });
        return ntStatus.STATUS_SUCCESS;
      },
      ExDeleteResourceLite: (resource: number) => (this.#resources.delete(resource >>> 0) ? ntStatus.STATUS_SUCCESS : ntStatus.STATUS_INVALID_PARAMETER),
      ExAcquireResourceExclusiveLite: (resource: number, wait: number) =>
        this.#acquireResource("ExAcquireResourceExclusiveLite", resource >>> 0, (wait & 0xff) !== 0, true),
      ExAcquireResourceSharedLite: (resource: number, wait: number) =>
        this.#acquireResource("ExAcquireResourceSharedLite", resource >>> 0, (wait & 0xff) !== 0, false),
      ExReleaseResourceLite: (resource: number) => this.#releaseResource(resource >>> 0),
      ExInitializeRundownProtection: (reference: number) => memory.setU32(reference >>> 0, 0),
      ExReInitializeRundownProtection: (reference: number) => memory.setU32(reference >>> 0, 0),
      ExAcquireRundownProtection: (reference: number) => {
        const value = memory.u32(reference >>> 0);
        if ((value & rundownActive) !== 0) return 0;
        memory.setU32(reference >>> 0, value + 2);
        return 1;
      },
      ExReleaseRundownProtection: (reference: number) => memory.setU32(reference >>> 0, memory.u32(reference >>> 0) - 2),
      ExWaitForRundownProtectionRelease: (reference: number) => this.#waitForRundown(reference >>> 0),
    };
  }

  *#waitForRundown(reference: number): Blocking<void> {
    const routine = "ExWaitForRundownProtectionRelease";
    const { memory } = this.#machine;
    this.#checks.irqlAtMost(routine, apcLevel);
    memory.setU32(reference, memory.u32(reference) | rundownActive);
    const isReleased = () => memory.u32(reference) <= rundownActive;
    if (!isReleased()) yield* this.#waits.block({ routine, what: `the users of ${hex(reference, 8)} to release it` }, isReleased);
  }

  *#acquire(routine: string, mutex: number, raise: boolean): Blocking<void> {
    const { memory } = this.#machine;
    this.#checks.irqlAtMost(routine, apcLevel);
    const isFree = () => (memory.u32(mutex + fastMutex.Count) | 0) > 0;
    if (!isFree()) {
      if (memory.u32(mutex + fastMutex.Owner) === this.#waits.threadId) {
        this.#checks.bugCheck(0x139, [0, mutex, 0, 0], {
          rule: "spinlock-double-acquire",
          message: `${routine}: the mutex at ${hex(mutex, 8)} is held by the current thread already`,
          explanation: "Fast and guarded mutexes are not recursive: the thread would wait for itself forever.",
          address: mutex,
        });
      }
      const owner = memory.u32(mutex + fastMutex.Owner);
      const what = `the mutex at ${this.#checks.whatIsAt(mutex)}, which thread ${hex(owner)} owns`;
      yield* this.#waits.block({ routine, what, owner: () => memory.u32(mutex + fastMutex.Owner) }, isFree);
    }
    this.#take(mutex, raise);
  }

  #take(mutex: number, raise: boolean): void {
    const { memory, cpu } = this.#machine;
    memory.setU32(mutex + fastMutex.Count, 0);
    memory.setU32(mutex + fastMutex.Owner, this.#waits.threadId);
    memory.setU32(mutex + fastMutex.OldIrql, cpu.irql);
    if (raise && cpu.irql < apcLevel) cpu.raise(apcLevel);
  }

  #release(routine: string, mutex: number, lower: boolean): void {
    const { memory, cpu } = this.#machine;
    if (memory.u32(mutex + fastMutex.Owner) !== this.#waits.threadId) {
      this.#checks.violation({
        rule: "spinlock-release-not-owner",
        message: `${routine}: the mutex at ${this.#checks.whatIsAt(mutex)} is not held by the current thread`,
        explanation: "A mutex is released once for each acquisition, by the thread that acquired it.",
        address: mutex,
      });
      return;
    }
    if (lower && cpu.irql !== apcLevel) {
      this.#checks.violation({
        rule: "irql-raise-lower-bad",
        message: `${routine} was called at ${irqlName(cpu.irql)}; ExAcquireFastMutex raised to APC_LEVEL`,
        explanation: "Release a fast mutex at the level its acquisition set.",
        address: mutex,
      });
    }
    memory.setU32(mutex + fastMutex.Owner, 0);
    memory.setU32(mutex + fastMutex.Count, 1);
    const old = memory.u32(mutex + fastMutex.OldIrql);
    if (lower && old < cpu.irql) cpu.lower(old);
  }

  *#acquireResource(routine: string, address: number, wait: boolean, exclusive: boolean): Blocking<number> {
    this.#checks.irqlAtMost(routine, apcLevel);
    const resource = this.#resource(routine, address);
    if (resource === undefined) return 0;
    const self = this.#waits.threadId;
    const isOwner = () => resource.exclusiveOwner === self;
    const isFree = () => isOwner() || (resource.exclusiveOwner === 0 && (!exclusive || resource.sharedCount === 0));
    if (!isFree()) {
      if (!wait) return 0;
      const owner = () => (resource.exclusiveOwner === 0 ? undefined : resource.exclusiveOwner);
      yield* this.#waits.block({ routine, what: `the resource at ${hex(address, 8)}`, owner }, isFree);
    }
    if (exclusive || isOwner()) {
      resource.exclusiveOwner = self;
      resource.exclusiveCount++;
    } else resource.sharedCount++;
    return 1;
  }

  #releaseResource(address: number): void {
    const resource = this.#resource("ExReleaseResourceLite", address);
    if (resource === undefined) return;
    if (resource.exclusiveCount > 0) {
      if (--resource.exclusiveCount === 0) resource.exclusiveOwner = 0;
    } else if (resource.sharedCount > 0) resource.sharedCount--;
    else {
      this.#checks.bugCheck(0xe3, [address, 0, 0, 2], {
        rule: "spinlock-release-not-owner",
        message: `ExReleaseResourceLite: the resource at ${hex(address, 8)} is not held`,
        explanation: "A resource is released once for each acquisition. Windows stops with RESOURCE_NOT_OWNED.",
        address,
      });
    }
  }

  #resource(routine: string, address: number): Resource | undefined {
    const resource = this.#resources.get(address);
    if (resource === undefined) {
      this.#checks.violation({
        rule: "lock-not-initialised",
        message: `${routine}: the resource at ${this.#checks.whatIsAt(address)} is not initialised`,
        explanation: "Call ExInitializeResourceLite before the first use.",
        address,
      });
    }
    return resource;
  }
}
