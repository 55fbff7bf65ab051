// SPDX-License-Identifier: MIT
/** Device memory in the driver's address space: MmMapIoSpace gives addresses here, the slow path of loads and stores resolves them. */
import { hex } from "../base/index.ts";
import { deviceWindowBase, deviceWindowEnd, pageSize } from "../protocol/index.ts";
import type { GuestMemory } from "./guest-memory.ts";
import type { PciFunction } from "./pci-function.ts";

export interface DeviceLocation {
  readonly device: PciFunction;
  readonly bar: number;
  readonly offset: number;
}

interface WindowMapping {
  readonly address: number;
  readonly length: number;
  readonly location: DeviceLocation;
}

export class DeviceWindow {
  readonly #mappings: WindowMapping[] = [];
  readonly #released: WindowMapping[] = [];
  #next = deviceWindowBase;

  constructor(memory: GuestMemory) {
    memory.describers.push((address) => this.#describe(address));
  }

  /** Maps `length` bytes of the BAR of `device` at `physical`; undefined when no memory BAR covers them or the window is full. */
  map(device: PciFunction, physical: bigint, length: number): number | undefined {
    const bar = device.bars.find(
      ({ base, definition }) =>
        definition.kind === "memory" && physical >= base && physical + BigInt(length) <= base + BigInt(Math.max(definition.size, pageSize)),
    );
    if (bar === undefined || length === 0) return undefined;
    const pageOffset = Number(physical % BigInt(pageSize));
    const span = Math.ceil((pageOffset + length) / pageSize) * pageSize;
    if (this.#next + span + pageSize > deviceWindowEnd) this.#next = deviceWindowBase;
    const address = this.#next + pageOffset;
    if (this.#mappings.some((other) => other.address < address + span && address < other.address + other.length)) return undefined;
    this.#next += span + pageSize;
    this.#mappings.push({ address, length, location: { device, bar: bar.index, offset: Number(physical - bar.base) } });
    return address;
  }

  /** False when `address` is not the start of a mapping. */
  unmap(address: number): boolean {
    const index = this.#mappings.findIndex((mapping) => mapping.address === address);
    const [mapping] = index < 0 ? [] : this.#mappings.splice(index, 1);
    if (mapping === undefined) return false;
    this.#released.push(mapping);
    return true;
  }

  /** Length of the mapping that starts at `address`. */
  lengthOf(address: number): number | undefined {
    return this.#mappings.find((mapping) => mapping.address === address)?.length;
  }

  get mappingCount(): number {
    return this.#mappings.length;
  }

  /** What `size` bytes at a window address lead to. */
  resolve(address: number, size: number): DeviceLocation | undefined {
    const mapping = this.#mappings.find((m) => address >= m.address && address + size <= m.address + m.length);
    if (mapping === undefined) return undefined;
    return { ...mapping.location, offset: mapping.location.offset + address - mapping.address };
  }

  /**
   * What `size` bytes behind the end of a mapping lead to: registers of the same BAR in the mapping's last page, which the processor reaches although the
   * driver has not asked for them.
   */
  resolveBeyond(address: number, size: number): (DeviceLocation & { readonly mapped: number }) | undefined {
    const mapping = this.#mappings.find((m) => address >= m.address && address + size <= Math.ceil((m.address + m.length) / pageSize) * pageSize);
    if (mapping === undefined) return undefined;
    const { device, bar } = mapping.location;
    const offset = mapping.location.offset + address - mapping.address;
    return offset + size <= (device.bars[bar]?.definition.size ?? 0) ? { device, bar, offset, mapped: mapping.length } : undefined;
  }

  #describe(address: number): string | undefined {
    if (address < deviceWindowBase || address >= deviceWindowEnd) return undefined;
    const old = this.#released.findLast((mapping) => address >= mapping.address && address < mapping.address + mapping.length);
    if (old !== undefined) return `in a mapping of BAR${old.location.bar} that MmUnmapIoSpace has taken away`;
    const near = this.#mappings.find((mapping) => address >= mapping.address && address < mapping.address + mapping.length + pageSize);
    if (near !== undefined) return `past the end of BAR${near.location.bar} (${hex(near.length)} bytes mapped at ${hex(near.address, 8)})`;
    return "in the device window, where nothing is mapped";
  }
}
