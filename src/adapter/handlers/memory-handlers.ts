// SPDX-License-Identifier: MIT
/** Requests that read and write memory. */

import type { CustomRequests, MemoryDescription } from "../../protocol/index.ts";
import { describeMemory, memoryReference, parseMemoryReference, readTargetMemory, writeTargetMemory } from "../../session/index.ts";
import type { Scouting } from "../../session/index.ts";
import type { AdapterState } from "../adapter-state.ts";
import type { RequestHandlers } from "../protocol-server.ts";
import type { RequestArguments } from "../request-arguments.ts";
import type { Progress } from "../progress.ts";
import { RequestError } from "../request-error.ts";
import { patience } from "../travel-progress.ts";

/** More at once would only make a client wait without progress. */
const maxBytes = 64 << 20;

export function memoryHandlers(state: AdapterState): RequestHandlers {
  return {
    readMemory: (request) => readMemory(state, request),
    writeMemory: (request) => writeMemory(state, request),
    "kmdf/describeAddress": (request, signal) => describeAddress(state, request, signal),
  };
}

async function readMemory(state: AdapterState, request: RequestArguments): Promise<object> {
  const count = request.number("count");
  if (!Number.isInteger(count) || count < 0 || count > maxBytes) throw new RequestError(`'count' must be a whole number from 0 to ${maxBytes}`);
  const at = addressOf(request);
  const bytes = await readTargetMemory(state.session, at, count);
  const missing = count - bytes.length;
  return {
    address: memoryReference(at),
    ...(bytes.length > 0 ? { data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64") } : {}),
    ...(missing > 0 ? { unreadableBytes: missing } : {}),
  };
}

async function writeMemory(state: AdapterState, request: RequestArguments): Promise<object> {
  const text = request.text("data");
  const bytes = Uint8Array.from(Buffer.from(text, "base64"));
  if (bytes.length === 0 && text !== "") throw new RequestError("'data' must be base64");
  return { bytesWritten: await writeTargetMemory(state.session, addressOf(request), bytes, request.flag("allowPartial")) };
}

function addressOf(request: RequestArguments): ReturnType<typeof parseMemoryReference> {
  const { space, address } = parseMemoryReference(request.text("memoryReference"));
  const offset = request.optionalNumber("offset") ?? 0;
  if (!Number.isInteger(offset)) throw new RequestError("'offset' must be a whole number");
  return { space, address: address + BigInt(offset) };
}

/** Most bytes that are described, and most whose last writes are looked for, in one request. */
const describedBytes = 1 << 20;
const tracedBytes = 4096;

async function describeAddress(state: AdapterState, request: RequestArguments, signal: AbortSignal): Promise<CustomRequests["kmdf/describeAddress"]["body"]> {
  const { session } = state;
  const count = request.optionalNumber("count") ?? 1;
  const withWriters = request.flag("writers");
  const limit = withWriters ? tracedBytes : describedBytes;
  if (!Number.isInteger(count) || count < 1 || count > limit) throw new RequestError(`'count' must be a whole number from 1 to ${limit}`);
  const at = addressOf(request);
  if (!withWriters) return { runs: await describeMemory(session, at, count) };
  return withProgress(state, "Looking for the last write", signal, (scouting) => describeMemory(session, at, count, scouting));
}

/** Shows the progress of `work` when it takes longer than people like to wait, and aborts it when it or the request is cancelled. */
async function withProgress(
  state: AdapterState,
  title: string,
  signal: AbortSignal,
  work: (scouting: Scouting) => Promise<readonly MemoryDescription[]>,
): Promise<{ readonly runs: readonly MemoryDescription[] }> {
  const controller = new AbortController();
  let progress: Progress | undefined;
  const timer = setTimeout(() => (progress = state.progress.start(title, controller)), patience);
  try {
    const onProgress = (part: number): void => progress?.update(`${Math.round(100 * part)} %`, Math.round(100 * part));
    return { runs: await work({ signal: AbortSignal.any([signal, controller.signal]), onProgress }) };
  } finally {
    clearTimeout(timer);
    progress?.end();
  }
}
