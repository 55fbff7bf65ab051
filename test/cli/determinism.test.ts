// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type RunReport, type TraceSnapshot, traceKinds } from "../../src/protocol/index.ts";
import { decodeTraceFile } from "../../src/trace/index.ts";
import { CommandLines } from "../bad-drivers/command-line.ts";

const samples = path.resolve(import.meta.dirname, "../../samples");
/** Samples that are a whole project: those with a launch configuration. */
const projects = readdirSync(samples, { recursive: true, encoding: "utf8" })
  .filter((file) => path.basename(file) === "launch.json")
  .map((file) => path.dirname(path.dirname(file)))
  .sort();

interface Run {
  readonly report: RunReport;
  readonly bytes: Uint8Array;
  readonly trace: TraceSnapshot;
}

/** Logical addresses of the mappings that the device saw, in order. */
function mappedAddresses({ count, kind, args }: TraceSnapshot): number[] {
  return Array.from({ length: count }, (_, i) => i).flatMap((i) => (kind[i] === traceKinds.dmaMapped.id ? [args[3 * i] ?? 0] : []));
}

describe("Determinism", () => {
  let folder: string;
  let lines: CommandLines;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "kmdf-dma-determinism-"));
    lines = new CommandLines(path.join(folder, "cache"));
  });

  after(async () => {
    await lines.dispose();
    await rm(folder, { recursive: true });
  });

  async function run(sample: string, ...more: readonly string[]): Promise<Run> {
    const file = path.join(folder, "run.kmdftrace");
    const config = path.join(samples, sample, ".vscode", "launch.json");
    const { status, stdout, stderr } = await lines.run("run", "--config", config, "--trace", file, "--report", "json", ...more);
    assert.equal(status, 0, `${sample} did not pass: ${stderr}`);
    const bytes = readFileSync(file);
    return { report: JSON.parse(stdout) as RunReport, bytes, trace: decodeTraceFile(bytes, file) };
  }

  it("is checked on every sample", () => {
    assert.deepEqual(projects, ["edu", "i82559", "pci9656", "sg-duplex"]);
  });

  for (const sample of projects) {
    it(`gives the same trace, byte for byte, and the same report when ${sample} runs again`, async function () {
      this.timeout(120_000);
      const first = await run(sample);
      const second = await run(sample);
      assert.ok(first.trace.count > 100, `the trace has only ${first.trace.count} events`);
      assert.ok(Buffer.from(first.bytes).equals(second.bytes), "the traces differ");
      assert.deepEqual(second.report, first.report);
    });

    it(`puts memory of ${sample} elsewhere with another seed, and the scenario sees no difference`, async function () {
      this.timeout(120_000);
      const first = await run(sample);
      const other = await run(sample, "--set", "machine.seed=2");
      const [here, there] = [mappedAddresses(first.trace), mappedAddresses(other.trace)];
      assert.ok(here.length > 0, "the sample maps nothing");
      assert.notDeepEqual(there, here);
      assert.equal(other.report.outcome, "passed");
      assert.deepEqual(other.report.requests, first.report.requests);
      assert.deepEqual(other.report.violations, first.report.violations);
    });
  }
});
