// SPDX-License-Identifier: MIT
/** Entry to the debug information of a linked, un-instrumented module. */

import { AssertionFailure } from "../base/index.ts";
import type { FunctionInfo, InlineFrame, SourcePosition, VariableInfo, VisibleVariables } from "./debug-info-model.ts";
import type { FunctionPointerResolver } from "./target.ts";
import type { Enumerator, EnumType, Type } from "./type-model.ts";

const missing = (): never => {
  throw new AssertionFailure("not filled in yet");
};

export class DebugInfo {
  /** Reads the DWARF sections of `linkedWasm`; a module without them gives empty tables. */
  static load(_linkedWasm: Uint8Array): DebugInfo {
    return missing();
  }
  /** Absolute paths of all source files that contributed code or declarations, each once, ascending. */
  get sourceFiles(): readonly string[] {
    return missing();
  }
  /** Functions with code, ascending by code offset. */
  get functions(): readonly FunctionInfo[] {
    return missing();
  }
  /** Function pointers as the element section of the module initialises its table. */
  get functionPointers(): FunctionPointerResolver {
    return missing();
  }
  functionAt(_offset: number): FunctionInfo | undefined {
    return missing();
  }
  /** First function called `name` (qualified or not); external functions before static ones. */
  functionByName(_name: string): FunctionInfo | undefined {
    return missing();
  }
  functionsByName(_name: string): readonly FunctionInfo[] {
    return missing();
  }
  lineAt(_offset: number): SourcePosition | undefined {
    return missing();
  }
  /** Source-level frames at `offset`, innermost first; the last one is the function itself. */
  inlineFramesAt(_offset: number): readonly InlineFrame[] {
    return missing();
  }
  variablesAt(_offset: number, _inlineDepth = 0): VisibleVariables {
    return missing();
  }
  /** External variables of the whole program, each once. */
  get globals(): readonly VariableInfo[] {
    return missing();
  }
  /** `name` is a typedef, base type, or (with `tag`) a struct, union, class or enum. */
  typeNamed(_name: string, _tag?: "struct" | "union" | "class" | "enum"): Type | undefined {
    return missing();
  }
  enumeratorNamed(_name: string): { readonly type: EnumType; readonly enumerator: Enumerator } | undefined {
    return missing();
  }
}
