// SPDX-License-Identifier: MIT
/**
 * Builds the type model from DWARF type entries, each once. Struct members are read when first asked for, which is what keeps
 * recursive types finite and loading fast; a struct that one unit only declares is completed from the unit that defines it.
 */

import { DW_AT, DW_ATE, DW_FORM, DW_TAG } from "../base/index.ts";
import type { Die } from "../base/index.ts";
import type { DieIndex } from "./die-index.ts";
import { integerShape } from "./scalar.ts";
import type { BaseClass, BaseType, BitField, Encoding, Enumerator, EnumType, FunctionType, Member, Qualifier, StructType, Type } from "./type-model.ts";
import { pointerSize, sizeOf, voidType } from "./type-model.ts";

const encodings: ReadonlyMap<number, Encoding> = new Map<number, Encoding>([
  [DW_ATE.boolean, "boolean"],
  [DW_ATE.float, "float"],
  [DW_ATE.signed, "signed"],
  [DW_ATE.signed_char, "signedChar"],
  [DW_ATE.unsigned, "unsigned"],
  [DW_ATE.unsigned_char, "unsignedChar"],
  [DW_ATE.UTF, "utf"],
]);

const qualifiers: ReadonlyMap<number, Qualifier> = new Map<number, Qualifier>([
  [DW_TAG.const_type, "const"],
  [DW_TAG.volatile_type, "volatile"],
  [DW_TAG.restrict_type, "restrict"],
  [DW_TAG.atomic_type, "_Atomic"],
]);

export class TypeReader {
  readonly #index: DieIndex;
  readonly #types = new Map<number, Type>();

  constructor(index: DieIndex) {
    this.#index = index;
  }

  /** Type that `die` refers to with DW_AT_type; void when it has none. */
  typeOf(die: Die): Type {
    const target = this.#index.attributeOwner(die, DW_AT.type)?.number(DW_AT.type);
    const entry = target === undefined ? undefined : this.#index.at(target);
    return entry ? this.read(entry) : voidType;
  }

  /** Type described by the type entry `die`. */
  read(die: Die): Type {
    const known = this.#types.get(die.offset);
    if (known) return known;
    const type = this.#build(die);
    this.#types.set(die.offset, type);
    return type;
  }

  #build(die: Die): Type {
    const name = die.string(DW_AT.name);
    switch (die.tag) {
      case DW_TAG.base_type:
        return baseType(die);
      case DW_TAG.unspecified_type:
        return { kind: "base", name: name ?? "decltype(nullptr)", encoding: "unsigned", size: pointerSize };
      case DW_TAG.pointer_type:
        return { kind: "pointer", target: this.typeOf(die), size: pointerSize };
      case DW_TAG.reference_type:
      case DW_TAG.rvalue_reference_type:
        return { kind: "reference", rvalue: die.tag === DW_TAG.rvalue_reference_type, target: this.typeOf(die), size: pointerSize };
      case DW_TAG.ptr_to_member_type:
        return this.#memberPointer(die);
      case DW_TAG.typedef:
      case DW_TAG.template_alias:
        return { kind: "typedef", name: name ?? "<unnamed>", target: this.typeOf(die) };
      case DW_TAG.structure_type:
      case DW_TAG.union_type:
      case DW_TAG.class_type:
        return new DwarfStruct(this.#index.definitionOf(die), this, this.#tagName(die));
      case DW_TAG.enumeration_type:
        return this.#enumType(this.#index.definitionOf(die));
      case DW_TAG.array_type:
        return this.#arrayType(die);
      case DW_TAG.subroutine_type:
      case DW_TAG.subprogram:
        return this.functionType(die);
      default: {
        const qualifier = qualifiers.get(die.tag);
        return qualifier ? { kind: "qualified", qualifier, target: this.typeOf(die) } : voidType;
      }
    }
  }

  /** Type of a subprogram or subroutine type. */
  functionType(die: Die): FunctionType {
    const owner = this.#index.abstractOrigin(die);
    const parameters = owner.children.filter((child) => child.tag === DW_TAG.formal_parameter && !child.flag(DW_AT.artificial));
    return {
      kind: "function",
      returns: this.typeOf(die),
      parameters: parameters.map((parameter) => this.typeOf(parameter)),
      isVariadic: owner.children.some((child) => child.tag === DW_TAG.unspecified_parameters),
      isPrototyped: owner.flag(DW_AT.prototyped) || parameters.length > 0,
    };
  }

