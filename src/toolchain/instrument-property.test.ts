// SPDX-License-Identifier: MIT
/** Generated programs: instrumentation changes no result, the call stack stays balanced, slices of any length see the same statements. */

import assert from "node:assert/strict";
import { buildLargeModule, buildModule, plainInstance, TestGuest } from "../../test/fixtures/instrumented-guest.ts";
import { randomProgram } from "../../test/fixtures/random-program.ts";
import { SeededRandom, wasmCustomSections } from "../base/index.ts";
import { guestLayout } from "../protocol/index.ts";
import { instrument } from "./instrument.ts";
import { readLineInfo } from "./wasm-dwarf.ts";

const functionCount = 10;

for (const [seed, flags] of [
  [1, ["-O0"]],
  [2, ["-O0", "-gdwarf-5"]],
  [3, ["-O1"]],
] as const) {
  describe(`generated program ${seed} with ${flags.join(" ")}`, () => {
    let guest: TestGuest;
    let plain: Record<string, WebAssembly.ExportValue>;
    before(async () => {
      const wasm = await buildModule("random.c", randomProgram(seed, functionCount, 20), flags);
      guest = new TestGuest(wasm);
      plain = plainInstance(wasm);
    });

    const inputs = (): { name: string; a: number; b: number }[] => {
      const random = new SeededRandom(seed);
      return Array.from({ length: functionCount * 6 }, (_, i) => ({ name: `f${i % functionCount}`, a: random.below(64), b: random.below(1000) - 500 }));
    };
    const expected = (name: string, a: number, b: number): number => {
      (plain["reset"] as () => void)();
      return (plain[name] as (a: number, b: number) => number)(a, b);
    };
    const actual = (name: string, a: number, b: number): number => {
      guest.call("reset");
      return Number(guest.call(name, a, b));
    };

    it("computes what it computed before, balanced", () => {
      for (const { name, a, b } of inputs()) {
        assert.equal(actual(name, a, b), expected(name, a, b), `${name}(${a}, ${b})`);
        assert.equal(guest.callStackPointer, guest.layout.callStackTop);
      }
      assert.equal(guest.slowAccesses, 0);
    });

    it("passes the same statements however it is sliced, and counts them", () => {
      const random = new SeededRandom(seed);
      for (const { name, a, b } of inputs().slice(0, functionCount * 2)) {
        const all: number[] = [];
        guest.onHook = (id) => void all.push(id);
        guest.armAll(true);
        guest.budget = 0x7fff_ffff;
        actual(name, a, b);
        assert.equal(0x7fff_ffff - guest.budget, all.length);
        guest.armAll(false);
        let passed = 0;
        let slice = 1 + random.below(50);
        guest.onHook = (id) => {
          passed += slice;
          assert.equal(id, all[passed - 1], `${name}: statement ${passed}`);
          slice = 1 + random.below(50);
          guest.budget = slice;
        };
        guest.budget = slice;
        actual(name, a, b);
        assert.equal(passed + slice - guest.budget, all.length);
        guest.budget = 0x7fff_ffff;
      }
    });
  });
}

describe("a program of 10,000 lines", () => {
  it("is instrumented in less than a second", async () => {
    const source = randomProgram(7, 10, 20).replace(/^(int|void) /gm, "__attribute__((used)) static $1 ");
    const lines = source.split("\n").length;
    const wasm = await buildLargeModule(source, Math.ceil(10_000 / lines));
    const start = process.cpuUsage();
    const { statements, wasm: instrumented } = instrument(wasm, readLineInfo(wasmCustomSections(wasm)), guestLayout(64));
    const { user } = process.cpuUsage(start);
    assert.ok(user < 1_000_000, `${user} us`);
    assert.ok(statements.count > 5000);
    assert.ok(new WebAssembly.Module(new Uint8Array(instrumented)));
  });
});
