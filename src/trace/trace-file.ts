// SPDX-License-Identifier: MIT
/**
 * Trace files of our own (`.kmdftrace`): a magic line, a JSON header, then the columns as little-endian bytes. The same run gives the same
 * bytes.
 */
import { ExitStatus, UserError } from "../base/index.ts";
import type { TraceSnapshot } from "../protocol/index.ts";
import type { TraceExport, TraceSources } from "./event-arguments.ts";

const magic = "kmdf-dma-trace 1\n";
const columns = [
  ["time", Float64Array],
  ["statement", Float64Array],
  ["args", Float64Array],
  ["object", Uint32Array],
  ["parent", Uint32Array],
  ["kind", Uint8Array],
  ["phase", Uint8Array],
  ["irql", Uint8Array],
] as const;

/** Bytes of `trace` as a file, with the places of the driver's functions if they are known. */
export function encodeTraceFile(trace: TraceSnapshot, sources?: TraceSources): Uint8Array {
  const header = new TextEncoder().encode(`${magic}${JSON.stringify({ firstEvent: trace.firstEvent, count: trace.count, texts: trace.texts, sources })}\n`);
  const parts = columns.map(([name]) => new Uint8Array(trace[name].buffer, trace[name].byteOffset, trace[name].byteLength));
  const file = new Uint8Array(header.length + parts.reduce((sum, part) => sum + part.length, 0));
  file.set(header);
  let at = header.length;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** Reads the trace in a file that `encodeTraceFile` made. Throws UserError for anything else. */
export function decodeTraceFile(bytes: Uint8Array, name: string): TraceSnapshot {
  return readTraceFile(bytes, name).trace;
}

/** Reads all of a file that `encodeTraceFile` made. Throws UserError for anything else. */
export function readTraceFile(bytes: Uint8Array, name: string): TraceExport {
  const bad = (why: string): never => {
    throw new UserError({ code: "trace-file", message: `Not a trace file: ${why}`, location: { file: name }, exitStatus: ExitStatus.badConfiguration });
  };
  const start = magic.length;
  if (new TextDecoder("latin1").decode(bytes.subarray(0, start)) !== magic) return bad("it does not begin like one");
  const end = bytes.indexOf(10, start);
  if (end < 0) return bad("its header is cut off");
  const header = readHeader(new TextDecoder().decode(bytes.subarray(start, end))) ?? bad("its header is damaged");
  let at = end + 1;
  const read = columns.map(([columnName, type]) => {
    const length = columnName === "args" ? 3 * header.count : header.count;
    const size = length * type.BYTES_PER_ELEMENT;
    if (at + size > bytes.length) return bad("it is cut off");
    // A copy of its own: a Buffer's slice would share the pool it lies in.
    const column = new type(Uint8Array.from(bytes.subarray(at, at + size)).buffer);
    at += size;
    return [columnName, column] as const;
  });
  const { sources, ...rest } = header;
  return { trace: { ...rest, ...(Object.fromEntries(read) as Omit<TraceSnapshot, keyof typeof rest>) }, sources };
}

interface Header {
  readonly firstEvent: number;
  readonly count: number;
  readonly texts: readonly string[];
  readonly sources?: TraceSources;
}

function readHeader(json: string): Header | undefined {
  try {
    const { firstEvent, count, texts, sources } = JSON.parse(json) as Partial<Header>;
    if (!Number.isSafeInteger(firstEvent) || !Number.isSafeInteger(count) || !Array.isArray(texts)) return undefined;
    return { firstEvent: firstEvent ?? 1, count: count ?? 0, texts, ...(sources === undefined ? {} : { sources }) };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
