// SPDX-License-Identifier: MIT
/**
 * Code sequences around statements, calls, traps and functions. All leave the operand stack as they find it.
 *
 * Two things live in locals while a function runs. `record` is its shadow call-stack pointer, which does not change, because
 * callees and re-entrant calls by the host push and pop in balance. `budget` is the exported global of that name, which costs a
 * load and a store each statement otherwise; it is written back before control leaves the function's own code, and read again
 * when control comes back, so that callees and host always find and leave the true value in the global.
 */

import { callRecord, trapKind } from "../protocol/index.ts";
import type { InstrumentContext } from "./instrument-context.ts";
import type { FunctionPlan, HookPlace } from "./instrument-plan.ts";
import { emptyBlock, op, valueType } from "./wasm-opcodes.ts";
import { WasmWriter } from "./wasm-writer.ts";

const { i32 } = valueType;

/** Store of a whole local, by its type. */
const storeOf = new Map<number, number>([
  [valueType.i32, op.i32Store],
  [valueType.i64, op.i64Store],
  [valueType.f32, op.f32Store],
  [valueType.f64, op.f64Store],
]);

/** Stack charged to functions without a frame, in bytes: the stack pointer's alignment. */
const frameCharge = 16;

export class Emitter {
  readonly writer: WasmWriter;
  readonly context: InstrumentContext;
  readonly plan: FunctionPlan;
  /** Types of the locals added behind the function's own. */
  readonly addedLocals: number[] = [];
  /** Set once the record is pushed, when frame base and record are valid. */
  hasEntered = false;
  readonly #temporaries = new Map<string, number>();

  constructor(context: InstrumentContext, plan: FunctionPlan) {
    this.context = context;
    this.plan = plan;
    this.writer = new WasmWriter((plan.body.end - plan.body.start) * 4);
  }

  /** Local that holds a value within one sequence; one local for each role and type. */
  temporary(type: number, role: string): number {
    const key = `${role}:${type}`;
    const known = this.#temporaries.get(key);
    if (known !== undefined) return known;
    const index = this.plan.localTypes.length + this.addedLocals.length;
    this.addedLocals.push(type);
    this.#temporaries.set(key, index);
    return index;
  }

  /** `budget -= 1; if (budget <= armed byte, unsigned) hook(id, frame base)`: one branch for budget, breakpoints, steps and pause. */
  hook(place: HookPlace): void {
    const { context, writer, plan } = this;
    const row = place.row;
    const id = context.statements.add(place.address, plan.functionIndex, row?.line ?? 0, row?.column ?? 0, row?.file ?? 0);
    const budget = this.#budget();
    // An armed byte (0xFF) is -1 when sign-extended, which no budget exceeds; 0 lets only an exhausted budget through.
    writer.localGet(budget).i32Const(1).op(op.i32Sub).localTee(budget);
    writer
      .i32Const(0)
      .access(op.i32Load8S, 0, context.layout.statements + id)
      .op(op.i32LeU)
      .if(emptyBlock);
    this.#writeBudget();
    writer.i32Const(id);
    this.frameBase();
    writer.call(context.hooks.hook);
    this.#readBudget();
    writer.op(op.end);
  }

