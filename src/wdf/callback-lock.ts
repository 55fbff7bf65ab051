// SPDX-License-Identifier: MIT
/**
 * The callback lock of a device or queue (synchronization scope and execution level): a spin lock for execution level Dispatch, a wait lock
 * for Passive. Work that finds the lock taken runs when it is released: from a DPC, or from a work item when the lock is a wait lock
 * (kmdf fxcallbackspinlock.hpp, fxcallbackmutexlock.hpp, fxioqueue.cpp).
 */
import { dispatchLevel, passiveLevel } from "../machine/index.ts";
import type { HostDpc } from "../nt/index.ts";
import { executionLevel } from "./object-structs.ts";
import type { WdfFramework } from "./framework.ts";
import type { WdfObject } from "./object.ts";

/** An object whose callbacks a lock may serialize. */
export interface Serialized {
  /** Lock that WdfObjectAcquireLock takes; undefined when the object has none. */
  readonly presentationLock: CallbackLock | undefined;
}

export class CallbackLock {
  readonly #framework: WdfFramework;
  readonly owner: WdfObject;
  readonly isPassive: boolean;
  readonly #dpc: HostDpc;
  readonly #waiting: (() => void)[] = [];
  #isHeld = false;
  #heldByDriver = false;
  #oldIrql = passiveLevel;

  constructor(framework: WdfFramework, owner: WdfObject, level: number) {
    this.#framework = framework;
    this.owner = owner;
    this.isPassive = level === executionLevel.passive;
    this.#dpc = framework.nt.dpc.create("callback lock release", () => this.#runNext(), owner.id);
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Runs `body` under the lock: now when it is free and the level allows, else as soon as possible. True when it ran now. */
  run(label: string, body: () => void): boolean {
    return this.hold(label, (release) => {
      body();
      release();
    });
  }

  /** The same for work that may last: the lock is held until it calls `release`. True when it began now. */
  hold(label: string, body: (release: () => void) => void): boolean {
    if (this.#isHeld) {
      this.#waiting.push(() => this.hold(label, body));
      return false;
    }
    if (this.isPassive && this.#framework.machine.cpu.irql > passiveLevel) {
      this.#framework.runPassive(label, () => void this.hold(label, body));
      return false;
    }
    this.#take();
    body(() => this.#release());
    return true;
  }

  /** Calls `body`, without the lock, as soon as the lock has been released. */
  whenFree(body: () => void): void {
    this.#waiting.push(body);
  }

  /** WdfObjectAcquireLock. */
  acquireByDriver(): void {
    if (this.#isHeld) {
      this.#framework.bugCheck(2, 0, 0, {
        rule: "KMDF-LOCK-RECURSIVE",
        message: `${this.#framework.apiName()}: the callback lock of ${this.#framework.name(this.owner)} is held already`,
        explanation: "Callbacks of an object with synchronization scope Device or Queue run under this lock; the lock is not recursive.",
        objectId: this.owner.id,
      });
    }
    this.#take();
    this.#heldByDriver = true;
  }

  /** WdfObjectReleaseLock. */
  releaseByDriver(): void {
    if (!this.#isHeld || !this.#heldByDriver) {
      this.#framework.bugCheck(0xb, this.owner.handle, 1, {
        rule: "KMDF-LOCK-NOT-OWNED",
        message: `${this.#framework.apiName()}: the callback lock of ${this.#framework.name(this.owner)} was not acquired with WdfObjectAcquireLock`,
        explanation: "Each WdfObjectReleaseLock must follow a WdfObjectAcquireLock of the same thread.",
        objectId: this.owner.id,
      });
    }
    this.#heldByDriver = false;
    this.#release();
  }

  #take(): void {
    const { cpu } = this.#framework.machine;
    this.#isHeld = true;
    this.#oldIrql = cpu.irql;
    if (!this.isPassive && cpu.irql < dispatchLevel) cpu.raise(dispatchLevel);
  }

  #release(): void {
    this.#isHeld = false;
    if (this.#waiting.length > 0) {
      if (this.isPassive) this.#framework.runPassive("callback lock release", () => this.#runNext());
      else this.#framework.nt.dpc.insert(this.#dpc);
    }
    if (!this.isPassive) this.#framework.machine.cpu.lower(this.#oldIrql);
  }

  #runNext(): void {
    for (const body of this.#waiting.splice(0)) body();
  }
}

const hasLock = (object: WdfObject): object is WdfObject & Serialized => "presentationLock" in object;

/** Lock that WdfObjectAcquireLock takes for `object`; bug check 0xB when it has none. */
export function lockOf(object: WdfObject): CallbackLock {
  const lock = hasLock(object) ? object.presentationLock : undefined;
  if (lock !== undefined) return lock;
  return object.framework.bugCheck(0xb, object.handle, 0, {
    rule: "KMDF-LOCK-NONE",
    message: `${object.framework.apiName()}: ${object.framework.name(object)} has no callback lock`,
    explanation:
      "Only devices, queues and file objects with synchronization scope Device or Queue, and DMA objects never, have a lock that WdfObjectAcquireLock can take.",
    objectId: object.id,
  });
}
