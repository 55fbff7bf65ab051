// SPDX-License-Identifier: MIT
/** Memory manager routines besides pool and MDLs: physical addresses, contiguous and non-cached memory, pages for an MDL, probing. */
import { hex } from "../base/index.ts";
import { type Machine, apcLevel, dispatchLevel, passiveLevel } from "../machine/index.ts";
import { ntStatus, ntStatusName, pageSize } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";
import { unicodeString } from "./irp-layout.ts";
import type { Mdls } from "./mdl.ts";
import { mdlFlag } from "./mdl-layout.ts";
import { accessViolation, raiseException } from "./raise-exception.ts";
import type { UserMemory } from "./user-memory.ts";

/** Sections locked with MmLockPagableCodeSection; nothing is paged out here. */
const sectionHandle = 0x10;

export class MemoryApi {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #mdls: Mdls;
  readonly #userMemory: UserMemory;
  /** Length by address. */
  readonly #contiguous = new Map<number, number>();
  /** Address of an exported routine by name; 0 = not found. Set by who can make function pointers. */
  resolveRoutine: (name: string) => number = () => 0;

  constructor(machine: Machine, checks: Checks, mdls: Mdls, userMemory: UserMemory) {
    this.#machine = machine;
    this.#checks = checks;
    this.#mdls = mdls;
    this.#userMemory = userMemory;
  }

  api(): ApiTable {
    const { memory, pages } = this.#machine;
    const free = (routine: string) => (address: number) => this.#free(routine, address >>> 0);
    return {
      // PHYSICAL_ADDRESS is a union: the result goes through the hidden first pointer.
      MmGetPhysicalAddress: (result: number, address: number) => memory.setU64(result >>> 0, this.#physicalAddress(address >>> 0)),
      MmGetVirtualForPhysical: (physical: number) => pages.virtualOf(memory.u64(physical >>> 0)) ?? 0,
      MmIsAddressValid: (address: number) => (memory.isAccessible(address >>> 0, 1) || this.#machine.window.resolve(address >>> 0, 1) !== undefined ? 1 : 0),
      MmAllocateContiguousMemory: (bytes: number, highest: number) => this.#allocate("MmAllocateContiguousMemory", bytes >>> 0, memory.u64(highest >>> 0)),
      MmAllocateContiguousMemorySpecifyCache: (bytes: number, _lowest: number, highest: number) =>
        this.#allocate("MmAllocateContiguousMemorySpecifyCache", bytes >>> 0, memory.u64(highest >>> 0)),
      MmAllocateContiguousNodeMemory: (bytes: number, _lowest: number, highest: number) =>
        this.#allocate("MmAllocateContiguousNodeMemory", bytes >>> 0, memory.u64(highest >>> 0)),
      MmFreeContiguousMemory: free("MmFreeContiguousMemory"),
      MmFreeContiguousMemorySpecifyCache: free("MmFreeContiguousMemorySpecifyCache"),
      MmAllocateNonCachedMemory: (bytes: number) => this.#allocate("MmAllocateNonCachedMemory", bytes >>> 0, undefined),
      MmFreeNonCachedMemory: free("MmFreeNonCachedMemory"),
      MmAllocatePagesForMdl: (_low: number, high: number, _skip: number, bytes: number) =>
        this.#pagesForMdl("MmAllocatePagesForMdl", memory.u64(high >>> 0), bytes >>> 0),
      MmAllocatePagesForMdlEx: (_low: number, high: number, _skip: number, bytes: number) =>
        this.#pagesForMdl("MmAllocatePagesForMdlEx", memory.u64(high >>> 0), bytes >>> 0),
      MmAllocateNodePagesForMdlEx: (_low: number, high: number, _skip: number, bytes: number) =>
        this.#pagesForMdl("MmAllocateNodePagesForMdlEx", memory.u64(high >>> 0), bytes >>> 0),
      MmFreePagesFromMdl: (mdl: number) => this.#freePages(mdl >>> 0),
      MmGetSystemRoutineAddress: (name: number) => this.#systemRoutine(name >>> 0),
      MmLockPagableDataSection: () => sectionHandle,
      MmLockPagableCodeSection: () => sectionHandle,
      MmLockPagableSectionByHandle: () => undefined,
      MmUnlockPagableImageSection: () => undefined,
      MmPageEntireDriver: (address: number) => address,
      MmResetDriverPaging: () => undefined,
      /** MmLargeSystem. */
      MmQuerySystemSize: () => 2,
      ProbeForRead: (address: number, length: number, alignment: number) => this.#probe("ProbeForRead", address >>> 0, length >>> 0, alignment, false),
      ProbeForWrite: (address: number, length: number, alignment: number) => this.#probe("ProbeForWrite", address >>> 0, length >>> 0, alignment, true),
    };
  }

  #physicalAddress(address: number): bigint {
    const physical = this.#machine.pages.physicalOf(address);
    if (physical !== undefined) return physical;
    const location = this.#machine.window.resolve(address, 1);
    const bar = location === undefined ? undefined : location.device.bars[location.bar];
    if (bar !== undefined && location !== undefined) return bar.base + BigInt(location.offset);
    this.#checks.argument(
      "MmGetPhysicalAddress",
      `${this.#checks.whatIsAt(address)} is not a valid system address`,
      "The routine returns 0 for an address without memory behind it.",
    );
    return 0n;
  }

