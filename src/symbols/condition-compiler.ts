// SPDX-License-Identifier: MIT
/**
 * Compiles an expression to code that a machine without debug information can evaluate at one statement. What it cannot compile (floating
 * numbers, variables in registers, C++ references) it leaves alone: the evaluator then does it, slower.
 */

import type { ConditionCode, ConditionComparison, NumberShape } from "../protocol/index.ts";
import type { BinaryOperator, Expression } from "./ast.ts";
import { intType, longLongType, longType } from "./builtin-types.ts";
import { commonType, promoted, strideOf } from "./conversions.ts";
import type { Operand } from "./conversions.ts";
import type { DebugInfo } from "./debug-info.ts";
import { EvaluationError } from "./evaluation-error.ts";
import type { EvaluationScope } from "./evaluation-scope.ts";
import { Evaluator } from "./evaluator.ts";
import { castAdjustment, memberOf } from "./member-lookup.ts";
import { lookUp } from "./name-lookup.ts";
import { integerShape, isFloat } from "./scalar.ts";
import { resolveType } from "./type-resolver.ts";
import { bare, pointerTo, sizeOf } from "./type-model.ts";
import type { BitField, Type } from "./type-model.ts";
import { memoryValue, readInteger } from "./value-access.ts";

/** Thrown inside only: this has to be evaluated. */
class NotCompiled extends Error {}

/** A place in memory. */
interface Place {
  readonly address: ConditionCode;
  readonly type: Type;
  readonly bitField?: BitField | undefined;
}

/** A number or pointer; `operand` has its type, and no value. */
interface Computed {
  readonly code: ConditionCode;
  readonly operand: Operand;
}

const comparisons: ReadonlySet<string> = new Set(["<", ">", "<=", ">=", "==", "!="]);
const pointerShape: NumberShape = { bits: 32, isSigned: false };
const intShape: NumberShape = { bits: 32, isSigned: true };
/** Two frames: what moves with the frame base is relative to it. */
const frameBases = [0x0100_0000, 0x0200_0000] as const;

/** Whether `expression` is true at code offset `offset`, in the innermost source-level frame; undefined when it must be evaluated. */
export function compileCondition(expression: Expression, debugInfo: DebugInfo, offset: number): ConditionCode | undefined {
  try {
    return new ConditionCompiler(debugInfo, offset).compute(expression).code;
  } catch (error) {
    if (error instanceof NotCompiled || error instanceof EvaluationError) return undefined;
    throw error;
  }
}

class ConditionCompiler {
  /** The same place with two frame bases, and nothing to read. */
  readonly #scopes: readonly [EvaluationScope, EvaluationScope];

  constructor(debugInfo: DebugInfo, offset: number) {
    const scope = (frameBase: number): EvaluationScope => ({
      debugInfo,
      memory: { read: () => undefined, write: () => false },
      frame: { offset, frameBase, local: () => undefined },
      inlineDepth: 0,
    });
    this.#scopes = [scope(frameBases[0]), scope(frameBases[1])];
  }

  compute(node: Expression): Computed {
    switch (node.kind) {
      case "name":
        return this.#name(node);
      case "member":
      case "index":
        return this.#loaded(this.#place(node));
      case "pseudo":
        return pseudo(node.name);
      case "unary":
        return this.#unary(node);
      case "binary":
        return this.#binary(node.operator, node.left, node.right);
      case "cast":
        return this.#cast(node);
      case "conditional":
        return this.#conditional(node);
      case "call":
        return this.#call(node);
      default:
        return this.#constant(node);
    }
  }

