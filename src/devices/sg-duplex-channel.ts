// SPDX-License-Identifier: MIT
/**
 * One DMA engine of the SGDX device: follows a chain of descriptors in host memory and moves data between host memory and SRAM
 * (samples/sg-duplex/DEVICE.md, "How a chain is executed"). Both engines work at the same time; each knows only its own registers.
 */
import type { DeviceBus } from "../protocol/index.ts";
import {
  type ErrorCode,
  channelRegister,
  control,
  descriptorBytes,
  descriptorControl,
  descriptorStatus,
  errorCode,
  irq,
  longestChain,
  longestDescriptor,
  sramBytes,
  status,
} from "./sg-duplex-registers.ts";

export interface ChannelTiming {
  readonly fetchNs: number;
  readonly latencyNs: number;
  readonly nsPerByte: number;
}

interface Descriptor {
  readonly at: bigint;
  readonly address: bigint;
  readonly length: number;
  readonly control: number;
  readonly next: bigint;
}

/** What a channel needs of the device around it. */
export interface ChannelHost {
  readonly bus: DeviceBus;
  readonly sram: Uint8Array;
  readonly timing: ChannelTiming;
  /** Bits `irq.done` or `irq.error` of this channel are set in IRQ_STATUS. */
  setInterruptBits(bits: number): void;
  clearInterruptBits(): void;
  /** IRQ_ENABLE changed. */
  enableChanged(): void;
}

export class SgDuplexChannel {
  readonly #name: "H2C" | "C2H";
  readonly #host: ChannelHost;
  #control = 0;
  #status = 0;
  #descriptorAddress = 0n;
  #completed = 0;
  #sramPosition = 0;
  #total = 0n;
  #chains = 0;
  #errors = 0;
  /** Grows with every start and stop, so that steps of an older chain do nothing. */
  #generation = 0;

  constructor(name: "H2C" | "C2H", host: ChannelHost) {
    this.#name = name;
    this.#host = host;
  }

