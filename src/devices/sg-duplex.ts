// SPDX-License-Identifier: MIT
/**
 * SGDX, the scatter/gather duplex device of the sg-duplex sample: two DMA engines that follow descriptor chains and share 1 MiB of SRAM.
 * samples/sg-duplex/DEVICE.md is its specification; what one engine does is in sg-duplex-channel.ts, the registers are in sg-duplex-registers.ts.
 *
 * Options: `fetchNs` (time of a descriptor fetch, default 400), `latencyNs` (before the data of a descriptor, default 400), `nsPerByte` (default 1).
 *
 * Faults that `faults` can name: `descriptor-fetch-abort`, `data-abort`, `lost-interrupt`, `stuck`.
 */
import type { DeviceBus, DeviceInstance } from "../protocol/index.ts";
import { defineDevice } from "./define-device.ts";
import { amount, readOptions } from "./options.ts";
import { SgDuplexChannel } from "./sg-duplex-channel.ts";
import {
  capability,
  channelBase,
  channelSpan,
  debugPort,
  globalRegister,
  globalReset,
  ident,
  irq,
  irqShift,
  sgDuplexRegisters,
  sramBytes,
  version,
} from "./sg-duplex-registers.ts";

type ChannelName = keyof typeof channelBase;

const optionSchema = { fetchNs: amount(400), latencyNs: amount(400), nsPerByte: amount(1) };
/** Interrupt message of a channel, when there are two. */
const message = { H2C: 0, C2H: 1 } as const;

class SgDuplex implements DeviceInstance {
  readonly #bus: DeviceBus;
  readonly #sram = new Uint8Array(sramBytes);
  readonly #sramView = new DataView(this.#sram.buffer);
  readonly #channels: Readonly<Record<ChannelName, SgDuplexChannel>>;
  readonly #requesting: Record<ChannelName, boolean> = { H2C: false, C2H: false };
  #irqStatus = 0;
  #scratch = 0;
  #debugIndex = 0;

  constructor(bus: DeviceBus, options: Readonly<Record<string, unknown>>) {
    this.#bus = bus;
    const timing = readOptions("sg-duplex", optionSchema, options);
    const channel = (name: ChannelName) =>
      new SgDuplexChannel(name, {
        bus,
        sram: this.#sram,
        timing,
        setInterruptBits: (bits) => this.#setBits(name, bits << irqShift[name]),
        clearInterruptBits: () => this.#clearBits(irq.mask << irqShift[name]),
        enableChanged: () => this.#update(name, false),
      });
    this.#channels = { H2C: channel("H2C"), C2H: channel("C2H") };
  }

  /** Registers to their reset values; SRAM keeps its content. */
  reset(): void {
    this.#globalReset();
    this.#debugIndex = 0;
  }

  power(state: "D0" | "D1" | "D2" | "D3"): void {
    if (state === "D0") this.reset();
    else {
      this.#channels.H2C.abort();
      this.#channels.C2H.abort();
    }
  }

  read(bar: number, offset: number, size: number): number {
    const value = this.peek(bar, offset, size);
    if (bar === 1 && offset === debugPort.data && size === 4) this.#advanceDebugIndex();
    return value;
  }

  peek(bar: number, offset: number, size: number): number {
    if (size !== 4) return 0;
    if (bar === 1) return this.#peekDebug(offset);
    const channel = channelAt(offset);
    return channel === undefined ? this.#peekGlobal(offset) : this.#channels[channel].peek(offset - channelBase[channel]);
  }

  write(bar: number, offset: number, size: number, value: number | bigint): void {
    if (size !== 4) return;
    const word = Number(value) >>> 0;
    const channel = channelAt(offset);
    if (bar === 1) this.#writeDebug(offset, word);
    else if (channel !== undefined) this.#channels[channel].write(offset - channelBase[channel], word);
    else if (offset === globalRegister.globalControl && (word & globalReset) !== 0) this.#globalReset();
    else if (offset === globalRegister.irqStatus) this.#clearBits(word);
    else if (offset === globalRegister.scratch) this.#scratch = word;
  }

  #peekGlobal(offset: number): number {
    switch (offset) {
      case globalRegister.ident:
        return ident;
      case globalRegister.version:
        return version;
      case globalRegister.capability:
        return capability;
      case globalRegister.irqStatus:
        return this.#irqStatus;
      case globalRegister.scratch:
        return this.#scratch;
      default:
        return 0;
    }
  }

  #globalReset(): void {
    this.#channels.H2C.resetAll();
    this.#channels.C2H.resetAll();
    this.#scratch = 0;
  }

  #peekDebug(offset: number): number {
    if (offset === debugPort.index) return this.#debugIndex;
    return offset === debugPort.data ? this.#sramView.getUint32(this.#debugIndex, true) : 0;
  }

  #writeDebug(offset: number, value: number): void {
    if (offset === debugPort.index) this.#debugIndex = value & (sramBytes - 4);
    else if (offset === debugPort.data) {
      this.#sramView.setUint32(this.#debugIndex, value, true);
      this.#advanceDebugIndex();
    }
  }

  #advanceDebugIndex(): void {
    this.#debugIndex = (this.#debugIndex + 4) % sramBytes;
  }

  #setBits(name: ChannelName, bits: number): void {
    const isNew = (this.#irqStatus & bits) !== bits;
    this.#irqStatus |= bits;
    if (isNew && this.#channels[name].isInterruptEnabled && this.#bus.fault("lost-interrupt")) this.#requesting[name] = true;
    else this.#update(name, isNew);
  }

  #clearBits(bits: number): void {
    this.#irqStatus &= ~bits;
    this.#update("H2C", false);
    this.#update("C2H", false);
  }

  /** Makes the interrupt follow IRQ_STATUS and IRQ_ENABLE; `isNewBit` sends a message even though the channel requests already. */
  #update(name: ChannelName, isNewBit: boolean): void {
    const requests = ((this.#irqStatus >> irqShift[name]) & irq.mask) !== 0 && this.#channels[name].isInterruptEnabled;
    const { interrupt } = this.#bus;
    const started = requests && !this.#requesting[name];
    this.#requesting[name] = requests;
    if (started || (requests && isNewBit)) interrupt.raise(interrupt.messages > 1 ? message[name] : 0);
    if (!this.#requesting.H2C && !this.#requesting.C2H) interrupt.lower();
  }
}

function channelAt(offset: number): ChannelName | undefined {
  if (offset >= channelBase.H2C && offset < channelBase.H2C + channelSpan) return "H2C";
  return offset >= channelBase.C2H && offset < channelBase.C2H + channelSpan ? "C2H" : undefined;
}

/** Vendor 0x1DDA, device 0x5D01, class 0x118000 (signal processing controller). */
export const sgDuplex = defineDevice({
  name: "SGDX",
  pci: { vendorId: 0x1dda, deviceId: 0x5d01, subsystemVendorId: 0x1dda, subsystemId: 0x0001, classCode: 0x118000, revision: 0x01 },
  bars: [
    { kind: "memory", size: 4096, name: "regs" },
    { kind: "io", size: 256, name: "debug" },
  ],
  interrupts: { line: true, messages: 2 },
  registers: sgDuplexRegisters,
  create: (bus, options) => new SgDuplex(bus, options),
});
