// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { pageSize } from "../protocol/index.ts";
import { type MdlReader, advanceInChain, mapRegisterNeed, pagesSpanned } from "./dma-map-registers.ts";
import { status } from "./status.ts";

/** MDLs numbered from 1. */
function chain(...parts: readonly { readonly address: number; readonly bytes: number }[]): MdlReader {
  const part = (mdl: number) => {
    const found = parts[mdl - 1];
    assert(found !== undefined);
    return found;
  };
  return {
    byteCount: (mdl) => part(mdl).bytes,
    virtualAddress: (mdl) => part(mdl).address,
    next: (mdl) => (mdl < parts.length ? mdl + 1 : 0),
  };
}

const parts = fc.array(fc.record({ address: fc.integer({ min: 0x1_0000, max: 0x8_0000 }), bytes: fc.integer({ min: 1, max: 20_000 }) }), {
  minLength: 1,
  maxLength: 5,
});

describe("mapRegisterNeed", () => {
  it("counts the pages of one MDL from the real offset", () => {
    const mdls = chain({ address: 0x1_0f00, bytes: 10_000 });
    assert.deepEqual(mapRegisterNeed(mdls, 1, 0, 0x100, 16), { status: status.success, required: 1, possible: 0x100 });
    assert.deepEqual(mapRegisterNeed(mdls, 1, 0, 0x101, 16), { status: status.success, required: 2, possible: 0x101 });
    assert.deepEqual(mapRegisterNeed(mdls, 1, 0x100, 4096, 16), { status: status.success, required: 1, possible: 4096 });
  });

  it("stops at whole MDLs when registers are short, and still describes the whole length", () => {
    const mdls = chain({ address: 0x1_0800, bytes: 4096 }, { address: 0x3_0000, bytes: 4096 }, { address: 0x5_0000, bytes: 8192 });
    assert.deepEqual(mapRegisterNeed(mdls, 1, 0, 16_384, 4), { status: status.success, required: 5, possible: 8192 });
    assert.deepEqual(mapRegisterNeed(mdls, 1, 0, 16_384, 2), { status: status.success, required: 5, possible: 4096 });
    assert.deepEqual(mapRegisterNeed(mdls, 1, 0, 16_384, 1), { status: status.success, required: 5, possible: 0 });
  });

  it("tolerates a chain that is short by less than the rest of a page", () => {
    const aligned = chain({ address: 0x1_0000, bytes: 4096 });
    assert.equal(mapRegisterNeed(aligned, 1, 0, 8192, 16).status, status.success);
    assert.equal(mapRegisterNeed(aligned, 1, 0, 8193, 16).status, status.bufferTooSmall);
    const offset = chain({ address: 0x1_0100, bytes: 4096 });
    assert.equal(mapRegisterNeed(offset, 1, 0, 8192 - 0x100, 16).status, status.success);
    assert.equal(mapRegisterNeed(offset, 1, 0, 8193 - 0x100, 16).status, status.bufferTooSmall);
  });

  it("needs as many registers as pages are touched, counted MDL by MDL", () => {
    fc.assert(
      fc.property(parts, fc.nat(), fc.nat(), (list, a, b) => {
        const total = list.reduce((sum, { bytes }) => sum + bytes, 0);
        const offset = a % (list[0]?.bytes ?? 1);
        const length = 1 + (b % (total - offset));
        let rest = length;
        let expected = 0;
        for (const [index, { address, bytes }] of list.entries()) {
          const skip = index === 0 ? offset : 0;
          const used = Math.min(rest, bytes - skip);
          if (used > 0) expected += pagesSpanned((address + skip) % pageSize, used);
          rest -= used;
        }
        const need = mapRegisterNeed(chain(...list), 1, offset, length, expected);
        assert.deepEqual(need, { status: status.success, required: expected, possible: length });
        assert.ok(mapRegisterNeed(chain(...list), 1, offset, length, expected - 1).possible < length);
      }),
    );
  });
});

describe("advanceInChain", () => {
  it("finds the MDL of every byte", () => {
    fc.assert(
      fc.property(parts, fc.nat(), (list, a) => {
        const total = list.reduce((sum, { bytes }) => sum + bytes, 0);
        const distance = a % total;
        const place = advanceInChain(chain(...list), 1, 0, distance);
        const before = list.slice(0, place.mdl - 1).reduce((sum, { bytes }) => sum + bytes, 0);
        assert.equal(before + place.offset, distance);
        assert.ok(place.offset < (list[place.mdl - 1]?.bytes ?? 0));
      }),
    );
  });
});
