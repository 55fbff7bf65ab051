// SPDX-License-Identifier: MIT
/**
 * The instrumentation pass: from the linked driver module to one the debugger can stop at any statement, whose every memory access
 * can be watched, and whose stack is explicit.
 */

import type { GuestLayout, InstrumentedFunction, InstrumentedModule } from "../protocol/index.ts";
import { assemble, newGlobals } from "./instrument-assemble.ts";
import { findHooks, findStackPointer, StatementTableBuilder, type InstrumentContext } from "./instrument-context.ts";
import { rewriteFunction } from "./instrument-function.ts";
import { planFunction, type FunctionPlan } from "./instrument-plan.ts";
import type { LineInfo } from "./wasm-dwarf.ts";
import { externalKind, parseWasm } from "./wasm-module.ts";

/**
 * Instruments a linked module (`clang -O0 -g`, wasm32, hooks imported from `dbg` by the runtime object, memory imported).
 * `lines` is `readLineInfo` of the same module. Throws UserError when the module was not linked for it, uses WebAssembly features
 * that drivers do not need, or has too many statements.
 */
export function instrument(wasm: Uint8Array, lines: LineInfo, layout: GuestLayout): InstrumentedModule {
  const module = parseWasm(wasm);
  const stackPointer = findStackPointer(module);
  const globals = newGlobals(module, stackPointer);
  const statements = new StatementTableBuilder();
  const context: InstrumentContext = { module, layout, hooks: findHooks(module), globals, statements };
  const functions: InstrumentedFunction[] = [];
  const bodies = module.bodies.map((_, index) => {
    const plan = planFunction(module, lines, stackPointer, index, functions.length);
    if (plan.subprogram) functions.push(describeFunction(plan, module.codeStart));
    return rewriteFunction(context, plan);
  });
  const imports = module.imports.filter((item) => item.kind === externalKind.function && item.module === "env").map((item) => item.name);
  return { ...assemble(module, layout, globals, bodies), statements: statements.build(), functions, files: lines.files, imports };
}

function describeFunction(plan: FunctionPlan, codeStart: number): InstrumentedFunction {
  return {
    name: plan.name,
    wasmIndex: plan.wasmIndex,
    low: plan.body.start - codeStart,
    high: plan.body.end - codeStart,
    prologueEnd: plan.prologueEnd - codeStart,
    recordBytes: plan.recordBytes,
    spilledLocals: plan.spilledLocals,
    frameBaseLocal: plan.frameBaseLocal,
  };
}
