// SPDX-License-Identifier: MIT
/**
 * DMA_ADAPTER structures in driver memory: IoGetDmaAdapter, and the function table through which a driver uses an adapter directly. One table for each
 * adapter version, one DMA_ADAPTER for each adapter; the routines themselves are in dma-routines.ts.
 */
import type { Machine } from "../machine/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";
import type { DmaAdapter } from "./dma-adapter.ts";
import { deviceDescription, dmaAdapterLayout, dmaOperationCount, dmaOperationNames } from "./dma-layout.ts";
import type { DmaRoutines } from "./dma-calls.ts";
import { dmaRoutines } from "./dma-routines.ts";
import { extendedDmaRoutines } from "./dma-routines-v3.ts";
import { DmaTransferContext, type DeviceDescription, type MapRegisterBase } from "./dma-types.ts";
import type { Hal } from "./hal.ts";
import type { Mdls } from "./mdl.ts";
import type { ObjectIds } from "./object-ids.ts";
import type { Pool } from "./pool.ts";
import { poolTag } from "./pool-heap.ts";

export interface DmaAdaptersParts {
  readonly machine: Machine;
  readonly checks: Checks;
  readonly pool: Pool;
  readonly mdls: Mdls;
  readonly hal: Hal;
  readonly ids: ObjectIds;
}

type AdapterVersion = DmaAdapter["version"];

const halTag = poolTag("Hal ");
/** MapRegisterBase values: opaque to drivers, so they lie where no memory is. */
const firstBaseToken = 0xfc00_0000;
const baseTokenStep = 16;

export class DmaAdapters {
  readonly parts: DmaAdaptersParts;
  readonly #byAddress = new Map<number, DmaAdapter>();
  readonly #addresses = new Map<DmaAdapter, number>();
  readonly #tables = new Map<AdapterVersion, number>();
  readonly #bases = new Map<number, { readonly adapter: DmaAdapter; readonly base: MapRegisterBase; readonly context: DmaTransferContext | undefined }>();
  readonly #contexts = new Map<number, DmaTransferContext>();
  #nextBase = firstBaseToken;

  constructor(parts: DmaAdaptersParts) {
    this.parts = parts;
  }

  api(): ApiTable {
    return {
      IoGetDmaAdapter: (_device: number, description: number, registers: number) => this.get(description >>> 0, registers >>> 0),
    };
  }

  /** IoGetDmaAdapter: the DMA_ADAPTER for the DEVICE_DESCRIPTION at `description`; NULL when there is none for it. */
  get(description: number, registers: number): number {
    const { machine, hal, ids } = this.parts;
    const device = this.#describe(description);
    const result = device === undefined ? undefined : hal.getDmaAdapter(device, ids.next());
    if (result === undefined) return 0;
    machine.memory.setU32(registers, result.mapRegisters);
    return this.expose(result.adapter);
  }

