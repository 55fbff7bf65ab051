// SPDX-License-Identifier: MIT
/**
 * The text of a .tmh file. The WDK's preprocessor numbers the messages of one source and writes code for each; here one macro for each trace function
 * hands message and arguments to `DdkWppTrace`, so that one text serves every source.
 */
import type { WppAffix, WppFunction } from "./wpp-configuration.ts";

export interface WppConfiguration {
  readonly functions: readonly WppFunction[];
  /** Prefixes and suffixes by function; `*` is for all that have none of their own. */
  readonly prefixes: ReadonlyMap<string, WppAffix | undefined>;
  readonly suffixes: ReadonlyMap<string, WppAffix | undefined>;
  /** Custom types: `list` names by value, `set` names by bit. */
  readonly types: readonly { readonly name: string; readonly kind: "list" | "set"; readonly bytes: number; readonly names: ReadonlyMap<number, string> }[];
  /** Macros that the project defines for WPP, `NAME` or `NAME=value`. */
  readonly defines: readonly string[];
}

/** Trace functions that WPP knows without configuration (Defaultwpp.ini of the WDK). */
export const defaultWppFunctions: readonly WppFunction[] = ["DoTraceMessage", "DoDebugTrace"].map((name) => ({
  name,
  settings: [],
  parameters: [name === "DoTraceMessage" ? "LEVEL" : "TRACELEVEL"],
  hasMessage: true,
  isVariadic: true,
  parentheses: "none",
}));

/** Conditions that are shown as level and as flag. */
const levelNames = ["LEVEL", "LVL", "TRACELEVEL"];
const flagNames = ["FLAGS", "FLAG", "COMPID", "COMPFLAGS"];

/** Contents of every .tmh file of a driver with this configuration. */
export function tmhText(configuration: WppConfiguration): string {
  const functions = new Map([...defaultWppFunctions, ...configuration.functions].map((item) => [item.name, item]));
  return [
    "/* Generated from the WPP configuration of the driver. */",
    ...configuration.defines.map(defineLine),
    "#include <ddk/wpp.h>",
    "#ifdef ENABLE_WPP_RECORDER",
    "#include <wpprecorder.h>",
    "#endif",
    "",
    ...controlGuids,
    "",
    "#undef DDK_WPP_TYPES",
    `#define DDK_WPP_TYPES ${literal(typesText(configuration))}`,
    ...[...functions.values()].flatMap((item) => functionLines(item, configuration)),
    "",
  ].join("\n");
}

/** WPP_CONTROL_GUIDS becomes an enumeration of the flags, as in the WDK; the numbers select nothing here. */
const controlGuids = [
  "#if defined(WPP_CONTROL_GUIDS) && !defined(DDK_WPP_BITS)",
  "#define DDK_WPP_BITS",
  "#define WPP_DEFINE_CONTROL_GUID(Name, Guid, Bits) enum { WPP_BLOCK_START_##Name, Bits WPP_BLOCK_END_##Name };",
  "#define WPP_DEFINE_WPP2_CONTROL_GUID(Name, Guid, Bits) enum { WPP_BLOCK_START_##Name, Bits WPP_BLOCK_END_##Name };",
  "#define WPP_DEFINE_BIT(Name) WPP_BIT_##Name,",
  "WPP_CONTROL_GUIDS",
  "#endif",
];

function defineLine(define: string): string {
  const equals = define.indexOf("=");
  const name = equals < 0 ? define : define.slice(0, equals);
  return `#ifndef ${name}\n#define ${name} ${equals < 0 ? "1" : define.slice(equals + 1)}\n#endif`;
}

function typesText({ types }: WppConfiguration): string {
  return types.map(({ name, kind, bytes, names }) => `${name}|${kind}|${bytes}|${[...names].map(([value, text]) => `${value}=${text}`).join(",")};`).join("");
}

