// SPDX-License-Identifier: MIT
/**
 * Writes the names of all functions that the headers in sdk/include declare and do not define inline to src/protocol, where the
 * linker's allow-list takes them from. `--check` compares only.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { compile, sdkHeaders } from "../test/sdk/sdk-compiler.ts";

const file = path.resolve(import.meta.dirname, "../src/protocol/declared-functions-table.ts");

/** One line of the syntax tree for each top-level declaration; bodies and parameters are indented deeper. */
const declaration = /^\|-FunctionDecl 0x.* (?<name>[A-Za-z_]\w*) '[^']*'(?<flags>[^']*)$/;

async function declaredFunctions(): Promise<string[]> {
  const names = sdkHeaders().filter((name) => !/^(pshpack\d+|poppack)\.h$/.test(name));
  const source = names.map((name) => `#include <${name}>\n`).join("");
  const result = await compile("all.c", { "all.c": source }, ["-fsyntax-only", "-Xclang", "-ast-dump", "-fno-color-diagnostics"]);
  if (!result.succeeded) throw new Error(result.messages);
  const found = new Set<string>();
  for (const line of result.stdout.split("\n")) {
    const groups = declaration.exec(line)?.groups;
    if (groups?.["name"] && !/\b(static|inline|implicit)\b/.test(`${groups["flags"] ?? ""} ${line.slice(0, line.indexOf(groups["name"]))}`))
      found.add(groups["name"]);
  }
  return [...found].sort();
}

const names = await declaredFunctions();
const text = `// SPDX-License-Identifier: MIT
/** Functions that the headers in sdk/include declare; written by scripts/list-declared-functions.ts. */

export const declaredFunctionNames: readonly string[] = [
${names.map((name) => `  "${name}",`).join("\n")}
];
`;
if (process.argv.includes("--check")) {
  if (readFileSync(file, "utf8") !== text) {
    console.error("src/protocol/declared-functions-table.ts is out of date: run node scripts/list-declared-functions.ts");
    process.exitCode = 1;
  }
} else writeFileSync(file, text);
