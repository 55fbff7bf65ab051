// SPDX-License-Identifier: MIT
/**
 * The educational PCI device that QEMU documents in docs/specs/edu.rst: a liveness register, a factorial unit and one DMA engine with
 * a 4096-byte buffer, all behind a line interrupt. A driver written for QEMU's device runs on this one.
 *
 * Options: `dmaMask` (address bits the engine drives, default 28 bits as in QEMU), `latencyNs` (from the start of a DMA command to its first byte,
 * default 1000), `dmaNsPerByte` (default 1), `factorialNs` (time of one factorial, default 2000).
 *
 * Faults that `faults` can name: `dma-stuck` (the command never completes: START stays 1 until the device is reset), `dma-corrupt` (the first byte
 * moved is inverted), `dma-lost-interrupt` (the command completes without its interrupt), `factorial-stuck` (COMPUTING stays 1).
 *
 * Where QEMU overruns its own memory (a transfer that leaves the buffer) this device moves nothing, logs that and completes the command.
 */
import { hex } from "../base/index.ts";
import type { DeviceBus, DeviceInstance, RegisterDefinition } from "../protocol/index.ts";
import { defineDevice } from "./define-device.ts";
import { addressMask, amount, readOptions } from "./options.ts";

const identification = 0x0100_00ed;
const bufferStart = 0x4_0000n;
const bufferSize = 4096;
const factorialInterrupt = 0x0000_0001;
const dmaInterrupt = 0x0000_0100;
const computing = 0x01;
const interruptAfterFactorial = 0x80;
const dmaCommand = { start: 0x1n, fromDevice: 0x2n, interrupt: 0x4n };
/** Registers from here on may be accessed with 8 bytes, too. */
const wideRegisters = 0x80;
/** 34! and above are multiples of 2^32. */
const largestFactorial = 33;

const register = {
  identification: 0x00,
  liveness: 0x04,
  factorial: 0x08,
  status: 0x20,
  interruptStatus: 0x24,
  interruptRaise: 0x60,
  interruptAcknowledge: 0x64,
  dmaSource: 0x80,
  dmaDestination: 0x88,
  dmaCount: 0x90,
  dmaCommand: 0x98,
} as const;

const interruptFields = [
  { name: "FACTORIAL", bits: 0 },
  { name: "DMA", bits: 8 },
];

const registers: readonly RegisterDefinition[] = [
  {
    bar: 0,
    offset: register.identification,
    size: 4,
    name: "IDENTIFICATION",
    access: "ro",
    reset: identification,
    description: "0xRRrr00ED: major and minor version",
    fields: [
      { name: "MAJOR", bits: [31, 24] },
      { name: "MINOR", bits: [23, 16] },
      { name: "ID", bits: [15, 0], values: { 237: "edu" } },
    ],
  },
  { bar: 0, offset: register.liveness, size: 4, name: "LIVENESS", access: "rw", reset: 0, description: "Reads as the complement of what was written" },
  {
    bar: 0,
    offset: register.factorial,
    size: 4,
    name: "FACTORIAL",
    access: "rw",
    reset: 0,
    description: "n is written, n! modulo 2^32 is read when COMPUTING has become 0; writes are ignored while COMPUTING. Fault 'factorial-stuck': it never does",
  },
  {
    bar: 0,
    offset: register.status,
    size: 4,
    name: "STATUS",
    access: "rw",
    reset: 0,
    description: "Factorial unit",
    fields: [
      { name: "COMPUTING", bits: 0, values: { 0: "idle", 1: "computing" } },
      { name: "IRQ_AFTER_FACTORIAL", bits: 7, values: { 0: "no interrupt", 1: "interrupt 0x1 when done" } },
    ],
  },
  {
    bar: 0,
    offset: register.interruptStatus,
    size: 4,
    name: "IRQ_STATUS",
    access: "ro",
    reset: 0,
    description: "Values that raised the interrupt; the line is asserted while it is not 0",
    fields: interruptFields,
  },
  {
    bar: 0,
    offset: register.interruptRaise,
    size: 4,
    name: "IRQ_RAISE",
    access: "wo",
    description: "Bits written are set in IRQ_STATUS and the interrupt is raised",
  },
  {
    bar: 0,
    offset: register.interruptAcknowledge,
    size: 4,
    name: "IRQ_ACKNOWLEDGE",
    access: "wo",
    description: "Bits written are cleared in IRQ_STATUS; needed in the ISR",
    fields: interruptFields,
  },
  {
    bar: 0,
    offset: register.dmaSource,
    size: 8,
    name: "DMA_SOURCE",
    access: "rw",
    reset: 0n,
    description: "Logical address, or 0x40000 and above for the device's buffer; writes are ignored while START is 1",
  },
  {
    bar: 0,
    offset: register.dmaDestination,
    size: 8,
    name: "DMA_DESTINATION",
    access: "rw",
    reset: 0n,
    description: "Logical address, or 0x40000 and above for the device's buffer; writes are ignored while START is 1",
  },
  { bar: 0, offset: register.dmaCount, size: 8, name: "DMA_COUNT", access: "rw", reset: 0n, description: "Bytes to move; writes are ignored while START is 1" },
  {
    bar: 0,
    offset: register.dmaCommand,
    size: 8,
    name: "DMA_COMMAND",
    access: "rw",
    reset: 0n,
    description:
      "Writes without START, or while START is 1, are ignored. Faults: 'dma-stuck' (START stays 1), 'dma-corrupt' (first byte inverted), 'dma-lost-interrupt'",
    fields: [
      { name: "START", bits: 0, values: { 0: "idle", 1: "busy" } },
      { name: "DIRECTION", bits: 1, values: { 0: "RAM to device", 1: "device to RAM" } },
      { name: "IRQ", bits: 2, values: { 0: "no interrupt", 1: "interrupt 0x100 when done" } },
    ],
  },
];

