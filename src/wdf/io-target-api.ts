// SPDX-License-Identifier: MIT
/** WdfIoTarget*: opening, closing, starting and stopping of I/O targets (wdfiotarget.h). Formatting and sending are in request-send-api.ts. */
import { passiveLevel } from "../machine/index.ts";
import type { ApiTable } from "../nt/index.ts";
import { parentRules, readAttributes } from "./attributes.ts";
import { WdfDevice } from "./device.ts";
import { allocLegacyProperty, queryLegacyProperty } from "./device-property.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfIoTarget } from "./io-target.ts";
import { WDF_IO_TARGET_OPEN_PARAMS, openType, purgeIoAndWait, sentIoAction, targetState } from "./io-target-structs.ts";
import { TargetDevice } from "./io-target-device.ts";
import { WdfObject } from "./object.ts";
import { queryStack } from "./query-interface.ts";
import { status } from "./status.ts";
import { StructView } from "./struct-view.ts";
import { readUnicodeString } from "./unicode-string.ts";

export function ioTargetApi(framework: WdfFramework): ApiTable {
  const targetOf = (handle: number): WdfIoTarget => framework.resolve(handle, WdfIoTarget, "WDFIOTARGET");
  return {
    WdfDeviceGetIoTarget: (handle: number) => WdfIoTarget.local(framework.resolve(handle, WdfDevice, "WDFDEVICE")).handle,
    WdfIoTargetCreate: (device: number, attributes: number, out: number) =>
      create(framework, framework.resolve(device, WdfDevice, "WDFDEVICE"), attributes, out),
    WdfIoTargetOpen: (handle: number, params: number) => open(targetOf(handle), params),
    WdfIoTargetClose: (handle: number) => targetOf(handle).end("closed"),
    WdfIoTargetCloseForQueryRemove: (handle: number) => targetOf(handle).end("closedForQueryRemove"),
    WdfIoTargetStart: (handle: number) => {
      const target = targetOf(handle);
      if (target.state === "closed" || target.state === "closedForQueryRemove") return status.invalidDeviceState;
      target.start();
      return status.success;
    },
    WdfIoTargetStop: (handle: number, action: number) => {
      const target = targetOf(handle);
      const waits = action === sentIoAction.cancelSentIo || action === sentIoAction.waitForSentIoToComplete;
      if (waits && !framework.verifierIrqlAtMost(passiveLevel)) return;
      target.stop(action);
    },
    WdfIoTargetPurge: (handle: number, action: number) => {
      const target = targetOf(handle);
      if (action === purgeIoAndWait && !framework.verifierIrqlAtMost(passiveLevel)) return;
      target.end("purged");
      if (action === purgeIoAndWait) target.awaitSent();
    },
    WdfIoTargetGetState: (handle: number) => targetState[targetOf(handle).state],
    WdfIoTargetGetDevice: (handle: number) => targetOf(handle).device.handle,
    WdfIoTargetWdmGetTargetDeviceObject: (handle: number) => targetOf(handle).targetDevice,
    WdfIoTargetWdmGetTargetPhysicalDevice: (handle: number) => {
      const target = targetOf(handle);
      return target.opened === undefined ? target.targetDevice : (target.opened.device.pdo?.address ?? 0);
    },
    WdfIoTargetWdmGetTargetFileObject: (handle: number) => targetOf(handle).opened?.file.address ?? 0,
    // The framework's handle is not one that ZwReadFile of this machine knows.
    WdfIoTargetWdmGetTargetFileHandle: (handle: number) => {
      targetOf(handle);
      return 0;
    },
    WdfIoTargetQueryTargetProperty: (handle: number, property: number, length: number, buffer: number, resultLength: number) => {
      targetOf(handle);
      return queryLegacyProperty(framework, property, length, buffer, resultLength);
    },
    WdfIoTargetAllocAndQueryTargetProperty: (handle: number, property: number, poolType: number, attributes: number, out: number) => {
      targetOf(handle);
      return allocLegacyProperty(framework, property, poolType, attributes, out);
    },
    WdfIoTargetQueryForInterface: (handle: number, guid: number, address: number, size: number, version: number, specific: number) =>
      queryStack(targetOf(handle).device, { guidAddress: guid, address, size: size & 0xffff, version: version & 0xffff, specific }),
  };
}

function create(framework: WdfFramework, device: WdfDevice, attributesAddress: number, out: number): number {
  framework.requirePointer(out, "IoTarget");
  if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
  const attributes = readAttributes(framework, attributesAddress, parentRules);
  if (typeof attributes === "number") return attributes;
  const parent = attributes.parent === 0 ? device : framework.resolve(attributes.parent, WdfObject, "WDFOBJECT");
  if (parent.ancestor(WdfDevice) !== device) return status.invalidDeviceRequest;
  return framework.finishCreate(new WdfIoTarget(framework, device, parent, attributes, false), out);
}

function open(target: WdfIoTarget, params: number): number {
  const { framework } = target;
  const { io } = framework.nt;
  const view = new StructView(framework.machine.memory, WDF_IO_TARGET_OPEN_PARAMS, framework.requirePointer(params, "OpenParams"));
  if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
  if (view.get("Size") !== WDF_IO_TARGET_OPEN_PARAMS.size) return status.infoLengthMismatch;
  if (target.isLocal || target.state === "started") return status.invalidDeviceState;
  switch (view.get("Type")) {
    case openType.useExistingDevice: {
      const device = view.get("TargetDeviceObject");
      if (device === 0) return status.invalidParameter;
      if (device === (target.device.init.lower?.address ?? 0)) target.opened = undefined;
      else {
        const found = io.deviceAt(device);
        if (found === undefined) return status.invalidParameter;
        target.opened = TargetDevice.existing(framework, found, io.fileAt(view.get("TargetFileObject")));
      }
      target.openName = "";
      target.state = "started";
      return status.success;
    }
    case openType.byName:
      return openName(target, readUnicodeString(framework.machine.memory, view.at("TargetDeviceName")));
    case openType.reopen:
      if (target.state !== "closedForQueryRemove") return status.invalidDeviceState;
      if (target.openName !== "") return openName(target, target.openName);
      target.state = "started";
      return status.success;
    case openType.localTargetByFile:
      framework.nt.checks.notEmulated("WdfIoTargetOpen with WdfIoTargetOpenLocalTargetByFile");
      return status.notSupported;
    default:
      return status.invalidParameter;
  }
}

function openName(target: WdfIoTarget, name: string): number {
  const opened = TargetDevice.open(target.framework, name);
  if (typeof opened === "number") return opened;
  target.opened = opened;
  target.openName = name;
  target.state = "started";
  return status.success;
}
