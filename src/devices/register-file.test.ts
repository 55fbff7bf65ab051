// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { RegisterFile, dwordsOf, shifted } from "./register-file.ts";

const registers = [
  { bar: 0, offset: 0, size: 4, name: "CONTROL", access: "rw", reset: 0x1234_5678, writable: 0x00ff_00ff, clearedByOne: 0xf000_0000 },
  { bar: 0, offset: 4, size: 1, name: "LOW", access: "rw", reset: 0x5a },
  { bar: 0, offset: 5, size: 1, name: "STATUS", access: "ro", reset: 0x10 },
  { bar: 0, offset: 6, size: 2, name: "FLAGS", access: "w1c", reset: 0xffff },
] as const;

describe("RegisterFile", () => {
  it("resets registers, all or a range", () => {
    const file = new RegisterFile(16, registers);
    file.reset();
    assert.deepEqual([file.word(0), file.word(4), file.word(8)], [0x1234_5678, 0xffff_105a, 0]);
    file.setWord(0, 1);
    file.setWord(4, 2);
    file.reset(4, 8);
    assert.deepEqual([file.word(0), file.word(4)], [1, 0xffff_105a]);
  });

  it("lets a write change writable bits, clear others by one, and nothing where bytes are not enabled", () => {
    const file = new RegisterFile(16, registers);
    file.reset();
    file.write(0, 0xffff_ffff, 0xffff_ffff);
    assert.equal(file.word(0), 0x02ff_56ff);
    file.write(0, 0, 0x0000_00ff);
    assert.equal(file.word(0), 0x02ff_5600);
    file.write(4, 0x00ff_ffff, 0xffff_ffff);
    assert.equal(file.word(4), 0xff00_10ff);
    file.write(8, 1, 0xffff_ffff);
    assert.equal(file.word(8), 0);
  });
});

describe("dwordsOf", () => {
  it("splits an access that crosses a dword and enables its bytes only", () => {
    assert.deepEqual(dwordsOf(8, 4), [{ offset: 8, enabled: 0xffff_ffff, shift: 0 }]);
    assert.deepEqual(dwordsOf(9, 1), [{ offset: 8, enabled: 0x0000_ff00, shift: 8 }]);
    assert.deepEqual(dwordsOf(10, 4), [
      { offset: 8, enabled: 0xffff_0000, shift: 16 },
      { offset: 12, enabled: 0x0000_ffff, shift: -16 },
    ]);
    assert.deepEqual(
      dwordsOf(10, 4).map(({ shift }) => shifted(0xaabb_ccdd, shift)),
      [0xccdd_0000, 0x0000_aabb],
    );
  });
});
