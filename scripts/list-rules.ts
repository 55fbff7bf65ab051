// SPDX-License-Identifier: MIT
/**
 * Writes docs/rules/README.md, the index of the pages about rules, and checks that every rule the program can report has a page and every
 * page a rule. With `--check` nothing is written; a difference is an error.
 */
import { globSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const folder = path.join(root, "docs/rules");
const index = path.join(folder, "README.md");

/** Folders whose code reports violations. */
const sources = "src/{machine,nt,wdf,verifier,runtime}/**/*.ts";

/** Names of the shape of a rule id that are none. A new one belongs here; a new rule gets a page. */
const otherNames: ReadonlySet<string> = new Set([
  "Driver-owned",
  "Force-disconnected",
  "build-failed",
  "configuration-error",
  "device-fault",
  "driver-owned",
  "en-US",
  "expectation-failed",
  "internal-error",
  "kmdf-dma-debug",
  "one-shot",
  "scenario-step",
  "scenario-stuck",
  "utf-16le",
  "virtual-time-limit",
  "work-item",
]);

const groups: readonly (readonly [title: string, prefixes: RegExp])[] = [
  ["Memory, processor, interrupts", /^(MEM|CPU|IRQL|INT|NOT|assertion|driver|exception|null|irql|paged|callback-|critical|stall|completion|lr)-/],
  ["Direct memory access", /^(DMA|txn|done|program|race|en|cb|ad|va|len|mb|mapio|mmio|register|mem|pci)-/],
  ["MDLs and pool", /^(mdl|pool|user)-/],
  ["Requests and queues", /^(REQ|KMDF-REQUEST|req|info|queue)-/],
  ["Objects, power and the rest of the framework", /^(KMDF|obj|setup|pwr|int|autoserial)-/],
  ["Locks, waits, timers, DPCs, work items", /./],
];

/** Every rule id in the source, with the file that has it. */
function rulesInSource(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const file of globSync(sources, { cwd: root }).sort()) {
    if (/\.test\.ts$|\/test-/.test(file)) continue;
    for (const line of readFileSync(path.join(root, file), "utf8").split("\n")) {
      if (/^\s*(\/\/|\/?\*|import\b|export .* from )|\bcode: "/.test(line)) continue;
      for (const [, name = ""] of line.matchAll(/"([A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)+)"/g)) if (!otherNames.has(name)) found.set(name, file);
    }
  }
  return found;
}

/** What a page says first. */
const firstSentence = (rule: string): string => readFileSync(path.join(folder, `${rule}.md`), "utf8").split("\n")[2] ?? "";

function indexText(rules: readonly string[]): string {
  const left = new Set(rules);
  const sections = groups.map(([title, prefixes]) => {
    const own = rules.filter((rule) => left.has(rule) && prefixes.test(rule));
    for (const rule of own) left.delete(rule);
    return `## ${title}\n\n${own.map((rule) => `- [${rule}](${rule}.md): ${firstSentence(rule)}`).join("\n")}\n`;
  });
  return [
    "# Rules",
    "",
    "What the emulated machine reports when a driver breaks a rule. `verifier` in the configuration turns rules off (`disable`) or everything else off (`only`), by these names;",
    "a bug check is always reported. Bug checks are written as Windows shows them: `0x10D/0x8` is bug check 0x10D with first parameter 8, `p2` is the second parameter.",
    "`break` is a break of the framework's verifier into the kernel debugger.",
    "",
    ...sections,
  ].join("\n");
}

const inSource = rulesInSource();
const pages = new Set(
  readdirSync(folder)
    .filter((file) => file.endsWith(".md") && file !== "README.md")
    .map((file) => file.slice(0, -3)),
);
const problems = [
  ...[...inSource].filter(([rule]) => !pages.has(rule)).map(([rule, file]) => `${file} reports ${rule}, which has no page docs/rules/${rule}.md`),
  ...[...pages].filter((rule) => !inSource.has(rule)).map((rule) => `docs/rules/${rule}.md is about a rule that nothing reports`),
];
const text = indexText([...pages].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
if (!process.argv.includes("--check")) writeFileSync(index, text);
else if (readFileSync(index, "utf8") !== text) problems.push("docs/rules/README.md is out of date: run node scripts/list-rules.ts");
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
