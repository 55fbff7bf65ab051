// SPDX-License-Identifier: MIT
/** Checked memory accesses: what reaches the host, with which address, value and opcode, and what must not slip through. */

import assert from "node:assert/strict";
import { accessSize, buildModule, GuestFault, TestGuest } from "../../test/fixtures/instrumented-guest.ts";
import { callRecord, deviceWindowBase, handleBase } from "../protocol/index.ts";

const source = `
typedef signed char i8; typedef unsigned char u8; typedef short i16; typedef unsigned short u16;
typedef int i32; typedef unsigned int u32; typedef long long i64; typedef unsigned long long u64;
#define ACCESS(T) T load_##T(volatile T *p) { return *p; } void store_##T(volatile T *p, T v) { *p = v; }
ACCESS(i8) ACCESS(u8) ACCESS(i16) ACCESS(u16) ACCESS(i32) ACCESS(u32) ACCESS(i64) ACCESS(u64) ACCESS(float) ACCESS(double)
i64 widen_i8(i8 *p) { return *p; } i64 widen_u8(u8 *p) { return *p; } i64 widen_i16(i16 *p) { return *p; }
i64 widen_u16(u16 *p) { return *p; } i64 widen_i32(i32 *p) { return *p; } i64 widen_u32(u32 *p) { return *p; }
void narrow_8(u8 *p, u64 v) { *p = (u8)v; } void narrow_16(u16 *p, u64 v) { *p = (u16)v; } void narrow_32(u32 *p, u64 v) { *p = (u32)v; }
#pragma pack(push, 1)
struct packed { u8 tag; u32 word; u64 wide; u16 half; };
#pragma pack(pop)
struct registers { u32 control, status, data; u32 spare[1021]; u32 last; u64 wide; };
u32 packed_word(struct packed *p) { return p->word; }
u64 packed_wide(struct packed *p) { return p->wide; }
void set_packed_wide(struct packed *p, u64 v) { p->wide = v; }
u32 status(volatile struct registers *r) { return r->status; }
u32 last(volatile struct registers *r) { return r->last; }
u64 wide(volatile struct registers *r) { return r->wide; }
void kick(volatile struct registers *r) { r->control = 1; r->last |= 0x80; }
u32 global_word; u64 global_wide; struct packed global_packed;
u32 read_global(void) { return global_word; }
void write_global(u32 v) { global_word = v; global_wide = v; }
u64 read_global_packed(void) { return global_packed.wide; }
u32 null_field(void) { return ((struct registers *)0)->status; }
u32 fixed_register(void) { return *(volatile u32 *)0xD0001004; }
void store_and_value(volatile u32 *a, volatile u32 *b) { *a = *b + 1; }
u32 locals(u32 n) { u32 a[8]; for (u32 i = 0; i < 8; i++) a[i] = n + i; return a[3] + a[7]; }
void *memcpy(void *, const void *, unsigned long);
void *memset(void *, int, unsigned long);
void copy(void *to, const void *from, u32 n) { memcpy(to, from, n); }
struct big { u8 bytes[600]; };
void assign(struct big *to, const struct big *from) { *to = *from; }
`;

/** A page of accessible memory behind the image. */
function freshBuffer(guest: TestGuest): number {
  const buffer = (guest.global("__heap_base") + 0xfff) & ~0xfff;
  guest.setAccessible(buffer, buffer + 4096, true);
  return buffer;
}

const fault =
  (kind: GuestFault["kind"], address: number, code?: number) =>
  (error: unknown): boolean =>
    error instanceof GuestFault && error.kind === kind && error.address === address && (code === undefined || error.code === code);

const pattern = 0x8192a3b4_c5d6e7f8n;
const loads: readonly (readonly [name: string, opcode: number, expected: number | bigint])[] = [
  ["load_i8", 0x2c, -8],
  ["load_u8", 0x2d, 0xf8],
  ["load_i16", 0x2e, -6152],
  ["load_u16", 0x2f, 0xe7f8],
  ["load_i32", 0x28, 0xc5d6e7f8 | 0],
  ["load_u32", 0x28, 0xc5d6e7f8 | 0],
  ["load_i64", 0x29, BigInt.asIntN(64, pattern)],
  ["widen_i8", 0x30, -8n],
  ["widen_i16", 0x32, -6152n],
  ["widen_i32", 0x34, BigInt(0xc5d6e7f8 | 0)],
  ["widen_u8", 0x31, 0xf8n],
  ["widen_u16", 0x33, 0xe7f8n],
  ["widen_u32", 0x35, 0xc5d6e7f8n],
];

const stores: readonly (readonly [name: string, value: number | bigint, bytes: string])[] = [
  ["store_u8", 0x1f8, "f8"],
  ["store_i16", 0x1e7f8, "f8e7"],
  ["store_i32", -2, "feffffff"],
  ["store_u64", pattern, "f8e7d6c5b4a39281"],
  ["store_float", 1.5, "0000c03f"],
  ["store_double", -2.5, "00000000000004c0"],
  ["narrow_8", pattern, "f8"],
  ["narrow_16", pattern, "f8e7"],
  ["narrow_32", pattern, "f8e7d6c5"],
];

