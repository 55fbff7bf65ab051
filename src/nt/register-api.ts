// SPDX-License-Identifier: MIT
/** Register and port access of the HAL: READ_REGISTER_*, WRITE_REGISTER_*, READ_PORT_*, WRITE_PORT_* and their BUFFER forms. */
import { hex } from "../base/index.ts";
import { type Machine, dispatchLevel } from "../machine/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";

const widths = [
  ["UCHAR", 1],
  ["USHORT", 2],
  ["ULONG", 4],
  ["ULONG64", 8],
] as const;

type Routine = (...args: never[]) => number | bigint | void;

export class RegisterApi {
  readonly #machine: Machine;
  readonly #checks: Checks;

  constructor(machine: Machine, checks: Checks) {
    this.#machine = machine;
    this.#checks = checks;
  }

  api(): ApiTable {
    const table: Record<string, Routine> = {};
    for (const [name, size] of widths) {
      this.#addRegisters(table, name, size);
      if (size !== 8) this.#addPorts(table, name, size);
    }
    return table;
  }

  #addRegisters(table: Record<string, Routine>, name: string, size: number): void {
    const read = (address: number) => this.#readRegister(`READ_REGISTER_${name}`, address >>> 0, size);
    const write = (address: number, value: number | bigint) => this.#writeRegister(`WRITE_REGISTER_${name}`, address >>> 0, size, value);
    for (const form of ["REGISTER", "REGISTER_NOFENCE"]) {
      table[`READ_${form}_${name}`] = read;
      table[`WRITE_${form}_${name}`] = write;
    }
    // The BUFFER forms go through consecutive registers, unlike those of ports.
    table[`READ_REGISTER_BUFFER_${name}`] = (address: number, buffer: number, count: number) => {
      for (let i = 0; i < count >>> 0; i++)
        this.#store((buffer >>> 0) + i * size, size, this.#readRegister(`READ_REGISTER_BUFFER_${name}`, (address >>> 0) + i * size, size));
    };
    table[`WRITE_REGISTER_BUFFER_${name}`] = (address: number, buffer: number, count: number) => {
      for (let i = 0; i < count >>> 0; i++)
        this.#writeRegister(`WRITE_REGISTER_BUFFER_${name}`, (address >>> 0) + i * size, size, this.#load((buffer >>> 0) + i * size, size));
    };
  }

  #addPorts(table: Record<string, Routine>, name: string, size: number): void {
    table[`READ_PORT_${name}`] = (port: number) => this.#readPort(`READ_PORT_${name}`, port >>> 0, size);
    table[`WRITE_PORT_${name}`] = (port: number, value: number) => this.#writePort(`WRITE_PORT_${name}`, port >>> 0, size, value);
    table[`READ_PORT_BUFFER_${name}`] = (port: number, buffer: number, count: number) => {
      for (let i = 0; i < count >>> 0; i++) this.#store((buffer >>> 0) + i * size, size, this.#readPort(`READ_PORT_BUFFER_${name}`, port >>> 0, size));
    };
    table[`WRITE_PORT_BUFFER_${name}`] = (port: number, buffer: number, count: number) => {
      for (let i = 0; i < count >>> 0; i++) this.#writePort(`WRITE_PORT_BUFFER_${name}`, port >>> 0, size, this.#load((buffer >>> 0) + i * size, size));
    };
  }

  #readRegister(routine: string, address: number, size: number): number | bigint {
    const { device, window } = this.#machine;
    const location = window.resolve(address, size);
    if (location === undefined) return this.#notARegister(routine, address, size, "read") ? this.#load(address, size) : 0;
    this.#checkAlignment(routine, location.bar, location.offset, size);
    return device.read(location.bar, location.offset, size);
  }

  #writeRegister(routine: string, address: number, size: number, value: number | bigint): void {
    const { device, window } = this.#machine;
    const location = window.resolve(address, size);
    if (location === undefined) {
      if (this.#notARegister(routine, address, size, "write")) this.#store(address, size, value);
      return;
    }
    this.#checkAlignment(routine, location.bar, location.offset, size);
    device.write(location.bar, location.offset, size, value);
  }

  /** Reports an address that leads to no register; true when it is memory, so that the access can be done. */
  #notARegister(routine: string, address: number, size: number, kind: "read" | "write"): boolean {
    const { memory, cpu } = this.#machine;
    const violation = {
      rule: address < 0x1_0000 ? "null-deref" : "mmio-oob",
      message: `${routine}: ${size} bytes at ${this.#checks.whatIsAt(address)} are not a device register`,
      explanation: "The register pointer must be an address that MmMapIoSpace returned, plus the offset of a register inside the mapping.",
      address,
    };
    if (memory.isAccessible(address, size)) {
      this.#checks.violation(violation);
      return true;
    }
    const code = cpu.irql >= dispatchLevel ? 0xd1 : 0x50;
    return this.#checks.bugCheck(code, [address, code === 0xd1 ? cpu.irql : kind === "read" ? 0 : 2, 0, 0], violation);
  }

  #checkAlignment(routine: string, bar: number, offset: number, size: number): void {
    if (offset % size === 0) return;
    this.#checks.violation({
      rule: "register-access-width",
      message: `${routine}: offset ${hex(offset)} of BAR${bar} is not a multiple of ${size}`,
      explanation: "A device register is read and written with its own width at its own, aligned offset; a misaligned access becomes two on the bus.",
    });
  }

  #port(routine: string, port: number, size: number): { readonly bar: number; readonly offset: number } | undefined {
    const { device } = this.#machine;
    const bar = device.bars.find(
      ({ definition, base }) => definition.kind === "io" && BigInt(port) >= base && BigInt(port + size) <= base + BigInt(definition.size),
    );
    if (bar !== undefined) return { bar: bar.index, offset: port - Number(bar.base) };
    const ranges = device.bars
      .filter(({ definition }) => definition.kind === "io")
      .map(({ index, base, definition }) => `BAR${index} ${hex(base)} to ${hex(Number(base) + definition.size - 1)}`);
    this.#checks.violation({
      rule: "mmio-oob",
      message: `${routine}: port ${hex(port)} is not inside an I/O BAR of the device (${ranges.length === 0 ? "it has none" : ranges.join("; ")})`,
      explanation:
        "Use the port number of the translated resource (u.Port.Start) plus an offset below u.Port.Length; a memory-mapped register needs MmMapIoSpace and READ_REGISTER_* instead.",
      address: port,
    });
    return undefined;
  }

  #readPort(routine: string, port: number, size: number): number | bigint {
    const location = this.#port(routine, port, size);
    // Nobody answers: the bus reads as all ones.
    return location === undefined ? 2 ** (8 * size) - 1 : this.#machine.device.read(location.bar, location.offset, size);
  }

  #writePort(routine: string, port: number, size: number, value: number | bigint): void {
    const location = this.#port(routine, port, size);
    if (location !== undefined) this.#machine.device.write(location.bar, location.offset, size, value);
  }

  #load(address: number, size: number): number | bigint {
    const { memory } = this.#machine;
    if (size === 8) return memory.u64(address);
    return size === 4 ? memory.u32(address) : size === 2 ? memory.u16(address) : memory.u8(address);
  }

  #store(address: number, size: number, value: number | bigint): void {
    const { memory } = this.#machine;
    if (size === 8) memory.setU64(address, BigInt(value));
    else if (size === 4) memory.setU32(address, Number(value));
    else if (size === 2) memory.setU16(address, Number(value));
    else memory.setU8(address, Number(value));
  }
}
