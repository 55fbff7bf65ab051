// SPDX-License-Identifier: MIT
/** The trace of a run of the sg-duplex sample, through the built command line. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { TraceSnapshot } from "../../src/protocol/index.ts";
import { decodeTraceFile } from "../../src/trace/index.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** Runs the sample and converts nothing: the file as `run --trace` writes it. */
export async function sampleTraceFile(): Promise<Uint8Array> {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), "kdr-"));
  const file = path.join(folder, "sample.kmdftrace");
  try {
    const config = path.join(root, "samples/sg-duplex/.vscode/launch.json");
    await promisify(execFile)(process.execPath, [path.join(root, "dist/cli.js"), "run", "--quiet", "--config", config, "--trace", file]);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function sampleTrace(): Promise<TraceSnapshot> {
  return decodeTraceFile(await sampleTraceFile(), "sample.kmdftrace");
}
