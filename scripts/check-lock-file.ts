// SPDX-License-Identifier: MIT
/** Checks that package-lock.json names no registry: whoever installs uses their own. `.npmrc` makes npm write it so. */
import { readFileSync } from "node:fs";
import path from "node:path";

const file = path.resolve(import.meta.dirname, "../package-lock.json");
const { packages } = JSON.parse(readFileSync(file, "utf8")) as { packages: Readonly<Record<string, { readonly resolved?: string; readonly link?: boolean }>> };
const bad = Object.entries(packages).filter(([, { resolved, link }]) => resolved !== undefined && link !== true);
for (const [name, { resolved }] of bad)
  console.error(`package-lock.json: ${name} is resolved to ${resolved}; run npm install with the .npmrc of this repository`);
if (bad.length > 0) process.exitCode = 1;
