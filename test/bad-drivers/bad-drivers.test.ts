// SPDX-License-Identifier: MIT
/** Every bad driver, run by the command line: exit status, rule, place, and nothing else said. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Case, type Mark, cases, ioctl } from "./cases-table.ts";
import { CommandLines, testCache } from "./command-line.ts";

const here = import.meta.dirname;
const skeleton = path.join(here, "common", "probe-driver.h");
const source = (name: string): string => path.join(here, "cases", `${name}.c`);

/** `file:line` of a marker; a marker of a parameter list stands at its end, the function begins there. */
function placeOf(mark: Mark, name: string): string {
  const [where, marker = ""] = mark.split("#");
  const file = where === "case" ? source(name) : skeleton;
  const lines = readFileSync(file, "utf8").split("\n");
  const found = lines.flatMap((line, i) =>
    new RegExp(`#${marker}(?![\\w-])`).test(line.slice(Math.max(0, line.search(/\/[/*]/)))) && line.includes("/") ? [i + 1] : [],
  );
  assert.equal(found.length, 1, `the marker #${marker} stands ${found.length} times in ${file}`);
  return `${file}:${found[0]}`;
}

describe("bad drivers", function () {
  this.timeout(60_000);
  let folder: string;
  let commandLines: CommandLines;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "kmdf-bad-"));
    commandLines = new CommandLines(testCache);
  });
  after(async () => {
    await commandLines.dispose();
    rmSync(folder, { recursive: true });
  });

  /** Writes the configuration of `item` and runs it. */
  const run = (item: Case, ...options: string[]): ReturnType<CommandLines["run"]> => {
    const file = path.join(folder, `${item.name}.json`);
    const configuration = {
      name: item.name,
      sources: [source(item.name)],
      device: { model: path.join(here, "common", "device.ts"), options: item.options ?? {} },
      scenario: item.steps ?? ioctl,
      machine: { interrupts: "line", timing: { realLimitMs: 30_000, ...item.timing } },
    };
    writeFileSync(file, JSON.stringify(configuration));
    return commandLines.run("run", "--config", file, ...options);
  };

  it("has an expectation for every file in cases/", () => {
    assert.deepEqual(readdirSync(path.join(here, "cases")).sort(), cases.map(({ name }) => `${name}.c`).sort());
  });

  for (const item of cases) {
    it(`${item.name}: ${item.rule ?? ["passes", "does not start or end", "", "does not build"][item.status]}`, async () => {
      const { status, stdout, stderr } = await run(item);
      const text = item.status === 0 ? stdout : stderr;
      assert.equal(status, item.status, stdout + stderr);
      assert.match(text, item.message);
      const [first = ""] = text.split("\n");
      if (item.at !== undefined) assert.equal(first.slice(0, placeOf(item.at, item.name).length + 1), `${placeOf(item.at, item.name)}:`, first);
      if (item.column !== undefined) assert.match(first, new RegExp(`:\\d+:${item.column}: `));
      if (item.rule !== undefined) assert.match(first, new RegExp(`^(\\S+:\\d+: )?${item.rule}: `));
      if (item.bugCheck !== undefined) assert.ok(first.includes(`(bug check ${item.bugCheck}`), first);
      assert.equal(item.status === 0 ? stderr : stdout, "", "everything is said in one place");
      assert.doesNotMatch(stderr, /\/src\/|node:internal|\.ts:\d+:\d+\)/, "no stack trace of ours");
    });
  }

  it("gives the same report for the same driver, byte for byte", async () => {
    const item = cases.find(({ name }) => name === "virtual-address");
    assert.ok(item);
    const reports = [await run(item, "--report", "json"), await run(item, "--report", "json")].map(({ stdout }) => stdout);
    assert.ok((reports[0]?.length ?? 0) > 1000);
    assert.equal(reports[0], reports[1]);
  });
});
