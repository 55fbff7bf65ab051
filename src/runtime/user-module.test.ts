// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { UserError } from "../base/index.ts";
import { UserModules } from "./user-module.ts";

describe("UserModules", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "kmdf-user-module-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const modules = () => new UserModules({ defineDevice: (definition: unknown) => definition });
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };

  it("loads TypeScript, ES modules and CommonJS, with the SDK imported or as globals", () => {
    const ts = file(
      "a.ts",
      'import { defineDevice, type DeviceBus } from "kmdf-dma-debug/sdk";\ninterface X { a: number }\nconst x: X = { a: 1 };\nexport default defineDevice({ name: "ts", x, f: (bus: DeviceBus) => bus });\n',
    );
    const esm = file("b.js", 'import { defineDevice } from "kmdf-dma-debug";\nexport default defineDevice({ name: "esm" });\n');
    const cjs = file("c.cjs", 'module.exports = defineDevice({ name: "cjs" });\n');
    assert.equal((modules().load(ts) as { name: string }).name, "ts");
    assert.equal((modules().load(esm) as { name: string }).name, "esm");
    assert.equal((modules().load(cjs) as { name: string }).name, "cjs");
  });

  it("gives every load fresh module state, also in imported files", () => {
    file("count.ts", "let n = 0;\nexport const next = (): number => ++n;\n");
    const main = file("main.ts", 'import { next } from "./count.ts";\nexport default next();\n');
    const loader = modules();
    assert.equal(loader.load(main), 1);
    assert.equal(loader.load(main), 1);
  });

  it("finds files without extension, with .js for .ts, and JSON", () => {
    file("util.ts", "export const v = 1;\n");
    file("data.json", '{ "w": 2 }');
    const main = file(
      "main.ts",
      'import { v } from "./util";\nimport { v as again } from "./util.js";\nimport data from "./data.json";\nexport default v + again + data.w;\n',
    );
    assert.equal(modules().load(main), 4);
  });

  it("keeps lines, so that an error names the user's line", () => {
    const main = file("main.ts", "type A = {\n  b: number;\n};\nexport default {\n  create(a: A) {\n    throw new Error(`no ${a.b}`);\n  },\n};\n");
    const loader = modules();
    const made = loader.load(main) as { create(a: { b: number }): void };
    try {
      made.create({ b: 1 });
      assert.fail("it must throw");
    } catch (error) {
      assert.deepEqual(UserModules.locate(error, loader.files)?.line, 6);
    }
  });

  it("names file, line and cause of syntax errors and missing modules", () => {
    const broken = file("broken.ts", "export default {\n  a: ]\n};\n");
    const missing = file("missing.ts", 'import x from "./nowhere";\nexport default x;\n');
    const error = (action: () => unknown): UserError => {
      try {
        action();
      } catch (caught) {
        assert.ok(caught instanceof UserError);
        return caught;
      }
      return assert.fail("it must throw");
    };
    const syntax = error(() => modules().load(broken));
    assert.equal(syntax.location?.file, broken);
    assert.equal(syntax.location?.line, 2);
    assert.match(error(() => modules().load(missing)).message, /Cannot load "\.\/nowhere"/);
    assert.match(error(() => modules().load(path.join(folder, "none.ts"))).message, /Cannot read/);
  });
});
