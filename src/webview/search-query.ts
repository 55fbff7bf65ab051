// SPDX-License-Identifier: MIT
/**
 * The language of the search box: words, "quoted words", /regular expressions/ and filters such as `kind:dma`, `lane:driver`, `dur>100us`,
 * `len>4096`, `status!=0`, `request:3`, `value=0x5`; all must hold, `-` before one turns it over.
 */
import type { RegisterNames } from "./event-text.ts";

export const comparisons = [":", "=", "!=", "<", "<=", ">", ">="] as const;
export type Comparison = (typeof comparisons)[number];

export type SearchTerm =
  /** Part of the name, whatever the case, or the value of an argument when it is a number. */
  | { readonly type: "word"; readonly text: string; readonly value?: number; readonly isNegated: boolean }
  | { readonly type: "pattern"; readonly pattern: RegExp; readonly isNegated: boolean }
  | {
      readonly type: "filter";
      readonly key: string;
      readonly comparison: Comparison;
      readonly text: string;
      /** The text as a number (times in ns); undefined when it is none. */
      readonly value?: number;
      readonly isNegated: boolean;
    };

export interface SearchQuery {
  readonly terms: readonly SearchTerm[];
  /** The part that cannot be understood. */
  readonly mistake?: string;
}

const unit: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, k: 1024, kib: 1024, m: 1 << 20, mib: 1 << 20 };

/** A number in decimal or hexadecimal, with a unit of time or size, or the name of an NTSTATUS among `names`. */
export function numberOf(text: string, names: RegisterNames = {}): number | undefined {
  if (/^STATUS_\w+$/i.test(text)) {
    const found = Object.entries(names).find(([key, name]) => key.startsWith("status:") && name === text.toUpperCase());
    return found === undefined ? undefined : Number(found[0].slice("status:".length));
  }
  if (/^0x[\da-f]+$/i.test(text)) return Number.parseInt(text.slice(2), 16);
  const [, digits, name] = /^(-?\d+(?:[.]\d+)?)([a-zµμ]*)$/i.exec(text) ?? [];
  if (digits === undefined || name === undefined) return undefined;
  const factor = name === "" ? 1 : unit[name.toLowerCase()];
  return factor === undefined ? undefined : Number(digits) * factor;
}

const token = /(-?)(?:\/((?:[^/\\]|\\.)+)\/|([A-Za-z]\w*)(<=|>=|!=|[:=<>])("[^"]*"|\S+)|"([^"]*)"|(\S+))/g;

export function parseSearch(text: string, names: RegisterNames = {}): SearchQuery {
  const terms: SearchTerm[] = [];
  for (const [whole, minus, pattern, key, comparison, operand, quoted, word] of text.matchAll(token)) {
    const isNegated = minus === "-";
    if (pattern !== undefined) {
      try {
        terms.push({ type: "pattern", pattern: new RegExp(pattern, "i"), isNegated });
      } catch {
        return { terms, mistake: whole };
      }
    } else if (key !== undefined) {
      const known = comparisons.find((candidate) => candidate === comparison);
      const raw = (operand ?? "").replaceAll('"', "");
      const value = numberOf(raw, names);
      // Greater and less want something to count.
      if (known === undefined || (/[<>]/.test(known) && value === undefined)) return { terms, mistake: whole };
      terms.push({ type: "filter", key: key.toLowerCase(), comparison: known, text: raw.toLowerCase(), ...(value === undefined ? {} : { value }), isNegated });
    } else {
      const wanted = (quoted ?? word ?? "").toLowerCase();
      const value = quoted === undefined ? numberOf(wanted, names) : undefined;
      if (wanted !== "") terms.push({ type: "word", text: wanted, ...(value === undefined ? {} : { value }), isNegated });
    }
  }
  return { terms };
}

export function compares(actual: number, comparison: Comparison, wanted: number): boolean {
  switch (comparison) {
    case ":":
    case "=":
      return actual === wanted;
    case "!=":
      return actual !== wanted;
    case "<":
      return actual < wanted;
    case "<=":
      return actual <= wanted;
    case ">":
      return actual > wanted;
    case ">=":
      return actual >= wanted;
  }
}
