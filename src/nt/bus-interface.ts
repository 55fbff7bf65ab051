// SPDX-License-Identifier: MIT
/**
 * Interfaces of the PCI bus driver that IRP_MN_QUERY_INTERFACE gives: GUID_BUS_INTERFACE_STANDARD with its routines as function pointers
 * ("BUS_INTERFACE_STANDARD" of the WDK).
 */
import { struct } from "../base/index.ts";
import type { Machine } from "../machine/index.ts";
import { ntStatus } from "../protocol/index.ts";
import type { DmaAdapters } from "./dma-operations.ts";
import type { PciConfig } from "./pci-config.ts";

export const busInterfaceStandard = struct("BUS_INTERFACE_STANDARD", {
  Size: "u16",
  Version: "u16",
  Context: "ptr",
  InterfaceReference: "ptr",
  InterfaceDereference: "ptr",
  TranslateBusAddress: "ptr",
  GetDmaAdapter: "ptr",
  SetBusData: "ptr",
  GetBusData: "ptr",
});

const guidBusInterfaceStandard = "496b8280-6f25-11d0-beaf-08002be2092f";
/** PCI_WHICHSPACE_CONFIG. The function has no expansion ROM. */
const configurationSpace = 0;
/** ADDRESS_SPACE of TranslateBusAddress. */
const addressSpace = { memory: 0, port: 1 } as const;

export interface BusInterfaceParts {
  readonly machine: Machine;
  readonly config: PciConfig;
  readonly adapters: DmaAdapters;
}

/** A query as IRP_MN_QUERY_INTERFACE carries it. */
export interface InterfaceQuery {
  /** Lower-case GUID text without braces. */
  readonly guid: string;
  /** Address of the INTERFACE. */
  readonly address: number;
  readonly size: number;
  readonly version: number;
  /** Context of the interface: the address of the PDO's DEVICE_OBJECT, opaque to the driver. */
  readonly context: number;
}

export class BusInterfaces {
  readonly #parts: BusInterfaceParts;
  #routines:
    | Readonly<Record<"InterfaceReference" | "InterfaceDereference" | "TranslateBusAddress" | "GetDmaAdapter" | "SetBusData" | "GetBusData", number>>
    | undefined;
  /** References drivers hold to the bus interface. */
  references = 0;

  constructor(parts: BusInterfaceParts) {
    this.#parts = parts;
  }

  /** Answers as the bus driver: an unknown GUID, a version it does not have, or too small a structure is STATUS_NOT_SUPPORTED. */
  query({ guid, address, size, version, context }: InterfaceQuery): number {
    if (guid !== guidBusInterfaceStandard || version !== 1 || size < busInterfaceStandard.size) return ntStatus.STATUS_NOT_SUPPORTED;
    const { memory } = this.#parts.machine;
    const at = busInterfaceStandard.fields;
    this.#routines ??= this.#makeRoutines();
    memory.setU16(address + at.Size.offset, busInterfaceStandard.size);
    memory.setU16(address + at.Version.offset, 1);
    memory.setU32(address + at.Context.offset, context);
    for (const [name, pointer] of Object.entries(this.#routines)) memory.setU32(address + at[name as keyof typeof at].offset, pointer);
    this.references++;
    return ntStatus.STATUS_SUCCESS;
  }

  #makeRoutines() {
    const { machine, config, adapters } = this.#parts;
    const { guest } = machine;
    const data = (name: "SetBusData" | "GetBusData", action: "read" | "write") =>
      guest.hostFunction(name, "i:iiiii", (_context: number, space: number, buffer: number, offset: number, length: number) =>
        space === configurationSpace ? config[action](name, buffer >>> 0, offset >>> 0, length >>> 0) : 0,
      );
    return {
      InterfaceReference: guest.hostFunction("InterfaceReference", ":i", () => {
        this.references++;
      }),
      InterfaceDereference: guest.hostFunction("InterfaceDereference", ":i", () => {
        this.references--;
      }),
      TranslateBusAddress: guest.hostFunction("TranslateBusAddress", "i:iiiii", (_context: number, bus: number, length: number, space: number, out: number) =>
        this.#translate(bus >>> 0, length >>> 0, space >>> 0, out >>> 0),
      ),
      GetDmaAdapter: guest.hostFunction("GetDmaAdapter", "i:iii", (_context: number, description: number, registers: number) =>
        adapters.get(description >>> 0, registers >>> 0),
      ),
      SetBusData: data("SetBusData", "write"),
      GetBusData: data("GetBusData", "read"),
    };
  }

  /** Bus addresses are the processor's on a PC; FALSE for a range that is in no BAR. */
  #translate(busAddress: number, length: number, space: number, out: number): number {
    const { memory, device } = this.#parts.machine;
    const start = memory.u64(busAddress);
    const kind = memory.u32(space) === addressSpace.port ? "io" : "memory";
    const bar = device.bars.find(
      ({ base, definition }) => definition.kind === kind && start >= base && start + BigInt(length) <= base + BigInt(definition.size),
    );
    if (bar === undefined) return 0;
    memory.setU64(out, start);
    return 1;
  }
}
