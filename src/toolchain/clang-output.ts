// SPDX-License-Identifier: MIT
/**
 * Reads what clang prints with `-fdiagnostics-print-source-range-info -fdiagnostics-parseable-fixits` and makes diagnostics of it.
 * Source snippets, which clang prints between the lines meant for programs, begin with a blank and are skipped.
 */
import { type Diagnostic, type DiagnosticLocation, type DiagnosticNote, diagnostic, type FixIt, type Severity } from "./diagnostic.ts";
import { hintFor } from "./diagnostic-hints.ts";

const messageLine = /^(?:(\S.*?):(\d+):(\d+):((?:\{[\d:-]+\})*):? )?(?:clang: |clang\+\+: )?(fatal error|error|warning|note|remark): (.*)$/;
const includeLine = /^In file included from (.+):(\d+):$/;
const fixItLine = /^fix-it:"((?:[^"\\]|\\.)*)":\{(\d+):(\d+)-(\d+):(\d+)\}:"((?:[^"\\]|\\.)*)"$/;
const flagSuffix = /^(.*) \[((?:-W[^\]\s,]+|-Werror)(?:,-W[^\]\s,]+)*)\]$/;
const rangeText = /\{(\d+):(\d+)-(\d+):(\d+)\}/;

interface Draft {
  item: Diagnostic;
  notes: DiagnosticNote[];
  fixIts: FixIt[];
}

/** Diagnostics in `text` (clang's standard error) in the order printed; `hostPath` turns the compiler's file names into ours. */
export function parseClangOutput(text: string, hostPath: (name: string) => string): Diagnostic[] {
  const drafts: Draft[] = [];
  let includedFrom: DiagnosticLocation[] = [];
  for (const line of text.split(/\r?\n/)) {
    const include = includeLine.exec(line);
    if (include) {
      includedFrom.push({ file: hostPath(include[1] ?? ""), line: Number(include[2]) });
      continue;
    }
    const fixIt = parseFixIt(line, hostPath);
    if (fixIt) {
      drafts.at(-1)?.fixIts.push(fixIt);
      continue;
    }
    const message = messageLine.exec(line);
    if (!message) continue;
    const previous = drafts.at(-1);
    if (message[5] === "note" && previous) previous.notes.push(asNote(message, hostPath));
    else drafts.push({ item: asDiagnostic(message, includedFrom, hostPath), notes: [], fixIts: [] });
    includedFrom = [];
  }
  return drafts.map(({ item, notes, fixIts }) => ({ ...item, notes, fixIts }));
}

function asDiagnostic(match: RegExpExecArray, includedFrom: readonly DiagnosticLocation[], hostPath: (name: string) => string): Diagnostic {
  const flag = flagSuffix.exec(match[6] ?? "");
  const message = flag?.[1] ?? match[6] ?? "";
  const code = flag?.[2]?.split(",").findLast((part) => part !== "-Werror");
  const range = rangeText.exec(match[4] ?? "");
  const hint = hintFor(message);
  return diagnostic({
    severity: severityOf(match[5] ?? ""),
    message,
    includedFrom,
    ...locationOf(match, hostPath),
    ...(range && range[1] === match[2] ? { endLine: Number(range[3]), endColumn: Number(range[4]) } : {}),
    ...(code ? { code } : {}),
    ...(hint ? { hint } : {}),
  });
}

function asNote(match: RegExpExecArray, hostPath: (name: string) => string): DiagnosticNote {
  return { message: match[6] ?? "", ...locationOf(match, hostPath) };
}

function locationOf(match: RegExpExecArray, hostPath: (name: string) => string): Partial<DiagnosticLocation> {
  return match[1] ? { file: hostPath(match[1]), line: Number(match[2]), column: Number(match[3]) } : {};
}

function severityOf(word: string): Severity {
  if (word === "warning") return "warning";
  return word === "note" || word === "remark" ? "note" : "error";
}

function parseFixIt(line: string, hostPath: (name: string) => string): FixIt | undefined {
  const match = fixItLine.exec(line);
  if (!match) return undefined;
  const [line1, column, endLine, endColumn] = match.slice(2, 6).map(Number);
  if (line1 === undefined || column === undefined || endLine === undefined || endColumn === undefined) return undefined;
  return { file: hostPath(unescapeC(match[1] ?? "")), line: line1, column, endLine, endColumn, text: unescapeC(match[6] ?? "") };
}

/** Undoes llvm's `write_escaped`: backslash escapes and octal bytes, which together are UTF-8. */
function unescapeC(text: string): string {
  const bytes: number[] = [];
  const letters: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13 };
  for (const [piece] of text.matchAll(/\\[0-7]{3}|\\.|[^\\]+/gs)) {
    if (!piece.startsWith("\\")) bytes.push(...new TextEncoder().encode(piece));
    else if (piece.length === 4) bytes.push(Number.parseInt(piece.slice(1), 8));
    else bytes.push(letters[piece.charAt(1)] ?? piece.charCodeAt(1));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
