// SPDX-License-Identifier: MIT
/**
 * WMI providers and instances (wdfwmi.h). They are created, checked and shown; the machine has no WMI client, so that their callbacks are never called, no
 * event is enabled, and an event that is fired goes to nobody.
 */
import { struct } from "../base/index.ts";
import { passiveLevel } from "../machine/index.ts";
import type { ApiTable } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import { type ObjectAttributes, noAttributes, plainRules, readAttributes } from "./attributes.ts";
import { WdfDevice } from "./device.ts";
import { guidText } from "./device-init-api.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";
import { isSuccess, status } from "./status.ts";
import { StructView } from "./struct-view.ts";

export const WDF_WMI_PROVIDER_CONFIG = struct("WDF_WMI_PROVIDER_CONFIG", {
  Size: "u32",
  Guid: ["u32", 4],
  Flags: "u32",
  MinInstanceBufferSize: "u32",
  EvtWmiProviderFunctionControl: "ptr",
});
export const WDF_WMI_INSTANCE_CONFIG = struct("WDF_WMI_INSTANCE_CONFIG", {
  Size: "u32",
  Provider: "ptr",
  ProviderConfig: "ptr",
  UseContextForQuery: "u8",
  Register: "u8",
  EvtWmiInstanceQueryInstance: "ptr",
  EvtWmiInstanceSetInstance: "ptr",
  EvtWmiInstanceSetItem: "ptr",
  EvtWmiInstanceExecuteMethod: "ptr",
});

/** WDF_WMI_PROVIDER_FLAGS. */
const providerFlag = { eventOnly: 1, readOnly: 4, tracing: 8, all: 15 } as const;

export class WdfWmiProvider extends WdfObject {
  readonly device: WdfDevice;
  readonly guid: string;
  readonly flags: number;
  override undeletable: string | undefined = "a WMI provider ends with its device";

  constructor(framework: WdfFramework, device: WdfDevice, attributes: ObjectAttributes, guid: string, flags: number) {
    super(framework, "WDFWMIPROVIDER", device, attributes);
    this.device = device;
    this.guid = guid;
    this.flags = flags;
  }

  override label(): string {
    return this.guid;
  }
}

export class WdfWmiInstance extends WdfObject {
  readonly provider: WdfWmiProvider;
  isRegistered: boolean;

  constructor(framework: WdfFramework, provider: WdfWmiProvider, attributes: ObjectAttributes, isRegistered: boolean) {
    super(framework, "WDFWMIINSTANCE", provider, attributes);
    this.provider = provider;
    this.isRegistered = isRegistered;
  }

  override label(): string {
    return `${this.provider.guid}, ${this.isRegistered ? "registered" : "not registered"}`;
  }

  override fields(): FieldView[] {
    return [{ name: "Provider", value: this.provider.guid, objectId: this.provider.id }];
  }
}

