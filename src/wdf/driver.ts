// SPDX-License-Identifier: MIT
/** WDFDRIVER: the root of the object tree, the driver's configuration and its unload (kmdf fxdriver.cpp, fxdriverapi.cpp). */
import { hex } from "../base/index.ts";
import { passiveLevel } from "../machine/index.ts";
import { type ApiTable, type DeviceObject, tagText } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import { type ObjectAttributes, readAttributes } from "./attributes.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";
import { WDF_DRIVER_CONFIG, WDF_DRIVER_GLOBALS, WDF_DRIVER_VERSION_AVAILABLE_PARAMS, executionLevel, synchronizationScope } from "./object-structs.ts";
import { isSuccess, status } from "./status.ts";
import { StructView } from "./struct-view.ts";
import { utf16 } from "./unicode-string.ts";

/** WDF_DRIVER_INIT_FLAGS. */
const initFlags = { nonPnpDriver: 1, noDispatchOverride: 2 } as const;

export class WdfDriver extends WdfObject {
  readonly deviceAdd: number;
  readonly unload: number;
  readonly isNonPnp: boolean;
  /** Defaults of execution level and scope for everything below. */
  readonly executionLevel: number;
  readonly synchronizationScope: number;
  /** Address of the registry path as a zero-terminated string; 0 until asked for. */
  registryPathBuffer = 0;
  override undeletable: string | undefined = "the framework deletes the driver object when the driver is unloaded";

  constructor(framework: WdfFramework, attributes: ObjectAttributes, config: { deviceAdd: number; unload: number; flags: number }) {
    super(framework, "WDFDRIVER", undefined, attributes);
    this.deviceAdd = config.deviceAdd;
    this.unload = config.unload;
    this.isNonPnp = (config.flags & initFlags.nonPnpDriver) !== 0;
    this.executionLevel = attributes.executionLevel === executionLevel.inherit ? executionLevel.dispatch : attributes.executionLevel;
    this.synchronizationScope = attributes.synchronizationScope === synchronizationScope.inherit ? synchronizationScope.none : attributes.synchronizationScope;
  }

  override label(): string {
    return this.framework.nt.driver.serviceName;
  }

  override fields(): FieldView[] {
    const { driver } = this.framework.nt;
    return [
      { name: "DRIVER_OBJECT", value: hex(driver.address, 8), memoryReference: hex(driver.address) },
      { name: "RegistryPath", value: driver.registryPath },
      { name: "EvtDriverDeviceAdd", value: hex(this.deviceAdd) },
      { name: "EvtDriverUnload", value: hex(this.unload) },
      { name: "PoolTag", value: tagText(this.framework.poolTag) },
      { name: "KMDF version", value: `1.${this.framework.options.version.minor}` },
      { name: "Verifier", value: this.framework.options.verifier ? "on" : "off" },
    ];
  }
}

export function driverApi(framework: WdfFramework): ApiTable {
  const driverOf = (handle: number): WdfDriver => framework.resolve(handle, WdfDriver, "WDFDRIVER");
  return {
    WdfDriverCreate: (driverObject: number, registryPath: number, attributes: number, config: number, driver: number) =>
      createDriver(framework, driverObject, registryPath, attributes, config, driver),
    WdfGetDriver: () => framework.driver?.handle ?? 0,
    WdfDriverWdmGetDriverObject: (driver: number) => {
      driverOf(driver);
      return framework.nt.driver.address;
    },
    WdfWdmDriverGetWdfDriverHandle: (driverObject: number) => {
      framework.requirePointer(driverObject, "DriverObject");
      return driverObject >>> 0 === framework.nt.driver.address ? (framework.driver?.handle ?? 0) : 0;
    },
    WdfDriverGetRegistryPath: (handle: number) => {
      const driver = driverOf(handle);
      if (driver.registryPathBuffer === 0) {
        const text = utf16(framework.nt.driver.registryPath, true);
        driver.registryPathBuffer = framework.nt.pool.allocate(text.length, framework.poolTag, "registry path of the WDFDRIVER");
        if (driver.registryPathBuffer !== 0) framework.machine.memory.write(driver.registryPathBuffer, text);
      }
      return driver.registryPathBuffer;
    },
    WdfDriverIsVersionAvailable: (handle: number, parameters: number) => {
      driverOf(handle);
      const view = new StructView(
        framework.machine.memory,
        WDF_DRIVER_VERSION_AVAILABLE_PARAMS,
        framework.requirePointer(parameters, "VersionAvailableParams"),
      );
      if (view.get("Size") !== WDF_DRIVER_VERSION_AVAILABLE_PARAMS.size) return 0;
      return view.get("MajorVersion") === 1 && view.get("MinorVersion") <= newestMinor ? 1 : 0;
    },
  };
}

/** The emulated runtime is KMDF 1.33. */
const newestMinor = 33;

