// SPDX-License-Identifier: MIT
/**
 * A second machine that repeats the history of the first up to where that has stopped, in order to find something out. The first one stays
 * as it is: looking changes nothing.
 */

import type { MemoryWriter, ScoutTask, WriteReference } from "../protocol/index.ts";
import type { DebugSession } from "./debug-session.ts";
import { frameAt } from "./frame-at.ts";
import type { Program } from "./program.ts";
import { SessionError } from "./session-error.ts";
import { TargetLink } from "./target-link.ts";

export interface Scouting {
  readonly signal?: AbortSignal | undefined;
  /** Told from time to time which part of the way is done, from 0 to 1. */
  readonly onProgress?: ((part: number) => void) | undefined;
}

/** A last write, and how to travel to it. */
export interface FoundWriter {
  readonly writer: MemoryWriter;
  readonly write: WriteReference;
}

const progressInterval = 250;

/** Who wrote each byte of a range last, and how to get there. Rejects with SessionError, or an AbortError. */
export async function lastWriters(
  session: DebugSession,
  workerUrl: URL,
  { address, length }: { readonly address: number; readonly length: number },
  scouting: Scouting,
): Promise<readonly FoundWriter[]> {
  const { target, program } = session;
  const [run] = await session.query({ type: "memoryRuns", address, length: 1 });
  const owner = run?.owner.kind === "stack" ? frameAt(address, target.event.frames) : undefined;
  const frame = owner === undefined ? undefined : { record: owner.record, functionIndex: owner.functionIndex, frameBase: owner.frameBase >>> 0 };
  const present = await session.query({ type: "readSpace", space: "virtual", address: BigInt(address), length });
  if (present.length === 0) return [];
  const past = await session.query({ type: "past" });
  const task: ScoutTask = { past, address, present, ...(frame === undefined ? {} : { frame }) };
  const writers = await findWriters(program, workerUrl, task, scouting);
  return writers.map((writer) => ({
    writer,
    write: { address, length: present.length, sequence: writer.sequence, ...(frame === undefined ? {} : { frame }) },
  }));
}

/** Who wrote what last. Rejects with an AbortError when aborted, with a SessionError when the history cannot be repeated. */
async function findWriters(program: Program, workerUrl: URL, task: ScoutTask, { signal, onProgress }: Scouting): Promise<readonly MemoryWriter[]> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<readonly MemoryWriter[]>();
  const link = new TargetLink({
    program,
    workerUrl,
    debug: true,
    trace: true,
    notEmulated: [],
    scout: task,
    onEvent: (event) => {
      if (event.type === "found") resolve(event.writers);
    },
    onText: () => undefined,
    onExit: (error) => reject(error ?? new SessionError("The history could not be repeated")),
  });
  const abort = (): void => {
    reject(signal?.reason);
    void link.kill();
  };
  signal?.addEventListener("abort", abort, { once: true });
  const timer = setInterval(() => onProgress?.(link.travelProgress), progressInterval);
  try {
    return await promise;
  } finally {
    clearInterval(timer);
    signal?.removeEventListener("abort", abort);
    void link.kill();
  }
}
