// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { buildFixture, runFixture } from "../../test/fixtures/symbols/build-fixture.ts";
import { SeededRandom } from "../base/index.ts";
import { callRecord } from "../protocol/index.ts";
import { ConditionBuilder } from "../runtime/index.ts";
import { DebugInfo, EvaluationError, compileCondition, evaluate, isTrue, parseExpression } from "../symbols/index.ts";
import type { EvaluationScope } from "../symbols/index.ts";

const ramEnd = 0x2_0000;
const record = ramEnd;

const leaves = [
  "local",
  "inner",
  "argument",
  "g_Shadow",
  "s_File",
  "ring->Raw",
  "ring->Low",
  "ring->Slots[2]",
  "ring->Slots[local & 3]",
  "g_Context.Ring.Index.Head",
  "(*ring).Slots[1 + 1]",
  "&ring->Slots[2] - &ring->Slots[0]",
  "*(&g_Array[1] + 2)",
  "pointer[-1]",
  "*pointer",
  "g_Matrix[1][2]",
  "*g_Pointers[0]",
  "g_Text[1]",
  "g_Physical.QuadPart",
  "g_Physical.u.HighPart",
  "control.Enable",
  "control.Mode",
  "control.Count",
  "control.SignedField",
  "control.Small",
  "control.Wide",
  "control.Tail",
  "(UCHAR)g_ULong",
  "(CHAR)g_ULong",
  "(LONG)g_ULong",
  "*(USHORT *)&g_ULong",
  "(unsigned long long)-1",
  "(_Bool)g_ULong",
  "g_UChar",
  "g_UShort",
  "g_Minus",
  "g_Int",
  "g_NoMemory",
  "g_Flags",
  "FlagError",
  "STATUS_PENDING",
  "NULL",
  "ring",
  "ring->Next",
  "NT_SUCCESS(g_Pending)",
  "NT_SUCCESS(g_NoMemory)",
  "sizeof(RING)",
  "FIELD_OFFSET(RING, Slots[1])",
  "ARRAYSIZE(g_Array)",
  "'A'",
  "0",
  "1",
  "-7",
  "31",
  "0xFFFFFFFF",
  "0x80000000",
  "10ull",
  "$irql",
  "$time",
];
const operators = ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "<", ">", "<=", ">=", "==", "!=", "&&", "||"];

describe("Compiled conditions", () => {
  let scope: EvaluationScope;
  let builder: ConditionBuilder;

  before(async () => {
    const module = await buildFixture({ sources: ["values.c", "other.c"], dwarf: 5 });
    const buffer = new ArrayBuffer(ramEnd + 64);
    const bytes = new Uint8Array(buffer);
    const debugInfo = DebugInfo.load(module);
    runFixture(module, ({ where, memory, frame }) => {
      if (where !== 1) return;
      bytes.set(memory.read(0x1_0000, 0x1_0000) ?? new Uint8Array(0), 0x1_0000);
      new DataView(buffer).setUint32(record + callRecord.frameBase, Number(frame.frameBase), true);
      scope = {
        debugInfo,
        frame,
        functionPointers: debugInfo.functionPointers,
        memory: {
          read: (address, length) => (address >= 0x1_0000 && address + length <= ramEnd ? bytes.slice(address, address + length) : undefined),
          write: () => false,
        },
        pseudoVariables: new Map<string, number | bigint>([
          ["irql", 2],
          ["time", 12_345_678_901n],
        ]),
      };
    });
    builder = new ConditionBuilder(buffer, ramEnd, () => ({ irql: 2, cpu: 0, time: 12_345_678_901, statement: 5 }));
  });

  const parsed = (text: string): ReturnType<typeof parseExpression> => parseExpression(text, (name) => scope.debugInfo.typeNamed(name) !== undefined);
  /** What the evaluator says; true where there is no answer, because the target then has to stop and say so. */
  const expected = (text: string): boolean => {
    try {
      return isTrue(evaluate(parsed(text), scope), scope);
    } catch (error) {
      if (error instanceof EvaluationError) return true;
      throw error;
    }
  };
  const compiled = (text: string): boolean | undefined => {
    const code = compileCondition(parsed(text).expression, scope.debugInfo, scope.frame?.offset ?? 0);
    return code === undefined ? undefined : builder.build(structuredClone(code))(record);
  };

  it("know every kind of operand", () => {
    assert.deepEqual(
      leaves.filter((leaf) => compiled(leaf) === undefined),
      [],
    );
  });

  it("say what the evaluator says, whatever is combined", () => {
    const random = new SeededRandom(11);
    const pick = (list: readonly string[]): string => list[random.below(list.length)] ?? "";
    const make = (depth: number): string => {
      if (depth === 0 || random.below(4) === 0) return pick(leaves);
      if (random.below(8) === 0) return `${pick(["!", "-", "~", "+"])}(${make(depth - 1)})`;
      if (random.below(12) === 0) return `(${make(depth - 1)} ? ${make(depth - 1)} : ${make(depth - 1)})`;
      if (random.below(8) === 0) return `(${pick(["UCHAR", "SHORT", "ULONG", "LONG", "LONGLONG"])})(${make(depth - 1)})`;
      return `(${make(depth - 1)} ${pick(operators)} ${make(depth - 1)})`;
    };
    let count = 0;
    for (let i = 0; i < 20_000; i++) {
      // Compared with a number, so that more than zero and not zero is seen.
      const text = random.below(2) === 0 ? make(3) : `(${make(3)}) == (${make(2)})`;
      const answer = compiled(text);
      if (answer === undefined) continue;
      count++;
      assert.equal(answer, expected(text), text);
    }
    assert.ok(count > 10_000, `${count} were compiled`);
  });

  it("stop where memory cannot be read or a number is divided by zero", () => {
    for (const text of ["*(ULONG *)0 == 1", "*(ULONG *)0xD0000000 == 1", "local / 0 == 1", "g_Physical.QuadPart % 0 == 1"])
      assert.equal(compiled(text), true, text);
    assert.equal(compiled("0 && *(ULONG *)0"), false);
  });

  it("are left to the evaluator when they need what only it knows", () => {
    for (const text of ["g_Float > 1", "nosuch == 1", "$txn == 1", "local = 3"]) assert.equal(compiled(text), undefined, text);
  });
});
