// SPDX-License-Identifier: MIT
/** Puts rewritten bodies into a module: new globals and exports appended, shared memory, no debug sections, all indices as they were. */

import { assert, ByteCursor, defined } from "../base/index.ts";
import { exportedGlobals, nullGuardEnd, sehGlobals, sehTagImport, type GuestLayout } from "../protocol/index.ts";
import { type GlobalIndices, hookModule, type InstrumentContext } from "./instrument-context.ts";
import type { RewrittenBody } from "./instrument-function.ts";
import type { SehContext, SehIndices } from "./instrument-seh.ts";
import { externalKind, sectionId, type WasmModule, type WasmSection } from "./wasm-module.ts";
import { op, valueType } from "./wasm-opcodes.ts";
import { WasmWriter } from "./wasm-writer.ts";

export interface AssembledModule {
  readonly wasm: Uint8Array;
  /** See `InstrumentedModule`. */
  readonly instrumentedOffset: Uint32Array;
  readonly originalOffset: Uint32Array;
}

const newGlobalCount = 3;

/** Indices of the globals that `assemble` appends, in this order. */
export function newGlobals(module: WasmModule, stackPointer: number): GlobalIndices {
  const first = module.globalCount;
  return { stackPointer, budget: first, callStackPointer: first + 1, stackLimit: first + 2 };
}

/** An export that is added. */
export interface FunctionExport {
  readonly name: string;
  readonly wasmIndex: number;
}

/** Indices for a module with `__try`: the tag is its only one, the globals come behind those of `newGlobals`. */
export function sehContext(module: WasmModule, imports: SehIndices): SehContext {
  const first = module.globalCount + newGlobalCount;
  return { imports, tag: 0, owner: first, code: first + 1, result: first + 2 };
}

export function assemble(
  module: WasmModule,
  layout: GuestLayout,
  added: Pick<InstrumentContext, "globals" | "seh">,
  bodies: readonly RewrittenBody[],
  functionExports: readonly FunctionExport[],
): AssembledModule {
  const out = new WasmWriter(module.bytes.length * 4);
  out.copy(module.bytes, 0, 8);
  let codeStart = 0;
  let bodyOffsets: readonly number[] = [];
  for (const section of module.sections) {
    if (section.id === sectionId.custom && section.name.startsWith(".debug")) continue;
    if (section.id === sectionId.code) {
      const code = codePayload(bodies);
      bodyOffsets = code.bodyOffsets;
      writeSection(out, section.id, code.payload);
      codeStart = out.length - code.payload.length;
      continue;
    }
    const payload = changedPayload(module, layout, added, functionExports, section);
    if (payload) writeSection(out, section.id, payload);
    else out.bytes(module.bytes.subarray(section.header, section.end));
  }
  return { wasm: out.view().slice(), ...offsetMap(module, bodies, bodyOffsets, codeStart) };
}

function changedPayload(
  module: WasmModule,
  layout: GuestLayout,
  { globals, seh }: Pick<InstrumentContext, "globals" | "seh">,
  functionExports: readonly FunctionExport[],
  section: WasmSection,
): Uint8Array | undefined {
  switch (section.id) {
    case sectionId.import:
      return importPayload(module, layout, section, seh !== undefined);
    case sectionId.global:
      return appended(module, section, globalEntries(layout, seh !== undefined));
    case sectionId.export:
      return appended(module, section, [...exportEntries(globals, seh), ...functionExports.map(functionExport)]);
    default:
      return undefined;
  }
}

function writeSection(out: WasmWriter, id: number, payload: Uint8Array): void {
  out.u8(id).u32(payload.length).bytes(payload);
}

