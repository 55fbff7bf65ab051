// SPDX-License-Identifier: MIT
/**
 * What a name in an expression means: innermost block, arguments, members of `this`, statics of the function, statics of the
 * file, globals, functions, enumerators, constants of the WDK. `qualifier::name` names a scope, a function or a file.
 */

import type { FunctionInfo, VariableInfo, VisibleVariables } from "./debug-info-model.ts";
import { EvaluationError } from "./evaluation-error.ts";
import type { EvaluationScope } from "./evaluation-scope.ts";
import { findMember, partOf, suggestion } from "./member-lookup.ts";
import { keywordConstant, macroConstant } from "./named-constants.ts";
import { bare } from "./type-model.ts";
import type { Value } from "./value.ts";
import { integerValue, memoryValue, readInteger } from "./value-access.ts";
import { variableValue } from "./variable-value.ts";

const nothing: VisibleVariables = { arguments: [], locals: [], functionStatics: [], fileStatics: [], globals: [] };

/** Variables visible in `scope`. */
export function visibleVariables(scope: EvaluationScope): VisibleVariables {
  if (scope.frame === undefined) return { ...nothing, globals: scope.debugInfo.globals };
  return scope.debugInfo.variablesAt(scope.frame.offset, scope.inlineDepth ?? 0);
}

/** Value of `name`. @throws EvaluationError that says where it was looked for */
export function lookUp(name: string, qualifier: string | undefined, scope: EvaluationScope, column: number): Value {
  const found = qualifier === undefined ? unqualifiedName(name, scope) : qualifiedName(qualifier, name, scope);
  if (found) return found;
  throw new EvaluationError(notFoundText(name, qualifier, scope), column);
}

/** Whether `name` means a variable here, which then hides a type of that name. */
export function isVariableName(name: string, scope: EvaluationScope): boolean {
  const { arguments: parameters, locals, functionStatics, fileStatics, globals } = visibleVariables(scope);
  return [locals, parameters, functionStatics, fileStatics, globals].some((list) => list.some((variable) => variable.name === name));
}

function unqualifiedName(name: string, scope: EvaluationScope): Value | undefined {
  const visible = visibleVariables(scope);
  const own = find([...visible.locals, ...visible.arguments, ...visible.functionStatics], name, undefined);
  return (
    keywordConstant(name) ??
    (own && variableAt(own, scope)) ??
    memberOfThis(name, visible, scope) ??
    scopedName(name, visible, scope) ??
    otherFileStatic(name, scope) ??
    macroConstant(name, scope.debugInfo)
  );
}

const find = (variables: readonly VariableInfo[], name: string, within: string | undefined): VariableInfo | undefined =>
  variables.find((variable) => variable.name === name && (within === undefined || variable.scope === within));

const variableAt = (variable: VariableInfo, scope: EvaluationScope): Value => variableValue(variable, scope.frame, scope.memory);

/** In a C++ member function a bare name may be a member of `*this`. */
function memberOfThis(name: string, visible: VisibleVariables, scope: EvaluationScope): Value | undefined {
  const self = visible.arguments.find((variable) => variable.name === "this" && variable.isArtificial);
  const pointer = self && bare(self.type);
  const type = pointer?.kind === "pointer" ? bare(pointer.target) : undefined;
  if (!self || pointer?.kind !== "pointer" || type?.kind !== "struct") return undefined;
  const found = findMember(type, name);
  if (!found || found.member.isStatic) return undefined;
  const address = Number(readInteger(variableAt(self, scope), scope.memory));
  return { ...partOf(memoryValue(pointer.target, address), found.member.type, found.offset, found.member.bitField), evaluateName: `this->${name}` };
}

/** Statics of the file, globals, functions and enumerators, from the innermost C++ scope outwards. */
function scopedName(name: string, visible: VisibleVariables, scope: EvaluationScope): Value | undefined {
  for (const within of enclosingScopes(scope)) {
    const variable = find(visible.fileStatics, name, within) ?? find(visible.globals, name, within);
    if (variable) return variableAt(variable, scope);
    const path = within === "" ? name : `${within}::${name}`;
    const entry = functionNamed(path, scope) ?? enumeratorNamed(path, scope);
    if (entry) return entry;
  }
  return undefined;
}

/** `a::b`, `a`, and the global scope for a function `a::b::f`. */
function enclosingScopes(scope: EvaluationScope): string[] {
  const current = scope.frame && scope.debugInfo.functionAt(scope.frame.offset)?.qualifiedName;
  const parts = current?.split("::").slice(0, -1) ?? [];
  return [...parts.map((_, i) => parts.slice(0, parts.length - i).join("::")), ""];
}

