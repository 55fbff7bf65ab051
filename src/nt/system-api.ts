// SPDX-License-Identifier: MIT
/** What the system is made of, and what it writes when it stops: physical memory, ZwQuerySystemInformation, crash dump headers. */
import { type Machine, apcLevel, highLevel, passiveLevel } from "../machine/index.ts";
import { nullGuardEnd, ntStatus, pageSize } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";
import type { Pool } from "./pool.ts";
import { poolTag } from "./pool-heap.ts";
import { timeIncrement } from "./system-time.ts";

/** SYSTEM_BASIC_INFORMATION of 32-bit Windows. */
const basicInformation = { number: 0, bytes: 44 } as const;
/** A 32-bit dump begins with one page of header (DUMP_HEADER32), and a triage dump has 64 KiB. */
const dump = { type: 1, headerBytes: 0x1000, triageBytes: 0x1_0000, signature: "PAGEDUMP", processor: 0x14c, build: 19041 } as const;
/** Offsets in DUMP_HEADER32. */
const dumpHeader = {
  MajorVersion: 8,
  MinorVersion: 12,
  MachineImageType: 32,
  NumberProcessors: 36,
  BugCheckCode: 40,
  BugCheckParameters: 44,
  DumpType: 0xf88,
} as const;

export class SystemApi {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #pool: Pool;

  constructor(machine: Machine, checks: Checks, pool: Pool) {
    this.#machine = machine;
    this.#checks = checks;
    this.#pool = pool;
  }

  api(): ApiTable {
    return {
      MmGetPhysicalMemoryRanges: () => this.#memoryRanges(),
      MmAddPhysicalMemory: () => {
        this.#checks.irqlAtMost("MmAddPhysicalMemory", passiveLevel);
        // Only servers whose firmware describes hot-add memory take any.
        return ntStatus.STATUS_NOT_SUPPORTED;
      },
      ZwQuerySystemInformation: (what: number, buffer: number, length: number, result: number) =>
        this.#query(what >>> 0, buffer >>> 0, length >>> 0, result >>> 0),
      KeInitializeCrashDumpHeader: (type: number, flags: number, buffer: number, size: number, needed: number) =>
        this.#initializeDump(type, flags, buffer >>> 0, size >>> 0, needed >>> 0),
      KeCapturePersistentThreadState: (_context: number, _thread: number, code: number, p1: number, p2: number, p3: number, p4: number, header: number) =>
        this.#captureDump(code, [p1, p2, p3, p4], header >>> 0),
    };
  }

  /** A list in pool that the driver frees, ended by an entry of zeros. */
  #memoryRanges(): number {
    const { memory, pages } = this.#machine;
    this.#checks.irqlAtMost("MmGetPhysicalMemoryRanges", passiveLevel);
    const { ranges } = pages;
    const list = this.#pool.allocate(16 * (ranges.length + 1), poolTag("hPmM"));
    if (list === 0) return 0;
    for (const [i, { start, end }] of ranges.entries()) {
      memory.setU64(list + 16 * i, BigInt(start) * BigInt(pageSize));
      memory.setU64(list + 16 * i + 8, BigInt(end - start) * BigInt(pageSize));
    }
    memory.fill(list + 16 * ranges.length, 16, 0);
    return list;
  }

  #query(what: number, buffer: number, length: number, result: number): number {
    this.#checks.irqlAtMost("ZwQuerySystemInformation", passiveLevel);
    if (what !== basicInformation.number) this.#checks.notEmulated(`ZwQuerySystemInformation of class ${what}`);
    const { memory, pages } = this.#machine;
    if (result !== 0) memory.setU32(result, basicInformation.bytes);
    if (length < basicInformation.bytes) return ntStatus.STATUS_INFO_LENGTH_MISMATCH;
    const { ranges } = pages;
    const count = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
    const userEnd = 0x7ffe_ffff;
    const words = [0, timeIncrement, pageSize, count, ranges[0]?.start ?? 0, (ranges.at(-1)?.end ?? 1) - 1, nullGuardEnd, nullGuardEnd, userEnd, 1];
    for (const [i, word] of words.entries()) memory.setU32(buffer + 4 * i, word);
    memory.setU32(buffer + 4 * words.length, 1);
    return ntStatus.STATUS_SUCCESS;
  }

  #initializeDump(type: number, flags: number, buffer: number, size: number, needed: number): number {
    this.#checks.irqlAtMost("KeInitializeCrashDumpHeader", apcLevel);
    const { memory } = this.#machine;
    if (needed !== 0) memory.setU32(needed, dump.headerBytes);
    if (type !== dump.type || flags !== 0 || buffer === 0) return ntStatus.STATUS_INVALID_PARAMETER;
    if (size < dump.headerBytes) return ntStatus.STATUS_BUFFER_TOO_SMALL;
    this.#writeHeader(buffer, type);
    return ntStatus.STATUS_SUCCESS;
  }

  /** Returns the bytes of the triage dump in `header`, a buffer of 64 KiB. */
  #captureDump(code: number, parameters: readonly number[], header: number): number {
    this.#checks.irqlAtMost("KeCapturePersistentThreadState", highLevel);
    const { memory } = this.#machine;
    if (header === 0) return 0;
    memory.fill(header, dump.triageBytes, 0);
    this.#writeHeader(header, 4);
    memory.setU32(header + dumpHeader.BugCheckCode, code);
    for (const [i, parameter] of parameters.entries()) memory.setU32(header + dumpHeader.BugCheckParameters + 4 * i, parameter);
    return dump.triageBytes;
  }

  #writeHeader(header: number, type: number): void {
    const { memory } = this.#machine;
    memory.fill(header, dump.headerBytes, 0);
    memory.write(header, new TextEncoder().encode(dump.signature));
    memory.setU32(header + dumpHeader.MajorVersion, 0xf);
    memory.setU32(header + dumpHeader.MinorVersion, dump.build);
    memory.setU32(header + dumpHeader.MachineImageType, dump.processor);
    memory.setU32(header + dumpHeader.NumberProcessors, 1);
    memory.setU32(header + dumpHeader.DumpType, type);
  }
}
