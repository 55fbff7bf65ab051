// SPDX-License-Identifier: MIT
/** C declaration text of types, inside out around the declared name as C writes it. */

import type { FunctionType, QualifiedType, Type } from "./type-model.ts";

/** Declaration of `name` with `type`, or the type alone: `ULONG[16]`, `void (*)(WDFDEVICE)`. */
export function typeText(type: Type, name = ""): string {
  switch (type.kind) {
    case "void":
      return withName("void", name);
    case "base":
    case "typedef":
      return withName(type.name, name);
    case "struct":
      return withName(tagText(type.keyword, type.name), name);
    case "enum":
      return withName(tagText("enum", type.name), name);
    case "pointer":
      return typeText(type.target, pointerDeclarator("*", type.target, name));
    case "reference":
      return typeText(type.target, pointerDeclarator(type.rvalue ? "&&" : "&", type.target, name));
    case "memberPointer":
      return typeText(type.target, pointerDeclarator(`${typeText(type.container)}::*`, type.target, name));
    case "array":
      return typeText(type.element, `${name}[${type.count ?? ""}]`);
    case "function":
      return typeText(type.returns, `${name}(${parameterText(type)})`);
    case "qualified":
      return qualifiedText(type, name);
  }
}

function withName(type: string, name: string): string {
  if (name === "") return type;
  return name.startsWith("[") ? `${type}${name}` : `${type} ${name}`;
}

const tagText = (keyword: string, name: string | undefined): string => `${keyword} ${name ?? "<unnamed>"}`;

function pointerDeclarator(mark: string, target: Type, name: string): string {
  const declarator = `${mark}${name}`;
  return target.kind === "array" || target.kind === "function" ? `(${declarator})` : declarator;
}

function parameterText(type: FunctionType): string {
  const parameters = type.parameters.map((parameter) => typeText(parameter));
  if (type.isVariadic) parameters.push("...");
  return parameters.length === 0 && type.isPrototyped ? "void" : parameters.join(", ");
}

/** Qualifiers of a pointer stand behind its `*`, all others in front. */
function qualifiedText(type: QualifiedType, name: string): string {
  const { target, qualifier } = type;
  if (target.kind === "pointer" || target.kind === "reference" || target.kind === "memberPointer") {
    return typeText(target, name === "" ? qualifier : `${qualifier} ${name}`);
  }
  if (target.kind === "qualified") {
    // `volatile const T` reads as C programmers write it.
    return underlyingIsPointer(target) ? typeText(target, name === "" ? qualifier : `${qualifier} ${name}`) : `${qualifier} ${typeText(target, name)}`;
  }
  return `${qualifier} ${typeText(target, name)}`;
}

function underlyingIsPointer(type: QualifiedType): boolean {
  let current: Type = type;
  while (current.kind === "qualified") current = current.target;
  return current.kind === "pointer" || current.kind === "reference" || current.kind === "memberPointer";
}