// -O1 has the loads that widen to 64 bits and the stores that narrow, which -O0 does in two steps.
for (const level of ["-O0", "-O1"]) {
  describe(`accesses of every width at ${level}`, () => {
    let wasm: Uint8Array;
    let guest: TestGuest;
    let buffer: number;
    before(async () => {
      wasm = await buildModule("access.c", source, [level]);
    });
    beforeEach(() => {
      guest = new TestGuest(wasm);
      buffer = freshBuffer(guest);
    });

    for (const [name, opcode, expected] of loads) {
      it(`serves ${name} from the host when poisoned, like memory otherwise`, () => {
        guest.view.setBigUint64(buffer, pattern, true);
        assert.equal(guest.call(name, buffer), expected);
        assert.equal(guest.slowAccesses, 0);
        guest.setAccessible(buffer, buffer + 8, false);
        guest.onLoad = (address, code) => {
          assert.equal(address, buffer);
          assert.equal(accessSize(code), accessSize(opcode));
          if (level === "-O1") assert.equal(code, opcode);
          return guest.peek(address, code);
        };
        assert.equal(guest.call(name, buffer), expected);
        assert.equal(guest.slowAccesses, 1);
        assert.throws(
          () => {
            guest.onLoad = (address, code) => guest.load(address, code);
            guest.call(name, buffer);
          },
          fault("load", buffer),
        );
      });
    }

    for (const [name, value, bytes] of stores) {
      it(`hands ${name} to the host when poisoned, with the value memory would get`, () => {
        const written = (): string => Buffer.from(guest.bytes.slice(buffer, buffer + bytes.length / 2)).toString("hex");
        guest.call(name, buffer, value);
        assert.equal(written(), bytes);
        guest.bytes.fill(0, buffer, buffer + 8);
        guest.setAccessible(buffer, buffer + 8, false);
        guest.onStore = (address, given, code) => {
          assert.equal(address, buffer);
          assert.equal(accessSize(code), bytes.length / 2);
          guest.poke(address, given, code);
        };
        guest.call(name, buffer, value);
        assert.equal(written(), bytes);
        assert.equal(guest.slowAccesses, 1);
      });
    }
  });
}

