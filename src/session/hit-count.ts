// SPDX-License-Identifier: MIT
/** Hit conditions of breakpoints: the union of the grammars that VS Code's debuggers accept. */

import { unreachable } from "../base/index.ts";

type Operator = "==" | ">" | ">=" | "<" | "<=" | "%";

export interface HitCondition {
  readonly operator: Operator;
  readonly count: number;
}

/**
 * Parses `N` (the same as `>=N`), `=N`, `==N`, `>N`, `>=N`, `<N`, `<=N` or `%N` (every Nth hit); a string is the reason why it cannot.
 */
export function parseHitCondition(text: string): HitCondition | string {
  const match = /^\s*(={1,3}|>=|<=|>|<|%)?\s*(\d{1,15})\s*$/.exec(text);
  if (!match) return `Hit count '${text}' must be a number with an optional =, >, >=, <, <= or % before it`;
  const count = Number(match[2]);
  const written = match[1] ?? ">=";
  const operator: Operator = written.startsWith("=") ? "==" : written === ">" || written === ">=" || written === "<" || written === "<=" ? written : "%";
  if (operator === "%" && count === 0) return "Hit count '%0' never comes; use a number from 1";
  return { operator, count };
}

/** Whether the `hits`-th hit, counted from 1, stops. */
export function isHitDue({ operator, count }: HitCondition, hits: number): boolean {
  switch (operator) {
    case "==":
      return hits === count;
    case ">":
      return hits > count;
    case ">=":
      return hits >= count;
    case "<":
      return hits < count;
    case "<=":
      return hits <= count;
    case "%":
      return hits % count === 0;
    default:
      return unreachable(operator);
  }
}
