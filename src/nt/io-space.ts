// SPDX-License-Identifier: MIT
/** Device memory in system space: MmMapIoSpace(Ex) and MmUnmapIoSpace, with their leaks. */
import { hex } from "../base/index.ts";
import { type Machine, dispatchLevel } from "../machine/index.ts";
import type { CodePlace } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";

/** MEMORY_CACHING_TYPE. */
const mmCached = 1;
/** PAGE_xxx protection bits. */
const pageCached = { noCache: 0x200, writeCombine: 0x400 } as const;

export interface IoSpaceMapping {
  readonly address: number;
  readonly physical: bigint;
  readonly length: number;
  /** The call that mapped it. */
  readonly mappedBy: CodePlace | undefined;
}

export class IoSpace {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #mappings = new Map<number, IoSpaceMapping>();

  constructor(machine: Machine, checks: Checks) {
    this.#machine = machine;
    this.#checks = checks;
  }

  /** Mappings that were not taken away, oldest first. */
  get mappings(): readonly IoSpaceMapping[] {
    return [...this.#mappings.values()];
  }

  api(): ApiTable {
    const { memory } = this.#machine;
    return {
      MmMapIoSpace: (physical: number, bytes: number, caching: number) =>
        this.#map("MmMapIoSpace", memory.u64(physical >>> 0), bytes >>> 0, caching === mmCached),
      MmMapIoSpaceEx: (physical: number, bytes: number, protect: number) =>
        this.#map("MmMapIoSpaceEx", memory.u64(physical >>> 0), bytes >>> 0, (protect & (pageCached.noCache | pageCached.writeCombine)) === 0),
      MmUnmapIoSpace: (address: number, bytes: number) => this.#unmap(address >>> 0, bytes >>> 0),
    };
  }

  #map(routine: string, physical: bigint, bytes: number, isCached: boolean): number {
    this.#checks.irqlAtMost(routine, dispatchLevel);
    if (isCached) {
      this.#checks.violation({
        rule: "mb-cached-mapping",
        message: `${routine}: device memory at ${hex(physical)} is mapped cached`,
        explanation:
          "Registers are mapped MmNonCached, or PAGE_READWRITE | PAGE_NOCACHE for MmMapIoSpaceEx; through a cached mapping the processor may read stale values and combine or delay writes.",
      });
    }
    const { device, pages, window } = this.#machine;
    const address = bytes === 0 ? undefined : window.map(device, physical, bytes);
    if (address !== undefined) {
      this.#mappings.set(address, { address, physical, length: bytes, mappedBy: this.#machine.guest.topFrame?.() });
      return address;
    }
    const isRam = pages.virtualOf(physical) !== undefined;
    const bars = device.bars.map(({ index, base, definition }) => `BAR${index} ${hex(base)}, ${hex(definition.size)} bytes (${definition.kind})`).join("; ");
    this.#checks.violation({
      rule: isRam ? "mapio-ram" : "mmio-oob",
      message: isRam
        ? `${routine}: physical address ${hex(physical)} is ordinary memory, not device memory`
        : `${routine}: ${bytes} bytes at physical address ${hex(physical)} are not inside a memory BAR of the device (${bars})`,
      explanation:
        "Map what the translated resource list says: u.Memory.Start and u.Memory.Length of a CmResourceTypeMemory descriptor. Port resources (CmResourceTypePort) are not mapped.",
      address: Number(physical),
    });
    return 0;
  }

  #unmap(address: number, bytes: number): void {
    this.#checks.irqlAtMost("MmUnmapIoSpace", dispatchLevel);
    const mapping = this.#mappings.get(address);
    if (mapping === undefined) {
      this.#checks.bugCheck(0xda, [0, address, bytes, 0], {
        rule: "mapio-not-unmapped",
        message: `MmUnmapIoSpace: ${this.#checks.whatIsAt(address)} is not the start of a mapping of MmMapIoSpace`,
        explanation: "Give MmUnmapIoSpace the address that MmMapIoSpace returned, once. Windows stops with SYSTEM_PTE_MISUSE.",
        address,
      });
    }
    if (mapping.length !== bytes) {
      this.#checks.violation({
        rule: "mapio-not-unmapped",
        message: `MmUnmapIoSpace: ${bytes} bytes are unmapped, but ${mapping.length} were mapped at ${hex(address, 8)}`,
        explanation: "NumberOfBytes must be the length given to MmMapIoSpace, or a part of the mapping stays.",
        address,
      });
    }
    this.#machine.window.unmap(address);
    this.#mappings.delete(address);
  }
}