const optionSchema = {
  dmaMask: addressMask(0x0fff_ffffn),
  latencyNs: amount(1000),
  dmaNsPerByte: amount(1),
  factorialNs: amount(2000),
};

class Edu implements DeviceInstance {
  readonly #bus: DeviceBus;
  readonly #options: ReturnType<typeof readOptions<typeof optionSchema>>;
  readonly #buffer = new Uint8Array(bufferSize);
  #liveness = 0;
  #factorial = 0;
  #status = 0;
  #interruptStatus = 0;
  #source = 0n;
  #destination = 0n;
  #count = 0n;
  #command = 0n;
  /** Work started before the last reset is void. */
  #generation = 0;

  constructor(bus: DeviceBus, options: Readonly<Record<string, unknown>>) {
    this.#bus = bus;
    this.#options = readOptions("edu", optionSchema, options);
  }

  reset(): void {
    this.#generation++;
    this.#buffer.fill(0);
    this.#liveness = 0;
    this.#factorial = 0;
    this.#status = 0;
    this.#source = 0n;
    this.#destination = 0n;
    this.#count = 0n;
    this.#command = 0n;
    this.#acknowledge(0xffff_ffff);
  }

  /** The device keeps nothing without power. */
  power(state: "D0" | "D1" | "D2" | "D3"): void {
    if (state !== "D0") this.reset();
  }

  /** No register has side effects on reads. */
  read(bar: number, offset: number, size: number): number | bigint {
    return this.peek(bar, offset, size);
  }

  peek(_bar: number, offset: number, size: number): number | bigint {
    const value = isValidAccess(offset, size) ? this.#value(offset) : undefined;
    if (value === undefined) return size === 8 ? 0xffff_ffff_ffff_ffffn : 0xffff_ffff;
    return size === 8 ? BigInt(value) : Number(BigInt.asUintN(32, BigInt(value)));
  }

  write(_bar: number, offset: number, size: number, value: number | bigint): void {
    if (!isValidAccess(offset, size)) return;
    if (offset >= wideRegisters) this.#writeDma(offset, BigInt(value));
    else this.#writeNarrow(offset, Number(value) >>> 0);
  }

