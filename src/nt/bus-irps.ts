// SPDX-License-Identifier: MIT
/** PnP requests that a function driver itself sends to the PCI bus driver: capabilities, interfaces, configuration space, bus information. */
import { struct } from "../base/index.ts";
import type { Machine } from "../machine/index.ts";
import { ntStatus } from "../protocol/index.ts";
import type { BusInterfaces } from "./bus-interface.ts";
import type { Checks } from "./checks.ts";
import { deviceCapabilities, devicePowerState } from "./device-capabilities.ts";
import { deviceProperty, devicePropertyBytes } from "./device-property.ts";
import type { PciConfig } from "./pci-config.ts";
import type { Pool } from "./pool.ts";
import { poolTag } from "./pool-heap.ts";

/** IRP_MN_… of IRP_MJ_PNP that the bus driver answers here. */
const minor = {
  queryInterface: 0x08,
  queryCapabilities: 0x09,
  readConfig: 0x0f,
  writeConfig: 0x10,
  queryPnpDeviceState: 0x14,
  queryBusInformation: 0x15,
} as const;
/** Those it has no answer to; the request keeps its status (IRP_MN_FILTER_RESOURCE_REQUIREMENTS, and numbers that nobody has defined). */
const unanswered: readonly number[] = [0x0d, 0x0e];
const lastMinor = 0x19;

/** IO_STACK_LOCATION.Parameters, packed to 4 bytes. */
const queryInterface = struct("QueryInterface", { InterfaceType: "ptr", Size: "u16", Version: "u16", Interface: "ptr", InterfaceSpecificData: "ptr" });
const readWriteConfig = struct("ReadWriteConfig", { WhichSpace: "u32", Buffer: "ptr", Offset: "u32", Length: "u32" });
const deviceCapabilitiesLayout = struct("DEVICE_CAPABILITIES", {
  Size: "u16",
  Version: "u16",
  Flags: "u32",
  Address: "u32",
  UINumber: "u32",
  DeviceState: ["u32", 7],
  SystemWake: "u32",
  DeviceWake: "u32",
  D1Latency: "u32",
  D2Latency: "u32",
  D3Latency: "u32",
});
/** Bits of Flags: D1, D2, and wake from D0 to D3; the function has none of the others. */
const capabilityFlag = { d1: 1 << 0, d2: 1 << 1, wakeFromD0: 1 << 10, wakeFromD1: 1 << 11, wakeFromD2: 1 << 12, wakeFromD3: 1 << 13 } as const;
/** Slots without number. */
const noNumber = 0xffff_ffff;
const busInformation = struct("PNP_BUS_INFORMATION", { BusTypeGuid: ["u32", 4], LegacyBusType: "u32", BusNumber: "u32" });
/** PCI_WHICHSPACE_CONFIG. The function has no expansion ROM. */
const configurationSpace = 0;

export interface BusIrpParts {
  readonly machine: Machine;
  readonly checks: Checks;
  readonly pool: Pool;
  readonly config: PciConfig;
  readonly interfaces: BusInterfaces;
}

/** IO_STATUS_BLOCK of a completed request. */
export interface IrpOutcome {
  readonly status: number;
  readonly information: number;
}

export class BusIrps {
  readonly #parts: BusIrpParts;

  constructor(parts: BusIrpParts) {
    this.#parts = parts;
  }

  /** Answers a request to the PDO at `context`; `before` is what the request came with, which it keeps when nobody answers. */
  answer(code: number, parameters: number, context: number, before: IrpOutcome): IrpOutcome {
    switch (code) {
      case minor.queryInterface:
        return this.#queryInterface(parameters, context, before);
      case minor.queryCapabilities:
        return { status: this.#capabilities(this.#parts.machine.memory.u32(parameters)), information: before.information };
      case minor.readConfig:
      case minor.writeConfig:
        return this.#config(code === minor.readConfig ? "read" : "write", parameters);
      case minor.queryPnpDeviceState:
        return { status: ntStatus.STATUS_SUCCESS, information: before.information };
      case minor.queryBusInformation:
        return this.#busInformation();
      default:
        if (code > lastMinor || unanswered.includes(code)) return before;
        return this.#parts.checks.notEmulated(`IRP_MJ_PNP with minor function 0x${code.toString(16).padStart(2, "0")} from a function driver`);
    }
  }

  #queryInterface(parameters: number, context: number, before: IrpOutcome): IrpOutcome {
    const { machine, interfaces } = this.#parts;
    const { memory } = machine;
    const at = queryInterface.fields;
    const status = interfaces.query({
      guid: guidText(memory.read(memory.u32(parameters + at.InterfaceType.offset), 16)),
      address: memory.u32(parameters + at.Interface.offset),
      size: memory.u16(parameters + at.Size.offset),
      version: memory.u16(parameters + at.Version.offset),
      context,
    });
    // An interface that the bus driver does not have is a request that it does not answer.
    return status === ntStatus.STATUS_NOT_SUPPORTED ? before : { status, information: before.information };
  }

