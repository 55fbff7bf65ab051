// SPDX-License-Identifier: MIT
/** Completion of an expression being typed. */
import { AssertionFailure } from "../base/index.ts";
import type { EvaluationScope } from "./evaluation-scope.ts";

export interface Completion {
  readonly label: string;
  readonly kind: "variable" | "function" | "field" | "type" | "enumerator" | "pseudo";
  /** Type of the name, for the detail column. */
  readonly detail: string;
  /** 1-based column of the first character to replace. */
  readonly start: number;
  /** Characters to replace. */
  readonly length: number;
}

/** What can stand at 1-based `column` of `text`; empty when nothing fits. */
export function completions(_text: string, _column: number, _scope: EvaluationScope): readonly Completion[] {
  throw new AssertionFailure("not filled in yet");
}
