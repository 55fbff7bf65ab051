// SPDX-License-Identifier: MIT
/**
 * First pass over a function: decides where the entry record is pushed and where statement hooks go, without emitting anything.
 *
 * A hook belongs before the first instruction of its statement, with three exceptions. `loop` and `else` are not executed by the
 * code behind them, so a row that sits on them moves behind them; a row on `end` moves behind all adjoining `end`s, because
 * branches land there. A loop whose back edge passes no hook gets a poll hook, or it could not be interrupted.
 */

import { callRecordBytes } from "../protocol/index.ts";
import type { LineRow } from "../base/index.ts";
import { type SehIndices, type SehPlan, sehRecordBytes, unsupportedPrologue } from "./instrument-seh.ts";
import type { LineInfo, Subprogram } from "./wasm-dwarf.ts";
import { InstructionReader } from "./wasm-instruction.ts";
import { readLocals, type FunctionBody, type FunctionType, type WasmModule } from "./wasm-module.ts";
import { op } from "./wasm-opcodes.ts";

export interface HookPlace {
  /** Offset in the module of the instruction it goes with. */
  readonly instruction: number;
  /** Behind the instruction instead of before it. */
  readonly isBehind: boolean;
  /** Undefined for a poll hook. */
  readonly row: LineRow | undefined;
  /** Code offset of the statement. */
  readonly address: number;
}

export interface FunctionPlan {
  readonly name: string;
  readonly wasmIndex: number;
  readonly type: FunctionType;
  readonly body: FunctionBody;
  /** Offset in the module of the first instruction. */
  readonly first: number;
  readonly localGroups: readonly (readonly [count: number, type: number])[];
  /** Type of every local, parameters first. */
  readonly localTypes: readonly number[];
  /** Undefined for functions without debug information: they get no hooks and no record. */
  readonly subprogram: Subprogram | undefined;
  /** Index in `InstrumentedModule.functions`; -1 without debug information. */
  readonly functionIndex: number;
  readonly frameBaseLocal: number;
  /** True when nothing but the prologue assigns the frame-base local. */
  readonly isFrameBaseFixed: boolean;
  /** Offset in the module before which the record is pushed: the frame base has just been set. */
  readonly entry: number;
  /** Offset in the module at which parameters are in their places. */
  readonly prologueEnd: number;
  /** The prologue moves the stack pointer. */
  readonly movesStackPointer: boolean;
  /** Calls something, so it can be part of a recursion. */
  readonly hasCalls: boolean;
  readonly spilledLocals: readonly number[];
  readonly recordBytes: number;
  /** Ascending by `instruction`. */
  readonly hooks: readonly HookPlace[];
  /** Some branch ends the function by its outermost label. */
  readonly branchesToEnd: boolean;
  /** Functions with `__try`. */
  readonly seh: SehPlan | undefined;
}

/** What plans need to know of the whole module. */
export interface PlanContext {
  readonly module: WasmModule;
  readonly lines: LineInfo;
  /** Global index. */
  readonly stackPointer: number;
  readonly sehImports: SehIndices | undefined;
}

/** Makes the plan of body number `bodyIndex`. `functionIndex` is used if the function has debug information. */
export function planFunction({ module, lines, stackPointer, sehImports }: PlanContext, bodyIndex: number, functionIndex: number): FunctionPlan {
  const body = module.bodies[bodyIndex] ?? { start: 0, end: 0 };
  const wasmIndex = module.importedFunctions + bodyIndex;
  const type = module.types[module.functionTypes[wasmIndex] ?? 0] ?? { parameters: [], results: [] };
  const { groups, first } = readLocals(module.bytes, body);
  const localTypes = [...type.parameters];
  for (const [count, local] of groups) for (let i = 0; i < count; i++) localTypes.push(local);
  const subprogram = lines.functions.get(body.start - module.codeStart);
  const name = subprogram?.name || module.functionNames.get(wasmIndex) || `function ${wasmIndex}`;
  const frameBaseLocal = subprogram?.frameBaseLocal ?? -1;
  const reader = new InstructionReader(module.bytes, first, body.end, name);
  const scan = new FunctionScan(module.codeStart, lines, stackPointer, subprogram, body, first, sehImports?.frame ?? -1);
  scan.run(reader);
  const spilledLocals = subprogram?.variableLocals.filter((local) => local < localTypes.length) ?? [];
  const seh = subprogram && planSeh(name, scan, frameBaseLocal, type.parameters.length, spilledLocals.length);
  return {
    name,
    wasmIndex,
    type,
    body,
    first,
    localGroups: groups,
    localTypes,
    subprogram,
    frameBaseLocal,
    spilledLocals,
    functionIndex: subprogram ? functionIndex : -1,
    isFrameBaseFixed: scan.frameBaseAssignments === 1,
    entry: scan.entry,
    prologueEnd: scan.prologueEnd,
    movesStackPointer: scan.movesStackPointer,
    hasCalls: scan.hasCalls,
    recordBytes: seh === undefined ? callRecordBytes + 8 * spilledLocals.length : seh.offset + sehRecordBytes(seh.saved),
    hooks: scan.hooks,
    branchesToEnd: scan.branchesToEnd,
    seh,
  };
}

