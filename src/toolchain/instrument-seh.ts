// SPDX-License-Identifier: MIT
/**
 * Functions with lowered `__try` (docs/seh.md). From its marker on, the body runs in a loop around a try block:
 *
 *     block  if owner ≠ 0: take frame base and locals from the owner's record, push a record, and skip the prologue;  prologue  end
 *     loop  try  block  rest of the body  end  catch  if land(record) = 0: rethrow;  restore stack pointers;  again  end  end
 *
 * The host enters a filter or termination block by calling the function with the owner set: it runs in the owner's frame, on top of the stack. It unwinds by
 * throwing; the function it is meant for goes on at the place `land` names. All other functions need nothing: who catches restores the stack pointers.
 */

import { ExitStatus, UserError } from "../base/index.ts";
import { sehImports, sehRecord } from "../protocol/index.ts";
import { hookModule } from "./instrument-context.ts";
import type { Emitter } from "./instrument-emitter.ts";
import { externalKind, type WasmModule } from "./wasm-module.ts";
import { emptyBlock, op, valueType } from "./wasm-opcodes.ts";

type SehCall = keyof typeof sehImports;

/** Function index of each import for `__try`. */
export type SehIndices = Readonly<Record<SehCall, number>>;

/** Indices in the instrumented module. */
export interface SehContext {
  readonly imports: SehIndices;
  readonly tag: number;
  /** Globals. */
  readonly owner: number;
  readonly code: number;
  readonly result: number;
}

/** What the plan of a function with `__try` says. */
export interface SehPlan {
  /** Offset in the module of the call that marks the end of the prologue. */
  readonly marker: number;
  /** Offset of `sehRecord` in the record. */
  readonly offset: number;
  /** Locals that hold something when the marker is reached, the frame base not among them. */
  readonly saved: readonly number[];
}

/** Finds the imports; undefined when no source has a `__try`. */
export function findSehImports(module: WasmModule): SehIndices | undefined {
  const functions = module.imports.filter((item) => item.kind === externalKind.function);
  const find = (name: string): number => functions.findIndex((item) => item.module === hookModule && item.name === name);
  if (find(sehImports.frame) < 0) return undefined;
  const indices: Partial<Record<SehCall, number>> = {};
  for (const call of Object.keys(sehImports) as SehCall[]) indices[call] = find(sehImports[call]);
  return indices as SehIndices;
}

/** Bytes that a record of such a function is longer than usual. */
export const sehRecordBytes = (saved: readonly number[]): number => sehRecord.saved + 8 * saved.length;

export function unsupportedPrologue(name: string, why: string): UserError {
  return new UserError({
    code: "instrument-seh",
    message: `Cannot instrument function "${name}", which contains __try: ${why}`,
    exitStatus: ExitStatus.buildFailed,
    hint: "move the statements with __try into a function of their own",
  });
}

const loadOf = new Map<number, number>([
  [valueType.i32, op.i32Load],
  [valueType.i64, op.i64Load],
  [valueType.f32, op.f32Load],
  [valueType.f64, op.f64Load],
]);
const storeOf = new Map<number, number>([
  [valueType.i32, op.i32Store],
  [valueType.i64, op.i64Store],
  [valueType.f32, op.f32Store],
  [valueType.f64, op.f64Store],
]);

/** Pushes 0 of a value type. */
export function pushZero(emitter: Emitter, type: number): void {
  const { writer } = emitter;
  if (type === valueType.i32) writer.i32Const(0);
  else if (type === valueType.i64) writer.i64Const(0n);
  else if (type === valueType.f32) writer.op(op.f32Const).bytes(new Uint8Array(4));
  else writer.op(op.f64Const).bytes(new Uint8Array(8));
}

/** Emits the sequences of one function. */
export class SehEmitter {
  readonly #emitter: Emitter;
  readonly #seh: SehContext;
  readonly #plan: SehPlan;
  readonly #resultType: Uint8Array;

  /** `resultType`: block type of the function's results. */
  constructor(emitter: Emitter, seh: SehContext, plan: SehPlan, resultType: Uint8Array) {
    this.#emitter = emitter;
    this.#seh = seh;
    this.#plan = plan;
    this.#resultType = resultType;
  }

