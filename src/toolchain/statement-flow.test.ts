// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { buildModule } from "../../test/fixtures/instrumented-guest.ts";
import { wasmCustomSections } from "../base/index.ts";
import { guestLayout } from "../protocol/index.ts";
import { instrument } from "./instrument.ts";
import { statementFlow } from "./statement-flow.ts";
import { readLineInfo } from "./wasm-dwarf.ts";

const source = `
extern int host(int value);
int ways(int kind, int n)
{
    int sum = 0;               /* start */
    if (kind > 1) {            /* test */
        sum = host(1);         /* yes */
    } else {
        sum = host(2);         /* no */
    }
    for (int i = 0; i < n; i++) { /* loop */
        if (sum > 100)         /* inner */
            continue;          /* again */
        sum += i;              /* body */
    }
    switch (kind) {            /* switch */
    case 1: sum = 7; break;    /* one */
    case 2: sum = 8; break;    /* two */
    default: break;
    }
    do {
        sum++;                 /* do */
    } while (sum < 3);         /* while */
    if (sum == 5)              /* early */
        return -1;             /* minus */
    return sum;                /* last */
}                              /* exit */
`;

describe("statementFlow", () => {
  const names = new Map(source.split("\n").flatMap((text, index) => [...text.matchAll(/\/\* (\w+) \*\//g)].map(([, name = ""]) => [index + 1, name] as const)));
  let ways: ReadonlyMap<string, ReadonlySet<string>>;

  before(async function () {
    this.timeout(60_000);
    const linked = await buildModule("unit.c", source);
    const module = instrument(linked, readLineInfo(wasmCustomSections(linked)), guestLayout(8));
    const { line, functionIndex } = module.statements;
    const isOurs = (id: number): boolean => module.functions[functionIndex[id] ?? -1]?.name === "ways";
    const nameOf = (id: number): string => names.get(line[id] ?? 0) ?? `line ${line[id]}`;
    const found = new Map<string, Set<string>>();
    for (const [from, to] of statementFlow(linked, module)) {
      if (!isOurs(from)) continue;
      const known = found.get(nameOf(from)) ?? new Set();
      for (const id of to) known.add(nameOf(id));
      found.set(nameOf(from), known);
    }
    ways = found;
  });

  const from = (name: string): string[] => [...(ways.get(name) ?? [])].sort();

  it("gives one successor to what runs straight on", () => {
    assert.deepEqual(from("start"), ["test"]);
    assert.deepEqual(from("no"), ["loop"]);
    assert.deepEqual(from("minus"), ["exit"]);
  });
  it("gives both sides of a condition", () => {
    assert.deepEqual(from("test"), ["no", "yes"]);
    assert.deepEqual(from("inner"), ["again", "body"]);
  });
  it("follows the way back of a loop, and out of it", () => {
    assert.deepEqual(from("loop"), ["inner", "switch"]);
    assert.deepEqual(from("body"), ["loop"]);
    assert.deepEqual(from("while"), ["do", "early"]);
  });
  it("gives every case of a switch, the missing default too", () => {
    assert.deepEqual(from("switch"), ["do", "one", "two"]);
  });
  it("ends at the end of the function", () => {
    assert.deepEqual(from("early"), ["last", "minus"]);
    assert.deepEqual(from("last"), ["exit"]);
    assert.deepEqual(from("exit"), []);
  });
});
