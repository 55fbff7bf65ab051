// SPDX-License-Identifier: MIT
/** A PCI 9656 on a fake bus, with its registers by name; for unit tests. */
import type { DeviceInstance } from "../protocol/index.ts";
import { FakeDeviceBus } from "./fake-device-bus.ts";
import { pci9656, pci9656Registers } from "./pci9656.ts";

/** A descriptor in the order of the registers it is loaded into. */
export interface ChainDescriptor {
  readonly pci: number;
  readonly local: number;
  readonly size: number;
  /** DMADPR: where the next one is, and the flags of this one. */
  readonly next: number;
  readonly pciHigh?: number;
}

export class Pci9656Bench {
  readonly bus = new FakeDeviceBus();
  readonly device: DeviceInstance;

  constructor(options: Record<string, unknown> = {}) {
    this.device = pci9656.create(this.bus, options);
    this.device.reset();
  }

  read(name: string): number {
    const { offset, size } = named(name);
    return Number(this.device.read(0, offset, size));
  }

  write(name: string, value: number): void {
    const { offset, size } = named(name);
    this.device.write(0, offset, size, value);
  }

  set(values: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values)) this.write(name, value);
  }

  /** The SRAM through local address space 0. */
  sram(at: number, length: number): Uint8Array {
    return Uint8Array.from({ length }, (_, i) => Number(this.device.read(2, at + i, 1)));
  }

  fillSram(at: number, bytes: Uint8Array): void {
    bytes.forEach((byte, i) => this.device.write(2, at + i, 1, byte));
  }

  host(at: number, length: number): Uint8Array {
    const from = this.bus.at(BigInt(at));
    return this.bus.memory.slice(from, from + length);
  }

  fillHost(at: number, bytes: Uint8Array): void {
    this.bus.memory.set(bytes, this.bus.at(BigInt(at)));
  }

  putDescriptor(at: number, { pci, local, size, next, pciHigh = 0 }: ChainDescriptor): void {
    this.fillHost(at, new Uint8Array(Uint32Array.of(pci, local, size, next, pciHigh).buffer));
  }

  hostWord(at: number): number {
    return new DataView(this.bus.memory.buffer).getUint32(this.bus.at(BigInt(at)), true);
  }
}

function named(name: string): { readonly offset: number; readonly size: number } {
  const register = pci9656Registers.find((one) => one.name === name);
  if (register === undefined) throw new RangeError(`there is no register ${name}`);
  return register;
}

export const pattern = (length: number, seed = 1): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 13 + seed) & 0xff);
