// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { ntStatus } from "../protocol/index.ts";
import { TestMachine } from "./test-machine.ts";

const overflow = ntStatus.STATUS_BUFFER_OVERFLOW;
const invalid = ntStatus.STATUS_INVALID_PARAMETER;

/** A machine with `source` at 0x100 and an eight-character destination at 0 that holds `before`. */
function bench(source: string, before = "", wide = false) {
  const test = new TestMachine();
  const { memory } = test.machine;
  const put = (offset: number, text: string): number => {
    const size = wide ? 2 : 1;
    const bytes = new Uint8Array((text.length + 1) * size);
    for (let i = 0; i < text.length; i++) bytes[i * size] = text.charCodeAt(i);
    memory.write(test.global(offset), bytes);
    return test.global(offset);
  };
  memory.write(test.global(0), new Uint8Array(32).fill(0xcc));
  const destination = put(0, before);
  const text = put(0x100, source);
  return {
    memory,
    destination,
    text,
    end: test.global(0x40),
    remaining: test.global(0x44),
    api: (name: string, ...args: number[]) => Number(test.api(name, ...args)) >>> 0,
    result: () => (wide ? memory.wideString(destination) : memory.cString(destination)),
    put,
  };
}

describe("Safe strings", () => {
  it("copy what fits, terminate it and say when it did not fit", () => {
    const { api, destination, text, result } = bench("seven77");
    assert.equal(api("RtlStringCchCopyA", destination, 8, text), 0);
    assert.equal(result(), "seven77");
    assert.equal(api("RtlStringCchCopyA", destination, 4, text), overflow);
    assert.equal(result(), "sev");
    assert.equal(api("RtlStringCchCopyA", destination, 0, text), invalid);
  });

  it("count bytes in the Cb routines of wide strings", () => {
    const { api, destination, text, result, memory, remaining } = bench("wide", "", true);
    assert.equal(api("RtlStringCbCopyW", destination, 7, text), overflow);
    assert.equal(result(), "wi");
    assert.equal(api("RtlStringCbLengthW", text, 64, remaining), 0);
    assert.equal(memory.u32(remaining), 8);
    assert.equal(api("RtlStringCchLengthW", text, 4, remaining), invalid);
  });

  it("append behind the text that is there, and refuse a destination without end", () => {
    const { api, destination, text, result, put } = bench("cdef", "ab");
    assert.equal(api("RtlStringCchCatNA", destination, 8, text, 2), 0);
    assert.equal(result(), "abcd");
    assert.equal(api("RtlStringCchCatA", destination, 8, text), overflow);
    assert.equal(result(), "abcdcde");
    put(0, "longlong");
    assert.equal(api("RtlStringCchCatA", destination, 8, text), invalid);
  });

  it("read no more of the source than told", () => {
    const { api, destination, text, result } = bench("abcdefgh");
    assert.equal(api("RtlStringCbCopyNA", destination, 8, text, 3), 0);
    assert.equal(result(), "abc");
  });

  it("format, with a va_list as with arguments", () => {
    const { api, destination, text, result, memory, remaining } = bench("%d:%s");
    memory.setU32(remaining, 42);
    memory.setU32(remaining + 4, text);
    assert.equal(api("RtlStringCbPrintfA", destination, 16, text, remaining), 0);
    assert.equal(result(), "42:%d:%s");
    assert.equal(api("RtlStringCchVPrintfA", destination, 4, text, remaining), overflow);
    assert.equal(result(), "42:");
  });

  it("tell where the text ends and how much room is left", () => {
    const { api, destination, text, end, remaining, memory } = bench("abc", "", true);
    assert.equal(api("RtlStringCbCopyExW", destination, 16, text, end, remaining, 0), 0);
    assert.equal(memory.u32(end), destination + 6);
    assert.equal(memory.u32(remaining), 10);
  });

  it("obey the flags of the Ex routines", () => {
    const { api, destination, text, result, memory } = bench("too long for it", "ab");
    assert.equal(api("RtlStringCchCatExA", destination, 8, text, 0, 0, 0x1000), overflow);
    assert.equal(result(), "ab");
    assert.equal(api("RtlStringCchCopyExA", destination, 8, text, 0, 0, 0x400 | 0x2a), overflow);
    assert.equal(result(), "*******");
    assert.equal(api("RtlStringCchCopyExA", destination, 8, 0, 0, 0, 0x100 | 0x200 | 0x2a), 0);
    assert.deepEqual(memory.read(destination, 4), Uint8Array.of(0, 0x2a, 0x2a, 0x2a));
    assert.equal(api("RtlStringCchCopyExA", destination, 8, 0, 0, 0, 0), invalid);
    assert.equal(api("RtlStringCchCopyExA", destination, 8, text, 0, 0, 0x800), overflow);
    assert.equal(result(), "");
  });
});

describe("Safe counted strings", () => {
  /** A UNICODE_STRING of so many bytes at 0x80 whose buffer is the destination. */
  function counted(source: string, capacity: number) {
    const { memory, text, api, destination, remaining, put } = bench(source, "", true);
    const to = remaining + 0x3c;
    memory.setU16(to, 0);
    memory.setU16(to + 2, capacity);
    memory.setU32(to + 4, destination);
    return { memory, text, api, to, remaining, put, result: () => memory.wideString(destination, memory.u16(to) / 2) };
  }

  it("are filled up to their capacity, without a terminator", () => {
    const { api, to, text, result } = counted("abcd", 8);
    assert.equal(api("RtlUnicodeStringCopyString", to, text), 0);
    assert.equal(result(), "abcd");
    assert.equal(api("RtlUnicodeStringCatString", to, text), overflow);
    assert.equal(result(), "abcd");
    assert.equal(api("RtlUnicodeStringCchCopyStringN", to, text, 2), 0);
    assert.equal(api("RtlUnicodeStringCat", to, to), 0);
    assert.equal(result(), "abab");
  });

  it("are formatted, with what remains as a string of its own", () => {
    const { api, to, text, remaining, result, memory } = counted("%d", 10);
    memory.setU32(remaining + 0x20, 123);
    assert.equal(api("RtlUnicodeStringPrintfEx", to, remaining, 0, text, remaining + 0x20), 0);
    assert.equal(result(), "123");
    assert.equal(memory.u16(remaining + 2), 4);
  });

  it("are refused when their header makes no sense", () => {
    const { api, to, text, memory } = counted("x", 8);
    memory.setU16(to, 3);
    assert.equal(api("RtlUnicodeStringValidate", to), invalid);
    assert.equal(api("RtlUnicodeStringCopyString", to, text), invalid);
    assert.equal(api("RtlUnicodeStringInit", to, text), 0);
    assert.equal(memory.u16(to), 2);
  });
});
