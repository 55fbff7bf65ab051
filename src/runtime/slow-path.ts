// SPDX-License-Identifier: MIT
/**
 * Loads and stores that the shadow sends to the host: device registers through plain pointers, partly valid granules, watched bytes, and
 * everything the driver must not touch. Also memory.copy and memory.fill.
 */
import { hex } from "../base/index.ts";
import { type AccessFault, type DeviceLocation, type Machine, apcLevel } from "../machine/index.ts";
import { type Violation, deviceWindowBase, deviceWindowEnd, handleBase, nullGuardEnd } from "../protocol/index.ts";

/** Access of a load or store opcode: bytes moved, and whether a load extends the sign (WebAssembly core specification, 5.4.7). */
const accessOf: Readonly<Record<number, readonly [size: number, signed: boolean]>> = {
  40: [4, false],
  41: [8, false],
  42: [4, false],
  43: [8, false],
  44: [1, true],
  45: [1, false],
  46: [2, true],
  47: [2, false],
  48: [1, true],
  49: [1, false],
  50: [2, true],
  51: [2, false],
  52: [4, true],
  53: [4, false],
  54: [4, false],
  55: [8, false],
  56: [4, false],
  57: [8, false],
  58: [1, false],
  59: [2, false],
  60: [1, false],
  61: [2, false],
  62: [4, false],
};

const sizeOf = (opcode: number): number => accessOf[opcode]?.[0] ?? 1;

export class SlowPath {
  readonly #machine: Machine;
  /** Accesses behind the end of a mapping that were reported. */
  readonly #reportedBeyond = new Set<string>();

  constructor(machine: Machine) {
    this.#machine = machine;
    machine.memory.onFault = (fault) => this.fault(fault);
  }

