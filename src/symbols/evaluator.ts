// SPDX-License-Identifier: MIT
/** Walks the syntax tree of an expression and computes its value; the only place that writes to the target on behalf of one. */

import type { AssignmentOperator, Expression } from "./ast.ts";
import { builtinType, charType, doubleType, floatType, intType, unsignedLongType, wideCharType } from "./builtin-types.ts";
import { address32, convertScalar, expectPointer, floatValue, isNonZero, load, strideOf, truthValue } from "./conversions.ts";
import type { Operand } from "./conversions.ts";
import { EvaluationError } from "./evaluation-error.ts";
import type { EvaluationScope } from "./evaluation-scope.ts";
import { castAdjustment, memberOf, partOf } from "./member-lookup.ts";
import { lookUp } from "./name-lookup.ts";
import { binary, stepped, unary } from "./operators.ts";
import type { StrictOperator } from "./operators.ts";
import { bytesToInteger, integerToBytes } from "./scalar.ts";
import { evaluateCall } from "./special-forms.ts";
import { store } from "./store.ts";
import { resolveType } from "./type-resolver.ts";
import { bare, sizeOf, voidType } from "./type-model.ts";
import type { Type } from "./type-model.ts";
import { typeText } from "./type-text.ts";
import type { Value } from "./value.ts";
import { constantValue, detached, integerValue, memoryValue, readMemory } from "./value-access.ts";

type Node<K extends Expression["kind"]> = Extract<Expression, { readonly kind: K }>;

const strictOf: Readonly<Record<Exclude<AssignmentOperator, "=">, StrictOperator>> = {
  "*=": "*",
  "/=": "/",
  "%=": "%",
  "+=": "+",
  "-=": "-",
  "<<=": "<<",
  ">>=": ">>",
  "&=": "&",
  "^=": "^",
  "|=": "|",
};

export class Evaluator {
  readonly #scope: EvaluationScope;
  /** Inside `sizeof`, where C evaluates nothing. */
  #isUnevaluated = false;

  constructor(scope: EvaluationScope) {
    this.#scope = scope;
  }

  /** @throws EvaluationError, with the column of the operator or name at fault */
  evaluate(expression: Expression): Value {
    try {
      return this.#evaluate(expression);
    } catch (error) {
      if (error instanceof EvaluationError && error.column === undefined) throw new EvaluationError(error.message, expression.column);
      throw error;
    }
  }

