// SPDX-License-Identifier: MIT
/**
 * A second machine that repeats the history of the first up to where that has stopped, in order to find something out. The first one stays
 * as it is: looking changes nothing.
 */

import type { MemoryWriter, ScoutTask, WriteReference } from "../protocol/index.ts";
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

/** Who wrote what last. Rejects with an AbortError when aborted, with a SessionError when the history cannot be repeated. */
export async function findWriters(program: Program, workerUrl: URL, task: ScoutTask, { signal, onProgress }: Scouting): Promise<readonly MemoryWriter[]> {
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
