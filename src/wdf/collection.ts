// SPDX-License-Identifier: MIT
/** WDFCOLLECTION (wdfcollection.h; kmdf fxcollection.cpp): an ordered list of objects, each referenced while it is in the list. */
import type { ApiTable } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import { type ObjectAttributes, parentRules, readAttributes } from "./attributes.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";
import { status } from "./status.ts";

export class WdfCollection extends WdfObject {
  readonly items: WdfObject[] = [];

  constructor(framework: WdfFramework, parent: WdfObject | undefined, attributes: ObjectAttributes) {
    super(framework, "WDFCOLLECTION", parent, attributes);
  }

  add(object: WdfObject): void {
    object.reference();
    this.items.push(object);
  }

  /** Removes one entry; false when `index` is none. */
  removeAt(index: number): boolean {
    const [object] = this.items.splice(index, 1);
    if (object === undefined) return false;
    object.dereference();
    return true;
  }

  override label(): string {
    return `${this.items.length} items`;
  }

  override fields(): FieldView[] {
    return this.items.map((object, i) => ({ name: `[${i}]`, value: this.framework.name(object), objectId: object.id }));
  }

  protected override dispose(): void {
    for (const object of this.items.splice(0)) object.dereference();
  }
}

export function collectionApi(framework: WdfFramework): ApiTable {
  const collectionOf = (handle: number): WdfCollection => framework.resolve(handle, WdfCollection, "WDFCOLLECTION");
  const remove = (collection: WdfCollection, index: number): void => {
    if (index >= 0 && collection.removeAt(index)) return;
    framework.breakpoint({
      rule: "KMDF-COLLECTION-NOT-FOUND",
      message: `${framework.apiName()}: ${framework.name(collection)} has no such item; it has ${collection.items.length}`,
      explanation: "Remove only what was added before; indexes count from 0.",
      objectId: collection.id,
    });
  };
  return {
    WdfCollectionCreate: (attributesAddress: number, out: number) => {
      framework.requirePointer(out, "Collection");
      const attributes = readAttributes(framework, attributesAddress, parentRules);
      if (typeof attributes === "number") return attributes;
      return framework.finishCreate(new WdfCollection(framework, framework.parentFor(attributes), attributes), out);
    },
    WdfCollectionGetCount: (handle: number) => collectionOf(handle).items.length,
    WdfCollectionAdd: (handle: number, object: number) => {
      collectionOf(handle).add(framework.resolve(object, WdfObject, "WDFOBJECT"));
      return status.success;
    },
    WdfCollectionRemove: (handle: number, item: number) => {
      const collection = collectionOf(handle);
      const object = framework.resolve(item, WdfObject, "WDFOBJECT");
      remove(collection, collection.items.indexOf(object));
    },
    WdfCollectionRemoveItem: (handle: number, index: number) => remove(collectionOf(handle), index >>> 0),
    WdfCollectionGetItem: (handle: number, index: number) => collectionOf(handle).items[index >>> 0]?.handle ?? 0,
    WdfCollectionGetFirstItem: (handle: number) => collectionOf(handle).items[0]?.handle ?? 0,
    WdfCollectionGetLastItem: (handle: number) => collectionOf(handle).items.at(-1)?.handle ?? 0,
  };
}
