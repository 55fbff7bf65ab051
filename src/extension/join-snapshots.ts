// SPDX-License-Identifier: MIT
/** Pieces of a trace as one trace. */
import type { TraceSnapshot } from "../protocol/index.ts";

/** `chunks` follow each other; the last one has all texts. */
export function joinSnapshots(chunks: readonly TraceSnapshot[]): TraceSnapshot {
  const count = chunks.reduce((sum, chunk) => sum + chunk.count, 0);
  const join = <T extends Float64Array | Uint8Array | Uint32Array>(whole: T, of: (chunk: TraceSnapshot) => ArrayLike<number>, width = 1): T => {
    let at = 0;
    for (const chunk of chunks) {
      whole.set(of(chunk), at);
      at += width * chunk.count;
    }
    return whole;
  };
  return {
    firstEvent: chunks[0]?.firstEvent ?? 1,
    count,
    time: join(new Float64Array(count), ({ time }) => time),
    statement: join(new Float64Array(count), ({ statement }) => statement),
    kind: join(new Uint8Array(count), ({ kind }) => kind),
    phase: join(new Uint8Array(count), ({ phase }) => phase),
    irql: join(new Uint8Array(count), ({ irql }) => irql),
    object: join(new Uint32Array(count), ({ object }) => object),
    parent: join(new Uint32Array(count), ({ parent }) => parent),
    args: join(new Float64Array(3 * count), ({ args }) => args, 3),
    texts: chunks.at(-1)?.texts ?? [],
  };
}
