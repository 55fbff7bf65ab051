// SPDX-License-Identifier: MIT
/** Writes docs/conformance.md: which section and table row of the specification which test covers. `--check` compares only. */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type SpecificationRow, specificationRows } from "../test/conformance/rows-table.ts";

const root = path.resolve(import.meta.dirname, "..");
const folder = path.join(root, "test/conformance");
const target = path.join(root, "docs/conformance.md");

/** Rows named in checks of the C tests, and in the `rows` of scenario and golden tests. */
function* namedRows(): Generator<readonly [row: string, test: string]> {
  const files = [...list("driver", ".c"), ...list("power-driver", ".c"), ...list("bus-driver", ".c"), ...list(".", ".test.ts")];
  for (const file of files) {
    const text = readFileSync(path.join(folder, file), "utf8");
    const patterns = file.endsWith(".c") ? [/\b[A-Z]\w*\(\s*"(\d[\d.,]*)"/g, /"(\d+\.\d+\.\d+)"/g] : [/rows: \[([^\]]*)\]/g, /"(\d+\.\d[\d.,]*)"\]/g];
    for (const pattern of patterns)
      for (const match of text.matchAll(pattern)) for (const id of (match[1] ?? "").split(/[",\s]+/)) if (/^\d/.test(id)) yield [id, file.replace("./", "")];
  }
}

function list(sub: string, extension: string): string[] {
  return readdirSync(path.join(folder, sub))
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => `${sub}/${name}`);
}

function collect(): ReadonlyMap<string, ReadonlySet<string>> {
  const covered = new Map<string, Set<string>>();
  for (const [id, test] of namedRows()) covered.set(id, (covered.get(id) ?? new Set()).add(test));
  const known = new Set(specificationRows.map(({ id }) => id));
  const unknown = [...covered.keys()].filter((id) => !known.has(id));
  if (unknown.length > 0) throw new Error(`tests name rows that do not exist: ${unknown.join(", ")}`);
  return covered;
}

const isCounted = ({ isChapter, isGroup, unreachable }: SpecificationRow): boolean => isChapter !== true && isGroup !== true && unreachable === undefined;

function render(): string {
  const covered = collect();
  const counted = specificationRows.filter(isCounted);
  const lines = [
    "# Conformance",
    "",
    "Which part of the behavioural specification of KMDF's DMA support is exercised from driver code, and where. Written by `node scripts/conformance.ts`; the tests are in",
    "`test/conformance` and run a C driver that is compiled for them. A section with a table is counted by its rows.",
    "",
    `**${counted.filter(({ id }) => covered.has(id)).length} of ${counted.length}** sections and rows are covered; ${specificationRows.filter(({ unreachable }) => unreachable !== undefined).length} more cannot be met on the emulated machine.`,
    "",
  ];
  for (const row of specificationRows) {
    if (row.isChapter === true) {
      const part = counted.filter(({ id }) => id.startsWith(`${row.id}.`));
      lines.push(
        "",
        `## ${row.id} ${row.title}: ${part.filter(({ id }) => covered.has(id)).length} of ${part.length}`,
        "",
        "| | what | tests |",
        "|---|---|---|",
      );
    } else {
      const tests = [...(covered.get(row.id) ?? [])].map((test) => `\`${test}\``).join(", ");
      const title = row.title.replaceAll("|", "\\|").replaceAll("<", "&lt;");
      lines.push(
        row.isGroup === true
          ? `| **${row.id}** | **${title}** | ${tests} |`
          : `| ${row.id} | ${title} | ${row.unreachable === undefined ? (tests === "" ? "–" : tests) : `cannot be met: ${row.unreachable}`} |`,
      );
    }
  }
  return `${lines.join("\n").replaceAll(/\n{3,}/g, "\n\n")}\n`;
}

const text = render();
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error("docs/conformance.md is out of date: run node scripts/conformance.ts");
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
  console.log(/\*\*(.*)\*\*/.exec(text)?.[1]);
}
