// SPDX-License-Identifier: MIT
/** A debug adapter on standard input and output, run from source: what `kmdf-dma dap` is, without having to be built first. */

import { readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createDriverBuilder, serveStreams } from "../../src/adapter/index.ts";
import { DebugSession } from "../../src/session/index.ts";
import { EmbeddedClang } from "../../src/toolchain/index.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const include = join(root, "sdk", "include");

/** Every name that stands before a parenthesis in the headers; more than the functions they declare does no harm here. */
function declaredNames(folder: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const entry of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!entry.endsWith(".h")) continue;
    for (const [, name] of readFileSync(join(folder, entry), "utf8").matchAll(/\b([A-Za-z_]\w*)\s*\(/g)) if (name) names.add(name);
  }
  return names;
}

const embedded = new EmbeddedClang();
const known = declaredNames(include);
const build = createDriverBuilder({
  sdkInclude: include,
  runtimeSource: join(root, "sdk", "runtime", "rt.c"),
  cacheDir: join(tmpdir(), "kmdf-dma-test-cache"),
  known,
  emulated: known,
  embedded,
});
const workerUrl = new URL("../../src/runtime/worker.ts", import.meta.url);

await serveStreams({ build, baseDir: root, createSession: (options) => new DebugSession({ ...options, workerUrl }) }, process.stdin, process.stdout);
process.exit(0);