  #evaluate(node: Expression): Value {
    switch (node.kind) {
      case "integer":
        return integerValue(builtinType(node.type) ?? intType, node.value);
      case "character":
        return integerValue(builtinType(node.type) ?? intType, node.value);
      case "float":
        return floatValue(node.type === "float" ? floatType : doubleType, node.value);
      case "string":
        return stringValue(node.value, node.isWide);
      case "name":
        return this.#referred(lookUp(node.name, node.qualifier, this.#scope, node.column));
      case "pseudo":
        return this.#pseudo(node);
      case "member":
        return this.#member(node);
      case "index":
        return this.#index(node);
      case "call":
        return evaluateCall(node.callee, node.arguments, this.#scope, (inner) => this.evaluate(inner));
      case "unary":
        return this.#unary(node);
      case "step":
        return this.#step(node);
      case "cast":
        return this.#cast(node);
      case "sizeofType":
        return integerValue(unsignedLongType, BigInt(sizeOfType(resolveType(node.type, this.#scope.debugInfo))));
      case "sizeof":
        return this.#sizeof(node);
      case "binary":
        return this.#binary(node);
      case "conditional":
        return this.evaluate(this.#truth(node.condition) ? node.whenTrue : node.otherwise);
      case "assign":
        return this.#assign(node);
      case "comma":
        this.evaluate(node.first);
        return this.evaluate(node.second);
    }
  }

  #load(expression: Expression): Operand {
    return this.#loadValue(this.evaluate(expression), expression);
  }

  /** Loads what `expression` evaluated to. */
  #loadValue(value: Value, expression: Expression): Operand {
    try {
      return load(this.#isUnevaluated ? unread(value) : value, this.#scope.memory);
    } catch (error) {
      if (error instanceof EvaluationError && error.column === undefined) throw new EvaluationError(error.message, expression.column);
      throw error;
    }
  }

  #truth(expression: Expression): boolean {
    return isNonZero(this.#load(expression));
  }

  #pseudo(node: Node<"pseudo">): Value {
    const known = this.#scope.pseudoVariables;
    const value = known?.get(node.name);
    if (value === undefined) {
      const names = [...(known?.keys() ?? [])].map((name) => `$${name}`).join(", ");
      throw new EvaluationError(`"$${node.name}" is not known${names === "" ? "" : `; there are ${names}`}`);
    }
    if (typeof value === "object") return value;
    if (typeof value === "number" && !Number.isInteger(value)) return floatValue(doubleType, value);
    const whole = BigInt(value);
    const isSmall = whole >= -(1n << 31n) && whole < 1n << 31n;
    return integerValue(isSmall ? intType : (builtinType("long long") ?? intType), whole);
  }

  /** What a member that is a C++ reference refers to; any other value as it is. (Variables that are references have been followed already.) */
  #referred(value: Value): Value {
    const plain = bare(value.type);
    if (plain.kind !== "reference" || value.storage.kind !== "memory") return value;
    const address = this.#isUnevaluated ? 0 : Number(bytesToInteger(readMemory(this.#scope.memory, value.storage.address, plain.size)));
    return { ...memoryValue(plain.target, address), format: value.format };
  }

  #member(node: Node<"member">): Value {
    return this.#referred(this.#memberValue(node));
  }

  #memberValue(node: Node<"member">): Value {
    const object = this.evaluate(node.object);
    const kind = bare(object.type).kind;
    if (node.isArrow) {
      const pointer = expectPointer(this.#loadValue(object, node.object), "Operand of ->");
      return memberOf(this.#pointed(pointer), node.name);
    }
    if (kind === "pointer") {
      throw new EvaluationError(`Left of ".${node.name}" is a pointer ("${typeText(object.type)}"); use "->${node.name}"`);
    }
    return memberOf(object, node.name);
  }

  #pointed(pointer: Operand & { readonly kind: "pointer" }): Value {
    const target = bare(pointer.target);
    if (target.kind === "void") throw new EvaluationError(`"${typeText(pointer.type)}" points at no type; cast it first`);
    return memoryValue(pointer.target, address32(pointer.value));
  }

  #index(node: Node<"index">): Value {
    const object = this.evaluate(node.object);
    const plain = bare(object.type);
    if (plain.kind === "array" && object.storage.kind !== "memory") return this.#constantElement(object, plain.element, node);
    const left = this.#loadValue(object, node.object);
    const right = this.#load(node.index);
    const [pointer, index] = left.kind === "pointer" ? [left, right] : [right, left];
    if (pointer.kind !== "pointer" || index.kind !== "integer") {
      throw new EvaluationError(`"${typeText(left.type)}" cannot be indexed by "${typeText(right.type)}"`);
    }
    const element = this.#pointed(pointer);
    return memoryValue(element.type, address32(pointer.value + index.value * strideOf(pointer)));
  }

