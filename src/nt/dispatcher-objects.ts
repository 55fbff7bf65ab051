// SPDX-License-Identifier: MIT
/**
 * Events, semaphores and mutexes: their state lives in the driver's memory, as on Windows, so that the driver and the debugger see it. Waiting is in
 * waits.ts.
 */
import { hex } from "../base/index.ts";
import { type Machine, dispatchLevel } from "../machine/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";
import { dispatcherHeader, keventLayout, kthreadBytes, kmutantLayout, ksemaphoreLayout, ktimerLayout, objectType } from "./dispatcher-layout.ts";

const at = dispatcherHeader.fields;
/** Header.Size counts in ULONGs. */
const sizes: Readonly<Record<number, { readonly words: number; readonly name: string }>> = {
  [objectType.notificationEvent]: { words: keventLayout.size / 4, name: "notification event" },
  [objectType.synchronizationEvent]: { words: keventLayout.size / 4, name: "synchronization event" },
  [objectType.mutant]: { words: kmutantLayout.size / 4, name: "mutex" },
  [objectType.semaphore]: { words: ksemaphoreLayout.size / 4, name: "semaphore" },
  [objectType.notificationTimer]: { words: ktimerLayout.size / 4, name: "notification timer" },
  [objectType.synchronizationTimer]: { words: ktimerLayout.size / 4, name: "synchronization timer" },
  [objectType.thread]: { words: kthreadBytes / 4, name: "thread" },
};

export class DispatcherObjects {
  readonly #machine: Machine;
  readonly #checks: Checks;
  /** Owned mutexes and who owns them. */
  readonly #owned = new Map<number, number>();
  /** Identity of the thread that runs. */
  currentThread: () => number = () => 1;
  /** An object's state has become signaled: threads that wait for it can go on. */
  onSignal: (address: number) => void = () => undefined;
  /** Id of the thread that a thread object stands for. */
  threadOf: (address: number) => number | undefined = () => undefined;

  constructor(machine: Machine, checks: Checks) {
    this.#machine = machine;
    this.#checks = checks;
  }

  initialize(address: number, type: number, signalState: number): void {
    const { memory } = this.#machine;
    memory.setU8(address + at.Type.offset, type);
    memory.setU8(address + at.Signalling.offset, 0);
    memory.setU8(address + at.Size.offset, sizes[type]?.words ?? 0);
    memory.setU8(address + at.Reserved1.offset, 0);
    this.setState(address, signalState);
    const list = address + at.WaitListHead.offset;
    memory.setU32(list, list);
    memory.setU32(list + 4, list);
  }

  typeOf(address: number): number {
    return this.#machine.memory.u8(address + at.Type.offset);
  }

  state(address: number): number {
    return this.#machine.memory.i32(address + at.SignalState.offset);
  }

  setState(address: number, state: number): void {
    this.#machine.memory.setU32(address + at.SignalState.offset, state);
  }

  /** Sets a signaled state, and lets those go on who wait for it. Returns the old state. */
  signal(address: number, state = 1): number {
    const old = this.state(address);
    this.setState(address, state);
    if (state > 0) this.onSignal(address);
    return old;
  }