  #allocate(routine: string, bytes: number, highest: bigint | undefined): number {
    this.#checks.irqlAtMost(routine, dispatchLevel);
    if (bytes === 0) return 0;
    const addressBits = highest === undefined ? undefined : Math.max(13, (highest + 1n).toString(2).length - 1);
    const count = Math.ceil(bytes / pageSize);
    const address = this.#machine.pages.allocate({
      pages: count + 1,
      label: `memory of ${routine}, past its end`,
      contiguous: true,
      ...(addressBits === undefined ? {} : { addressBits }),
    });
    if (address === undefined) return 0;
    this.#machine.memory.allow(address, count * pageSize);
    this.#contiguous.set(address, bytes);
    return address;
  }

  #free(routine: string, address: number): void {
    this.#checks.irqlAtMost(routine, routine === "MmFreeContiguousMemory" ? dispatchLevel : apcLevel);
    if (!this.#contiguous.delete(address)) {
      this.#checks.violation({
        rule: "pool-free-invalid",
        message: `${routine}: ${this.#checks.whatIsAt(address)} was not allocated by the matching routine, or was freed already`,
        explanation: "Free contiguous and non-cached memory once, with the routine that belongs to its allocation and the address it returned.",
        address,
      });
      return;
    }
    this.#machine.pages.free(address);
  }

  #pagesForMdl(routine: string, _highest: bigint, bytes: number): number {
    this.#checks.irqlAtMost(routine, dispatchLevel);
    if (bytes === 0) return 0;
    const length = Math.ceil(bytes / pageSize) * pageSize;
    const address = this.#userMemory.allocate(length, `pages of ${routine}`);
    if (address === 0) return 0;
    const mdl = this.#mdls.allocate(address, length);
    this.#mdls.fillPages(mdl);
    this.#mdls.setFlags(mdl, mdlFlag.pagesLocked);
    return mdl;
  }

  #freePages(mdl: number): void {
    this.#checks.irqlAtMost("MmFreePagesFromMdl", apcLevel);
    if ((this.#mdls.flags(mdl) & mdlFlag.mappedToSystemVa) !== 0) {
      this.#checks.violation({
        rule: "mdl-lifecycle",
        message: `MmFreePagesFromMdl: the pages of the MDL at ${hex(mdl, 8)} are still mapped`,
        explanation: "Call MmUnmapLockedPages before the pages are freed; then free the MDL itself with ExFreePool.",
        address: mdl,
      });
    }
    this.#userMemory.free(this.#mdls.virtualAddress(mdl));
    this.#mdls.setFlags(mdl, 0, mdlFlag.pagesLocked | mdlFlag.mappedToSystemVa);
  }

  #systemRoutine(name: number): number {
    this.#checks.irqlAtMost("MmGetSystemRoutineAddress", passiveLevel);
    const { memory } = this.#machine;
    const length = memory.u16(name + unicodeString.fields.Length.offset) >> 1;
    return this.resolveRoutine(memory.wideString(memory.u32(name + unicodeString.fields.Buffer.offset), length));
  }

  /**
   * As the routines do it: the alignment first, then whether the range lies in the user-mode half; ProbeForWrite also touches every page. That the memory is there is
   * not promised by ProbeForRead (reference pages of both).
   */
  #probe(routine: string, address: number, length: number, alignment: number, isWrite: boolean): void {
    this.#checks.irqlAtMost(routine, apcLevel);
    if (length === 0) return;
    if (address % Math.max(1, alignment) !== 0) {
      const misaligned = { code: ntStatus.STATUS_DATATYPE_MISALIGNMENT, isContinuable: false, information: [] };
      return this.#raise(routine, misaligned, address, `${length} bytes at ${this.#checks.whatIsAt(address)} are not aligned to ${alignment} bytes`);
    }
    const bad = firstPage(address, length, (page) => !this.#isUserPage(page, isWrite));
    if (bad === undefined) return;
    const what = `${length} bytes at ${this.#checks.whatIsAt(address)} are not ${isWrite ? "writable " : ""}user memory`;
    this.#raise(routine, accessViolation(Math.max(bad, address), isWrite), address, what);
  }

  #isUserPage(address: number, isWrite: boolean): boolean {
    return isWrite ? this.#userMemory.hasPage(address) : address < 0x1_0000_0000 && this.#machine.memory.isUserAddress(address);
  }

  #raise(routine: string, exception: ReturnType<typeof accessViolation>, address: number, what: string): void {
    raiseException(this.#machine, exception, `${routine} raised ${ntStatusName(exception.code)}: ${what},`, {
      rule: "user-memory-unprobed",
      address,
      explanation: "ProbeForRead and ProbeForWrite take the address of a user buffer and belong inside __try/__except.",
    });
  }
}

/** The first page of a range for which `test` holds, by its address. */
function firstPage(address: number, length: number, test: (page: number) => boolean): number | undefined {
  for (let page = address - (address % pageSize); page < address + length; page += pageSize) if (test(page)) return page;
  return undefined;
}