  /** What needs nothing of the target: numbers, sizes, offsets. */
  #constant(node: Expression): Computed {
    const [scope] = this.#scopes;
    const value = new Evaluator(scope).evaluate(node);
    if (value.storage.kind !== "constant" && value.storage.kind !== "function") throw new NotCompiled();
    const operand = operandOf(value.storage.kind === "function" ? pointerTo(value.type) : value.type, undefined);
    return { code: constantCode(readInteger(value, scope.memory), shapeOf(operand)), operand };
  }

  /** An enumerator or constant, or a variable. */
  #name(node: Extract<Expression, { kind: "name" }>): Computed {
    const { kind } = lookUp(node.name, node.qualifier, this.#scopes[0], node.column).storage;
    return kind === "constant" || kind === "function" ? this.#constant(node) : this.#loaded(this.#place(node));
  }

  #place(node: Expression): Place {
    switch (node.kind) {
      case "name":
        return this.#variable(node);
      case "member":
        return this.#member(node);
      case "index": {
        const pointer = this.#binary("+", node.object, node.index);
        return pointed(pointer);
      }
      case "unary":
        if (node.operator === "*") return pointed(this.compute(node.operand));
        throw new NotCompiled();
      default:
        throw new NotCompiled();
    }
  }

  #variable(node: Extract<Expression, { kind: "name" }>): Place {
    const [first, second] = this.#scopes.map((scope) => lookUp(node.name, node.qualifier, scope, node.column));
    if (first?.storage.kind !== "memory" || second?.storage.kind !== "memory") throw new NotCompiled();
    const [a, b] = [first.storage.address, second.storage.address];
    if (a === b) return { type: first.type, address: constantCode(BigInt(a), pointerShape) };
    if (b - a !== frameBases[1] - frameBases[0]) throw new NotCompiled();
    return { type: first.type, address: { op: "frame", offset: a - frameBases[0] } };
  }

  #member(node: Extract<Expression, { kind: "member" }>): Place {
    const object = node.isArrow ? pointed(this.compute(node.object)) : this.#place(node.object);
    if (!node.isArrow && bare(object.type).kind === "pointer") throw new NotCompiled();
    const member = memberOf(memoryValue(object.type, 0), node.name);
    if (member.storage.kind !== "memory" || bare(member.type).kind === "reference") throw new NotCompiled();
    return { type: member.type, bitField: member.bitField, address: plus(object.address, member.storage.address) };
  }

  #loaded({ address, type, bitField }: Place): Computed {
    const plain = bare(type);
    if (plain.kind === "array") return { code: address, operand: operandOf(pointerTo(plain.element), undefined) };
    if (plain.kind === "function") throw new NotCompiled();
    const operand = operandOf(type, bitField?.bits);
    const { isSigned } = shapeOf(operand);
    if (bitField === undefined) return { code: { op: "load", address, shape: loadShape(sizeOf(type), isSigned) }, operand };
    const unit = loadShape(bitField.bytes, false);
    const wide: NumberShape = { bits: unit.bits > 32 ? 64 : 32, isSigned: false };
    const shifted: ConditionCode = {
      op: "binary",
      operator: ">>",
      left: { op: "load", address, shape: unit },
      right: { op: "constant", value: bitField.shift },
      shape: wide,
    };
    const field: ConditionCode = { op: "wrap", code: shifted, shape: { bits: bitField.bits, isSigned } };
    return { code: sizeOf(type) > 4 === bitField.bits > 32 ? field : { op: "wrap", code: field, shape: shapeOf(operand) }, operand };
  }

  #unary(node: Extract<Expression, { kind: "unary" }>): Computed {
    const { operator } = node;
    if (operator === "*") return this.#loaded(this.#place(node));
    if (operator === "&") {
      const place = this.#place(node.operand);
      if (place.bitField !== undefined) throw new NotCompiled();
      return { code: place.address, operand: operandOf(pointerTo(place.type), undefined) };
    }
    const inner = this.compute(node.operand);
    if (operator === "!") return truth({ op: "not", code: inner.code });
    const { operand } = inner;
    if (operand.kind !== "integer") throw new NotCompiled();
    const type = promoted(operand);
    const shape = shapeOf(operandOf(type, undefined));
    const code: ConditionCode = { op: "wrap", code: inner.code, shape };
    const result = operandOf(type, undefined);
    if (operator === "+") return { code, operand: result };
    const [left, right] = operator === "-" ? [constantCode(0n, shape), code] : [constantCode(-1n, shape), code];
    return { code: { op: "binary", operator: operator === "-" ? "-" : "^", left, right, shape }, operand: result };
  }

  #binary(operator: BinaryOperator, leftNode: Expression, rightNode: Expression): Computed {
    const left = this.compute(leftNode);
    const right = this.compute(rightNode);
    if (operator === "&&" || operator === "||") return truth({ op: operator === "&&" ? "and" : "or", left: left.code, right: right.code });
    if (left.operand.kind === "pointer" || right.operand.kind === "pointer") return pointerBinary(operator, left, right);
    if (left.operand.kind !== "integer" || right.operand.kind !== "integer") throw new NotCompiled();
    if (operator === "<<" || operator === ">>") return shift(operator, left, left.operand, right);
    const type = commonType(left.operand, right.operand);
    const shape = shapeOf(operandOf(type, undefined));
    const [a, b] = [wrapped(left, shape), wrapped(right, shape)];
    if (isComparison(operator)) return truth({ op: "compare", operator, left: a, right: b });
    return { code: { op: "binary", operator, left: a, right: b, shape }, operand: operandOf(type, undefined) };
  }

  #cast(node: Extract<Expression, { kind: "cast" }>): Computed {
    const type = resolveType(node.type, this.#scopes[0].debugInfo);
    const inner = this.compute(node.operand);
    const operand = operandOf(type, undefined);
    if (operand.kind === "pointer" && inner.operand.kind === "pointer" && castAdjustment(inner.operand.target, operand.target) !== 0) throw new NotCompiled();
    const plain = bare(type);
    if (plain.kind === "base" && plain.encoding === "boolean") return { code: truth({ op: "not", code: { op: "not", code: inner.code } }).code, operand };
    return { code: { op: "wrap", code: inner.code, shape: shapeOf(operand) }, operand };
  }

  #conditional(node: Extract<Expression, { kind: "conditional" }>): Computed {
    const [condition, whenTrue, otherwise] = [this.compute(node.condition), this.compute(node.whenTrue), this.compute(node.otherwise)];
    // The value keeps the type of the branch that is taken; with one type there is no difference.
    const [a, b] = [shapeOf(whenTrue.operand), shapeOf(otherwise.operand)];
    if (a.bits !== b.bits || a.isSigned !== b.isSigned) throw new NotCompiled();
    return { code: { op: "select", condition: condition.code, whenTrue: whenTrue.code, otherwise: otherwise.code }, operand: whenTrue.operand };
  }

  #call(node: Extract<Expression, { kind: "call" }>): Computed {
    const [argument] = node.arguments;
    const isSuccess = node.callee.kind === "name" && node.callee.name === "NT_SUCCESS" && node.arguments.length === 1;
    if (!isSuccess || argument?.kind !== "expression") return this.#constant(node);
    return truth({ op: "compare", operator: ">=", left: wrapped(this.compute(argument.expression), intShape), right: { op: "constant", value: 0 } });
  }
}

