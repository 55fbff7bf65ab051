// SPDX-License-Identifier: MIT
/** The functions of wdfchildlist.h (kmdf fxchildlistapi.cpp). */
import { passiveLevel } from "../machine/index.ts";
import type { ApiTable } from "../nt/index.ts";
import { plainRules, readAttributes } from "./attributes.ts";
import { type ChildEntry, WdfChildList } from "./child-list.ts";
import { WDF_CHILD_LIST_ITERATOR, WDF_CHILD_RETRIEVE_INFO, readChildListConfig, retrieveFlag, retrieveStatus } from "./child-list-config.ts";
import { WdfDevice } from "./device.ts";
import type { WdfFramework } from "./framework.ts";
import { status } from "./status.ts";
import { StructView } from "./struct-view.ts";

type InfoView = StructView<keyof typeof WDF_CHILD_RETRIEVE_INFO.fields>;

export function childListApi(framework: WdfFramework): ApiTable {
  const listOf = (handle: number): WdfChildList => framework.resolve(handle, WdfChildList, "WDFCHILDLIST");
  return {
    WdfChildListCreate: (device: number, config: number, attributes: number, out: number) =>
      create(framework, framework.resolve(device, WdfDevice, "WDFDEVICE"), config, attributes, out),
    WdfChildListGetDevice: (handle: number) => listOf(handle).device.handle,
    WdfChildListBeginScan: (handle: number) => listOf(handle).beginScan(),
    WdfChildListEndScan: (handle: number) => listOf(handle).endScan(),
    WdfChildListBeginIteration: (handle: number, iterator: number) => beginIteration(listOf(handle), iterator),
    WdfChildListEndIteration: (handle: number, iterator: number) => {
      const list = listOf(handle);
      framework.requirePointer(iterator, "Iterator");
      list.endScan();
    },
    WdfChildListRetrieveNextDevice: (handle: number, iterator: number, device: number, info: number) => retrieveNext(listOf(handle), iterator, device, info),
    WdfChildListRetrievePdo: (handle: number, info: number) => retrievePdo(listOf(handle), info),
    WdfChildListRetrieveAddressDescription: (handle: number, identification: number, address: number) => {
      const list = listOf(handle);
      const wanted = framework.requirePointer(identification, "IdentificationDescription");
      const to = framework.requirePointer(address, "AddressDescription");
      if (!hasSizes(list, wanted, to) || list.config.addressSize === 0) return status.invalidDeviceRequest;
      const entry = list.find((candidate) => list.compare(wanted, candidate.identification));
      if (entry === undefined) return status.noSuchDevice;
      list.copyAddress(to, entry.address);
      return status.success;
    },
    WdfChildListAddOrUpdateChildDescriptionAsPresent: (handle: number, identification: number, address: number) => {
      const list = listOf(handle);
      const wanted = framework.requirePointer(identification, "IdentificationDescription");
      if (!hasSizes(list, wanted, address >>> 0)) return status.invalidDeviceRequest;
      // A list has address descriptions for each child or for none.
      if ((address === 0) !== (list.config.addressSize === 0)) return status.invalidDeviceRequest;
      return list.add(wanted, address >>> 0);
    },
    WdfChildListUpdateChildDescriptionAsMissing: (handle: number, identification: number) => {
      const list = listOf(handle);
      const wanted = framework.requirePointer(identification, "IdentificationDescription");
      return hasSizes(list, wanted, 0) ? list.markMissing(wanted) : status.invalidDeviceRequest;
    },
    WdfChildListUpdateAllChildDescriptionsAsPresent: (handle: number) => listOf(handle).findAll(),
    WdfChildListRequestChildEject: (handle: number, identification: number) => {
      const list = listOf(handle);
      const wanted = framework.requirePointer(identification, "IdentificationDescription");
      if (!hasSizes(list, wanted, 0)) return 0;
      const entry = list.find((candidate) => candidate.state === "device" && list.compare(wanted, candidate.identification));
      entry?.device?.requestEject();
      return entry?.device === undefined ? 0 : 1;
    },
  };
}

/** Whether the descriptions have the sizes of the list; 0 = none given. */
export function hasSizes({ framework, config }: WdfChildList, identification: number, address: number): boolean {
  const { memory } = framework.machine;
  const isRight = (at: number, size: number) => at === 0 || memory.u32(at) === size;
  if (isRight(identification, config.identificationSize) && isRight(address, config.addressSize)) return true;
  framework.breakpoint({
    rule: "child-list-description-size",
    message: `${framework.apiName()}: the size in a description's header is not the one that the child list was configured with (${config.identificationSize}${config.addressSize === 0 ? "" : ` and ${config.addressSize} for addresses`})`,
    explanation:
      "Initialize each description with WDF_CHILD_IDENTIFICATION_DESCRIPTION_HEADER_INIT or WDF_CHILD_ADDRESS_DESCRIPTION_HEADER_INIT and the size of the whole structure.",
  });
  return false;
}

function create(framework: WdfFramework, device: WdfDevice, configAddress: number, attributesAddress: number, out: number): number {
  framework.requirePointer(configAddress, "Config");
  framework.machine.memory.setU32(framework.requirePointer(out, "ChildList"), 0);
  if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
  const config = readChildListConfig(framework, configAddress >>> 0);
  if (typeof config === "number") return config;
  const attributes = readAttributes(framework, attributesAddress, plainRules);
  if (typeof attributes === "number") return attributes;
  return framework.finishCreate(new WdfChildList(framework, device, attributes, config), out);
}

