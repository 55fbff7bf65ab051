// SPDX-License-Identifier: MIT
/** `run --coverage`: counts that can be checked by hand, in both formats, and that asking for them changes nothing else. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { CommandLines, testCache } from "../bad-drivers/command-line.ts";

const root = path.resolve(import.meta.dirname, "../..");
const edu = path.join(root, "samples/edu");

/** Line of the only place in the text that has `part`, 1-based. */
function lineOf(text: string, part: string): number {
  const found = text.split("\n").flatMap((line, index) => (line.includes(part) ? [index + 1] : []));
  assert.equal(found.length, 1, `"${part}" stands ${found.length} times`);
  return found[0] ?? 0;
}

describe("run --coverage", function () {
  this.timeout(60_000);
  let folder: string;
  let lines: CommandLines;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "kmdf-coverage-"));
    lines = new CommandLines(testCache);
  });
  after(async () => {
    await lines.dispose();
    await rm(folder, { recursive: true });
  });

  /** Runs the edu driver with three writes, each of one transfer. */
  async function run(...more: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
    const file = path.join(folder, "config.json");
    const scenario = Array.from({ length: 3 }, () => ({ write: { length: 64, pattern: "increment" } }));
    await writeFile(file, JSON.stringify({ name: "edu", sources: [path.join(edu, "driver/*.c")], device: "edu", scenario, machine: { interrupts: "line" } }));
    return lines.run("run", "--config", file, ...more);
  }

  it("counts lines, both ways of a branch, and calls of functions", async () => {
    const out = path.join(folder, "edu.info");
    const { status, stdout } = await run("--coverage", out);
    assert.equal(status, 0);
    assert.match(stdout, /covered: \d+ of \d+ lines, \d+ of \d+ branches, \d+ of \d+ functions, (\d+) of \1 callbacks, \d+ of \d+ error paths/);
    const source = await readFile(path.join(edu, "driver/Dma.c"), "utf8");
    const record = (await readFile(out, "utf8")).split("end_of_record\n").find((text) => text.includes("Dma.c")) ?? "";
    const rows = new Set(record.split("\n"));
    assert.ok(rows.has("TN:edu") && rows.has(`SF:${path.join(edu, "driver/Dma.c")}`), record);
    assert.ok(rows.has("FNDA:3,EduEvtProgramDma") && rows.has("FNDA:0,EduDmaFail"), record);
    assert.ok(rows.has(`DA:${lineOf(source, "// #program-dma")},3`), record);
    const direction = lineOf(source, "if (Direction == WdfDmaDirectionWriteToDevice) {");
    const ways = [...rows].filter((row) => row.startsWith(`BRDA:${direction},`)).map((row) => row.split(",").at(-1));
    assert.deepEqual(ways, ["3", "0"]);
    assert.ok(![...rows].some((row) => row.includes("sdk/include")));
  });

  it("leaves files of the kit out, and names files relative to the configuration in Cobertura", async () => {
    const xml = path.join(folder, "edu.xml");
    const info = path.join(folder, "both.info");
    const { status } = await run("--coverage", xml, "--coverage", info, "--quiet");
    assert.equal(status, 0);
    const text = await readFile(xml, "utf8");
    assert.match(text, /filename="[^"]*samples\/edu\/driver\/Dma\.c"/);
    assert.doesNotMatch(text, /ntdef\.h|wdf\w*\.h"/);
    assert.match(text, /lines-covered="[1-9]/);
    assert.match(await readFile(info, "utf8"), /^TN:edu\nSF:/);
  });

  it("gives the same run as without", async () => {
    const plain = await run("--report", "json");
    const counted = await run("--report", "json", "--coverage", path.join(folder, "same.info"));
    assert.equal(counted.stdout, plain.stdout);
  });

  it("refuses a format that it does not know before it builds", async () => {
    const { status, stderr } = await run("--coverage", path.join(folder, "edu.txt"));
    assert.equal(status, 4);
    assert.match(stderr, /edu\.txt: Unknown coverage format "\.txt"; known are \.info \(LCOV\)/);
    assert.ok(!(await readdir(folder)).includes("edu.txt"));
  });
});