export function wmiApi(framework: WdfFramework): ApiTable {
  const deviceOf = (handle: number): WdfDevice => framework.resolve(handle, WdfDevice, "WDFDEVICE");
  const providerOf = (handle: number): WdfWmiProvider => framework.resolve(handle, WdfWmiProvider, "WDFWMIPROVIDER");
  const instanceOf = (handle: number): WdfWmiInstance => framework.resolve(handle, WdfWmiInstance, "WDFWMIINSTANCE");
  return {
    WdfWmiProviderCreate: (device: number, config: number, attributes: number, out: number) => {
      framework.requirePointer(out, "WmiProvider");
      const provider = createProvider(deviceOf(device), config, attributes);
      if (typeof provider === "number") return provider;
      framework.machine.memory.setU32(out >>> 0, provider.handle);
      return status.success;
    },
    WdfWmiProviderGetDevice: (handle: number) => providerOf(handle).device.handle,
    WdfWmiProviderIsEnabled: (handle: number) => {
      providerOf(handle);
      return 0;
    },
    WdfWmiProviderGetTracingHandle: (handle: number) => {
      providerOf(handle);
      return 0n;
    },
    WdfWmiInstanceCreate: (device: number, config: number, attributes: number, out: number) => createInstance(deviceOf(device), config, attributes, out),
    WdfWmiInstanceGetDevice: (handle: number) => instanceOf(handle).provider.device.handle,
    WdfWmiInstanceGetProvider: (handle: number) => instanceOf(handle).provider.handle,
    WdfWmiInstanceRegister: (handle: number) => {
      const instance = instanceOf(handle);
      if (instance.isRegistered) return status.invalidDeviceState;
      instance.isRegistered = true;
      return status.success;
    },
    WdfWmiInstanceDeregister: (handle: number) => {
      instanceOf(handle).isRegistered = false;
    },
    // IoWMIWriteEvent succeeds without a consumer.
    WdfWmiInstanceFireEvent: (handle: number) => {
      instanceOf(handle);
      return status.success;
    },
    WdfDeviceAssignMofResourceName: (device: number, name: number) => {
      deviceOf(device);
      framework.requirePointer(name, "MofResourceName");
      return framework.verifierIrqlAtMost(passiveLevel) ? status.success : status.invalidDeviceRequest;
    },
  };
}

function createProvider(device: WdfDevice, config: number, attributesAddress: number): WdfWmiProvider | number {
  const { framework } = device;
  const { memory } = framework.machine;
  const view = new StructView(memory, WDF_WMI_PROVIDER_CONFIG, framework.requirePointer(config, "WmiProviderConfig"));
  if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
  if (view.get("Size") !== WDF_WMI_PROVIDER_CONFIG.size) return status.infoLengthMismatch;
  const flags = view.get("Flags");
  const isMixed = (flags & providerFlag.eventOnly) !== 0 && (flags & providerFlag.readOnly) !== 0;
  if ((flags & ~providerFlag.all) !== 0 || isMixed) return status.invalidParameter;
  const guid = guidText(memory.read(view.at("Guid"), 16));
  if (device.children.some((child) => child instanceof WdfWmiProvider && child.guid === guid)) return status.objectNameCollision;
  const attributes = attributesAddress === 0 ? noAttributes : readAttributes(framework, attributesAddress, plainRules);
  if (typeof attributes === "number") return attributes;
  const provider = new WdfWmiProvider(framework, device, attributes, guid, flags);
  const result = provider.commit();
  return isSuccess(result) ? provider : result;
}

function createInstance(device: WdfDevice, config: number, attributesAddress: number, out: number): number {
  const { framework } = device;
  const view = new StructView(framework.machine.memory, WDF_WMI_INSTANCE_CONFIG, framework.requirePointer(config, "InstanceConfig"));
  if (!framework.verifierIrqlAtMost(passiveLevel)) return status.invalidDeviceRequest;
  if (view.get("Size") !== WDF_WMI_INSTANCE_CONFIG.size) return status.infoLengthMismatch;
  const handle = view.get("Provider");
  const providerConfig = view.get("ProviderConfig");
  // Exactly one of a provider and the configuration of a new one.
  if ((handle === 0) === (providerConfig === 0)) return status.invalidParameter;
  const attributes = attributesAddress === 0 ? noAttributes : readAttributes(framework, attributesAddress, plainRules);
  if (typeof attributes === "number") return attributes;
  if (view.get("UseContextForQuery") !== 0 && attributes.context === undefined) return status.invalidParameter;
  const provider = handle === 0 ? createProvider(device, providerConfig, 0) : framework.resolve(handle, WdfWmiProvider, "WDFWMIPROVIDER");
  if (typeof provider === "number") return provider;
  if ((provider.flags & providerFlag.eventOnly) === 0 && view.get("UseContextForQuery") === 0 && view.get("EvtWmiInstanceQueryInstance") === 0)
    return status.invalidParameter;
  return framework.finishCreate(new WdfWmiInstance(framework, provider, attributes, view.get("Register") !== 0), out);
}