type IteratorView = StructView<keyof typeof WDF_CHILD_LIST_ITERATOR.fields>;

function iteratorAt(framework: WdfFramework, address: number): IteratorView | number {
  const view = new StructView(framework.machine.memory, WDF_CHILD_LIST_ITERATOR, framework.requirePointer(address, "Iterator"));
  if (view.get("Size") !== WDF_CHILD_LIST_ITERATOR.size) return status.infoLengthMismatch;
  return (view.get("Flags") & ~retrieveFlag.all) === 0 ? view : status.invalidParameter;
}

function beginIteration(list: WdfChildList, address: number): void {
  const { framework } = list;
  const view = iteratorAt(framework, address);
  if (typeof view === "number") {
    framework.breakpoint({
      rule: "KMDF-STRUCTURE-SIZE",
      message: `WdfChildListBeginIteration: the WDF_CHILD_LIST_ITERATOR is not initialized; the call is ignored`,
      explanation: "Initialize it with WDF_CHILD_LIST_ITERATOR_INIT and WDF_RETRIEVE_CHILD_FLAGS.",
      objectId: list.id,
    });
    return;
  }
  framework.machine.memory.fill(view.at("Reserved"), 16, 0);
  list.beginIteration();
}

/** Whether WDF_RETRIEVE_CHILD_FLAGS ask for a child in its state. */
function isWanted({ state, isLeaving }: ChildEntry, flags: number): boolean {
  if (state === "new") return (flags & retrieveFlag.pending) !== 0;
  const isMissing = state === "missing" || state === "reported" || isLeaving;
  return (flags & (isMissing ? retrieveFlag.missing : retrieveFlag.present)) !== 0;
}

/** The next child behind the iterator's position, which is the number of children it has passed. */
function retrieveNext(list: WdfChildList, iterator: number, device: number, infoAddress: number): number {
  const { framework } = list;
  const { memory } = framework.machine;
  const view = iteratorAt(framework, iterator);
  memory.setU32(framework.requirePointer(device, "Device"), 0);
  if (typeof view === "number") return view;
  const info = infoAddress === 0 ? undefined : readInfo(list, infoAddress);
  if (typeof info === "number") return info;
  if (!list.isLocked) return status.invalidDeviceState;
  const position = view.at("Reserved");
  for (let i = memory.u32(position); i < list.entries.length; i++) {
    const entry = list.entries[i];
    if (entry === undefined || !isWanted(entry, view.get("Flags")) || !matchesInfo(list, info, entry)) continue;
    memory.setU32(position, i + 1);
    if (entry.device !== undefined) memory.setU32(device >>> 0, entry.device.handle);
    if (info !== undefined) answer(list, info, entry);
    return status.success;
  }
  memory.setU32(position, list.entries.length);
  return status.noMoreEntries;
}

function readInfo(list: WdfChildList, address: number): InfoView | number {
  const info = new StructView(list.framework.machine.memory, WDF_CHILD_RETRIEVE_INFO, address);
  if (info.get("Size") !== WDF_CHILD_RETRIEVE_INFO.size) return status.infoLengthMismatch;
  if (info.get("AddressDescription") !== 0 && list.config.addressSize === 0) return status.invalidDeviceRequest;
  return hasSizes(list, info.get("IdentificationDescription"), info.get("AddressDescription")) ? info : status.invalidParameter;
}

/** The driver's own comparison of the retrieve info, if it has one. */
function matchesInfo(list: WdfChildList, info: InfoView | undefined, entry: ChildEntry): boolean {
  const compare = info?.get("EvtChildListIdentificationDescriptionCompare") ?? 0;
  if (info === undefined || compare === 0) return true;
  const args = [list.handle, info.get("IdentificationDescription"), entry.identification];
  return (list.framework.callback("EvtChildListIdentificationDescriptionCompare", compare, args, { objectId: list.id }) & 0xff) !== 0;
}

function answer(list: WdfChildList, info: InfoView, entry: ChildEntry): void {
  const identification = info.get("IdentificationDescription");
  const address = info.get("AddressDescription");
  if (identification !== 0) list.copyIdentification(identification, entry.identification);
  if (address !== 0) list.copyAddress(address, entry.address);
  info.set("Status", entry.device === undefined ? retrieveStatus.notYetCreated : retrieveStatus.success);
}

/** WdfChildListRetrievePdo: the child with the identification of the info, or the one that its comparison chooses. */
function retrievePdo(list: WdfChildList, infoAddress: number): number {
  const { framework } = list;
  const info = readInfo(list, framework.requirePointer(infoAddress, "RetrieveInfo"));
  if (typeof info === "number") return 0;
  const wanted = framework.requirePointer(info.get("IdentificationDescription"), "RetrieveInfo->IdentificationDescription");
  const hasCompare = info.get("EvtChildListIdentificationDescriptionCompare") !== 0;
  const entry = list.find((candidate) => (hasCompare ? matchesInfo(list, info, candidate) : list.compare(wanted, candidate.identification)));
  if (entry === undefined) {
    info.set("Status", retrieveStatus.noSuchDevice);
    return 0;
  }
  answer(list, info, entry);
  return entry.device?.handle ?? 0;
}
