// SPDX-License-Identifier: MIT
/** From a type as written in an expression to a type of the target. */

import type { TypeDerivation, TypeName } from "./ast.ts";
import { builtinType } from "./builtin-types.ts";
import type { DebugInfo } from "./debug-info.ts";
import { EvaluationError } from "./evaluation-error.ts";
import type { Type } from "./type-model.ts";
import { pointerSize, pointerTo, voidType } from "./type-model.ts";

/** WDK names that work in casts even when the driver does not use them; `*` marks pointers. */
const wdkTypes: Readonly<Record<string, string>> = {
  CHAR: "char",
  UCHAR: "unsigned char",
  BYTE: "unsigned char",
  BOOLEAN: "unsigned char",
  SHORT: "short",
  USHORT: "unsigned short",
  WORD: "unsigned short",
  WCHAR: "unsigned short",
  INT: "int",
  UINT: "unsigned int",
  LONG: "long",
  ULONG: "unsigned long",
  DWORD: "unsigned long",
  LONGLONG: "long long",
  ULONGLONG: "unsigned long long",
  LONG64: "long long",
  ULONG64: "unsigned long long",
  INT8: "signed char",
  UINT8: "unsigned char",
  INT16: "short",
  UINT16: "unsigned short",
  INT32: "int",
  UINT32: "unsigned int",
  INT64: "long long",
  UINT64: "unsigned long long",
  ULONG_PTR: "unsigned long",
  LONG_PTR: "long",
  SIZE_T: "unsigned long",
  size_t: "unsigned long",
  NTSTATUS: "long",
  VOID: "void",
  int8_t: "signed char",
  uint8_t: "unsigned char",
  int16_t: "short",
  uint16_t: "unsigned short",
  int32_t: "int",
  uint32_t: "unsigned int",
  int64_t: "long long",
  uint64_t: "unsigned long long",
  PVOID: "void*",
  PCHAR: "char*",
  PUCHAR: "unsigned char*",
  PUSHORT: "unsigned short*",
  PULONG: "unsigned long*",
  PLONG: "long*",
  PULONGLONG: "unsigned long long*",
  PWSTR: "WCHAR*",
  PSTR: "char*",
  PULONG64: "unsigned long long*",
  PULONG_PTR: "unsigned long*",
};

/** Type called `name` outside tags: of the program, else of the WDK, else of the language. */
export function namedType(name: string, debugInfo: DebugInfo): Type | undefined {
  if (name === "void") return voidType;
  return builtinType(name) ?? debugInfo.typeNamed(name) ?? wdkType(name) ?? taggedType(name, debugInfo);
}

/** Whether `name` can stand where a type is expected. */
export const isTypeName = (name: string, debugInfo: DebugInfo): boolean => namedType(name, debugInfo) !== undefined;

/** Compilers drop typedefs that nothing uses: by WDK convention `NODE` is `struct _NODE` and `PNODE` a pointer to it. */
function taggedType(name: string, debugInfo: DebugInfo): Type | undefined {
  const tagged = (tag: string): Type | undefined =>
    debugInfo.typeNamed(`_${tag}`, "struct") ?? debugInfo.typeNamed(`_${tag}`, "union") ?? debugInfo.typeNamed(`_${tag}`, "enum");
  const own = tagged(name);
  if (own !== undefined) return { kind: "typedef", name, target: own };
  const target = name.startsWith("P") ? tagged(name.slice(1)) : undefined;
  return target && { kind: "typedef", name, target: pointerTo(target) };
}

const handleTypes =
  /^WDF(OBJECT|DRIVER|DEVICE|QUEUE|REQUEST|INTERRUPT|DPC|TIMER|WORKITEM|MEMORY|SPINLOCK|WAITLOCK|DMAENABLER|DMATRANSACTION|COMMONBUFFER|FILEOBJECT|IOTARGET|STRING|KEY|COLLECTION|LOOKASIDE|CHILDLIST|CMRESLIST|IORESLIST|IORESREQLIST)$/;

function wdkType(name: string): Type | undefined {
  if (handleTypes.test(name)) return { kind: "typedef", name, target: pointerTo(voidType) };
  const target = Object.hasOwn(wdkTypes, name) ? wdkTypes[name] : undefined;
  if (target === undefined) return undefined;
  const isPointer = target.endsWith("*");
  const base = isPointer ? target.slice(0, -1) : target;
  const inner = base === "void" ? voidType : (builtinType(base) ?? wdkType(base));
  return inner && { kind: "typedef", name, target: isPointer ? pointerTo(inner) : inner };
}

/** @throws EvaluationError for names that are no types */
export function resolveType(typeName: TypeName, debugInfo: DebugInfo): Type {
  const base = typeName.tag === undefined ? namedType(typeName.name, debugInfo) : debugInfo.typeNamed(typeName.name, typeName.tag);
  if (base === undefined) {
    const text = typeName.tag === undefined ? typeName.name : `${typeName.tag} ${typeName.name}`;
    throw new EvaluationError(`No type is called "${text}" in this driver`, typeName.column);
  }
  let type: Type = base;
  if (typeName.isConst) type = { kind: "qualified", qualifier: "const", target: type };
  if (typeName.isVolatile) type = { kind: "qualified", qualifier: "volatile", target: type };
  for (const derivation of typeName.derivations) type = derive(type, derivation, debugInfo);
  return type;
}

function derive(type: Type, derivation: TypeDerivation, debugInfo: DebugInfo): Type {
  switch (derivation.kind) {
    case "pointer":
      return pointerTo(type);
    case "reference":
      return { kind: "reference", rvalue: false, target: type, size: pointerSize };
    case "array":
      return { kind: "array", element: type, count: derivation.count };
    case "function": {
      const parameters = derivation.parameters.map((parameter) => resolveType(parameter, debugInfo));
      return { kind: "function", returns: type, parameters, isVariadic: derivation.isVariadic, isPrototyped: true };
    }
  }
}
