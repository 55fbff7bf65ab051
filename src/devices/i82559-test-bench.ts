// SPDX-License-Identifier: MIT
/** An 82559 on a fake bus for unit tests: host memory with descriptors, register access by name, and time. */
import { FakeDeviceBus } from "./fake-device-bus.ts";
import { csr } from "./i82559-registers.ts";
import { i82559 } from "./i82559.ts";

export const station = Uint8Array.of(0x00, 0x02, 0xb3, 0x12, 0x34, 0x56);
export const broadcast = new Uint8Array(6).fill(0xff);
const sender = Uint8Array.of(0x02, 0, 0, 0, 0, 1);

/** An Ethernet frame of IPv4 with counting data. */
export function frameTo(destination: Uint8Array, length = 100): Uint8Array {
  const frame = Uint8Array.from({ length }, (_, i) => i & 0xff);
  frame.set(destination, 0);
  frame.set(sender, 6);
  frame.set([0x08, 0x00], 12);
  return frame;
}

export class NicBench {
  readonly bus = new FakeDeviceBus();
  readonly nic: ReturnType<typeof i82559.create>;
  readonly view = new DataView(this.bus.memory.buffer);

  constructor(options: Readonly<Record<string, unknown>> = {}, faults: readonly string[] = []) {
    for (const fault of faults) this.bus.dueFaults.add(fault);
    this.nic = i82559.create(this.bus, options);
    this.nic.reset();
    this.bus.run(2_000_000);
  }

  read(offset: number, size: number): number {
    return Number(this.nic.read(0, offset, size));
  }

  write(offset: number, size: number, value: number): void {
    this.nic.write(0, offset, size, value);
  }

  /** Causes that are pending, as in the interrupt status byte. */
  get causes(): number {
    return this.read(csr.interruptStatus, 1);
  }

  get units(): number {
    return this.read(csr.scbStatus, 1);
  }

  acknowledge(): void {
    this.write(csr.interruptStatus, 1, 0xff);
  }

  /** An SCB command with its argument; runs until it is accepted. */
  command(command: number, pointer = 0): void {
    this.write(csr.generalPointer, 4, pointer);
    this.write(csr.command, 1, command);
    this.bus.run(500);
  }

  word(address: number): number {
    return this.view.getUint16(this.bus.at(BigInt(address)), true);
  }

  long(address: number): number {
    return this.view.getUint32(this.bus.at(BigInt(address)), true);
  }

  bytes(address: number, length: number): Uint8Array {
    const at = this.bus.at(BigInt(address));
    return this.bus.memory.slice(at, at + length);
  }

  put(address: number, data: ArrayLike<number>): void {
    this.bus.memory.set(data, this.bus.at(BigInt(address)));
  }

  putLong(address: number, ...values: number[]): void {
    values.forEach((value, i) => this.view.setUint32(this.bus.at(BigInt(address)) + 4 * i, value >>> 0, true));
  }

  /** A command block: command word, link, and data behind the header. */
  block(address: number, command: number, link: number, data: ArrayLike<number> = []): void {
    this.putLong(address, command << 16, link);
    this.put(address + 8, data);
  }

  /** A receive frame descriptor with room for `size` bytes. */
  descriptor(address: number, command: number, link: number, size = 1520): void {
    this.putLong(address, command << 16, link, 0xffff_ffff, size << 16);
  }

  action(name: string, argument?: unknown): unknown {
    return this.nic.action?.(name, argument);
  }

  /** A frame arrives, and with it the time it takes. */
  receive(frame: unknown): void {
    this.action("receive", frame);
    this.bus.run(200_000);
  }

  get sent(): readonly Uint8Array[] {
    const frames = this.action("transmitted");
    return Array.isArray(frames) ? frames.filter((frame) => frame instanceof Uint8Array) : [];
  }
}
