// SPDX-License-Identifier: MIT
/**
 * Configuration space of the PCI function as the bus driver lets a function driver read and write it (BUS_INTERFACE_STANDARD, HalGetBusDataByOffset):
 * read-only, write-one-to-clear and bus-driver-owned registers of the type 0 header (PCI Local Bus 3.0, section 6).
 */
import { hex } from "../base/index.ts";
import { type Machine, dispatchLevel, powerControl, powerManagementCapability } from "../machine/index.ts";
import type { Checks } from "./checks.ts";

const capabilitiesPointer = 0x34;
const headerEnd = 0x40;
const messageCapability = 0x05;
/** Base address registers, 0x10 to 0x27; they belong to the bus driver. */
const bars = { start: 0x10, end: 0x28 } as const;

/** Writable bits of the header by byte; bytes that are not listed are read-only. */
const writable: ReadonlyMap<number, number> = new Map([
  // Command: I/O, memory, bus master, parity response; SERR, interrupt disable.
  [0x04, 0x47],
  [0x05, 0x05],
  [0x0c, 0xff],
  [0x0d, 0xff],
  [0x3c, 0xff],
]);
/** Status error bits: writing one clears. */
const writeOneToClear: ReadonlyMap<number, number> = new Map([[0x07, 0xf9]]);

interface WritableBits {
  readonly writable: number;
  /** Writing one clears. */
  readonly clear: number;
}
const readOnly: WritableBits = { writable: 0, clear: 0 };

export class PciConfig {
  readonly #machine: Machine;
  readonly #checks: Checks;

  constructor(machine: Machine, checks: Checks) {
    this.#machine = machine;
    this.#checks = checks;
  }

  /** Copies configuration space to driver memory; returns the bytes read, 0 beyond its end or when the function is gone. */
  read(routine: string, buffer: number, offset: number, length: number): number {
    this.#checks.irqlAtMost(routine, dispatchLevel);
    const { device, memory } = this.#machine;
    if (!device.isPresent) return 0;
    const bytes = device.configSpace.slice(offset, offset + length);
    if (bytes.length > 0) memory.write(buffer, bytes);
    return bytes.length;
  }

  /** Writes from driver memory; bits the function does not let change stay. Returns the bytes taken. */
  write(routine: string, buffer: number, offset: number, length: number): number {
    this.#checks.irqlAtMost(routine, dispatchLevel);
    const { device, memory } = this.#machine;
    const count = Math.max(0, Math.min(length, device.configSpace.length - offset));
    if (!device.isPresent || count === 0) return 0;
    const bytes = memory.read(buffer, count);
    if (offset < bars.end && offset + count > bars.start) this.#checkBars(routine, bytes, offset);
    this.#checkPowerState(routine, bytes, offset);
    const capabilities = this.#capabilityBytes();
    const wasAsserted = device.powerManagement?.isAsserted ?? false;
    for (const [i, value] of bytes.entries()) this.#writeByte(offset + i, value, capabilities);
    device.powerManagement?.changed(wasAsserted);
    return count;
  }

  #writeByte(offset: number, value: number, capabilities: ReadonlyMap<number, WritableBits>): void {
    const { configSpace } = this.#machine.device;
    const old = configSpace[offset] ?? 0;
    const capability = capabilities.get(offset);
    const mask = offset >= headerEnd ? (capability?.writable ?? 0xff) : (writable.get(offset) ?? 0);
    const clear = value & (capability?.clear ?? writeOneToClear.get(offset) ?? 0);
    configSpace[offset] = ((old & ~mask) | (value & mask)) & ~clear;
  }

  /** Writable bits of the bytes that the capability list defines; ids and links are read-only. */
  #capabilityBytes(): ReadonlyMap<number, WritableBits> {
    const { configSpace } = this.#machine.device;
    const bytes = new Map<number, WritableBits>();
    for (let at = configSpace[capabilitiesPointer] ?? 0; at >= headerEnd && !bytes.has(at); at = configSpace[at + 1] ?? 0) {
      bytes.set(at, readOnly).set(at + 1, readOnly);
      // Message control: enable and multiple message enable.
      if (configSpace[at] === messageCapability) bytes.set(at + 2, { writable: 0x71, clear: 0 }).set(at + 3, readOnly);
      if (configSpace[at] !== powerManagementCapability) continue;
      for (let i = 2; i < 8; i++) bytes.set(at + i, readOnly);
      powerControl.writable.forEach((bits, i) => bytes.set(at + powerControl.offset + i, { writable: bits, clear: powerControl.writeOneToClear[i] ?? 0 }));
    }
    return bytes;
  }

  /** Only the PCI bus driver changes the power state of a function. */
  #checkPowerState(routine: string, bytes: Uint8Array, offset: number): void {
    const { powerManagement, configSpace } = this.#machine.device;
    if (powerManagement === undefined) return;
    const at = powerManagement.offset + powerControl.offset;
    const value = bytes[at - offset];
    if (value === undefined || (value & powerControl.stateMask) === ((configSpace[at] ?? 0) & powerControl.stateMask)) return;
    this.#checks.violation({
      rule: "pci-config-owned-by-bus",
      message: `${routine} writes power state D${value & powerControl.stateMask} to the power-management control register at offset ${hex(at)}; the write is ignored`,
      explanation:
        "The PCI bus driver sets the power state of a function, on its way of IRP_MN_SET_POWER. A function driver asks for it through its power policy (WdfDeviceAssignS0IdleSettings, WdfDeviceStopIdle), so that the system and the framework know the state.",
    });
  }

  #checkBars(routine: string, bytes: Uint8Array, offset: number): void {
    const { configSpace } = this.#machine.device;
    const changed = bytes.findIndex((value, i) => offset + i >= bars.start && offset + i < bars.end && value !== configSpace[offset + i]);
    if (changed < 0) return;
    const bar = (offset + changed - bars.start) >> 2;
    this.#checks.violation({
      rule: "pci-config-owned-by-bus",
      message: `${routine} writes ${hex(bytes[changed] ?? 0)} to offset ${hex(offset + changed)}, in base address register ${bar}; the write is ignored`,
      explanation:
        "Base addresses belong to the PCI bus driver, which tells them in the resources of EvtDevicePrepareHardware. A function driver that moves a BAR makes the device answer at addresses of another device.",
    });
  }
}