  /** True when `address` is an initialised object of one of `types`; otherwise reports it. */
  check(routine: string, address: number, ...types: readonly number[]): boolean {
    const type = this.typeOf(address);
    const known = sizes[type];
    const isInitialized = known !== undefined && this.#machine.memory.u8(address + at.Size.offset) === known.words;
    if (isInitialized && types.includes(type)) return true;
    this.#checks.violation({
      rule: "lock-not-initialised",
      message: isInitialized
        ? `${routine}: the object at ${hex(address, 8)} is a ${known.name}`
        : `${routine}: the object at ${this.#checks.whatIsAt(address)} is not initialised`,
      explanation: "Initialise a dispatcher object with its KeInitialize routine before it is used, in memory that stays valid as long as anyone may use it.",
      address,
    });
    return false;
  }

  /** `notification event at 0x…`, for messages. */
  describe(address: number): string {
    const owner = this.typeOf(address) === objectType.mutant ? this.ownerOf(address) : undefined;
    if (owner !== undefined) return `the mutex at ${hex(address, 8)}, which thread ${hex(owner)} owns`;
    return `the ${sizes[this.typeOf(address)]?.name ?? "object"} at ${hex(address, 8)}`;
  }

  /** The thread that alone can signal an object: the owner of a mutex, a thread that is to end. */
  ownerOf(address: number): number | undefined {
    const type = this.typeOf(address);
    if (type === objectType.thread) return this.threadOf(address);
    if (type !== objectType.mutant || this.state(address) > 0) return undefined;
    return this.#machine.memory.u32(address + kmutantLayout.fields.OwnerThread.offset);
  }

  /** Whether a wait of a thread would be satisfied now. */
  isSignaled(address: number, thread: number): boolean {
    return this.state(address) > 0 || (this.typeOf(address) === objectType.mutant && this.ownerOf(address) === thread);
  }

  /** What a satisfied wait of a thread does to the object. */
  take(address: number, thread: number): void {
    const type = this.typeOf(address);
    if (type === objectType.synchronizationEvent || type === objectType.synchronizationTimer) this.setState(address, 0);
    else if (type === objectType.semaphore) this.setState(address, this.state(address) - 1);
    else if (type === objectType.mutant) {
      this.setState(address, this.state(address) - 1);
      this.#machine.memory.setU32(address + kmutantLayout.fields.OwnerThread.offset, thread);
      this.#ownMutex(address, thread);
    }
  }

  /** Mutexes that a thread owns. */
  mutexesOf(thread: number): readonly number[] {
    return [...this.#owned].filter(([, owner]) => owner === thread).map(([address]) => address);
  }

  #ownMutex(address: number, thread: number | undefined): void {
    if (thread === undefined) this.#owned.delete(address);
    else this.#owned.set(address, thread);
  }

  api(): ApiTable {
    const events = [objectType.notificationEvent, objectType.synchronizationEvent] as const;
    const ifEvent = (routine: string, address: number, action: () => number): number => {
      this.#checks.irqlAtMost(routine, dispatchLevel);
      return this.check(routine, address, ...events) ? action() : 0;
    };
    const exchange = (address: number, state: number): number => {
      const old = this.state(address);
      this.setState(address, state);
      return old;
    };
    return {
      KeInitializeEvent: (event: number, type: number, state: number) =>
        this.initialize(event >>> 0, type === 1 ? objectType.synchronizationEvent : objectType.notificationEvent, (state & 0xff) !== 0 ? 1 : 0),
      KeSetEvent: (event: number, _increment: number, wait: number) => {
        if ((wait & 0xff) !== 0) this.#checks.irqlAtMost("KeSetEvent with Wait TRUE", 1, "kesetevent-wait-flag");
        return ifEvent("KeSetEvent", event >>> 0, () => this.signal(event >>> 0));
      },
      KeResetEvent: (event: number) => ifEvent("KeResetEvent", event >>> 0, () => exchange(event >>> 0, 0)),
      KeClearEvent: (event: number) => void ifEvent("KeClearEvent", event >>> 0, () => exchange(event >>> 0, 0)),
      // Whoever waits at this moment goes on; nobody who comes later.
      KePulseEvent: (event: number) =>
        ifEvent("KePulseEvent", event >>> 0, () => {
          const old = this.signal(event >>> 0);
          this.setState(event >>> 0, 0);
          return old;
        }),
      KeReadStateEvent: (event: number) => ifEvent("KeReadStateEvent", event >>> 0, () => this.state(event >>> 0)),
      KeInitializeSemaphore: (semaphore: number, count: number, limit: number) => {
        if (count < 0 || limit <= 0 || count > limit)
          this.#checks.argument("KeInitializeSemaphore", `Count ${count} and Limit ${limit} must satisfy 0 <= Count <= Limit and Limit > 0`);
        this.initialize(semaphore >>> 0, objectType.semaphore, count);
        this.#machine.memory.setU32((semaphore >>> 0) + ksemaphoreLayout.fields.Limit.offset, limit);
      },
      KeReleaseSemaphore: (semaphore: number, _increment: number, adjustment: number) => this.#releaseSemaphore(semaphore >>> 0, adjustment),
      KeReadStateSemaphore: (semaphore: number) =>
        this.check("KeReadStateSemaphore", semaphore >>> 0, objectType.semaphore) ? this.state(semaphore >>> 0) : 0,
      KeInitializeMutex: (mutex: number) => {
        this.initialize(mutex >>> 0, objectType.mutant, 1);
        this.#machine.memory.setU32((mutex >>> 0) + kmutantLayout.fields.OwnerThread.offset, 0);
      },
      KeReleaseMutex: (mutex: number) => this.#releaseMutex(mutex >>> 0),
      KeReadStateMutex: (mutex: number) => (this.check("KeReadStateMutex", mutex >>> 0, objectType.mutant) ? this.state(mutex >>> 0) : 0),
    };
  }

  #releaseSemaphore(address: number, adjustment: number): number {
    this.#checks.irqlAtMost("KeReleaseSemaphore", dispatchLevel);
    if (!this.check("KeReleaseSemaphore", address, objectType.semaphore)) return 0;
    const old = this.state(address);
    const limit = this.#machine.memory.i32(address + ksemaphoreLayout.fields.Limit.offset);
    if (adjustment <= 0 || old + adjustment > limit) {
      this.#checks.bugCheck(0x1e, [0xc000_0047, 0, old, limit], {
        rule: "semaphore-limit",
        message: `KeReleaseSemaphore raised STATUS_SEMAPHORE_LIMIT_EXCEEDED: count ${old} plus ${adjustment} is over the limit ${limit}`,
        explanation: "A semaphore is released at most as often as it was acquired, beyond its initial count up to its limit.",
        address,
      });
    }
    this.signal(address, old + adjustment);
    return old;
  }

  #releaseMutex(address: number): number {
    this.#checks.irqlAtMost("KeReleaseMutex", dispatchLevel);
    if (!this.check("KeReleaseMutex", address, objectType.mutant)) return 0;
    const { memory } = this.#machine;
    const owner = address + kmutantLayout.fields.OwnerThread.offset;
    const old = this.state(address);
    if (memory.u32(owner) !== this.currentThread() || old > 0) {
      this.#checks.bugCheck(0x1e, [0xc000_0046, 0, 0, 0], {
        rule: "spinlock-release-not-owner",
        message: `KeReleaseMutex raised STATUS_MUTANT_NOT_OWNED: ${this.describe(address)} is not owned by the current thread`,
        explanation: "Only the thread that acquired a mutex may release it, as often as it acquired it.",
        address,
      });
    }
    if (old + 1 === 1) {
      memory.setU32(owner, 0);
      this.#ownMutex(address, undefined);
    }
    this.signal(address, old + 1);
    return old;
  }
}
