// SPDX-License-Identifier: MIT
/** Which variable of the driver lies at an address. */

import { addressOf, sizeOf, variableValue } from "../symbols/index.ts";
import type { TargetMemory, VariableInfo } from "../symbols/index.ts";
import { frameAt } from "./frame-at.ts";
import type { Program } from "./program.ts";
import type { CodeFrame } from "./stack.ts";
import type { StoppedTarget } from "./stopped-target.ts";

/** For addresses of the image and the kernel stack: `g_Total`, `ring, byte 12`, `status of EvtIoRead`, `stack frame of EvtIoRead`; undefined for memory that has no name. */
export function symbolAt(program: Program, target: StoppedTarget, address: number): string | undefined {
  const { debugInfo } = program;
  const fixed = [...debugInfo.globals, ...[...debugInfo.fileStatics.values()].flat()];
  const global = nameIn(fixed, undefined, target.memory, address);
  if (global !== undefined) return global;
  const raw = frameAt(address, target.event.frames);
  const frame = raw === undefined ? undefined : target.frames.find((candidate) => candidate.kind === "code" && candidate.record === raw.record);
  if (frame?.kind !== "code") return undefined;
  const { arguments: parameters, locals } = debugInfo.variablesAt(frame.context.offset, frame.inlineDepth);
  const local = nameIn([...parameters, ...locals], frame, target.memory, address);
  return local === undefined ? `stack frame of ${frame.name}` : `${local} of ${frame.name}`;
}

function nameIn(variables: readonly VariableInfo[], frame: CodeFrame | undefined, memory: TargetMemory, address: number): string | undefined {
  for (const variable of variables) {
    const value = variableValue(variable, frame?.context, memory);
    const start = addressOf(value);
    if (start === undefined || address < start || address >= start + sizeOf(value.type)) continue;
    return address === start ? variable.name : `${variable.name}, byte ${address - start}`;
  }
  return undefined;
}
