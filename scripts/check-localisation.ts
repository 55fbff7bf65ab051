// SPDX-License-Identifier: MIT
/**
 * Checks that every text people read has a translation in each language there is, and no translation is left over: package.nls.<language>.json
 * against package.nls.json, and l10n/bundle.l10n.<language>.json against the calls of `l10n.t` in the extension.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { ddiReference, handleReference, statusReference } from "../src/extension/editor/ddi-reference-table.ts";

const root = path.resolve(import.meta.dirname, "..");
const problems: string[] = [];

/** Texts that reach `l10n.t` through a table. */
const tableTexts = [...Object.values(ddiReference), ...Object.values(handleReference)].map((row) =>
  row.length === 2 && /^[PADIH]$/.test(row[0]) ? row[1] : row[0],
);

/** First arguments of all calls of `….t(` with a literal, by file. */
function textsOfCode(): Map<string, string> {
  const found = new Map<string, string>();
  const folder = path.join(root, "src/extension");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
    const source = ts.createSourceFile(name, readFileSync(path.join(folder, name), "utf8"), ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === "t") {
        const [first] = node.arguments;
        if (first !== undefined && ts.isStringLiteralLike(first)) found.set(first.text, name);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  for (const text of [...tableTexts, ...Object.values(statusReference)]) found.set(text, "editor/ddi-reference-table.ts");
  return found;
}

const readJson = (file: string): Record<string, string> => JSON.parse(readFileSync(path.join(root, file), "utf8")) as Record<string, string>;

/** Values that a text takes, such as {0}; a translation has the same ones. Keys in percent signs and commands in links stay too. */
const fixedParts = (text: string): string =>
  [...text.matchAll(/\{\d\}|\(command:[\w.]+\)/g)]
    .map(([part]) => part)
    .sort()
    .join(" ");

function compare(file: string, wanted: ReadonlyMap<string, string>): void {
  const translated = readJson(file);
  for (const [key, text] of wanted) {
    const translation = translated[key];
    if (translation === undefined) problems.push(`${file} has no translation of "${key}"`);
    else if (fixedParts(translation) !== fixedParts(text)) problems.push(`${file}: the translation of "${key}" has other values or commands`);
  }
  for (const key of Object.keys(translated)) if (!wanted.has(key)) problems.push(`${file}: nothing is called "${key}" any more`);
}

const manifest = new Map(Object.entries(readJson("package.nls.json")));
const code = new Map([...textsOfCode().keys()].map((text) => [text, text]));
const languages = readdirSync(root).flatMap((name) => /^package\.nls\.(.+)\.json$/.exec(name)?.[1] ?? []);
if (languages.length === 0) problems.push("there is no translation at all");
for (const language of languages) {
  compare(`package.nls.${language}.json`, manifest);
  const bundle = `l10n/bundle.l10n.${language}.json`;
  if (existsSync(path.join(root, bundle))) compare(bundle, code);
  else problems.push(`${bundle} is missing`);
}
if (process.argv.includes("--list")) console.log(JSON.stringify({ manifest: Object.fromEntries(manifest), code: [...code.keys()].sort() }, undefined, 1));
for (const problem of problems) console.error(problem);
console.log(`${languages.join(", ")}: ${manifest.size + code.size} texts, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
