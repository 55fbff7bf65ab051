// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { UserError } from "../base/index.ts";
import { readUserArguments } from "./user-arguments.ts";

const nothing = { includePath: [], defines: [], undefines: [], compilerArgs: [] };
const baseDir = resolve("/project");
const read = (parts: Partial<Parameters<typeof readUserArguments>[0]>) => readUserArguments({ ...nothing, baseDir, ...parts });
const fails = (code: string, text: string) => (error: unknown) => error instanceof UserError && error.code === code && error.message.includes(text);

describe("readUserArguments", () => {
  it("takes folders and forced includes out of compilerArgs", () => {
    const found = read({ includePath: [resolve("/inc")], compilerArgs: ["-I../a", "-I", "b", "-isystem", "c", "-include", "pre.h", "-Wall"] });
    assert.deepEqual(found.includePath, [resolve("/inc"), resolve("/a"), resolve("/project/b")]);
    assert.deepEqual(found.systemIncludePath, [resolve("/project/c")]);
    assert.deepEqual(found.forcedIncludes, ["pre.h"]);
    assert.deepEqual(found.others, ["-Wall"]);
  });

  it("lets undefines win over defines and compilerArgs over both", () => {
    assert.deepEqual(read({ defines: ["A", "B=2"], undefines: ["A"], compilerArgs: ["-DA=3", "-U", "B"] }).macros, ["-DA", "-DB=2", "-UA", "-DA=3", "-UB"]);
  });

  it("ignores macros of 64-bit machines and says so", () => {
    const found = read({ defines: ["_WIN64", "_AMD64_=1", "MINE"], compilerArgs: ["-DAMD64"] });
    assert.deepEqual(found.macros, ["-DMINE"]);
    assert.deepEqual(
      found.diagnostics.map(({ severity, code }) => [severity, code]),
      [1, 2, 3].map(() => ["warning", "define-other-machine"]),
    );
  });

  it("ignores optimisation and debug levels and says so", () => {
    const found = read({ compilerArgs: ["-O2", "-g0", "-fcommon"] });
    assert.deepEqual(found.others, []);
    assert.equal(found.diagnostics.length, 3);
  });

  it("sorts language standards by language", () => {
    const found = read({ compilerArgs: ["-std=c11", "-std=c++20"] });
    assert.deepEqual([found.cStandard, found.cppStandard], ["c11", "c++20"]);
  });

  it("refuses what would change the build's result, naming the argument", () => {
    for (const argument of ["-c", "-ofoo", "--target=x86_64-pc-windows-msvc", "-E", "-MMD", "-flto"]) {
      assert.throws(() => read({ compilerArgs: [argument] }), fails("config-compiler-args", argument));
    }
  });

  it("refuses options of another compiler", () => {
    assert.throws(() => read({ compilerArgs: ["/kernel"] }), fails("config-compiler-args", "/kernel"));
    assert.throws(() => read({ compilerArgs: ["-I"] }), fails("config-compiler-args", "-I"));
  });

  it("refuses definitions that are none", () => {
    assert.throws(() => read({ defines: ["-DX"] }), fails("config-defines", "-DX"));
    assert.throws(() => read({ undefines: ["A B"] }), fails("config-undefines", "A B"));
  });
});