  get isInterruptEnabled(): boolean {
    return (this.#control & control.irqEnable) !== 0;
  }

  get #isBusy(): boolean {
    return (this.#status & status.busy) !== 0;
  }

  /** No register of a channel has side effects on reads. */
  peek(offset: number): number {
    switch (offset) {
      case channelRegister.control:
        return this.#control;
      case channelRegister.status:
        return this.#status;
      case channelRegister.descLo:
        return Number(BigInt.asUintN(32, this.#descriptorAddress));
      case channelRegister.descHi:
        return Number(this.#descriptorAddress >> 32n);
      case channelRegister.completed:
        return this.#completed;
      case channelRegister.sramPosition:
        return this.#sramPosition;
      case channelRegister.totalLo:
        return Number(BigInt.asUintN(32, this.#total));
      case channelRegister.totalHi:
        return Number(BigInt.asUintN(32, this.#total >> 32n));
      case channelRegister.chains:
        return this.#chains;
      case channelRegister.errors:
        return this.#errors;
      default:
        return 0;
    }
  }

  write(offset: number, value: number): void {
    if (offset === channelRegister.control) {
      this.#writeControl(value);
      return;
    }
    if (this.#isBusy) return;
    const wide = BigInt(value);
    if (offset === channelRegister.descLo) this.#descriptorAddress = ((this.#descriptorAddress >> 32n) << 32n) | wide;
    else if (offset === channelRegister.descHi) this.#descriptorAddress = BigInt.asUintN(32, this.#descriptorAddress) | (wide << 32n);
    else if (offset === channelRegister.sramPosition) this.#sramPosition = value % sramBytes;
  }

  /** Channel RESET: position and statistics stay. */
  reset(): void {
    this.#generation++;
    this.#control = 0;
    this.#status = 0;
    this.#completed = 0;
    this.#descriptorAddress = 0n;
    this.#host.clearInterruptBits();
    this.#host.enableChanged();
  }

  /** Device reset: everything to its reset value. */
  resetAll(): void {
    this.reset();
    this.#sramPosition = 0;
    this.#total = 0n;
    this.#chains = 0;
    this.#errors = 0;
  }

  /** Stops a busy engine: from now on it makes no bus cycle. */
  abort(): void {
    if (!this.#isBusy) return;
    this.#generation++;
    this.#control &= ~control.run;
    this.#setStatus(status.error, errorCode.aborted);
  }

  #writeControl(value: number): void {
    if ((value & control.reset) !== 0) {
      this.reset();
      return;
    }
    const wasRunning = (this.#control & control.run) !== 0;
    const run = value & control.run;
    this.#control = run | (value & control.irqEnable);
    this.#host.enableChanged();
    if (run !== 0 && !wasRunning) this.#start();
    else if (run === 0 && wasRunning) this.abort();
  }

  #start(): void {
    this.#status = status.busy;
    this.#completed = 0;
    this.#generation++;
    if (!this.#host.bus.fault("stuck")) this.#fetch(this.#descriptorAddress);
  }

  #fetch(at: bigint): void {
    const { bus, timing } = this.#host;
    bus.activity(this.#name, `fetch descriptor ${this.#descriptors + 1}`, timing.fetchNs);
    this.#later(timing.fetchNs, () => {
      const bytes = bus.dma.read(at, descriptorBytes);
      if (bus.dma.aborted || bus.fault("descriptor-fetch-abort")) this.#fail(errorCode.fetchAbort);
      else this.#check(decode(at, bytes));
    });
  }

  #check(descriptor: Descriptor): void {
    if (this.#descriptors >= longestChain) this.#fail(errorCode.chainTooLong);
    else if (descriptor.at % BigInt(descriptorBytes) !== 0n) this.#fail(errorCode.badDescriptor);
    else if (
      descriptor.length === 0 ||
      descriptor.length > longestDescriptor ||
      (descriptor.control & ~(descriptorControl.last | descriptorControl.irq)) !== 0
    ) {
      this.#writeBack(descriptor, descriptorStatus.error);
      this.#fail(errorCode.badDescriptor);
    } else this.#schedule(descriptor);
  }

  #schedule(descriptor: Descriptor): void {
    const { bus, timing } = this.#host;
    const time = timing.latencyNs + descriptor.length * timing.nsPerByte;
    bus.activity(this.#name, `move ${descriptor.length} bytes`, time);
    this.#later(time, () => {
      if (bus.fault("data-abort") || !this.#move(descriptor)) {
        this.#writeBack(descriptor, descriptorStatus.error);
        this.#fail(errorCode.dataAbort);
      } else if (this.#writeBack(descriptor, descriptorStatus.done + descriptor.length)) this.#advance(descriptor);
      else this.#fail(errorCode.fetchAbort);
    });
  }

  /** Moves all bytes at once; false when the host memory cannot be reached. */
  #move({ address, length }: Descriptor): boolean {
    const { bus, sram } = this.#host;
    const first = Math.min(length, sramBytes - this.#sramPosition);
    if (this.#name === "H2C") {
      const data = bus.dma.read(address, length);
      if (bus.dma.aborted) return false;
      sram.set(data.subarray(0, first), this.#sramPosition);
      sram.set(data.subarray(first), 0);
      return true;
    }
    const data = new Uint8Array(length);
    data.set(sram.subarray(this.#sramPosition, this.#sramPosition + first));
    data.set(sram.subarray(0, length - first), first);
    bus.dma.write(address, data);
    return !bus.dma.aborted;
  }

  #writeBack(descriptor: Descriptor, value: number): boolean {
    const { dma } = this.#host.bus;
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    dma.write(descriptor.at + 24n, bytes);
    return !dma.aborted;
  }

  #advance(descriptor: Descriptor): void {
    this.#completed += descriptor.length;
    this.#sramPosition = (this.#sramPosition + descriptor.length) % sramBytes;
    this.#total += BigInt(descriptor.length);
    this.#status += 1 << status.descriptorsShift;
    const isLast = (descriptor.control & descriptorControl.last) !== 0;
    if (isLast) {
      this.#generation++;
      this.#control &= ~control.run;
      this.#chains++;
      this.#setStatus(status.done, errorCode.none);
    }
    if ((descriptor.control & descriptorControl.irq) !== 0) this.#host.setInterruptBits(irq.done);
    if (!isLast) this.#fetch(descriptor.next);
  }

  #fail(code: ErrorCode): void {
    this.#generation++;
    this.#control &= ~control.run;
    this.#errors++;
    this.#setStatus(status.error, code);
    this.#host.setInterruptBits(irq.error);
  }

  get #descriptors(): number {
    return (this.#status >> status.descriptorsShift) & 0xff;
  }

  #setStatus(bits: number, code: ErrorCode): void {
    this.#status = bits | (code << status.codeShift) | (this.#descriptors << status.descriptorsShift);
  }

  #later(nanoseconds: number, step: () => void): void {
    const generation = this.#generation;
    this.#host.bus.after(nanoseconds, () => {
      if (generation === this.#generation) step();
    });
  }
}

function decode(at: bigint, bytes: Uint8Array): Descriptor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { at, address: view.getBigUint64(0, true), length: view.getUint32(8, true), control: view.getUint32(12, true), next: view.getBigUint64(16, true) };
}
