// SPDX-License-Identifier: MIT
/** What the name of a function breakpoint means: functions of the driver, a routine it calls, or a callback as the framework names it. */

import type { WatchPlan } from "./breakpoint.ts";
import { callbackNames } from "./callback-names-table.ts";
import type { Program } from "./program.ts";

export type FunctionPlaces =
  /** Code offsets of functions of the driver. */
  { readonly offsets: readonly number[] } | { readonly watch: WatchPlan; readonly label: string; readonly message: string };

/** A string tells why there is nothing of that name. */
export function findFunctions(name: string, program: Program): FunctionPlaces | string {
  const wanted = name.trim().replace(/\s*\(.*\)$/, "");
  const pattern = /^\/(.+)\/(i?)$/.exec(wanted);
  if (pattern !== null) return matching(pattern[1] ?? "", pattern[2] ?? "", wanted, program);
  const { debugInfo, module } = program;
  const found = debugInfo.functionsByName(wanted);
  if (found.length > 0) return { offsets: found.map(({ low }) => low) };
  if (callbackNames.has(wanted))
    return { label: wanted, watch: { kind: "callback", callback: wanted }, message: `Stops in the function that is called as ${wanted}` };
  if (module.imports.includes(wanted)) return { label: wanted, watch: { kind: "call", routine: wanted }, message: `Stops where the driver calls ${wanted}` };
  return `The driver has no function called '${wanted}', and calls none; as callbacks, names such as EvtProgramDma are known`;
}

function matching(source: string, flags: string, wanted: string, { debugInfo }: Program): FunctionPlaces | string {
  try {
    const expression = new RegExp(source, flags);
    const found = debugInfo.functions.filter((candidate) => expression.test(candidate.qualifiedName));
    return found.length > 0 ? { offsets: found.map(({ low }) => low) } : `No function of the driver matches ${wanted}`;
  } catch (error) {
    if (error instanceof SyntaxError) return `${wanted} is not a regular expression: ${error.message}`;
    throw error;
  }
}
