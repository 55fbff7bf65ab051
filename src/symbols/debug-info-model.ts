// SPDX-License-Identifier: MIT
/** What the debug information says about functions and variables, in plain types. Code offsets are DWARF addresses. */

import type { Type } from "./type-model.ts";

export interface SourcePosition {
  /** Absolute path as the compiler saw it. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based; 0 when unknown. */
  readonly column: number;
}

/** DWARF location: one expression, or a list of expressions each valid in a range of code offsets [low, high). */
export type Location =
  | { readonly kind: "expression"; readonly bytes: Uint8Array }
  | { readonly kind: "list"; readonly entries: readonly { readonly low: number; readonly high: number; readonly bytes: Uint8Array }[] }
  /** The compiler knows the value and stores it nowhere. */
  | { readonly kind: "constant"; readonly value: bigint | Uint8Array }
  | { readonly kind: "none" };

export interface VariableInfo {
  readonly name: string;
  /** Expression that means this variable in the scope it was listed for: `::name` when a local hides it. */
  readonly evaluateName: string;
  readonly type: Type;
  readonly location: Location;
  readonly position: SourcePosition | undefined;
  /** Expression of the frame base of the function the variable belongs to; undefined for globals. */
  readonly frameBase: Location | undefined;
  /** Added by the compiler, such as `this`. */
  readonly isArtificial: boolean;
  /** Path of the compile unit's main source file. */
  readonly unit: string;
  /** Address by its index in the unit's `.debug_addr`, for `DW_OP_addrx`. */
  readonly addressAt: (index: number) => number;
  /** C++ scope prefix without the final `::`, such as `ns::Class`; empty in C. */
  readonly scope: string;
}

export interface FunctionInfo {
  /** Source name, e.g. `EvtProgramDma`. */
  readonly name: string;
  /** With C++ scopes, e.g. `Ring::Next`; equals `name` in C. */
  readonly qualifiedName: string;
  readonly position: SourcePosition | undefined;
  /** Code offsets [low, high). */
  readonly low: number;
  readonly high: number;
  /** Code offset from which variables are valid; `low` when the compiler does not tell. */
  readonly prologueEnd: number;
  readonly frameBase: Location | undefined;
  readonly parameters: readonly VariableInfo[];
  readonly returns: Type;
  readonly type: Type;
  readonly isExternal: boolean;
  readonly unit: string;
}

/** One source-level frame at a code offset: the function itself, or a function inlined into it. */
export interface InlineFrame {
  readonly name: string;
  readonly isInlined: boolean;
  /** Where execution is in this frame: the line of the offset, or of the inlined call further in. */
  readonly position: SourcePosition | undefined;
}

export interface VisibleVariables {
  readonly arguments: readonly VariableInfo[];
  /** Of all enclosing blocks, innermost block first; a shadowed name appears once, innermost wins. */
  readonly locals: readonly VariableInfo[];
  readonly functionStatics: readonly VariableInfo[];
  /** `static` variables of the compile unit. */
  readonly fileStatics: readonly VariableInfo[];
  /** External variables of the whole program, each once. */
  readonly globals: readonly VariableInfo[];
}
