// SPDX-License-Identifier: MIT
/**
 * Pool allocation as drivers call it, with the rules of "ExAllocatePool2", "ExFreePoolWithTag" and bug check 0xC2 (BAD_POOL_CALLER). The host takes
 * its driver-visible structures from here too, so that a stray access names them.
 */
import { hex } from "../base/index.ts";
import { type Machine, apcLevel, dispatchLevel } from "../machine/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";
import { type HeapBlock, PoolHeap, describeBlock, poolTag, tagText } from "./pool-heap.ts";

export { describeBlock as describePoolBlock } from "./pool-heap.ts";

export interface PoolOptions {
  readonly paged?: boolean;
  /** Default true; false leaves the pattern of uninitialised pool. */
  readonly zero?: boolean;
  /** Bytes, a power of two; 8 when absent. */
  readonly alignment?: number;
}

export type PoolBlock = Pick<HeapBlock, "address" | "bytes" | "tag" | "label" | "paged" | "freedAt" | "allocatedBy">;

const poolFlag = { uninitialized: 0x2n, cacheAligned: 0x8n, raiseOnFailure: 0x20n, nonPaged: 0x40n, nonPagedExecute: 0x80n, paged: 0x100n } as const;
/** Flags below 2^32 that ExAllocatePool2 knows; others make it fail. */
const knownRequiredFlags = 0x1efn;
const cacheLine = 64;
/** POOL_TYPE bits. */
const poolType = { paged: 1, cacheAligned: 4, raise: 16, nonPagedNx: 512, zero: 1024 } as const;
const badPoolCaller = 0xc2;
/** Tag of MDLs, as in the pool tag list of the debugger package. */
export const poolTagMdl = poolTag("Mdl ");

export class Pool {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #heap: PoolHeap;

  constructor(machine: Machine, checks: Checks) {
    this.#machine = machine;
    this.#checks = checks;
    this.#heap = new PoolHeap(machine);
  }

  /** Allocates `bytes`; 0 when the machine is out of memory. The block counts as the driver's unless `label` says what the host uses it for. */
  allocate(bytes: number, tag: number, label?: string, options: PoolOptions = {}): number {
    const { paged = false, zero = true, alignment = 8 } = options;
    return this.#heap.allocate({ bytes, tag, label, paged, zero, alignment })?.address ?? 0;
  }

