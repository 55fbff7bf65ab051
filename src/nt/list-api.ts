// SPDX-License-Identifier: MIT
/** Interlocked lists and lookaside lists of the executive, over the list structures in driver memory. */
import { type Machine, apcLevel, dispatchLevel } from "../machine/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";
import type { Pool } from "./pool.ts";

/** SLIST_HEADER: Next, Depth. */
const slist = { Next: 0, Depth: 4, size: 8 } as const;
/** GENERAL_LOOKASIDE members that are used here. */
const lookaside = { TotalAllocates: 12, TotalFrees: 20, Type: 28, Tag: 32, Size: 36, Allocate: 40, Free: 44, ListEntry: 48, size: 72 } as const;
const pagedPool = 1;
const nonPagedPoolNx = 512;

export class ListApi {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #pool: Pool;

  constructor(machine: Machine, checks: Checks, pool: Pool) {
    this.#machine = machine;
    this.#checks = checks;
    this.#pool = pool;
  }

  api(): ApiTable {
    const { memory } = this.#machine;
    const initialize = (head: number) => memory.setU64(head >>> 0, 0n);
    const lookasides = (kind: "NPaged" | "Paged") => {
      const limit = kind === "Paged" ? apcLevel : dispatchLevel;
      return {
        [`ExInitialize${kind}LookasideList`]: (list: number, allocate: number, free: number, flags: number, size: number, tag: number) =>
          this.#initializeLookaside(kind, list >>> 0, allocate >>> 0, free >>> 0, flags, size >>> 0, tag >>> 0),
        [`ExDelete${kind}LookasideList`]: (list: number) => {
          this.#checks.irqlAtMost(`ExDelete${kind}LookasideList`, limit);
          memory.fill(list >>> 0, lookaside.size, 0);
        },
        [`ExAllocateFrom${kind}LookasideList`]: (list: number) => this.#allocate(`ExAllocateFrom${kind}LookasideList`, list >>> 0, limit),
        [`ExFreeTo${kind}LookasideList`]: (list: number, entry: number) => this.#free(`ExFreeTo${kind}LookasideList`, list >>> 0, entry >>> 0, limit),
      };
    };
    return {
      InitializeSListHead: initialize,
      ExInitializeSListHead: initialize,
      ExpInterlockedPushEntrySList: (head: number, entry: number) => this.#push(head >>> 0, entry >>> 0, true),
      ExpInterlockedPopEntrySList: (head: number) => this.#pop(head >>> 0, true),
      ExpInterlockedFlushSList: (head: number) => {
        const first = memory.u32(head >>> 0);
        initialize(head);
        return first;
      },
      ExInterlockedPushEntryList: (head: number, entry: number) => this.#push(head >>> 0, entry >>> 0, false),
      ExInterlockedPopEntryList: (head: number) => this.#pop(head >>> 0, false),
      ExInterlockedInsertHeadList: (head: number, entry: number) => this.#insert(head >>> 0, entry >>> 0, true),
      ExInterlockedInsertTailList: (head: number, entry: number) => this.#insert(head >>> 0, entry >>> 0, false),
      ExInterlockedRemoveHeadList: (head: number) => this.#removeHead(head >>> 0),
      ExInterlockedAddUlong: (addend: number, increment: number) => {
        const old = memory.u32(addend >>> 0);
        memory.setU32(addend >>> 0, old + increment);
        return old;
      },
      ExInterlockedAddLargeInteger: (result: number, addend: number, increment: number) => {
        const old = memory.u64(addend >>> 0);
        memory.setU64(addend >>> 0, old + memory.u64(increment >>> 0));
        memory.setU64(result >>> 0, old);
      },
      ...lookasides("NPaged"),
      ...lookasides("Paged"),
    };
  }

