// SPDX-License-Identifier: MIT
/** Writes the names of all emulated functions to src/protocol, where the linker's allow-list takes them from. `--check` compares only. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { emulatedFunctions } from "../src/runtime/emulated-functions.ts";

const file = path.resolve(import.meta.dirname, "../src/protocol/emulated-functions-table.ts");
const text = `// SPDX-License-Identifier: MIT
/** Functions that the emulated kernel and framework implement; written by scripts/list-emulated-functions.ts. */

export const emulatedFunctionNames: readonly string[] = [
${emulatedFunctions()
  .map((name) => `  "${name}",`)
  .join("\n")}
];
`;
if (process.argv.includes("--check")) {
  if (readFileSync(file, "utf8") !== text) {
    console.error("src/protocol/emulated-functions-table.ts is out of date: run node scripts/list-emulated-functions.ts");
    process.exitCode = 1;
  }
} else writeFileSync(file, text);
