// SPDX-License-Identifier: MIT
/** One walk over all units that finds the functions with code and the variables with a fixed address. */

import { DW_AT, DW_TAG, dieRanges, isDeadAddress } from "../base/index.ts";
import type { Die } from "../base/index.ts";
import { DwarfFunction } from "./dwarf-function.ts";
import { DwarfVariable, fixedAddress } from "./dwarf-variable.ts";
import type { VariableReaderContext } from "./dwarf-variable.ts";

export interface ProgramIndex {
  /** Ascending by code offset. */
  readonly functions: readonly DwarfFunction[];
  /** External variables, each once, in order of the units. */
  readonly globals: readonly DwarfVariable[];
  /** Variables of internal linkage by compile unit (path of its main file). */
  readonly fileStatics: ReadonlyMap<string, readonly DwarfVariable[]>;
}

const scopeTags: ReadonlySet<number> = new Set<number>([DW_TAG.namespace, DW_TAG.structure_type, DW_TAG.union_type, DW_TAG.class_type]);

export function indexProgram(context: VariableReaderContext, findPrologueEnd: (low: number, high: number) => number | undefined): ProgramIndex {
  const functions: DwarfFunction[] = [];
  const globals = new Map<string, DwarfVariable>();
  const fileStatics = new Map<string, DwarfVariable[]>();

  const addVariable = (die: Die): void => {
    const name = context.index.nameOf(die);
    const address = fixedAddress(die);
    const hasPlace = address === undefined ? die.has(DW_AT.const_value) || die.has(DW_AT.location) : !isDeadAddress(address);
    if (name === undefined || !hasPlace || die.flag(DW_AT.declaration)) return;
    const variable = new DwarfVariable(die, name, undefined, context, context.index.qualifiedName(die));
    if (context.index.attributeOwner(die, DW_AT.external)?.flag(DW_AT.external)) {
      const key = `${context.index.qualifiedName(die)}@${address ?? die.offset}`;
      if (!globals.has(key)) globals.set(key, variable);
    } else {
      const unit = context.unitPath(die);
      const list = fileStatics.get(unit) ?? [];
      list.push(variable);
      fileStatics.set(unit, list);
    }
  };

  const visit = (parent: Die): void => {
    for (const die of parent.children) {
      if (die.tag === DW_TAG.subprogram) {
        const [range] = dieRanges(die);
        if (range) functions.push(new DwarfFunction(die, range, context, findPrologueEnd));
      } else if (die.tag === DW_TAG.variable) {
        addVariable(die);
      } else if (scopeTags.has(die.tag)) {
        visit(die);
      }
    }
  };

  for (const unit of context.index.units) visit(unit.tree);
  functions.sort((a, b) => a.low - b.low);
  return { functions, globals: [...globals.values()], fileStatics };
}
