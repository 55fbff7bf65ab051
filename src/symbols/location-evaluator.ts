// SPDX-License-Identifier: MIT
/**
 * Evaluates DWARF location expressions (DWARF 5 standard, 2.5 and 2.6) with LLVM's WebAssembly extension: where a variable is, or
 * what it is when it has no place. Anything a frame does not know ends in "unavailable" with the reason, never in a guess.
 */

import { DW_OP, decodeExpression, wasmLocationKind } from "../base/index.ts";
import type { DwarfOperation } from "../base/index.ts";
import { bytesToInteger, floatToBytes, integerToBytes } from "./scalar.ts";
import type { FrameContext, TargetMemory } from "./target.ts";
import type { Storage } from "./value.ts";

export interface LocationContext {
  readonly frame: FrameContext | undefined;
  /** Value of the frame base; undefined when unknown. */
  readonly frameBase: number | undefined;
  readonly memory: TargetMemory;
  /** Size of the variable. */
  readonly size: number;
  /** Whether the variable is a floating number, so that a local holds one too. */
  readonly isFloat: boolean;
  /** DWARF numbers addresses by index in some modules (`DW_OP_addrx`). */
  readonly addressAt: (index: number) => number;
}

/** Thrown inside only. */
class Unavailable extends Error {}

const mask64 = (value: bigint): bigint => BigInt.asUintN(64, value);

/** What the stack top stands for until the next operation. */
type Top =
  | { readonly kind: "address" }
  | { readonly kind: "value" }
  | { readonly kind: "local"; readonly index: number; readonly value: number | bigint; readonly isValue: boolean }
  | { readonly kind: "implicit"; readonly bytes: Uint8Array }
  | { readonly kind: "empty" };

/** Place or value that `expression` gives. */
export function evaluateLocation(expression: Uint8Array, context: LocationContext): Storage {
  if (expression.length === 0) return { kind: "unavailable", reason: "optimized out" };
  try {
    return new LocationMachine(context).run(decodeExpression(expression));
  } catch (error) {
    if (error instanceof Unavailable) return { kind: "unavailable", reason: error.message };
    throw error;
  }
}

class LocationMachine {
  readonly #context: LocationContext;
  readonly #stack: bigint[] = [];
  #top: Top = { kind: "empty" };
  #pieces: Uint8Array[] = [];

  constructor(context: LocationContext) {
    this.#context = context;
  }

  run(operations: readonly DwarfOperation[]): Storage {
    for (let i = 0; i < operations.length; i++) {
      const operation = operations[i];
      if (operation === undefined) break;
      const jump = this.#jumpOf(operation);
      if (jump === undefined) this.#step(operation);
      else i = this.#indexOf(operations, operation, jump) - 1;
    }
    if (this.#pieces.length === 0) return this.#result();
    const bytes = new Uint8Array(this.#context.size);
    let at = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece.subarray(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
      at += piece.length;
    }
    return { kind: "constant", bytes };
  }

  /** Distance of a taken branch. */
  #jumpOf({ op, operands }: DwarfOperation): number | undefined {
    if (op !== DW_OP.skip && op !== DW_OP.bra) return undefined;
    if (op === DW_OP.bra && this.#pop() === 0n) return 0;
    return Number(operands[0] ?? 0);
  }

  #indexOf(operations: readonly DwarfOperation[], from: DwarfOperation, distance: number): number {
    const target = from.offset + 3 + distance;
    const index = operations.findIndex((operation) => operation.offset === target);
    return index < 0 ? operations.length : index;
  }

  #pop(): bigint {
    const value = this.#stack.pop();
    if (value === undefined) throw new Unavailable("its location in the debug information is malformed");
    return value;
  }

