// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { buildModule } from "../../test/fixtures/instrumented-guest.ts";
import { wasmCustomSections } from "../base/index.ts";
import { defaultMachine, guestLayout } from "../protocol/index.ts";
import type { LaunchConfiguration } from "../protocol/index.ts";
import { DebugInfo } from "../symbols/index.ts";
import { instrument, readLineInfo } from "../toolchain/index.ts";
import { BreakpointIds, BreakpointStore } from "./breakpoint-store.ts";
import { createProgram } from "./program.ts";
import type { Program } from "./program.ts";

const source = `int g_total;

static __attribute__((always_inline)) inline int Twice(int value)
{
    return value * 2; /* Twice */
}

/* a comment without code */

int Sum(int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++) { /* for */
        sum += i;
        g_total++;
    }

    sum += Twice(count); /* first copy */
    sum += Twice(sum);
    return sum;
}
/* the end */
`;
const lineOf = (text: string): number => source.split("\n").findIndex((line) => line.includes(text)) + 1;

describe("BreakpointStore", () => {
  let program: Program;
  let path = "";
  before(async () => {
    const linked = await buildModule("sum.c", source);
    const module = instrument(linked, readLineInfo(wasmCustomSections(linked)), guestLayout(defaultMachine.memoryMiB));
    const configuration = { machine: defaultMachine } as LaunchConfiguration;
    program = createProgram({ module, debugInfo: DebugInfo.load(linked), configuration });
    path = program.sources.files.find(({ name }) => name === "sum.c")?.path ?? "";
  });
  const set = (line: number, column?: number): ReturnType<BreakpointStore["setSource"]>[number] => {
    const [breakpoint] = new BreakpointStore(program).setSource(path, [{ line, column }]);
    assert.ok(breakpoint);
    return breakpoint;
  };

  it("puts one statement on a line that has several", () => {
    const file = program.sources.files.find((candidate) => candidate.path === path) ?? assert.fail();
    const columns = program.lines.locations(file, lineOf("/* for */"), lineOf("/* for */"));
    assert.ok(columns.length >= 2, "the initialisation and the increment");
    assert.equal(set(lineOf("/* for */")).statements.length, 1);
    assert.equal(set(lineOf("/* for */")).column, undefined);
  });

  it("takes the statement at the column, or the next one after it, or the last", () => {
    const initialisation = set(lineOf("/* for */"), 1);
    const column = (initialisation.column ?? 0) + 1;
    const increment = set(lineOf("/* for */"), column);
    assert.ok((increment.column ?? 0) > column);
    assert.notDeepEqual(increment.statements, initialisation.statements);
    assert.deepEqual(set(lineOf("/* for */"), 500).statements, increment.statements);
    assert.deepEqual(set(lineOf("/* for */"), 1).statements, initialisation.statements);
  });

  it("stops in every inlined copy of a function", () => assert.equal(set(lineOf("/* Twice */")).statements.length, 2));

  it("gives a line without code to the next one that has some, and says so", () => {
    const moved = set(lineOf("a comment"));
    assert.equal(moved.line, lineOf("int sum = 0"));
    assert.match(String(moved.message), /No code was generated for line \d+; moved to line \d+ in Sum/);
  });

  it("says why there can be none past the last code", () => {
    const beyond = set(lineOf("the end"));
    assert.equal(beyond.isVerified, false);
    assert.match(String(beyond.message), /There is no code at or after line \d+ of 'sum\.c'; the last is at line \d+/);
  });

  it("finds functions by name, with parentheses too, and by regular expression", () => {
    const store = new BreakpointStore(program);
    const names = ["Sum", "Sum(int)", "/^su/i", "/(/", "Nobody"];
    const placed = store.setFunctions(names.map((name) => ({ name })));
    assert.deepEqual(
      placed.map(({ isVerified }) => isVerified),
      [true, true, true, false, false],
    );
    assert.deepEqual(placed[0]?.statements, placed[2]?.statements);
    assert.equal(placed[0]?.line, lineOf("int sum = 0"));
    assert.match(String(placed[3]?.message), /not a regular expression/);
    assert.match(String(placed[4]?.message), /no function called 'Nobody'/);
  });

  it("keeps a breakpoint's id and hits as long as the request is the same", () => {
    const ids = new BreakpointIds();
    const store = new BreakpointStore(program, ids);
    const [first] = store.setSource(path, [{ line: lineOf("return sum") }]);
    first?.hits.add(10);
    const [other, same] = store.setSource(path, [{ line: lineOf("first copy") }, { line: lineOf("return sum") }]);
    assert.equal(same, first);
    assert.notEqual(other?.id, first?.id);
    const [changed] = store.setSource(path, [{ line: lineOf("return sum"), condition: "sum > 1" }]);
    assert.notEqual(changed?.id, first?.id);
    const [again] = new BreakpointStore(program, ids).setSource(path, [{ line: lineOf("return sum") }]);
    assert.equal(again?.id, first?.id);
    assert.equal(again?.hits.countUpTo(100), 0);
  });

  it("knows the breakpoints of a statement and all statements with one", () => {
    const store = new BreakpointStore(program);
    const [a, b] = store.setSource(path, [{ line: lineOf("return sum") }, { line: lineOf("return sum"), condition: "0" }]);
    const [c] = store.setFunctions([{ name: "Sum" }]);
    const [id] = a?.statements ?? [];
    assert.deepEqual(store.at(id ?? -1), [a, b]);
    assert.deepEqual(
      store.statements,
      [...new Set([...(a?.statements ?? []), ...(c?.statements ?? [])])].sort((x, y) => x - y),
    );
    store.setSource(path, []);
    store.setFunctions([]);
    assert.deepEqual(store.statements, []);
  });

  it("refuses conditions, hit counts and log messages it cannot read", () => {
    const line = lineOf("return sum");
    const placed = new BreakpointStore(program).setSource(path, [
      { line, condition: "sum >" },
      { line, hitCondition: "x" },
      { line, logMessage: "{" },
      { line, logMessage: "{1 +}" },
      { line, condition: " " },
    ]);
    assert.deepEqual(
      placed.map(({ isVerified }) => isVerified),
      [false, false, false, false, true],
    );
    for (const { message } of placed.slice(0, 4)) assert.ok(message);
  });
});
