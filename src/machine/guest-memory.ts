// SPDX-License-Identifier: MIT
/**
 * The driver's address space: one shared WebAssembly memory with the shadow that says which bytes may be touched. Host code reads and
 * writes driver memory only through the checked accessors here, so a bad pointer given to an API is found at that call.
 */
import { hex } from "../base/index.ts";
import { type GuestLayout, type MemoryOwner, nullGuardEnd, pageSize, shadowAccessible, shadowGranule } from "../protocol/index.ts";

export type AccessKind = "read" | "write";

/** A host or driver access that the shadow forbids. */
export interface AccessFault {
  readonly address: number;
  readonly length: number;
  readonly kind: AccessKind;
}

/** MmHighestUserAddress + 1 of 32-bit Windows, rounded up to the end of the user-mode half. */
const userSpaceEnd = 0x8000_0000;

export class GuestMemory {
  readonly layout: GuestLayout;
  readonly buffer: ArrayBufferLike;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Called for a forbidden host access; must not return. */
  onFault: (fault: AccessFault) => never = (fault) => {
    throw new RangeError(`invalid ${fault.kind} of ${fault.length} bytes at ${hex(fault.address, 8)}`);
  };
  /** Whether the page of an address in RAM belongs to a program in user mode; set by who knows the programs. */
  isUserPage: (address: number) => boolean = () => false;
  /** Asked in order by `describe`. */
  readonly describers: ((address: number) => string | undefined)[] = [];
  /** Asked in order by `ownerOf`. */
  readonly owners: ((address: number) => MemoryOwner | undefined)[] = [];
  /** The same memory in words of eight bytes: filling shared memory goes element by element. */
  readonly #words: Float64Array;
  /** Granules with data breakpoints: their accesses take the slow path whatever is allowed. */
  #watched: ReadonlySet<number> = new Set();
  /** A write to watched granules that is about to happen. */
  #pendingWrite: AccessFault | undefined;
  /** Told of writes to watched granules by driver and kernel before they happen. */
  beforeWatched: ((access: AccessFault) => void) | undefined;
  /** Told of accesses to watched granules by driver and kernel: of reads before, of writes after they happen. */
  onWatched: ((access: AccessFault) => void) | undefined;
  /** Bytes that may be touched of granules whose shadow sends every access to the host, by granule index. */
  readonly #partial: Uint8Array;

  constructor(layout: GuestLayout, buffer: ArrayBufferLike) {
    this.layout = layout;
    this.buffer = buffer;
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.#words = new Float64Array(buffer, 0, Math.floor(buffer.byteLength / 8));
    this.#partial = new Uint8Array(layout.ramEnd / shadowGranule);
  }

