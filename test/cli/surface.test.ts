// SPDX-License-Identifier: MIT
/** `build` on a driver that calls every framework and kernel function of the ranking of drivers in use: what it lists as not emulated. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { CommandLines, testCache } from "../bad-drivers/command-line.ts";

const fixture = path.resolve(import.meta.dirname, "../fixtures/projects/surface");

/** Declared, and the run stops at a call: each name leaves this list when it is emulated. */
const missing = [
  "DbgPrompt",
  "IoCreateNotificationEvent",
  "IoRegisterPlugPlayNotification",
  "IoReportTargetDeviceChangeAsynchronous",
  "IoUnregisterPlugPlayNotification",
  "KeCapturePersistentThreadState",
  "KeInitializeCrashDumpHeader",
  "MmAddPhysicalMemory",
  "MmGetPhysicalMemoryRanges",
  "ZwQuerySystemInformation",
  "ZwWaitForSingleObject",
];

describe("The surface that drivers use", function () {
  this.timeout(60_000);
  let folder: string;
  let lines: CommandLines;
  let stdout: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "kmdf-surface-"));
    lines = new CommandLines(testCache);
    const file = path.join(folder, "config.json");
    await writeFile(file, JSON.stringify({ name: "surface", sources: [path.join(fixture, "*.c")], device: "edu", scenario: [] }));
    const ending = await lines.run("build", "--config", file);
    assert.equal(ending.status, 0, ending.stdout + ending.stderr);
    ({ stdout } = ending);
  });
  after(async () => {
    await lines.dispose();
    await rm(folder, { recursive: true });
  });

  const notEmulated = (): string[] => [...stdout.matchAll(/^not emulated: (\S+)/gm)].map((match) => match[1] ?? "").sort();

  it("has every framework function", () => {
    assert.deepEqual(
      notEmulated().filter((name) => name.startsWith("Wdf")),
      [],
    );
    assert.match(stdout, /^3\d\d imported functions, /m);
  });

  it("has every kernel function but those that are known to be missing", () => {
    assert.deepEqual(
      notEmulated().filter((name) => !missing.includes(name)),
      [],
    );
  });
});
