// SPDX-License-Identifier: MIT
/** What led to where the target stopped, asked for when somebody first wants to know. */

import type { Cause } from "../protocol/index.ts";
import type { TargetLink } from "./target-link.ts";

export class CauseCatalog {
  readonly #link: TargetLink;
  #causes: readonly Cause[] | undefined;
  #isWanted = false;

  constructor(link: TargetLink) {
    this.#link = link;
  }

  /** Nearest first; empty until `fetch` has been called. */
  get all(): readonly Cause[] {
    this.#isWanted = true;
    return this.#causes ?? [];
  }

  /** Id of the DMA transaction that the code which runs belongs to. */
  get transactionId(): number | undefined {
    return this.all.find(({ kind }) => kind === "transfer" || kind === "transaction")?.objectId;
  }

  /** Id of the request. */
  get requestId(): number | undefined {
    return this.all.find(({ kind }) => kind === "requestPresented" || kind === "requestArrived")?.objectId;
  }

  /** Fetches them if they were asked for in vain; true when there is something to see now that was not before. */
  async fetch(): Promise<boolean> {
    if (!this.#isWanted || this.#causes !== undefined) return false;
    this.#causes = await this.#link.query({ type: "causes" });
    return true;
  }
}
