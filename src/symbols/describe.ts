// SPDX-License-Identifier: MIT
/** One-line text of a value, as a C programmer working on a driver expects it. */

import { hex } from "../base/index.ts";
import { ntStatusName } from "../protocol/index.ts";
import { characterText, quoted, stringAtAddress, untilZero } from "./character-text.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { memberPart } from "./flexible-array.ts";
import { enumText, floatText, integerText } from "./integer-text.ts";
import { partOf } from "./member-lookup.ts";
import { isFloat } from "./scalar.ts";
import type { TargetContext } from "./target.ts";
import type { ArrayType, BaseType, PointerType, StructType, Type } from "./type-model.ts";
import { bare, sizeOf, typedefNames } from "./type-model.ts";
import type { FormatSuffix, Value } from "./value.ts";
import { readBytes, readFloat, readInteger } from "./value-access.ts";
import { wdkText } from "./wdk-text.ts";

export interface DisplayOptions {
  /** Integers in hexadecimal unless the value has a format of its own. */
  readonly hex?: boolean | undefined;
  /** Longest text in characters; default 120. */
  readonly maxLength?: number | undefined;
}

const defaultMaxLength = 120;
const maxStringUnits = 256;
const maxSummaryDepth = 3;

/** Text of `value` as a C programmer expects it; never throws for target reasons, unreadable parts say so. */
export function describe(value: Value, context: TargetContext, options: DisplayOptions = {}): string {
  const maxLength = options.maxLength ?? defaultMaxLength;
  const format = value.format ?? (options.hex ? "x" : undefined);
  const text = new Describer(context, format, maxLength).text(value, 0);
  return text.length <= maxLength ? text : `${text.slice(0, Math.max(0, maxLength - 1))}…`;
}

/** Width of a character type in bytes; undefined for types that hold no text. */
export function characterUnit(type: Type): 1 | 2 | undefined {
  const names = typedefNames(type);
  if (names.includes("WCHAR") || names.includes("wchar_t")) return 2;
  const plain = bare(type);
  if (plain.kind !== "base") return undefined;
  if (plain.name === "wchar_t" || (plain.encoding === "utf" && plain.size === 2)) return 2;
  return plain.name === "char" || (plain.encoding === "utf" && plain.size === 1) ? 1 : undefined;
}

class Describer {
  readonly #context: TargetContext;
  readonly #format: FormatSuffix | undefined;
  readonly #maxLength: number;

  constructor(context: TargetContext, format: FormatSuffix | undefined, maxLength: number) {
    this.#context = context;
    this.#format = format;
    this.#maxLength = maxLength;
  }

  text(value: Value, depth: number): string {
    if (value.storage.kind === "unavailable") return `<${value.storage.reason}>`;
    try {
      return this.#typed(value, depth);
    } catch (error) {
      if (error instanceof EvaluationError) return `<${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}>`;
      throw error;
    }
  }

