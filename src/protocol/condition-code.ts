// SPDX-License-Identifier: MIT
/**
 * Conditions of breakpoints as the runtime evaluates them, millions of times a second: no names, no types, only what is to be computed.
 * Whole numbers of up to 32 bits are JavaScript numbers in the range of their type, wider ones bigints.
 */

export type ConditionOperator = "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^" | "<<" | ">>";
export type ConditionComparison = "<" | ">" | "<=" | ">=" | "==" | "!=";
export type ConditionPseudo = "irql" | "cpu" | "time" | "statement";

/** Width and signedness of a number. */
export interface NumberShape {
  readonly bits: number;
  readonly isSigned: boolean;
}

export type ConditionCode =
  | { readonly op: "constant"; readonly value: number | bigint }
  /** Address `offset` bytes from the base of the innermost frame. */
  | { readonly op: "frame"; readonly offset: number }
  | { readonly op: "load"; readonly address: ConditionCode; readonly shape: NumberShape }
  /** `time` and `statement` are bigints. */
  | { readonly op: "pseudo"; readonly name: ConditionPseudo }
  /** Reduced to `shape`, whatever it was. */
  | { readonly op: "wrap"; readonly code: ConditionCode; readonly shape: NumberShape }
  /** Both sides and the result are of `shape`, but for the count of a shift, which is a number of 32 bits. */
  | { readonly op: "binary"; readonly operator: ConditionOperator; readonly left: ConditionCode; readonly right: ConditionCode; readonly shape: NumberShape }
  /** Both sides are of one shape; the result is 0 or 1. */
  | { readonly op: "compare"; readonly operator: ConditionComparison; readonly left: ConditionCode; readonly right: ConditionCode }
  | { readonly op: "not"; readonly code: ConditionCode }
  | { readonly op: "and" | "or"; readonly left: ConditionCode; readonly right: ConditionCode }
  | { readonly op: "select"; readonly condition: ConditionCode; readonly whenTrue: ConditionCode; readonly otherwise: ConditionCode };

/** A statement whose breakpoints all have conditions: the target need not stop there while none of them holds. */
export interface StatementCondition {
  readonly statement: number;
  readonly conditions: readonly ConditionCode[];
}