/** Memory becomes shared and of fixed size; the host makes it so. The tag of exceptions is imported, so that the host can throw them. */
function importPayload(module: WasmModule, layout: GuestLayout, section: WasmSection, hasTag: boolean): Uint8Array {
  const memory = defined(
    module.imports.find((item) => item.kind === externalKind.memory),
    "module does not import its memory",
  );
  const isSharedWithMaximum = 3;
  const cursor = new ByteCursor(module.bytes, section.start, section.end);
  const count = cursor.uleb();
  const payload = new WasmWriter(section.end - section.start + 64)
    .u32(count + (hasTag ? 1 : 0))
    .copy(module.bytes, cursor.position, memory.limitsStart)
    .u8(isSharedWithMaximum)
    .u32(layout.wasmPages)
    .u32(layout.wasmPages)
    .copy(module.bytes, memory.limitsEnd, section.end);
  if (hasTag) payload.name(hookModule).name(sehTagImport).u8(externalKind.tag).u8(0).u32(plainFunctionType(module));
  return payload.view();
}

/** Index of the type of `void f(void)`, which every module with a termination block has: the linker's constructors are of it. */
function plainFunctionType(module: WasmModule): number {
  const index = module.types.findIndex(({ parameters, results }) => parameters.length === 0 && results.length === 0);
  assert(index >= 0, "module without a function of no parameters and results");
  return index;
}

/** A vector section with entries added at its end. */
function appended(module: WasmModule, section: WasmSection, entries: readonly Uint8Array[]): Uint8Array {
  const cursor = new ByteCursor(module.bytes, section.start, section.end);
  const count = cursor.uleb();
  const payload = new WasmWriter(section.end - section.start + 128);
  payload.u32(count + entries.length).bytes(module.bytes.subarray(cursor.position, section.end));
  for (const entry of entries) payload.bytes(entry);
  return payload.view();
}

function globalEntries(layout: GuestLayout, hasSeh: boolean): Uint8Array[] {
  const isMutable = 1;
  const initial = [0x7fff_ffff, layout.callStackTop, nullGuardEnd, ...(hasSeh ? [0, 0, 0] : [])];
  return initial.map((value) => new WasmWriter().u8(valueType.i32).u8(isMutable).i32Const(value).op(op.end).view());
}

const functionExport = ({ name, wasmIndex }: FunctionExport): Uint8Array => new WasmWriter().name(name).u8(externalKind.function).u32(wasmIndex).view();

function exportEntries(globals: GlobalIndices, seh: SehContext | undefined): Uint8Array[] {
  const named: (readonly [name: string, index: number])[] = [
    [exportedGlobals.budget, globals.budget],
    [exportedGlobals.callStackPointer, globals.callStackPointer],
    [exportedGlobals.stackLimit, globals.stackLimit],
  ];
  if (seh !== undefined) named.push([sehGlobals.owner, seh.owner], [sehGlobals.code, seh.code], [sehGlobals.result, seh.result]);
  return named.map(([name, index]) => new WasmWriter().name(name).u8(externalKind.global).u32(index).view());
}

function codePayload(bodies: readonly RewrittenBody[]): { payload: Uint8Array; bodyOffsets: number[] } {
  const payload = new WasmWriter(bodies.reduce((total, body) => total + body.bytes.length + 5, 5));
  payload.u32(bodies.length);
  const bodyOffsets = bodies.map((body) => {
    payload.u32(body.bytes.length);
    const offset = payload.length;
    payload.bytes(body.bytes);
    return offset;
  });
  return { payload: payload.view(), bodyOffsets };
}

function offsetMap(module: WasmModule, bodies: readonly RewrittenBody[], bodyOffsets: readonly number[], codeStart: number): Omit<AssembledModule, "wasm"> {
  const count = bodies.reduce((total, body) => total + body.starts.length, 0);
  const instrumentedOffset = new Uint32Array(count);
  const originalOffset = new Uint32Array(count);
  let at = 0;
  for (const [i, body] of bodies.entries()) {
    const base = codeStart + (bodyOffsets[i] ?? 0);
    for (const [j, start] of body.starts.entries()) {
      instrumentedOffset[at] = base + start;
      originalOffset[at] = (body.origins[j] ?? 0) - module.codeStart;
      at++;
    }
  }
  return { instrumentedOffset, originalOffset };
}