function planSeh(name: string, scan: FunctionScan, frameBaseLocal: number, parameters: number, spilled: number): SehPlan | undefined {
  const { marker } = scan;
  if (marker === undefined) return undefined;
  if (marker.depth !== 1) throw unsupportedPrologue(name, "the compiler put its beginning inside a block");
  if (frameBaseLocal < 0 || !scan.movesStackPointer) throw unsupportedPrologue(name, "the compiler gave it no frame");
  const saved = new Set(scan.assignedBeforeMarker);
  for (let i = 0; i < parameters; i++) saved.add(i);
  saved.delete(frameBaseLocal);
  return { marker: marker.instruction, offset: callRecordBytes + 8 * spilled, saved: [...saved].sort((a, b) => a - b) };
}

interface ControlFrame {
  readonly loop: number | undefined;
  /** A hook was placed in this frame, so whatever runs later in it has passed the hook. */
  hasHook: boolean;
  needsPoll: boolean;
}

class FunctionScan {
  readonly hooks: HookPlace[] = [];
  entry: number;
  prologueEnd: number;
  movesStackPointer = false;
  hasCalls = false;
  branchesToEnd = false;
  frameBaseAssignments = 0;
  /** The first call that marks a function with `__try`, and the number of blocks around it. */
  marker: { readonly instruction: number; readonly depth: number } | undefined;
  readonly assignedBeforeMarker = new Set<number>();
  readonly #sehMarker: number;
  readonly #codeStart: number;
  readonly #lines: LineInfo;
  readonly #stackPointer: number;
  readonly #frameBaseLocal: number;
  readonly #hasDebugInfo: boolean;
  readonly #bodyEnd: number;
  /** Offset of the `prologue_end` row; undefined when the compiler wrote none. */
  readonly #prologueEndRow: number | undefined;
  readonly #frames: ControlFrame[] = [{ loop: undefined, hasHook: false, needsPoll: false }];
  #inPrologue: boolean;
  #pending: LineRow[] = [];

  constructor(
    codeStart: number,
    lines: LineInfo,
    stackPointer: number,
    subprogram: Subprogram | undefined,
    body: FunctionBody,
    first: number,
    sehMarker: number,
  ) {
    this.#sehMarker = sehMarker;
    this.#codeStart = codeStart;
    this.#lines = lines;
    this.#stackPointer = stackPointer;
    this.#hasDebugInfo = subprogram !== undefined;
    this.#frameBaseLocal = subprogram?.frameBaseLocal ?? -1;
    this.#bodyEnd = body.end;
    const row = subprogram && firstBetween(lines.prologueEnds, first - codeStart, body.end - codeStart);
    this.#prologueEndRow = row === undefined ? undefined : row + codeStart;
    this.entry = first;
    this.prologueEnd = this.#prologueEndRow ?? first;
    this.#inPrologue = this.#hasDebugInfo;
  }

