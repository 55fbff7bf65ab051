// SPDX-License-Identifier: MIT
/** Drivers given by their project file: built, run, and traced through WPP. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CommandLines, testCache } from "../bad-drivers/command-line.ts";

const tracing = fileURLToPath(new URL("../fixtures/projects/tracing", import.meta.url));
const locatedLine =
  readFileSync(join(tracing, "driver.c"), "utf8")
    .split("\n")
    .findIndex((line) => line.includes("#located")) + 1;

const expected = [
  "DriverEntry: ==>DriverEntry",
  "[Critical][MYDRIVER_ALL_INFO] DriverEntry: one 1",
  "[Information][FLAG_INIT] DriverEntry: no arguments",
  "[Error][FLAG_DRIVER] DriverEntry: error -1",
  `[Error][FLAG_DRIVER] DriverEntry: [line ${locatedLine}] located`,
  "[Warning][FLAG_DRIVER] DriverEntry: two pairs",
  "[Warning][FLAG_DRIVER] DriverEntry: traced",
  "[FLAG_DRIVER] DriverEntry: default function",
  "[Information][FLAG_INIT] Formats: 100 channel x 123456789 00001000|    7|8    |",
  "[Information][FLAG_INIT] Formats: Formats 0xC000000D(STATUS_INVALID_PARAMETER) true 12345678-9abc-def0-0102-030405060708",
  "[Information][FLAG_INIT] Formats: wide text",
  "[Information][FLAG_INIT] Formats: 591751049 5 1",
  "[Information][FLAG_INIT] Formats: 00 01 02 03",
  "[Information][FLAG_INIT] Formats: ",
  "  0000  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f",
  "  0010  10 11 12 13",
  "[Information][FLAG_INIT] Formats: Busy [Ready,Pending] EngineFailed 42 (null)",
  "[Information][FLAG_DRIVER] Other: cplus 2 5",
  "[Verbose][FLAG_INIT] Check: no failure",
  "[Error][FLAG_DRIVER] Check: step 1 [0xC0000017(STATUS_NO_MEMORY)]",
];

describe("kmdf-dma with a project", () => {
  const lines = new CommandLines(testCache);
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "kmdf-project-"));
  });
  after(async () => {
    await lines.dispose();
    await rm(folder, { recursive: true });
  });

  async function configured(attributes: Readonly<Record<string, unknown>>): Promise<string> {
    const file = join(folder, "configuration.json");
    await writeFile(file, JSON.stringify({ device: "edu", scenario: [{ sleep: { ms: 1 } }], ...attributes }));
    return file;
  }

  it("runs a driver from its .vcxproj and shows its trace messages of every form", async () => {
    const { status, stdout, stderr } = await lines.run("run", "--config", await configured({ project: join(tracing, "Tracing.vcxproj") }));
    assert.equal(status, 0, stderr + stdout);
    const printed = `${stdout}${stderr}`.split("\n");
    const start = printed.indexOf(expected[0] ?? "");
    assert.deepEqual(printed.slice(start, start + expected.length), expected);
  });

  it("synthesises .tmh files for sources without a project; configuration blocks suffice", async () => {
    const file = await configured({ sources: [join(tracing, "driver.c"), join(tracing, "other.cpp")], defines: ["ProjectTrace=TraceEvents"] });
    const { status, stdout, stderr } = await lines.run("build", "--config", file);
    assert.equal(status, 0, stderr + stdout);
    assert.match(stdout, /, 0 not emulated/);
  });

  it("reads projects and sources in any encoding that Visual C++ reads", async () => {
    const file = await configured({ project: fileURLToPath(new URL("../fixtures/projects/encodings/Encodings.vcxproj", import.meta.url)) });
    const { status, stdout, stderr } = await lines.run("run", "--config", file);
    assert.equal(status, 1);
    assert.match(stdout + stderr, /lengths 8 6 6 1, größe/);
  });

  it("makes the headers that the message compiler would make", async () => {
    const file = await configured({ project: fileURLToPath(new URL("../fixtures/projects/messages/Messages.vcxproj", import.meta.url)) });
    const { status, stdout, stderr } = await lines.run("build", "--config", file);
    assert.equal(status, 0, stderr + stdout);
    assert.doesNotMatch(stdout + stderr, /warning/);
  });

  it("says which sources do not compile, and what is missing, most used first", async () => {
    const good = join(folder, "good.c");
    const bad = join(folder, "bad.c");
    await writeFile(good, "#include <ntddk.h>\nint Good;\n");
    await writeFile(bad, "#include <ntddk.h>\nvoid Use(void)\n{\n    VendorStart(1);\n    VENDOR_TYPE x;\n}\n");
    const { status, stdout } = await lines.run("build", "--config", await configured({ sources: [good, bad] }));
    assert.equal(status, 3);
    assert.deepEqual(stdout.split("\n").slice(-4), [
      `1 of 2 sources compile; not ${bad}`,
      `missing: function VendorStart (${bad}:4)`,
      `missing: name VENDOR_TYPE (${bad}:5)`,
      "",
    ]);
  });

  it("says what is wrong with the project, with its place", async () => {
    const file = await configured({ project: join(tracing, "Tracing.vcxproj"), platform: "ARM64" });
    const { status, stderr } = await lines.run("build", "--config", file);
    assert.equal(status, 4);
    assert.match(stderr, /Tracing\.vcxproj: The project has no configuration 'Debug\|ARM64'; it has 'Debug\|x64'/);
  });
});
