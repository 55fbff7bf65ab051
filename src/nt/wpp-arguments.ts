// SPDX-License-Identifier: MIT
/**
 * Arguments of a trace message. WPP converts each to the type its format asks for; here the compiler says how wide each is, so that a format of
 * another width than its argument takes that argument and no other.
 */
import type { GuestMemory } from "../machine/index.ts";
import { type PrintfArguments, VariableArguments } from "./printf.ts";

/** Two bits of `Kinds` for each argument; see ddk/wpp.h. */
const argumentKind = { none: 0, word: 1, quad: 2, double: 3 } as const;

export class WppArguments implements PrintfArguments {
  readonly #values: VariableArguments;
  #kinds: bigint;

  /** `address` is the argument area of the call, `kinds` what ddk/wpp.h makes of the types. */
  constructor(memory: GuestMemory, address: number, kinds: bigint) {
    this.#values = new VariableArguments(memory, address);
    this.#kinds = BigInt.asUintN(64, kinds);
  }

  /** A missing argument reads as 0, as in a trace whose message promises more than the call gives. */
  u32(): number {
    const value = this.#next();
    return typeof value === "bigint" ? Number(BigInt.asUintN(32, value)) : Math.trunc(value) >>> 0;
  }

  u64(): bigint {
    const value = this.#next();
    return typeof value === "bigint" ? value : BigInt.asUintN(64, BigInt(Math.trunc(value)));
  }

  f64(): number {
    return Number(this.#next());
  }

  /** Bigint for integers and pointers, number for floating point. */
  #next(): bigint | number {
    const kind = Number(this.#kinds & 3n);
    this.#kinds >>= 2n;
    if (kind === argumentKind.quad) return this.#values.u64();
    if (kind === argumentKind.double) return this.#values.f64();
    return kind === argumentKind.word ? BigInt(this.#values.u32()) : 0n;
  }
}