  run(reader: InstructionReader): void {
    while (reader.next()) {
      if (this.#inPrologue) this.#scanPrologue(reader);
      if (this.#isFrameBaseAssignment(reader)) this.frameBaseAssignments++;
      if (this.#sehMarker >= 0 && this.marker === undefined) this.#scanMarker(reader);
      if (this.#hasDebugInfo) this.#placeHooks(reader);
      this.#scanControl(reader);
    }
    this.hooks.sort((a, b) => a.instruction - b.instruction);
  }

  #scanMarker({ opcode, immediate, start }: InstructionReader): void {
    if (opcode === op.localSet || opcode === op.localTee) this.assignedBeforeMarker.add(immediate);
    else if (opcode === op.call && immediate === this.#sehMarker) this.marker = { instruction: start, depth: this.#frames.length };
  }

  #isFrameBaseAssignment(reader: InstructionReader): boolean {
    return (reader.opcode === op.localSet || reader.opcode === op.localTee) && reader.immediate === this.#frameBaseLocal;
  }

  /** The entry point lies behind the last instruction of the straight-line prologue that sets the frame base or the stack pointer. */
  #scanPrologue(reader: InstructionReader): void {
    const { opcode, start } = reader;
    const setsStackPointer = opcode === op.globalSet && reader.immediate === this.#stackPointer;
    const isControl = (opcode >= op.block && opcode <= op.returnCallIndirect) || opcode === op.unreachable;
    const isPastRow = this.#prologueEndRow !== undefined && start >= this.#prologueEndRow;
    if (isControl || isPastRow || (setsStackPointer && this.movesStackPointer)) {
      this.#inPrologue = false;
      // Nothing recognised: the compiler promises a valid frame base at the row.
      if (isPastRow && this.entry < start && this.#frameBaseLocal >= 0 && this.frameBaseAssignments === 0) this.entry = start;
      this.prologueEnd = Math.max(this.prologueEnd, this.entry);
      return;
    }
    if (setsStackPointer) this.movesStackPointer = true;
    if (setsStackPointer || this.#isFrameBaseAssignment(reader)) this.entry = reader.end;
  }

  #placeHooks(reader: InstructionReader): void {
    const { opcode, start, end } = reader;
    const row = start >= this.prologueEnd && !this.#inPrologue ? this.#lines.rows.get(start - this.#codeStart) : undefined;
    const isLast = end === this.#bodyEnd;
    if (opcode === op.end && !isLast) {
      if (row) this.#pending.push(row);
      return;
    }
    const moves = opcode === op.loop || opcode === op.else;
    if (row && !moves) this.#pending.push(row);
    for (const pending of this.#pending) this.#place(start, false, pending);
    this.#pending = [];
    // The frame that `loop` opens and `else` reopens is not there yet; `#scanControl` marks it.
    if (row && moves) this.hooks.push({ instruction: start, isBehind: true, row, address: row.address });
  }

  #place(instruction: number, isBehind: boolean, row: LineRow): void {
    this.hooks.push({ instruction, isBehind, row, address: row.address });
    this.#top().hasHook = true;
  }

  #scanControl(reader: InstructionReader): void {
    const { opcode, start } = reader;
    const hasHookBehind = (): boolean => {
      const last = this.hooks.at(-1);
      return last?.isBehind === true && last.instruction === start;
    };
    switch (opcode) {
      case op.block:
      case op.if:
        this.#frames.push({ loop: undefined, hasHook: false, needsPoll: false });
        break;
      case op.loop:
        this.#frames.push({ loop: start, hasHook: hasHookBehind(), needsPoll: false });
        break;
      case op.else:
        this.#top().hasHook = hasHookBehind();
        break;
      case op.end:
        this.#close();
        break;
      case op.call:
      case op.callIndirect:
        this.hasCalls = true;
        break;
      case op.br:
      case op.brIf:
        this.#branch(reader.immediate);
        break;
      case op.brTable:
        for (const target of reader.targets) this.#branch(target);
        break;
      default:
        break;
    }
  }

  #close(): void {
    const frame = this.#frames.pop();
    if (!frame?.needsPoll || frame.loop === undefined || !this.#hasDebugInfo) return;
    this.hooks.push({ instruction: frame.loop, isBehind: true, row: undefined, address: frame.loop - this.#codeStart });
  }

  #branch(depth: number): void {
    const target = this.#frames.length - 1 - depth;
    if (target <= 0) this.branchesToEnd = true;
    const frame = this.#frames[target];
    if (frame?.loop === undefined) return;
    if (!this.#frames.slice(target).some(({ hasHook }) => hasHook)) frame.needsPoll = true;
  }

  #top(): ControlFrame {
    return this.#frames.at(-1) ?? { loop: undefined, hasHook: false, needsPoll: false };
  }
}

/** First value in [low, high) of an ascending list. */
function firstBetween(values: readonly number[], low: number, high: number): number | undefined {
  let from = 0;
  let to = values.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((values[middle] ?? 0) < low) from = middle + 1;
    else to = middle;
  }
  const value = values[from];
  return value !== undefined && value < high ? value : undefined;
}