  #push(value: bigint): void {
    this.#stack.push(mask64(value));
    this.#top = { kind: "address" };
  }

  #result(): Storage {
    const { size } = this.#context;
    switch (this.#top.kind) {
      case "address":
        return { kind: "memory", address: Number(BigInt.asUintN(32, this.#pop())) };
      case "value":
        return { kind: "constant", bytes: integerToBytes(this.#pop(), size) };
      case "local":
        if (!this.#top.isValue) return { kind: "memory", address: Number(BigInt.asUintN(32, this.#pop())) };
        return this.#localStorage(this.#top.index, this.#top.value);
      case "implicit":
        return { kind: "constant", bytes: padded(this.#top.bytes, size) };
      case "empty":
        return { kind: "unavailable", reason: "optimized out" };
    }
  }

  #localStorage(index: number, value: number | bigint): Storage {
    const { frame, size, isFloat } = this.#context;
    const setLocal = frame?.setLocal?.bind(frame);
    const set = setLocal && ((changed: number | bigint): boolean => setLocal(index, changed));
    return { kind: "local", index, bytes: isFloat ? floatToBytes(Number(value), size) : integerToBytes(BigInt(value), size), set };
  }

  #step({ op, operands }: DwarfOperation): void {
    const first = operands[0] ?? 0;
    const number = typeof first === "object" ? 0n : BigInt(first);
    if (op >= DW_OP.lit0 && op <= DW_OP.lit31) return this.#push(BigInt(op - DW_OP.lit0));
    if (op === DW_OP.WASM_location) return this.#wasmLocation(Number(number), Number(operands[1] ?? 0));
    if (op === DW_OP.piece || op === DW_OP.bit_piece) return this.#piece(op === DW_OP.piece ? Number(number) : Number(number) / 8);
    switch (op) {
      case DW_OP.addr:
      case DW_OP.const1u:
      case DW_OP.const1s:
      case DW_OP.const2u:
      case DW_OP.const2s:
      case DW_OP.const4u:
      case DW_OP.const4s:
      case DW_OP.const8u:
      case DW_OP.const8s:
      case DW_OP.constu:
      case DW_OP.consts:
        return this.#push(number);
      case DW_OP.addrx:
      case DW_OP.constx:
        return this.#push(BigInt(this.#context.addressAt(Number(number))));
      case DW_OP.fbreg:
        if (this.#context.frameBase === undefined) throw new Unavailable("the frame is not set up yet");
        return this.#push(BigInt(this.#context.frameBase) + number);
      case DW_OP.plus_uconst:
        return this.#push(this.#pop() + number);
      case DW_OP.deref:
        return this.#deref(4);
      case DW_OP.deref_size:
        return this.#deref(Number(number));
      case DW_OP.stack_value:
        this.#top = this.#top.kind === "local" ? { ...this.#top, isValue: true } : { kind: "value" };
        return undefined;
      case DW_OP.implicit_value:
        if (first instanceof Uint8Array) this.#top = { kind: "implicit", bytes: first };
        return undefined;
      case DW_OP.nop:
      // Typed conversions keep the 64-bit stack number; the variable's own type cuts it.
      case DW_OP.convert:
      case DW_OP.reinterpret:
        return undefined;
      case DW_OP.entry_value:
        throw new Unavailable("it needs a value from the entry of the function, which is gone");
      default:
        return this.#arithmetic(op, Number(number));
    }
  }

  /** The value of a local counts as an address unless DW_OP_stack_value follows at once. */
  #wasmLocation(kind: number, index: number): void {
    const { frame } = this.#context;
    if (kind === wasmLocationKind.operandStack) throw new Unavailable("it is held on the operand stack");
    if (frame === undefined) throw new Unavailable("it belongs to a frame");
    const isLocal = kind === wasmLocationKind.local;
    const value = isLocal ? frame.local(index) : frame.global?.(index);
    if (value === undefined) throw new Unavailable(`WebAssembly ${isLocal ? "local" : "global"} ${index} was not saved in this frame`);
    this.#push(typeof value === "bigint" ? value : BigInt(Math.trunc(value)));
    if (isLocal) this.#top = { kind: "local", index, value, isValue: false };
  }

  #deref(size: number): void {
    const address = Number(BigInt.asUintN(32, this.#pop()));
    const bytes = this.#context.memory.read(address, size);
    if (bytes === undefined) throw new Unavailable("memory on the way to it cannot be read");
    this.#push(bytesToInteger(bytes));
  }

  #piece(size: number): void {
    const storage = this.#result();
    this.#top = { kind: "empty" };
    if (!Number.isInteger(size)) throw new Unavailable("it is split into bits");
    if (storage.kind === "memory") {
      const bytes = this.#context.memory.read(storage.address, size);
      if (bytes === undefined) throw new Unavailable("a part of it cannot be read");
      this.#pieces.push(bytes);
    } else if (storage.kind === "constant" || storage.kind === "local") {
      this.#pieces.push(padded(storage.bytes, size));
    } else {
      throw new Unavailable("a part of it is optimized out");
    }
  }

  #arithmetic(op: number, operand: number): void {
    const shuffled = this.#shuffle(op, operand);
    if (shuffled) return;
    const unary = unaryOperations.get(op);
    if (unary) return this.#push(unary(BigInt.asIntN(64, this.#pop())));
    const binary = binaryOperations.get(op);
    if (!binary) throw new Unavailable(`its location uses DWARF operation 0x${op.toString(16)}`);
    const right = BigInt.asIntN(64, this.#pop());
    const left = BigInt.asIntN(64, this.#pop());
    this.#push(binary(left, right));
  }

  #shuffle(op: number, operand: number): boolean {
    const at = (depth: number): bigint => this.#stack.at(-1 - depth) ?? 0n;
    switch (op) {
      case DW_OP.dup:
        this.#push(at(0));
        return true;
      case DW_OP.over:
        this.#push(at(1));
        return true;
      case DW_OP.pick:
        this.#push(at(operand));
        return true;
      case DW_OP.drop:
        this.#pop();
        return true;
      case DW_OP.swap: {
        const [a, b] = [this.#pop(), this.#pop()];
        this.#push(a);
        this.#push(b);
        return true;
      }
      default:
        return false;
    }
  }
}

const unaryOperations: ReadonlyMap<number, (a: bigint) => bigint> = new Map<number, (a: bigint) => bigint>([
  [DW_OP.neg, (a) => -a],
  [DW_OP.not, (a) => ~a],
  [DW_OP.abs, (a) => (a < 0n ? -a : a)],
]);

const truth = (condition: boolean): bigint => (condition ? 1n : 0n);

const binaryOperations: ReadonlyMap<number, (a: bigint, b: bigint) => bigint> = new Map<number, (a: bigint, b: bigint) => bigint>([
  [DW_OP.plus, (a, b) => a + b],
  [DW_OP.minus, (a, b) => a - b],
  [DW_OP.mul, (a, b) => a * b],
  [DW_OP.div, (a, b) => (b === 0n ? 0n : a / b)],
  [DW_OP.mod, (a, b) => (b === 0n ? 0n : mask64(a) % mask64(b))],
  [DW_OP.and, (a, b) => a & b],
  [DW_OP.or, (a, b) => a | b],
  [DW_OP.xor, (a, b) => a ^ b],
  [DW_OP.shl, (a, b) => a << (b & 63n)],
  [DW_OP.shr, (a, b) => mask64(a) >> (b & 63n)],
  [DW_OP.shra, (a, b) => a >> (b & 63n)],
  [DW_OP.eq, (a, b) => truth(a === b)],
  [DW_OP.ne, (a, b) => truth(a !== b)],
  [DW_OP.lt, (a, b) => truth(a < b)],
  [DW_OP.le, (a, b) => truth(a <= b)],
  [DW_OP.gt, (a, b) => truth(a > b)],
  [DW_OP.ge, (a, b) => truth(a >= b)],
]);

function padded(bytes: Uint8Array, size: number): Uint8Array {
  const result = new Uint8Array(size);
  result.set(bytes.subarray(0, size));
  return result;
}
