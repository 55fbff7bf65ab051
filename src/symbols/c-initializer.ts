// SPDX-License-Identifier: MIT
/** A value as C text that initialises a variable of its type with it: whole, whatever its size. */

import { hex } from "../base/index.ts";
import { ntStatusName } from "../protocol/index.ts";
import { characterUnit } from "./describe.ts";
import { quoted } from "./character-text.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { memberPart } from "./flexible-array.ts";
import { floatText } from "./integer-text.ts";
import { partOf } from "./member-lookup.ts";
import { isFloat } from "./scalar.ts";
import type { TargetContext } from "./target.ts";
import type { ArrayType, BaseType, EnumType, Member, StructType } from "./type-model.ts";
import { bare, sizeOf, typedefNames } from "./type-model.ts";
import { typeText } from "./type-text.ts";
import type { Value } from "./value.ts";
import { readBytes, readFloat, readInteger } from "./value-access.ts";

const indentation = "    ";
/** Elements of an array on one line. */
const perLine = 16;

/** @throws EvaluationError when the value cannot be read, or C has no initialiser for it */
export function cInitializer(value: Value, context: TargetContext): string {
  return new Writer(context).text(value, "");
}

class Writer {
  readonly #context: TargetContext;

  constructor(context: TargetContext) {
    this.#context = context;
  }

  text(value: Value, indent: string): string {
    const plain = bare(value.type);
    switch (plain.kind) {
      case "base":
        return this.#base(value, plain);
      case "enum":
        return this.#enum(value, plain);
      case "pointer":
        return this.#pointer(value);
      case "struct":
        return this.#struct(value, plain, indent);
      case "array":
        return this.#array(value, plain, indent);
      case "reference":
        return this.text({ type: plain.target, storage: { kind: "memory", address: Number(readInteger(value, this.#context.memory)) } }, indent);
      case "function":
        if (value.storage.kind === "function") return value.storage.name;
        throw new EvaluationError("A function has no initialiser");
      case "void":
      case "memberPointer":
        throw new EvaluationError(`A value of type "${typeText(value.type)}" has no initialiser`);
    }
  }

  #base(value: Value, type: BaseType): string {
    const { memory } = this.#context;
    if (isFloat(type)) return floatText(readFloat(value, memory), type.size);
    const number = readInteger(value, memory);
    const names = typedefNames(value.type);
    if (names.includes("NTSTATUS")) return ntStatusName(Number(BigInt.asIntN(32, number))) ?? `(NTSTATUS)${hex(BigInt.asUintN(32, number), 8)}`;
    if (names.includes("BOOLEAN") && (number === 0n || number === 1n)) return number === 1n ? "TRUE" : "FALSE";
    return numberText(number, value.bitField?.bits ?? type.size * 8, type.encoding !== "signed" && type.encoding !== "signedChar");
  }

  #enum(value: Value, type: EnumType): string {
    const number = readInteger(value, this.#context.memory);
    const exact = type.enumerators.find((enumerator) => enumerator.value === number);
    return exact?.name ?? `(${typeText(value.type)})${number}`;
  }

  #pointer(value: Value): string {
    const address = Number(readInteger(value, this.#context.memory));
    if (address === 0) return "NULL";
    const plain = bare(value.type);
    const isFunction = plain.kind === "pointer" && bare(plain.target).kind === "function";
    const name = isFunction ? this.#context.functionPointers?.functionAt(address) : undefined;
    return name ?? `(${typeText(value.type)})${hex(address, 8)}`;
  }

  #struct(value: Value, type: StructType, indent: string): string {
    if (type.isIncomplete) throw new EvaluationError(`Members of "${typeText(value.type)}" are not known`);
    const inner = indent + indentation;
    const members = type.keyword === "union" ? largestMember(type) : type.members;
    const parts = members.flatMap((member): string[] => {
      if (member.isStatic || (member.name === undefined && (member.bitField !== undefined || bare(member.type).kind !== "struct"))) return [];
      const part = this.text(memberPart(value, type, member, this.#context.memory), inner);
      return [member.name === undefined ? part : `.${member.name} = ${part}`];
    });
    const bases = type.bases.map((base) => this.text(partOf(value, base.type, base.offset), inner));
    const all = [...bases, ...parts];
    const line = `{ ${all.join(", ")} }`;
    if (all.length === 0) return "{ 0 }";
    return line.length <= 80 && !line.includes("\n") ? line : `{\n${all.map((part) => `${inner}${part},\n`).join("")}${indent}}`;
  }

  #array(value: Value, type: ArrayType, indent: string): string {
    const unit = characterUnit(type.element);
    const size = sizeOf(type.element);
    const count = type.count ?? 0;
    if (unit !== undefined && unit === size && count > 0) {
      const text = literal(readBytes(value, this.#context.memory), unit);
      if (text !== undefined) return text;
    }
    const inner = indent + indentation;
    const parts = Array.from({ length: count }, (_, i) => this.text(partOf(value, type.element, i * size), inner));
    const line = `{ ${parts.join(", ")} }`;
    if (count === 0) return "{ 0 }";
    if (line.length <= 80 && !line.includes("\n")) return line;
    const step = parts.some((part) => part.length > 12) ? 1 : perLine;
    const lines = Array.from({ length: Math.ceil(count / step) }, (_, i) => `${inner}${parts.slice(i * step, (i + 1) * step).join(", ")},\n`);
    return `{\n${lines.join("")}${indent}}`;
  }
}

/** Text whose rest is zeros, as a string literal has it; undefined for anything else. */
function literal(bytes: Uint8Array, unit: 1 | 2): string | undefined {
  let end = 0;
  while (end + unit <= bytes.length && (bytes[end] !== 0 || (unit === 2 && bytes[end + 1] !== 0))) end += unit;
  const isText = end > 0 && end < bytes.length && bytes.subarray(end).every((byte) => byte === 0);
  const isPlain = bytes
    .subarray(0, end)
    .every((byte, i) => (unit === 2 && i % 2 === 1 ? byte === 0 : byte === 9 || byte === 10 || byte === 13 || (byte >= 0x20 && byte < 0x7f)));
  return isText && isPlain ? quoted(bytes.subarray(0, end), unit) : undefined;
}

/** The member that takes all of a union, or most of it: C initialises one. */
function largestMember(type: StructType): readonly Member[] {
  const [largest] = type.members.filter(({ isStatic }) => !isStatic).toSorted((a, b) => sizeOf(b.type) - sizeOf(a.type));
  return largest === undefined ? [] : [largest];
}

function numberText(number: bigint, bits: number, isUnsigned: boolean): string {
  if (number === -(1n << 63n)) return "(-9223372036854775807LL - 1)";
  if (number === -(1n << 31n)) return "(-2147483647 - 1)";
  if (bits > 32) return `${number}${isUnsigned ? "ULL" : "LL"}`;
  return number > 0x7fff_ffffn ? `${hex(number, 8)}u` : String(number);
}
