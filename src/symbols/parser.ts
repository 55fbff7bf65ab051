// SPDX-License-Identifier: MIT
/** Parser for C/C++ expressions. */
import { AssertionFailure } from "../base/index.ts";
import type { ParsedExpression } from "./ast.ts";

/**
 * Parses `text`. `isTypeName` tells names of types from names of values, which the grammar of casts needs; without it only
 * keywords and unambiguous casts are known. @throws EvaluationError with the column
 */
export function parseExpression(_text: string, _isTypeName: (name: string) => boolean = () => false): ParsedExpression {
  throw new AssertionFailure("not filled in yet");
}
