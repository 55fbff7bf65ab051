// SPDX-License-Identifier: MIT
/**
 * What the serial EEPROM of the board loads into the PCI 9656 after power-on and on CNTRL bit 29 (data book, section 4.3.2): the place of each register in
 * it, most significant word first, and the content on this board.
 */
import { configurationRegister } from "./pci9656-configuration-registers.ts";
import { runtimeRegister } from "./pci9656-runtime-registers.ts";
import type { RegisterFile } from "./register-file.ts";

/** A 93CS56: 128 words. */
export const eepromWords = 128;
export const eepromAddressBits = 8;

const dword = (offset: number, register: number) => ({ offset, register });

/** Byte offset in the EEPROM of each 32-bit register; PCI configuration registers come before and between them. */
const layout = [
  dword(0x0c, runtimeRegister.mbox0),
  dword(0x10, runtimeRegister.mbox1),
  dword(0x14, configurationRegister.las0rr),
  dword(0x18, configurationRegister.las0ba),
  dword(0x1c, configurationRegister.marbr),
  dword(0x20, configurationRegister.bigend),
  dword(0x24, configurationRegister.eromrr),
  dword(0x28, configurationRegister.eromba),
  dword(0x2c, configurationRegister.lbrd0),
  dword(0x30, configurationRegister.dmrr),
  dword(0x34, configurationRegister.dmlbam),
  dword(0x38, configurationRegister.dmlbai),
  dword(0x3c, configurationRegister.dmpbam),
  dword(0x40, configurationRegister.dmcfga),
  dword(0x48, configurationRegister.las1rr),
  dword(0x4c, configurationRegister.las1ba),
  dword(0x50, configurationRegister.lbrd1),
  dword(0x58, configurationRegister.pciarb),
] as const;

/** Place of what the PCI configuration header takes. */
const identity = { deviceId: 0x00, vendorId: 0x02, classCode: 0x04, revision: 0x06, subsystemId: 0x44, subsystemVendorId: 0x46 } as const;

/** Loads the registers; an erased EEPROM (all ones) or an empty one loads nothing. */
export function loadEeprom(words: Uint16Array, registers: RegisterFile): boolean {
  const first = ((words[0] ?? 0) << 16) | (words[1] ?? 0);
  if (first === 0 || first === -1) return false;
  for (const { offset, register } of layout) registers.setWord(register, ((words[offset / 2] ?? 0) * 0x1_0000 + (words[offset / 2 + 1] ?? 0)) >>> 0);
  return true;
}

export interface EepromIdentity {
  readonly vendorId: number;
  readonly deviceId: number;
  readonly classCode: number;
  readonly revision: number;
  readonly subsystemVendorId: number;
  readonly subsystemId: number;
}

/** Content for a board with this identity, where `values` differ from the chip's own register values. */
export function eepromImage(pci: EepromIdentity, defaults: RegisterFile, values: ReadonlyMap<number, number>): Uint16Array {
  const words = new Uint16Array(eepromWords).fill(0xffff);
  words[identity.deviceId / 2] = pci.deviceId;
  words[identity.vendorId / 2] = pci.vendorId;
  words[identity.classCode / 2] = pci.classCode >> 8;
  words[identity.revision / 2] = ((pci.classCode & 0xff) << 8) | pci.revision;
  // Maximum latency and minimum grant; interrupt pin A.
  words[4] = 0;
  words[5] = 0x0100;
  words[identity.subsystemId / 2] = pci.subsystemId;
  words[identity.subsystemVendorId / 2] = pci.subsystemVendorId;
  for (const { offset, register } of layout) {
    const value = values.get(register) ?? defaults.word(register);
    words[offset / 2] = value >>> 16;
    words[offset / 2 + 1] = value & 0xffff;
  }
  return words;
}
