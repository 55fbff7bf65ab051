// SPDX-License-Identifier: MIT
/**
 * Loads and stores that the shadow sends to the host: device registers through plain pointers, partly valid granules, watched bytes, and
 * everything the driver must not touch. Also memory.copy and memory.fill.
 */
import { hex } from "../base/index.ts";
import { type AccessFault, type DeviceLocation, type Machine, apcLevel } from "../machine/index.ts";
import { type BugCheck, type Violation, deviceWindowBase, deviceWindowEnd, handleBase, ntStatus, nullGuardEnd } from "../protocol/index.ts";

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

/** How often a filter may claim to have repaired a fault that it has not. */
const mostAttempts = 1000;

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

  /**
   * Raises STATUS_ACCESS_VIOLATION for a user-mode address, and returns when a filter continues; a bad address of the kernel stops with the bug check that
   * Windows shows for such an access, and so does every address at raised IRQL.
   */
  #raise({ address, length, kind }: AccessFault, isContinuable: boolean): void {
    const unhandled = accessViolation(this.#machine, address, length, kind);
    if (!this.#machine.memory.isUserAddress(address)) this.#machine.stop.bugCheck(unhandled);
    this.#machine.raise({ code: ntStatus.STATUS_ACCESS_VIOLATION, isContinuable, information: [kind === "write" ? 1 : 0, address], unhandled });
  }

  /** A forbidden access by the host on behalf of the driver. */
  fault(fault: AccessFault): never {
    this.#raise(fault, false);
    return this.#machine.stop.bugCheck(accessViolation(this.#machine, fault.address, fault.length, fault.kind));
  }

  /** A forbidden access by the driver, which is tried again as long as its filters say that they have repaired the cause. */
  #retry<T>(fault: AccessFault, access: () => T | undefined): T {
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      this.#raise(fault, true);
      const result = access();
      if (result !== undefined) return result;
    }
    return this.#machine.stop.bugCheck(endlessFilter(accessViolation(this.#machine, fault.address, fault.length, fault.kind)));
  }

  #load(address: number, opcode: number): number | bigint {
    const [size, signed] = accessOf[opcode] ?? [1, false];
    const raw = this.#loadRaw(address, size);
    if (!signed) return raw;
    return typeof raw === "bigint" ? BigInt.asIntN(64, raw) : (raw << (32 - 8 * size)) >> (32 - 8 * size);
  }

  #loadRaw(address: number, size: number): number | bigint {
    return this.#tryLoad(address, size) ?? this.#retry({ address, length: size, kind: "read" }, () => this.#tryLoad(address, size));
  }

  /** Undefined when the access is forbidden. */
  #tryLoad(address: number, size: number): number | bigint | undefined {
    const { memory, window } = this.#machine;
    if (address >= deviceWindowBase && address < deviceWindowEnd) {
      const location = window.resolve(address, size) ?? this.#beyond(address, size, "read");
      if (location !== undefined) return location.device.read(location.bar, location.offset, size);
    } else if (memory.isAccessible(address, size)) {
      memory.noteAccess(address, size, "read");
      if (size === 8) return memory.view.getBigUint64(address, true);
      return size === 4 ? memory.view.getUint32(address, true) : size === 2 ? memory.view.getUint16(address, true) : memory.view.getUint8(address);
    }
    return undefined;
  }

  #store(address: number, value: number | bigint, opcode: number): void {
    const size = sizeOf(opcode);
    if (this.#tryStore(address, value, size) === undefined) {
      this.#retry({ address, length: size, kind: "write" }, () => this.#tryStore(address, value, size));
    }
  }

  /** Undefined when the access is forbidden. */
  #tryStore(address: number, value: number | bigint, size: number): true | undefined {
    const { memory, window } = this.#machine;
    if (address >= deviceWindowBase && address < deviceWindowEnd) {
      const location = window.resolve(address, size) ?? this.#beyond(address, size, "write");
      if (location !== undefined) {
        location.device.write(location.bar, location.offset, size, size === 8 ? value : Number(BigInt.asUintN(8 * size, BigInt(value))));
        return true;
      }
    } else if (memory.isAccessible(address, size)) {
      memory.noteAccess(address, size, "write");
      if (size === 8) memory.view.setBigUint64(address, BigInt(value), true);
      else if (size === 4) memory.view.setUint32(address, Number(BigInt.asUintN(32, BigInt(value))), true);
      else if (size === 2) memory.view.setUint16(address, Number(BigInt.asUintN(16, BigInt(value))), true);
      else memory.view.setUint8(address, Number(BigInt.asUintN(8, BigInt(value))));
      memory.noteWritten();
      return true;
    }
    return undefined;
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
  const what = describeTarget(machine, address);
  return {
    rule: address < nullGuardEnd ? "MEM-NULL" : "MEM-ACCESS",
    message: `Access violation: ${kind} of ${length} ${length === 1 ? "byte" : "bytes"} at ${hex(address, 8)}${what === undefined ? ", where no memory is" : `, ${what}`}`,
    explanation:
      address < nullGuardEnd
        ? "A NULL pointer was dereferenced: check that the allocation, mapping or context look-up it came from succeeded."
        : "The address is not memory that the driver owns: a stale, wild or overrun pointer. Device addresses (logical, physical) and WDF handles are no pointers.",
    bugCheck: bugCheckOf(machine, address, kind),
    address,
  };
}

/** Above APC_LEVEL no page fault is resolved; below, a user-mode address raises an exception that nobody has handled. */
function bugCheckOf(machine: Machine, address: number, kind: "read" | "write"): BugCheck {
  const { irql } = machine.cpu;
  const isWrite = kind === "write" ? 1 : 0;
  if (irql > apcLevel) return { code: 0xd1, name: "DRIVER_IRQL_NOT_LESS_OR_EQUAL", parameters: [address, irql, isWrite, 0] };
  if (machine.memory.isUserAddress(address)) {
    return { code: 0x1e, name: "KMODE_EXCEPTION_NOT_HANDLED", parameters: [ntStatus.STATUS_ACCESS_VIOLATION, 0, isWrite, address] };
  }
  return { code: 0x50, name: "PAGE_FAULT_IN_NONPAGED_AREA", parameters: [address, 2 * isWrite, 0, 0] };
}

function endlessFilter(violation: Violation): Violation {
  return {
    ...violation,
    message: `${violation.message}; a filter has returned EXCEPTION_CONTINUE_EXECUTION ${mostAttempts} times without repairing the cause`,
    explanation: "EXCEPTION_CONTINUE_EXECUTION executes the instruction again that raised the exception: on Windows the driver would hang here.",
  };
}

function describeTarget(machine: Machine, address: number): string | undefined {
  if (address >= handleBase) return "a WDF handle, not a pointer";
  return machine.memory.describe(address);
}
