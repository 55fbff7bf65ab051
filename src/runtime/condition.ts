// SPDX-License-Identifier: MIT
/** Conditions of breakpoints, made into closures over driver memory. */
import { AssertionFailure } from "../base/index.ts";
import { type ConditionCode, type ConditionComparison, type ConditionOperator, type NumberShape, callRecord, nullGuardEnd } from "../protocol/index.ts";
import type { Run } from "./run.ts";

/** What conditions look at besides memory. */
export interface ConditionMachine {
  readonly irql: number;
  readonly cpu: number;
  /** Virtual ns. */
  readonly time: number;
  /** Statement number. */
  readonly statement: number;
}

export const conditionMachineOf = ({ machine: { cpu, clock }, guest }: Run): ConditionMachine => ({
  irql: cpu.irql,
  cpu: cpu.number,
  time: clock.now,
  statement: guest.executed(),
});

/** A condition: given the address of the innermost call record, whether it holds. One that has no value holds: the session then says why. */
export type Condition = (record: number) => boolean;

type Compute = (record: number) => number | bigint;

/** Thrown inside only: unreadable memory, a device register, division by 0. */
class NoValue extends Error {}
const noValue = new NoValue();

export class ConditionBuilder {
  readonly #view: DataView;
  readonly #ramEnd: number;
  readonly #machine: () => ConditionMachine;

  constructor(buffer: ArrayBufferLike, ramEnd: number, machine: () => ConditionMachine) {
    this.#view = new DataView(buffer);
    this.#ramEnd = ramEnd;
    this.#machine = machine;
  }

  build(code: ConditionCode): Condition {
    const compute = this.#build(code);
    return (record) => {
      try {
        return !isZero(compute(record));
      } catch (error) {
        if (error instanceof NoValue) return true;
        throw error;
      }
    };
  }

