// SPDX-License-Identifier: MIT
/** Second pass over a function: copies its instructions and puts the sequences of the plan between them. */

import { ExitStatus, UserError } from "../base/index.ts";
import { trapKind } from "../protocol/index.ts";
import { emitAccess } from "./instrument-access.ts";
import type { InstrumentContext } from "./instrument-context.ts";
import { emitDivisionCheck, isDivision } from "./instrument-divide.ts";
import { Emitter } from "./instrument-emitter.ts";
import { OperandStack, tag } from "./instrument-operand-stack.ts";
import type { FunctionPlan } from "./instrument-plan.ts";
import { SehEmitter, unsupportedPrologue } from "./instrument-seh.ts";
import { InstructionReader } from "./wasm-instruction.ts";
import { accessInfo, emptyBlock, isLoad, isStore, op } from "./wasm-opcodes.ts";
import { WasmWriter } from "./wasm-writer.ts";

export interface RewrittenBody {
  /** Whole body: locals and instructions, without the size prefix. */
  readonly bytes: Uint8Array;
  /** For each original instruction: where its code, sequences included, begins in `bytes`, and its offset in the original module. */
  readonly starts: readonly number[];
  readonly origins: readonly number[];
}

/** Rewrites one function by its plan, adding its statements to the context's table. */
export function rewriteFunction(context: InstrumentContext, plan: FunctionPlan): RewrittenBody {
  // The linker's start function clears bss at instantiation, before the host can know what is accessible.
  if (plan.wasmIndex === context.module.startFunction) return copyFunction(context, plan);
  const rewriter = new FunctionRewriter(context, plan);
  rewriter.run();
  return rewriter.finish();
}

function copyFunction({ module }: InstrumentContext, { body }: FunctionPlan): RewrittenBody {
  return { bytes: module.bytes.subarray(body.start, body.end), starts: [0], origins: [body.start] };
}

class FunctionRewriter {
  readonly #context: InstrumentContext;
  readonly #plan: FunctionPlan;
  readonly #emitter: Emitter;
  readonly #reader: InstructionReader;
  readonly #stack: OperandStack;
  readonly #starts: number[] = [];
  readonly #origins: number[] = [];
  readonly #seh: SehEmitter | undefined;
  #nextHook = 0;

  constructor(context: InstrumentContext, plan: FunctionPlan) {
    this.#context = context;
    this.#plan = plan;
    this.#emitter = new Emitter(context, plan);
    this.#reader = new InstructionReader(context.module.bytes, plan.first, plan.body.end, plan.name);
    const trusted = plan.isFrameBaseFixed ? plan.frameBaseLocal : -1;
    this.#stack = new OperandStack(context.module, trusted, plan.type.results.length);
    this.#seh = plan.seh && context.seh && new SehEmitter(this.#emitter, context.seh, plan.seh, this.#wrapperType());
  }

