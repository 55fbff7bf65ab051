// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { RunReport } from "../../src/protocol/index.ts";
import { CommandLines } from "../bad-drivers/command-line.ts";

/** A device that reads host memory where nothing is mapped, again and again, as soon as it has power. */
const device = `export default defineDevice({
  name: "prowler",
  pci: { vendorId: 0x1234, deviceId: 0x11e8, classCode: 0x00ff00, revision: 0x10 },
  bars: [{ kind: "memory", size: 0x100000, name: "registers" }],
  interrupts: { line: true },
  create(bus) {
    const prowl = () => {
      bus.dma.read(0x1000n, 16);
      bus.after(1000, prowl);
    };
    bus.after(1000, prowl);
    let word = 0;
    const read = (bar, offset) => (offset === 4 ? ~word >>> 0 : 0x010000ed);
    const write = (bar, offset, size, value) => {
      word = offset === 4 ? value : word;
    };
    return { read, write, reset: () => undefined };
  },
});
`;

describe("run and endless violations", () => {
  let folder: string;
  let lines: CommandLines;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "kmdf-dma-limit-"));
    lines = new CommandLines(path.join(folder, "cache"));
  });

  after(async () => {
    await lines.dispose();
    await rm(folder, { recursive: true });
  });

  it("ends the run after the hundredth violation and says so", async function () {
    this.timeout(60_000);
    const config = path.join(folder, "config.json");
    const edu = path.resolve(import.meta.dirname, "../../samples/edu/driver/*.c");
    await writeFile(path.join(folder, "device.mjs"), device);
    await writeFile(config, JSON.stringify({ sources: [edu], device: "device.mjs", scenario: [{ sleep: { ms: 1000 } }] }));
    const { status, stdout } = await lines.run("run", "--config", config, "--report", "json");
    const report = JSON.parse(stdout) as RunReport;
    assert.equal(status, 2);
    assert.equal(report.outcome, "violation");
    assert.equal(report.violations.length, 100);
    assert.equal(report.violations[0]?.rule, "DMA-DEVICE-FAULT");
    assert.equal(report.message, "The run ends after 100 violations");
  });
});
