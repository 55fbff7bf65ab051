// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { parseData, parseIoctl, parseLength, remember } from "./request-input.ts";

describe("request input", () => {
  it("reads lengths with units and refuses what is too long", () => {
    assert.deepEqual(["4096", "0x1000", "64K", "1 m", "17M", "4096B", "-1", ""].map(parseLength), [
      4096,
      4096,
      65536,
      1 << 20,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("reads hexadecimal bytes and patterns", () => {
    assert.deepEqual(parseData("DE ad BEEF"), Uint8Array.of(0xde, 0xad, 0xbe, 0xef));
    assert.deepEqual(parseData("increment 3"), Uint8Array.of(0, 1, 2));
    assert.deepEqual(parseData("hex:55AA 5"), Uint8Array.of(0x55, 0xaa, 0x55, 0xaa, 0x55));
    assert.equal(parseData("zero 0x200")?.length, 512);
  });

  it("refuses data that is neither", () => {
    for (const text of ["", "ABC", "increment", "increment 4 5", "stripes 4", "hex: 4"]) assert.equal(parseData(text), undefined, text);
  });

  it("reads control codes with output length and input", () => {
    assert.deepEqual(parseIoctl("0x222004"), { kind: "ioctl", code: 0x22_2004, length: 0 });
    assert.deepEqual(parseIoctl("0x222004 16 01 02"), { kind: "ioctl", code: 0x22_2004, length: 16, data: "0102" });
    for (const text of ["", "0x100000000", "0x1 x", "0x1 4 0"]) assert.equal(parseIoctl(text), undefined, text);
  });

  it("remembers each entry once, the latest first", () => {
    assert.deepEqual(remember(["a", "b"], "b"), ["b", "a"]);
    assert.deepEqual(remember(["a", "b"], "c", 2), ["c", "a"]);
  });
});
