// SPDX-License-Identifier: MIT
/** WDFCMRESLIST: the raw or translated resources of a device, valid from EvtDevicePrepareHardware to EvtDeviceReleaseHardware (wdfresource.h). */
import { hex } from "../base/index.ts";
import { passiveLevel } from "../machine/index.ts";
import type { ApiTable } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import { noAttributes } from "./attributes.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";

export class WdfCmResourceList extends WdfObject {
  readonly name: "raw" | "translated";
  /** Addresses of CM_PARTIAL_RESOURCE_DESCRIPTOR structures. */
  readonly descriptors: readonly number[];
  override undeletable: string | undefined = "resource lists belong to the framework";

  constructor(framework: WdfFramework, parent: WdfObject, name: "raw" | "translated", descriptors: readonly number[]) {
    super(framework, "WDFCMRESLIST", parent, noAttributes);
    this.name = name;
    this.descriptors = descriptors;
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
    WdfCmResourceListGetCount: (handle: number) => {
      const list = listOf(handle);
      framework.documentedIrqlAtMost(passiveLevel);
      return list.descriptors.length;
    },
    WdfCmResourceListGetDescriptor: (handle: number, index: number) => {
      const list = listOf(handle);
      framework.documentedIrqlAtMost(passiveLevel);
      return list.descriptors[index >>> 0] ?? 0;
    },
  };
}