describe("checked accesses", () => {
  let wasm: Uint8Array;
  let guest: TestGuest;
  let buffer: number;
  before(async () => {
    wasm = await buildModule("access.c", source);
  });
  beforeEach(() => {
    guest = new TestGuest(wasm);
    buffer = freshBuffer(guest);
  });

  it("serves floating-point loads", () => {
    guest.setAccessible(buffer, buffer + 8, false);
    guest.onLoad = (_, opcode) => (opcode === 0x2a ? 1.25 : -7.5);
    assert.equal(guest.call("load_float", buffer), 1.25);
    assert.equal(guest.call("load_double", buffer), -7.5);
  });

  it("catches the null page, wild pointers, handles and what lies above memory", () => {
    for (const address of [
      0,
      4,
      0xffff,
      0x7fff_fff8,
      handleBase,
      0xffff_fffc,
      guest.layout.shadow,
      guest.layout.statements,
      guest.layout.callStackTop - 16,
      guest.layout.callStackTop,
    ]) {
      assert.throws(() => guest.call("load_u8", address | 0), fault("load", address), address.toString(16));
      assert.throws(() => guest.call("store_u32", (address & ~3) | 0, 1), fault("store", (address & ~3) >>> 0));
    }
    assert.throws(() => guest.call("null_field"), fault("load", 4, 0x28));
  });

  it("wraps addresses at 4 GiB like a 32-bit processor", () => {
    for (const [name, offset] of [
      ["status", 4],
      ["last", 4096],
      ["wide", 4104],
    ] as const) {
      for (const base of [0xffff_fff8, 0xffff_fffc - offset + 4]) {
        assert.throws(() => guest.call(name, base | 0), fault("load", (base + offset) % 2 ** 32), `${name} ${base.toString(16)}`);
      }
    }
  });

  it("turns register accesses into host calls with the register's address", () => {
    const registers = new Map([
      [4, 0x11],
      [4096, 0x22],
    ]);
    const writes: [number, number][] = [];
    guest.onLoad = (address) => registers.get(address - deviceWindowBase) ?? 0;
    guest.onStore = (address, value) => void writes.push([address - deviceWindowBase, Number(value)]);
    const base = deviceWindowBase | 0;
    assert.equal(guest.call("status", base), 0x11);
    assert.equal(guest.call("last", base), 0x22);
    guest.call("kick", base);
    assert.deepEqual(writes, [
      [0, 1],
      [4096, 0xa2],
    ]);
    guest.onLoad = (address, opcode) => (address === deviceWindowBase + 0x1004 && opcode === 0x28 ? 0x33 : 0);
    assert.equal(guest.call("fixed_register"), 0x33);
  });

  it("checks globals, whose address is a constant", () => {
    guest.call("write_global", 77);
    assert.equal(guest.call("read_global"), 77);
    assert.equal(guest.slowAccesses, 0);
    const address = guest.global("global_word");
    guest.setAccessible(address & ~7, (address & ~7) + 8, false);
    assert.throws(() => guest.call("read_global"), fault("load", address));
    assert.throws(() => guest.call("write_global", 1), fault("store", address));
  });

  it("catches a misaligned access whose tail is not accessible, in natural and in packed types", () => {
    const end = buffer + 64;
    guest.setAccessible(end, end + 8, false);
    guest.view.setUint32(end - 6, 0x01020304, true);
    assert.equal(guest.call("load_u32", end - 6), 0x01020304, "misaligned but accessible");
    for (const [name, size] of [
      ["load_u16", 2],
      ["load_u32", 4],
      ["load_u64", 8],
    ] as const) {
      assert.throws(() => guest.call(name, end - size + 1), fault("load", end - size + 1), name);
    }
    assert.throws(() => guest.call("store_u64", end - 1, 0n), fault("store", end - 1));
    const at = (field: number, size: number): number => end - field - size + 1;
    assert.throws(() => guest.call("packed_word", at(1, 4)), fault("load", at(1, 4) + 1));
    assert.throws(() => guest.call("packed_wide", at(5, 8)), fault("load", at(5, 8) + 5));
    assert.throws(() => guest.call("set_packed_wide", at(5, 8), 1n), fault("store", at(5, 8) + 5));
  });

  it("catches a misaligned access whose head is not accessible", () => {
    guest.setAccessible(buffer + 64, buffer + 72, false);
    assert.throws(() => guest.call("load_u64", buffer + 71), fault("load", buffer + 71));
    assert.throws(() => guest.call("packed_wide", buffer + 66), fault("load", buffer + 71));
  });

  it("serves packed structures without the host", () => {
    for (let shift = 0; shift < 8; shift++) {
      guest.call("set_packed_wide", buffer + shift, 0x123456789abcdefn);
      assert.equal(guest.call("packed_wide", buffer + shift), 0x123456789abcdefn);
    }
    const wide = guest.global("global_packed") + 5;
    guest.view.setBigUint64(wide, 42n, true);
    assert.equal(guest.call("read_global_packed"), 42n);
    assert.equal(guest.slowAccesses, 0);
    const tail = (wide + 7) & ~7;
    if (tail > (wide & ~7)) {
      guest.setAccessible(tail, tail + 8, false);
      assert.throws(() => guest.call("read_global_packed"), fault("load", wide));
    }
  });

  it("evaluates operands once and keeps them apart when both accesses are slow", () => {
    guest.setAccessible(buffer, buffer + 16, false);
    const order: string[] = [];
    guest.onLoad = (address) => {
      order.push(`load ${address - buffer}`);
      return 41;
    };
    guest.onStore = (address, value) => void order.push(`store ${address - buffer} ${value}`);
    guest.call("store_and_value", buffer, buffer + 8);
    assert.deepEqual(order, ["load 8", "store 0 42"]);
  });

  it("notes the code offset of the access before the host is called", () => {
    guest.setAccessible(buffer, buffer + 8, false);
    const target = guest.module.functions.find(({ name }) => name === "load_u32");
    assert.ok(target);
    guest.onLoad = () => guest.view.getUint32(guest.callStackPointer + callRecord.callSite, true);
    const site = Number(guest.call("load_u32", buffer));
    assert.ok(site > target.low && site < target.high);
    assert.equal(guest.view.getUint32(guest.callStackPointer - target.recordBytes + callRecord.functionIndex, true), guest.module.functions.indexOf(target));
  });

  it("leaves frame accesses unchecked", () => {
    guest.setAccessible(guest.global("__stack_low"), guest.global("__stack_high"), false);
    assert.throws(() => guest.call("locals", 1), GuestFault, "an indexed local array is checked");
    assert.equal(guest.call("read_global"), 0);
    assert.equal(guest.call("packed_word", buffer), 0);
  });

  it("checks the runtime's byte loops and bulk copies", () => {
    guest.bytes.set([1, 2, 3, 4, 5], buffer);
    guest.call("copy", buffer + 100, buffer, 5);
    assert.deepEqual(guest.bytes.slice(buffer + 100, buffer + 105), Uint8Array.of(1, 2, 3, 4, 5));
    assert.throws(
      () => guest.call("copy", buffer + 4090, buffer, 8),
      (error) => error instanceof GuestFault,
    );
    guest.bytes.fill(7, buffer, buffer + 600);
    guest.call("assign", buffer + 1000, buffer);
    assert.deepEqual(new Set(guest.bytes.slice(buffer + 1000, buffer + 1600)), new Set([7]));
    assert.throws(
      () => guest.call("assign", buffer + 4000, buffer),
      (error) => error instanceof GuestFault,
    );
  });
});