  #capabilities(address: number): number {
    const { machine } = this.#parts;
    const { memory } = machine;
    const at = deviceCapabilitiesLayout.fields;
    if (memory.u16(address + at.Version.offset) !== 1 || memory.u16(address + at.Size.offset) < deviceCapabilitiesLayout.size)
      return ntStatus.STATUS_UNSUCCESSFUL;
    const capabilities = deviceCapabilities(machine);
    const has = (flag: boolean, bit: number): number => (flag ? bit : 0);
    const flags =
      has(capabilities.DeviceD1, capabilityFlag.d1) |
      has(capabilities.DeviceD2, capabilityFlag.d2) |
      has(capabilities.WakeFromD0, capabilityFlag.wakeFromD0) |
      has(capabilities.WakeFromD1, capabilityFlag.wakeFromD1) |
      has(capabilities.WakeFromD2, capabilityFlag.wakeFromD2) |
      has(capabilities.WakeFromD3, capabilityFlag.wakeFromD3);
    memory.setU32(address + at.Flags.offset, flags);
    const place = devicePropertyBytes(machine, deviceProperty.address);
    if (place !== undefined) memory.write(address + at.Address.offset, place);
    memory.setU32(address + at.UINumber.offset, noNumber);
    // SystemShutdown comes behind the states that DeviceCapabilities has.
    for (const [i, state] of [...capabilities.DeviceState, devicePowerState.D3].entries()) memory.setU32(address + at.DeviceState.offset + 4 * i, state);
    memory.setU32(address + at.SystemWake.offset, capabilities.SystemWake);
    memory.setU32(address + at.DeviceWake.offset, capabilities.DeviceWake);
    for (const latency of [at.D1Latency, at.D2Latency, at.D3Latency]) memory.setU32(address + latency.offset, 0);
    return ntStatus.STATUS_SUCCESS;
  }

  #config(action: "read" | "write", parameters: number): IrpOutcome {
    const { machine, config } = this.#parts;
    const { memory } = machine;
    const at = readWriteConfig.fields;
    if (memory.u32(parameters + at.WhichSpace.offset) !== configurationSpace) return { status: ntStatus.STATUS_INVALID_DEVICE_REQUEST, information: 0 };
    const [buffer, offset, length] = [at.Buffer, at.Offset, at.Length].map((field) => memory.u32(parameters + field.offset)) as [number, number, number];
    const information = config[action](action === "read" ? "IRP_MN_READ_CONFIG" : "IRP_MN_WRITE_CONFIG", buffer, offset, length);
    return { status: ntStatus.STATUS_SUCCESS, information };
  }

  /** The requester frees the structure. */
  #busInformation(): IrpOutcome {
    const { machine, pool } = this.#parts;
    const address = pool.allocate(busInformation.size, poolTag("Pci "), undefined, { paged: true });
    if (address === 0) return { status: ntStatus.STATUS_INSUFFICIENT_RESOURCES, information: 0 };
    const { memory } = machine;
    const bytes = (property: number): Uint8Array => devicePropertyBytes(machine, property) ?? new Uint8Array();
    memory.write(address, bytes(deviceProperty.busTypeGuid));
    memory.write(address + busInformation.fields.LegacyBusType.offset, bytes(deviceProperty.legacyBusType));
    memory.write(address + busInformation.fields.BusNumber.offset, bytes(deviceProperty.busNumber));
    return { status: ntStatus.STATUS_SUCCESS, information: address };
  }
}

/** GUID text as interface queries have it: lower case, without braces. */
function guidText(bytes: Uint8Array): string {
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  const digits = order.map((i) => (bytes[i] ?? 0).toString(16).padStart(2, "0")).join("");
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join("-");
}
