// SPDX-License-Identifier: MIT
/** Which variables are visible at a code offset inside a function: arguments, nested blocks, statics, and frames of inlined code. */

import { DW_AT, DW_TAG, dieRanges } from "../base/index.ts";
import type { Die } from "../base/index.ts";
import type { Location, VariableInfo } from "./debug-info-model.ts";
import { DwarfVariable, hasFixedAddress } from "./dwarf-variable.ts";
import type { VariableReaderContext } from "./dwarf-variable.ts";

export interface FunctionScope {
  readonly arguments: readonly VariableInfo[];
  readonly locals: readonly VariableInfo[];
  readonly functionStatics: readonly VariableInfo[];
}

/** Whether the code of `die` includes `offset`. */
export function covers(die: Die, offset: number): boolean {
  return dieRanges(die).some(({ low, high }) => offset >= low && offset < high);
}

/** `function`, then the calls inlined at `offset`, outermost first. */
export function inlineChain(functionDie: Die, offset: number): Die[] {
  const chain = [functionDie];
  for (let found: Die | undefined = functionDie; found; ) {
    found = inlinedCallAt(found, offset);
    if (found) chain.push(found);
  }
  return chain;
}

function inlinedCallAt(parent: Die, offset: number): Die | undefined {
  for (const child of parent.children) {
    if (child.tag === DW_TAG.inlined_subroutine && covers(child, offset)) return child;
    const nested = child.tag === DW_TAG.lexical_block && covers(child, offset) ? inlinedCallAt(child, offset) : undefined;
    if (nested) return nested;
  }
  return undefined;
}

/** Variables of `scope` (a function, or an inlined call) visible at `offset`. */
export function readScope(scope: Die, offset: number, frameBase: Location | undefined, context: VariableReaderContext): FunctionScope {
  const parameters: VariableInfo[] = [];
  const locals: VariableInfo[] = [];
  const statics: VariableInfo[] = [];
  const blocks = blocksAt(scope, offset);
  const shadowed = new Set<string>();
  for (const block of blocks.reverse()) {
    const before = new Set(shadowed);
    for (const child of variablesIn(block, context)) {
      const name = context.index.nameOf(child);
      if (name === undefined || before.has(name)) continue;
      shadowed.add(name);
      const variable = new DwarfVariable(child, name, frameBase, context);
      if (child.tag === DW_TAG.formal_parameter) parameters.push(variable);
      else if (hasFixedAddress(child)) statics.push(variable);
      else locals.push(variable);
    }
  }
  return { arguments: parameters, locals, functionStatics: statics };
}

/** `scope` and the nested blocks that include `offset`, outermost first. */
function blocksAt(scope: Die, offset: number): Die[] {
  const blocks = [scope];
  for (let inner: Die | undefined = scope; inner; ) {
    inner = inner.children.find((child) => child.tag === DW_TAG.lexical_block && covers(child, offset));
    if (inner) blocks.push(inner);
  }
  return blocks;
}

/** Parameters and variables directly in `block`; statics of an inlined function stand in its abstract instance. */
function variablesIn(block: Die, context: VariableReaderContext): Die[] {
  const isVariable = (die: Die): boolean => die.tag === DW_TAG.formal_parameter || (die.tag === DW_TAG.variable && !die.flag(DW_AT.declaration));
  const own = block.children.filter(isVariable);
  const origin = context.index.abstractOrigin(block);
  if (origin === block) return own;
  return [...own, ...origin.children.filter((die) => isVariable(die) && hasFixedAddress(die))];
}

/** All variables with a fixed address in any block of a function. */
export function readStatics(functionDie: Die, context: VariableReaderContext): VariableInfo[] {
  return [functionDie, context.index.abstractOrigin(functionDie)].flatMap((root) => staticsBelow(root, context));
}

function staticsBelow(block: Die, context: VariableReaderContext): VariableInfo[] {
  return block.children.flatMap((child) => {
    if (child.tag === DW_TAG.lexical_block) return staticsBelow(child, context);
    const name = child.tag === DW_TAG.variable && hasFixedAddress(child) ? context.index.nameOf(child) : undefined;
    return name === undefined ? [] : [new DwarfVariable(child, name, undefined, context)];
  });
}

/** The declared parameters of a function, whatever the offset. */
export function readParameters(functionDie: Die, frameBase: Location | undefined, context: VariableReaderContext): VariableInfo[] {
  return functionDie.children
    .filter((child) => child.tag === DW_TAG.formal_parameter)
    .flatMap((child) => {
      const name = context.index.nameOf(child);
      return name === undefined ? [] : [new DwarfVariable(child, name, frameBase, context)];
    });
}
