// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { VariableArguments, formatPrintf } from "./printf.ts";
import { TestMachine } from "./test-machine.ts";

/** Puts arguments where the compiler would: numbers in 4 bytes, bigint and {double} in 8, aligned; text as a pointer. */
function format(text: string, ...values: (number | bigint | string | { wide: string } | { double: number } | { counted: string; wide: boolean })[]): string {
  const { memory } = new TestMachine().machine;
  let cursor = 0x1_0000;
  let heap = 0x1_4000;
  const chars = (value: string, wide: boolean): number => {
    const at = heap;
    for (const c of `${value}\0`) {
      if (wide) memory.setU16(heap, c.charCodeAt(0));
      else memory.setU8(heap, c.charCodeAt(0));
      heap += wide ? 2 : 1;
    }
    heap = Math.ceil(heap / 8) * 8;
    return at;
  };
  const u32 = (value: number) => {
    memory.setU32(cursor, value);
    cursor += 4;
  };
  const u64 = (value: bigint) => {
    cursor = Math.ceil(cursor / 8) * 8;
    memory.setU64(cursor, value);
    cursor += 8;
  };
  for (const value of values) {
    if (typeof value === "number") u32(value);
    else if (typeof value === "bigint") u64(value);
    else if (typeof value === "string") u32(chars(value, false));
    else if ("double" in value) {
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, value.double);
      u64(view.getBigUint64(0));
    } else if ("counted" in value) {
      const buffer = chars(value.counted, value.wide);
      memory.setU16(heap, value.counted.length * (value.wide ? 2 : 1));
      memory.setU16(heap + 2, 64);
      memory.setU32(heap + 4, buffer);
      u32(heap);
      heap += 8;
    } else u32(chars(value.wide, true));
  }
  return formatPrintf(memory, text, new VariableArguments(memory, 0x1_0000)).text;
}

describe("formatPrintf", () => {
  it("prints integers of every size, signed and unsigned", () => {
    assert.equal(format("%d %i %u", -5, -6, -1), "-5 -6 4294967295");
    assert.equal(format("%hd %hhu %ld %lu", 0x1ffff, 0x1ff, -1, -1), "-1 255 -1 4294967295");
    assert.equal(format("%I64x %llu %I64d %lld", 0x1_2345_6789n, 2n ** 64n - 1n, -1n, -2n), "123456789 18446744073709551615 -1 -2");
    assert.equal(format("%Ix %zu %I32d", 255, 7, -3), "ff 7 -3");
  });

  it("aligns 64-bit arguments to 8 bytes", () => {
    assert.equal(format("%d:%I64x:%d", 1, 0xabcn, 2), "1:abc:2");
  });

  it("applies flags, width and precision", () => {
    assert.equal(format("[%5d|%-5d|%05d|%+d|% d]", 42, 42, 42, 42, 42), "[   42|42   |00042|+42| 42]");
    assert.equal(format("[%#x|%#010x|%#o|%.4x|%8.3d]", 255, 255, 8, 10, 7), "[0xff|0x000000ff|010|000a|     007]");
    assert.equal(format("[%*d|%-*d|%.*s]", 4, 1, 4, 1, 2, "abcdef"), "[   1|1   |ab]");
    assert.equal(format("[%*d]", -4, 1), "[1   ]");
  });

  it("prints text, narrow and wide", () => {
    assert.equal(format("%s %S %ws %ls %hs", "one", { wide: "two" }, { wide: "three" }, { wide: "four" }, "five"), "one two three four five");
    assert.equal(format("%c%C%lc", 0x41, 0x42, 0x43), "ABC");
    assert.equal(format("[%10s|%-10s|%.2s]", "abc", "abc", "abc"), "[       abc|abc       |ab]");
    assert.equal(format("%s", 0), "(null)");
  });

  it("prints counted strings", () => {
    assert.equal(format("%Z/%wZ", { counted: "ansi", wide: false }, { counted: "unicode", wide: true }), "ansi/unicode");
    assert.equal(format("%wZ", 0), "(null)");
  });

  it("prints pointers with eight digits", () => {
    assert.equal(format("%p", 0x12ab), "000012AB");
  });

  it("prints floating-point numbers as C does", () => {
    const pi = { double: 3.1234567 };
    assert.equal(format("%f %.2f %e %g %g %G", pi, pi, pi, pi, { double: 1e-7 }, { double: 1e20 }), "3.123457 3.12 3.123457e+00 3.12346 1e-07 1E+20");
  });

  it("keeps a percent sign and what is no conversion", () => {
    assert.equal(format("100%% %y"), "100% y");
  });
});
