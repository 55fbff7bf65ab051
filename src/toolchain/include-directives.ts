// SPDX-License-Identifier: MIT
/**
 * Finds what a source or header may include, without preprocessing: every directive counts, whatever condition it stands under, so
 * that the result is a superset of what the compiler will ask for.
 */

export type IncludeName =
  | { readonly kind: "quoted" | "angled"; readonly name: string }
  /** `#include MACRO` */
  | { readonly kind: "macro"; readonly name: string };

export interface IncludeScan {
  readonly includes: readonly IncludeName[];
  /** `#define NAME "file"`, `<file>` or `OTHER_NAME`: what `#include NAME` may mean. */
  readonly defines: readonly { readonly name: string; readonly value: IncludeName }[];
}

const directive = /^[ \t\v\f]*(?:\/\*.*?\*\/[ \t]*)*(?:#|%:)[ \t]*(?:\/\*.*?\*\/[ \t]*)*(include_next|include|import|embed|define|if|elif)\b(.*)$/;
const testedFile = /__has_(?:include|include_next|embed)\s*\(\s*("[^"]*"|<[^>]*>)/g;

/** Scans the bytes of one file; bytes that are not ASCII are taken as UTF-8 inside names and as nothing in particular elsewhere. */
export function scanIncludes(bytes: Uint8Array): IncludeScan {
  const includes: IncludeName[] = [];
  const defines: { name: string; value: IncludeName }[] = [];
  // One character a byte: no encoding can go wrong and no byte is lost.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString("latin1")
    .replace(/^\u00ef\u00bb\u00bf/, "")
    .replace(/\\\r?\n/g, "");
  for (const line of text.split(/\r\n|\r|\n/)) {
    const match = line.includes("#") || line.includes("%:") ? directive.exec(line) : null;
    if (!match) continue;
    const [, word, rest = ""] = match;
    if (word === "define") {
      const define = /^[ \t]+([A-Za-z_$][\w$]*)[ \t]+(.*)$/.exec(rest);
      const value = define && parseName(define[2] ?? "");
      if (define && value) defines.push({ name: define[1] ?? "", value });
    } else if (word === "if" || word === "elif") {
      for (const [, name = ""] of rest.matchAll(testedFile)) pushName(includes, name);
    } else pushName(includes, rest);
  }
  return { includes, defines };
}

/** The file or macro that stands at the start of `text` (what follows `#include`, or the value of a `-D`). */
export function parseName(text: string): IncludeName | undefined {
  const match = /^\s*(?:\/\*.*?\*\/\s*)*(?:"([^"]+)"|<([^>]+)>|([A-Za-z_$][\w$]*)\s*(?:$|\/[*/]))/.exec(text);
  if (!match) return undefined;
  const [, quoted, angled, macro] = match;
  if (quoted !== undefined) return { kind: "quoted", name: decode(quoted) };
  if (angled !== undefined) return { kind: "angled", name: decode(angled) };
  return macro === undefined ? undefined : { kind: "macro", name: macro };
}

function pushName(list: IncludeName[], text: string): void {
  const name = parseName(text);
  if (name) list.push(name);
}

const decode = (latin1: string): string => Buffer.from(latin1, "latin1").toString("utf8").trim();
