// SPDX-License-Identifier: MIT
/**
 * WDFCHILDLIST: the children a bus driver has found, described by the driver's own structures (kmdf fxchildlist.cpp). Changes take effect when no scan or iteration is
 * in progress; the bus then asks for its relations again, and children without a device get one (EvtChildListCreateDevice).
 */
import { assert, hex } from "../base/index.ts";
import { dispatchLevel } from "../machine/index.ts";
import type { FieldView } from "../protocol/index.ts";
import type { ObjectAttributes } from "./attributes.ts";
import type { ChildListConfig } from "./child-list-config.ts";
import type { WdfDevice } from "./device.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";
import { isSuccess, status } from "./status.ts";

/** `new`: waits for the end of the scan; `listed`: the PnP manager will be told; `missing`: was there; `reported`: the PnP manager knows that it has gone. */
export type ChildState = "new" | "listed" | "device" | "missing" | "reported";

/** A child of the bus. */
export interface ChildEntry {
  readonly list: WdfChildList;
  /** Address of the list's copy of the identification description. */
  readonly identification: number;
  /** Address of the copy of the address description; 0 = the list has none. */
  readonly address: number;
  device: WdfDevice | undefined;
  state: ChildState;
  isFound: boolean;
  /** Missing when the scan ends. */
  isLeaving: boolean;
}

const isPresent = ({ state, isLeaving }: ChildEntry): boolean => (state === "listed" || state === "device") && !isLeaving;

export class WdfChildList extends WdfObject {
  readonly device: WdfDevice;
  readonly config: ChildListConfig;
  /** In the order in which they were reported. */
  readonly #entries: ChildEntry[] = [];
  /** Scans and iterations in progress. */
  #locks = 0;
  override undeletable: string | undefined = "a child list belongs to its device";

  constructor(framework: WdfFramework, device: WdfDevice, attributes: ObjectAttributes, config: ChildListConfig) {
    super(framework, "WDFCHILDLIST", device, attributes);
    this.device = device;
    this.config = config;
    device.childLists.push(this);
  }

  get entries(): readonly ChildEntry[] {
    return this.#entries;
  }
  get isLocked(): boolean {
    return this.#locks > 0;
  }

