// SPDX-License-Identifier: MIT
/** The property functions that driver projects use: methods of strings, and static functions of MSBuild, Path, File, String, Environment and Version. */
import { readFileSync } from "node:fs";
import { dirname, join, resolve, win32 } from "node:path";
import { versionOrder } from "./project-condition.ts";
import { findAbove, nativeSlashes, realPath, windowsSlashes } from "./project-paths.ts";
import { decodeProject } from "./project-xml.ts";

export interface FunctionHost {
  /** Folder that relative paths start from. */
  readonly folder: string;
  readonly exists: (path: string) => boolean;
  readonly environment: (name: string) => string | undefined;
}

/** Why a function cannot be evaluated; the message reads after its text. */
export class FunctionError extends Error {}

type Value = string | number | boolean | readonly string[];

/** Calls a method, or reads a property when `args` is undefined. */
export function callMethod(receiver: Value, name: string, args: readonly string[] | undefined): Value {
  if (typeof receiver === "object") {
    if (name.toLowerCase() === "length") return receiver.length;
    throw new FunctionError(`uses '${name}' of a list, which is not known`);
  }
  const text = typeof receiver === "boolean" ? (receiver ? "True" : "False") : String(receiver);
  const [first = "", second] = args ?? [];
  const characters = (argument: string): RegExp => new RegExp(`[${(argument === "" ? " \t\r\n" : argument).replace(/[\]\\^-]/g, "\\$&")}]`);
  switch (name.toLowerCase()) {
    case "length":
      return text.length;
    case "replace":
      return first === "" ? text : text.replaceAll(first, second ?? "");
    case "tolower":
    case "tolowerinvariant":
      return text.toLowerCase();
    case "toupper":
    case "toupperinvariant":
      return text.toUpperCase();
    case "tostring":
      return text;
    case "trim":
      return trimStart(trimEnd(text, characters(first)), characters(first));
    case "trimend":
      return trimEnd(text, characters(first));
    case "trimstart":
      return trimStart(text, characters(first));
    case "substring":
      return second === undefined ? text.slice(Number(first)) : text.slice(Number(first), Number(first) + Number(second));
    case "remove":
      return second === undefined ? text.slice(0, Number(first)) : text.slice(0, Number(first)) + text.slice(Number(first) + Number(second));
    case "insert":
      return text.slice(0, Number(first)) + (second ?? "") + text.slice(Number(first));
    case "contains":
      return text.includes(first);
    case "startswith":
      return text.startsWith(first);
    case "endswith":
      return text.endsWith(first);
    case "equals":
      return text === first;
    case "indexof":
      return text.indexOf(first);
    case "lastindexof":
      return text.lastIndexOf(first);
    case "padleft":
      return text.padStart(Number(first), second ?? " ");
    case "padright":
      return text.padEnd(Number(first), second ?? " ");
    case "split":
      return text.split(characters(first === "" ? ";" : first));
    default:
      throw new FunctionError(`uses the method '${name}', which is not known`);
  }
}

/** Calls `[className]::name(args)`. */
export function callStatic(className: string, name: string, args: readonly string[] | undefined, host: FunctionHost): Value {
  const full = `${className.replace(/^System\./i, "").replace(/^IO\./i, "")}.${name}`.toLowerCase();
  const values = args ?? [];
  const implementation = statics[full] ?? unknownStatic(className, name);
  return implementation(values, host);
}

function unknownStatic(className: string, name: string): never {
  throw new FunctionError(`calls [${className}]::${name}, which is not known`);
}

type Static = (args: readonly string[], host: FunctionHost) => Value;

const at = (args: readonly string[], index: number): string => args[index] ?? "";
const number = (args: readonly string[], index: number): number => {
  const value = Number(at(args, index));
  if (Number.isNaN(value)) throw new FunctionError(`has '${at(args, index)}' where a number is expected`);
  return value;
};
const order = (args: readonly string[]): number => {
  const value = versionOrder(at(args, 0), at(args, 1));
  if (value === undefined) throw new FunctionError(`compares '${at(args, 0)}' with '${at(args, 1)}', which are not both versions`);
  return value;
};
const withSlash = (path: string): string => (path === "" || /[\\/]$/.test(path) ? path : `${path}\\`);
const absolute = (path: string, host: FunctionHost): string => windowsPath(realPath(path, host.folder));
/** A path of this host as properties hold it. */
const windowsPath = (path: string): string => windowsSlashes(path);

