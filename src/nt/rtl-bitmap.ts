// SPDX-License-Identifier: MIT
/** RTL_BITMAP routines: bit n is bit n % 32 of ULONG n / 32 of the buffer. */
import type { Machine } from "../machine/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";

const notFound = 0xffff_ffff;

interface Run {
  readonly start: number;
  readonly length: number;
}

export class RtlBitmap {
  readonly #machine: Machine;
  readonly #checks: Checks;

  constructor(machine: Machine, checks: Checks) {
    this.#machine = machine;
    this.#checks = checks;
  }

  api(): ApiTable {
    const { memory } = this.#machine;
    const setRange = (routine: string, value: boolean) => (map: number, start: number, count: number) =>
      this.#setRange(routine, map >>> 0, start >>> 0, count >>> 0, value);
    const setOne = (routine: string, value: boolean) => (map: number, bit: number) => this.#setRange(routine, map >>> 0, bit >>> 0, 1, value);
    const areAll = (value: boolean) => (map: number, start: number, count: number) => (this.#areAll(map >>> 0, start >>> 0, count >>> 0, value) ? 1 : 0);
    const find = (value: boolean, change: boolean) => (map: number, count: number, hint: number) =>
      this.#find(map >>> 0, count >>> 0, hint >>> 0, value, change);
    return {
      RtlInitializeBitMap: (map: number, buffer: number, bits: number) => {
        memory.setU32(map >>> 0, bits);
        memory.setU32((map >>> 0) + 4, buffer);
      },
      RtlClearBit: setOne("RtlClearBit", false),
      RtlSetBit: setOne("RtlSetBit", true),
      RtlTestBit: (map: number, bit: number) => (this.#check("RtlTestBit", map >>> 0, bit >>> 0, 1) && this.#bit(map >>> 0, bit >>> 0) ? 1 : 0),
      RtlClearAllBits: (map: number) => this.#setRange("RtlClearAllBits", map >>> 0, 0, this.#size(map >>> 0), false),
      RtlSetAllBits: (map: number) => this.#setRange("RtlSetAllBits", map >>> 0, 0, this.#size(map >>> 0), true),
      RtlClearBits: setRange("RtlClearBits", false),
      RtlSetBits: setRange("RtlSetBits", true),
      RtlAreBitsClear: areAll(false),
      RtlAreBitsSet: areAll(true),
      RtlFindClearBits: find(false, false),
      RtlFindSetBits: find(true, false),
      RtlFindClearBitsAndSet: find(false, true),
      RtlFindSetBitsAndClear: find(true, true),
      RtlFindFirstRunClear: (map: number, start: number) => this.#giveRun(this.#clearRuns(map >>> 0)[0], start >>> 0),
      RtlFindNextForwardRunClear: (map: number, from: number, start: number) => {
        const run = this.#clearRuns(map >>> 0).find((candidate) => candidate.start + candidate.length > from >>> 0);
        const first = Math.max(run?.start ?? 0, from >>> 0);
        return this.#giveRun(run === undefined ? undefined : { start: first, length: run.start + run.length - first }, start >>> 0);
      },
      RtlFindLastBackwardRunClear: (map: number, from: number, start: number) => {
        const run = this.#clearRuns(map >>> 0).findLast((candidate) => candidate.start <= from >>> 0);
        return this.#giveRun(run === undefined ? undefined : { start: run.start, length: Math.min(run.length, (from >>> 0) - run.start + 1) }, start >>> 0);
      },
      RtlFindLongestRunClear: (map: number, start: number) => this.#giveRun(longestFirst(this.#clearRuns(map >>> 0))[0], start >>> 0),
      RtlFindClearRuns: (map: number, array: number, count: number, longest: number) => {
        const all = this.#clearRuns(map >>> 0);
        const runs = ((longest & 0xff) !== 0 ? longestFirst(all) : all).slice(0, count >>> 0);
        runs.forEach((run, i) => {
          memory.setU32((array >>> 0) + 8 * i, run.start);
          memory.setU32((array >>> 0) + 8 * i + 4, run.length);
        });
        return runs.length;
      },
      RtlNumberOfClearBits: (map: number) => this.#clearRuns(map >>> 0).reduce((sum, { length }) => sum + length, 0),
      RtlNumberOfSetBits: (map: number) => this.#size(map >>> 0) - this.#clearRuns(map >>> 0).reduce((sum, { length }) => sum + length, 0),
      RtlNumberOfSetBitsUlongPtr: (value: number) => (value >>> 0).toString(2).replaceAll("0", "").length,
      RtlFindLeastSignificantBit: (set: bigint) => BigInt.asUintN(64, set).toString(2).split("").reverse().indexOf("1"),
      RtlFindMostSignificantBit: (set: bigint) => (set === 0n ? -1 : BigInt.asUintN(64, set).toString(2).length - 1),
    };
  }

  #size(map: number): number {
    return this.#machine.memory.u32(map);
  }

  #word(map: number, bit: number): number {
    return this.#machine.memory.u32(map + 4) + 4 * (bit >>> 5);
  }

