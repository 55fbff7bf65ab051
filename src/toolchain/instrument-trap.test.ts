// SPDX-License-Identifier: MIT
/** Traps are announced to the host before they happen, while the stack is still there. */

import assert from "node:assert/strict";
import { buildModule, GuestFault, TestGuest } from "../../test/fixtures/instrumented-guest.ts";
import { callRecord, callRecordBytes, exportedGlobals, trapKind } from "../protocol/index.ts";

const source = `
int div_s(int a, int b) { return a / b; }
unsigned div_u(unsigned a, unsigned b) { return a / b; }
int rem_s(int a, int b) { return a % b; }
unsigned rem_u(unsigned a, unsigned b) { return a % b; }
long long wide_div_s(long long a, long long b) { return a / b; }
unsigned long long wide_div_u(unsigned long long a, unsigned long long b) { return a / b; }
long long wide_rem_s(long long a, long long b) { return a % b; }
unsigned long long wide_rem_u(unsigned long long a, unsigned long long b) { return a % b; }
int by_seven(int a) { return a / 7 + a % 7; }
int by_minus_one(int a) { return a / -1; }
void trap(void) { __builtin_trap(); }
int outer(int a, int b)
{
    int before = a + b;
    return before +
        a / b; /* division */
}
int deep(int n)
{
    volatile char frame[100];
    frame[n % 100] = 1;
    return n == 0 ? 0 : deep(n - 1) + frame[n % 100];
}
int huge(int n)
{
    volatile char frame[1 << 20];
    frame[n] = 1;
    return frame[n];
}
void frameless(void) { frameless(); }
int leaf;
void nothing(void) { leaf++; }
void calls_nothing(void) { nothing(); nothing(); }
int through(int n) { leaf = 1; calls_nothing(); return leaf; }
`;

describe("traps", () => {
  let wasm: Uint8Array;
  let guest: TestGuest;
  before(async () => {
    wasm = await buildModule("trap.c", source);
  });
  beforeEach(() => {
    guest = new TestGuest(wasm);
  });

  const trapOf =
    (kind: number) =>
    (error: unknown): boolean =>
      error instanceof GuestFault && error.kind === "trap" && error.code === kind;

  it("announce division by zero in every width and signedness", () => {
    for (const name of ["div_s", "div_u", "rem_s", "rem_u"]) {
      assert.throws(() => guest.call(name, 5, 0), trapOf(trapKind.divideByZero), name);
      assert.throws(() => guest.call(`wide_${name}`, 5n, 0n), trapOf(trapKind.divideByZero), `wide_${name}`);
    }
  });

  it("announce the quotient that does not fit, and only that", () => {
    assert.throws(() => guest.call("div_s", -(2 ** 31), -1), trapOf(trapKind.integerOverflow));
    assert.throws(() => guest.call("by_minus_one", -(2 ** 31)), trapOf(trapKind.integerOverflow));
    assert.throws(() => guest.call("wide_div_s", -(2n ** 63n), -1n), trapOf(trapKind.integerOverflow));
    assert.equal(guest.call("rem_s", -(2 ** 31), -1), 0);
    assert.equal(guest.call("div_u", 0x80000000 | 0, -1), 0);
    assert.equal(guest.call("by_minus_one", 9), -9);
  });

  it("leave ordinary divisions alone", () => {
    assert.equal(guest.call("div_s", -7, 2), -3);
    assert.equal(guest.call("rem_s", -7, 2), -1);
    assert.equal(guest.call("div_u", -2, 2), 0x7fffffff);
    assert.equal(guest.call("wide_div_s", -7n, 2n), -3n);
    assert.equal(guest.call("wide_rem_u", 7n, 4n), 3n);
    assert.equal(guest.call("by_seven", 50), 8);
  });

  it("announce unreachable code", () => {
    assert.throws(() => guest.call("trap"), trapOf(trapKind.unreachable));
  });

  it("trap in earnest when the host returns", () => {
    guest.onTrap = () => {};
    assert.throws(() => guest.call("trap"), WebAssembly.RuntimeError);
    assert.throws(() => guest.call("div_s", 1, 0), WebAssembly.RuntimeError);
  });

  it("are live: frame base and call site tell where", () => {
    let site = 0;
    let frameBases: number[] = [];
    guest.onTrap = (_, frameBase) => {
      site = guest.view.getUint32(guest.callStackPointer + callRecord.callSite, true);
      frameBases = [frameBase, guest.view.getUint32(guest.callStackPointer + callRecord.frameBase, true)];
      throw new Error("stopped");
    };
    assert.throws(() => guest.call("outer", 3, 0), /stopped/);
    const { statements } = guest.module;
    const line = statements.line[statements.offset.findLastIndex((offset) => offset <= site)];
    assert.equal(line, source.slice(0, source.indexOf("/* division */")).split("\n").length);
    assert.equal(frameBases[0], frameBases[1]);
  });

  it("announce the end of the stack before anything is written below it", () => {
    const limit = guest.global(exportedGlobals.stackLimit);
    const sentinel = new Uint8Array(64).fill(0xcc);
    guest.bytes.set(sentinel, limit - 64);
    assert.equal(guest.call("deep", 10), 10);
    assert.throws(() => guest.call("deep", 100_000), trapOf(trapKind.stackOverflow));
    assert.deepEqual(guest.bytes.slice(limit - 64, limit), sentinel);
  });

  it("announce a frame larger than the stack, also when it wraps below address 0", () => {
    assert.throws(() => guest.call("huge", 5), trapOf(trapKind.stackOverflow));
  });

  it("announce endless recursion of functions without a frame", () => {
    const stackPointer = guest.global(exportedGlobals.stackPointer);
    assert.throws(() => guest.call("frameless"), trapOf(trapKind.stackOverflow));
    const depth = (guest.layout.callStackTop - guest.callStackPointer) / callRecordBytes;
    assert.ok(depth > 1000 && depth <= 65536 / 16 + 1, `${depth} records`);
    guest.globalOf(exportedGlobals.callStackPointer).value = guest.layout.callStackTop;
    guest.globalOf(exportedGlobals.stackPointer).value = stackPointer;
    assert.equal(guest.call("through", 3), 3);
    assert.equal(guest.global(exportedGlobals.stackPointer), stackPointer);
  });
});