  /** At the beginning of the body. */
  begin(): void {
    const { writer, plan } = this.#emitter;
    const owner = this.#temporary("owner");
    writer.op(op.block).u8(emptyBlock);
    writer.globalGet(this.#seh.owner).localTee(owner).if(emptyBlock);
    writer.i32Const(0).globalSet(this.#seh.owner);
    writer.globalGet(this.#seh.code).localSet(this.#temporary("resume"));
    writer.localGet(owner).access(op.i32Load, 2, 4).localSet(plan.frameBaseLocal);
    for (const [i, local] of this.#plan.saved.entries()) {
      const load = loadOf.get(plan.localTypes[local] ?? 0);
      if (load !== undefined) writer.localGet(owner).access(load, 2, this.#savedAt(i)).localSet(local);
    }
    const record = this.#emitter.pushRecord();
    writer
      .localGet(record)
      .localGet(owner)
      .access(op.i32Load, 2, this.#plan.offset + sehRecord.scopes);
    writer.access(op.i32Store, 2, this.#plan.offset + sehRecord.scopes);
    this.#setLevel(() => writer.i32Const(-1));
    this.#emitter.saveLocals();
    this.#emitter.takeBudget();
    writer.op(op.br).u32(1).op(op.end);
  }

  /** In the place of the marker, with the address of the scope table on the stack. */
  frame(): void {
    const { writer, plan } = this.#emitter;
    const table = this.#temporary("value");
    const record = this.#emitter.record();
    writer
      .localSet(table)
      .localGet(record)
      .localGet(table)
      .access(op.i32Store, 2, this.#plan.offset + sehRecord.scopes);
    this.#setLevel(() => writer.i32Const(-1));
    for (const [i, local] of this.#plan.saved.entries()) {
      const store = storeOf.get(plan.localTypes[local] ?? 0);
      if (store !== undefined) writer.localGet(record).localGet(local).access(store, 2, this.#savedAt(i));
    }
    writer.op(op.end);
    writer.globalGet(this.#stackPointer).localSet(this.#temporary("stack"));
    writer.op(op.loop).bytes(this.#resultType).op(op.try).bytes(this.#resultType).op(op.block).bytes(this.#resultType);
  }

  /** Puts code in the place of a call; false when it is an ordinary one. */
  call(functionIndex: number): boolean {
    const { imports } = this.#seh;
    const { writer } = this.#emitter;
    const value = this.#temporary("value");
    switch (functionIndex) {
      case imports.frame:
        this.frame();
        return true;
      case imports.entry:
        writer.localGet(this.#temporary("resume")).i32Const(0).localSet(this.#temporary("resume"));
        return true;
      case imports.level:
        writer.localSet(value);
        this.#setLevel(() => writer.localGet(value));
        return true;
      case imports.filtered:
        writer.globalSet(this.#seh.result);
        this.#endFunclet();
        return true;
      case imports.finished:
        this.#endFunclet();
        return true;
      default:
        return false;
    }
  }

  /** Behind an assignment to the stack pointer: memory from `alloca` belongs to the frame as long as it lives. */
  afterStackPointer(): void {
    const { writer } = this.#emitter;
    const stack = this.#temporary("stack");
    writer.globalGet(this.#stackPointer).localGet(stack).globalGet(this.#stackPointer).localGet(stack).op(op.i32LtU).op(op.select).localSet(stack);
  }

  /** Before the function returns with its results on the stack: runs termination blocks of the scopes it returns out of. */
  beforeReturn(instruction: number): void {
    const { writer, context } = this.#emitter;
    const [type] = this.#emitter.plan.type.results;
    const result = type === undefined ? -1 : this.#emitter.temporary(type, "returned");
    const pointer = this.#temporary("pointer");
    if (result >= 0) writer.localSet(result);
    writer
      .localGet(this.#emitter.record())
      .access(op.i32Load, 2, this.#plan.offset + sehRecord.level)
      .i32Const(0)
      .op(op.i32GeS)
      .if(emptyBlock);
    writer.globalGet(this.#stackPointer).localSet(pointer).localGet(this.#temporary("stack")).globalSet(context.globals.stackPointer);
    this.#emitter.beforeCall(instruction);
    writer.i32Const(-1).call(this.#seh.imports.unwind);
    this.#emitter.afterCall();
    writer.localGet(pointer).globalSet(context.globals.stackPointer).op(op.end);
    if (result >= 0) writer.localGet(result);
  }

  /** Where the body's outermost block has ended, with the results on the stack. */
  end(instruction: number): void {
    const { writer, context } = this.#emitter;
    const resume = this.#temporary("resume");
    writer.op(op.end);
    this.beforeReturn(instruction);
    writer.op(op.catch).u32(this.#seh.tag);
    writer.localGet(this.#emitter.record()).call(this.#seh.imports.land).localTee(resume);
    writer.op(op.i32Eqz).if(emptyBlock).op(op.rethrow).u32(1).op(op.end);
    writer.localGet(this.#temporary("stack")).globalSet(context.globals.stackPointer);
    writer.localGet(this.#emitter.record()).globalSet(context.globals.callStackPointer);
    this.#emitter.afterCall();
    writer.op(op.br).u32(1).op(op.end).op(op.end);
  }

  /** A filter or termination block has done its work for the host. */
  #endFunclet(): void {
    const { writer, context, plan } = this.#emitter;
    writer.localGet(this.#temporary("stack")).globalSet(context.globals.stackPointer);
    this.#emitter.popRecord();
    for (const type of plan.type.results) pushZero(this.#emitter, type);
    writer.op(op.return);
  }

  #setLevel(push: () => void): void {
    const { writer } = this.#emitter;
    writer.localGet(this.#emitter.record());
    push();
    writer.access(op.i32Store, 2, this.#plan.offset + sehRecord.level);
  }

  #savedAt(index: number): number {
    return this.#plan.offset + sehRecord.saved + 8 * index;
  }

  get #stackPointer(): number {
    return this.#emitter.context.globals.stackPointer;
  }

  #temporary(role: string): number {
    return this.#emitter.temporary(valueType.i32, `seh ${role}`);
  }
}
