// SPDX-License-Identifier: MIT
/**
 * The instrumentation pass: from the linked driver module to one the debugger can stop at any statement, whose every memory access
 * can be watched, and whose stack is explicit.
 */

import { type GuestLayout, type InstrumentedFunction, type InstrumentedModule, callExportPrefix } from "../protocol/index.ts";
import { assemble, type FunctionExport, newGlobals, sehContext } from "./instrument-assemble.ts";
import { findHooks, findStackPointer, StatementTableBuilder, type InstrumentContext } from "./instrument-context.ts";
import { rewriteFunction } from "./instrument-function.ts";
import { planFunction, type FunctionPlan } from "./instrument-plan.ts";
import { findSehImports, type SehPlan } from "./instrument-seh.ts";
import type { LineInfo } from "./wasm-dwarf.ts";
import { externalKind, parseWasm } from "./wasm-module.ts";
import { valueType } from "./wasm-opcodes.ts";

/**
 * Instruments a linked module (`clang -O0 -g`, wasm32, hooks imported from `dbg` by the runtime object, memory imported).
 * `lines` is `readLineInfo` of the same module. Throws UserError when the module was not linked for it, uses WebAssembly features
 * that drivers do not need, or has too many statements.
 */
export function instrument(wasm: Uint8Array, lines: LineInfo, layout: GuestLayout): InstrumentedModule {
  const module = parseWasm(wasm);
  const stackPointer = findStackPointer(module);
  const sehImports = findSehImports(module);
  const globals = newGlobals(module, stackPointer);
  const seh = sehImports && sehContext(module, sehImports);
  const statements = new StatementTableBuilder();
  const context: InstrumentContext = { module, layout, hooks: findHooks(module), globals, statements, seh };
  const functions: InstrumentedFunction[] = [];
  const bodies = module.bodies.map((_, index) => {
    const plan = planFunction({ module, lines, stackPointer, sehImports }, index, functions.length);
    if (plan.subprogram) functions.push(describeFunction(plan, module.codeStart));
    return rewriteFunction(context, plan);
  });
  const imports = module.imports.filter((item) => item.kind === externalKind.function && item.module === "env").map((item) => item.name);
  return {
    ...assemble(module, layout, context, bodies, [...sehExports(functions), ...callExports(functions)]),
    statements: statements.build(),
    functions,
    files: lines.files,
    imports,
  };
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
    ...(plan.seh === undefined ? {} : { seh: describeSeh(plan, plan.seh) }),
  };
}

function describeSeh(plan: FunctionPlan, { offset }: SehPlan): NonNullable<InstrumentedFunction["seh"]> {
  const letters: Readonly<Record<number, string>> = { [valueType.i32]: "i", [valueType.i64]: "l", [valueType.f32]: "f", [valueType.f64]: "d" };
  const parameters = plan.type.parameters.map((type) => letters[type] ?? "i").join("");
  return { offset, exportName: `__dbg_seh_${plan.wasmIndex}`, parameters };
}

const callExports = (functions: readonly InstrumentedFunction[]): readonly FunctionExport[] =>
  functions.map(({ wasmIndex }) => ({ name: `${callExportPrefix}${wasmIndex}`, wasmIndex }));

const sehExports = (functions: readonly InstrumentedFunction[]): readonly FunctionExport[] =>
  functions.flatMap(({ wasmIndex, seh }) => (seh === undefined ? [] : [{ name: seh.exportName, wasmIndex }]));