const statics: Readonly<Record<string, Static>> = {
  "msbuild.ensuretrailingslash": (args) => withSlash(at(args, 0)),
  "msbuild.normalizepath": (args, host) => absolute(args.join("\\"), host),
  "msbuild.normalizedirectory": (args, host) => withSlash(absolute(args.join("\\"), host)),
  "msbuild.valueordefault": (args) => (at(args, 0) === "" ? at(args, 1) : at(args, 0)),
  "msbuild.getdirectorynameoffileabove": (args, host) => {
    const found = above(at(args, 0), at(args, 1), host);
    return found === undefined ? "" : windowsPath(found.folder);
  },
  "msbuild.getpathoffileabove": (args, host) => {
    const found = above(at(args, 1) === "" ? host.folder : at(args, 1), at(args, 0), host);
    return found === undefined ? "" : windowsPath(join(found.folder, found.name));
  },
  "msbuild.makerelative": (args) => win32.relative(at(args, 0), at(args, 1)) || ".",
  "msbuild.add": (args) => number(args, 0) + number(args, 1),
  "msbuild.subtract": (args) => number(args, 0) - number(args, 1),
  "msbuild.multiply": (args) => number(args, 0) * number(args, 1),
  "msbuild.divide": (args) => number(args, 0) / number(args, 1),
  "msbuild.modulo": (args) => number(args, 0) % number(args, 1),
  "msbuild.escape": (args) => at(args, 0),
  "msbuild.unescape": (args) => at(args, 0),
  "msbuild.isosplatform": (args) => at(args, 0).toLowerCase() === "windows",
  "msbuild.versiongreaterthan": (args) => order(args) > 0,
  "msbuild.versiongreaterthanorequals": (args) => order(args) >= 0,
  "msbuild.versionlessthan": (args) => order(args) < 0,
  "msbuild.versionlessthanorequals": (args) => order(args) <= 0,
  "msbuild.versionequals": (args) => order(args) === 0,
  "msbuild.versionnotequals": (args) => order(args) !== 0,
  // Neither the registry nor the kits of a Windows machine are here.
  "msbuild.getregistryvalue": () => "",
  "msbuild.getregistryvaluefromview": () => "",
  "msbuild.gettoolsdirectory32": () => "",
  "msbuild.gettoolsdirectory64": () => "",
  "path.combine": (args) => args.reduce((path, part) => (win32.isAbsolute(part) || path === "" ? part : `${withSlash(path)}${part}`), ""),
  "path.getfullpath": (args, host) => absolute(at(args, 0), host),
  "path.getdirectoryname": (args) => (/[\\/]/.test(at(args, 0)) ? at(args, 0).replace(/[\\/][^\\/]*$/, "") : ""),
  "path.getfilename": (args) => win32.basename(at(args, 0)),
  "path.getfilenamewithoutextension": (args) => win32.parse(at(args, 0)).name,
  "path.getextension": (args) => win32.extname(at(args, 0)),
  "path.changeextension": (args) => `${at(args, 0).replace(/\.[^.\\/]*$/, "")}${at(args, 1) === "" || at(args, 1).startsWith(".") ? "" : "."}${at(args, 1)}`,
  "path.ispathrooted": (args) => win32.isAbsolute(at(args, 0)),
  "file.exists": (args, host) => host.exists(at(args, 0)),
  "file.readalltext": (args, host) => readText(realPath(at(args, 0), host.folder)),
  "text.regularexpressions.regex.replace": (args) => at(args, 0).replace(expression(args, "g"), at(args, 2)),
  "text.regularexpressions.regex.ismatch": (args) => expression(args, "").test(at(args, 0)),
  "text.regularexpressions.regex.match": (args) => expression(args, "").exec(at(args, 0))?.[0] ?? "",
  "directory.exists": (args, host) => host.exists(at(args, 0)),
  "directory.getparent": (args, host) => windowsPath(dirname(realPath(at(args, 0), host.folder))),
  "string.isnullorempty": (args) => at(args, 0) === "",
  "string.isnullorwhitespace": (args) => at(args, 0).trim() === "",
  "string.copy": (args) => at(args, 0),
  "string.new": (args) => at(args, 0),
  "string.concat": (args) => args.join(""),
  "string.join": (args) => args.slice(1).join(at(args, 0)),
  "string.equals": (args) => at(args, 0) === at(args, 1),
  "string.format": (args) => at(args, 0).replace(/\{(\d+)\}/g, (_, index: string) => at(args, Number(index) + 1)),
  "environment.getenvironmentvariable": (args, host) => host.environment(at(args, 0)) ?? "",
  "version.parse": (args) => at(args, 0),
  "version.new": (args) => at(args, 0),
  "convert.tostring": (args) => at(args, 0),
  "convert.toint32": (args) => number(args, 0),
};

function readText(file: string): string {
  try {
    return decodeProject(readFileSync(file));
  } catch {
    throw new FunctionError(`reads ${file}, which cannot be read`);
  }
}

/** The second argument; what .NET and JavaScript have in common. */
function expression(args: readonly string[], flags: string): RegExp {
  try {
    return new RegExp(at(args, 1), flags);
  } catch {
    throw new FunctionError(`has the regular expression '${at(args, 1)}', which is not understood`);
  }
}

function above(start: string, file: string, host: FunctionHost): { readonly folder: string; readonly name: string } | undefined {
  return findAbove(resolve(host.folder, nativeSlashes(start)), (name) => name.toLowerCase() === file.toLowerCase());
}

function trimEnd(text: string, characters: RegExp): string {
  let end = text.length;
  while (end > 0 && characters.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

function trimStart(text: string, characters: RegExp): string {
  let start = 0;
  while (start < text.length && characters.test(text.charAt(start))) start++;
  return text.slice(start);
}
