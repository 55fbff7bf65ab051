// SPDX-License-Identifier: MIT
/**
 * One DMA channel of the PCI 9656 (data book, section 3.5): moves data between PCI memory and the local bus, one block or a chain of descriptors in PCI or
 * local memory. The channel works on its registers: they count, and each descriptor is loaded into them.
 */
import { hex } from "../base/index.ts";
import type { DeviceBus } from "../protocol/index.ts";
import { bigEndian, configurationRegister, misc } from "./pci9656-configuration-registers.ts";
import { command, descriptorPointer, dmaRegister, mode, transferSize } from "./pci9656-dma-registers.ts";
import type { LocalBus } from "./pci9656-local-bus.ts";
import type { RegisterFile } from "./register-file.ts";

/** Data moves in bursts of so many bytes at most; between two of them a channel can be paused or aborted. */
const burstBytes = 4096;
const unanswered = 0xff;

export interface ChannelTiming {
  /** To load a descriptor, or to start a block. */
  readonly latencyNs: number;
  /** Period of the local clock. */
  readonly clockNs: number;
}

/** What a channel needs of the chip around it. */
export interface Pci9656ChannelHost {
  readonly bus: DeviceBus;
  readonly registers: RegisterFile;
  readonly localBus: LocalBus;
  readonly timing: ChannelTiming;
  /** CNTRL bit 30: the local side is held in reset. */
  readonly isInReset: boolean;
  /** The channel was bus master of an access to `address` that ended in an abort. */
  aborted(index: 0 | 1, address: bigint): void;
  /** The channel's interrupt request changed. */
  interruptChanged(): void;
}

interface Descriptor {
  readonly address: bigint;
  readonly inPciMemory: boolean;
}

export class Pci9656Channel {
  readonly #index: 0 | 1;
  readonly #host: Pci9656ChannelHost;
  /** What the channel does when it is enabled again. */
  #paused: (() => void) | undefined;
  /** Of the transfer in progress, in scatter/gather mode. */
  #descriptor: Descriptor | undefined;
  /** Grows with every end of a transfer, so that steps of an older one do nothing. */
  #generation = 0;
  /** Its interrupt: terminal count or done, until DMACSR bit 3 is written. */
  requestsInterrupt = false;

  constructor(index: 0 | 1, host: Pci9656ChannelHost) {
    this.#index = index;
    this.#host = host;
  }

  /** DMAMODE bit 17: INTA# instead of LINTo#. */
  get interruptsPci(): boolean {
    return this.#has(mode.interruptToPci);
  }

  /** A write to DMACSR; the register file has taken ENABLE already. */
  command(value: number): void {
    if ((value & command.clearInterrupt) !== 0) this.#request(false);
    const isEnabled = (value & command.enable) !== 0;
    if ((value & command.abort) !== 0) this.#abort(isEnabled);
    if ((value & command.start) !== 0) this.#start(isEnabled);
    else if (isEnabled) this.#resume();
  }

  /** Ends whatever runs; the registers have been reset. */
  reset(): void {
    this.#generation++;
    this.#paused = undefined;
    this.#descriptor = undefined;
    this.#request(false);
  }

  get #isDone(): boolean {
    return (this.#csr & command.done) !== 0;
  }

