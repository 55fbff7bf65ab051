// SPDX-License-Identifier: MIT
/**
 * The local side of the board: SRAM on the local bus of the PCI 9656. Local addresses are those that LASxBA, DMALADR and local descriptors hold; where no
 * SRAM is, nobody asserts READY#.
 */
export class LocalBus {
  readonly base: number;
  readonly #sram: Uint8Array;

  /** `bytes` of SRAM, a power of two, from local address `base` on. */
  constructor(base: number, bytes: number) {
    this.base = base;
    this.#sram = new Uint8Array(bytes);
  }

  get bytes(): number {
    return this.#sram.length;
  }

  /** Whether SRAM answers for all of the range. */
  covers(address: number, length: number): boolean {
    const at = address - this.base;
    return at >= 0 && at + length <= this.#sram.length;
  }

  /** Bytes in PCI order; `swapped` = the dwords of the local bus are big endian. The range must be covered. */
  read(address: number, length: number, swapped: boolean): Uint8Array<ArrayBuffer> {
    const at = address - this.base;
    if (!swapped) return this.#sram.slice(at, at + length);
    return Uint8Array.from({ length }, (_, i) => this.#sram[(at + i) ^ 3] ?? 0);
  }

  write(address: number, bytes: Uint8Array, swapped: boolean): void {
    const at = address - this.base;
    if (!swapped) this.#sram.set(bytes, at);
    else bytes.forEach((byte, i) => (this.#sram[(at + i) ^ 3] = byte));
  }

  /** Power-on. */
  clear(): void {
    this.#sram.fill(0);
  }
}