  #push(head: number, entry: number, counts: boolean): number {
    const { memory } = this.#machine;
    const first = memory.u32(head + slist.Next);
    memory.setU32(entry, first);
    memory.setU32(head + slist.Next, entry);
    if (counts) memory.setU16(head + slist.Depth, memory.u16(head + slist.Depth) + 1);
    return first;
  }

  #pop(head: number, counts: boolean): number {
    const { memory } = this.#machine;
    const first = memory.u32(head + slist.Next);
    if (first === 0) return 0;
    memory.setU32(head + slist.Next, memory.u32(first));
    if (counts) memory.setU16(head + slist.Depth, memory.u16(head + slist.Depth) - 1);
    return first;
  }

  /** Returns the entry that was first (head) or last (tail); 0 when the list was empty. */
  #insert(head: number, entry: number, atHead: boolean): number {
    const { memory } = this.#machine;
    const [next, previous] = atHead ? [memory.u32(head), head] : [head, memory.u32(head + 4)];
    const neighbour = atHead ? next : previous;
    memory.setU32(entry, next);
    memory.setU32(entry + 4, previous);
    memory.setU32(previous, entry);
    memory.setU32(next + 4, entry);
    return neighbour === head ? 0 : neighbour;
  }

  #removeHead(head: number): number {
    const { memory } = this.#machine;
    const first = memory.u32(head);
    if (first === head) return 0;
    const next = memory.u32(first);
    memory.setU32(head, next);
    memory.setU32(next + 4, head);
    return first;
  }

  #initializeLookaside(kind: "NPaged" | "Paged", list: number, allocate: number, free: number, flags: number, size: number, tag: number): void {
    const routine = `ExInitialize${kind}LookasideList`;
    this.#checks.irqlAtMost(routine, dispatchLevel);
    if (size < 4) this.#checks.argument(routine, `Size ${size} must be at least that of a SINGLE_LIST_ENTRY`);
    const { memory } = this.#machine;
    memory.fill(list, lookaside.size, 0);
    memory.setU32(list + lookaside.Type, kind === "Paged" ? pagedPool : (flags & nonPagedPoolNx) !== 0 ? nonPagedPoolNx : 0);
    memory.setU32(list + lookaside.Tag, tag);
    memory.setU32(list + lookaside.Size, size);
    memory.setU32(list + lookaside.Allocate, allocate);
    memory.setU32(list + lookaside.Free, free);
    memory.setU32(list + lookaside.ListEntry, list + lookaside.ListEntry);
    memory.setU32(list + lookaside.ListEntry + 4, list + lookaside.ListEntry);
  }

  /** Entries come from the pool each time, so that a use after free is found. */
  #allocate(routine: string, list: number, limit: number): number {
    this.#checks.irqlAtMost(routine, limit);
    const { memory, guest } = this.#machine;
    if (!this.#isInitialized(routine, list)) return 0;
    memory.setU32(list + lookaside.TotalAllocates, memory.u32(list + lookaside.TotalAllocates) + 1);
    const [allocate, type, size, tag] = [
      memory.u32(list + lookaside.Allocate),
      memory.u32(list + lookaside.Type),
      memory.u32(list + lookaside.Size),
      memory.u32(list + lookaside.Tag),
    ];
    if (allocate !== 0) return guest.call("Allocate", allocate, [type, size, tag], { kind: "kernel", label: routine }) >>> 0;
    return this.#pool.allocate(size, tag, undefined, { paged: type === pagedPool, zero: false });
  }

  #free(routine: string, list: number, entry: number, limit: number): void {
    this.#checks.irqlAtMost(routine, limit);
    const { memory, guest } = this.#machine;
    if (!this.#isInitialized(routine, list)) return;
    memory.setU32(list + lookaside.TotalFrees, memory.u32(list + lookaside.TotalFrees) + 1);
    const free = memory.u32(list + lookaside.Free);
    if (free !== 0) guest.call("Free", free, [entry], { kind: "kernel", label: routine });
    else this.#pool.free(entry, 0, routine);
  }

  #isInitialized(routine: string, list: number): boolean {
    if (this.#machine.memory.u32(list + lookaside.ListEntry) === list + lookaside.ListEntry) return true;
    this.#checks.violation({
      rule: "lock-not-initialised",
      message: `${routine}: the lookaside list at ${this.#checks.whatIsAt(list)} is not initialised, or was deleted`,
      explanation: "Initialise a lookaside list before its first use and delete it after the last.",
      address: list,
    });
    return false;
  }
}
