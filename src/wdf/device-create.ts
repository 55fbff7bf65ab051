// SPDX-License-Identifier: MIT
/** WdfDeviceCreate: a function device, a child of a bus or a control device from its WDFDEVICE_INIT (kmdf fxdeviceapi.cpp, fxdevicekm.cpp). */
import { passiveLevel } from "../machine/index.ts";
import type { DeviceObject, IoType } from "../nt/index.ts";
import { readAttributes } from "./attributes.ts";
import { BusStack } from "./bus-stack.ts";
import { WdfChildList } from "./child-list.ts";
import { WdfDevice } from "./device.ts";
import type { DeviceInit } from "./device-init.ts";
import { ioType } from "./device-structs.ts";
import { WdfDriver } from "./driver.ts";
import type { WdfFramework } from "./framework.ts";
import { isSuccess, status } from "./status.ts";

export function createDevice(framework: WdfFramework, initPointer: number, attributesAddress: number, out: number): number {
  const { memory } = framework.machine;
  const pointer = framework.requirePointer(initPointer, "DeviceInit");
  framework.requirePointer(memory.u32(pointer), "*DeviceInit");
  framework.requirePointer(out, "Device");
  if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
  const init = framework.deviceInits.resolve(memory.u32(pointer));
  if (init === undefined) return status.invalidParameter;
  const attributes = readAttributes(framework, attributesAddress, { parent: false, level: true, scope: true });
  if (typeof attributes === "number") return attributes;
  const { driver } = framework;
  if (!(driver instanceof WdfDriver)) return status.invalidDeviceState;
  const deviceObject = createObject(framework, init);
  if (typeof deviceObject === "number") return deviceObject;
  const device = new WdfDevice(framework, driver, init, deviceObject, attributes, driver);
  const result = framework.finishCreate(device, out);
  if (!isSuccess(result)) return result;
  framework.nt.io.setReadWriteType(deviceObject, readWriteType(init.readWriteType));
  memory.setU32(pointer, 0);
  init.end = "WdfDeviceCreate made a device of it";
  init.device = device;
  if (init.childList !== undefined) {
    const { config, attributes: listAttributes } = init.childList;
    const list = new WdfChildList(framework, device, listAttributes, config);
    const committed = list.commit();
    if (!isSuccess(committed)) return committed;
    device.bus.defaultList = list;
  }
  if (init.kind === "fdo") publish(framework, device, deviceObject);
  return result;
}

/** The DEVICE_OBJECT with its name; STATUS_OBJECT_NAME_COLLISION when another device has the name. */
function createObject(framework: WdfFramework, init: DeviceInit): DeviceObject | number {
  const { nt } = framework;
  const { name } = init;
  if (name !== undefined && nt.names.find(name)?.rest === "") return status.objectNameCollision;
  const device = nt.io.createDevice(name ?? `\\Device\\${nt.driver.serviceName}`, init.lower);
  if (name !== undefined) nt.names.add(name, device);
  return device;
}

function publish(framework: WdfFramework, device: WdfDevice, deviceObject: DeviceObject): void {
  framework.nt.pnp.stack = new BusStack(device);
  framework.nt.pnp.functionDevice = deviceObject;
}

function readWriteType(type: number): IoType {
  switch (type) {
    case ioType.neither:
      return "neither";
    case ioType.direct:
    case ioType.bufferedOrDirect:
      return "direct";
    default:
      return "buffered";
  }
}