  /** A list that the driver scans: every child has to be reported again until `endScan`. */
  beginScan(): void {
    this.#locks++;
    for (const entry of this.#entries) entry.isFound = false;
  }

  /** Iterations keep the list as it is, too, but nothing has to be reported again. */
  beginIteration(): void {
    this.#locks++;
  }

  /** Ends a scan or an iteration; the last one lets the changes take effect. */
  endScan(): void {
    if (this.#locks === 0) {
      this.framework.breakpoint({
        rule: "child-list-scan-unbalanced",
        message: `${this.framework.apiName()}: no scan or iteration of ${this.framework.name(this)} is in progress`,
        explanation: "Each WdfChildListBeginScan needs one WdfChildListEndScan, each WdfChildListBeginIteration one WdfChildListEndIteration.",
        objectId: this.id,
      });
      return;
    }
    if (--this.#locks > 0) return;
    for (const entry of this.#entries.slice()) {
      if (entry.isFound) continue;
      if (entry.state === "new") this.#forget(entry);
      else if (isPresent(entry)) entry.isLeaving = true;
    }
    this.apply();
  }

  /** WdfChildListAddOrUpdateChildDescriptionAsPresent. Returns an NTSTATUS. */
  add(identification: number, address: number): number {
    const known = this.#entries.findLast((entry) => (entry.state === "new" || isPresent(entry)) && this.#matches(entry, identification));
    if (known !== undefined) {
      known.isFound = true;
      if (address !== 0 && known.address !== 0) this.copyAddress(known.address, address);
      return status.objectNameExists;
    }
    const entry = this.#create(identification, address);
    if (typeof entry === "number") return entry;
    this.#entries.push(entry);
    this.apply();
    return status.success;
  }

  /** WdfFdoAddStaticChild: a child whose device exists. The entry, or an NTSTATUS when there is no memory. */
  addDevice(device: WdfDevice): ChildEntry | number {
    const { nt, poolTag } = this.framework;
    const block = nt.pool.allocate(this.config.identificationSize, poolTag, `static child in ${this.framework.name(this)}`, { zero: true });
    if (block === 0) return status.insufficientResources;
    const entry: ChildEntry = { list: this, identification: block, address: 0, device, state: "new", isFound: true, isLeaving: false };
    this.#entries.push(entry);
    return entry;
  }

  /** WdfChildListUpdateChildDescriptionAsMissing. Returns an NTSTATUS. */
  markMissing(identification: number): number {
    const entry = this.#entries.findLast((candidate) => (candidate.state === "new" || isPresent(candidate)) && this.#matches(candidate, identification));
    if (entry === undefined) return status.noSuchDevice;
    this.leave(entry);
    return status.success;
  }

  /** A child is gone. */
  leave(entry: ChildEntry): void {
    if (entry.state === "new") this.#forget(entry);
    else if (isPresent(entry)) entry.isLeaving = true;
    this.apply();
  }

  /** WdfChildListUpdateAllChildDescriptionsAsPresent. */
  findAll(): void {
    for (const entry of this.#entries) if (entry.state === "new" || isPresent(entry)) entry.isFound = true;
  }

  /** The newest child with this description. */
  find(matches: (entry: ChildEntry) => boolean): ChildEntry | undefined {
    return this.#entries.findLast((entry) => (entry.state === "new" || isPresent(entry)) && matches(entry));
  }

  /** EvtChildListScanForChildren, at each D0 entry. */
  rescan(): void {
    const { scanForChildren } = this.config;
    if (scanForChildren !== 0) this.framework.callback("EvtChildListScanForChildren", scanForChildren, [this.handle], { label: "D0 entry", objectId: this.id });
  }

  /** Lets changes take effect, unless the list is locked. */
  apply(): void {
    if (this.isLocked) return;
    let hasChanged = false;
    for (const entry of this.#entries.slice()) {
      if (entry.state === "new") {
        entry.state = "listed";
        hasChanged = true;
      } else if (entry.isLeaving && entry.state === "listed") this.#forget(entry);
      else if (entry.isLeaving && entry.state === "device") {
        entry.isLeaving = false;
        entry.state = "missing";
        hasChanged = true;
      }
    }
    if (hasChanged) this.device.bus.invalidate();
  }

  /** EvtChildListIdentificationDescriptionCompare, or all bytes. */
  compare(one: number, other: number): boolean {
    const { identificationSize, compare } = this.config;
    if (compare !== 0) return (this.#locked("EvtChildListIdentificationDescriptionCompare", compare, one, other) & 0xff) !== 0;
    const { memory } = this.framework.machine;
    const bytes = memory.read(other, identificationSize);
    return memory.read(one, identificationSize).every((byte, i) => byte === bytes[i]);
  }

  copyIdentification(to: number, from: number): void {
    const { identificationSize, copy } = this.config;
    if (copy === 0) this.framework.machine.memory.write(to, this.framework.machine.memory.read(from, identificationSize));
    else this.#locked("EvtChildListIdentificationDescriptionCopy", copy, from, to);
  }

  copyAddress(to: number, from: number): void {
    const { addressSize, addressCopy } = this.config;
    if (addressCopy === 0) this.framework.machine.memory.write(to, this.framework.machine.memory.read(from, addressSize));
    else this.#locked("EvtChildListAddressDescriptionCopy", addressCopy, from, to);
  }

  /** The child's device is gone. */
  released(entry: ChildEntry): void {
    entry.device = undefined;
    if (entry.state === "reported" || entry.state === "missing") this.#forget(entry);
  }

  /** EvtChildListCreateDevice failed: the child is not there. */
  drop(entry: ChildEntry): void {
    this.#forget(entry);
  }

  #matches(entry: ChildEntry, identification: number): boolean {
    return this.compare(identification, entry.identification);
  }

  /** A copy of the descriptions; an NTSTATUS when there is no memory, or the driver cannot duplicate them. */
  #create(identification: number, address: number): ChildEntry | number {
    const { nt, poolTag, machine } = this.framework;
    const { identificationSize, addressSize, duplicate, addressDuplicate } = this.config;
    const block = nt.pool.allocate(identificationSize + addressSize, poolTag, `descriptions of a child in ${this.framework.name(this)}`, { zero: true });
    if (block === 0) return status.insufficientResources;
    const copyOfAddress = addressSize === 0 ? 0 : block + identificationSize;
    machine.memory.setU32(block, identificationSize);
    let result: number = status.success;
    if (duplicate === 0) machine.memory.write(block, machine.memory.read(identification, identificationSize));
    else result = this.#locked("EvtChildListIdentificationDescriptionDuplicate", duplicate, identification, block);
    if (isSuccess(result) && copyOfAddress !== 0) {
      machine.memory.setU32(copyOfAddress, addressSize);
      if (addressDuplicate === 0) machine.memory.write(copyOfAddress, machine.memory.read(address, addressSize));
      else result = this.#locked("EvtChildListAddressDescriptionDuplicate", addressDuplicate, address, copyOfAddress);
    }
    if (isSuccess(result))
      return { list: this, identification: block, address: copyOfAddress, device: undefined, state: "new", isFound: true, isLeaving: false };
    nt.pool.free(block, poolTag);
    return result;
  }

  /** Calls the driver with the list's lock held. */
  #locked(name: string, target: number, first: number, second: number): number {
    const { cpu } = this.framework.machine;
    const irql = cpu.irql < dispatchLevel ? cpu.raise(dispatchLevel) : cpu.irql;
    const result = this.framework.callback(name, target, [this.handle, first, second], { objectId: this.id });
    if (irql < dispatchLevel) cpu.lower(irql);
    return result;
  }

  #forget(entry: ChildEntry): void {
    const index = this.#entries.indexOf(entry);
    assert(index >= 0, "a child is forgotten once");
    this.#entries.splice(index, 1);
    const { cleanup, addressCleanup } = this.config;
    if (cleanup !== 0)
      this.framework.callback("EvtChildListIdentificationDescriptionCleanup", cleanup, [this.handle, entry.identification], { objectId: this.id });
    if (addressCleanup !== 0 && entry.address !== 0)
      this.framework.callback("EvtChildListAddressDescriptionCleanup", addressCleanup, [this.handle, entry.address], { objectId: this.id });
    this.framework.nt.pool.free(entry.identification, this.framework.poolTag);
  }

  protected override dispose(): void {
    for (const entry of this.#entries.slice()) this.#forget(entry);
    const index = this.device.childLists.indexOf(this);
    if (index >= 0) this.device.childLists.splice(index, 1);
  }

  override label(): string {
    return `${this.#entries.length} ${this.#entries.length === 1 ? "child" : "children"}${this.isLocked ? ", locked" : ""}`;
  }

  override fields(): FieldView[] {
    return [
      { name: "Scans and iterations", value: String(this.#locks) },
      ...this.#entries.map(({ device, state, identification }, i) => ({
        name: `Child ${i}`,
        value: `${state}${device === undefined ? "" : `, ${this.framework.name(device)}`}`,
        memoryReference: hex(identification),
        ...(device === undefined ? {} : { objectId: device.id }),
      })),
    ];
  }
}
