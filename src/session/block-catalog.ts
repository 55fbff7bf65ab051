// SPDX-License-Identifier: MIT
/** Blocks of memory of a stopped target, asked for when a list is opened: they tell what its entries are part of. */

import type { MemoryBlock } from "../symbols/index.ts";
import type { TargetLink } from "./target-link.ts";

export class BlockCatalog {
  readonly #link: TargetLink;
  readonly #byAddress = new Map<number, MemoryBlock | undefined>();
  readonly #wanted = new Set<number>();

  constructor(link: TargetLink) {
    this.#link = link;
  }

  /** The pool block, common buffer or user buffer at `address`; undefined also until `fetch` has been called. */
  at(address: number): MemoryBlock | undefined {
    if (!this.#byAddress.has(address)) this.#wanted.add(address);
    return this.#byAddress.get(address);
  }

  /** Fetches the blocks that were asked for in vain; true when there is something to see now that was not before. */
  async fetch(): Promise<boolean> {
    const addresses = [...this.#wanted];
    if (addresses.length === 0) return false;
    this.#wanted.clear();
    const answers = await Promise.all(addresses.map((address) => this.#link.query({ type: "memoryRuns", address, length: 1 })));
    addresses.forEach((address, i) => {
      const owner = answers[i]?.[0]?.owner;
      const isBlock = owner !== undefined && (owner.kind === "pool" || owner.kind === "commonBuffer" || owner.kind === "userBuffer");
      this.#byAddress.set(address, isBlock ? { start: owner.start, length: owner.end - owner.start } : undefined);
    });
    return true;
  }

  /** They may have changed. */
  forget(): void {
    this.#byAddress.clear();
  }
}
