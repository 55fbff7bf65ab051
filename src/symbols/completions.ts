// SPDX-License-Identifier: MIT
/** Completion of an expression being typed: members after `.` and `->`, names elsewhere. */

import { EvaluationError } from "./evaluation-error.ts";
import { evaluate } from "./evaluate.ts";
import type { EvaluationScope } from "./evaluation-scope.ts";
import { findMember, memberNames } from "./member-lookup.ts";
import { visibleVariables } from "./name-lookup.ts";
import { specialFormNames } from "./special-forms.ts";
import { bare } from "./type-model.ts";
import type { StructType } from "./type-model.ts";
import { typeText } from "./type-text.ts";

export interface Completion {
  readonly label: string;
  readonly kind: "variable" | "function" | "field" | "type" | "enumerator" | "pseudo" | "handle";
  /** What to insert; the label when left out. */
  readonly text?: string;
  /** Type of the name, for the detail column. */
  readonly detail: string;
  /** 1-based column of the first character to replace. */
  readonly start: number;
  /** Characters to replace. */
  readonly length: number;
}

type Candidate = Pick<Completion, "label" | "kind" | "detail" | "text">;

/** What can stand at 1-based `column` of `text`; empty when nothing fits. */
export function completions(text: string, column: number, scope: EvaluationScope): readonly Completion[] {
  const before = text.slice(0, column - 1);
  const prefix = /[$]?[A-Za-z_]?[\w]*$/.exec(before)?.[0] ?? "";
  const head = before.slice(0, before.length - prefix.length);
  if (/^\d/.test(prefix)) return [];
  const access = /(\.|->)\s*$/.exec(head);
  const candidates = access ? members(head.slice(0, access.index), scope) : names(scope);
  const wanted = prefix.toLowerCase();
  return candidates
    .filter(({ label }) => label.toLowerCase().startsWith(wanted))
    .map((candidate) => ({ ...candidate, start: head.length + 1, length: prefix.length }));
}

/** Members of what the postfix expression at the end of `head` is. */
function members(head: string, scope: EvaluationScope): Candidate[] {
  const type = structBefore(head, scope);
  if (!type) return [];
  return memberNames(type).map((label) => {
    const found = findMember(type, label);
    return { label, kind: "field", detail: found ? typeText(found.member.type) : "" };
  });
}

function structBefore(head: string, scope: EvaluationScope): StructType | undefined {
  const start = operandStart(head);
  try {
    const plain = bare(evaluate(head.slice(start), { ...scope, allowSideEffects: false }).type);
    const target = plain.kind === "pointer" ? bare(plain.target) : plain;
    return target.kind === "struct" ? target : undefined;
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}

/** Where the postfix expression that ends `text` begins: names, `.`, `->`, `::` and bracketed parts, read backwards. */
function operandStart(text: string): number {
  let at = text.length;
  let depth = 0;
  while (at > 0) {
    const character = text.charAt(at - 1);
    if (character === ")" || character === "]") depth++;
    else if (character === "(" || character === "[") {
      if (depth === 0) break;
      depth--;
    } else if (depth === 0) {
      if (character === ">" && text.charAt(at - 2) === "-") at--;
      else if (!/[\w.:$]/.test(character)) break;
    }
    at--;
  }
  return at;
}

function names(scope: EvaluationScope): Candidate[] {
  const visible = visibleVariables(scope);
  const seen = new Map<string, Candidate>();
  const add = (candidate: Candidate): void => {
    if (!seen.has(candidate.label)) seen.set(candidate.label, candidate);
  };
  for (const variable of [...visible.locals, ...visible.arguments, ...visible.functionStatics, ...visible.fileStatics, ...visible.globals]) {
    add({ label: variable.name, kind: "variable", detail: typeText(variable.type) });
  }
  for (const name of scope.pseudoVariables?.keys() ?? []) add({ label: `$${name}`, kind: "pseudo", detail: "" });
  for (const info of scope.debugInfo.functions) add({ label: info.name, kind: "function", detail: typeText(info.type) });
  for (const [label, { type }] of scope.debugInfo.enumerators) add({ label, kind: "enumerator", detail: typeText(type) });
  for (const label of specialFormNames) add({ label, kind: "function", detail: "" });
  for (const label of scope.debugInfo.typeNames) add({ label, kind: "type", detail: "" });
  for (const { handle, type, text } of scope.liveHandles?.() ?? []) {
    add({ label: text, kind: "handle", detail: type, text: `(${type})0x${handle.toString(16).toUpperCase()}` });
  }
  return [...seen.values()];
}
