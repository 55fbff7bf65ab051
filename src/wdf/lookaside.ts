// SPDX-License-Identifier: MIT
/** WDFLOOKASIDE (wdfmemory.h; kmdf fxlookasidelist.cpp): memory objects of one size. Each entry is a pool block of its own, so that overruns are found. */
import type { ApiTable } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import { type ObjectAttributes, parentRules, readAttributes } from "./attributes.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfMemory } from "./memory.ts";
import { WdfObject } from "./object.ts";
import { status } from "./status.ts";

export class WdfLookaside extends WdfObject {
  readonly size: number;
  readonly tag: number;
  readonly isPaged: boolean;
  readonly memoryAttributes: ObjectAttributes;
  allocated = 0;

  constructor(
    framework: WdfFramework,
    parent: WdfObject | undefined,
    attributes: ObjectAttributes,
    config: { size: number; tag: number; isPaged: boolean; memoryAttributes: ObjectAttributes },
  ) {
    super(framework, "WDFLOOKASIDE", parent, attributes);
    this.size = config.size;
    this.tag = config.tag;
    this.isPaged = config.isPaged;
    this.memoryAttributes = config.memoryAttributes;
  }

  override label(): string {
    return `${this.size}-byte entries, ${this.allocated} in use`;
  }

  override fields(): FieldView[] {
    return [
      { name: "Entry size", value: String(this.size) },
      { name: "In use", value: String(this.allocated) },
      { name: "Pool", value: this.isPaged ? "paged" : "nonpaged" },
    ];
  }
}

export function lookasideApi(framework: WdfFramework): ApiTable {
  return {
    WdfLookasideListCreate: (attributesAddress: number, size: number, poolType: number, memoryAttributesAddress: number, tag: number, out: number) => {
      framework.requirePointer(out, "Lookaside");
      if (size === 0) return status.invalidParameter;
      const attributes = readAttributes(framework, attributesAddress, parentRules);
      if (typeof attributes === "number") return attributes;
      const memoryAttributes = readAttributes(framework, memoryAttributesAddress, parentRules);
      if (typeof memoryAttributes === "number") return memoryAttributes;
      const config = { size: size >>> 0, tag: tag === 0 ? framework.poolTag : tag >>> 0, isPaged: (poolType & 1) !== 0, memoryAttributes };
      return framework.finishCreate(new WdfLookaside(framework, framework.parentFor(attributes), attributes, config), out);
    },
    WdfMemoryCreateFromLookaside: (handle: number, out: number) => {
      const list = framework.resolve(handle, WdfLookaside, "WDFLOOKASIDE");
      framework.requirePointer(out, "Memory");
      const buffer = framework.nt.pool.allocate(list.size, list.tag, "lookaside entry", { paged: list.isPaged, zero: false });
      if (buffer === 0) return status.insufficientResources;
      list.allocated++;
      const free = (): void => {
        list.allocated--;
        framework.nt.pool.free(buffer, list.tag);
      };
      return framework.finishCreate(
        new WdfMemory(framework, framework.parentFor(list.memoryAttributes), list.memoryAttributes, "lookaside", buffer, list.size, free),
        out,
      );
    },
  };
}