  /** An element of an array that has no address, such as a string literal. */
  #constantElement(array: Value, element: Type, node: Node<"index">): Value {
    const index = this.#load(node.index);
    if (index.kind !== "integer") throw new EvaluationError("Index must be a whole number");
    const offset = Number(index.value) * sizeOf(element);
    if (offset < 0 || offset >= sizeOf(array.type)) throw new EvaluationError(`Index ${index.value} is outside the array`);
    return partOf(array, element, offset);
  }

  #unary(node: Node<"unary">): Value {
    switch (node.operator) {
      case "*": {
        const operand = this.evaluate(node.operand);
        const pointer = expectPointer(this.#loadValue(operand, node.operand), "Operand of *");
        if (bare(pointer.target).kind === "function") return operand;
        return this.#pointed(pointer);
      }
      case "&":
        return this.#address(this.evaluate(node.operand));
      default:
        return unary(node.operator, this.#load(node.operand));
    }
  }

  #address(value: Value): Value {
    const { storage } = value;
    if (value.bitField) throw new EvaluationError("Bit field has no address");
    if (storage.kind === "memory") return integerValue({ kind: "pointer", target: value.type, size: 4 }, BigInt(storage.address));
    if (storage.kind === "function") return convertScalar(load(value, this.#scope.memory), { kind: "pointer", target: value.type, size: 4 });
    if (storage.kind === "local") throw new EvaluationError("Variable is held in a register and has no address");
    if (storage.kind === "unavailable") throw new EvaluationError(`Value is not available: ${storage.reason}`);
    throw new EvaluationError("Expression is not an lvalue and has no address");
  }

  #cast(node: Node<"cast">): Value {
    const type = resolveType(node.type, this.#scope.debugInfo);
    const plain = bare(type);
    const operand = this.evaluate(node.operand);
    if (plain.kind === "void") return constantValue(voidType, new Uint8Array(0));
    if (plain.kind === "reference") {
      if (operand.storage.kind !== "memory") throw new EvaluationError("Only an lvalue can be cast to a reference");
      return memoryValue(plain.target, (operand.storage.address + castAdjustment(operand.type, plain.target)) >>> 0);
    }
    if (plain.kind === "struct" && bare(operand.type) === plain) return { ...operand, type };
    const loaded = this.#loadValue(operand, node.operand);
    if (plain.kind !== "pointer" || loaded.kind !== "pointer" || loaded.value === 0n) return convertScalar(loaded, type);
    return convertScalar({ ...loaded, value: loaded.value + BigInt(castAdjustment(loaded.target, plain.target)) }, type);
  }

  #sizeof(node: Node<"sizeof">): Value {
    const before = this.#isUnevaluated;
    this.#isUnevaluated = true;
    try {
      const value = this.evaluate(node.operand);
      if (value.bitField) throw new EvaluationError("sizeof cannot be applied to a bit field");
      return integerValue(unsignedLongType, BigInt(sizeOfType(value.type)));
    } finally {
      this.#isUnevaluated = before;
    }
  }

  #binary(node: Node<"binary">): Value {
    const { operator } = node;
    if (operator === "&&") return truthValue(this.#truth(node.left) && this.#truth(node.right));
    if (operator === "||") return truthValue(this.#truth(node.left) || this.#truth(node.right));
    return binary(operator, this.#load(node.left), this.#load(node.right));
  }

  #assign(node: Node<"assign">): Value {
    this.#requireSideEffects("Assignment");
    const target = this.evaluate(node.target);
    const value =
      node.operator === "=" ? this.evaluate(node.value) : binary(strictOf[node.operator], this.#loadValue(target, node.target), this.#load(node.value));
    if (!this.#isUnevaluated) store(target, value, this.#scope.memory);
    return target;
  }

  #step(node: Node<"step">): Value {
    this.#requireSideEffects(`Operator "${node.operator}"`);
    const target = this.evaluate(node.operand);
    if (this.#isUnevaluated) return target;
    const before = detached(target, this.#scope.memory);
    store(target, stepped(target, node.operator === "++" ? 1n : -1n, this.#scope.memory), this.#scope.memory);
    return node.isPrefix ? target : before;
  }

  #requireSideEffects(what: string): void {
    if (this.#isUnevaluated || this.#scope.allowSideEffects) return;
    throw new EvaluationError(`${what} is not allowed here: hovers, watches and conditions only look; use the debug console to change the target`);
  }
}

function sizeOfType(type: Type): number {
  const plain = bare(type);
  if (plain.kind === "reference") return sizeOfType(plain.target);
  if (plain.kind === "struct" && plain.isIncomplete) throw new EvaluationError(`Size of "${typeText(type)}" is not known: it is only declared`);
  return plain.kind === "void" || plain.kind === "function" ? 1 : sizeOf(type);
}

/** A stand-in of the same type whose bytes need no target. */
function unread(value: Value): Value {
  const plain = bare(value.type);
  if (plain.kind === "array") return memoryValue(value.type, 0);
  if (plain.kind === "function") return { type: value.type, storage: { kind: "function", name: "", tableIndex: 0 } };
  return {
    type: value.type,
    bitField: value.bitField,
    storage: { kind: "constant", bytes: new Uint8Array(Math.max(sizeOf(value.type), value.bitField?.bytes ?? 0)) },
  };
}

/** A string literal: an array with its terminating zero, in no memory of the target. */
function stringValue(text: string, isWide: boolean): Value {
  const element = isWide ? wideCharType : charType;
  const bytes = isWide ? Uint8Array.from(wideBytes(`${text}\0`)) : new TextEncoder().encode(`${text}\0`);
  return constantValue({ kind: "array", element, count: bytes.length / element.size }, bytes);
}

function wideBytes(text: string): number[] {
  return Array.from({ length: text.length }, (_, i) => [...integerToBytes(BigInt(text.charCodeAt(i)), 2)]).flat();
}
