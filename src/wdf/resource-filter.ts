// SPDX-License-Identifier: MIT
/**
 * WDF_FDO_EVENT_CALLBACKS: a function driver adds to and removes from the requirements that its bus driver reported, and takes what it added out again
 * before the drivers below are started (kmdf fxpkgfdo.cpp: IRP_MN_FILTER_RESOURCE_REQUIREMENTS and IRP_MN_START_DEVICE).
 */
import type { Wait, WaitResult } from "../machine/index.ts";
import { type AssignedResource, type AssignedResources, type PnpSequence, partialResourceDescriptor, resourceType } from "../nt/index.ts";
import { WdfCmResourceList } from "./cm-resource-list.ts";
import type { WdfDevice } from "./device.ts";
import type { FdoCallback } from "./device-structs.ts";
import { IO_RESOURCE_DESCRIPTOR, WdfIoRequirementsList, WdfIoResourceList } from "./io-resource-list.ts";
import { ResourceBlock } from "./resource-block.ts";
import { isSuccess, status } from "./status.ts";

export class ResourceFilter {
  readonly #device: WdfDevice;
  #blocks: ResourceBlock[] = [];

  constructor(device: WdfDevice) {
    this.#device = device;
  }

  /** The resources of a start after the driver's filters; a filter that fails changes nothing. */
  *filter(assigned: AssignedResources): Generator<Wait, AssignedResources, WaitResult> {
    this.free();
    let resources = assigned;
    for (const name of ["EvtDeviceFilterRemoveResourceRequirements", "EvtDeviceFilterAddResourceRequirements"] as const) {
      if (this.#has(name)) resources = yield* this.#filterOnce(name, resources);
    }
    return resources;
  }

  /** EvtDeviceRemoveAddedResources, before the start request goes down. */
  *removeAdded(resources: AssignedResources): PnpSequence {
    if (!this.#has("EvtDeviceRemoveAddedResources")) return status.success;
    const { framework } = this.#device;
    const lists = [resources.rawDescriptors, resources.translatedDescriptors].map((descriptors) => {
      const list = new WdfCmResourceList(framework, this.#device, "boot", []);
      for (const address of descriptors) list.items.insertBytes(framework.machine.memory.read(address, partialResourceDescriptor.size));
      return list;
    });
    const result = yield* this.#call(
      "EvtDeviceRemoveAddedResources",
      lists.map(({ handle }) => handle),
      "device start",
    );
    for (const list of lists) list.delete();
    return result;
  }

  /** Frees the lists of the last start. */
  free(): void {
    for (const block of this.#blocks.splice(0)) block.free();
  }

  #has(name: FdoCallback): boolean {
    return (this.#device.init.fdoCallbacks.get(name) ?? 0) !== 0;
  }

  #call(name: FdoCallback, args: readonly number[], label: string): PnpSequence {
    const { framework, handle, id, init } = this.#device;
    return framework.callbackTask(name, init.fdoCallbacks.get(name) ?? 0, [handle, ...args], { kind: "kernel", label, objectId: id });
  }

  *#filterOnce(name: FdoCallback, assigned: AssignedResources): Generator<Wait, AssignedResources, WaitResult> {
    const { framework } = this.#device;
    const { memory } = framework.machine;
    const requirements = new WdfIoRequirementsList(framework, this.#device);
    const list = new WdfIoResourceList(framework, requirements);
    requirements.alternatives.push(list);
    const reported = new Map<string, number>();
    for (const [i, address] of assigned.translatedDescriptors.entries()) {
      const requirement = requirementOf(memory.read(address, partialResourceDescriptor.size));
      list.items.insertBytes(requirement);
      reported.set(keyOf(requirement), i);
    }
    const result = yield* this.#call(name, [requirements.handle], "filter resource requirements");
    const chosen = requirements.alternatives[0];
    const hasChanged = requirements.hasChanged || chosen !== list || list.items.hasChanged;
    const filtered = isSuccess(result) && hasChanged ? this.#assign(assigned, chosen, reported) : assigned;
    requirements.delete();
    return filtered;
  }

  /** What was assigned stays with its requirement; a requirement of the driver gets what it asks for first. */
  #assign(assigned: AssignedResources, chosen: WdfIoResourceList | undefined, reported: ReadonlyMap<string, number>): AssignedResources {
    const { framework } = this.#device;
    const { memory } = framework.machine;
    const list: AssignedResource[] = [];
    const raw: Uint8Array[] = [];
    const translated: Uint8Array[] = [];
    const bytesAt = (address = 0): Uint8Array => memory.read(address, partialResourceDescriptor.size);
    for (const { requirement, granted } of chosen?.grants() ?? []) {
      const index = reported.get(keyOf(requirement));
      raw.push(index === undefined ? granted : bytesAt(assigned.rawDescriptors[index]));
      translated.push(index === undefined ? granted : bytesAt(assigned.translatedDescriptors[index]));
      const resource = index === undefined ? undefined : assigned.list[index];
      if (resource !== undefined) list.push(resource);
    }
    const rawBlock = ResourceBlock.allocate(framework, raw, "raw resource list");
    const translatedBlock = ResourceBlock.allocate(framework, translated, "translated resource list");
    this.#blocks.push(rawBlock, translatedBlock);
    return {
      list,
      rawDescriptors: rawBlock.descriptors,
      translatedDescriptors: translatedBlock.descriptors,
      rawList: rawBlock.address,
      translatedList: translatedBlock.address,
    };
  }
}

/** What identifies a requirement of the bus driver after the driver has seen it: its type and where it starts. */
function keyOf(requirement: Uint8Array): string {
  const view = new DataView(requirement.buffer, requirement.byteOffset);
  const at = IO_RESOURCE_DESCRIPTOR.fields;
  const type = view.getUint8(at.Type.offset);
  const isInterrupt = type === resourceType.interrupt;
  return `${type} ${isInterrupt ? view.getUint32(at.u.offset, true) : view.getBigUint64(at.u.offset + minimumAddress, true)}`;
}

/** Offsets in the union: Generic, Interrupt and DmaV3. */
const minimumAddress = 8;
const maximumAddress = 16;

/** The requirement that an assigned resource meets, as the only place for it. */
function requirementOf(resource: Uint8Array): Uint8Array {
  const from = new DataView(resource.buffer, resource.byteOffset);
  const bytes = new Uint8Array(IO_RESOURCE_DESCRIPTOR.size);
  const to = new DataView(bytes.buffer);
  const at = IO_RESOURCE_DESCRIPTOR.fields;
  const source = partialResourceDescriptor.fields;
  const type = from.getUint8(source.Type.offset);
  const u = source.u.offset;
  to.setUint8(at.Type.offset, type);
  to.setUint8(at.ShareDisposition.offset, from.getUint8(source.ShareDisposition.offset));
  to.setUint16(at.Flags.offset, from.getUint16(source.Flags.offset, true), true);
  if (type === resourceType.memory || type === resourceType.port) {
    const start = from.getBigUint64(u, true);
    const length = from.getUint32(u + 8, true);
    to.setUint32(at.u.offset, length, true);
    to.setUint32(at.u.offset + 4, length, true);
    to.setBigUint64(at.u.offset + minimumAddress, start, true);
    to.setBigUint64(at.u.offset + maximumAddress, start + BigInt(length) - 1n, true);
  } else if (type === resourceType.interrupt) {
    const vector = from.getUint32(u + 4, true);
    to.setUint32(at.u.offset, vector, true);
    to.setUint32(at.u.offset + 4, vector, true);
    to.setUint32(at.u.offset + 16, from.getUint32(u + 8, true), true);
  } else for (let i = 0; i < 12; i++) to.setUint8(at.u.offset + i, from.getUint8(u + i));
  return bytes;
}
