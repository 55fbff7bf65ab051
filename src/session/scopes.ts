// SPDX-License-Identifier: MIT
/** Groups of variables that are visible in a frame. */

import type { StoppedEvent } from "../protocol/index.ts";
import { bare, sizeOf } from "../symbols/index.ts";
import type { Value, VariableInfo } from "../symbols/index.ts";
import type { Program } from "./program.ts";
import type { CodeFrame, Frame } from "./stack.ts";
import type { Container } from "./variable-row.ts";

export interface Scope {
  readonly name: string;
  readonly hint?: "arguments" | "locals" | "registers" | "returnValue";
  /** True when looking at it is slow or rarely wanted, so that editors keep it closed. */
  readonly isExpensive: boolean;
  readonly content: Container;
  readonly count: number;
}

/** What the function that a step has left returned; for the frame the step ended in. */
export function returnScope({ returned }: StoppedEvent, { module, debugInfo }: Program): readonly Scope[] {
  const info = returned === undefined ? undefined : debugInfo.functionAt(module.functions[returned.functionIndex]?.low ?? -1);
  if (returned === undefined || info === undefined) return [];
  const type = info.type.kind === "function" ? info.type.returns : undefined;
  const kind = type === undefined ? "void" : bare(type).kind;
  const size = type === undefined ? 0 : sizeOf(type);
  // Structures are returned in memory, and wider numbers not as an i32.
  if (type === undefined || kind === "void" || kind === "struct" || kind === "array" || size < 1 || size > 4) return [];
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, returned.value, true);
  const value: Value = { type, storage: { kind: "constant", bytes: bytes.subarray(0, size) } };
  return [{ name: "Return value", hint: "returnValue", isExpensive: false, content: { kind: "named", name: `${info.name}()`, value }, count: 1 }];
}

/** Scopes of `frame`; empty groups are left out. A frame without source has the machine and the globals. */
export function scopesOf(frame: Frame, program: Program): readonly Scope[] {
  const machine: Scope = { name: "Machine", hint: "registers", isExpensive: false, content: { kind: "machine" }, count: 5 };
  if (frame.kind === "label") return [machine, ...variables("Globals", undefined, program.debugInfo.globals, undefined, true)];
  const visible = program.debugInfo.variablesAt(frame.context.offset, frame.inlineDepth);
  return [
    ...variables("Arguments", "arguments", visible.arguments, frame, false),
    ...variables("Locals", "locals", visible.locals, frame, false),
    ...variables("Statics", undefined, [...visible.functionStatics, ...visible.fileStatics], frame, false),
    ...variables("Globals", undefined, visible.globals, frame, true),
    machine,
  ];
}

function variables(
  name: string,
  hint: "arguments" | "locals" | undefined,
  all: readonly VariableInfo[],
  frame: CodeFrame | undefined,
  isExpensive: boolean,
): readonly Scope[] {
  const shown = all.filter((variable) => bare(variable.type).kind !== "function");
  if (shown.length === 0) return [];
  return [{ name, isExpensive, content: { kind: "variables", variables: shown, frame }, count: shown.length, ...(hint ? { hint } : {}) }];
}
