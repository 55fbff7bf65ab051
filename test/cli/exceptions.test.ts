// SPDX-License-Identifier: MIT
/** Structured exception handling: a driver that uses every construct and checks itself, built from its project file. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CommandLines, testCache } from "../bad-drivers/command-line.ts";

const folderOf = (name: string): string => fileURLToPath(new URL(`../fixtures/projects/${name}`, import.meta.url));

describe("Structured exception handling", () => {
  const lines = new CommandLines(testCache);
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "kmdf-exceptions-"));
  });
  after(async () => {
    await lines.dispose();
    await rm(folder, { recursive: true });
  });

  async function run(attributes: Readonly<Record<string, unknown>>): Promise<{ readonly status: number; readonly text: string; readonly printed: string }> {
    const file = join(folder, "configuration.json");
    await writeFile(file, JSON.stringify({ device: "edu", scenario: [], ...attributes }));
    const { status, stdout, stderr } = await lines.run("run", "--config", file);
    return { status, text: stdout + stderr, printed: stdout };
  }

  it("means in C and C++ what it means on Windows, in all its constructs", async () => {
    const { status, text } = await run({ project: join(folderOf("exceptions"), "exceptions.vcxproj") });
    assert.match(text, /^(\d+) checks, 0 failures$/m);
    assert.doesNotMatch(text, /does not hold|warning|error/);
    assert.equal(status, 0, text);
  });

  it("costs a driver nothing that only talks about it", async () => {
    const source = join(folder, "quiet.c");
    await writeFile(
      source,
      "#include <ntddk.h>\n/* try { not __try } */\n#if 0\n__try { } __finally { }\n#endif\nDRIVER_INITIALIZE DriverEntry;\nNTSTATUS DriverEntry(PDRIVER_OBJECT o, PUNICODE_STRING p)\n{\n    o; p;\n    return STATUS_UNSUCCESSFUL;\n}\n",
    );
    const { status, text } = await run({ sources: [source] });
    assert.equal(status, 1, text);
    assert.match(text, /quiet\.c:\d+: DriverEntry returned STATUS_UNSUCCESSFUL/);
  });

  it("says where something is wrong with it", async () => {
    const source = join(folder, "wrong.c");
    const program = (body: string): string =>
      `#include <ntddk.h>\nNTSTATUS DriverEntry(PDRIVER_OBJECT o, PUNICODE_STRING p)\n{\n    ${body}\n    return 0;\n}\n`;
    const wrong = async (body: string): Promise<string> => {
      await writeFile(source, program(body));
      const { status, text } = await run({ sources: [source] });
      assert.equal(status, 3, text);
      return text;
    };
    assert.match(await wrong("__try { o; } p;"), /wrong\.c:4:5: error: '__try' is not followed by '__except' or '__finally'/);
    assert.match(await wrong("__try { o; } __except (1) { p; } __leave;"), /wrong\.c:4:38: error: '__leave' stands in no __try block/);
    assert.match(await wrong("__try { o = 1 p; } __except (1) { }"), /wrong\.c:4:18: error: expected ';'/);
    assert.match(await wrong("__try { Missing(); } __except (1) { }"), /wrong\.c:4:13: error: call to undeclared function 'Missing'/);
  });
});
