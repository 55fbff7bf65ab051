// SPDX-License-Identifier: MIT
/**
 * A Microwire serial EEPROM of 16-bit words (93C46, 93C56, 93C66 families), one pin change at a time: after a start bit a two-bit opcode and an address;
 * READ gives a dummy 0 and then words in sequence, most significant bit first. Writing takes no time, so the ready status is 1 at once.
 */
const opcode = { control: 0, write: 1, read: 2, erase: 3 } as const;
/** Highest two address bits of opcode 0. */
const controlCommand = { writeDisable: 0, writeAll: 1, eraseAll: 2, writeEnable: 3 } as const;
const erased = 0xffff;

type Phase =
  | { readonly kind: "idle" }
  | { kind: "command"; bits: number; count: number }
  | { kind: "data"; address: number | "all"; bits: number; count: number }
  | { kind: "read"; address: number; bit: number };

export class SerialEeprom {
  readonly words: Uint16Array;
  readonly #addressBits: number;
  #isWritable = false;
  #isSelected = false;
  #clock = false;
  #phase: Phase = { kind: "idle" };
  #output = true;

  /** `words` sets the size of the part, a power of two up to 256. */
  constructor(words: Uint16Array, addressBits: number) {
    this.words = words;
    this.#addressBits = addressBits;
  }

  /** DO: data while reading, else ready. */
  get output(): boolean {
    return this.#output;
  }

  /** New levels of CS, SK and DI. */
  drive(isSelected: boolean, clock: boolean, data: boolean): void {
    if (!isSelected || !this.#isSelected) {
      this.#phase = { kind: "idle" };
      this.#output = true;
    }
    const isEdge = isSelected && clock && !this.#clock;
    this.#isSelected = isSelected;
    this.#clock = clock;
    if (isEdge) this.#shift(data);
  }

  #shift(data: boolean): void {
    const phase = this.#phase;
    if (phase.kind === "idle") {
      if (data) this.#phase = { kind: "command", bits: 0, count: 0 };
    } else if (phase.kind === "command") {
      phase.bits = (phase.bits << 1) | (data ? 1 : 0);
      if (++phase.count === 2 + this.#addressBits) this.#command(phase.bits >> this.#addressBits, phase.bits & ((1 << this.#addressBits) - 1));
    } else if (phase.kind === "data") {
      phase.bits = (phase.bits << 1) | (data ? 1 : 0);
      if (++phase.count === 16) this.#write(phase.address, phase.bits);
    } else {
      this.#output = (((this.words[phase.address % this.words.length] ?? erased) >> phase.bit) & 1) !== 0;
      if (phase.bit-- > 0) return;
      phase.bit = 15;
      phase.address++;
    }
  }

  #command(code: number, address: number): void {
    if (code === opcode.read) {
      this.#phase = { kind: "read", address, bit: 15 };
      this.#output = false;
    } else if (code === opcode.write) this.#phase = { kind: "data", address, bits: 0, count: 0 };
    else if (code === opcode.erase) this.#write(address, erased);
    else this.#control(address >> (this.#addressBits - 2));
  }

  #control(command: number): void {
    if (command === controlCommand.writeAll) {
      this.#phase = { kind: "data", address: "all", bits: 0, count: 0 };
      return;
    }
    if (command === controlCommand.eraseAll) this.#write("all", erased);
    else this.#isWritable = command === controlCommand.writeEnable;
    this.#phase = { kind: "idle" };
  }

  #write(address: number | "all", value: number): void {
    this.#phase = { kind: "idle" };
    if (!this.#isWritable) return;
    if (address === "all") this.words.fill(value);
    else this.words[address % this.words.length] = value;
  }
}
