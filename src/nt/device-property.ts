// SPDX-License-Identifier: MIT
/** Properties of the device as the PnP manager and the PCI bus driver report them (DEVICE_REGISTRY_PROPERTY). */
import type { Machine } from "../machine/index.ts";

/** DEVICE_REGISTRY_PROPERTY. */
export const deviceProperty = {
  deviceDescription: 0x0,
  hardwareId: 0x1,
  compatibleIds: 0x2,
  bootConfiguration: 0x3,
  bootConfigurationTranslated: 0x4,
  className: 0x5,
  classGuid: 0x6,
  driverKeyName: 0x7,
  manufacturer: 0x8,
  friendlyName: 0x9,
  locationInformation: 0xa,
  physicalDeviceObjectName: 0xb,
  busTypeGuid: 0xc,
  legacyBusType: 0xd,
  busNumber: 0xe,
  enumeratorName: 0xf,
  address: 0x10,
  installState: 0x12,
  removalPolicy: 0x13,
  resourceRequirements: 0x14,
  allocatedResources: 0x15,
  containerId: 0x16,
} as const;

/** GUID_BUS_TYPE_PCI, {c8ebdfb0-b510-11d0-80e5-00a0c92542e3}. */
const pciBusType = Uint8Array.of(0xb0, 0xdf, 0xeb, 0xc8, 0x10, 0xb5, 0xd0, 0x11, 0x80, 0xe5, 0x00, 0xa0, 0xc9, 0x25, 0x42, 0xe3);
const pciInterfaceType = 5;
/** The function is device 5, function 0 of bus 0. */
const slot = 5;
const removalExpectNothing = 1;

/** The bytes of a property; undefined when the device does not have it. */
export function devicePropertyBytes(machine: Machine, property: number): Uint8Array | undefined {
  const { name, pci } = machine.device.definition;
  switch (property) {
    case deviceProperty.deviceDescription:
    case deviceProperty.friendlyName:
      return wideText(name);
    case deviceProperty.hardwareId:
      return wideList(hardwareIds(machine));
    case deviceProperty.compatibleIds: {
      const cls = digits(pci.classCode, 6);
      return wideList([`PCI\\VEN_${digits(pci.vendorId, 4)}&CC_${cls}`, `PCI\\CC_${cls}`, `PCI\\CC_${cls.slice(0, 4)}`]);
    }
    case deviceProperty.className:
      return wideText("System");
    case deviceProperty.classGuid:
      return wideText("{4D36E97D-E325-11CE-BFC1-08002BE10318}");
    case deviceProperty.driverKeyName:
      return wideText("{4D36E97D-E325-11CE-BFC1-08002BE10318}\\0000");
    case deviceProperty.manufacturer:
      return wideText("Emulated");
    case deviceProperty.locationInformation:
      return wideText(`PCI bus 0, device ${slot}, function 0`);
    case deviceProperty.physicalDeviceObjectName:
      return wideText("\\Device\\NTPNP_PCI0001");
    case deviceProperty.busTypeGuid:
      return pciBusType.slice();
    case deviceProperty.legacyBusType:
      return ulong(pciInterfaceType);
    case deviceProperty.busNumber:
    case deviceProperty.installState:
      return ulong(0);
    case deviceProperty.enumeratorName:
      return wideText("PCI");
    case deviceProperty.address:
      return ulong(slot << 16);
    case deviceProperty.removalPolicy:
      return ulong(removalExpectNothing);
    case deviceProperty.containerId:
      // The container of everything that is built into the machine.
      return wideText("{00000000-0000-0000-FFFF-FFFFFFFFFFFF}");
    default:
      return undefined;
  }
}

/** Properties that hold resource lists: the emulated PnP manager gives resources in EvtDevicePrepareHardware only. */
export const isResourceProperty = (property: number): boolean =>
  property === deviceProperty.bootConfiguration ||
  property === deviceProperty.bootConfigurationTranslated ||
  property === deviceProperty.resourceRequirements ||
  property === deviceProperty.allocatedResources;

/** Hardware ids of the PCI function, most specific first. */
export function hardwareIds(machine: Machine): readonly string[] {
  const { pci } = machine.device.definition;
  const id = `PCI\\VEN_${digits(pci.vendorId, 4)}&DEV_${digits(pci.deviceId, 4)}`;
  const subsystem = digits(pci.subsystemId ?? pci.deviceId, 4) + digits(pci.subsystemVendorId ?? pci.vendorId, 4);
  const revision = digits(pci.revision, 2);
  return [`${id}&SUBSYS_${subsystem}&REV_${revision}`, `${id}&SUBSYS_${subsystem}`, `${id}&REV_${revision}`, id];
}

const digits = (value: number, count: number): string => value.toString(16).toUpperCase().padStart(count, "0");

/** Zero-terminated UTF-16. */
function wideText(text: string): Uint8Array {
  const bytes = new Uint8Array(2 * (text.length + 1));
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), true);
  return bytes;
}

/** REG_MULTI_SZ. */
const wideList = (texts: readonly string[]): Uint8Array => wideText(texts.map((text) => `${text}\0`).join(""));

function ulong(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
