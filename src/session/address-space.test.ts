// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { memoryReference, parseMemoryReference } from "./address-space.ts";

describe("parseMemoryReference", () => {
  it("reads addresses with and without a space", () => {
    assert.deepEqual(parseMemoryReference("0x1F"), { space: "virtual", address: 31n });
    assert.deepEqual(parseMemoryReference("31"), { space: "virtual", address: 31n });
    assert.deepEqual(parseMemoryReference("logical:0x100000000"), { space: "logical", address: 0x1_0000_0000n });
  });
  it("is undone by memoryReference", () => {
    for (const text of ["0x00010000", "physical:0x123456789", "logical:0x00001000"]) assert.equal(memoryReference(parseMemoryReference(text)), text);
  });
  it("refuses anything else", () => {
    for (const text of ["", "xyz", "bar:0x1", "-1"]) assert.throws(() => parseMemoryReference(text), /not a memory reference/);
  });
});