  /** Address of the DMA_ADAPTER through which a driver reaches `adapter`. */
  expose(adapter: DmaAdapter): number {
    const known = this.#addresses.get(adapter);
    if (known !== undefined) return known;
    const { machine, pool } = this.parts;
    const address = pool.allocate(dmaAdapterLayout.size, halTag, "DMA_ADAPTER");
    if (address === 0) return 0;
    const at = dmaAdapterLayout.fields;
    machine.memory.setU16(address + at.Version.offset, adapter.version);
    machine.memory.setU16(address + at.Size.offset, dmaAdapterLayout.size);
    machine.memory.setU32(address + at.DmaOperations.offset, this.#table(adapter.version));
    this.#addresses.set(adapter, address);
    this.#byAddress.set(address, adapter);
    return address;
  }

  /** The adapter whose DMA_ADAPTER is at `address`; a bug check when none is. */
  at(routine: string, address: number): DmaAdapter {
    return (
      this.#byAddress.get(address) ??
      this.parts.checks.bugCheck(0xe6, [0x1e, address, 0, 0], {
        rule: "ad-use-after-put",
        message: `${routine} was given ${this.parts.checks.whatIsAt(address)}, which is no DMA_ADAPTER, or one that PutDmaAdapter has released`,
        explanation: "Pass the adapter that IoGetDmaAdapter or WdfDmaEnablerWdmGetDmaAdapter returned, and do not use it after PutDmaAdapter.",
        address,
      })
    );
  }

  /** The adapter was given back: its DMA_ADAPTER goes. */
  forget(adapter: DmaAdapter): void {
    const address = this.#addresses.get(adapter);
    if (address === undefined) return;
    this.#addresses.delete(adapter);
    this.#byAddress.delete(address);
    this.parts.pool.free(address);
  }

  /** MapRegisterBase that stands for granted map registers. */
  addBase(adapter: DmaAdapter, base: MapRegisterBase, context: DmaTransferContext | undefined): number {
    const token = this.#nextBase;
    this.#nextBase += baseTokenStep;
    this.#bases.set(token, { adapter, base, context });
    return token;
  }

  /** Map registers and transfer context behind a MapRegisterBase; an unknown one gets a base the adapter will report. */
  base(token: number): { readonly base: MapRegisterBase; readonly context: DmaTransferContext | undefined } {
    return this.#bases.get(token) ?? { base: { id: -1, count: 0 }, context: undefined };
  }

  forgetBase(token: number): void {
    this.#bases.delete(token);
  }

  /** InitializeDmaTransferContext: the caller's block of memory names a new context. */
  initializeContext(address: number): void {
    this.#contexts.set(address, new DmaTransferContext(`DMA transfer context at ${this.parts.checks.whatIsAt(address)}`));
  }

  context(routine: string, address: number): DmaTransferContext {
    const known = this.#contexts.get(address);
    if (known !== undefined) return known;
    this.parts.checks.argument(
      routine,
      `the DMA transfer context at ${this.parts.checks.whatIsAt(address)} is not initialized`,
      "Call InitializeDmaTransferContext before each transfer that uses the context.",
    );
    this.initializeContext(address);
    return this.context(routine, address);
  }

  #table(version: AdapterVersion): number {
    const known = this.#tables.get(version);
    if (known !== undefined) return known;
    const { machine, pool, checks } = this.parts;
    const count = dmaOperationCount[version];
    const address = pool.allocate(4 * (count + 1), halTag, `DMA_OPERATIONS, version ${version}`);
    if (address === 0) return 0;
    machine.memory.setU32(address, 4 * (count + 1));
    const routines: DmaRoutines = { ...dmaRoutines(this), ...extendedDmaRoutines(this) };
    dmaOperationNames.slice(0, count).forEach((name, i) => {
      const [signature, body] = routines[name] ?? ["i:", () => checks.notEmulated(`DMA_OPERATIONS.${name}`)];
      machine.memory.setU32(address + 4 * (i + 1), machine.guest.hostFunction(name, signature, body));
    });
    this.#tables.set(version, address);
    return address;
  }

  #describe(address: number): DeviceDescription | undefined {
    const { memory } = this.parts.machine;
    const at = deviceDescription.fields;
    const flag = (name: "Master" | "ScatterGather" | "Dma32BitAddresses" | "Dma64BitAddresses" | "DemandMode" | "AutoInitialize") =>
      memory.u8(address + at[name].offset) !== 0;
    const version = memory.u32(address + at.Version.offset);
    if (version > 3) return undefined;
    const subordinate = {
      channel: memory.u32(address + at.DmaChannel.offset),
      requestLine: version === 3 ? memory.u32(address + at.DmaRequestLine.offset) : undefined,
      demandMode: flag("DemandMode"),
      autoInitialize: flag("AutoInitialize"),
      deviceAddress: version === 3 ? memory.u64(address + at.DeviceAddress.offset) : 0n,
    };
    return {
      version: version === 3 ? 3 : version === 2 ? 2 : 1,
      master: flag("Master"),
      scatterGather: flag("ScatterGather"),
      dma32BitAddresses: flag("Dma32BitAddresses"),
      dma64BitAddresses: flag("Dma64BitAddresses"),
      maximumLength: memory.u32(address + at.MaximumLength.offset),
      ...(version === 3 ? { dmaAddressWidth: memory.u32(address + at.DmaAddressWidth.offset) } : {}),
      ...(flag("Master") ? {} : { subordinate }),
    };
  }
}
