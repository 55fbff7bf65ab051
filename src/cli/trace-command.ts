// SPDX-License-Identifier: MIT
/** `kmdf-dma trace convert IN OUT` and the writing of traces: the format follows the extension of the file. */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { ExitStatus, UserError } from "../base/index.ts";
import type { TraceSnapshot } from "../protocol/index.ts";
import { type TraceSources, readTraceFile, traceFormatOf, traceFormats } from "../trace/index.ts";
import type { ParsedArguments } from "./arguments.ts";

/** Writes `trace` to `file`, whole or not at all; `sources` are the places of the driver's functions. */
export async function writeTrace(file: string, trace: TraceSnapshot, sources?: TraceSources): Promise<void> {
  await writeWhole(file, requireFormat(file).chunks({ trace, sources }));
}

/** Throws UserError when no format goes by the extension of `file`. */
export function requireFormat(file: string): (typeof traceFormats)[number] {
  const format = traceFormatOf(file);
  if (format !== undefined) return format;
  throw new UserError({
    code: "trace-format",
    message: `Unknown trace format "${path.extname(file)}"; known are ${traceFormats.map(({ extension }) => extension).join(", ")}`,
    location: { file },
    exitStatus: ExitStatus.badConfiguration,
  });
}

/** Writes through a temporary file beside `file`, so that a reader never sees half of it. */
export async function writeWhole(file: string, content: string | Uint8Array | Iterable<Uint8Array>): Promise<void> {
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
  const { trace, sources } = readTraceFile(bytes, from);
  await writeTrace(to, trace, sources);
  return ExitStatus.ok;
}
