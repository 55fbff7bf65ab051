// SPDX-License-Identifier: MIT
/** The MDL routines drivers call (Io…Mdl, Mm…), with the rules of their reference pages. */
import { hex } from "../base/index.ts";
import { type Machine, dispatchLevel } from "../machine/index.ts";
import { ntStatus, pageSize } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";
import { irpLayout } from "./irp-layout.ts";
import type { Mdls } from "./mdl.ts";
import { mdlBytes, mdlFlag, mdlLayout, pagesSpanned } from "./mdl-layout.ts";
import { type Pool, describePoolBlock } from "./pool.ts";
import { accessViolation, raiseException } from "./raise-exception.ts";
import type { UserMemory } from "./user-memory.ts";

const at = mdlLayout.fields;
const allOnes = 0xffff_ffff;

export class MdlApi {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #mdls: Mdls;
  readonly #pool: Pool;
  readonly #userMemory: UserMemory;

  constructor(machine: Machine, checks: Checks, mdls: Mdls, pool: Pool, userMemory: UserMemory) {
    this.#machine = machine;
    this.#checks = checks;
    this.#mdls = mdls;
    this.#pool = pool;
    this.#userMemory = userMemory;
  }

  api(): ApiTable {
    return {
      IoAllocateMdl: (va: number, length: number, secondary: number, _quota: number, irp: number) =>
        this.#allocate(va >>> 0, length >>> 0, secondary !== 0, irp >>> 0),
      IoFreeMdl: (mdl: number) => this.#free(mdl >>> 0),
      IoBuildPartialMdl: (source: number, target: number, va: number, length: number) => this.#buildPartial(source >>> 0, target >>> 0, va >>> 0, length >>> 0),
      MmSizeOfMdl: (va: number, length: number) => mdlBytes(pagesSpanned(va >>> 0, length >>> 0)),
      MmCreateMdl: (mdl: number, va: number, length: number) => this.#create(mdl >>> 0, va >>> 0, length >>> 0),
      MmBuildMdlForNonPagedPool: (mdl: number) => this.#buildForNonPagedPool(mdl >>> 0),
      MmProbeAndLockPages: (mdl: number, mode: number, operation: number) => this.#probeAndLock(mdl >>> 0, mode & 0xff, operation),
      MmUnlockPages: (mdl: number) => this.#unlock(mdl >>> 0),
      MmMapLockedPagesSpecifyCache: (mdl: number, mode: number) => this.#map(mdl >>> 0, "MmMapLockedPagesSpecifyCache", mode & 0xff),
      MmMapLockedPages: (mdl: number, mode: number) => this.#map(mdl >>> 0, "MmMapLockedPages", mode & 0xff),
      MmUnmapLockedPages: (address: number, mdl: number) => this.#unmap(address >>> 0, mdl >>> 0),
      MmProtectMdlSystemAddress: () => ntStatus.STATUS_SUCCESS,
      MmAdvanceMdl: (mdl: number, bytes: number) => this.#advance(mdl >>> 0, bytes >>> 0),
      KeFlushIoBuffers: (mdl: number) => {
        this.#checks.irqlAtMost("KeFlushIoBuffers", dispatchLevel);
        this.#mdls.byteCount(mdl >>> 0);
      },
    };
  }

