// SPDX-License-Identifier: MIT
/** Requests that read and write memory. */

import { memoryReference, parseMemoryReference, readTargetMemory, writeTargetMemory } from "../../session/index.ts";
import type { AdapterState } from "../adapter-state.ts";
import type { RequestHandlers } from "../protocol-server.ts";
import type { RequestArguments } from "../request-arguments.ts";
import { RequestError } from "../request-error.ts";

/** More at once would only make a client wait without progress. */
const maxBytes = 64 << 20;

export function memoryHandlers(state: AdapterState): RequestHandlers {
  return {
    readMemory: (request) => readMemory(state, request),
    writeMemory: (request) => writeMemory(state, request),
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
  await writeTargetMemory(state.session, addressOf(request), bytes);
  return { bytesWritten: bytes.length };
}

function addressOf(request: RequestArguments): ReturnType<typeof parseMemoryReference> {
  const { space, address } = parseMemoryReference(request.text("memoryReference"));
  const offset = request.optionalNumber("offset") ?? 0;
  if (!Number.isInteger(offset)) throw new RequestError("'offset' must be a whole number");
  return { space, address: address + BigInt(offset) };
}
