// SPDX-License-Identifier: MIT
/**
 * WDFIORESREQLIST and WDFIORESLIST: what resources a device needs, as alternatives of one list each (wdfresource.h; kmdf fxresourcecollection.cpp).
 */
import { hex, struct } from "../base/index.ts";
import { partialResourceDescriptor, resourceType } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import { type ObjectAttributes, noAttributes } from "./attributes.ts";
import { DescriptorList } from "./descriptor-list.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";

/** The union is at `u`: Generic with 24 bytes. */
export const IO_RESOURCE_DESCRIPTOR = struct("IO_RESOURCE_DESCRIPTOR", {
  Option: "u8",
  Type: "u8",
  ShareDisposition: "u8",
  Spare1: "u8",
  Flags: "u16",
  Spare2: "u16",
  u: ["u64", 3],
});
/** Offsets in the union. */
const generic = { Length: 0, MinimumAddress: 8 } as const;
const interrupt = { MinimumVector: 0, TargetedProcessors: 16 } as const;
/** IO_RESOURCE_ALTERNATIVE: another way to meet the requirement before it. */
const alternative = 0x08;

export class WdfIoResourceList extends WdfObject {
  readonly requirements: WdfIoRequirementsList;
  readonly items: DescriptorList;

  constructor(framework: WdfFramework, requirements: WdfIoRequirementsList, attributes: ObjectAttributes = noAttributes) {
    super(framework, "WDFIORESLIST", requirements, attributes);
    this.requirements = requirements;
    this.items = new DescriptorList(framework, IO_RESOURCE_DESCRIPTOR.size, "resource requirements", "all");
  }

  /** What an arbiter without competitors grants: the first way to meet each requirement, at its lowest place, as CM_PARTIAL_RESOURCE_DESCRIPTOR bytes. */
  assign(): Uint8Array[] {
    return this.grants().map(({ granted }) => granted);
  }

  /** The same, each with the requirement that it meets. */
  grants(): { readonly requirement: Uint8Array; readonly granted: Uint8Array }[] {
    return this.items
      .contents()
      .filter(([option = 0]) => (option & alternative) === 0)
      .map((requirement) => ({ requirement, granted: grant(requirement) }));
  }

  override label(): string {
    return `${this.items.addresses.length} requirements`;
  }

  override fields(): FieldView[] {
    return this.items.addresses.map((address, i) => ({ name: `Requirement ${i}`, value: hex(address, 8), memoryReference: hex(address) }));
  }

  protected override dispose(): void {
    this.items.free();
    this.requirements.forget(this);
  }
}

function grant(requirement: Uint8Array): Uint8Array {
  const from = new DataView(requirement.buffer, requirement.byteOffset);
  const bytes = new Uint8Array(partialResourceDescriptor.size);
  const to = new DataView(bytes.buffer);
  const at = IO_RESOURCE_DESCRIPTOR.fields;
  const source = at.u.offset;
  const target = partialResourceDescriptor.fields.u.offset;
  const type = from.getUint8(at.Type.offset);
  to.setUint8(partialResourceDescriptor.fields.Type.offset, type);
  to.setUint8(partialResourceDescriptor.fields.ShareDisposition.offset, from.getUint8(at.ShareDisposition.offset));
  to.setUint16(partialResourceDescriptor.fields.Flags.offset, from.getUint16(at.Flags.offset, true), true);
  if (type === resourceType.memory || type === resourceType.port) {
    to.setBigUint64(target, from.getBigUint64(source + generic.MinimumAddress, true), true);
    to.setUint32(target + 8, from.getUint32(source + generic.Length, true), true);
  } else if (type === resourceType.interrupt) {
    const vector = from.getUint32(source + interrupt.MinimumVector, true);
    to.setUint32(target, vector, true);
    to.setUint32(target + 4, vector, true);
    to.setUint32(target + 8, from.getUint32(source + interrupt.TargetedProcessors, true) || 1, true);
  } else for (let i = 0; i < 12; i++) to.setUint8(target + i, from.getUint8(source + i));
  return bytes;
}

export class WdfIoRequirementsList extends WdfObject {
  readonly alternatives: WdfIoResourceList[] = [];
  slotNumber = 0;
  /** INTERFACE_TYPE; -1 = undefined. */
  interfaceType = -1;
  hasChanged = false;
  override undeletable: string | undefined = "resource lists belong to the framework";

  constructor(framework: WdfFramework, parent: WdfObject) {
    super(framework, "WDFIORESREQLIST", parent, noAttributes);
  }

  forget(list: WdfIoResourceList): void {
    const index = this.alternatives.indexOf(list);
    if (index >= 0) this.alternatives.splice(index, 1);
  }

  override label(): string {
    return `${this.alternatives.length} ${this.alternatives.length === 1 ? "alternative" : "alternatives"}`;
  }

  override fields(): FieldView[] {
    return [
      { name: "SlotNumber", value: String(this.slotNumber) },
      { name: "InterfaceType", value: String(this.interfaceType) },
      ...this.alternatives.map((list, i) => ({ name: `Alternative ${i}`, value: this.framework.name(list), objectId: list.id })),
    ];
  }
}
