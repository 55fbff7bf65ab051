// SPDX-License-Identifier: MIT
/**
 * Simulates the operand stack with one tag a value, so that the rewriter knows which addresses are the frame base and which
 * operands are constants. Clang keeps values on the stack across statements even at -O0, so tags must travel with their values.
 */

import type { InstructionReader } from "./wasm-instruction.ts";
import type { WasmModule } from "./wasm-module.ts";
import { emptyBlock, op, operandsTaken, resultsLeft } from "./wasm-opcodes.ts";

export const tag = {
  unknown: 0,
  frameBase: 1,
  /** An i64 constant other than 0 and -1: a divisor that cannot fault. */
  harmlessWideDivisor: 2,
  /** An i32 constant `c` is tagged `i32Constant + (c as u32)`. */
  i32Constant: 0x1_0000_0000,
} as const;

/** The constant a tag stands for, unsigned; undefined for other tags. */
export const constantOf = (value: number): number | undefined => (value >= tag.i32Constant ? value - tag.i32Constant : undefined);

interface Frame {
  /** Height of the stack below the block's parameters. */
  readonly height: number;
  readonly parameters: number;
  readonly results: number;
  readonly wasUnreachable: boolean;
}

export class OperandStack {
  /** The code at this point cannot be reached and is not to be instrumented. */
  isUnreachable = false;
  readonly #module: WasmModule;
  readonly #frameBaseLocal: number;
  readonly #tags: number[] = [];
  readonly #frames: Frame[];

  /** `frameBaseLocal` is -1 when no local may be taken for the frame base. */
  constructor(module: WasmModule, frameBaseLocal: number, results: number) {
    this.#module = module;
    this.#frameBaseLocal = frameBaseLocal;
    this.#frames = [{ height: 0, parameters: 0, results, wasUnreachable: false }];
  }

  /** Number of operands. */
  get height(): number {
    return this.#tags.length;
  }

  /** Tag of the operand `depth` below the top. */
  peek(depth = 0): number {
    return this.#tags[this.#tags.length - 1 - depth] ?? tag.unknown;
  }

  /** Applies the instruction the reader stands on. */
  apply(reader: InstructionReader): void {
    const { opcode } = reader;
    // biome-ignore format: one effect a line
    switch (opcode) {
      case op.if: this.#pop(1); this.#open(reader); break;
      case op.block: case op.loop: this.#open(reader); break;
      case op.else: this.#reopen(); break;
      case op.end: this.#close(); break;
      case op.unreachable: case op.br: case op.brTable: case op.return: case op.returnCall: case op.returnCallIndirect: this.#cut(); break;
      case op.brIf: this.#pop(1); break;
      case op.call: this.#call(this.#module.functionTypes[reader.immediate] ?? 0, 0); break;
      case op.callIndirect: this.#call(reader.immediate, 1); break;
      default:
        this.#pop(operandsTaken(opcode));
        this.#push(resultsLeft(opcode), this.#tagOf(reader));
    }
  }

  #tagOf(reader: InstructionReader): number {
    switch (reader.opcode) {
      case op.localGet:
        return reader.immediate === this.#frameBaseLocal ? tag.frameBase : tag.unknown;
      case op.i32Const:
        return tag.i32Constant + (reader.immediate >>> 0);
      case op.i64Const:
        return reader.wideImmediate === 0n || reader.wideImmediate === -1n ? tag.unknown : tag.harmlessWideDivisor;
      default:
        return tag.unknown;
    }
  }

  #pop(count: number): void {
    const floor = this.#frames.at(-1)?.height ?? 0;
    this.#tags.length = Math.max(floor, this.#tags.length - count);
  }

  #push(count: number, value: number): void {
    for (let i = 0; i < count; i++) this.#tags.push(value);
  }

  #call(typeIndex: number, extra: number): void {
    const type = this.#module.types[typeIndex];
    this.#pop((type?.parameters.length ?? 0) + extra);
    this.#push(type?.results.length ?? 0, tag.unknown);
  }

  #open(reader: InstructionReader): void {
    const type = reader.blockTypeIsIndex ? this.#module.types[reader.blockType] : undefined;
    const parameters = type?.parameters.length ?? 0;
    const results = type?.results.length ?? (reader.blockType === emptyBlock ? 0 : 1);
    const height = Math.max(0, this.#tags.length - parameters);
    // Values passed into a block can come from another branch when it is a loop.
    this.#tags.length = height;
    this.#push(parameters, tag.unknown);
    this.#frames.push({ height, parameters, results, wasUnreachable: this.isUnreachable });
  }

  #reopen(): void {
    const frame = this.#frames.at(-1);
    if (!frame) return;
    this.#tags.length = frame.height;
    this.#push(frame.parameters, tag.unknown);
    this.isUnreachable = frame.wasUnreachable;
  }

  #close(): void {
    const frame = this.#frames.pop();
    if (!frame) return;
    this.#tags.length = Math.min(this.#tags.length, frame.height);
    this.#push(frame.results, tag.unknown);
    this.isUnreachable = frame.wasUnreachable;
  }

  #cut(): void {
    this.isUnreachable = true;
    this.#tags.length = Math.min(this.#tags.length, this.#frames.at(-1)?.height ?? 0);
  }
}