  /** With its C++ scope, so that the text of the type can be used in an expression. */
  #tagName(die: Die): string | undefined {
    return die.has(DW_AT.name) ? this.#index.qualifiedName(die) : undefined;
  }

  #memberPointer(die: Die): Type {
    const target = this.typeOf(die);
    const container = this.#index.at(die.number(DW_AT.containing_type) ?? -1);
    // Itanium C++ ABI 2.3: a pointer to member function is a pair.
    const size = target.kind === "function" ? 2 * pointerSize : pointerSize;
    return { kind: "memberPointer", target, container: container ? this.read(container) : voidType, size };
  }

  #arrayType(die: Die): Type {
    let type = this.typeOf(die);
    for (const range of die.children.filter((child) => child.tag === DW_TAG.subrange_type).reverse()) {
      type = { kind: "array", element: type, count: arrayCount(range) };
    }
    return type;
  }

  #enumType(die: Die): EnumType {
    const size = die.number(DW_AT.byte_size) ?? 4;
    const values = die.children.filter((child) => child.tag === DW_TAG.enumerator);
    const raw = values.map((child) => ({ name: child.string(DW_AT.name) ?? "", value: constant(child) }));
    const underlying = die.has(DW_AT.type) ? integerShape(this.typeOf(die)) : undefined;
    const isSigned = underlying?.isSigned ?? raw.some(({ value }) => value < 0n);
    const enumerators: Enumerator[] = raw.map(({ name, value }) => ({
      name,
      value: isSigned ? BigInt.asIntN(size * 8, value) : BigInt.asUintN(size * 8, value),
    }));
    return { kind: "enum", name: this.#tagName(die), size, isSigned, isScoped: die.flag(DW_AT.enum_class), enumerators };
  }
}

function baseType(die: Die): BaseType {
  return {
    kind: "base",
    name: die.string(DW_AT.name) ?? "<unnamed>",
    encoding: encodings.get(die.number(DW_AT.encoding) ?? 0) ?? "unsigned",
    size: die.number(DW_AT.byte_size) ?? 0,
  };
}

function constant(die: Die): bigint {
  const value = die.attribute(DW_AT.const_value);
  return typeof value === "number" || typeof value === "bigint" ? BigInt(value) : 0n;
}

const constantForms: readonly number[] = [DW_FORM.data1, DW_FORM.data2, DW_FORM.data4, DW_FORM.data8, DW_FORM.sdata, DW_FORM.udata, DW_FORM.implicit_const];

/** Undefined for a flexible array, and for a variable-length one, whose count is another variable. */
function arrayCount(range: Die): number | undefined {
  const counted = (attribute: number): number | undefined => (constantForms.includes(range.form(attribute) ?? 0) ? range.number(attribute) : undefined);
  const upper = counted(DW_AT.upper_bound);
  return counted(DW_AT.count) ?? (upper === undefined ? undefined : upper + 1 - (counted(DW_AT.lower_bound) ?? 0));
}

class DwarfStruct implements StructType {
  readonly kind = "struct";
  readonly keyword: StructType["keyword"];
  readonly name: string | undefined;
  readonly size: number;
  readonly isIncomplete: boolean;
  readonly #die: Die;
  readonly #reader: TypeReader;
  #members: readonly Member[] | undefined;
  #bases: readonly BaseClass[] | undefined;

  constructor(die: Die, reader: TypeReader, name: string | undefined) {
    this.#die = die;
    this.#reader = reader;
    this.keyword = die.tag === DW_TAG.union_type ? "union" : die.tag === DW_TAG.class_type ? "class" : "struct";
    this.name = name;
    this.size = die.number(DW_AT.byte_size) ?? 0;
    this.isIncomplete = die.flag(DW_AT.declaration);
  }

  get members(): readonly Member[] {
    this.#members ??= this.#die.children.filter(isDataMember).map((child) => this.#member(child));
    return this.#members;
  }

  get bases(): readonly BaseClass[] {
    this.#bases ??= this.#die.children
      .filter((child) => child.tag === DW_TAG.inheritance)
      .map((child) => ({
        type: this.#reader.typeOf(child),
        offset: child.number(DW_AT.data_member_location) ?? 0,
        isVirtual: (child.number(DW_AT.virtuality) ?? 0) !== 0,
      }));
    return this.#bases;
  }

  #member(die: Die): Member {
    const type = this.#reader.typeOf(die);
    const place = memberPlace(die, sizeOf(type), this.size);
    const isStatic = die.tag === DW_TAG.variable || die.flag(DW_AT.external);
    return { name: die.string(DW_AT.name), type, ...place, isStatic, isArtificial: die.flag(DW_AT.artificial) };
  }
}

/** Data members; in DWARF 5 static ones are variables. */
const isDataMember = (die: Die): boolean => die.tag === DW_TAG.member || (die.tag === DW_TAG.variable && die.has(DW_AT.declaration));

/** Byte offset and bit field of a member: DW_AT_data_bit_offset (DWARF 4 and 5), or DW_AT_bit_offset counted from the top bit (DWARF 2). */
function memberPlace(die: Die, typeSize: number, structSize: number): { readonly offset: number; readonly bitField: BitField | undefined } {
  const offset = die.number(DW_AT.data_member_location) ?? 0;
  const bits = die.number(DW_AT.bit_size);
  if (bits === undefined) return { offset, bitField: undefined };
  const fromTop = die.number(DW_AT.bit_offset);
  const unit = die.number(DW_AT.byte_size) ?? typeSize;
  if (fromTop !== undefined) return { offset, bitField: { shift: 8 * unit - fromTop - bits, bits, bytes: unit } };
  const first = 8 * offset + (die.number(DW_AT.data_bit_offset) ?? 0);
  const start = Math.floor(first / (8 * unit)) * unit;
  const isWithinUnit = first - 8 * start + bits <= 8 * unit && start + unit <= structSize;
  if (isWithinUnit) return { offset: start, bitField: { shift: first - 8 * start, bits, bytes: unit } };
  const shift = first % 8;
  return { offset: Math.floor(first / 8), bitField: { shift, bits, bytes: Math.ceil((shift + bits) / 8) } };
}
