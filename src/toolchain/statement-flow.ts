// SPDX-License-Identifier: MIT
/**
 * Which statement can follow which within a function: the static half of branch coverage. Walks the structured control flow of the linked
 * module and carries along the statements that may have been the last; where a hook is, each of them gets it as a successor. Statements of
 * no line (polls) are looked through.
 */
import type { InstrumentedModule } from "../protocol/index.ts";
import { wasmCustomSections } from "../base/index.ts";
import { findStackPointer } from "./instrument-context.ts";
import { type FunctionPlan, type PlanContext, planFunction } from "./instrument-plan.ts";
import { findSehImports } from "./instrument-seh.ts";
import { readLineInfo } from "./wasm-dwarf.ts";
import { InstructionReader } from "./wasm-instruction.ts";
import { type WasmModule, parseWasm } from "./wasm-module.ts";
import { op } from "./wasm-opcodes.ts";

/** Statement ids that may follow each statement within its function, ascending; a statement that only leaves the function has none. */
export type StatementFlow = ReadonlyMap<number, readonly number[]>;

/** Finds the successors of all statements. `linked` is the module that `module` was instrumented from. */
export function statementFlow(linked: Uint8Array, module: InstrumentedModule): StatementFlow {
  const wasm = parseWasm(linked);
  const lines = readLineInfo(wasmCustomSections(linked));
  const context: PlanContext = { module: wasm, lines, stackPointer: findStackPointer(wasm), sehImports: findSehImports(wasm) };
  const successors = new Map<number, Set<number>>();
  let nextId = 0;
  for (let index = 0; index < wasm.bodies.length; index++) {
    const plan = planFunction(context, index, 0);
    // The linker's start function is copied as it is.
    if (plan.subprogram === undefined || plan.wasmIndex === wasm.startFunction) continue;
    if (plan.hooks.length > 0) new FunctionFlow(wasm, plan, nextId, module.statements.line, successors).run();
    nextId += plan.hooks.length;
  }
  return new Map([...successors].map(([from, to]) => [from, [...to].sort((a, b) => a - b)]));
}

/** Statements that may have been executed last; empty where code is unreachable. */
type Sources = Set<number>;

interface Frame {
  /** Offset of a `loop`; its label is at its start. */
  readonly loop: number | undefined;
  /** What reaches the label by branches; of a block, and of an `if` at its end. */
  readonly atEnd: Sources;
  /** What reached the `if`, for an `else` or for an `end` without one. */
  atElse: Sources | undefined;
}

class FunctionFlow {
  readonly #wasm: WasmModule;
  readonly #plan: FunctionPlan;
  readonly #firstId: number;
  readonly #line: Uint32Array;
  readonly #successors: Map<number, Set<number>>;
  /** What branches back to each loop, known from the pass before. */
  readonly #atLoop = new Map<number, Sources>();
  #hasChanged = false;
  #sources: Sources = new Set();
  #frames: Frame[] = [];
  #nextHook = 0;

  constructor(wasm: WasmModule, plan: FunctionPlan, firstId: number, line: Uint32Array, successors: Map<number, Set<number>>) {
    this.#wasm = wasm;
    this.#plan = plan;
    this.#firstId = firstId;
    this.#line = line;
    this.#successors = successors;
  }

  /** Passes until no loop is reached by anything new. */
  run(): void {
    do {
      this.#hasChanged = false;
      this.#sources = new Set();
      this.#frames = [{ loop: undefined, atEnd: new Set(), atElse: undefined }];
      this.#nextHook = 0;
      const reader = new InstructionReader(this.#wasm.bytes, this.#plan.first, this.#plan.body.end, this.#plan.name);
      while (reader.next()) {
        this.#passHooks(reader.start, false);
        this.#follow(reader);
        this.#passHooks(reader.start, true);
      }
    } while (this.#hasChanged);
  }

  #passHooks(instruction: number, isBehind: boolean): void {
    for (;;) {
      const place = this.#plan.hooks[this.#nextHook];
      if (place?.instruction !== instruction || place.isBehind !== isBehind) return;
      this.#pass(this.#firstId + this.#nextHook);
      this.#nextHook++;
    }
  }

  #pass(id: number): void {
    if (this.#line[id] === 0) return;
    for (const source of this.#sources) {
      const to = this.#successors.get(source);
      if (to === undefined) this.#successors.set(source, new Set([id]));
      else to.add(id);
    }
    this.#sources = new Set([id]);
  }

  #follow(reader: InstructionReader): void {
    switch (reader.opcode) {
      case op.block:
        this.#frames.push({ loop: undefined, atEnd: new Set(), atElse: undefined });
        break;
      case op.if:
        this.#frames.push({ loop: undefined, atEnd: new Set(), atElse: new Set(this.#sources) });
        break;
      case op.loop:
        this.#frames.push({ loop: reader.start, atEnd: new Set(), atElse: undefined });
        join(this.#sources, this.#atLoop.get(reader.start));
        break;
      case op.else:
        this.#else();
        break;
      case op.end: {
        const frame = this.#frames.pop();
        join(this.#sources, frame?.atEnd);
        join(this.#sources, frame?.atElse);
        break;
      }
      case op.br:
        this.#branch(reader.immediate);
        this.#sources = new Set();
        break;
      case op.brIf:
        this.#branch(reader.immediate);
        break;
      case op.brTable:
        for (const target of reader.targets) this.#branch(target);
        this.#sources = new Set();
        break;
      case op.return:
      case op.returnCall:
      case op.returnCallIndirect:
      case op.unreachable:
        this.#sources = new Set();
        break;
      default:
        break;
    }
  }

  #else(): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return;
    join(frame.atEnd, this.#sources);
    this.#sources = frame.atElse ?? new Set();
    frame.atElse = undefined;
  }

  #branch(depth: number): void {
    const frame = this.#frames.at(-1 - depth);
    if (frame === undefined) return;
    if (frame.loop === undefined) {
      join(frame.atEnd, this.#sources);
      return;
    }
    const known = this.#atLoop.get(frame.loop) ?? new Set();
    this.#atLoop.set(frame.loop, known);
    if (join(known, this.#sources)) this.#hasChanged = true;
  }
}

/** Adds `from` to `to`; whether there was something new. */
function join(to: Sources, from: ReadonlySet<number> | undefined): boolean {
  const before = to.size;
  if (from !== undefined) for (const source of from) to.add(source);
  return to.size > before;
}
