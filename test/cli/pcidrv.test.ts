// SPDX-License-Identifier: MIT
/**
 * Microsoft's pcidrv sample, unmodified, from a checkout of Windows-driver-samples that the environment variable WINDOWS_DRIVER_SAMPLES names; pending without one.
 * The i82559 sample of our own goes through the same in every test run.
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { RunReport } from "../../src/protocol/index.ts";
import { CommandLines, testCache } from "../bad-drivers/command-line.ts";

const checkout = process.env["WINDOWS_DRIVER_SAMPLES"] ?? "";
const project = path.join(checkout, "general", "pcidrv", "kmdf", "HW", "PCIDRV.vcxproj");
const scenario = path.resolve(import.meta.dirname, "../fixtures/scenarios/pcidrv.ts");

/**
 * What the sample does wrong and Windows survives: it accesses a register behind the end of its mapping (nic_pm.c, HwReadPowerPMDR and its caller), and
 * deletes a child of the driver object in the driver's cleanup callback, when the framework has deleted it already.
 */
const knownMistakes = ["mmio-oob", "mmio-oob", "obj-double-delete"];

describe("Microsoft's pcidrv sample", function () {
  this.timeout(120_000);
  const lines = new CommandLines(testCache);
  let folder = "";
  before(function () {
    if (!existsSync(project)) this.skip();
    folder = mkdtempSync(path.join(tmpdir(), "kmdf-pcidrv-"));
  });
  after(async () => {
    await lines.dispose();
    if (folder !== "") rmSync(folder, { recursive: true });
  });

  function configuration(values: object): string {
    const file = path.join(folder, "configuration.json");
    writeFileSync(file, JSON.stringify({ project, device: "i82559", ...values }));
    return file;
  }

  async function run(values: object): Promise<RunReport> {
    const { stdout, stderr } = await lines.run("run", "--config", configuration(values), "--report", "json");
    assert.notEqual(stdout, "", stderr);
    return JSON.parse(stdout) as RunReport;
  }

  it("builds from its project file without an error, and everything it calls is emulated", async () => {
    const { status, stdout, stderr } = await lines.run("build", "--config", configuration({}));
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /(\d+) imported functions, \1 emulated, 0 not emulated/);
    assert.doesNotMatch(stdout + stderr, /error:/);
  });

  it("starts, sends and receives, idles and wakes, sleeps and wakes, and is removed without a leak", async () => {
    const report = await run({ scenario });
    assert.deepEqual(
      report.violations.map(({ rule }) => rule),
      knownMistakes,
    );
    assert.equal(report.outcome, "violation", report.message);
    assert.ok(report.requests.every(({ status }) => status === "STATUS_SUCCESS" || status === "STATUS_CANCELLED"));
    const lengths = report.transactions.map(({ transfers }) => transfers.map(({ length }) => length));
    assert.equal(lengths.length, 87);
    assert.ok(lengths.every((each) => each.length === 1));
  });

  it("does the same from memory in pieces, and with frames that cross pages", async () => {
    const report = await run({ scenario, machine: { physicalLayout: "fragmented", seed: 7 } });
    assert.deepEqual(
      report.violations.map(({ rule }) => rule),
      knownMistakes,
    );
  });

  it("does not start when the self-test fails", async () => {
    const file = configuration({ scenario: [{ read: { length: 100 } }], faults: [{ at: "self-test-failure", occurrence: 1 }] });
    const { stdout, stderr } = await lines.run("run", "--config", file);
    assert.match(stdout + stderr, /StResults=1000/);
    assert.match(stdout + stderr, /: 0 requests/);
  });

  it("lets go of everything when the card is pulled out", async () => {
    const report = await run({ scenario: [{ sleep: { ms: 500 } }, { surpriseRemove: true }, { sleep: { ms: 10 } }] });
    assert.deepEqual(
      report.violations.map(({ rule }) => rule),
      knownMistakes,
    );
  });
});
