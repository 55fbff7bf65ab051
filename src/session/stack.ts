// SPDX-License-Identifier: MIT
/** Source-level stack of a stopped target, made of the raw frames of the runtime: inlined functions get frames of their own. */

import { toHostPath } from "../base/index.ts";
import { callRecord } from "../protocol/index.ts";
import type { RawFrame } from "../protocol/index.ts";
import type { FrameContext, FunctionInfo, SourcePosition } from "../symbols/index.ts";
import type { Program } from "./program.ts";

export interface CodeFrame {
  readonly kind: "code";
  readonly name: string;
  readonly isInlined: boolean;
  /** Absolute host path, and 1-based line and column, of the statement or call in progress. */
  readonly position: SourcePosition | undefined;
  readonly context: FrameContext;
  /** Which of the source-level frames at the code offset this is, 0 for the innermost. */
  readonly inlineDepth: number;
  readonly functionInfo: FunctionInfo | undefined;
  /** Address of the call record, and index of the compiled function. */
  readonly record: number;
  readonly functionIndex: number;
}

/** A transition that has no driver source, such as `[framework] WdfDmaTransactionExecute`. */
export interface LabelFrame {
  readonly kind: "label";
  readonly name: string;
  /** `framework`, `interrupt`, … */
  readonly context: string;
}

export type Frame = CodeFrame | LabelFrame;

/** Frames of the stopped target, innermost first. `ram` is the driver's memory, where the call records are. */
export function assembleStack(rawFrames: readonly RawFrame[], program: Program, ram: ArrayBufferLike): readonly Frame[] {
  return rawFrames.flatMap((raw): readonly Frame[] => {
    if (raw.kind === "label") return [{ kind: "label", name: `[${raw.context}] ${raw.text}`, context: raw.context }];
    const { debugInfo, module } = program;
    const { record, functionIndex } = raw;
    const context = frameContext(raw, program, ram);
    const functionInfo = debugInfo.functionAt(raw.offset);
    const frames = debugInfo.inlineFramesAt(raw.offset);
    if (frames.length === 0) {
      const name = module.functions[raw.functionIndex]?.name ?? `function at ${raw.offset}`;
      return [{ kind: "code", name, isInlined: false, position: undefined, context, inlineDepth: 0, functionInfo, record, functionIndex }];
    }
    return frames.map(({ name, isInlined, position }, inlineDepth) => {
      return { kind: "code", name, isInlined, position: onHost(position), context, inlineDepth, functionInfo, record, functionIndex };
    });
  });
}

/** The position with its file named as this host names it. */
export function onHost(position: SourcePosition | undefined): SourcePosition | undefined {
  return position === undefined ? undefined : { ...position, file: toHostPath(position.file) };
}

function frameContext(raw: Extract<RawFrame, { kind: "driver" }>, { module }: Program, ram: ArrayBufferLike): FrameContext {
  const compiled = module.functions[raw.functionIndex];
  // Before the end of the prologue the frame base is not set and parameters are not spilled yet.
  const isSetUp = compiled !== undefined && raw.offset >= compiled.prologueEnd;
  return {
    offset: raw.offset,
    frameBase: isSetUp && compiled.frameBaseLocal >= 0 ? raw.frameBase >>> 0 : undefined,
    local: (index) => {
      if (!isSetUp) return undefined;
      if (index === compiled.frameBaseLocal) return raw.frameBase >>> 0;
      const slot = compiled.spilledLocals.indexOf(index);
      return slot < 0 ? undefined : new DataView(ram).getUint32(raw.record + callRecord.spills + 8 * slot, true);
    },
  };
}