  #value(offset: number): number | bigint | undefined {
    switch (offset) {
      case register.identification:
        return identification;
      case register.liveness:
        return this.#liveness;
      case register.factorial:
        return this.#factorial;
      case register.status:
        return this.#status;
      case register.interruptStatus:
        return this.#interruptStatus;
      case register.dmaSource:
        return this.#source;
      case register.dmaDestination:
        return this.#destination;
      case register.dmaCount:
        return this.#count;
      case register.dmaCommand:
        return this.#command;
      default:
        return undefined;
    }
  }

  #writeNarrow(offset: number, value: number): void {
    switch (offset) {
      case register.liveness:
        this.#liveness = ~value >>> 0;
        break;
      case register.factorial:
        this.#startFactorial(value);
        break;
      case register.status:
        this.#status = (this.#status & computing) | (value & interruptAfterFactorial);
        break;
      case register.interruptRaise:
        this.#raise(value);
        break;
      case register.interruptAcknowledge:
        this.#acknowledge(value);
        break;
    }
  }

  #writeDma(offset: number, value: bigint): void {
    if ((this.#command & dmaCommand.start) !== 0n) return;
    switch (offset) {
      case register.dmaSource:
        this.#source = value;
        break;
      case register.dmaDestination:
        this.#destination = value;
        break;
      case register.dmaCount:
        this.#count = value;
        break;
      case register.dmaCommand:
        if ((value & dmaCommand.start) !== 0n) this.#startDma(value);
        break;
    }
  }

  #startFactorial(n: number): void {
    if ((this.#status & computing) !== 0) return;
    this.#factorial = n;
    this.#status |= computing;
    if (this.#bus.fault("factorial-stuck")) return;
    const { factorialNs } = this.#options;
    this.#bus.activity("factorial", `${n}!`, factorialNs);
    this.#later(factorialNs, () => {
      this.#factorial = factorialModulo32(n);
      this.#status &= ~computing;
      if ((this.#status & interruptAfterFactorial) !== 0) this.#raise(factorialInterrupt);
    });
  }

  #startDma(command: bigint): void {
    this.#command = command;
    if (this.#bus.fault("dma-stuck")) return;
    const { latencyNs, dmaNsPerByte } = this.#options;
    const bytes = this.#count > BigInt(bufferSize) ? bufferSize : Number(this.#count);
    const time = latencyNs + bytes * dmaNsPerByte;
    this.#bus.activity("DMA", (command & dmaCommand.fromDevice) !== 0n ? `to RAM, ${this.#count} bytes` : `from RAM, ${this.#count} bytes`, time);
    this.#later(time, () => {
      this.#move();
      this.#command &= ~dmaCommand.start;
      if ((this.#command & dmaCommand.interrupt) !== 0n && !this.#bus.fault("dma-lost-interrupt")) this.#raise(dmaInterrupt);
    });
  }

  #move(): void {
    const toHost = (this.#command & dmaCommand.fromDevice) !== 0n;
    const local = toHost ? this.#source : this.#destination;
    if (local < bufferStart || local + this.#count > bufferStart + BigInt(bufferSize)) {
      this.#bus.log(`DMA of ${this.#count} bytes at ${hex(local)} leaves the buffer (4096 bytes at ${hex(bufferStart)}): nothing is moved`);
      return;
    }
    const at = Number(local - bufferStart);
    const count = Number(this.#count);
    if (count === 0) return;
    const logical = this.#maskAddress(toHost ? this.#destination : this.#source);
    const isCorrupt = this.#bus.fault("dma-corrupt");
    const data = toHost ? this.#buffer.slice(at, at + count) : this.#bus.dma.read(logical, count);
    if (isCorrupt && data[0] !== undefined) data[0] ^= 0xff;
    if (toHost) this.#bus.dma.write(logical, data);
    else if (!this.#bus.dma.aborted) this.#buffer.set(data, at);
  }

  /** Address lines above the mask do not exist. */
  #maskAddress(address: bigint): bigint {
    const masked = address & this.#options.dmaMask;
    if (masked !== address) this.#bus.log(`DMA address ${hex(address)} does not fit the ${hex(this.#options.dmaMask)} mask: ${hex(masked)} is used`);
    return masked;
  }

  #raise(bits: number): void {
    this.#interruptStatus = (this.#interruptStatus | bits) >>> 0;
    if (this.#interruptStatus !== 0) this.#bus.interrupt.raise();
  }

  #acknowledge(bits: number): void {
    this.#interruptStatus = (this.#interruptStatus & ~bits) >>> 0;
    if (this.#interruptStatus === 0) this.#bus.interrupt.lower();
  }

  #later(nanoseconds: number, work: () => void): void {
    const generation = this.#generation;
    this.#bus.after(nanoseconds, () => {
      if (generation === this.#generation) work();
    });
  }
}

/** 4-byte registers below 0x80, 4- or 8-byte accesses above. */
function isValidAccess(offset: number, size: number): boolean {
  return size === 4 || (size === 8 && offset >= wideRegisters);
}

function factorialModulo32(n: number): number {
  if (n > largestFactorial) return 0;
  let product = 1;
  for (let factor = 2; factor <= n; factor++) product = Math.imul(product, factor);
  return product >>> 0;
}

/** Vendor 0x1234, device 0x11E8, revision 0x10, class 0x00FF00, as QEMU reports them. */
export const edu = defineDevice({
  name: "QEMU edu",
  pci: { vendorId: 0x1234, deviceId: 0x11e8, subsystemVendorId: 0x1af4, subsystemId: 0x1100, classCode: 0x00ff00, revision: 0x10 },
  bars: [{ kind: "memory", size: 0x10_0000, name: "registers" }],
  interrupts: { line: true },
  registers,
  create: (bus, options) => new Edu(bus, options),
});
