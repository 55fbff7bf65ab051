// SPDX-License-Identifier: MIT
/** What is wrong with configuration, device model and scenario, as the command line says it: exit status, file and line, and nothing else. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CommandLines, type Ending, testCache } from "../bad-drivers/command-line.ts";
import { type Files, base, configuration, deviceModels, goodDevice, scenarios } from "./mistakes.ts";

describe("kmdf-dma run", function () {
  this.timeout(60_000);
  let folder: string;
  let commandLines: CommandLines;
  before(() => {
    commandLines = new CommandLines(testCache);
  });
  after(() => commandLines.dispose());
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "kmdf-cli-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function run(attributes: object | string, files: Files = {}): Promise<Ending> {
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    const file = path.join(folder, "config.json");
    writeFileSync(file, typeof attributes === "string" ? attributes : JSON.stringify({ ...base, ...attributes }, undefined, 1));
    return commandLines.run("run", "--config", file);
  }

  for (const [subject, mistakes] of Object.entries({
    "a configuration with": configuration,
    "a device model that": deviceModels,
    "a scenario that": scenarios,
  })) {
    describe(`reports ${subject}`, () => {
      for (const { what, attributes = {}, files, status, at, message } of mistakes) {
        it(what, async () => {
          const ending = await run(attributes, files);
          assert.equal(ending.status, status, ending.stderr);
          assert.equal(ending.stdout, "");
          const [first = "", ...rest] = ending.stderr.trimEnd().split("\n");
          const place = first.replace(/^kmdf-dma: /, "");
          assert.ok(place.startsWith(path.join(folder, at)), first);
          assert.match(first, message);
          // At most the numbers of a run that had begun follow.
          assert.ok(rest.length <= 1 && rest.every((line) => /^(expectation-failed|configuration-error): \d+ requests/.test(line)), ending.stderr);
        });
      }
    });
  }

  it("catches a device that goes on past the end of its mapping", async () => {
    const { status, stderr } = await run({ device: { model: goodDevice, options: { overrun: 16 } }, scenario: [{ write: { length: 16 } }] });
    assert.equal(status, 2);
    assert.match(
      stderr,
      /probe-driver\.h:\d+: DMA-DEVICE-FAULT: probe: bus-master read of 16 bytes .* the first byte past the end of the write transfer of 16 bytes/,
    );
  });

  it("makes the functions fail that the configuration names", async () => {
    const { status, stderr } = await run({ faults: [{ at: "WdfDmaTransactionCreate", status: "STATUS_INSUFFICIENT_RESOURCES" }] });
    assert.equal(status, 1);
    assert.match(stderr, /EvtDriverDeviceAdd returned STATUS_INSUFFICIENT_RESOURCES/);
  });

  it("warns of what a scenario does not wait for", async () => {
    const text = "export default async (system) => {\n  const file = await system.open();\n  void file.read(16);\n};\n";
    const { status, stdout } = await run({ scenario: "scenario.ts" }, { "scenario.ts": text });
    assert.equal(status, 0);
    assert.match(stdout, /scenario\.ts:3: warning: the scenario ended while read\(16\) was pending, .* is an await missing\?/);
  });

  it("reports a configuration that is not there", async () => {
    const { status, stderr } = await commandLines.run("run", "--config", path.join(folder, "nowhere.json"));
    assert.equal(status, 4);
    assert.match(stderr, /^kmdf-dma: .*nowhere\.json: Cannot read the configuration/);
  });

  it("reports wrong arguments", async () => {
    for (const [argv, message] of [
      [["run"], /--config is missing/],
      [["run", "--config"], /--config needs a value/],
      [["run", "--confg", "x"], /Unknown option --confg/],
      [["runn"], /Unknown command "runn"/],
      [["run", "--config", "x", "--report", "xml"], /--report: expected json, junit, sarif, got "xml"/],
    ] as const) {
      const { status, stderr } = await commandLines.run(...argv);
      assert.equal(status, 4);
      assert.match(stderr, message);
      assert.equal(stderr.trimEnd().split("\n").length, 1);
    }
  });
});
