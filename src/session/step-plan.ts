// SPDX-License-Identifier: MIT
/**
 * Steps as the user means them. The runtime knows functions as they were compiled; a function that the compiler inlined looks like part
 * of its caller there. A step over a line must not end inside such a function, and a step out of one must end in its caller.
 */

import type { RawFrame, StepGranularity, StepKind, StoppedEvent } from "../protocol/index.ts";
import type { DebugInfo, SourcePosition } from "../symbols/index.ts";

interface Origin {
  /** The compiled frame, by its call record. */
  readonly record: number;
  readonly functionIndex: number;
  /** Source-level frames in it. */
  readonly depth: number;
  readonly position: SourcePosition | undefined;
}

export class StepPlan {
  readonly granularity: StepGranularity;
  /** What to ask the runtime for. */
  readonly command: StepKind;
  readonly #debugInfo: DebugInfo;
  readonly #kind: StepKind;
  readonly #origin: Origin | undefined;
  /** The step went through an inlined function. */
  #wasInside = false;

  constructor(kind: StepKind, granularity: StepGranularity, debugInfo: DebugInfo, from: StoppedEvent) {
    this.#kind = kind;
    this.#debugInfo = debugInfo;
    this.#origin = this.#originOf(from);
    const leavesInlined = kind === "out" && this.#origin !== undefined && this.#origin.depth > 1;
    this.command = leavesInlined ? "over" : kind;
    this.granularity = leavesInlined ? "line" : granularity;
  }

  /** Whether the step is not over yet where the runtime ended it. To be asked once for each such place, in order. */
  goesOnAt(event: StoppedEvent): boolean {
    const origin = this.#origin;
    const here = this.#originOf(event);
    if (origin === undefined || here === undefined || this.#kind === "in") return false;
    if (here.record !== origin.record || here.functionIndex !== origin.functionIndex) return false;
    if (this.#kind === "out") return this.command === "over" && here.depth >= origin.depth;
    if (here.depth > origin.depth) {
      this.#wasInside = true;
      return true;
    }
    // Back on the line where the step began, with the rest of it to do.
    return this.#wasInside && this.granularity === "line" && here.depth === origin.depth && isSameLine(here.position, origin.position);
  }

  #originOf(event: StoppedEvent): Origin | undefined {
    const frame = event.frames.find((candidate): candidate is Extract<RawFrame, { kind: "driver" }> => candidate.kind === "driver");
    if (frame === undefined) return undefined;
    const frames = this.#debugInfo.inlineFramesAt(frame.offset);
    return { record: frame.record, functionIndex: frame.functionIndex, depth: frames.length, position: frames[0]?.position };
  }
}

const isSameLine = (a: SourcePosition | undefined, b: SourcePosition | undefined): boolean => a?.file === b?.file && a?.line === b?.line;
