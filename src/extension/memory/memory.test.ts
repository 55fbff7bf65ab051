// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { memoryRequest } from "../../protocol/index.ts";
import { cArray, exportMemory, intelHex } from "./memory-formats.ts";
import { MemoryMoments } from "./memory-moments.ts";
import { moved, parseReference, referenceText } from "./memory-reference.ts";
import { findPattern, parsePattern } from "./memory-search.ts";

describe("memory references", () => {
  it("have a space unless they are virtual, and move within it", () => {
    for (const text of ["0x00030000", "logical:0x2E0EE24000", "bar0:0x00000010"])
      assert.equal(referenceText(parseReference(text) ?? { space: "?", address: 0n }), text);
    assert.equal(referenceText(moved({ space: "physical:", address: 0x1000n }, -0x2000)), "physical:0x00000000");
    assert.equal(referenceText(parseReference("virtual:4096") ?? { space: "?", address: 0n }), "0x00001000");
    assert.equal(parseReference("context->Buffer"), undefined);
  });
});

describe("exported memory", () => {
  const memory = { address: 0x1_fff8n, bytes: Uint8Array.from({ length: 20 }, (_, i) => i), name: "0x0001FFF8" };

  it("is Intel HEX that changes its upper address where 64 KiB end, with checksums", () => {
    const lines = intelHex(memory).trimEnd().split("\n");
    assert.deepEqual(lines, [":020000040001F9", ":08FFF8000001020304050607E5", ":020000040002F8", ":0C00000008090A0B0C0D0E0F1011121352", ":00000001FF"]);
    for (const line of lines) {
      const bytes = [...Buffer.from(line.slice(1), "hex")];
      assert.equal(bytes.reduce((sum, byte) => sum + byte, 0) & 0xff, 0, line);
    }
  });

  it("is a C array that compiles, and plain bytes", () => {
    assert.match(
      cArray(memory),
      /^\/\* 20 bytes at 0x0001FFF8 \(0x1FFF8\) \*\/\nstatic const unsigned char memory\[20\] = \{\n {4}0x00, 0x01, [^\n]*0x0F,\n {4}0x10, 0x11, 0x12, 0x13,\n\};\n$/,
    );
    assert.equal(exportMemory("bin", memory), memory.bytes);
  });
});

describe("search in memory", () => {
  it("takes bytes with any byte in between, and texts", () => {
    assert.deepEqual(parsePattern("00 ff ?? 0x12"), [0, 255, undefined, 18]);
    assert.deepEqual(parsePattern('"Aé"'), [0x41, 0xc3, 0xa9]);
    assert.deepEqual(parsePattern('L"A"'), [0x41, 0]);
    for (const text of ["", "abc", '""', "zz"]) assert.equal(parsePattern(text), undefined);
  });

  it("finds the first match from a place on", () => {
    const bytes = Uint8Array.of(1, 2, 3, 1, 9, 3);
    assert.equal(findPattern(bytes, [1, undefined, 3], 0), 0);
    assert.equal(findPattern(bytes, [1, undefined, 3], 1), 3);
    assert.equal(findPattern(bytes, [undefined, 9], 0), 3);
    assert.equal(findPattern(bytes, [3, 1, 9, 3, 7], 0), undefined);
  });
});

describe("moments of memory", () => {
  it("are those of the same stretch, latest first, without the one that is shown", () => {
    const moments = new MemoryMoments();
    moments.see("0x1000", 10, Uint8Array.of(1));
    moments.see("0x1000", 20, Uint8Array.of(2));
    moments.see("0x1000", 20, Uint8Array.of(3));
    moments.see("0x2000", 30, Uint8Array.of(4));
    assert.deepEqual(moments.positions("0x1000", 1, 20), [10]);
    assert.deepEqual(moments.positions("0x1000", 1, undefined), [20, 10]);
    assert.deepEqual(moments.bytesAt("0x1000", 1, 20), Uint8Array.of(3));
    assert.equal(moments.bytesAt("0x1000", 2, 20), undefined);
  });

  it("are forgotten when there are too many", () => {
    const moments = new MemoryMoments();
    for (let position = 1; position <= 25; position++) moments.see("0x1000", position, Uint8Array.of(1));
    assert.deepEqual(moments.positions("0x1000", 1, undefined).length, 20);
    for (let i = 0; i < 40; i++) moments.see(`0x${i}`, 1, Uint8Array.of(1));
    assert.deepEqual(moments.positions("0x1000", 1, undefined), []);
  });
});

describe("messages of the memory panel", () => {
  it("are taken when they are complete, and refused otherwise", () => {
    assert.deepEqual(memoryRequest({ type: "write", offset: 3, data: "0aFF", more: 1 }), { type: "write", offset: 3, data: "0aFF" });
    assert.deepEqual(memoryRequest({ type: "compare", moment: 12 }), { type: "compare", moment: 12 });
    for (const bad of [
      { type: "write", offset: -1, data: "00" },
      { type: "write", offset: 0, data: "0" },
      { type: "follow", offset: 0, size: 5 },
      { type: "compare", moment: "then" },
      { type: "export", format: "exe" },
      { type: "move", bytes: 0.5 },
      { type: "nothing" },
      undefined,
    ])
      assert.equal(memoryRequest(bad), undefined);
  });
});