  /** Pushes the record, saves parameters that live in locals, and checks the stack. */
  enter(): void {
    this.hasEntered = true;
    if (this.#isCharged()) this.#moveStackPointer(-frameCharge);
    this.pushRecord();
    this.saveLocals();
    this.#readBudget();
    this.#checkStack();
  }

  /** Pushes a record with function and frame base; returns the local that holds its address from now on. */
  pushRecord(): number {
    const { context, writer, plan } = this;
    const record = this.record();
    const pointer = context.globals.callStackPointer;
    writer.globalGet(pointer).i32Const(plan.recordBytes).op(op.i32Sub).localTee(record).globalSet(pointer);
    writer.localGet(record).i32Const(plan.functionIndex).access(op.i32Store, 2, callRecord.functionIndex);
    writer.localGet(record);
    if (plan.frameBaseLocal >= 0) writer.localGet(plan.frameBaseLocal);
    else this.frameBase();
    writer.access(op.i32Store, 2, callRecord.frameBase);
    return record;
  }

  /** Takes the budget over from the global, where the function's own code begins. */
  takeBudget(): void {
    if (this.plan.hooks.length > 0) this.writer.globalGet(this.context.globals.budget).localSet(this.#budget());
  }

  /** Writes the spilled locals into the record. */
  saveLocals(): void {
    for (const local of this.plan.spilledLocals) this.#spill(local);
  }

  /** Writes the budget back and pops the record. */
  popRecord(): void {
    this.#writeBudget();
    this.writer.localGet(this.record()).i32Const(this.plan.recordBytes).op(op.i32Add).globalSet(this.context.globals.callStackPointer);
  }

  /** Pops the record; the function is about to end, with its results on the stack unless it ends in a call. */
  leave(hasResults: boolean): void {
    if (!this.hasEntered) return;
    if (hasResults) this.#saveResult();
    this.popRecord();
    if (this.#isCharged()) this.#moveStackPointer(frameCharge);
  }

  /** Keeps a copy of what the function returns in its record, where a debugger finds it until the next call. */
  #saveResult(): void {
    const { results } = this.plan.type;
    if (results.length !== 1 || results[0] !== i32) return;
    const value = this.temporary(i32, "result");
    this.writer.localSet(value).localGet(this.record()).localGet(value).access(op.i32Store, 2, callRecord.result).localGet(value);
  }

  /** Before control leaves the function: notes in its record by which instruction (offset in the module), and writes the budget back. */
  beforeCall(instruction: number): void {
    if (!this.hasEntered) return;
    this.writer
      .localGet(this.record())
      .i32Const(instruction - this.context.module.codeStart)
      .access(op.i32Store, 2, callRecord.callSite);
    this.#writeBudget();
  }

  /** Behind a call: the budget may have changed. */
  afterCall(): void {
    this.#readBudget();
  }

  /** Keeps the copy in the record true after an assignment. */
  afterAssignment(local: number): void {
    if (this.hasEntered && this.plan.spilledLocals.includes(local)) this.#spill(local);
  }

  /** Calls `dbg.trap`; what would trap comes next. */
  trap(kind: number, instruction: number): void {
    this.beforeCall(instruction);
    this.writer.i32Const(kind);
    this.frameBase();
    this.writer.call(this.context.hooks.trap);
    this.afterCall();
  }

  /** Pushes the frame base, or the stack pointer where there is none. */
  frameBase(): void {
    if (this.hasEntered && this.plan.frameBaseLocal >= 0) this.writer.localGet(this.plan.frameBaseLocal);
    else this.writer.globalGet(this.context.globals.stackPointer);
  }

  #writeBudget(): void {
    if (this.#keepsBudget()) this.writer.localGet(this.#budget()).globalSet(this.context.globals.budget);
  }

  #readBudget(): void {
    if (this.#keepsBudget()) this.writer.globalGet(this.context.globals.budget).localSet(this.#budget());
  }

  /** Without a hook the function does not touch the budget. */
  #keepsBudget(): boolean {
    return this.hasEntered && this.plan.hooks.length > 0;
  }

  #budget(): number {
    return this.temporary(i32, "budget");
  }

  /** Local with the address of the function's record. */
  record(): number {
    return this.temporary(i32, "record");
  }

  #spill(local: number): void {
    const slot = callRecord.spills + 8 * this.plan.spilledLocals.indexOf(local);
    const store = storeOf.get(this.plan.localTypes[local] ?? i32);
    if (store === undefined) return; // reference types have no bytes
    this.writer.localGet(this.record()).localGet(local).access(store, 2, slot);
  }

  /** A function that calls but has no frame: on a processor its return address would use stack, so that recursion ends. */
  #isCharged(): boolean {
    return !this.plan.movesStackPointer && this.plan.hasCalls;
  }

  #moveStackPointer(bytes: number): void {
    const { stackPointer } = this.context.globals;
    this.writer.globalGet(stackPointer).i32Const(bytes).op(op.i32Add).globalSet(stackPointer);
  }

  /** Signed, because a frame larger than the stack wraps to the top of the address space, while stacks lie below 2 GiB. */
  #checkStack(): void {
    const { writer, context, plan } = this;
    if (plan.frameBaseLocal < 0 && !plan.movesStackPointer && !plan.hasCalls) return;
    this.frameBase();
    writer.globalGet(context.globals.stackLimit).op(op.i32LtS);
    writer.if(emptyBlock);
    this.trap(trapKind.stackOverflow, plan.entry);
    writer.op(op.end);
  }
}
