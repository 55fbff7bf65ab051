// SPDX-License-Identifier: MIT
/** Interrupt causes of the 82559, their masks and the line: asserted while a cause is pending that nothing masks (software developer manual, section 6.3.1). */
import type { DeviceBus } from "../protocol/index.ts";
import { cause, mask, maskable } from "./i82559-registers.ts";

export class I82559Interrupts {
  readonly #bus: DeviceBus;
  #pending = 0;
  #masks = 0;

  constructor(bus: DeviceBus) {
    this.#bus = bus;
  }

  get pending(): number {
    return this.#pending;
  }

  get masks(): number {
    return this.#masks;
  }

  raise(bits: number): void {
    this.#pending |= bits;
    this.#update();
  }

  /** The driver writes ones to the causes it has seen. */
  acknowledge(bits: number): void {
    this.#pending &= ~bits;
    this.#update();
  }

  /** The interrupt mask byte. SI raises an interrupt and reads as 0. */
  writeMasks(value: number): void {
    this.#masks = value & ~mask.software;
    if ((value & mask.software) !== 0) this.raise(cause.software);
    else this.#update();
  }

  reset(): void {
    this.#pending = 0;
    this.#masks = 0;
    this.#update();
  }

  #update(): void {
    const isMasked = (this.#masks & mask.all) !== 0;
    const visible = this.#pending & ~(this.#masks & mask.causes & maskable);
    if (visible === 0 || isMasked) this.#bus.interrupt.lower();
    else if (!this.#bus.fault("lost-interrupt")) this.#bus.interrupt.raise();
  }
}