function createDriver(
  framework: WdfFramework,
  driverObject: number,
  registryPath: number,
  attributesAddress: number,
  configAddress: number,
  out: number,
): number {
  framework.requirePointer(driverObject, "DriverObject");
  framework.requirePointer(registryPath, "RegistryPath");
  const config = new StructView(framework.machine.memory, WDF_DRIVER_CONFIG, framework.requirePointer(configAddress, "DriverConfig"));
  if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
  if (config.get("Size") !== WDF_DRIVER_CONFIG.size) return status.infoLengthMismatch;
  if (framework.driver !== undefined) {
    framework.breakpoint({
      rule: "setup-driver-create",
      message: "WdfDriverCreate was called although the driver has its WDFDRIVER already",
      explanation: "Call WdfDriverCreate once, in DriverEntry.",
    });
    return status.unsuccessful;
  }
  const flags = config.get("DriverInitFlags");
  const deviceAdd = config.get("EvtDriverDeviceAdd");
  if ((flags & initFlags.nonPnpDriver) !== 0 && deviceAdd !== 0) return status.invalidParameter;
  const attributes = readAttributes(framework, attributesAddress, { parent: false, level: true, scope: true });
  if (typeof attributes === "number") return attributes;
  framework.poolTag = config.get("DriverPoolTag") || defaultTag(framework.nt.driver.serviceName);
  const driver = new WdfDriver(framework, attributes, { deviceAdd, unload: config.get("EvtDriverUnload"), flags });
  framework.driver = driver;
  const result = framework.finishCreate(driver, out);
  if (!isSuccess(result)) {
    framework.driver = undefined;
    return result;
  }
  fillGlobals(framework, driver);
  framework.nt.driver.addDevice = (pdo) => addDevice(framework, driver, pdo);
  framework.nt.driver.unload = () => unload(framework, driver);
  framework.nt.driver.loadFailed = () => deleteDriver(framework, driver);
  return result;
}

/** The first four characters of the service name, as the framework chooses a tag. */
function defaultTag(name: string): number {
  return Array.from(name.slice(0, 4).padEnd(4)).reduce((tag, character, i) => tag | (character.charCodeAt(0) << (8 * i)), 0) >>> 0;
}

function fillGlobals(framework: WdfFramework, driver: WdfDriver): void {
  const address = framework.nt.pool.allocate(WDF_DRIVER_GLOBALS.size, framework.poolTag, "WDF_DRIVER_GLOBALS", { zero: true });
  framework.driverGlobals = address;
  if (address === 0) return;
  const view = new StructView(framework.machine.memory, WDF_DRIVER_GLOBALS, address);
  view.set("Driver", driver.handle);
  view.set("DriverTag", framework.poolTag);
  const name = Array.from(framework.nt.driver.serviceName.slice(0, 31), (character) => character.charCodeAt(0) & 0xff);
  framework.machine.memory.write(view.at("DriverName"), Uint8Array.from(name));
}

/** AddDevice: EvtDriverDeviceAdd with a new WDFDEVICE_INIT. A device created by a failing callback is deleted. */
function addDevice(framework: WdfFramework, driver: WdfDriver, pdo: DeviceObject): number {
  if (driver.deviceAdd === 0) return status.invalidDeviceRequest;
  const init = framework.deviceInits.create(pdo);
  const before = new Set(driver.children);
  const result = framework.callback("EvtDriverDeviceAdd", driver.deviceAdd, [driver.handle, init.id], {
    kind: "kernel",
    label: "AddDevice",
    objectId: driver.id,
  });
  const created = driver.children.filter((child) => !before.has(child) && child.type === "WDFDEVICE");
  if (isSuccess(result) && created.length > 0) return result;
  init.end ??= "EvtDriverDeviceAdd returned";
  for (const device of created) device.delete();
  return result;
}

/** Driver unload: EvtDriverUnload, then the object tree; what is left over is reported. */
function unload(framework: WdfFramework, driver: WdfDriver): void {
  if (driver.unload !== 0)
    framework.callback("EvtDriverUnload", driver.unload, [driver.handle], { kind: "kernel", label: "driver unload", objectId: driver.id });
  deleteDriver(framework, driver);
}

/** Ends the driver object; also after a DriverEntry that failed (EvtDriverUnload is not called then). */
function deleteDriver(framework: WdfFramework, driver: WdfDriver): void {
  if (driver.registryPathBuffer !== 0) framework.nt.pool.free(driver.registryPathBuffer, framework.poolTag);
  driver.delete();
  framework.driver = undefined;
  for (const object of framework.handles.all()) {
    framework.violation({
      rule: object === driver ? "obj-driver-not-disposed" : "obj-ref-leak",
      message: `${framework.name(object)} still exists after the driver was unloaded, with ${object.references} reference${object.references === 1 ? "" : "s"}`,
      explanation:
        "A WdfObjectReference without its WdfObjectDereference keeps an object alive for ever; its EvtDestroyCallback would run in an unloaded driver.",
      objectId: object.id,
    });
  }
  if (framework.driverGlobals !== 0) framework.nt.pool.free(framework.driverGlobals, framework.poolTag);
  framework.driverGlobals = 0;
}
