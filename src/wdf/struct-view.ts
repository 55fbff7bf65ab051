// SPDX-License-Identifier: MIT
/** Checked reads and writes of a C structure's members in driver memory, by WDK member name. */
import { type StructLayout, assert } from "../base/index.ts";
import type { GuestMemory } from "../machine/index.ts";

/** A structure at an address; members are read and written when asked, each access checked by the shadow. */
export class StructView<Names extends string> {
  readonly address: number;
  readonly #memory: GuestMemory;
  readonly #layout: StructLayout<Names>;

  constructor(memory: GuestMemory, layout: StructLayout<Names>, address: number) {
    this.#memory = memory;
    this.#layout = layout;
    this.address = address >>> 0;
  }

  /** Unsigned value of a member of 1, 2 or 4 bytes. */
  get(name: Names): number {
    const { offset, size } = this.#layout.fields[name];
    const at = this.address + offset;
    if (size === 4) return this.#memory.u32(at);
    if (size === 2) return this.#memory.u16(at);
    assert(size === 1, `${this.#layout.name}.${name} is not a scalar of up to 4 bytes`);
    return this.#memory.u8(at);
  }

  get64(name: Names): bigint {
    return this.#memory.u64(this.address + this.#layout.fields[name].offset);
  }

  set(name: Names, value: number): void {
    const { offset, size } = this.#layout.fields[name];
    const at = this.address + offset;
    if (size === 4) this.#memory.setU32(at, value);
    else if (size === 2) this.#memory.setU16(at, value);
    else {
      assert(size === 1, `${this.#layout.name}.${name} is not a scalar of up to 4 bytes`);
      this.#memory.setU8(at, value);
    }
  }

  set64(name: Names, value: bigint): void {
    this.#memory.setU64(this.address + this.#layout.fields[name].offset, value);
  }

  /** Address of a member, for members that are structures or arrays. */
  at(name: Names): number {
    return this.address + this.#layout.fields[name].offset;
  }
}
