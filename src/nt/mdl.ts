// SPDX-License-Identifier: MIT
/** Memory descriptor lists. */
import { AssertionFailure } from "../base/index.ts";
import type { MemorySegment } from "../machine/index.ts";
import type { ApiTable } from "./api-table.ts";

export class Mdls {
  /** IoAllocateMdl: describes [virtualAddress, virtualAddress + length), pages not locked. 0 when out of memory. */
  allocate(_virtualAddress: number, _length: number): number {
    throw new AssertionFailure("not written yet");
  }
  free(_mdl: number): void {
    throw new AssertionFailure("not written yet");
  }
  /** MmBuildMdlForNonPagedPool. */
  buildForNonPagedPool(_mdl: number): void {
    throw new AssertionFailure("not written yet");
  }
  byteCount(_mdl: number): number {
    throw new AssertionFailure("not written yet");
  }
  byteOffset(_mdl: number): number {
    throw new AssertionFailure("not written yet");
  }
  /** MmGetMdlVirtualAddress. */
  virtualAddress(_mdl: number): number {
    throw new AssertionFailure("not written yet");
  }
  /** Next MDL of the chain; 0 = last. */
  next(_mdl: number): number {
    throw new AssertionFailure("not written yet");
  }
  /** Driver memory that [offset, offset + length) of the chain describes; undefined when the chain is shorter. */
  segments(_mdl: number, _offset: number, _length: number): readonly MemorySegment[] | undefined {
    throw new AssertionFailure("not written yet");
  }
  /** MmGetSystemAddressForMdlSafe: maps the pages if they are not; 0 when that fails. */
  systemAddress(_mdl: number): number {
    throw new AssertionFailure("not written yet");
  }
  api(): ApiTable {
    return {};
  }
}