  #typed(value: Value, depth: number): string {
    const plain = bare(value.type);
    switch (plain.kind) {
      case "void":
        return "void";
      case "base":
        return this.#base(value, plain);
      case "enum":
        return enumText(plain, readInteger(value, this.#context.memory), this.#numberFormat());
      case "pointer":
        return this.#pointer(value, plain, depth);
      case "reference":
        return this.text({ type: plain.target, storage: { kind: "memory", address: Number(readInteger(value, this.#context.memory)) } }, depth);
      case "memberPointer":
        return integerText(readInteger(value, this.#context.memory), plain.size * 8, this.#numberFormat());
      case "struct":
        return this.#struct(value, plain, depth);
      case "array":
        return this.#array(value, plain, depth);
      case "function":
        return this.#function(value);
    }
  }

  /** Formats for text mean nothing to numbers. */
  #numberFormat(): FormatSuffix | undefined {
    return this.#format === "s" || this.#format === "su" || this.#format === "c" ? undefined : this.#format;
  }

  #base(value: Value, type: BaseType): string {
    const { memory } = this.#context;
    if (isFloat(type)) return floatText(readFloat(value, memory), type.size);
    const number = readInteger(value, memory);
    const bits = value.bitField?.bits ?? type.size * 8;
    const format = this.#numberFormat();
    const names = typedefNames(value.type);
    if (names.includes("NTSTATUS")) return this.#status(number);
    const plainText = integerText(number, bits, format);
    if (type.encoding === "boolean") return number === 0n ? "false" : number === 1n ? "true" : plainText;
    if (names.includes("BOOLEAN") && format === undefined && number <= 1n && number >= 0n) return number === 1n ? "TRUE" : "FALSE";
    if (names.includes("BOOLEAN")) return plainText;
    const unit = type.size === 1 && type.encoding !== "unsigned" && type.encoding !== "signed" ? 1 : characterUnit(value.type);
    if (unit === undefined || value.bitField)
      return this.#format === "c" && type.size <= 2 ? characterText(Number(BigInt.asUintN(bits, number)), type.size === 2) : plainText;
    const character = characterText(Number(BigInt.asUintN(bits, number)), unit === 2);
    if (this.#format === "c") return character;
    return this.#format === "b" || this.#format === "o" ? plainText : `${plainText} ${character}`;
  }

  /** `STATUS_PENDING (0x00000103)`. */
  #status(number: bigint): string {
    const name = ntStatusName(Number(BigInt.asIntN(32, number)));
    const text = this.#format === "d" ? number.toString() : hex(BigInt.asUintN(32, number), 8);
    return name === undefined ? text : `${name} (${text})`;
  }

  #pointer(value: Value, type: PointerType, depth: number): string {
    const { memory, functionPointers, handles } = this.#context;
    const address = Number(readInteger(value, memory));
    if (this.#format === "d") return String(address);
    if (address === 0) return "NULL";
    const number = hex(address, 8);
    const target = bare(type.target);
    if (target.kind === "function") {
      const name = functionPointers?.functionAt(address);
      return name === undefined ? number : `${number} (${name})`;
    }
    const isHandle = typedefNames(value.type).some((name) => name.startsWith("WDF"));
    const described = isHandle ? handles?.(address) : undefined;
    if (described !== undefined) return described;
    const unit = this.#format === "su" ? 2 : this.#format === "s" ? 1 : characterUnit(type.target);
    const text = unit === undefined || depth > 1 ? undefined : stringAtAddress(memory, address, unit, maxStringUnits);
    return text === undefined ? number : `${number} ${text}`;
  }

  #function(value: Value): string {
    if (value.storage.kind !== "function") return "function";
    const { name, tableIndex } = value.storage;
    return tableIndex === undefined ? name : `${hex(tableIndex, 8)} (${name})`;
  }

  #array(value: Value, type: ArrayType, depth: number): string {
    const unit = this.#format === "su" ? 2 : this.#format === "s" && sizeOf(type.element) === 1 ? 1 : characterUnit(type.element);
    if (unit !== undefined && type.count !== undefined && sizeOf(type.element) === unit) {
      const { bytes, isTerminated } = untilZero(readBytes(value, this.#context.memory), unit);
      return `${quoted(bytes.subarray(0, maxStringUnits * unit), unit)}${isTerminated ? "" : "…"}`;
    }
    if (type.count === undefined) return "[]";
    if (depth >= maxSummaryDepth) return type.count === 0 ? "{}" : "{…}";
    const size = sizeOf(type.element);
    return this.#list(type.count, (i) => this.text(partOf(value, type.element, i * size), depth + 1));
  }

  #struct(value: Value, type: StructType, depth: number): string {
    if (type.isIncomplete) return "<only declared>";
    const special = wdkText(value, type, typedefNames(value.type), this.#context.memory, this.#numberFormat());
    if (special !== undefined) return special;
    const members = type.members.filter((member) => !member.isStatic && !(member.bitField && member.name === undefined));
    if (depth >= maxSummaryDepth) return "{…}";
    const parts = [
      ...type.bases.map((base) => (): string => this.text(partOf(value, base.type, base.offset), depth + 1)),
      ...members.map((member) => (): string => {
        const text = this.text(memberPart(value, type, member, this.#context.memory), depth + 1);
        return member.name === undefined ? text : `${member.name}=${text}`;
      }),
    ];
    return this.#list(parts.length, (i) => parts[i]?.() ?? "");
  }

  /** `{a, b, …}`: as many parts as fit. */
  #list(count: number, part: (index: number) => string): string {
    let text = "{";
    for (let i = 0; i < count; i++) {
      if (text.length > this.#maxLength) return `${text}, …}`;
      text += `${i === 0 ? "" : ", "}${part(i)}`;
    }
    return `${text}}`;
  }
}
