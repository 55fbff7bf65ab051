// SPDX-License-Identifier: MIT
/**
 * INTCSR of the PCI 9656 (data book, chapter 6): which sources are active, and the two outputs. INTA# goes to the host; LINTo# to the local side, where
 * this board has nobody but the optional echo processor.
 */
import type { DeviceBus } from "../protocol/index.ts";
import type { Pci9656Channel } from "./pci9656-channel.ts";
import { intcsr, runtimeRegister } from "./pci9656-runtime-registers.ts";
import type { RegisterFile } from "./register-file.ts";

/** Received master abort and received target abort of the PCI status register; writing one there clears them. */
const status = { offset: 0x07, aborts: 0x30, masterAbort: 0x20 } as const;

export class Pci9656Interrupts {
  readonly #bus: DeviceBus;
  readonly #registers: RegisterFile;
  readonly #channels: readonly Pci9656Channel[];
  /** Channels that were bus master of an abort. */
  #abortMasters = 0;
  #mailboxes = 0;
  #isAsserted = false;
  /** A channel's interrupt that reaches nobody is told once. */
  readonly #told = [false, false];

  constructor(bus: DeviceBus, registers: RegisterFile, channels: readonly Pci9656Channel[]) {
    this.#bus = bus;
    this.#registers = registers;
    this.#channels = channels;
  }

  reset(): void {
    this.#abortMasters = 0;
    this.#mailboxes = 0;
    this.update();
  }

  /** INTCSR as it reads: enables, and the sources that are active. */
  get value(): number {
    const enables = this.#registers.word(runtimeRegister.intcsr);
    let value = (enables | intcsr.notMaster) & ~this.#abortBits;
    if (this.#isPciAbort) value |= intcsr.pciAbortActive;
    if (this.#registers.word(runtimeRegister.l2pdbell) !== 0 && (enables & intcsr.pciDoorbellEnable) !== 0) value |= intcsr.pciDoorbellActive;
    if (this.#registers.word(runtimeRegister.p2ldbell) !== 0 && (enables & intcsr.localDoorbellEnable) !== 0) value |= intcsr.localDoorbellActive;
    this.#channels.forEach((channel, i) => {
      if (channel.requestsInterrupt && (enables & (intcsr.channelEnable[i] ?? 0)) !== 0) value |= intcsr.channelActive[i] ?? 0;
    });
    return (value | (this.#mailboxes << intcsr.mailboxShift)) >>> 0;
  }

  /** Makes INTA# follow the sources. Fault 'lost-interrupt': the line is not asserted, until all sources have gone. */
  update(): void {
    const value = this.value;
    const abort = (value & intcsr.pciAbortEnable) !== 0 && (value & intcsr.pciAbortActive) !== 0;
    const channel = this.#channels.some((one, i) => one.interruptsPci && (value & (intcsr.channelActive[i] ?? 0)) !== 0);
    const asserts = (value & intcsr.pciEnable) !== 0 && ((value & intcsr.pciDoorbellActive) !== 0 || abort || channel);
    this.#tellMisrouted(value);
    if (asserts === this.#isAsserted) return;
    this.#isAsserted = asserts;
    if (!asserts) this.#bus.interrupt.lower();
    else if (!this.#bus.fault("lost-interrupt")) this.#bus.interrupt.raise();
  }

  /** A bus access of channel `index` ended in a master abort. */
  aborted(index: 0 | 1): void {
    this.#bus.configSpace[status.offset] = (this.#bus.configSpace[status.offset] ?? 0) | status.masterAbort;
    this.#abortMasters |= 1 << index;
    this.update();
  }

  /** PCI wrote to mailbox `index`, 0 to 3. */
  mailboxWritten(index: number): void {
    if ((this.#registers.word(runtimeRegister.intcsr) & intcsr.mailboxEnable) !== 0) this.#mailboxes |= 1 << index;
  }

  /** The local side has read its mailboxes. */
  mailboxesRead(): void {
    this.#mailboxes = 0;
  }

  get #isPciAbort(): boolean {
    return ((this.#bus.configSpace[status.offset] ?? 0) & status.aborts) !== 0;
  }

  get #abortBits(): number {
    if (!this.#isPciAbort) this.#abortMasters = 0;
    return intcsr.channelNotMaster.reduce((bits, bit, i) => ((this.#abortMasters & (1 << i)) !== 0 ? bits | bit : bits), 0);
  }

  #tellMisrouted(value: number): void {
    this.#channels.forEach((channel, i) => {
      const isMisrouted = (value & (intcsr.channelActive[i] ?? 0)) !== 0 && !channel.interruptsPci;
      if (isMisrouted && this.#told[i] !== true)
        this.#bus.log(`DMA channel ${i}: its interrupt goes to LINTo#, where nobody is; bit 17 of DMAMODE${i} routes it to INTA#`);
      this.#told[i] = isMisrouted;
    });
  }
}
