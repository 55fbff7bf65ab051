// SPDX-License-Identifier: MIT
/** Control flow that the compiler seldom or never writes at -O0: exits by the outermost label, rows on structure opcodes, tail calls. */

import assert from "node:assert/strict";
import { assembleModule, buildModule, handmadeLines, TestGuest } from "../../test/fixtures/instrumented-guest.ts";
import { UserError, wasmCustomSections } from "../base/index.ts";
import { guestLayout } from "../protocol/index.ts";
import { instrument } from "./instrument.ts";
import { WasmWriter } from "./wasm-writer.ts";

interface Routine {
  readonly type: string;
  readonly body: string;
}

const routine = (type: string, body: string): Routine => ({ type, body });

const routines: Readonly<Record<string, Routine>> = {
  branch_if: routine(
    "(i32) -> (i32)",
    `
    .loc 1 10 1 prologue_end
    block
    i32.const 7
    local.get 0
    br_if 1
    drop
    end_block
    .loc 1 11 1
    i32.const 9`,
  ),
  branch: routine(
    "() -> (i64)",
    `
    .loc 1 20 1 prologue_end
    block
    block
    i64.const 77
    br 2
    end_block
    end_block
    i64.const 5`,
  ),
  branch_table: routine(
    "(i32) -> (i32)",
    `
    .loc 1 30 1 prologue_end
    block i32
    i32.const 100
    local.get 0
    br_table {0, 1, 0}
    end_block
    i32.const 1
    i32.add`,
  ),
  nothing: routine(
    "(i32) -> ()",
    `
    .loc 1 40 1 prologue_end
    local.get 0
    br_if 0
    .loc 1 41 1
    nop`,
  ),
  early: routine(
    "(i32) -> (i32)",
    `
    .loc 1 45 1 prologue_end
    local.get 0
    if
    i32.const 1
    return
    end_if
    i32.const 2
    return`,
  ),
  row_on_loop: routine(
    "(i32) -> ()",
    `
    .loc 1 50 1 prologue_end
    nop
    .loc 1 51 1
    loop
    local.get 0
    i32.const 1
    i32.sub
    local.tee 0
    br_if 0
    end_loop`,
  ),
  row_before_loop: routine(
    "(i32) -> ()",
    `
    .loc 1 60 1 prologue_end
    block
    nop
    .loc 1 61 1
    end_block
    loop
    local.get 0
    i32.const 1
    i32.sub
    local.tee 0
    br_if 0
    end_loop
    .loc 1 62 1
    nop`,
  ),
  row_on_else: routine(
    "(i32) -> (i32)",
    `
    .loc 1 70 1 prologue_end
    local.get 0
    if i32
    i32.const 1
    .loc 1 71 1
    else
    i32.const 2
    .loc 1 72 1
    end_if`,
  ),
  row_on_ends: routine(
    "(i32) -> (i32)",
    `
    .loc 1 80 1 prologue_end
    block
    block
    local.get 0
    br_if 1
    .loc 1 81 1
    end_block
    end_block
    i32.const 3
    .loc 1 82 1`,
  ),
  operands: routine(
    "(i32) -> (i32)",
    `
    .loc 1 90 1 prologue_end
    local.get 0
    i32.const 10
    .loc 1 91 1
    local.get 0
    .loc 1 92 1
    i32.add
    i32.add`,
  ),
  tail: routine(
    "(i32) -> (i32)",
    `
    .loc 1 100 1 prologue_end
    local.get 0
    i32.eqz
    if
    i32.const 55
    return
    end_if
    local.get 0
    i32.const 1
    i32.sub
    return_call tail`,
  ),
  nested_loops: routine(
    "(i32) -> (i32)",
    `
    .local i32, i32
    .loc 1 110 1 prologue_end
    nop
    loop
    local.get 0
    local.set 1
    loop
    local.get 2
    i32.const 1
    i32.add
    local.set 2
    local.get 1
    i32.const 1
    i32.sub
    local.tee 1
    br_if 0
    end_loop
    .loc 1 111 1
    local.get 0
    i32.const 1
    i32.sub
    local.tee 0
    br_if 0
    end_loop
    local.get 2`,
  ),
  plain: routine(
    "(i32) -> (i32)",
    `
    local.get 0
    i32.load 4`,
  ),
};

// A row on the very first instruction would be one on the list of locals, so each routine begins with a nop.
const source = [
  '\t.text\n\t.file "hand.s"\n\t.file 1 "hand.s"',
  ...Object.entries(routines).map(([name, { type }]) => `\t.functype ${name} ${type}`),
  ...Object.entries(routines).map(
    ([name, { type, body }]) => `
    .globl ${name}
    .section .text.${name},"",@
${name}:
    .functype ${name} ${type}${/^\s*\.local.*/.exec(body)?.[0] ?? ""}
    nop${body.replace(/^\s*\.local.*/, "")}
    end_function`,
  ),
  "",
].join("\n");

