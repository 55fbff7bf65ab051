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

  /** Runs `look` until it has all device registers it wants, then stores what it wrote. `look` runs again from the start for each round. */
  async settle<T>(look: () => T): Promise<T> {
    for (let round = 1; ; round++) {
      this.#writes = [];
      this.#missing = [];
      const outcome = attempt(look);
      if (this.#missing.length > 0 && round < maxRounds) {
        await this.#fetchMissing();
        continue;
      }
      if ("error" in outcome) throw outcome.error;
      await this.#store();
      return outcome.value;
    }
  }

  /** Whether anything was stored since this was asked last. */
  takeWritten(): boolean {
    const hasStored = this.#hasStored;
    this.#hasStored = false;
    return hasStored;
  }

  /** Bytes from `address` on up to the first one that cannot be read, at most `length`. */
  async readPrefix(address: number, length: number): Promise<Uint8Array> {
    const end = this.#readableEnd(address);
    const available = Math.max(0, Math.min(length, end - address));
    if (available === 0) return new Uint8Array(0);
    return (await this.settle(() => this.read(address, available))) ?? new Uint8Array(0);
  }

  #readableEnd(address: number): number {
    if (address >= nullGuardEnd && address < this.#ram.length) return this.#ram.length;
    return address >= deviceWindowBase && address < deviceWindowEnd ? deviceWindowEnd : address;
  }

  #isRam(address: number, length: number): boolean {
    return address >= nullGuardEnd && address + length <= this.#ram.length;
  }

  #readDevice(address: number, length: number): Uint8Array | undefined {
    const key = `${address}:${length}`;
    if (!this.#device.has(key)) this.#missing.push({ address, length });
    return this.#device.get(key);
  }

  async #fetchMissing(): Promise<void> {
    const wanted = this.#missing;
    const answers = await Promise.all(wanted.map(({ address, length }) => this.#link.query({ type: "readVirtual", address, length })));
    wanted.forEach(({ address, length }, i) => {
      this.#device.set(`${address}:${length}`, answers[i]);
    });
  }

  async #store(): Promise<void> {
    const writes = this.#writes;
    for (const { address, bytes } of writes) await this.#link.query({ type: "poke", address, bytes });
    this.#writes = [];
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
