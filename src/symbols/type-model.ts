// SPDX-License-Identifier: MIT
/**
 * C and C++ types as the debug information describes them. Typedefs and qualifiers stay in the chain, because to a driver
 * developer NTSTATUS, BOOLEAN and PHYSICAL_ADDRESS mean more than what they stand for. Sizes are bytes on the 32-bit target.
 */

export interface VoidType {
  readonly kind: "void";
}

export type Encoding = "signed" | "unsigned" | "signedChar" | "unsignedChar" | "utf" | "boolean" | "float";

export interface BaseType {
  readonly kind: "base";
  readonly name: string;
  readonly encoding: Encoding;
  readonly size: number;
}

export interface PointerType {
  readonly kind: "pointer";
  readonly target: Type;
  readonly size: number;
}

export interface ReferenceType {
  readonly kind: "reference";
  readonly rvalue: boolean;
  readonly target: Type;
  readonly size: number;
}

/** C++ pointer to member. */
export interface MemberPointerType {
  readonly kind: "memberPointer";
  readonly target: Type;
  readonly container: Type;
  readonly size: number;
}

export interface TypedefType {
  readonly kind: "typedef";
  readonly name: string;
  readonly target: Type;
}

export type Qualifier = "const" | "volatile" | "restrict" | "_Atomic";

export interface QualifiedType {
  readonly kind: "qualified";
  readonly qualifier: Qualifier;
  readonly target: Type;
}

export interface Member {
  /** Undefined for an anonymous struct or union member. */
  readonly name: string | undefined;
  readonly type: Type;
  /** Byte offset in the struct; of a bit field, that of the storage unit it is read from. */
  readonly offset: number;
  readonly bitField: BitField | undefined;
  /** C++ `static` data member: its name in the globals, no offset. */
  readonly isStatic: boolean;
  /** Added by the compiler (`_vptr$Foo`). */
  readonly isArtificial: boolean;
}

/** `bits` bits starting `shift` bits above bit 0 of the little-endian number of `bytes` bytes at the address of the value. */
export interface BitField {
  readonly shift: number;
  readonly bits: number;
  readonly bytes: number;
}

export interface BaseClass {
  readonly type: Type;
  readonly offset: number;
  readonly isVirtual: boolean;
}

export interface StructType {
  readonly kind: "struct";
  readonly keyword: "struct" | "union" | "class";
  readonly name: string | undefined;
  readonly size: number;
  /** Only declared; the members are not known. */
  readonly isIncomplete: boolean;
  readonly members: readonly Member[];
  readonly bases: readonly BaseClass[];
}

/** One dimension; more dimensions are arrays of arrays. */
export interface ArrayType {
  readonly kind: "array";
  readonly element: Type;
  /** Undefined for `[]`. */
  readonly count: number | undefined;
}

export interface Enumerator {
  readonly name: string;
  readonly value: bigint;
}

export interface EnumType {
  readonly kind: "enum";
  readonly name: string | undefined;
  readonly size: number;
  readonly isSigned: boolean;
  /** C++ `enum class`: enumerators need qualification. */
  readonly isScoped: boolean;
  readonly enumerators: readonly Enumerator[];
}

export interface FunctionType {
  readonly kind: "function";
  readonly returns: Type;
  readonly parameters: readonly Type[];
  readonly isVariadic: boolean;
  readonly isPrototyped: boolean;
}

export type Type =
  | VoidType
  | BaseType
  | PointerType
  | ReferenceType
  | MemberPointerType
  | TypedefType
  | QualifiedType
  | StructType
  | ArrayType
  | EnumType
  | FunctionType;

/** A type with no typedef or qualifier on top. */
export type BareType = Exclude<Type, TypedefType | QualifiedType>;

export const pointerSize = 4;
export const voidType: VoidType = { kind: "void" };

/** Removes typedefs and qualifiers from the top of `type`. */
export function bare(type: Type): BareType {
  let current = type;
  while (current.kind === "typedef" || current.kind === "qualified") current = current.target;
  return current;
}

/** Removes qualifiers only, so that the typedef name stays. */
export function unqualified(type: Type): Exclude<Type, QualifiedType> {
  let current = type;
  while (current.kind === "qualified") current = current.target;
  return current;
}

/** Size in bytes; 0 for void, functions, flexible arrays and incomplete types. */
export function sizeOf(type: Type): number {
  const plain = bare(type);
  switch (plain.kind) {
    case "void":
    case "function":
      return 0;
    case "array":
      return (plain.count ?? 0) * sizeOf(plain.element);
    default:
      return plain.size;
  }
}

/** Typedef names on the way from `type` to its bare type, outermost first. */
export function typedefNames(type: Type): string[] {
  const names: string[] = [];
  let current = type;
  while (current.kind === "typedef" || current.kind === "qualified") {
    if (current.kind === "typedef") names.push(current.name);
    current = current.target;
  }
  return names;
}

/** Whether `type` is declared const (also below a typedef). */
export function isConst(type: Type): boolean {
  let current = type;
  while (current.kind === "typedef" || current.kind === "qualified") {
    if (current.kind === "qualified" && current.qualifier === "const") return true;
    current = current.target;
  }
  return false;
}

export const pointerTo = (target: Type): PointerType => ({ kind: "pointer", target, size: pointerSize });