  /** Makes [address, address + length) accessible; `address` is a multiple of 8. A partial last granule goes through the slow path. */
  allow(address: number, length: number): void {
    const first = Math.floor(address / shadowGranule);
    const whole = Math.floor(length / shadowGranule);
    const { shadow } = this.layout;
    this.bytes.fill(shadowAccessible, shadow + first, shadow + first + whole);
    this.#partial.fill(0, first, first + whole);
    this.#partial[first + whole] = length % shadowGranule;
    for (const granule of this.#watched) if (granule >= first && granule <= first + whole) this.watchGranule(granule * shadowGranule);
  }

  /** Makes every granule that overlaps [address, address + length) inaccessible. */
  forbid(address: number, length: number): void {
    if (length === 0) return;
    const first = Math.floor(address / shadowGranule);
    const last = Math.floor((address + length - 1) / shadowGranule);
    this.zero(this.layout.shadow + first, this.layout.shadow + last + 1);
    this.#partial.fill(0, first, last + 1);
  }

  /** Sends accesses to a granule through the slow path without forbidding them (data breakpoints); undo with `allow`. */
  watchGranule(address: number): void {
    const granule = Math.floor(address / shadowGranule);
    if (this.#partial[granule] === 0 && this.bytes[this.layout.shadow + granule] !== 0) this.#partial[granule] = shadowGranule;
    this.bytes[this.layout.shadow + granule] = 0;
  }

  /** Replaces what `onWatched` is told of. */
  setWatched(ranges: readonly { readonly address: number; readonly length: number }[]): void {
    for (const granule of this.#watched) {
      // A whole granule is only ever sent to the host by a watch.
      if (this.#partial[granule] !== shadowGranule) continue;
      this.#partial[granule] = 0;
      this.bytes[this.layout.shadow + granule] = shadowAccessible;
    }
    const granules = ranges.flatMap(({ address, length }) => {
      const first = Math.max(nullGuardEnd, address);
      const end = Math.min(this.layout.ramEnd, address + length);
      return Array.from(
        { length: Math.max(0, Math.ceil(end / shadowGranule) - Math.floor(first / shadowGranule)) },
        (_, i) => Math.floor(first / shadowGranule) + i,
      );
    });
    this.#watched = new Set(granules);
    for (const granule of this.#watched) this.watchGranule(granule * shadowGranule);
  }

  /** Before an access that the shadow sent to the host; after a write, `noteWritten` follows. */
  noteAccess(address: number, length: number, kind: AccessKind): void {
    if (this.#watched.size === 0 || this.onWatched === undefined) return;
    const last = Math.floor((address + length - 1) / shadowGranule);
    let isWatched = false;
    for (let granule = Math.floor(address / shadowGranule); granule <= last && !isWatched; granule++) isWatched = this.#watched.has(granule);
    if (!isWatched) return;
    if (kind === "read") this.onWatched({ address, length, kind });
    else {
      this.#pendingWrite = { address, length, kind };
      this.beforeWatched?.(this.#pendingWrite);
    }
  }

  /** After a write. */
  noteWritten(): void {
    const access = this.#pendingWrite;
    if (access === undefined) return;
    this.#pendingWrite = undefined;
    this.onWatched?.(access);
  }

  /**
   * Whether an address is of the user-mode half: the null guard, what lies between RAM and 2 GiB, where no kernel memory ever is, and the pages of
   * programs. A bad access there raises STATUS_ACCESS_VIOLATION; a bad address of the kernel stops the machine.
   */
  isUserAddress(address: number): boolean {
    if (address < nullGuardEnd) return true;
    return address < this.layout.ramEnd ? this.isUserPage(address) : address < userSpaceEnd;
  }

  /** Whether the driver may touch all of [address, address + length). */
  isAccessible(address: number, length: number): boolean {
    if (address < nullGuardEnd || address + length > this.layout.ramEnd) return false;
    const last = address + length - 1;
    for (let granule = Math.floor(address / shadowGranule); granule * shadowGranule <= last; granule++) {
      if (this.bytes[this.layout.shadow + granule] !== 0) continue;
      const valid = this.#partial[granule] ?? 0;
      if (Math.min(last, granule * shadowGranule + shadowGranule - 1) - granule * shadowGranule >= valid) return false;
    }
    return true;
  }

  #check(address: number, length: number, kind: AccessKind): number {
    const a = address >>> 0;
    const { shadow, ramEnd } = this.layout;
    if (a >= nullGuardEnd && a + length <= ramEnd) {
      if (length <= shadowGranule && this.bytes[shadow + (a >>> 3)] !== 0 && this.bytes[shadow + ((a + length - 1) >>> 3)] !== 0) return a;
      if (length === 0) return a;
      if (this.isAccessible(a, length)) {
        this.noteAccess(a, length, kind);
        return a;
      }
    }
    return this.onFault({ address: a, length, kind });
  }

  u8(address: number): number {
    return this.view.getUint8(this.#check(address, 1, "read"));
  }
  u16(address: number): number {
    return this.view.getUint16(this.#check(address, 2, "read"), true);
  }
  u32(address: number): number {
    return this.view.getUint32(this.#check(address, 4, "read"), true);
  }
  i32(address: number): number {
    return this.view.getInt32(this.#check(address, 4, "read"), true);
  }
  u64(address: number): bigint {
    return this.view.getBigUint64(this.#check(address, 8, "read"), true);
  }
  i64(address: number): bigint {
    return this.view.getBigInt64(this.#check(address, 8, "read"), true);
  }
  setU8(address: number, value: number): void {
    this.view.setUint8(this.#check(address, 1, "write"), value);
    this.noteWritten();
  }
  setU16(address: number, value: number): void {
    this.view.setUint16(this.#check(address, 2, "write"), value, true);
    this.noteWritten();
  }
  setU32(address: number, value: number): void {
    this.view.setUint32(this.#check(address, 4, "write"), value, true);
    this.noteWritten();
  }
  setU64(address: number, value: bigint): void {
    this.view.setBigUint64(this.#check(address, 8, "write"), BigInt.asUintN(64, value), true);
    this.noteWritten();
  }

  /** A copy of `length` bytes. */
  read(address: number, length: number): Uint8Array {
    const a = this.#check(address, length, "read");
    return this.bytes.slice(a, a + length);
  }
  write(address: number, data: Uint8Array): void {
    this.bytes.set(data, this.#check(address, data.length, "write"));
    this.noteWritten();
  }
  fill(address: number, length: number, value: number): void {
    const a = this.#check(address, length, "write");
    this.bytes.fill(value, a, a + length);
    this.noteWritten();
  }

  /** Writes zeros into [start, end), whatever the shadow says; for the owner of the memory. */
  zero(start: number, end: number): void {
    if (start % 8 === 0 && end % 8 === 0) this.#words.fill(0, start / 8, end / 8);
    else this.bytes.fill(0, start, end);
  }

  /** Latin-1 text up to the first zero byte, `limit` bytes at most. */
  cString(address: number, limit = 65536): string {
    let text = "";
    for (let a = address; text.length < limit; a++) {
      const code = this.u8(a);
      if (code === 0) break;
      text += String.fromCharCode(code);
    }
    return text;
  }

  /** UTF-16 text; up to the first zero when `length` (characters) is not given. */
  wideString(address: number, length?: number): string {
    let text = "";
    for (let i = 0; length === undefined ? i < 32768 : i < length; i++) {
      const code = this.u16(address + 2 * i);
      if (code === 0 && length === undefined) break;
      text += String.fromCharCode(code);
    }
    return text;
  }

  /** Bytes as they are, for views and the device side of a mapping: in RAM, whatever the shadow says. Undefined outside RAM. */
  peek(address: number, length: number): Uint8Array | undefined {
    if (address < nullGuardEnd || address + length > this.layout.ramEnd) return undefined;
    return this.bytes.slice(address, address + length);
  }

  /** Counterpart of `peek`. False outside RAM. */
  poke(address: number, data: Uint8Array): boolean {
    if (address < nullGuardEnd || address + data.length > this.layout.ramEnd) return false;
    this.bytes.set(data, address);
    return true;
  }

  /** What lies at `address`, for messages: `48 bytes into a 64-byte pool block, tag 'Edu0', freed at …`. */
  describe(address: number): string | undefined {
    const a = address >>> 0;
    if (a < nullGuardEnd) return "in the first 64 KiB, which are never mapped (a NULL pointer plus a small offset)";
    for (const describer of this.describers) {
      const text = describer(a);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  /** Who has the bytes at `address`; the answer holds for [start, end) of it at least from `address` on. */
  ownerOf(address: number): MemoryOwner {
    for (const owner of this.owners) {
      const found = owner(address);
      if (found !== undefined) return found;
    }
    const start = address - (address % pageSize);
    return { kind: "nothing", text: address < nullGuardEnd ? "the first 64 KiB, which are never mapped" : "unused", start, end: start + pageSize };
  }

  /** What the kernel does to memory that the driver need not be able to touch; watches see it. */
  place(address: number, data: Uint8Array): void {
    this.noteAccess(address, data.length, "write");
    this.bytes.set(data, address);
    this.noteWritten();
  }

  /** Back to the state of a new memory; `top` is the first address that was never used. */
  reset(top: number): void {
    this.zero(0, top);
    this.zero(this.layout.shadow, this.layout.shadow + Math.ceil(top / shadowGranule));
    this.zero(this.layout.callStackLimit, this.layout.callStackTop);
    this.#partial.fill(0, 0, Math.ceil(top / shadowGranule));
  }
}
