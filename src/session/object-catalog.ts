// SPDX-License-Identifier: MIT
/** Framework objects of a stopped target, asked for when somebody first looks at a handle: most looks, conditions above all, never do. */

import type { ObjectView } from "../protocol/index.ts";
import type { DebugInfo } from "../symbols/index.ts";
import { withFunctionNames } from "./object-names.ts";
import type { TargetLink } from "./target-link.ts";

export class ObjectCatalog {
  readonly #link: TargetLink;
  readonly #debugInfo: DebugInfo;
  #byHandle: ReadonlyMap<number, ObjectView> | undefined;
  #byId: ReadonlyMap<number, ObjectView> = new Map();
  #isWanted = false;

  constructor(link: TargetLink, debugInfo: DebugInfo) {
    this.#link = link;
    this.#debugInfo = debugInfo;
  }

  /** The live object with this handle; undefined also until `fetch` has been called. */
  withHandle(handle: number): ObjectView | undefined {
    this.#isWanted = true;
    return this.#byHandle?.get(handle >>> 0);
  }

  /** All live objects; none until `fetch` has been called. */
  get all(): readonly ObjectView[] {
    this.#isWanted = true;
    return [...(this.#byHandle?.values() ?? [])];
  }

  withId(id: number): ObjectView | undefined {
    this.#isWanted = true;
    return this.#byId.get(id);
  }

  /** Fetches the objects if they were asked for in vain; true when there is something to see now that was not before. */
  async fetch(): Promise<boolean> {
    if (!this.#isWanted || this.#byHandle !== undefined) return false;
    const all: ObjectView[] = [];
    const visit = (object: ObjectView): void => {
      all.push(object);
      object.children.forEach(visit);
    };
    withFunctionNames(await this.#link.query({ type: "objects" }), this.#debugInfo).forEach(visit);
    this.#byHandle = new Map(all.filter(({ handle }) => handle !== 0).map((object) => [object.handle >>> 0, object]));
    this.#byId = new Map(all.map((object) => [object.id, object]));
    return true;
  }

  /** They may have changed. */
  forget(): void {
    this.#byHandle = undefined;
    this.#byId = new Map();
  }
}
