// SPDX-License-Identifier: MIT
/** Contents of the serial EEPROM of an 82559 board (software developer manual, section "EEPROM"): node address, identity, and the checksum in the last word. */

/** All words add up to this. */
const checksumTotal = 0xbaba;
const word = { compatibility: 0x03, controllerType: 0x05, phy: 0x06, boardNumber: 0x08, id: 0x0a, subsystemId: 0x0b, subsystemVendorId: 0x0c } as const;
/** 82559 controller, one RJ-45 connector. */
const controllerType = 0x0201;
/** PHY 82555 at address 1. */
const primaryPhy = 0x4701;
/** Signature 01 in bits 15:14, and the subsystem identity is valid. */
const idWord = 0x40c0;

export interface BoardIdentity {
  readonly macAddress: Uint8Array;
  readonly subsystemVendorId: number;
  readonly subsystemId: number;
}

/** The image, `words` (64 or 256) long. `hasBadChecksum`: the last word is wrong. */
export function eepromImage({ macAddress, subsystemVendorId, subsystemId }: BoardIdentity, words: number, hasBadChecksum: boolean): Uint16Array {
  const image = new Uint16Array(words);
  for (let i = 0; i < 3; i++) image[i] = (macAddress[2 * i] ?? 0) | ((macAddress[2 * i + 1] ?? 0) << 8);
  image[word.compatibility] = 0x0003;
  image[word.controllerType] = controllerType;
  image[word.phy] = primaryPhy;
  image[word.boardNumber] = 0x7213;
  image[word.boardNumber + 1] = 0x8310;
  image[word.id] = idWord;
  image[word.subsystemId] = subsystemId;
  image[word.subsystemVendorId] = subsystemVendorId;
  const sum = image.subarray(0, words - 1).reduce((total, value) => total + value, 0);
  image[words - 1] = checksumTotal - sum + (hasBadChecksum ? 1 : 0);
  return image;
}
