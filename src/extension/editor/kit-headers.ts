// SPDX-License-Identifier: MIT
/** Prototypes of the kit's headers by function name, and where Microsoft documents them. Read when the first hover needs them. */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { codeOnly } from "./c-text.ts";

export interface KitFunction {
  readonly prototype: string;
  /** Header as the documentation names it, without extension. */
  readonly header: string;
}

/** Routines that the documentation files under another header than wdm.h. */
const otherPages: readonly (readonly [pattern: RegExp, header: string])[] = [
  [/^(?:MmMapIoSpace|MmUnmapIoSpace|MmAllocate|MmFree|MmGetSystemAddress|MmBuildMdl)/, "wdm"],
  [/^(?:Ps|Zw|Nt)[A-Z]\w*(?:Thread|Process)/, "ntifs"],
  [/^(?:Hal)[A-Z]/, "ntddk"],
];

export class KitHeaders {
  readonly #folder: string;
  #functions: ReadonlyMap<string, KitFunction> | undefined;

  /** `folder` is sdk/include. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  find(name: string): KitFunction | undefined {
    this.#functions ??= readFunctions(this.#folder);
    return this.#functions.get(name);
  }
}

function readFunctions(folder: string): ReadonlyMap<string, KitFunction> {
  const found = new Map<string, KitFunction>();
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".h")) continue;
    const header = path.basename(file, ".h");
    for (const [name, prototype] of prototypesIn(readFileSync(path.join(folder, file), "utf8"))) {
      if (!found.has(name)) found.set(name, { prototype, header: pageHeader(name, header) });
    }
  }
  return found;
}

/** Name and text of every function that is declared on a line of its own, and of every macro with parameters that is used like one. */
export function prototypesIn(text: string): (readonly [name: string, prototype: string])[] {
  const macros = text.matchAll(/^[ \t]*#[ \t]*define[ \t]+([A-Z][A-Za-z]*[a-z]\w*)\(([^)]*)\)/gm);
  const functions = codeOnly(text).matchAll(/^(?!typedef|#|\s)((?:[A-Za-z_]\w*[\s*]+)+)([A-Za-z_]\w*)\s*\(([^;{}]*)\)\s*[;{]/gm);
  return [
    ...[...macros].map(([, name = "", parameters = ""]) => [name, `${name}(${parameters})`] as const),
    ...[...functions].map(([, type = "", name = "", parameters = ""]) => [name, prototypeText(type, name, parameters)] as const),
  ];
}

function prototypeText(type: string, name: string, parameters: string): string {
  const plain = type.replaceAll(/\b(?:FORCEINLINE|static|extern|NTAPI|NTSYSAPI|NTKERNELAPI|WDF_EXTERN_C)\b\s*/g, "").trim();
  return `${plain}${plain.endsWith("*") ? "" : " "}${name}(${parameters.replaceAll(/\s+/g, " ").trim()})`;
}

function pageHeader(name: string, header: string): string {
  if (header.startsWith("wdf")) return header;
  return otherPages.find(([pattern]) => pattern.test(name))?.[1] ?? "wdm";
}
