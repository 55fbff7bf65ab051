// SPDX-License-Identifier: MIT
/** WdfIoResourceRequirementsList* and WdfIoResourceList* (wdfresource.h; kmdf fxresourceapi.cpp). PASSIVE_LEVEL. */
import type { ApiTable } from "../nt/index.ts";
import { plainRules, readAttributes } from "./attributes.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfIoRequirementsList, WdfIoResourceList } from "./io-resource-list.ts";
import { status } from "./status.ts";

export function ioResourceListApi(framework: WdfFramework): ApiTable {
  const requirementsOf = (handle: number): WdfIoRequirementsList => framework.resolve(handle, WdfIoRequirementsList, "WDFIORESREQLIST");
  const listOf = (handle: number): WdfIoResourceList => framework.resolve(handle, WdfIoResourceList, "WDFIORESLIST");
  const insert = (requirements: WdfIoRequirementsList, list: WdfIoResourceList, index: number): number => {
    if (list.requirements !== requirements) return status.invalidDeviceRequest;
    if (index > requirements.alternatives.length) return status.invalidParameter;
    requirements.alternatives.splice(index, 0, list);
    requirements.hasChanged = true;
    return status.success;
  };
  const take = (requirements: WdfIoRequirementsList, list: WdfIoResourceList | undefined): void => {
    if (list === undefined) {
      framework.breakpoint({
        rule: "resource-list-index",
        message: `${framework.apiName()}: there is no such alternative; the list has ${requirements.alternatives.length}`,
        explanation: "Positions count from 0 and change when lists before them are inserted or removed. The call is ignored.",
        objectId: requirements.id,
      });
      return;
    }
    requirements.hasChanged = true;
    list.delete();
  };
  return {
    WdfIoResourceRequirementsListSetSlotNumber: (handle: number, slot: number) => {
      const list = requirementsOf(handle);
      list.slotNumber = slot >>> 0;
    },
    WdfIoResourceRequirementsListSetInterfaceType: (handle: number, type: number) => {
      const list = requirementsOf(handle);
      list.interfaceType = type | 0;
    },
    WdfIoResourceRequirementsListInsertIoResList: (handle: number, list: number, index: number) => insert(requirementsOf(handle), listOf(list), index >>> 0),
    WdfIoResourceRequirementsListAppendIoResList: (handle: number, list: number) => {
      const requirements = requirementsOf(handle);
      return insert(requirements, listOf(list), requirements.alternatives.length);
    },
    WdfIoResourceRequirementsListGetCount: (handle: number) => requirementsOf(handle).alternatives.length,
    WdfIoResourceRequirementsListGetIoResList: (handle: number, index: number) => requirementsOf(handle).alternatives[index >>> 0]?.handle ?? 0,
    WdfIoResourceRequirementsListRemove: (handle: number, index: number) => {
      const requirements = requirementsOf(handle);
      take(requirements, requirements.alternatives[index >>> 0]);
    },
    WdfIoResourceRequirementsListRemoveByIoResList: (handle: number, list: number) => {
      const requirements = requirementsOf(handle);
      const resources = listOf(list);
      take(requirements, requirements.alternatives.includes(resources) ? resources : undefined);
    },
    WdfIoResourceListCreate: (handle: number, attributesAddress: number, out: number) => {
      const requirements = requirementsOf(handle);
      framework.requirePointer(out, "ResourceList");
      const attributes = readAttributes(framework, attributesAddress, plainRules);
      if (typeof attributes === "number") return attributes;
      return framework.finishCreate(new WdfIoResourceList(framework, requirements, attributes), out);
    },
    WdfIoResourceListInsertDescriptor: (handle: number, descriptor: number, index: number) => listOf(handle).items.insert(descriptor, index >>> 0),
    WdfIoResourceListAppendDescriptor: (handle: number, descriptor: number) => {
      const { items } = listOf(handle);
      return items.insert(descriptor, items.addresses.length);
    },
    WdfIoResourceListUpdateDescriptor: (handle: number, descriptor: number, index: number) => listOf(handle).items.update(descriptor, index >>> 0),
    WdfIoResourceListGetCount: (handle: number) => listOf(handle).items.addresses.length,
    WdfIoResourceListGetDescriptor: (handle: number, index: number) => listOf(handle).items.addresses[index >>> 0] ?? 0,
    WdfIoResourceListRemove: (handle: number, index: number) => listOf(handle).items.remove(index >>> 0),
    WdfIoResourceListRemoveByDescriptor: (handle: number, descriptor: number) => listOf(handle).items.removeEqual(descriptor),
  };
}
