// SPDX-License-Identifier: MIT
/**
 * The import rules between top-level folders of src, as an allowlist. What is not listed here is forbidden; the debt section holds known
 * exceptions and may only shrink. Uses dependency-cruiser for the import graph.
 */
import path from "node:path";
import { cruise, type ICruiseResult } from "dependency-cruiser";

const root = path.resolve(import.meta.dirname, "..");
const kernel = ["base", "protocol", "machine"];

/** Folder → folders it may import (besides itself). */
const allowed: Readonly<Record<string, readonly string[]>> = {
  base: [],
  protocol: ["base"],
  trace: ["base", "protocol"],
  toolchain: ["base", "protocol"],
  coverage: ["base", "protocol", "toolchain"],
  symbols: ["base", "protocol"],
  machine: ["base", "protocol"],
  nt: kernel,
  wdf: [...kernel, "nt"],
  devices: kernel,
  verifier: [...kernel, "nt", "wdf"],
  scenario: [...kernel, "nt"],
  runtime: [...kernel, "trace", "nt", "wdf", "devices", "verifier", "scenario", "sdk"],
  session: ["base", "protocol", "symbols", "runtime", "trace"],
  adapter: ["base", "protocol", "session", "toolchain", "coverage"],
  cli: ["base", "protocol", "toolchain", "coverage", "trace", "session", "adapter"],
  extension: ["base", "protocol", "toolchain", "coverage", "trace", "session", "adapter"],
  webview: ["base", "protocol"],
  sdk: ["base", "protocol", "devices", "scenario"],
};

/** Known exceptions, "from → to" with the reason; this list may only get shorter. */
const debt: readonly (readonly [from: RegExp, to: RegExp, reason: string])[] = [];

/** Only these may import a folder's inner files instead of its index.ts. */
const testFile = /\.test\.ts$|\/test-[a-z-]+\.ts$|\/fake-[a-z-]+\.ts$/;
/** Fewer modules than this mean that the graph was not read. */
const leastModules = 150;

const result = (await cruise(["src"], { baseDir: root, tsPreCompilationDeps: true, doNotFollow: { path: "node_modules" }, exclude: { path: "node_modules" } }))
  .output as ICruiseResult;
const failures: string[] = [];
if (result.modules.length < leastModules) failures.push(`only ${result.modules.length} modules were read; expected at least ${leastModules}`);
const folderOf = (file: string): string | undefined => /^src\/([^/]+)\//.exec(file)?.[1];
for (const module of result.modules) {
  const from = folderOf(module.source);
  if (from === undefined) continue;
  if (allowed[from] === undefined) failures.push(`${module.source}: the folder src/${from} is not in the layer table`);
  for (const dependency of module.dependencies) {
    const to = folderOf(dependency.resolved);
    if (dependency.module === "vscode" && from !== "extension") failures.push(`${module.source} imports vscode; only src/extension may`);
    if (to === undefined || to === from || testFile.test(module.source)) continue;
    if (debt.some(([a, b]) => a.test(module.source) && b.test(dependency.resolved))) continue;
    if (!allowed[from]?.includes(to)) failures.push(`${module.source} imports ${dependency.resolved}: ${from} may not import ${to}`);
    else if (!dependency.resolved.endsWith("/index.ts")) failures.push(`${module.source} imports ${dependency.resolved}: import src/${to}/index.ts`);
  }
}
for (const failure of failures) console.error(failure);
console.log(`${result.modules.length} modules, ${failures.length} layer violations, ${debt.length} known exceptions`);
process.exitCode = failures.length > 0 ? 1 : 0;
