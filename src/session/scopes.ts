// SPDX-License-Identifier: MIT
/** Groups of variables that are visible in a frame. */

import { bare } from "../symbols/index.ts";
import type { VariableInfo } from "../symbols/index.ts";
import type { Program } from "./program.ts";
import type { CodeFrame, Frame } from "./stack.ts";
import type { Container } from "./variable-row.ts";

export interface Scope {
  readonly name: string;
  readonly hint?: "arguments" | "locals" | "registers";
  /** True when looking at it is slow or rarely wanted, so that editors keep it closed. */
  readonly isExpensive: boolean;
  readonly content: Container;
  readonly count: number;
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
