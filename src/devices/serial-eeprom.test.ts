// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { SerialEeprom } from "./serial-eeprom.ts";

/** Clocks `bits` (most significant first) into the selected part. */
function send(eeprom: SerialEeprom, value: number, bits: number): void {
  for (let bit = bits - 1; bit >= 0; bit--) {
    const data = ((value >> bit) & 1) !== 0;
    eeprom.drive(true, false, data);
    eeprom.drive(true, true, data);
  }
}

function command(eeprom: SerialEeprom, code: number, address: number): void {
  eeprom.drive(false, false, false);
  eeprom.drive(true, false, false);
  send(eeprom, 0x400 | (code << 8) | address, 11);
}

function receive(eeprom: SerialEeprom, bits: number): number {
  let value = 0;
  for (let i = 0; i < bits; i++) {
    eeprom.drive(true, false, false);
    eeprom.drive(true, true, false);
    value = value * 2 + (eeprom.output ? 1 : 0);
  }
  return value;
}

const part = () =>
  new SerialEeprom(
    Uint16Array.from({ length: 128 }, (_, i) => 0x1000 + i),
    8,
  );

describe("SerialEeprom", () => {
  it("reads words in sequence after a dummy zero", () => {
    const eeprom = part();
    command(eeprom, 2, 5);
    assert.equal(eeprom.output, false);
    assert.equal(receive(eeprom, 32), 0x1005_1006);
    command(eeprom, 2, 127);
    assert.equal(receive(eeprom, 32), 0x107f_1000);
  });

  it("writes and erases only while writing is enabled", () => {
    const eeprom = part();
    command(eeprom, 1, 3);
    send(eeprom, 0xbeef, 16);
    assert.equal(eeprom.words[3], 0x1003);
    command(eeprom, 0, 0xc0);
    command(eeprom, 1, 3);
    send(eeprom, 0xbeef, 16);
    assert.equal(eeprom.words[3], 0xbeef);
    command(eeprom, 3, 4);
    assert.equal(eeprom.words[4], 0xffff);
    command(eeprom, 0, 0x00);
    command(eeprom, 3, 5);
    assert.equal(eeprom.words[5], 0x1005);
  });

  it("writes and erases all words", () => {
    const eeprom = part();
    command(eeprom, 0, 0xc0);
    command(eeprom, 0, 0x40);
    send(eeprom, 0x55aa, 16);
    assert.ok(eeprom.words.every((word) => word === 0x55aa));
    command(eeprom, 0, 0x80);
    assert.ok(eeprom.words.every((word) => word === 0xffff));
  });

  it("forgets a command that is cut off by its select line", () => {
    const eeprom = part();
    command(eeprom, 0, 0xc0);
    command(eeprom, 1, 3);
    send(eeprom, 0xbeef, 8);
    eeprom.drive(false, false, false);
    assert.equal(eeprom.words[3], 0x1003);
    assert.equal(eeprom.output, true);
  });
});