  run(): void {
    const reader = this.#reader;
    this.#seh?.begin();
    // Branches to the outermost label land behind this block, where the record is popped.
    if (this.#isWrapped()) this.#emitter.writer.op(op.block).bytes(this.#wrapperType());
    while (reader.next()) {
      this.#starts.push(this.#emitter.writer.length);
      this.#origins.push(reader.start);
      if (this.#plan.subprogram && !this.#emitter.hasEntered && reader.start >= this.#plan.entry) this.#emitter.enter();
      const isLast = reader.end === this.#plan.body.end;
      if (isLast) this.#finishBody();
      else {
        this.#placeHooks(false);
        this.#rewrite();
        this.#placeHooks(true);
      }
      this.#stack.apply(reader);
    }
  }

  finish(): RewrittenBody {
    const { localGroups } = this.#plan;
    const { addedLocals, writer } = this.#emitter;
    const whole = new WasmWriter(writer.length + 64);
    whole.u32(localGroups.length + addedLocals.length);
    for (const [count, type] of localGroups) whole.u32(count).u8(type);
    for (const type of addedLocals) whole.u32(1).u8(type);
    const header = whole.length;
    whole.bytes(writer.view());
    return { bytes: whole.view(), starts: this.#starts.map((start) => start + header), origins: this.#origins };
  }

  #isWrapped(): boolean {
    return this.#plan.branchesToEnd && this.#plan.subprogram !== undefined && this.#seh === undefined;
  }

  #finishBody(): void {
    if (this.#isWrapped()) this.#emitter.writer.op(op.end);
    this.#placeHooks(false);
    this.#seh?.end(this.#reader.start);
    this.#emitter.leave(true);
    this.#copy();
  }

  #placeHooks(isBehind: boolean): void {
    const { hooks } = this.#plan;
    for (;;) {
      const place = hooks[this.#nextHook];
      if (!place || place.instruction !== this.#reader.start || place.isBehind !== isBehind) return;
      this.#emitter.hook(place);
      this.#nextHook++;
    }
  }

  #copy(): void {
    this.#emitter.writer.copy(this.#context.module.bytes, this.#reader.start, this.#reader.end);
  }

  /** A load or store in the function's own frame. */
  #copyFrameAccess(): void {
    const { opcode, offset } = this.#reader;
    if (isStore(opcode)) this.#context.statements.addFrameStore(this.#plan.functionIndex, offset, accessInfo(opcode)?.size ?? 0);
    this.#copy();
  }

  #rewrite(): void {
    const reader = this.#reader;
    const emitter = this.#emitter;
    const { opcode, start } = reader;
    if (this.#stack.isUnreachable) {
      this.#copy();
      return;
    }
    if (isLoad(opcode) || isStore(opcode)) {
      const addressTag = this.#stack.peek(isStore(opcode) ? 1 : 0);
      if (addressTag === tag.frameBase) this.#copyFrameAccess();
      else emitAccess(emitter, reader, addressTag);
      return;
    }
    if (opcode === op.memoryCopy || opcode === op.memoryFill) {
      emitter.beforeCall(start);
      emitter.writer.i32Const(opcode).call(this.#context.hooks.bulk);
      emitter.afterCall();
      return;
    }
    if (opcode === op.call && this.#seh !== undefined && this.#replaceCall(this.#seh)) return;
    this.#emitBefore(opcode, start);
    this.#copy();
    if (opcode === op.globalSet && this.#seh !== undefined) this.#afterGlobal(this.#seh);
    if (opcode === op.call || opcode === op.callIndirect) emitter.afterCall();
    if (opcode === op.localSet || opcode === op.localTee) emitter.afterAssignment(reader.immediate);
  }

  #replaceCall(seh: SehEmitter): boolean {
    const { immediate, start } = this.#reader;
    // Everything that a filter or handler needs is in locals or memory at the marker.
    if (start === this.#plan.seh?.marker && this.#stack.height !== 1) throw unsupportedPrologue(this.#plan.name, "the compiler kept a value on its stack");
    return seh.call(immediate);
  }

  #afterGlobal(seh: SehEmitter): void {
    const { immediate, start } = this.#reader;
    if (immediate === this.#context.globals.stackPointer && start > (this.#plan.seh?.marker ?? 0)) seh.afterStackPointer();
  }

  #emitBefore(opcode: number, start: number): void {
    const emitter = this.#emitter;
    switch (opcode) {
      case op.call:
      case op.callIndirect:
        emitter.beforeCall(start);
        break;
      case op.return:
      case op.returnCall:
      case op.returnCallIndirect:
        if (opcode === op.return) this.#seh?.beforeReturn(start);
        emitter.leave(opcode === op.return);
        break;
      case op.unreachable:
        emitter.trap(trapKind.unreachable, start);
        break;
      default:
        if (isDivision(opcode)) emitDivisionCheck(emitter, opcode, start, this.#stack.peek());
    }
  }

  /** Block type of the wrapper: the function's results, for more than one by a type that the module must have. */
  #wrapperType(): Uint8Array {
    const { results } = this.#plan.type;
    const [only] = results;
    if (only === undefined) return Uint8Array.of(emptyBlock);
    if (results.length === 1) return Uint8Array.of(only);
    const index = this.#context.module.types.findIndex((type) => type.parameters.length === 0 && type.results.join() === results.join());
    if (index >= 0) return new WasmWriter().s32(index).view();
    throw new UserError({
      code: "wasm-unsupported-instruction",
      message: `Cannot instrument function "${this.#plan.name}": it returns several WebAssembly values`,
      exitStatus: ExitStatus.buildFailed,
      hint: "remove compiler arguments that switch on WebAssembly features, such as -mmultivalue",
    });
  }
}
