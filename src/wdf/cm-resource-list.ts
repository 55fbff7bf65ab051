// SPDX-License-Identifier: MIT
/** WDFCMRESLIST: the raw or translated resources of a device, valid from EvtDevicePrepareHardware to EvtDeviceReleaseHardware, and the boot resources of a child (wdfresource.h). */
import { hex } from "../base/index.ts";
import { type ApiTable, partialResourceDescriptor } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import { noAttributes } from "./attributes.ts";
import { DescriptorList, type ListAccess } from "./descriptor-list.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";

export class WdfCmResourceList extends WdfObject {
  readonly name: "raw" | "translated" | "boot";
  readonly items: DescriptorList;
  override undeletable: string | undefined = "resource lists belong to the framework";

  /** `descriptors` are addresses of CM_PARTIAL_RESOURCE_DESCRIPTOR structures of the PnP manager. */
  constructor(framework: WdfFramework, parent: WdfObject, name: "raw" | "translated" | "boot", descriptors: readonly number[]) {
    super(framework, "WDFCMRESLIST", parent, noAttributes);
    this.name = name;
    const access: ListAccess = name === "boot" ? "all" : "none";
    this.items = new DescriptorList(framework, partialResourceDescriptor.size, `${name} resources`, access, descriptors);
  }

  get descriptors(): readonly number[] {
    return this.items.addresses;
  }

  protected override dispose(): void {
    this.items.free();
  }

  override label(): string {
    return `${this.name}, ${this.descriptors.length} descriptors`;
  }

  override fields(): FieldView[] {
    return this.descriptors.map((address, i) => ({ name: `Descriptor ${i}`, value: hex(address, 8), memoryReference: hex(address) }));
  }
}

export function cmResourceListApi(framework: WdfFramework): ApiTable {
  const listOf = (handle: number): WdfCmResourceList => framework.resolve(handle, WdfCmResourceList, "WDFCMRESLIST");
  return {
    WdfCmResourceListGetCount: (handle: number) => listOf(handle).descriptors.length,
    WdfCmResourceListGetDescriptor: (handle: number, index: number) => listOf(handle).descriptors[index >>> 0] ?? 0,
    WdfCmResourceListInsertDescriptor: (handle: number, descriptor: number, index: number) => listOf(handle).items.insert(descriptor, index >>> 0),
    WdfCmResourceListAppendDescriptor: (handle: number, descriptor: number) => {
      const { items } = listOf(handle);
      return items.insert(descriptor, items.addresses.length);
    },
    WdfCmResourceListRemove: (handle: number, index: number) => listOf(handle).items.remove(index >>> 0),
    WdfCmResourceListRemoveByDescriptor: (handle: number, descriptor: number) => listOf(handle).items.removeEqual(descriptor),
  };
}