  /** Imports of module `dbg` that move data. */
  imports(): Readonly<Record<string, (...args: never[]) => unknown>> {
    const float = new DataView(new ArrayBuffer(8));
    return {
      ld32: (ea: number, opcode: number) => Number(this.#load(ea >>> 0, opcode)) | 0,
      ld64: (ea: number, opcode: number) => BigInt.asIntN(64, BigInt(this.#load(ea >>> 0, opcode))),
      ldf32: (ea: number, opcode: number) => {
        float.setUint32(0, Number(this.#load(ea >>> 0, opcode)));
        return float.getFloat32(0);
      },
      ldf64: (ea: number, opcode: number) => {
        float.setBigUint64(0, BigInt.asUintN(64, BigInt(this.#load(ea >>> 0, opcode))));
        return float.getFloat64(0);
      },
      st32: (ea: number, value: number, opcode: number) => this.#store(ea >>> 0, value >>> 0, opcode),
      st64: (ea: number, value: bigint, opcode: number) => this.#store(ea >>> 0, BigInt.asUintN(64, value), opcode),
      stf32: (ea: number, value: number, opcode: number) => {
        float.setFloat32(0, value);
        this.#store(ea >>> 0, float.getUint32(0), opcode);
      },
      stf64: (ea: number, value: number, opcode: number) => {
        float.setFloat64(0, value);
        this.#store(ea >>> 0, float.getBigUint64(0), opcode);
      },
      bulk: (destination: number, source: number, length: number, opcode: number) => this.#bulk(destination >>> 0, source, length >>> 0, opcode),
    };
  }

  /** Stops with the bug check that Windows shows for such an access. */
  fault({ address, length, kind }: AccessFault): never {
    return this.#machine.stop.bugCheck(accessViolation(this.#machine, address, length, kind));
  }

  #load(address: number, opcode: number): number | bigint {
    const [size, signed] = accessOf[opcode] ?? [1, false];
    const raw = this.#loadRaw(address, size);
    if (!signed) return raw;
    return typeof raw === "bigint" ? BigInt.asIntN(64, raw) : (raw << (32 - 8 * size)) >> (32 - 8 * size);
  }

  #loadRaw(address: number, size: number): number | bigint {
    const { memory, window } = this.#machine;
    if (address >= deviceWindowBase && address < deviceWindowEnd) {
      const location = window.resolve(address, size) ?? this.#beyond(address, size, "read");
      if (location !== undefined) return location.device.read(location.bar, location.offset, size);
    } else if (memory.isAccessible(address, size)) {
      memory.noteAccess(address, size, "read");
      if (size === 8) return memory.view.getBigUint64(address, true);
      return size === 4 ? memory.view.getUint32(address, true) : size === 2 ? memory.view.getUint16(address, true) : memory.view.getUint8(address);
    }
    return this.fault({ address, length: size, kind: "read" });
  }

  #store(address: number, value: number | bigint, opcode: number): void {
    const size = sizeOf(opcode);
    const { memory, window } = this.#machine;
    if (address >= deviceWindowBase && address < deviceWindowEnd) {
      const location = window.resolve(address, size) ?? this.#beyond(address, size, "write");
      if (location !== undefined) {
        location.device.write(location.bar, location.offset, size, size === 8 ? value : Number(BigInt.asUintN(8 * size, BigInt(value))));
        return;
      }
    } else if (memory.isAccessible(address, size)) {
      memory.noteAccess(address, size, "write");
      if (size === 8) memory.view.setBigUint64(address, BigInt(value), true);
      else if (size === 4) memory.view.setUint32(address, Number(BigInt.asUintN(32, BigInt(value))), true);
      else if (size === 2) memory.view.setUint16(address, Number(BigInt.asUintN(16, BigInt(value))), true);
      else memory.view.setUint8(address, Number(BigInt.asUintN(8, BigInt(value))));
      memory.noteWritten();
      return;
    }
    this.fault({ address, length: size, kind: "write" });
  }

  /** An access behind the end of what was mapped, in the same page: Windows lets it through, and so does this machine, with one word about each register. */
  #beyond(address: number, size: number, kind: "read" | "write"): DeviceLocation | undefined {
    const location = this.#machine.window.resolveBeyond(address, size);
    if (location === undefined) return undefined;
    const access = `${kind} ${location.bar} ${location.offset}`;
    if (this.#reportedBeyond.has(access)) return location;
    this.#reportedBeyond.add(access);
    this.#machine.stop.violation({
      rule: "mmio-oob",
      message: `${kind} of ${size} ${size === 1 ? "byte" : "bytes"} at ${hex(address, 8)}, offset ${hex(location.offset)} in BAR${location.bar}, of which only ${hex(location.mapped)} bytes are mapped`,
      explanation:
        "Map as many bytes as the driver accesses: u.Memory.Length of the resource. This register is reached only because mappings consist of whole pages; at the end of the page the same mistake is a bug check.",
      address,
    });
    return location;
  }

  #bulk(destination: number, source: number, length: number, opcode: number): void {
    if (length === 0) return;
    const { memory } = this.#machine;
    if (opcode === 0xfc0b) memory.fill(destination, length, source & 0xff);
    else memory.write(destination, memory.read(source >>> 0, length));
  }
}

/** The violation for a forbidden access: which bug check it is depends on the IRQL, as on Windows. */
export function accessViolation(machine: Machine, address: number, length: number, kind: "read" | "write"): Violation {
  const irql = machine.cpu.irql;
  const what = describeTarget(machine, address);
  const elevated = irql > apcLevel;
  return {
    rule: address < nullGuardEnd ? "MEM-NULL" : "MEM-ACCESS",
    message: `Access violation: ${kind} of ${length} ${length === 1 ? "byte" : "bytes"} at ${hex(address, 8)}${what === undefined ? ", where no memory is" : `, ${what}`}`,
    explanation:
      address < nullGuardEnd
        ? "A NULL pointer was dereferenced: check that the allocation, mapping or context look-up it came from succeeded."
        : "The address is not memory that the driver owns: a stale, wild or overrun pointer. Device addresses (logical, physical) and WDF handles are no pointers.",
    bugCheck: elevated
      ? { code: 0xd1, name: "DRIVER_IRQL_NOT_LESS_OR_EQUAL", parameters: [address, irql, kind === "write" ? 1 : 0, 0] }
      : { code: 0x50, name: "PAGE_FAULT_IN_NONPAGED_AREA", parameters: [address, kind === "write" ? 2 : 0, 0, 0] },
    address,
  };
}

function describeTarget(machine: Machine, address: number): string | undefined {
  if (address >= handleBase) return "a WDF handle, not a pointer";
  return machine.memory.describe(address);
}
