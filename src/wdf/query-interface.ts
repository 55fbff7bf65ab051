// SPDX-License-Identifier: MIT
/**
 * Driver-defined interfaces: WdfFdoQueryForInterface asks the device's own interfaces and then the bus driver below, WdfDeviceAddQueryInterface adds one
 * (wdfqueryinterface.h; kmdf fxqueryinterface.cpp).
 */
import { struct } from "../base/index.ts";
import { passiveLevel } from "../machine/index.ts";
import type { ApiTable } from "../nt/index.ts";
import { WdfDevice } from "./device.ts";
import { guidText } from "./device-init-api.ts";
import type { WdfFramework } from "./framework.ts";
import { isSuccess, status } from "./status.ts";
import { StructView } from "./struct-view.ts";

export const WDF_QUERY_INTERFACE_CONFIG = struct("WDF_QUERY_INTERFACE_CONFIG", {
  Size: "u32",
  Interface: "ptr",
  InterfaceType: "ptr",
  SendQueryToParentStack: "u8",
  EvtDeviceProcessQueryInterfaceRequest: "ptr",
  ImportInterface: "u8",
});
/** Header of every interface. */
export const INTERFACE = struct("INTERFACE", { Size: "u16", Version: "u16", Context: "ptr", InterfaceReference: "ptr", InterfaceDereference: "ptr" });

/** An interface that the driver exports. */
export interface ExportedInterface {
  /** `{…}` text of the GUID. */
  readonly guid: string;
  /** Contents of the INTERFACE with what follows it; undefined when the callback fills everything in. */
  readonly contents: Uint8Array | undefined;
  readonly version: number;
  readonly callback: number;
  readonly isImported: boolean;
}

/** A query on its way down the device stack. */
interface Query {
  readonly guidAddress: number;
  readonly address: number;
  readonly size: number;
  readonly version: number;
  readonly specific: number;
}

export function queryInterfaceApi(framework: WdfFramework): ApiTable {
  const deviceOf = (handle: number): WdfDevice => framework.resolve(handle, WdfDevice, "WDFDEVICE");
  return {
    WdfFdoQueryForInterface: (handle: number, guid: number, address: number, size: number, version: number, specific: number) =>
      queryStack(deviceOf(handle), { guidAddress: guid, address, size: size & 0xffff, version: version & 0xffff, specific }),
    WdfDeviceAddQueryInterface: (handle: number, config: number) => addInterface(deviceOf(handle), config),
    WdfDeviceInterfaceReferenceNoOp: () => undefined,
    WdfDeviceInterfaceDereferenceNoOp: () => undefined,
  };
}

/** IRP_MN_QUERY_INTERFACE to the top of the device's stack: the device itself, then the bus driver. Returns the NTSTATUS. */
export function queryStack(device: WdfDevice, query: Query): number {
  const { framework } = device;
  framework.requirePointer(query.guidAddress, "InterfaceType");
  framework.requirePointer(query.address, "Interface");
  if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
  const guid = guidText(framework.machine.memory.read(query.guidAddress >>> 0, 16));
  const own = device.exportedInterfaces.find((exported) => exported.guid === guid && exported.version === query.version);
  if (own !== undefined) return answer(device, own, query);
  return framework.nt.busInterfaces.query({
    guid: guid.slice(1, -1).toLowerCase(),
    address: query.address >>> 0,
    size: query.size,
    version: query.version,
    context: device.physicalDevice?.address ?? 0,
  });
}

function answer(device: WdfDevice, exported: ExportedInterface, query: Query): number {
  const { framework } = device;
  const { memory } = framework.machine;
  const address = query.address >>> 0;
  const length = exported.contents?.length ?? 0;
  if (query.size < length) return status.invalidBufferSize;
  if (exported.contents !== undefined && !exported.isImported) memory.write(address, exported.contents);
  if (exported.callback !== 0) {
    const result = framework.callback("EvtDeviceProcessQueryInterfaceRequest", exported.callback, [device.handle, query.guidAddress, address, query.specific], {
      objectId: device.id,
    });
    if (!isSuccess(result)) return result;
  }
  const view = new StructView(memory, INTERFACE, address);
  const reference = view.get("InterfaceReference");
  if (reference !== 0) framework.callback("InterfaceReference", reference, [view.get("Context")], { objectId: device.id });
  return status.success;
}

function addInterface(device: WdfDevice, config: number): number {
  const { framework } = device;
  const { memory } = framework.machine;
  const view = new StructView(memory, WDF_QUERY_INTERFACE_CONFIG, framework.requirePointer(config, "InterfaceConfig"));
  if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
  if (view.get("Size") !== WDF_QUERY_INTERFACE_CONFIG.size) return status.infoLengthMismatch;
  const guid = view.get("InterfaceType");
  const contents = view.get("Interface");
  const callback = view.get("EvtDeviceProcessQueryInterfaceRequest");
  // An imported interface is filled in by its callback; a function device has no parent stack to send the query to.
  if (guid === 0 || view.get("SendQueryToParentStack") !== 0) return status.invalidParameter;
  if (view.get("ImportInterface") !== 0 && callback === 0) return status.invalidParameter;
  if (contents === 0 && callback === 0) return status.invalidParameter;
  const header = contents === 0 ? undefined : new StructView(memory, INTERFACE, contents);
  if (header !== undefined && header.get("Size") < INTERFACE.size) return status.invalidParameter;
  device.exportedInterfaces.push({
    guid: guidText(memory.read(guid, 16)),
    contents: header === undefined ? undefined : memory.read(contents, header.get("Size")),
    version: header?.get("Version") ?? 0,
    callback,
    isImported: view.get("ImportInterface") !== 0,
  });
  return status.success;
}