function functionLines(item: WppFunction, configuration: WppConfiguration): string[] {
  const parameters = [...item.parameters, ...(item.hasMessage ? ["MSG"] : []), ...(item.isVariadic ? ["..."] : [])];
  const isWrapped = item.parentheses !== "none";
  const inner = isWrapped ? `DDK_WPP_CALL_${item.name}` : item.name;
  return [
    "",
    ...conditionDefaults(item),
    `#undef ${item.name}`,
    `#undef ${inner}`,
    `#define ${inner}(${parameters.join(", ")}) ${body(item, configuration)}`,
    ...(isWrapped ? [wrapper(item, inner)] : []),
  ];
}

function wrapper(item: WppFunction, inner: string): string {
  if (item.parentheses === "all") return `#define ${item.name}(DDK_WPP_LIST) ${inner} DDK_WPP_LIST`;
  const before = item.parameters.map((name) => `${name}, `).join("");
  return `#define ${item.name}(${before}DDK_WPP_LIST) DDK_WPP_APPLY(${inner}, ${before}DDK_WPP_UNWRAP DDK_WPP_LIST)`;
}

/** `WPP_LEVEL_FLAGS`, from which the names of the driver's own macros for these conditions are made. */
const conditionName = ({ settings, parameters }: WppFunction): string => ["WPP", ...settings.map(([name]) => name), ...parameters].join("_");

/** Condition under which the in-flight recorder keeps a message. */
const recorderFilter = (item: WppFunction): string => `${conditionName(item).replace(/^WPP/, "WPP_RECORDER")}_FILTER`;

const conditionNames = ({ settings, parameters }: WppFunction): string => [...settings.map(([name]) => name), ...parameters].join(", ");

/** A driver may define WPP_…_PRE, _POST and _ENABLED; what it does not define does nothing. */
function conditionDefaults(item: WppFunction): string[] {
  const name = conditionName(item);
  const names = conditionNames(item);
  return [
    ...["PRE", "POST"].flatMap((part) => [`#ifndef ${name}_${part}`, `#define ${name}_${part}(${names})`, "#endif"]),
    `#ifndef ${name}_ENABLED`,
    `#define ${name}_ENABLED(${names}) 1`,
    "#endif",
    `#ifndef ${recorderFilter(item)}`,
    `#define ${recorderFilter(item)}(${names}) DDK_WPP_RECORDER`,
    "#endif",
  ];
}

function body(item: WppFunction, configuration: WppConfiguration): string {
  const name = conditionName(item);
  const values = [...item.settings.map(([, value]) => value), ...item.parameters].join(", ");
  const prefix = affix(configuration.prefixes, item.name);
  const suffix = affix(configuration.suffixes, item.name);
  const isTraced = `${name}_ENABLED(${values})`;
  const isRecorded = `${recorderFilter(item)}(${values})`;
  const args = [
    `((${isTraced}) ? 1 : 0) | ((${isRecorded}) ? 2 : 0)`,
    item.parameters.includes("IFRLOG") ? "(const VOID *)(IFRLOG)" : "0",
    shown(item, levelNames),
    shown(item, flagNames),
    prefix?.format ?? "0",
    item.hasMessage ? "MSG" : '""',
    suffix?.format ?? "0",
    ...(prefix?.args ?? []),
  ].join(", ");
  const rest = `${item.isVariadic ? ", ##__VA_ARGS__" : ""}${(suffix?.args ?? []).map((argument) => `, ${argument}`).join("")}`;
  return `${name}_PRE(${values}) ((${isTraced}) || (${isRecorded}) ? (DDK_WPP_TRACE(${args}${rest}), 1) : 0) ${name}_POST(${values})`;
}

const affix = (affixes: ReadonlyMap<string, WppAffix | undefined>, name: string): WppAffix | undefined =>
  affixes.has(name) ? affixes.get(name) : affixes.get("*");

/** C text for what the function gives for one of the conditions `names`: its own setting, or the text of the argument. */
function shown({ settings, parameters }: WppFunction, names: readonly string[]): string {
  const setting = settings.find(([name]) => names.includes(name));
  if (setting) return literal(setting[1]);
  const parameter = parameters.find((name) => names.includes(name));
  return parameter === undefined ? "0" : `#${parameter}`;
}

const literal = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