  #bit(map: number, bit: number): boolean {
    return ((this.#machine.memory.u32(this.#word(map, bit)) >>> (bit & 31)) & 1) !== 0;
  }

  #check(routine: string, map: number, start: number, count: number): boolean {
    if (start + count <= this.#size(map)) return true;
    this.#checks.argument(routine, `bits ${start} to ${start + count - 1} are not inside the bitmap of ${this.#size(map)} bits`);
    return false;
  }

  #setRange(routine: string, map: number, start: number, count: number, value: boolean): void {
    if (!this.#check(routine, map, start, count)) return;
    const { memory } = this.#machine;
    for (let bit = start; bit < start + count; bit++) {
      const word = this.#word(map, bit);
      const mask = 2 ** (bit & 31);
      memory.setU32(word, value ? memory.u32(word) | mask : memory.u32(word) & ~mask);
    }
  }

  #areAll(map: number, start: number, count: number, value: boolean): boolean {
    if (count === 0 || start + count > this.#size(map)) return false;
    for (let bit = start; bit < start + count; bit++) if (this.#bit(map, bit) !== value) return false;
    return true;
  }

  /** First run of `count` equal bits at or behind `hint`, then from the beginning. */
  #find(map: number, count: number, hint: number, value: boolean, change: boolean): number {
    const size = this.#size(map);
    const from = hint < size ? hint : 0;
    if (count === 0) return from & ~7;
    const found = this.#search(map, from, size, count, value) ?? (from === 0 ? undefined : this.#search(map, 0, size, count, value));
    if (found === undefined) return notFound;
    if (change) this.#setRange("RtlFindClearBitsAndSet", map, found, count, !value);
    return found;
  }

  #search(map: number, from: number, to: number, count: number, value: boolean): number | undefined {
    let run = 0;
    for (let bit = from; bit < to; bit++) {
      run = this.#bit(map, bit) === value ? run + 1 : 0;
      if (run === count) return bit - count + 1;
    }
    return undefined;
  }

  #clearRuns(map: number): readonly Run[] {
    const runs: { start: number; length: number }[] = [];
    for (let bit = 0; bit < this.#size(map); bit++) {
      if (this.#bit(map, bit)) continue;
      const last = runs.at(-1);
      if (last !== undefined && last.start + last.length === bit) last.length++;
      else runs.push({ start: bit, length: 1 });
    }
    return runs;
  }

  #giveRun(run: Run | undefined, start: number): number {
    this.#machine.memory.setU32(start, run?.start ?? 0);
    return run?.length ?? 0;
  }
}

const longestFirst = (runs: readonly Run[]): readonly Run[] => [...runs].sort((a, b) => b.length - a.length || a.start - b.start);
