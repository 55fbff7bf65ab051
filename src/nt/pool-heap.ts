// SPDX-License-Identifier: MIT
/**
 * Memory of the kernel pool: blocks with inaccessible red zones around them, freed blocks that stay inaccessible for a while. Blocks smaller than a
 * page share a page and never cross it, larger ones start a page ("Kernel pool" of the WDK promises both). Rules are in pool.ts.
 */
import { hex } from "../base/index.ts";
import type { Machine } from "../machine/index.ts";
import { type CodePlace, type MemoryOwner, pageSize } from "../protocol/index.ts";

export interface HeapBlock {
  readonly address: number;
  readonly bytes: number;
  readonly tag: number;
  /** What the host uses it for; undefined for blocks of the driver. */
  readonly label: string | undefined;
  readonly paged: boolean;
  /** Statement at which it was allocated and, when it was, freed. */
  readonly allocatedAt: number;
  /** The call that allocated it. */
  readonly allocatedBy: CodePlace | undefined;
  freedAt: number | undefined;
  readonly page: HeapPage;
}

interface HeapPage {
  readonly address: number;
  readonly blocks: HeapBlock[];
  /** Blocks that are live or in quarantine. */
  held: number;
  /** Small blocks: next free offset. */
  cursor: number;
}

export interface HeapRequest {
  readonly bytes: number;
  readonly tag: number;
  readonly label: string | undefined;
  readonly paged: boolean;
  readonly zero: boolean;
  /** Bytes, a power of two of 8 or more. */
  readonly alignment: number;
}

/** Inaccessible bytes between blocks. */
const redZone = 16;
/** Freed blocks are kept out of use until so many newer ones were freed. */
const quarantineBlocks = 1024;
const quarantineBytes = 1 << 20;
const uninitialized = 0xcd;
const freed = 0xdd;

export class PoolHeap {
  readonly #machine: Machine;
  readonly #byAddress = new Map<number, HeapBlock>();
  readonly #pageOf = new Map<number, HeapPage>();
  /** Pages being filled: nonpaged, paged. */
  readonly #current: [HeapPage | undefined, HeapPage | undefined] = [undefined, undefined];
  readonly #quarantine: HeapBlock[] = [];
  #quarantined = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
    machine.memory.describers.unshift((address) => this.#describe(address));
    machine.memory.owners.unshift((address) => this.#ownerOf(address));
  }

  /** Undefined when the machine is out of memory. */
  allocate(request: HeapRequest): HeapBlock | undefined {
    const place = request.bytes < pageSize ? this.#placeSmall(request) : this.#placeLarge(request);
    if (place === undefined) return undefined;
    const { page, address } = place;
    const { bytes, tag, label, paged } = request;
    const block: HeapBlock = {
      address,
      bytes,
      tag,
      label,
      paged,
      allocatedAt: this.#machine.clock.statement,
      allocatedBy: this.#machine.guest.topFrame?.(),
      freedAt: undefined,
      page,
    };
    page.blocks.push(block);
    page.held++;
    this.#byAddress.set(address, block);
    this.#machine.memory.allow(address, bytes);
    this.#machine.memory.fill(address, bytes, request.zero ? 0 : uninitialized);
    return block;
  }

  /** The live or quarantined block that starts at `address`. */
  find(address: number): HeapBlock | undefined {
    return this.#byAddress.get(address);
  }

  /** The live or quarantined block that contains `address`. */
  containing(address: number): HeapBlock | undefined {
    const page = this.#pageOf.get(Math.floor(address / pageSize));
    return page?.blocks.find((block) => address >= block.address && address < block.address + block.bytes);
  }

  get live(): readonly HeapBlock[] {
    return [...this.#byAddress.values()].filter(({ freedAt }) => freedAt === undefined);
  }

  free(block: HeapBlock): void {
    const { memory, clock } = this.#machine;
    block.freedAt = clock.statement;
    memory.fill(block.address, block.bytes, freed);
    memory.forbid(block.address, block.bytes);
    this.#quarantine.push(block);
    this.#quarantined += block.bytes;
    while (this.#quarantine.length > quarantineBlocks || this.#quarantined > quarantineBytes) this.#release();
  }

  #placeSmall({ bytes, paged, alignment }: HeapRequest): { page: HeapPage; address: number } | undefined {
    const kind = paged ? 1 : 0;
    for (let attempt = 0; attempt < 2; attempt++) {
      const page = this.#current[kind];
      if (page !== undefined) {
        const offset = Math.ceil((page.cursor + redZone) / alignment) * alignment;
        if (offset + bytes <= pageSize - redZone) {
          page.cursor = Math.ceil((offset + bytes) / 8) * 8;
          return { page, address: page.address + offset };
        }
      }
      this.#current[kind] = undefined;
      if (page !== undefined && page.held === 0) this.#freePage(page);
      const fresh = this.#newPage(1);
      if (fresh === undefined) return undefined;
      this.#current[kind] = fresh;
      // A block that nearly fills a page leaves no room for a red zone in front of it; the unused end of the previous page serves.
      if (bytes + 2 * Math.max(redZone, alignment) > pageSize) {
        fresh.cursor = pageSize;
        return { page: fresh, address: fresh.address };
      }
    }
    return undefined;
  }

  #placeLarge({ bytes }: HeapRequest): { page: HeapPage; address: number } | undefined {
    // One page more than needed, never accessible: the red zone behind the block.
    const page = this.#newPage(Math.ceil(bytes / pageSize) + 1);
    return page === undefined ? undefined : { page, address: page.address };
  }

  #newPage(pages: number): HeapPage | undefined {
    const address = this.#machine.pages.allocate({ pages, label: "kernel pool, between blocks" });
    if (address === undefined) return undefined;
    const page: HeapPage = { address, blocks: [], held: 0, cursor: 0 };
    for (let i = 0; i < pages; i++) this.#pageOf.set(address / pageSize + i, page);
    return page;
  }

