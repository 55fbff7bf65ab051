// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { buildFixture, fixtureText, runFixture } from "../../test/fixtures/symbols/build-fixture.ts";
import { DebugInfo, cInitializer, evaluate, readBytes, sizeOf } from "./index.ts";
import type { EvaluationScope } from "./index.ts";

/** Globals of the fixture whose copies must have the same bytes, with their types. */
const globals: readonly (readonly [name: string, declaration: string])[] = [
  ["g_Context", "DEVICE_CONTEXT copy_0"],
  ["g_Array", "ULONG copy_1[5]"],
  ["g_Matrix", "int copy_2[2][3]"],
  ["g_Packed", "struct packed copy_3"],
  ["g_Flags", "DEVICE_FLAGS copy_4"],
  ["g_Text", "char copy_5[sizeof g_Text]"],
  ["g_Double", "double copy_6"],
  ["g_NoMemory", "NTSTATUS copy_7"],
  ["control", "CONTROL copy_8"],
];

describe("C initialisers", () => {
  const scopeOf = async (values: string): Promise<EvaluationScope> => {
    const module = await buildFixture({ sources: ["values.c", "other.c"], dwarf: 5, extraSources: { "values.c": values } });
    const debugInfo = DebugInfo.load(module);
    let scope: EvaluationScope | undefined;
    runFixture(module, ({ where, memory, frame }) => {
      const image = memory.read(0x400, 0x1_fc00) ?? new Uint8Array(0);
      const read = (address: number, length: number): Uint8Array | undefined =>
        address < 0x400 ? undefined : image.slice(address - 0x400, address - 0x400 + length);
      if (where === 1) scope = { debugInfo, frame, functionPointers: debugInfo.functionPointers, memory: { read, write: () => false } };
    });
    assert.ok(scope);
    return scope;
  };

  it("compile to the same bytes", async () => {
    const source = fixtureText("values.c");
    const before = await scopeOf(source);
    const copies = globals.map(([name, declaration]) => `${declaration} = ${cInitializer(evaluate(name, before), before)};\n`);
    const names = `#define NULL 0\n#define STATUS_INSUFFICIENT_RESOURCES ((NTSTATUS)0xC000009AL)\n#define STATUS_CANCELLED ((NTSTATUS)0xC0000120L)\n`;
    // At the end, so that nothing moves but what comes after all the rest.
    const after = await scopeOf(`${source}\n${names}${copies.join("")}`);
    for (const [i, [name]] of globals.entries()) {
      const copy = evaluate(`copy_${i}`, after);
      const original = evaluate(name, before);
      assert.equal(sizeOf(copy.type), sizeOf(original.type));
      assert.deepEqual(Buffer.from(readBytes(copy, after.memory)), Buffer.from(readBytes(original, before.memory)), copies[i]);
    }
  });
});