function functionNamed(name: string, scope: EvaluationScope, file?: string): Value | undefined {
  const unit = scope.frame && scope.debugInfo.functionAt(scope.frame.offset)?.unit;
  const all = scope.debugInfo.functionsByName(name).filter((info) => file === undefined || isFile(info.unit, file));
  const info = all.find((candidate) => !candidate.isExternal && candidate.unit === unit) ?? all[0];
  return info && functionValue(info, scope);
}

function functionValue(info: FunctionInfo, scope: EvaluationScope): Value {
  const tableIndex = scope.functionPointers?.tableIndexOf(info.qualifiedName) ?? scope.debugInfo.functionPointers.tableIndexOf(info.qualifiedName);
  return { type: info.type, storage: { kind: "function", name: info.qualifiedName, tableIndex }, evaluateName: info.qualifiedName };
}

function enumeratorNamed(name: string, scope: EvaluationScope): Value | undefined {
  const found = scope.debugInfo.enumeratorNamed(name);
  return found && { ...integerValue(found.type, found.enumerator.value), evaluateName: name };
}

/** A static of another file, when only one file has it. */
function otherFileStatic(name: string, scope: EvaluationScope): Value | undefined {
  const found = [...scope.debugInfo.fileStatics.values()].flatMap((list) => list.filter((variable) => variable.name === name));
  const [only] = found;
  if (found.length > 1) {
    const names = found.map((variable) => `"${baseName(variable.unit)}"::${name}`);
    throw new EvaluationError(`Symbol "${name}" is in ${found.length} files, none of them the current one; write ${names.join(" or ")}`);
  }
  return only && variableAt(only, scope);
}

function qualifiedName(qualifier: string, name: string, scope: EvaluationScope): Value | undefined {
  const visible = visibleVariables(scope);
  if (qualifier === "") {
    const variable = find(visible.fileStatics, name, "") ?? find(visible.globals, name, "");
    return (variable && variableAt(variable, scope)) ?? functionNamed(name, scope) ?? enumeratorNamed(name, scope);
  }
  for (const within of enclosingScopes(scope)) {
    const path = within === "" ? qualifier : `${within}::${qualifier}`;
    const variable = find(visible.fileStatics, name, path) ?? find(visible.globals, name, path);
    if (variable) return variableAt(variable, scope);
    const entry = functionNamed(`${path}::${name}`, scope) ?? enumeratorNamed(`${path}::${name}`, scope);
    if (entry) return entry;
  }
  return inFunction(qualifier, name, scope) ?? inFile(qualifier, name, scope);
}

function inFunction(qualifier: string, name: string, scope: EvaluationScope): Value | undefined {
  for (const info of scope.debugInfo.functionsByName(qualifier)) {
    const variable = find(scope.debugInfo.staticsOf(info), name, undefined);
    if (variable) return { ...variableAt(variable, scope), evaluateName: `${qualifier}::${name}` };
  }
  return undefined;
}

function inFile(file: string, name: string, scope: EvaluationScope): Value | undefined {
  const evaluateName = `"${file}"::${name}`;
  for (const [unit, variables] of scope.debugInfo.fileStatics) {
    const variable = isFile(unit, file) ? find(variables, name, undefined) : undefined;
    if (variable) return { ...variableAt(variable, scope), evaluateName };
  }
  const variable = scope.debugInfo.globals.find((global) => global.name === name && isFile(global.unit, file));
  return (variable && { ...variableAt(variable, scope), evaluateName }) ?? functionNamed(name, scope, file);
}

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Whether `text` is the end of `path`, by whole parts, whatever the letter case and the slashes. */
function isFile(path: string, text: string): boolean {
  return `/${path}`.toLowerCase().endsWith(`/${text.replaceAll("\\", "/").toLowerCase()}`);
}

function notFoundText(name: string, qualifier: string | undefined, scope: EvaluationScope): string {
  if (qualifier) return `Symbol "${qualifier}::${name}" does not exist; looked for a scope, a function and a source file called "${qualifier}"`;
  const visible = visibleVariables(scope);
  const names = [...visible.locals, ...visible.arguments, ...visible.functionStatics, ...visible.fileStatics, ...visible.globals].map(
    (variable) => variable.name,
  );
  const info = scope.frame && scope.debugInfo.functionAt(scope.frame.offset);
  const places = info ? `locals and statics of ${info.qualifiedName}, statics of ${baseName(info.unit)}, ` : "";
  const hint = suggestion(name, [...names, ...scope.debugInfo.functions.map((candidate) => candidate.name)]);
  return `Symbol "${name}" is not in scope; looked for ${places}globals, functions, enumerators and NTSTATUS names${hint}`;
}