  get #csr(): number {
    return this.#host.registers.byte(dmaRegister.command[this.#index]);
  }
  set #csr(value: number) {
    this.#host.registers.setByte(dmaRegister.command[this.#index], value);
  }

  get #mode(): number {
    return this.#host.registers.word(dmaRegister.mode[this.#index]);
  }

  #has(bit: number): boolean {
    return (this.#mode & bit) !== 0;
  }

  /** Offsets of address, local address and size: in valid mode the size comes first, in registers and descriptors. */
  get #order(): { readonly pci: number; readonly local: number; readonly size: number } {
    return this.#has(mode.valid) ? { pci: 4, local: 8, size: 0 } : { pci: 0, local: 4, size: 8 };
  }

  #register(offset: number): number {
    return dmaRegister.firstOfThree[this.#index] + offset;
  }

  #log(text: string): void {
    this.#host.bus.log(`DMA channel ${this.#index}: ${text}`);
  }

  #start(isEnabled: boolean): void {
    if (this.#host.isInReset) return this.#log("START is ignored: the chip is held in software reset (CNTRL bit 30)");
    if (!isEnabled) return this.#log(`START is ignored: ENABLE (DMACSR${this.#index} bit 0) is 0`);
    if (!this.#isDone) return this.#paused === undefined ? this.#log("START is ignored: a transfer is in progress") : this.#resume();
    this.#csr &= ~command.done;
    this.#generation++;
    if (this.#host.bus.fault("dma-stuck")) return;
    if (this.#has(mode.demand)) return this.#log(`waits for DREQ# (DMAMODE${this.#index} bit 12): nothing on this board asserts it`);
    if (this.#has(mode.scatterGather)) this.#load();
    else {
      this.#descriptor = undefined;
      this.#later(this.#host.timing.latencyNs, () => this.#burst());
    }
  }

  /** ABORT works on a paused channel, and makes it done: that interrupts, too. */
  #abort(isEnabled: boolean): void {
    if (this.#isDone) return;
    if (isEnabled) return this.#log(`ABORT is ignored: ENABLE (DMACSR${this.#index} bit 0) must be 0`);
    this.#done();
  }

  #resume(): void {
    const step = this.#paused;
    this.#paused = undefined;
    step?.();
  }

  /** Loads the descriptor that DMADPR points to. */
  #load(): void {
    const { bus, registers, localBus, timing } = this.#host;
    const pointer = registers.word(dmaRegister.descriptorPointer[this.#index]);
    const address = (pointer & descriptorPointer.address) >>> 0;
    const inPciMemory = (pointer & descriptorPointer.inPciMemory) !== 0;
    bus.activity(`DMA ${this.#index}`, `load descriptor at ${hex(address)}`, timing.latencyNs);
    this.#later(timing.latencyNs, () => {
      const length = this.#has(mode.dualAddressLoad) ? 20 : 16;
      if (!inPciMemory && !localBus.covers(address, length)) return void this.#noReady(address);
      const bytes = inPciMemory ? bus.dma.read(BigInt(address), length) : localBus.read(address, length, this.#isBigEndian);
      if (inPciMemory && (bus.dma.aborted || bus.fault("descriptor-abort"))) return this.#busAbort(BigInt(address));
      this.#take({ address: BigInt(address), inPciMemory }, new DataView(bytes.buffer, bytes.byteOffset));
    });
  }

  #take(descriptor: Descriptor, view: DataView): void {
    const { registers } = this.#host;
    const { size } = this.#order;
    if (this.#has(mode.valid) && (view.getUint32(size, true) & transferSize.valid) === 0) return this.#invalid();
    this.#descriptor = descriptor;
    for (const offset of [0, 4, 8]) registers.setWord(this.#register(offset), view.getUint32(offset, true));
    registers.setWord(dmaRegister.descriptorPointer[this.#index], view.getUint32(12, true));
    if (this.#has(mode.dualAddressLoad)) registers.setWord(dmaRegister.dualAddress[this.#index], view.getUint32(16, true));
    this.#burst();
  }

  /** A descriptor that is not valid yet: polled, or the end until the next start. */
  #invalid(): void {
    if (this.#has(mode.validStop)) this.#done();
    else this.#later(10 * this.#host.timing.latencyNs, () => this.#load());
  }

  get #remaining(): number {
    return this.#host.registers.word(this.#register(this.#order.size)) & transferSize.count;
  }

  get #pciAddress(): bigint {
    const { registers } = this.#host;
    return (BigInt(registers.word(dmaRegister.dualAddress[this.#index])) << 32n) | BigInt(registers.word(this.#register(this.#order.pci)));
  }

  #burst(): void {
    const bytes = Math.min(burstBytes, this.#remaining);
    if (bytes === 0) return this.#terminalCount();
    const time = this.#time(bytes);
    this.#host.bus.activity(`DMA ${this.#index}`, `${this.#fromLocal ? "to" : "from"} PCI, ${bytes} bytes`, time);
    this.#later(time, () => {
      if (!this.#move(bytes)) return;
      this.#count(bytes);
      this.#burst();
    });
  }

  /** Local bus cycles: an address cycle for each access unless bursts are enabled, and the wait states. */
  #time(bytes: number): number {
    const value = this.#mode;
    const width = [1, 2, 4, 4][value & mode.busWidth] ?? 4;
    const clocks = 1 + ((value >>> mode.waitStatesShift) & mode.waitStates) + ((value & mode.localBurst) !== 0 ? 0 : 1);
    return Math.ceil(bytes / width) * clocks * this.#host.timing.clockNs;
  }

  get #fromLocal(): boolean {
    return (this.#host.registers.word(dmaRegister.descriptorPointer[this.#index]) & descriptorPointer.fromLocal) !== 0;
  }

  get #isBigEndian(): boolean {
    return (this.#host.registers.byte(configurationRegister.bigend) & (this.#index === 0 ? bigEndian.channel0 : bigEndian.channel1)) !== 0;
  }

  /** Moves a burst; false when the channel has stopped instead. */
  #move(bytes: number): boolean {
    const { bus, registers } = this.#host;
    const local = registers.word(this.#register(this.#order.local));
    const address = this.#pciAddress;
    if (this.#fromLocal) {
      const data = this.#readLocal(local, bytes);
      if (data === undefined) return false;
      this.#corrupt(data);
      bus.dma.write(address, data);
    } else {
      const data = bus.dma.read(address, bytes);
      this.#corrupt(data);
      if (!bus.dma.aborted && !this.#writeLocal(local, data)) return false;
    }
    if (!bus.dma.aborted && !bus.fault("pci-abort")) return true;
    this.#busAbort(address);
    return false;
  }

  #corrupt(data: Uint8Array): void {
    const [first] = data;
    if (first !== undefined && this.#host.bus.fault("dma-corrupt")) data[0] = first ^ 0xff;
  }

  /** With a constant local address every dword comes from the same place, as from a FIFO. */
  #readLocal(local: number, bytes: number): Uint8Array | undefined {
    const { localBus } = this.#host;
    const isConstant = this.#has(mode.constantLocalAddress);
    if (!localBus.covers(local, isConstant ? 4 : bytes)) return this.#noReady(local) ? new Uint8Array(bytes).fill(unanswered) : undefined;
    if (!isConstant) return localBus.read(local, bytes, this.#isBigEndian);
    const dword = localBus.read(local, 4, this.#isBigEndian);
    return Uint8Array.from({ length: bytes }, (_, i) => dword[i % 4] ?? 0);
  }

  #writeLocal(local: number, data: Uint8Array): boolean {
    const { localBus } = this.#host;
    const isConstant = this.#has(mode.constantLocalAddress);
    if (!localBus.covers(local, isConstant ? 4 : data.length)) return this.#noReady(local);
    if (isConstant) localBus.write(local, data.subarray(Math.max(0, data.length - 4)), this.#isBigEndian);
    else localBus.write(local, data, this.#isBigEndian);
    return true;
  }

  /** Nothing answers at a local address. True when the access ends all the same, by READY# time-out; else the channel waits until it is aborted. */
  #noReady(local: number): boolean {
    const { registers, localBus } = this.#host;
    const sram = `${hex(localBus.base)} to ${hex(localBus.base + localBus.bytes - 1)}`;
    const endsByTimeout = (registers.byte(configurationRegister.lmisc2) & misc.readyTimeout) !== 0;
    this.#log(
      `local address ${hex(local)}: no READY#, SRAM is at ${sram}; ${endsByTimeout ? "the access ended by time-out" : "the channel waits until it is aborted"}`,
    );
    return endsByTimeout;
  }

  #count(bytes: number): void {
    const { registers } = this.#host;
    const { pci, local, size } = this.#order;
    const add = (offset: number, change: number) => registers.setWord(this.#register(offset), registers.word(this.#register(offset)) + change);
    add(size, -bytes);
    add(pci, bytes);
    if (!this.#has(mode.constantLocalAddress)) add(local, bytes);
  }

  /** A block, or a descriptor of a chain, has been moved. */
  #terminalCount(): void {
    if (this.#descriptor === undefined) return this.#done();
    if (!this.#writeBack(this.#descriptor)) return;
    const pointer = this.#host.registers.word(dmaRegister.descriptorPointer[this.#index]);
    if ((pointer & descriptorPointer.terminalCountInterrupt) !== 0) this.#request(true);
    if ((pointer & descriptorPointer.endOfChain) !== 0) this.#done();
    else this.#load();
  }

  /** Clear-count mode and valid mode change the size of a finished descriptor in memory. */
  #writeBack({ address, inPciMemory }: Descriptor): boolean {
    if (!this.#has(mode.clearCount) && !this.#has(mode.valid)) return true;
    const { bus, localBus } = this.#host;
    const at = address + BigInt(this.#order.size);
    const bytes = inPciMemory ? bus.dma.read(at, 4) : localBus.read(Number(at), 4, this.#isBigEndian);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    view.setUint32(0, this.#has(mode.clearCount) ? 0 : view.getUint32(0, true) & ~transferSize.valid, true);
    if (!inPciMemory) {
      localBus.write(Number(at), bytes, this.#isBigEndian);
      return true;
    }
    if (!bus.dma.aborted) bus.dma.write(at, bytes);
    if (!bus.dma.aborted) return true;
    this.#busAbort(at);
    return false;
  }

  #done(): void {
    this.#generation++;
    this.#paused = undefined;
    this.#csr |= command.done;
    if (this.#has(mode.doneInterrupt)) this.#request(true);
  }

  /** The transfer stops where it is, not done: the driver pauses and aborts the channel before it uses it again. */
  #busAbort(address: bigint): void {
    this.#generation++;
    this.#host.aborted(this.#index, address);
  }

  #request(requests: boolean): void {
    if (requests === this.requestsInterrupt) return;
    this.requestsInterrupt = requests;
    this.#host.interruptChanged();
  }

  /** Does `step` after `nanoseconds`, unless the transfer has ended by then; a paused channel does it when it is enabled again. */
  #later(nanoseconds: number, step: () => void): void {
    const generation = this.#generation;
    this.#host.bus.after(nanoseconds, () => {
      if (generation !== this.#generation) return;
      if ((this.#csr & command.enable) !== 0) step();
      else this.#paused = step;
    });
  }
}