const isComparison = (operator: string): operator is ConditionComparison => comparisons.has(operator);

function pointed({ code, operand }: Computed): Place {
  if (operand.kind !== "pointer") throw new NotCompiled();
  const kind = bare(operand.target).kind;
  if (kind === "void" || kind === "function") throw new NotCompiled();
  return { type: operand.target, address: code };
}

function pointerBinary(operator: Exclude<BinaryOperator, "&&" | "||">, left: Computed, right: Computed): Computed {
  if (isComparison(operator)) return truth({ op: "compare", operator, left: wrapped(left, pointerShape), right: wrapped(right, pointerShape) });
  const [pointer, index] = left.operand.kind === "pointer" ? [left, right] : [right, left];
  if (pointer.operand.kind !== "pointer") throw new NotCompiled();
  const stride = Number(strideOf(pointer.operand));
  if (index.operand.kind === "integer" && (operator === "+" || (operator === "-" && pointer === left))) {
    const scaled: ConditionCode = {
      op: "binary",
      operator: "*",
      left: wrapped(index, pointerShape),
      right: { op: "constant", value: stride },
      shape: pointerShape,
    };
    return { code: { op: "binary", operator, left: wrapped(pointer, pointerShape), right: scaled, shape: pointerShape }, operand: pointer.operand };
  }
  if (operator !== "-" || index.operand.kind !== "pointer" || stride === 0 || stride !== Number(strideOf(index.operand))) throw new NotCompiled();
  const distance: ConditionCode = { op: "binary", operator: "-", left: wrapped(left, intShape), right: wrapped(right, intShape), shape: intShape };
  const code: ConditionCode = { op: "binary", operator: "/", left: distance, right: { op: "constant", value: stride }, shape: intShape };
  return { code, operand: operandOf(longType, undefined) };
}

function shift(operator: "<<" | ">>", left: Computed, operand: Operand & { readonly kind: "integer" }, right: Computed): Computed {
  const type = promoted(operand);
  const shape = shapeOf(operandOf(type, undefined));
  const code: ConditionCode = { op: "binary", operator, left: wrapped(left, shape), right: wrapped(right, intShape), shape };
  return { code, operand: operandOf(type, undefined) };
}

/** An operand of `type` without a value. */
function operandOf(type: Type, bits: number | undefined): Operand {
  const plain = bare(type);
  if (plain.kind === "pointer") return { kind: "pointer", type, target: plain.target, value: 0n };
  if ((plain.kind !== "base" && plain.kind !== "enum") || isFloat(plain) || sizeOf(plain) > 8) throw new NotCompiled();
  return { kind: "integer", type, value: 0n, bits };
}

function shapeOf({ type }: Operand): NumberShape {
  const shape = integerShape(type);
  if (shape === undefined) throw new NotCompiled();
  return shape;
}

/** Shape of so many bytes in memory. */
function loadShape(size: number, isSigned: boolean): NumberShape {
  if (size !== 1 && size !== 2 && size !== 4 && size !== 8) throw new NotCompiled();
  return { bits: 8 * size, isSigned };
}

const wrapped = ({ code, operand }: Computed, shape: NumberShape): ConditionCode => {
  const own = shapeOf(operand);
  return own.bits === shape.bits && own.isSigned === shape.isSigned ? code : { op: "wrap", code, shape };
};

const truth = (code: ConditionCode): Computed => ({ code, operand: operandOf(intType, undefined) });

function constantCode(value: bigint, { bits, isSigned }: NumberShape): ConditionCode {
  const exact = isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
  return { op: "constant", value: bits <= 32 ? Number(exact) : exact };
}

function plus(address: ConditionCode, offset: number): ConditionCode {
  if (offset === 0) return address;
  if (address.op === "frame") return { op: "frame", offset: address.offset + offset };
  return { op: "binary", operator: "+", left: address, right: { op: "constant", value: offset }, shape: pointerShape };
}

function pseudo(name: string): Computed {
  if (name === "irql" || name === "cpu") return { code: { op: "pseudo", name }, operand: operandOf(intType, undefined) };
  if (name === "time" || name === "statement") return { code: { op: "pseudo", name }, operand: operandOf(longLongType, undefined) };
  throw new NotCompiled();
}
