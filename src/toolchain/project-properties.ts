// SPDX-License-Identifier: MIT
/** Names and values of a project, and the problems found while it is read. Names have no letter case, as in MSBuild. */
import { type Diagnostic, diagnostic } from "./diagnostic.ts";

/** A map whose keys have no letter case. */
export class CaselessMap<Value> {
  readonly #entries = new Map<string, { readonly name: string; value: Value }>();

  constructor(entries: Iterable<readonly [string, Value]> = []) {
    for (const [name, value] of entries) this.set(name, value);
  }

  get(name: string): Value | undefined {
    return this.#entries.get(name.toLowerCase())?.value;
  }

  has(name: string): boolean {
    return this.#entries.has(name.toLowerCase());
  }

  set(name: string, value: Value): void {
    this.#entries.set(name.toLowerCase(), { name, value });
  }

  delete(name: string): void {
    this.#entries.delete(name.toLowerCase());
  }

  /** Names as they were last set, with values, in the order of the first `set`. */
  entries(): [string, Value][] {
    return [...this.#entries.values()].map(({ name, value }) => [name, value]);
  }
}

/** Place in a project file. */
export interface ProjectPlace {
  readonly file: string;
  readonly line: number;
}

/** Collects what was not understood; says the same thing about one place once. */
export class ProjectProblems {
  readonly #seen = new Set<string>();
  readonly #diagnostics: Diagnostic[] = [];

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  warn(place: ProjectPlace, code: string, message: string, hint?: string): void {
    const identity = `${place.file}\0${place.line}\0${message}`;
    if (this.#seen.has(identity)) return;
    this.#seen.add(identity);
    this.#diagnostics.push(diagnostic({ severity: "warning", code, file: place.file, line: place.line, message, ...(hint === undefined ? {} : { hint }) }));
  }
}

/** `%2B` and other escapes of MSBuild. */
export const unescapeMsBuild = (text: string): string =>
  text.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));

/** The parts of a list, trimmed, without empty ones, still escaped. */
export function listParts(text: string): string[] {
  return text
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** The elements that a list means: its parts without escapes. */
export const listElements = (text: string): string[] => listParts(text).map(unescapeMsBuild);