  /** Frees a block; a wrong address, a second free or a wrong tag is bug check BAD_POOL_CALLER. `tag` 0 or absent frees any. */
  free(address: number, tag = 0, routine = "ExFreePoolWithTag"): void {
    const block = this.#heap.find(address >>> 0) ?? this.#badFree(routine, address >>> 0);
    if (block.freedAt !== undefined) {
      this.#checks.bugCheck(badPoolCaller, [7, 0, block.tag, block.address], {
        rule: "pool-double-free",
        message: `${routine}: ${describeBlock(block)}, is freed a second time`,
        explanation: "A pool block may be freed once. Set the pointer to NULL after freeing, or give the block one owner that frees it.",
        address: block.address,
      });
    }
    if (tag !== 0 && tag !== block.tag) {
      this.#checks.bugCheck(badPoolCaller, [0x0a, block.address, block.tag, tag], {
        rule: "pool-tag-mismatch",
        message: `${routine} was given tag '${tagText(tag)}' for ${describeBlock(block)}`,
        explanation: "The tag given to ExFreePoolWithTag must be the one the block was allocated with.",
        address: block.address,
      });
    }
    this.#checkIrql(routine, block.paged);
    if (block.label === undefined) this.onFree(block);
    this.#heap.free(block);
  }

  /** Size of the live block that starts at `address`; undefined when none does. */
  sizeOf(address: number): number | undefined {
    const block = this.#heap.find(address >>> 0);
    return block === undefined || block.freedAt !== undefined ? undefined : block.bytes;
  }

  /** The live block that contains `address`. */
  blockAt(address: number): PoolBlock | undefined {
    const block = this.#heap.containing(address >>> 0);
    return block === undefined || block.freedAt !== undefined ? undefined : block;
  }

  /** Live blocks that the driver allocated itself, oldest first, for leak reports. */
  get driverBlocks(): readonly PoolBlock[] {
    return this.#heap.live.filter(({ label }) => label === undefined);
  }

  /** Live blocks of the kernel and the framework, by what they are for. */
  get hostBlocks(): readonly PoolBlock[] {
    return this.#heap.live.filter(({ label }) => label !== undefined);
  }

  /** Asked before a block of the driver is freed. */
  onFree: (block: PoolBlock) => void = () => undefined;

  api(): ApiTable {
    const none = poolTag("None");
    const byType = (name: string, zero: boolean) => (type: number, bytes: number, tag: number) => this.#byType(name, type, bytes >>> 0, tag >>> 0, zero);
    return {
      ExAllocatePool2: (flags: bigint, bytes: number, tag: number) => this.#allocatePool2("ExAllocatePool2", BigInt.asUintN(64, flags), bytes >>> 0, tag >>> 0),
      ExAllocatePool3: (flags: bigint, bytes: number, tag: number) => this.#allocatePool2("ExAllocatePool3", BigInt.asUintN(64, flags), bytes >>> 0, tag >>> 0),
      ExAllocatePool: (type: number, bytes: number) => this.#byType("ExAllocatePool", type, bytes >>> 0, none, false),
      ExAllocatePoolWithTag: byType("ExAllocatePoolWithTag", false),
      ExAllocatePoolWithQuotaTag: byType("ExAllocatePoolWithQuotaTag", false),
      ExAllocatePoolWithTagPriority: byType("ExAllocatePoolWithTagPriority", false),
      ExAllocatePoolUninitialized: byType("ExAllocatePoolUninitialized", false),
      ExAllocatePoolZero: byType("ExAllocatePoolZero", true),
      ExFreePool: (address: number) => this.free(address >>> 0, 0, "ExFreePool"),
      ExFreePoolWithTag: (address: number, tag: number) => this.free(address >>> 0, tag >>> 0),
      ExFreePool2: (address: number, tag: number) => this.free(address >>> 0, tag >>> 0, "ExFreePool2"),
      ExInitializeDriverRuntime: () => undefined,
    };
  }

  #allocatePool2(routine: string, flags: bigint, bytes: number, tag: number): number {
    const kind = flags & (poolFlag.nonPaged | poolFlag.nonPagedExecute | poolFlag.paged);
    const isOne = kind === poolFlag.nonPaged || kind === poolFlag.nonPagedExecute || kind === poolFlag.paged;
    if (!isOne || (flags & 0xffff_ffffn & ~knownRequiredFlags) !== 0n) {
      this.#checks.argument(
        routine,
        `Flags ${hex(flags)} must have exactly one of POOL_FLAG_NON_PAGED, POOL_FLAG_NON_PAGED_EXECUTE and POOL_FLAG_PAGED, and no unknown required flag`,
        "ExAllocatePool2 takes POOL_FLAG_xxx values, not a POOL_TYPE; with wrong flags it returns NULL.",
      );
      return 0;
    }
    const raise = (flags & poolFlag.raiseOnFailure) !== 0n;
    const zero = (flags & poolFlag.uninitialized) === 0n;
    return this.#driverAllocation(routine, bytes, tag, kind === poolFlag.paged, zero, (flags & poolFlag.cacheAligned) !== 0n, raise);
  }

  #byType(routine: string, type: number, bytes: number, tag: number, zero: boolean): number {
    const paged = (type & poolType.paged) !== 0;
    return this.#driverAllocation(
      routine,
      bytes,
      tag,
      paged,
      zero || (type & poolType.zero) !== 0,
      (type & poolType.cacheAligned) !== 0,
      (type & poolType.raise) !== 0,
    );
  }

  #driverAllocation(routine: string, bytes: number, tag: number, paged: boolean, zero: boolean, cacheAligned: boolean, raise: boolean): number {
    this.#checkIrql(routine, paged);
    if (bytes === 0) {
      this.#checks.violation({
        rule: "pool-zero-size",
        message: `${routine} was asked for 0 bytes, tag '${tagText(tag)}'`,
        explanation: "A zero-byte allocation wastes a pool header and usually means that a length was computed wrongly; no byte of it may be touched.",
      });
    }
    if (tag === 0) this.#checks.argument(routine, "Tag is 0", "A pool tag is one to four characters; tools attribute the block to its owner by it.");
    const block = this.#heap.allocate({ bytes, tag, label: undefined, paged, zero, alignment: cacheAligned ? cacheLine : 8 });
    if (block !== undefined) return block.address;
    if (raise) {
      this.#checks.bugCheck(0x1e, [0xc000_009a, 0, 0, 0], {
        rule: "lr-pool-null",
        message: `${routine} raised STATUS_INSUFFICIENT_RESOURCES for ${bytes} bytes, tag '${tagText(tag)}', and no exception handler is in place`,
        explanation: "With POOL_RAISE_IF_ALLOCATION_FAILURE or POOL_FLAG_RAISE_ON_FAILURE a failed allocation is an exception instead of a NULL pointer.",
      });
    }
    return 0;
  }

  #checkIrql(routine: string, paged: boolean): void {
    const limit = paged ? apcLevel : dispatchLevel;
    if (this.#machine.cpu.irql <= limit) return;
    this.#checks.violation({
      rule: "pool-irql",
      message: `${routine} for ${paged ? "paged" : "nonpaged"} pool was called at ${this.#checks.currentIrqlName}; the limit is ${paged ? "APC_LEVEL" : "DISPATCH_LEVEL"}`,
      explanation:
        "Paged pool may be allocated and freed at APC_LEVEL or below, nonpaged pool at DISPATCH_LEVEL or below. Driver Verifier stops here with bug check 0xC4.",
    });
  }

  #badFree(routine: string, address: number): never {
    const block = this.#heap.containing(address);
    const where = block === undefined ? this.#checks.whatIsAt(address) : `${hex(address, 8)}, ${address - block.address} bytes into ${describeBlock(block)}`;
    return this.#checks.bugCheck(badPoolCaller, [0x46, address, 0, 0], {
      rule: "pool-free-invalid",
      message: `${routine}: ${where} is not the start of a pool block`,
      explanation: "Only an address that a pool allocation routine returned may be freed, unchanged.",
      address,
    });
  }
}