  /** Takes the oldest block out of quarantine; its page goes when nothing else is in it. */
  #release(): void {
    const block = this.#quarantine.shift();
    if (block === undefined) return;
    this.#quarantined -= block.bytes;
    this.#byAddress.delete(block.address);
    const { page } = block;
    page.held--;
    if (page.held === 0 && !this.#current.includes(page)) this.#freePage(page);
  }

  #freePage(page: HeapPage): void {
    const pages = this.#machine.pages.sizeOf(page.address) / pageSize;
    for (let i = 0; i < pages; i++) this.#pageOf.delete(page.address / pageSize + i);
    this.#machine.pages.free(page.address);
  }

  #ownerOf(address: number): MemoryOwner | undefined {
    const page = this.#pageOf.get(Math.floor(address / pageSize));
    if (page === undefined) return undefined;
    const block = page.blocks.findLast((candidate) => address >= candidate.address && address < candidate.address + candidate.bytes);
    if (block === undefined) {
      const next = page.blocks.find((candidate) => candidate.address > address)?.address;
      const end = Math.min(next ?? Number.POSITIVE_INFINITY, address - (address % pageSize) + pageSize);
      return { kind: "pages", text: "kernel pool, between blocks", start: address, end };
    }
    const { bytes, tag, label, paged, allocatedAt, allocatedBy, freedAt } = block;
    return {
      kind: "pool",
      text: label ?? `${paged ? "paged" : "nonpaged"} pool block`,
      start: block.address,
      end: block.address + bytes,
      tag: tagText(tag),
      allocatedAt,
      ...(allocatedBy === undefined ? {} : { allocatedBy }),
      ...(freedAt === undefined ? {} : { freedAt }),
    };
  }

  #describe(address: number): string | undefined {
    const page = this.#pageOf.get(Math.floor(address / pageSize));
    if (page === undefined) return undefined;
    const inside = page.blocks.findLast((block) => address >= block.address && address < block.address + block.bytes);
    if (inside !== undefined) return `${address - inside.address} bytes into ${describeBlock(inside)}`;
    const before = page.blocks.findLast((block) => address >= block.address + block.bytes && address < block.address + block.bytes + 2 * redZone);
    if (before !== undefined) return `${address - before.address - before.bytes} bytes past the end of ${describeBlock(before)}`;
    const after = page.blocks.findLast((block) => address < block.address && address >= block.address - 2 * redZone);
    if (after !== undefined) return `${after.address - address} bytes before ${describeBlock(after)}`;
    const [only] = page.blocks;
    if (only !== undefined && only.bytes >= pageSize) return `${address - only.address - only.bytes} bytes past the end of ${describeBlock(only)}`;
    return undefined;
  }
}

/** `a 64-byte nonpaged pool block at 0x00021010, tag 'Edu0', freed at statement 1234`. */
export function describeBlock(block: Pick<HeapBlock, "address" | "bytes" | "tag" | "label" | "paged" | "freedAt">): string {
  const what = block.label ?? `${block.paged ? "paged" : "nonpaged"} pool block`;
  const end = block.freedAt === undefined ? "" : `, freed at statement ${block.freedAt}`;
  return `a ${block.bytes}-byte ${what} at ${hex(block.address, 8)}, tag '${tagText(block.tag)}'${end}`;
}

/** Four-character tag as a ULONG: `poolTag("WdfC")`. */
export function poolTag(text: string): number {
  return Array.from(text).reduce((tag, character, i) => tag | (character.charCodeAt(0) << (8 * i)), 0) >>> 0;
}

/** A ULONG tag as its four characters. */
export function tagText(tag: number): string {
  return Array.from({ length: 4 }, (_, i) => {
    const code = (tag >>> (8 * i)) & 0xff;
    return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : `\\x${code.toString(16).padStart(2, "0")}`;
  }).join("");
}