  #build(code: ConditionCode): Compute {
    switch (code.op) {
      case "constant": {
        const { value } = code;
        return () => value;
      }
      case "frame": {
        const { offset } = code;
        const view = this.#view;
        return (record) => (view.getUint32(record + callRecord.frameBase, true) + offset) >>> 0;
      }
      case "load":
        return this.#load(this.#build(code.address), code.shape);
      case "pseudo":
        return this.#pseudo(code.name);
      case "wrap":
        return wrapping(this.#build(code.code), code.shape);
      case "binary":
        return arithmetic(code.operator, this.#build(code.left), this.#build(code.right), code.shape);
      case "compare":
        return comparing(code.operator, this.#build(code.left), this.#build(code.right));
      default:
        return this.#logic(code);
    }
  }

  #logic(code: Extract<ConditionCode, { op: "not" | "and" | "or" | "select" }>): Compute {
    if (code.op === "not") {
      const inner = this.#build(code.code);
      return (record) => (isZero(inner(record)) ? 1 : 0);
    }
    if (code.op === "select") {
      const [condition, whenTrue, otherwise] = [this.#build(code.condition), this.#build(code.whenTrue), this.#build(code.otherwise)];
      return (record) => (isZero(condition(record)) ? otherwise(record) : whenTrue(record));
    }
    const [left, right] = [this.#build(code.left), this.#build(code.right)];
    if (code.op === "and") return (record) => (isZero(left(record)) || isZero(right(record)) ? 0 : 1);
    return (record) => (isZero(left(record)) && isZero(right(record)) ? 0 : 1);
  }

  #pseudo(name: "irql" | "cpu" | "time" | "statement"): Compute {
    const machine = this.#machine;
    if (name === "irql" || name === "cpu") return () => machine()[name];
    return () => BigInt(Math.trunc(machine()[name]));
  }

  #load(address: Compute, { bits, isSigned }: NumberShape): Compute {
    const view = this.#view;
    const last = this.#ramEnd - bits / 8;
    const at = (record: number): number => {
      const place = Number(address(record));
      if (place < nullGuardEnd || place > last) throw noValue;
      return place;
    };
    switch (bits) {
      case 8:
        return isSigned ? (record) => view.getInt8(at(record)) : (record) => view.getUint8(at(record));
      case 16:
        return isSigned ? (record) => view.getInt16(at(record), true) : (record) => view.getUint16(at(record), true);
      case 32:
        return isSigned ? (record) => view.getInt32(at(record), true) : (record) => view.getUint32(at(record), true);
      case 64:
        return isSigned ? (record) => view.getBigInt64(at(record), true) : (record) => view.getBigUint64(at(record), true);
      default:
        throw new AssertionFailure(`there are no numbers of ${bits} bits in memory`);
    }
  }
}

const isZero = (value: number | bigint): boolean => value === 0 || value === 0n;

function wrapping(inner: Compute, { bits, isSigned }: NumberShape): Compute {
  if (bits > 32) return isSigned ? (record) => BigInt.asIntN(bits, BigInt(inner(record))) : (record) => BigInt.asUintN(bits, BigInt(inner(record)));
  const low = (record: number): number => {
    const value = inner(record);
    return typeof value === "bigint" ? Number(BigInt.asIntN(32, value)) : value | 0;
  };
  if (bits === 32) return isSigned ? low : (record) => low(record) >>> 0;
  const shift = 32 - bits;
  return isSigned ? (record) => (low(record) << shift) >> shift : (record) => (low(record) << shift) >>> shift;
}

function comparing(operator: ConditionComparison, left: Compute, right: Compute): Compute {
  switch (operator) {
    case "<":
      return (record) => (left(record) < right(record) ? 1 : 0);
    case ">":
      return (record) => (left(record) > right(record) ? 1 : 0);
    case "<=":
      return (record) => (left(record) <= right(record) ? 1 : 0);
    case ">=":
      return (record) => (left(record) >= right(record) ? 1 : 0);
    case "==":
      return (record) => (left(record) === right(record) ? 1 : 0);
    case "!=":
      return (record) => (left(record) === right(record) ? 0 : 1);
  }
}

function arithmetic(operator: ConditionOperator, left: Compute, right: Compute, shape: NumberShape): Compute {
  if (shape.bits > 32) return wideArithmetic(operator, left as (record: number) => bigint, right, shape);
  return wrapping(narrow(operator, left as (record: number) => number, right as (record: number) => number, shape.isSigned), shape);
}

/** Exact, or at least right in its low 32 bits. */
function narrow(operator: ConditionOperator, left: (record: number) => number, right: (record: number) => number, isSigned: boolean): Compute {
  switch (operator) {
    case "+":
      return (record) => left(record) + right(record);
    case "-":
      return (record) => left(record) - right(record);
    case "*":
      return (record) => Math.imul(left(record), right(record));
    case "/":
      return (record) => Math.trunc(left(record) / divisor(right(record)));
    case "%":
      return (record) => left(record) % divisor(right(record));
    case "&":
      return (record) => left(record) & right(record);
    case "|":
      return (record) => left(record) | right(record);
    case "^":
      return (record) => left(record) ^ right(record);
    case "<<":
      return (record) => left(record) << right(record);
    case ">>":
      return isSigned ? (record) => left(record) >> right(record) : (record) => left(record) >>> right(record);
  }
}

function wideArithmetic(operator: ConditionOperator, left: (record: number) => bigint, right: Compute, { bits, isSigned }: NumberShape): Compute {
  const wrap = (value: bigint): bigint => (isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value));
  const other = right as (record: number) => bigint;
  switch (operator) {
    case "+":
      return (record) => wrap(left(record) + other(record));
    case "-":
      return (record) => wrap(left(record) - other(record));
    case "*":
      return (record) => wrap(left(record) * other(record));
    case "/":
      return (record) => wrap(left(record) / wideDivisor(other(record)));
    case "%":
      return (record) => wrap(left(record) % wideDivisor(other(record)));
    case "&":
      return (record) => wrap(left(record) & other(record));
    case "|":
      return (record) => wrap(left(record) | other(record));
    case "^":
      return (record) => wrap(left(record) ^ other(record));
    case "<<":
      return (record) => wrap(left(record) << (BigInt(right(record)) & BigInt(bits - 1)));
    case ">>":
      return (record) => wrap(left(record) >> (BigInt(right(record)) & BigInt(bits - 1)));
  }
}

function divisor(value: number): number {
  if (value === 0) throw noValue;
  return value;
}

function wideDivisor(value: bigint): bigint {
  if (value === 0n) throw noValue;
  return value;
}
