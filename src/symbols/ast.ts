// SPDX-License-Identifier: MIT
/** Syntax tree of a C/C++ expression. `column` is 1-based and points at the operator or the first token. */

import type { FormatSuffix } from "./value.ts";

export type UnaryOperator = "+" | "-" | "!" | "~" | "*" | "&";
export type BinaryOperator = "*" | "/" | "%" | "+" | "-" | "<<" | ">>" | "<" | ">" | "<=" | ">=" | "==" | "!=" | "&" | "^" | "|" | "&&" | "||";
export type AssignmentOperator = "=" | "*=" | "/=" | "%=" | "+=" | "-=" | "<<=" | ">>=" | "&=" | "^=" | "|=";
export type IntegerTypeName = "int" | "unsigned int" | "long" | "unsigned long" | "long long" | "unsigned long long";
export type CharacterTypeName = "int" | "char" | "wchar_t";

/** A type as written: the name of its specifiers and the abstract declarator, innermost last. */
export interface TypeName {
  readonly column: number;
  readonly tag: "struct" | "union" | "class" | "enum" | undefined;
  /** Normalised: `unsigned int`, `NTSTATUS`, `ns::Foo`; the tag name with `tag`. */
  readonly name: string;
  readonly isConst: boolean;
  readonly isVolatile: boolean;
  /** Applied to the named type in order. */
  readonly derivations: readonly TypeDerivation[];
}

export type TypeDerivation =
  | { readonly kind: "pointer" }
  | { readonly kind: "reference" }
  | { readonly kind: "array"; readonly count: number | undefined }
  | { readonly kind: "function"; readonly parameters: readonly TypeName[]; readonly isVariadic: boolean };

export type Expression =
  | { readonly kind: "integer"; readonly column: number; readonly value: bigint; readonly type: IntegerTypeName }
  | { readonly kind: "float"; readonly column: number; readonly value: number; readonly type: "float" | "double" }
  | { readonly kind: "character"; readonly column: number; readonly value: bigint; readonly type: CharacterTypeName }
  | { readonly kind: "string"; readonly column: number; readonly value: string; readonly isWide: boolean }
  | { readonly kind: "name"; readonly column: number; readonly qualifier: string | undefined; readonly name: string }
  | { readonly kind: "pseudo"; readonly column: number; readonly name: string }
  | { readonly kind: "member"; readonly column: number; readonly object: Expression; readonly name: string; readonly isArrow: boolean }
  | { readonly kind: "index"; readonly column: number; readonly object: Expression; readonly index: Expression }
  | { readonly kind: "call"; readonly column: number; readonly callee: Expression; readonly arguments: readonly CallArgument[] }
  | { readonly kind: "unary"; readonly column: number; readonly operator: UnaryOperator; readonly operand: Expression }
  | { readonly kind: "step"; readonly column: number; readonly operator: "++" | "--"; readonly isPrefix: boolean; readonly operand: Expression }
  | { readonly kind: "cast"; readonly column: number; readonly type: TypeName; readonly operand: Expression }
  | { readonly kind: "sizeofType"; readonly column: number; readonly type: TypeName }
  | { readonly kind: "sizeof"; readonly column: number; readonly operand: Expression }
  | { readonly kind: "binary"; readonly column: number; readonly operator: BinaryOperator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "conditional"; readonly column: number; readonly condition: Expression; readonly whenTrue: Expression; readonly otherwise: Expression }
  | { readonly kind: "assign"; readonly column: number; readonly operator: AssignmentOperator; readonly target: Expression; readonly value: Expression }
  | { readonly kind: "comma"; readonly column: number; readonly first: Expression; readonly second: Expression };

/** An argument of a call form; type arguments occur in macro-like forms such as `FIELD_OFFSET(type, field)`. */
export type CallArgument = { readonly kind: "expression"; readonly expression: Expression } | { readonly kind: "type"; readonly type: TypeName };

/** A whole input: the expression and the display suffix after a comma. */
export interface ParsedExpression {
  /** Source text without the suffix. */
  readonly text: string;
  readonly expression: Expression;
  readonly format: FormatSuffix | undefined;
  /** Count of `,[n]` or `,n`: show the pointer or array as `n` elements. */
  readonly elementCount: Expression | undefined;
}
