// SPDX-License-Identifier: MIT
/**
 * Memory of the stopped target as symbols see it. RAM is read at once; device registers have to be asked for, so a look at one that is
 * not known yet is noted, fetched, and the look repeated. Writes are collected, seen by later reads, and handed to the runtime at the end,
 * which logs them with the statement number.
 */

import { deviceWindowBase, deviceWindowEnd, nullGuardEnd } from "../protocol/index.ts";
import type { TargetMemory } from "../symbols/index.ts";
import type { TargetLink } from "./target-link.ts";

interface Range {
  readonly address: number;
  readonly length: number;
}

interface Write {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** More than any expression chases through device registers. */
const maxRounds = 16;

export class StoppedMemory implements TargetMemory {
  readonly #link: TargetLink;
  readonly #ram: Uint8Array;
  readonly #device = new Map<string, Uint8Array | undefined>();
  #missing: Range[] = [];
  #writes: Write[] = [];
  #hasStored = false;

  constructor(link: TargetLink, ramEnd: number) {
    this.#link = link;
    this.#ram = new Uint8Array(link.memory.buffer, 0, ramEnd);
  }

  read(address: number, length: number): Uint8Array | undefined {
    if (isInDeviceWindow(address, length)) return this.#readDevice(address, length);
    if (!this.#isRam(address, length)) return undefined;
    const bytes = this.#ram.slice(address, address + length);
    for (const write of this.#writes) overlay(bytes, address, write);
    return bytes;
  }

  write(address: number, bytes: Uint8Array): boolean {
    if (!this.#isRam(address, bytes.length)) return false;
    this.#writes.push({ address, bytes });
    return true;
  }

  /**
   * Runs `look` until it has all device registers it wants, and `fetchMore` has nothing more to offer; then stores what it wrote. `look`
   * runs again from the start for each round.
   */
  async settle<T>(look: () => T, fetchMore?: () => Promise<boolean>): Promise<T> {
    for (let round = 1; ; round++) {
      const outcome = attempt(look);
      // Taken at once: other looks run while this one waits.
      const writes = this.#writes;
      const missing = this.#missing;
      this.#writes = [];
      this.#missing = [];
      const isIncomplete = await this.#fetchMissing(missing);
      const hasMore = (await fetchMore?.()) ?? false;
      if ((isIncomplete || hasMore) && round < maxRounds) continue;
      if ("error" in outcome) throw outcome.error;
      await this.#store(writes);
      return outcome.value;
    }
  }

  /** Registers may have changed. */
  forget(): void {
    this.#device.clear();
  }

  /** Driver code has run for somebody who looked: memory may have changed. */
  noteStored(): void {
    this.#hasStored = true;
    this.#device.clear();
  }

  /** Whether anything was stored since this was asked last. */
  takeWritten(): boolean {
    const hasStored = this.#hasStored;
    this.#hasStored = false;
    return hasStored;
  }

  /** Bytes from `address` on up to the first one that cannot be read, at most `length`. */
  async readPrefix(address: number, length: number): Promise<Uint8Array> {
    if (isInDeviceWindow(address, 1)) {
      const fits = Math.min(length, deviceWindowEnd - address);
      return (await this.#link.query({ type: "readVirtual", address, length: fits })) ?? new Uint8Array(0);
    }
    if (address < nullGuardEnd || address >= this.#ram.length) return new Uint8Array(0);
    return this.#ram.slice(address, Math.min(address + length, this.#ram.length));
  }

  #isRam(address: number, length: number): boolean {
    return address >= nullGuardEnd && address + length <= this.#ram.length;
  }

  #readDevice(address: number, length: number): Uint8Array | undefined {
    const key = `${address}:${length}`;
    if (!this.#device.has(key)) this.#missing.push({ address, length });
    return this.#device.get(key);
  }

  /** Fetches the device registers that a look wanted in vain; false when there are none. */
  async #fetchMissing(wanted: readonly Range[]): Promise<boolean> {
    if (wanted.length === 0) return false;
    const answers = await Promise.all(wanted.map(({ address, length }) => this.#link.query({ type: "readVirtual", address, length })));
    wanted.forEach(({ address, length }, i) => {
      const bytes = answers[i];
      this.#device.set(`${address}:${length}`, bytes?.length === length ? bytes : undefined);
    });
    return true;
  }

  async #store(writes: readonly Write[]): Promise<void> {
    for (const { address, bytes } of writes) await this.#link.query({ type: "poke", address, bytes });
    if (writes.length === 0) return;
    this.#hasStored = true;
    this.#device.clear();
  }
}

const isInDeviceWindow = (address: number, length: number): boolean => address >= deviceWindowBase && address + length <= deviceWindowEnd;

function overlay(bytes: Uint8Array, address: number, write: Write): void {
  const from = Math.max(address, write.address);
  const to = Math.min(address + bytes.length, write.address + write.bytes.length);
  if (from < to) bytes.set(write.bytes.subarray(from - write.address, to - write.address), from - address);
}

function attempt<T>(look: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: look() };
  } catch (error) {
    return { error };
  }
}
