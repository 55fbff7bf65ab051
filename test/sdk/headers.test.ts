// SPDX-License-Identifier: MIT
/** The WDK-compatible headers: each compiles alone, twice, in C and C++, without a warning; layouts and idioms are right. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { emulatedFunctionNames } from "../../src/protocol/emulated-functions-table.ts";
import { declaredFunctionNames } from "../../src/protocol/declared-functions-table.ts";
import { compile, sdkHeaders } from "./sdk-compiler.ts";

const fixtures = path.resolve(import.meta.dirname, "../fixtures/sdk");
const samples = path.resolve(import.meta.dirname, "../../samples");
const strict = ["-fsyntax-only", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Wno-missing-field-initializers"];

/** Packing headers change the state of the compiler on purpose. */
const alone = sdkHeaders().filter((name) => !/^(pshpack\d+|poppack)\.h$/.test(name));

describe("sdk/include", function () {
  this.timeout(240_000);

  for (const extension of ["c", "cpp"]) {
    it(`compiles each header alone and twice as ${extension}`, async () => {
      const failures: string[] = [];
      for (const header of alone) {
        const main = `t.${extension}`;
        const result = await compile(main, { [main]: `#include <${header}>\n#include <${header}>\n` }, strict);
        if (!result.succeeded || result.messages !== "") failures.push(`${header}: ${result.messages}`);
      }
      assert.deepEqual(failures, []);
    });
  }

  it("lays structures out as Win32 on x86 does", async () => {
    const text = readFileSync(path.join(fixtures, "layouts.c"), "utf8");
    const result = await compile("layouts.c", { "layouts.c": text }, strict);
    assert.equal(result.messages, "");
    const drifted = text.replace("AT(MDL, ByteCount, 20)", "AT(MDL, ByteCount, 24)");
    assert.match((await compile("layouts.c", { "layouts.c": drifted }, strict)).messages, /offset of MDL\.ByteCount/);
  });

  it("accepts the idioms of real drivers, and imports only what is a function in the kit", async () => {
    const text = readFileSync(path.join(fixtures, "idioms.c"), "utf8");
    const result = await compile("idioms.c", { "idioms.c": text }, ["-c", "-Wall", "-o", "o.o"]);
    assert.equal(result.messages, "");
    assert.ok(result.object);
    const undefinedNames = Buffer.from(result.object).toString("latin1");
    for (const name of ["WdfObjectGetTypedContextWorker", "WdfObjectReferenceActual", "MmMapLockedPagesSpecifyCache", "DdkPagedCode"])
      assert.ok(undefinedNames.includes(name), name);
    for (const name of ["InterlockedDecrement", "__atomic_", "__sync_"]) assert.ok(!undefinedNames.includes(name), name);
  });

  it("leaves DBG to the build: undefined in a free one, where KdPrint and ASSERT vanish", async () => {
    const text = "#include <ntddk.h>\n#ifdef DBG\n#error checked\n#endif\nvoid Quiet(void)\n{\n    KdPrint((nowhere));\n    ASSERT(nothing);\n}\n";
    const { messages } = await compile("free.c", { "free.c": text }, [...strict, "-UDBG"]);
    assert.equal(messages, "");
  });

  it("packs between pshpack and poppack", async () => {
    const text =
      '#include <pshpack1.h>\nstruct S { char c; int i; };\n#include <poppack.h>\nstruct T { char c; int i; };\n_Static_assert(sizeof(struct S) == 5 && sizeof(struct T) == 8, "packing");\n';
    assert.equal((await compile("pack.c", { "pack.c": text }, strict)).messages, "");
  });

  it("declares every function that is emulated", () => {
    const declared = new Set(declaredFunctionNames);
    assert.deepEqual(
      emulatedFunctionNames.filter((name) => !declared.has(name)),
      [],
    );
  });

  for (const sample of ["edu", "sg-duplex"]) {
    it(`compiles the ${sample} driver without a warning`, async () => {
      const folder = path.join(samples, sample, "driver");
      const files = Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), "utf8")]));
      const messages: string[] = [];
      for (const name of Object.keys(files).filter((file) => file.endsWith(".c"))) {
        const result = await compile(name, files, strict);
        if (!result.succeeded || result.messages !== "") messages.push(`${name}: ${result.messages}`);
      }
      assert.deepEqual(messages, []);
    });
  }
});
