// SPDX-License-Identifier: MIT
/** `kmdf-dma trace convert IN OUT` and the writing of traces: the format follows the extension of the file. */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { ExitStatus, UserError } from "../base/index.ts";
import type { TraceSnapshot } from "../protocol/index.ts";
import { decodeTraceFile, encodeTraceFile, toChromeJson } from "../trace/index.ts";
import type { ParsedArguments } from "./arguments.ts";

const writers: Readonly<Record<string, (trace: TraceSnapshot) => string | Uint8Array>> = {
  ".json": toChromeJson,
  ".kmdftrace": encodeTraceFile,
};

/** Writes `trace` to `file`, whole or not at all. */
export async function writeTrace(file: string, trace: TraceSnapshot): Promise<void> {
  const write = writers[path.extname(file).toLowerCase()];
  if (write === undefined) {
    throw new UserError({
      code: "trace-format",
      message: `Unknown trace format "${path.extname(file)}"; known are ${Object.keys(writers).join(", ")}`,
      location: { file },
      exitStatus: ExitStatus.badConfiguration,
    });
  }
  await writeWhole(file, write(trace));
}

/** Writes through a temporary file beside `file`, so that a reader never sees half of it. */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new UserError({
      code: "cannot-write",
      message: `Cannot write the file: ${(error as Error).message}`,
      location: { file },
      exitStatus: ExitStatus.badConfiguration,
    });
  }
}

export async function traceCommand({ positionals }: ParsedArguments): Promise<number> {
  const [verb, from = "", to = ""] = positionals;
  if (verb !== "convert")
    throw new UserError({ code: "usage", message: `Unknown trace command "${verb}"; there is convert`, exitStatus: ExitStatus.badConfiguration });
  const bytes = await readFile(from).catch((error: Error) => {
    throw new UserError({
      code: "trace-file",
      message: `Cannot read the trace: ${error.message}`,
      location: { file: from },
      exitStatus: ExitStatus.badConfiguration,
    });
  });
  await writeTrace(to, decodeTraceFile(bytes, from));
  return ExitStatus.ok;
}
