// SPDX-License-Identifier: MIT
/** Contents of the PCI function's configuration space at power-on: type 0 header and capability list (PCI Local Bus 3.0, section 6). */
import type { DeviceDefinition } from "../protocol/index.ts";
import type { Bar } from "./pci-function.ts";

/** Command register: its offset, and the bits that the function obeys. */
export const pciCommand = { offset: 0x04, ioSpace: 0x0001, memorySpace: 0x0002, busMaster: 0x0004 } as const;
const header = {
  vendorId: 0x00,
  deviceId: 0x02,
  status: 0x06,
  revision: 0x08,
  classCode: 0x09,
  bars: 0x10,
  subsystemVendorId: 0x2c,
  subsystemId: 0x2e,
  capabilities: 0x34,
  interruptLine: 0x3c,
  interruptPin: 0x3d,
} as const;
const hasCapabilities = 0x0010;
const powerManagementOffset = 0x40;
const messageOffset = 0x50;
const messageCapability = { msi: 0x05, msix: 0x11 } as const;

export interface ConfigSpaceInterrupts {
  /** Vector of the line; undefined = the function has none. */
  readonly line: number | undefined;
  readonly messages: number;
  readonly usesMessages: boolean;
  readonly isMsix: boolean;
}

/** Fills `space`; returns the offset for the power-management capability. The firmware has placed the BARs and left bus mastering off. */
export function fillConfigSpace(space: Uint8Array, { pci }: DeviceDefinition, bars: readonly Bar[], interrupts: ConfigSpaceInterrupts): number {
  const view = new DataView(space.buffer, space.byteOffset);
  view.setUint16(header.vendorId, pci.vendorId, true);
  view.setUint16(header.deviceId, pci.deviceId, true);
  view.setUint16(pciCommand.offset, pciCommand.ioSpace | pciCommand.memorySpace, true);
  view.setUint8(header.revision, pci.revision);
  for (let i = 0; i < 3; i++) view.setUint8(header.classCode + i, (pci.classCode >> (8 * i)) & 0xff);
  for (const bar of bars) view.setUint32(header.bars + 4 * bar.index, Number(bar.base) | (bar.definition.kind === "io" ? 1 : 0), true);
  view.setUint16(header.subsystemVendorId, pci.subsystemVendorId ?? pci.vendorId, true);
  view.setUint16(header.subsystemId, pci.subsystemId ?? pci.deviceId, true);
  if (interrupts.line !== undefined) {
    view.setUint8(header.interruptLine, interrupts.line & 0x0f);
    view.setUint8(header.interruptPin, 1);
  }
  const power = pci.powerManagement?.offset ?? powerManagementOffset;
  const list = [...(pci.powerManagement === undefined ? [] : [power]), ...(interrupts.messages > 0 ? [messageOffset] : [])];
  if (list.length > 0) view.setUint16(header.status, hasCapabilities, true);
  view.setUint8(header.capabilities, list[0] ?? 0);
  list.forEach((offset, i) => view.setUint8(offset + 1, list[i + 1] ?? 0));
  if (interrupts.messages > 0) fillMessages(view, interrupts);
  return power;
}

function fillMessages(view: DataView, { messages, usesMessages, isMsix }: ConfigSpaceInterrupts): void {
  if (isMsix) {
    // MSI-X capability (section 6.8.2): size of the table, enabled. The platform owns the table.
    view.setUint8(messageOffset, messageCapability.msix);
    view.setUint16(messageOffset + 2, 0x8000 | (messages - 1), true);
    return;
  }
  // Message-signaled interrupt capability (PCI Local Bus 3.0, section 6.8.1), 64-bit address.
  view.setUint8(messageOffset, messageCapability.msi);
  const log2 = Math.min(5, Math.ceil(Math.log2(messages)));
  view.setUint16(messageOffset + 2, 0x0080 | (log2 << 1) | (usesMessages ? 1 | (log2 << 4) : 0), true);
}