  #allocate(va: number, length: number, secondary: boolean, irp: number): number {
    this.#checks.irqlAtMost("IoAllocateMdl", dispatchLevel);
    if (length === 0)
      this.#checks.argument("IoAllocateMdl", "Length is 0", "An MDL describes at least one byte; BYTES_TO_PAGES(0) pages cannot be locked or mapped.");
    const mdl = this.#mdls.allocate(va, length);
    if (mdl !== 0 && irp !== 0) this.#attach(irp, mdl, secondary);
    return mdl;
  }

  #attach(irp: number, mdl: number, secondary: boolean): void {
    const { memory } = this.#machine;
    const field = irp + irpLayout.fields.MdlAddress.offset;
    let last = memory.u32(field);
    if (!secondary || last === 0) {
      memory.setU32(field, mdl);
      return;
    }
    while (this.#mdls.next(last) !== 0) last = this.#mdls.next(last);
    this.#mdls.setNext(last, mdl);
  }

  #free(mdl: number): void {
    this.#checks.irqlAtMost("IoFreeMdl", dispatchLevel);
    if (!this.#mdls.isAllocated(mdl)) {
      this.#checks.violation({
        rule: "mdl-lifecycle",
        message: `IoFreeMdl: ${this.#checks.whatIsAt(mdl)} is not an MDL that IoAllocateMdl returned, or it was freed already`,
        explanation: "IoFreeMdl takes the pointer that IoAllocateMdl returned, once. The MDL of an I/O request belongs to the I/O manager.",
        address: mdl,
      });
      return;
    }
    const flags = this.#mdls.flags(mdl);
    if ((flags & mdlFlag.pagesLocked) !== 0 && (flags & mdlFlag.partial) === 0) {
      this.#checks.violation({
        rule: "mdl-not-unlocked",
        message: `IoFreeMdl: the pages of the MDL at ${hex(mdl, 8)} are still locked`,
        explanation: "Call MmUnlockPages before IoFreeMdl; otherwise the pages stay locked forever (bug check 0x76 or 0xCB when the process ends).",
        address: mdl,
      });
    }
    if ((flags & mdlFlag.partialHasBeenMapped) !== 0 && (flags & mdlFlag.mappedToSystemVa) !== 0) this.#unmap(this.#mdls.mappedSystemVa(mdl), mdl);
    this.#mdls.free(mdl);
  }

  #buildPartial(source: number, target: number, va: number, length: number): void {
    this.#checks.irqlAtMost("IoBuildPartialMdl", dispatchLevel);
    const { memory } = this.#machine;
    const sourceVa = this.#mdls.virtualAddress(source);
    const bytes = length === 0 ? this.#mdls.byteCount(source) - (va - sourceVa) : length;
    if (va < sourceVa || va + bytes > sourceVa + this.#mdls.byteCount(source)) {
      this.#checks.violation({
        rule: "mdl-lifecycle",
        message: `IoBuildPartialMdl: ${bytes} bytes at ${hex(va, 8)} are not inside the ${this.#mdls.byteCount(source)} bytes at ${hex(sourceVa, 8)} of the source MDL`,
        explanation: "A partial MDL describes a part of its source MDL; VirtualAddress is relative to MmGetMdlVirtualAddress(SourceMdl).",
        address: target,
      });
      return;
    }
    const pages = pagesSpanned(va, bytes);
    if (memory.u16(target + at.Size.offset) < mdlBytes(pages)) {
      this.#checks.violation({
        rule: "mdl-lifecycle",
        message: `IoBuildPartialMdl: the target MDL at ${hex(target, 8)} has room for ${Math.floor((memory.u16(target + at.Size.offset) - mdlLayout.size) / 4)} pages, ${pages} are needed`,
        explanation: "Allocate the target MDL with IoAllocateMdl for the address and length it is to describe.",
        address: target,
      });
      return;
    }
    const firstPage = Math.floor(va / pageSize) - Math.floor(sourceVa / pageSize);
    memory.setU32(target + at.StartVa.offset, va - (va % pageSize));
    memory.setU32(target + at.ByteOffset.offset, va % pageSize);
    memory.setU32(target + at.ByteCount.offset, bytes);
    for (let i = 0; i < pages; i++) this.#mdls.setPfn(target, i, this.#mdls.pfn(source, firstPage + i));
    const flags = this.#mdls.flags(source);
    if ((flags & mdlFlag.sourceIsNonpagedPool) !== 0) {
      this.#mdls.setFlags(target, mdlFlag.sourceIsNonpagedPool | mdlFlag.partial);
      this.#mdls.setMappedSystemVa(target, this.#mdls.mappedSystemVa(source) + (va - sourceVa));
      return;
    }
    this.#mdls.setFlags(target, mdlFlag.partial | (flags & mdlFlag.writeOperation), mdlFlag.mappedToSystemVa);
    if ((flags & mdlFlag.mappedToSystemVa) !== 0) {
      this.#mdls.setFlags(target, mdlFlag.mappedToSystemVa);
      this.#mdls.setMappedSystemVa(target, this.#mdls.mappedSystemVa(source) + (va - sourceVa));
    }
  }

  #create(mdl: number, va: number, length: number): number {
    if (mdl === 0) return this.#mdls.allocate(va, length);
    const { memory } = this.#machine;
    memory.setU32(mdl + at.Next.offset, 0);
    memory.setU16(mdl + at.Size.offset, mdlBytes(pagesSpanned(va, length)));
    memory.setU16(mdl + at.MdlFlags.offset, 0);
    memory.setU32(mdl + at.StartVa.offset, va - (va % pageSize));
    memory.setU32(mdl + at.ByteOffset.offset, va % pageSize);
    memory.setU32(mdl + at.ByteCount.offset, length);
    return mdl;
  }

  #buildForNonPagedPool(mdl: number): void {
    this.#checks.irqlAtMost("MmBuildMdlForNonPagedPool", dispatchLevel);
    const va = this.#mdls.virtualAddress(mdl);
    const block = this.#pool.blockAt(va);
    if (block?.paged === true || this.#userMemory.contains(va)) {
      this.#checks.violation({
        rule: "mdl-lifecycle",
        message: `MmBuildMdlForNonPagedPool: the MDL at ${hex(mdl, 8)} describes ${block === undefined ? this.#checks.whatIsAt(va) : describePoolBlock(block)}`,
        explanation:
          "Pageable memory must be locked with MmProbeAndLockPages; MmBuildMdlForNonPagedPool takes the pages as they are and they may be paged out.",
        address: mdl,
      });
    } else if (this.#mdls.describesPages(mdl)) {
      this.#checks.violation({
        rule: "mdl-lifecycle",
        message: `MmBuildMdlForNonPagedPool: the MDL at ${hex(mdl, 8)} describes its pages already`,
        explanation: "An MDL is built or locked once; MmProbeAndLockPages, MmBuildMdlForNonPagedPool and IoBuildPartialMdl exclude each other.",
        address: mdl,
      });
    }
    this.#mdls.buildForNonPagedPool(mdl);
  }

  #probeAndLock(mdl: number, mode: number, operation: number): void {
    const va = this.#mdls.virtualAddress(mdl);
    // Memory that cannot be paged out may be locked at DISPATCH_LEVEL, pageable memory at APC_LEVEL (reference page of MmProbeAndLockPages).
    this.#checks.irqlAtMost("MmProbeAndLockPages", this.#userMemory.contains(va) || this.#pool.blockAt(va)?.paged === true ? 1 : dispatchLevel);
    if (this.#mdls.describesPages(mdl)) {
      this.#checks.violation({
        rule: "mdl-lifecycle",
        message: `MmProbeAndLockPages: the pages of the MDL at ${hex(mdl, 8)} are locked or nonpaged already`,
        explanation: "Pages are locked once for each MDL; for nonpaged pool call MmBuildMdlForNonPagedPool only.",
        address: mdl,
      });
    }
    const isUserAddress = this.#userMemory.contains(va);
    if (!this.#mdls.fillPages(mdl) || (mode !== 0 && !isUserAddress)) {
      const what = `${this.#mdls.byteCount(mdl)} bytes at ${this.#checks.whatIsAt(va)} cannot be locked for ${mode === 0 ? "KernelMode" : "UserMode"}`;
      raiseException(this.#machine, accessViolation(va, operation !== 0), `MmProbeAndLockPages raised STATUS_ACCESS_VIOLATION: ${what},`, {
        rule: "user-memory-unprobed",
        explanation: "MmProbeAndLockPages raises an exception for addresses that are not valid in the given mode; the call belongs inside __try/__except.",
        address: va,
      });
    }
    this.#mdls.setFlags(mdl, mdlFlag.pagesLocked | (operation === 0 ? 0 : mdlFlag.writeOperation));
  }

  #unlock(mdl: number): void {
    this.#checks.irqlAtMost("MmUnlockPages", dispatchLevel);
    const flags = this.#mdls.flags(mdl);
    if ((flags & mdlFlag.pagesLocked) === 0) {
      this.#checks.violation({
        rule: "mdl-not-unlocked",
        message: `MmUnlockPages: the pages of the MDL at ${hex(mdl, 8)} are not locked${(flags & mdlFlag.sourceIsNonpagedPool) !== 0 ? " (it describes nonpaged pool)" : ""}`,
        explanation: "MmUnlockPages is the counterpart of MmProbeAndLockPages and is called once for it; never for nonpaged pool or partial MDLs.",
        address: mdl,
      });
      return;
    }
    if ((flags & mdlFlag.mappedToSystemVa) !== 0) this.#unmap(this.#mdls.mappedSystemVa(mdl), mdl);
    this.#mdls.setFlags(mdl, 0, mdlFlag.pagesLocked | mdlFlag.writeOperation);
  }

  /** MmMapLockedPagesSpecifyCache; 0 when it fails. */
  #map(mdl: number, routine: string, mode: number): number {
    this.#checks.irqlAtMost(routine, mode === 0 ? dispatchLevel : 1);
    if (!this.#mdls.describesPages(mdl)) {
      this.#checks.violation({
        rule: "mdl-lifecycle",
        message: `${routine}: the pages of the MDL at ${hex(mdl, 8)} are not locked`,
        explanation: "Lock the pages (MmProbeAndLockPages) or describe nonpaged pool (MmBuildMdlForNonPagedPool) before mapping.",
        address: mdl,
      });
      return 0;
    }
    return this.#mdls.mapPages(mdl);
  }

  #unmap(address: number, mdl: number): void {
    this.#checks.irqlAtMost("MmUnmapLockedPages", dispatchLevel);
    const flags = this.#mdls.flags(mdl);
    if ((flags & mdlFlag.mappedToSystemVa) === 0 || this.#mdls.mappedSystemVa(mdl) !== address) {
      this.#checks.violation({
        rule: "mdl-lifecycle",
        message: `MmUnmapLockedPages: the MDL at ${hex(mdl, 8)} is not mapped at ${hex(address, 8)}`,
        explanation:
          "MmUnmapLockedPages takes the address that MmMapLockedPagesSpecifyCache returned for this MDL, once. On Windows a wrong one is bug check 0xDA.",
        address: mdl,
      });
      return;
    }
    this.#mdls.unmapPages(mdl);
  }

  #advance(mdl: number, bytes: number): number {
    const { memory } = this.#machine;
    const count = this.#mdls.byteCount(mdl);
    if (bytes >= count || (this.#mdls.flags(mdl) & mdlFlag.mappedToSystemVa) !== 0) return ntStatus.STATUS_INVALID_PARAMETER;
    const offset = this.#mdls.byteOffset(mdl) + bytes;
    const skipped = Math.floor(offset / pageSize);
    const pages = this.#mdls.pageCount(mdl) - skipped;
    for (let i = 0; i < pages; i++) this.#mdls.setPfn(mdl, i, this.#mdls.pfn(mdl, i + skipped));
    memory.setU32(mdl + at.StartVa.offset, (memory.u32(mdl + at.StartVa.offset) + skipped * pageSize) & allOnes);
    memory.setU32(mdl + at.ByteOffset.offset, offset % pageSize);
    memory.setU32(mdl + at.ByteCount.offset, count - bytes);
    return ntStatus.STATUS_SUCCESS;
  }
}
