// SPDX-License-Identifier: MIT
/** Where the package lies, from source (src/cli) and bundled (dist): the headers, the runtime object's source and the workers are found from here. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
/** True when this file runs from dist/. */
const isBundled = path.basename(here) === "dist";

export const packageRoot = isBundled ? path.dirname(here) : path.resolve(here, "../..");

/** Folder of the program's own code, for telling user code from it. */
export const packageSources = `${isBundled ? here : path.join(packageRoot, "src")}${path.sep}`;

/** Entry of a worker: beside the bundle, or the source itself. */
export function workerUrl(bundle: string, source: string): URL {
  const file = isBundled ? path.join(here, bundle) : path.join(packageRoot, source);
  return pathToFileURL(existsSync(file) ? file : path.join(packageRoot, source));
}

export const runtimeWorker = (): URL => workerUrl("runtime-worker.js", "src/runtime/worker.ts");
export const clangWorker = (): URL => workerUrl("clang-worker.js", "src/toolchain/clang-worker.ts");

/** Version in package.json. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(path.join(packageRoot, "package.json"), "utf8")) as { version: string }).version;
}