describe("instrumented control flow", () => {
  let wasm: Uint8Array;
  let guest: TestGuest;
  before(async () => {
    wasm = await assembleModule(source);
  });
  beforeEach(() => {
    const names = Object.keys(routines).filter((name) => name !== "plain");
    guest = new TestGuest(wasm, {}, handmadeLines(wasm, Object.fromEntries(names.map((name) => [name, -1]))));
  });
  afterEach(() => {
    assert.equal(guest.callStackPointer, guest.layout.callStackTop, "call stack is balanced");
  });

  const trace = (name: string, ...args: number[]): { result: unknown; lines: number[] } => {
    let result: unknown;
    const lines = guest.lines(() => {
      result = guest.call(name, ...args);
    });
    return { result, lines };
  };

  it("pops the record when a branch ends the function", () => {
    assert.deepEqual(trace("branch_if", 1), { result: 7, lines: [10] });
    assert.deepEqual(trace("branch_if", 0), { result: 9, lines: [10, 11] });
    assert.deepEqual(trace("branch"), { result: 77n, lines: [20] });
    assert.deepEqual(trace("branch_table", 0), { result: 101, lines: [30] });
    assert.deepEqual(trace("branch_table", 1), { result: 100, lines: [30] });
    assert.deepEqual(trace("branch_table", 9), { result: 101, lines: [30] });
    assert.deepEqual(trace("nothing", 1), { result: undefined, lines: [40] });
    assert.deepEqual(trace("nothing", 0), { result: undefined, lines: [40, 41] });
    assert.deepEqual(trace("early", 1), { result: 1, lines: [45] });
    assert.deepEqual(trace("early", 0), { result: 2, lines: [45] });
  });

  it("runs a hook on `loop` once a turn", () => {
    assert.deepEqual(trace("row_on_loop", 3).lines, [50, 51, 51, 51]);
  });

  it("runs a hook before `loop` once, and polls the loop", () => {
    assert.deepEqual(trace("row_before_loop", 3).lines, [60, 61, 0, 0, 0, 62]);
  });

  it("polls an inner loop that passes no hook, not the outer one that does", () => {
    assert.deepEqual(trace("nested_loops", 2), { result: 3, lines: [110, 0, 0, 111, 0, 111] });
  });

  it("runs a hook on `else` in the else branch, and one on `end` behind it", () => {
    assert.deepEqual(trace("row_on_else", 1), { result: 1, lines: [70, 72] });
    assert.deepEqual(trace("row_on_else", 0), { result: 2, lines: [70, 71, 72] });
    assert.deepEqual(trace("row_on_ends", 0), { result: 3, lines: [80, 81, 82] });
    assert.deepEqual(trace("row_on_ends", 1), { result: 3, lines: [80, 81, 82] });
  });

  it("keeps operands of an enclosing expression across hooks", () => {
    assert.deepEqual(trace("operands", 4), { result: 18, lines: [90, 91, 92] });
  });

  it("replaces the record at a tail call", () => {
    assert.deepEqual(trace("tail", 20_000).result, 55);
  });

  it("checks accesses of functions without debug information, but gives them no record and no hook", () => {
    const heap = guest.global("__heap_base");
    assert.equal(heap > 0, true);
    const before = guest.callStackPointer;
    guest.onLoad = (address, opcode) => {
      assert.equal(guest.callStackPointer, before);
      return address + opcode;
    };
    assert.deepEqual(trace("plain", 0x100), { result: 0x104 + 0x28, lines: [] });
  });

  it("keeps indices and the name section, and drops debug sections", () => {
    const names = (bytes: Uint8Array): string[] => WebAssembly.Module.exports(new WebAssembly.Module(new Uint8Array(bytes))).map((item) => item.name);
    const before = names(wasm);
    assert.deepEqual(names(guest.module.wasm).slice(0, before.length), before);
    const custom = (name: string): boolean => wasmCustomSections(guest.module.wasm).has(name);
    assert.equal(custom("name"), true);
    assert.equal(custom(".debug_line"), false);
  });

  it("shows V8 stack offsets that map back to the statement", () => {
    let stack = "";
    guest.onHook = (id) => {
      if (guest.module.statements.line[id] === 91) stack = new Error().stack ?? "";
    };
    guest.armAll(true);
    guest.call("operands", 1);
    const offset = Number.parseInt(/wasm-function\[\d+\]:0x([0-9a-f]+)/.exec(stack)?.[1] ?? "", 16);
    const { instrumentedOffset, originalOffset, statements } = guest.module;
    const index = instrumentedOffset.findLastIndex((start) => start <= offset);
    const statement = statements.offset.findLastIndex((start) => start <= (originalOffset[index] ?? 0));
    assert.equal(statements.line[statement], 91);
  });
});

describe("instrument()", () => {
  const layout = guestLayout(8);
  const rejects = (wasm: Uint8Array, code: string, pattern: RegExp): void => {
    const isExpected = (error: unknown): boolean => error instanceof UserError && error.code === code && pattern.test(error.message);
    assert.throws(() => instrument(wasm, { rows: new Map(), prologueEnds: [], files: [], functions: new Map() }, layout), isExpected);
  };

  it("names the feature and the function it cannot instrument", async () => {
    const atomic = "int x; int grab(void) { return __c11_atomic_fetch_add((_Atomic int *)&x, 1, __ATOMIC_SEQ_CST); }";
    rejects(await buildModule("atomic.c", atomic, ["-O0", "-matomics", "-mbulk-memory"]), "wasm-unsupported-instruction", /"grab".*atomic/);
    const vector = "typedef int v4 __attribute__((vector_size(16))); v4 a; void twice(void) { a = a + a; }";
    rejects(await buildModule("vector.c", vector, ["-O0", "-msimd128"]), "wasm-unsupported-instruction", /"twice".*vector/);
  });

  it("says when the module was linked without hooks or stack pointer", () => {
    const code = new WasmWriter().bytes(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)).bytes(Uint8Array.of(10, 1, 0));
    rejects(code.view(), "instrument-not-linked-for", /__stack_pointer/);
    const withStackPointer = new WasmWriter()
      .bytes(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))
      .bytes(Uint8Array.of(6, 6, 1, 0x7f, 1, 0x41, 0, 0x0b))
      .bytes(Uint8Array.of(7, 19, 1))
      .name("__stack_pointer")
      .bytes(Uint8Array.of(3, 0))
      .bytes(Uint8Array.of(10, 1, 0));
    rejects(withStackPointer.view(), "instrument-not-linked-for", /dbg\.hook/);
  });
});
