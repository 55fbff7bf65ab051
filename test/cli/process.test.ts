// SPDX-License-Identifier: MIT
/** The command line as a process of its own: exit codes as the shell sees them, signals, and that nothing is left behind. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { testCache } from "../bad-drivers/command-line.ts";

const root = path.resolve(import.meta.dirname, "../..");
const drivers = path.join(root, "test/bad-drivers");

describe("the process kmdf-dma", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "kmdf-process-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  interface Options {
    readonly signal?: NodeJS.Signals;
    readonly machine?: object;
    readonly argv?: readonly string[];
  }

  /** Runs a bad driver in `folder`, which is also its folder for temporary files. */
  async function run(name: string, { signal, machine = {}, argv = [] }: Options = {}): Promise<{ code: number | null; stdout: string; stderr: string }> {
    writeFileSync(
      path.join(folder, "config.json"),
      JSON.stringify({
        sources: [path.join(drivers, "cases", `${name}.c`)],
        device: path.join(drivers, "common/device.ts"),
        scenario: [{ log: "begin" }, { ioctl: { code: "0x222000" } }],
        machine: { interrupts: "line", ...machine },
      }),
    );
    const child = spawn(process.execPath, [path.join(root, "src/cli/main.ts"), "run", "--config", "config.json", ...argv], {
      cwd: folder,
      env: { ...process.env, KMDF_DMA_CACHE: testCache, TMPDIR: folder, TEMP: folder, TMP: folder },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (signal !== undefined && stdout.includes("begin")) child.kill(signal);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const [code] = (await once(child, "close")) as [number | null];
    return { code, stdout, stderr };
  }

  for (const [name, code] of [
    ["good", 0],
    ["entry-fails", 1],
    ["null-read", 2],
    ["syntax-error", 3],
  ] as const) {
    it(`ends ${name} with exit code ${code} and leaves no file behind`, async () => {
      const ending = await run(name);
      assert.equal(ending.code, code, ending.stderr);
      assert.deepEqual(readdirSync(folder), ["config.json"]);
      assert.doesNotMatch(ending.stderr, /\bat .*\/src\/|Warning:/);
    });
  }

  it("ends on a signal while the driver loops", async () => {
    const { code, stderr } = await run("passive-endless", { signal: "SIGTERM", machine: { timing: { limitMs: 3_600_000 } } });
    assert.equal(code, 5);
    assert.equal(stderr, "kmdf-dma: Interrupted\n");
    assert.deepEqual(readdirSync(folder), ["config.json"]);
  });

  it("leaves no half of a file behind when it cannot write one", async () => {
    const { code, stderr } = await run("good", { argv: ["--report", "json", "--out", "no/such/folder.json"] });
    assert.equal(code, 4);
    assert.match(stderr, /folder\.json: Cannot write the file/);
    assert.deepEqual(readdirSync(folder), ["config.json"]);
  });
});
