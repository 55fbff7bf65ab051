// SPDX-License-Identifier: MIT
/** Random use of a sample driver leaves nothing behind: no object, mapping, handle, pool block, and no memory of the machine. The bench does it for longer. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { RunReport } from "../../src/protocol/index.ts";
import { CommandLines } from "../bad-drivers/command-line.ts";

const here = import.meta.dirname;

describe("Random requests with cancels, power cycles and removals", () => {
  let folder: string;
  let lines: CommandLines;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "kmdf-dma-soak-"));
    lines = new CommandLines(path.join(folder, "cache"));
  });
  after(async () => {
    await lines.dispose();
    await rm(folder, { recursive: true });
  });

  async function run(scenario: string): Promise<RunReport> {
    const { status, stdout, stderr } = await lines.run(
      "run",
      "--config",
      path.join(here, "sgdx.json"),
      "--set",
      `scenario="${scenario}"`,
      "--report",
      "json",
      "--quiet",
    );
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as RunReport;
  }

  it("leave behind what a driver leaves that was only loaded and started", async function () {
    this.timeout(120_000);
    const idle = (await run("nothing.ts")).leftovers;
    assert.deepEqual({ ...idle, memoryTop: 0, poolBlocks: 0 }, { objects: 0, mappings: 0, openFiles: 0, memoryTop: 0, poolBlocks: 0 });
    for (const scenario of ["small-1.ts", "small-2.ts", "small-3.ts"]) {
      const { leftovers, requests, virtualTimeNs } = await run(scenario);
      assert.ok(requests.length >= 500 && virtualTimeNs > 1e9);
      assert.ok(requests.some(({ status }) => status === "STATUS_CANCELLED") && requests.some(({ status }) => status === "STATUS_SUCCESS"));
      assert.deepEqual({ ...leftovers, memoryTop: 0 }, { ...idle, memoryTop: 0 });
    }
  });
});
