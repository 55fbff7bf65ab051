// SPDX-License-Identifier: MIT
/** Values that launch.json may have where the schema knows only their type: files, devices, functions, rules. Knows no editor. */
import { type JSONPath, getLocation, parse } from "jsonc-parser";
import { hex } from "../../base/index.ts";
import { builtInDeviceTable, declaredFunctionNames } from "../../protocol/index.ts";
import { debugType } from "../debug-type.ts";

export interface Suggestion {
  readonly value: string;
  readonly kind: "file" | "device" | "function" | "rule" | "status";
  readonly detail?: string;
}

export interface LaunchFiles {
  /** Files of the folder, relative to it with slashes. */
  readonly files: readonly string[];
  /** Ids of rules. */
  readonly rules: readonly string[];
}

export interface SuggestionsAt {
  readonly suggestions: readonly Suggestion[];
  /** The string literal at the place, by offset and length with its quotes; undefined when there is none yet. */
  readonly literal: { readonly offset: number; readonly length: number } | undefined;
}

/** What can stand at `offset` of a launch.json; no suggestions outside of our configurations and of strings. */
export function launchSuggestions(text: string, offset: number, { files, rules }: LaunchFiles): SuggestionsAt {
  const { path, previousNode, isAtPropertyKey } = getLocation(text, offset);
  const isWithin =
    previousNode !== undefined && previousNode.type === "string" && offset > previousNode.offset && offset <= previousNode.offset + previousNode.length;
  const literal = isWithin ? { offset: previousNode.offset, length: previousNode.length } : undefined;
  if (isAtPropertyKey || path[0] !== "configurations" || !isOurs(text, path[1])) return { suggestions: [], literal };
  return { suggestions: suggestionsFor(path.slice(2), files, rules), literal };
}

function isOurs(text: string, index: JSONPath[number] | undefined): boolean {
  const { configurations } = (parse(text) ?? {}) as { readonly configurations?: readonly unknown[] };
  const one: unknown = Array.isArray(configurations) ? configurations[Number(index)] : undefined;
  return typeof one === "object" && one !== null && Reflect.get(one, "type") === debugType;
}

function suggestionsFor(path: JSONPath, files: readonly string[], rules: readonly string[]): Suggestion[] {
  switch (path.map((part) => (typeof part === "number" ? "*" : part)).join(".")) {
    case "device":
    case "device.model":
      return [
        ...builtInDeviceTable.map(
          ({ id, name, vendorId, deviceId }): Suggestion => ({ value: id, kind: "device", detail: `${name}, PCI ${hex(vendorId)}:${hex(deviceId)}` }),
        ),
        ...filesLike(files, /\.(?:ts|mts|js|mjs|cjs)$/, /(?:^|\/)(?:node_modules|.*scenario.*)/),
      ];
    case "scenario":
      return filesLike(files, /scenario[^/]*\.(?:ts|mts|js|mjs|json)$|(?:^|\/)scenarios\/.*\.(?:ts|mts|js|mjs|json)$/);
    case "project":
      return filesLike(files, /\.vcxproj$|(?:^|\/)(?:sources|compile_commands\.json)$/);
    case "sources":
    case "sources.*":
      return [...globs(files), ...filesLike(files, /\.(?:c|cc|cpp|cxx)$/)];
    case "includePath.*":
      return folders(filesOnly(files, /\.(?:h|hpp)$/));
    case "trace":
      return ["trace.pftrace", "trace.json", "trace.html", "trace.vcd"].map((value) => ({ value: workspace(value), kind: "file" }));
    case "faults.*.at":
      return declaredFunctionNames.map((value) => ({ value, kind: "function" }));
    case "faults.*.status":
      return ["STATUS_INSUFFICIENT_RESOURCES", "STATUS_UNSUCCESSFUL", "STATUS_INVALID_DEVICE_REQUEST", "STATUS_DEVICE_NOT_READY"].map((value) => ({
        value,
        kind: "status",
      }));
    case "verifier.disable.*":
    case "verifier.only.*":
      return rules.map((value) => ({ value, kind: "rule" }));
    default:
      return [];
  }
}

const workspace = (file: string): string => `\${workspaceFolder}/${file}`;
const filesOnly = (files: readonly string[], wanted: RegExp, unwanted?: RegExp): string[] =>
  files.filter((file) => wanted.test(file) && unwanted?.test(file) !== true);
const filesLike = (files: readonly string[], wanted: RegExp, unwanted?: RegExp): Suggestion[] =>
  filesOnly(files, wanted, unwanted).map((file) => ({ value: workspace(file), kind: "file" }));

/** One pattern for each folder that has sources. */
function globs(files: readonly string[]): Suggestion[] {
  const sources = filesOnly(files, /\.(?:c|cc|cpp|cxx)$/);
  const patterns = new Set(sources.map((file) => file.replace(/[^/]*\.(\w+)$/, "*.$1")));
  return [...patterns].sort().map((pattern) => ({ value: workspace(pattern), kind: "file" }));
}

function folders(files: readonly string[]): Suggestion[] {
  const found = new Set(files.map((file) => (file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : ".")));
  return [...found].sort().map((folder) => ({ value: folder === "." ? workspace("").slice(0, -1) : workspace(folder), kind: "file" }));
}
