// SPDX-License-Identifier: MIT
/**
 * Structured exception handling in terms of plain C and a few calls that the instrumentation knows (docs/seh.md). Clang has no `__try` for WebAssembly, so the
 * preprocessed text of a source is rewritten before it is compiled:
 *
 *     { scope(0); { body } scope(outer); goto end0;
 *       filter0: filtered(expression);              entered by the host while the exception is dispatched, on top of the frames that raised it
 *       handler0: { handler } end0: ; }             entered by the function itself after the host has unwound to it
 *
 *     { scope(1); { body } scope(outer); modes[1] = 0; if (0) { finally1: modes[1] = 1; } { block } if (modes[1]) finished(); }
 *
 * A switch at the beginning of the function goes to these labels: it runs again, in the same frame, each time the host enters. Because the labels are ordinary
 * ones, the compiler itself keeps everything they need alive.
 */
import type { Language } from "./compile-flags.ts";
import { findSehFunctions, type SehFunction } from "./seh-functions.ts";
import { sehCode, sehDeclarations, sehNames } from "./seh-interface.ts";
import { returnTypeText } from "./seh-return-type.ts";
import { readSehStatements, type SehJump, type SehRegion, type SehScope, type SehStatements, SehSyntaxError } from "./seh-statements.ts";
import { addedFile, applyEdits, type SehEdit } from "./seh-text.ts";
import { tokenize, type TokenList } from "./seh-tokens.ts";

/** Changes with the lowering; part of the cache key of objects it had a hand in. */
export const sehLoweringVersion = "seh 3";

/** Rewrites preprocessed text (one character a byte). Undefined when it has no `__try`. @throws SehSyntaxError */
export function lowerSeh(text: string, language: Language): string | undefined {
  const list = tokenize(text);
  const edits: SehEdit[] = [];
  for (const fn of findSehFunctions(list, language)) {
    const statements = readSehStatements(list, fn, language);
    if (statements !== undefined) edits.push(...new FunctionLowering(list, fn, statements).edits());
  }
  if (edits.length === 0) return undefined;
  const firstLine = text.indexOf("\n") + 1;
  const head = text.slice(0, firstLine);
  return `${head}# 1 "${addedFile}" 3\n${sehDeclarations(language)}\n${head}${applyEdits(text.slice(firstLine), shifted(edits, firstLine))}`;
}

const shifted = (edits: readonly SehEdit[], by: number): SehEdit[] => edits.map((edit) => ({ ...edit, offset: edit.offset - by }));

class FunctionLowering {
  readonly #list: TokenList;
  readonly #fn: SehFunction;
  readonly #statements: SehStatements;
  readonly #edits: SehEdit[] = [];
  /** Jumps out of termination blocks, which the function continues when the host has given up the unwinding. */
  #escapes = 0;

  constructor(list: TokenList, fn: SehFunction, statements: SehStatements) {
    this.#list = list;
    this.#fn = fn;
    this.#statements = statements;
  }

  edits(): SehEdit[] {
    const { scopes, jumps } = this.#statements;
    for (const scope of scopes) {
      if (scope.kind === "except") this.#except(scope);
      else this.#finally(scope);
    }
    for (const jump of jumps) this.#jump(jump);
    this.#intrinsics();
    this.#neverInline();
    this.#endFunction();
    // Last, because it needs the number of escapes.
    this.#insert(this.#token(this.#fn.open).end, this.#prologue(), 0);
    return this.#edits;
  }

  #token(i: number): { text: string; start: number; end: number } {
    return this.#list.tokens[i] ?? { text: "", start: 0, end: 0 };
  }

  #insert(offset: number, text: string, rank = 1): void {
    this.#edits.push({ offset, length: 0, text, rank });
  }

  /** Puts text that belongs to the driver's own line before a jump, in the place of its first `length` characters. */
  #visible(offset: number, length: number, text: string, rank = 2): void {
    this.#edits.push({ offset, length, text, isVisible: true, rank });
  }

  /** Puts hidden text in the place of a token. */
  #replace(i: number, text: string): void {
    const { start, end } = this.#token(i);
    this.#edits.push({ offset: start, length: end - start, text });
  }

  #prologue(): string {
    const { scopes } = this.#statements;
    const octal = (value: number): string => `\\${value.toString(8).padStart(3, "0")}`;
    const table = scopes.map(({ kind, parent }) => [kind === "except" ? 1 : 2, (parent + 1) & 0xff, (parent + 1) >> 8, 0].map(octal).join("")).join("");
    const cases = scopes.flatMap(({ kind, index }) => [
      `case ${sehCode.funclet(index)}: goto __dbg_seh_f${index};`,
      ...(kind === "except" ? [`case ${sehCode.handler(index)}: goto __dbg_seh_h${index};`] : []),
    ]);
    for (let i = 0; i < this.#escapes; i++) cases.push(`case ${sehCode.escape(scopes.length, i)}: goto __dbg_seh_j${i};`);
    const hidden = "__attribute__((nodebug))";
    return (
      `${hidden} unsigned long __dbg_seh_codes[${scopes.length}]; ${hidden} int __dbg_seh_modes[${scopes.length}]; ` +
      `${sehNames.frame}("${table}"); switch (${sehNames.entry}()) { ${cases.join(" ")} }`
    );
  }

  /** The compiler cannot know that the switch of the prologue leads to no place from which the function ends without a value. */
  #endFunction(): void {
    const { start, end } = this.#token(this.#fn.close);
    this.#insert(start, '\n#pragma clang diagnostic push\n#pragma clang diagnostic ignored "-Wreturn-type"');
    this.#insert(end, "\n#pragma clang diagnostic pop", 0);
  }

  #leaveLabel({ index, bodyClose }: SehScope): void {
    if (this.#statements.jumps.some(({ kind, scope }) => kind === "leave" && scope === index)) {
      this.#insert(this.#token(bodyClose).start, `__dbg_seh_l${index}: ;`);
    }
  }

  #except(scope: SehScope): void {
    const { index, parent, tryToken, keyword, filterClose, blockClose } = scope;
    const code = `__dbg_seh_codes[${index}] = ${sehNames.code}();`;
    this.#replace(tryToken, `{ ${sehNames.level}(${index});`);
    this.#leaveLabel(scope);
    this.#replace(keyword, `${sehNames.level}(${parent}); goto __dbg_seh_e${index}; __dbg_seh_f${index}: ${code} ${sehNames.filtered}((int)`);
    this.#insert(this.#token(filterClose).end, `); __dbg_seh_h${index}: ${code}`);
    this.#insert(this.#token(blockClose).end, `__dbg_seh_e${index}: ; }`);
  }

  #finally(scope: SehScope): void {
    const { index, parent, tryToken, keyword, blockClose } = scope;
    const mode = `__dbg_seh_modes[${index}]`;
    this.#replace(tryToken, `{ ${sehNames.level}(${index});`);
    this.#leaveLabel(scope);
    this.#replace(keyword, `${sehNames.level}(${parent}); ${mode} = 0; if (0) { __dbg_seh_f${index}: ${mode} = 1; }`);
    this.#insert(this.#token(blockClose).end, `if (${mode}) ${sehNames.finished}(); }`);
  }

  #jump(jump: SehJump): void {
    const { start, end } = this.#token(jump.start);
    // The record of a function that returns is gone; only termination blocks have to run before.
    if (jump.kind === "return" && !this.#crossesFinally(jump)) return;
    const before = this.#crossing(jump.from, jump.to);
    if (jump.kind === "leave") {
      this.#visible(start, end - start, `{ ${before.join(" ")} goto __dbg_seh_l${jump.scope}`);
      this.#insert(this.#token(jump.end).end, "}", 0);
      return;
    }
    if (before.length === 0) return;
    if (jump.kind === "return" && jump.end > jump.start + 1) this.#returnValue(jump, before);
    else {
      this.#visible(start, 0, `{ ${before.join(" ")}`);
      this.#insert(this.#token(jump.end).end, "}", 0);
    }
  }

  /**
   * The value is computed before the termination blocks run. Where the type of the function is not plain to see, the host runs what is left of them
   * when the function ends (see the instrumentation).
   */
  #returnValue(jump: SehJump, before: readonly string[]): void {
    const type = this.#fn.isLambda ? undefined : returnTypeText(this.#list, this.#fn);
    const { start, end } = this.#token(jump.start);
    const close = this.#token(jump.end);
    if (type === undefined) {
      const kept = before.at(-1)?.startsWith(sehNames.unwind) === true ? before.slice(0, -1) : before;
      this.#visible(start, 0, `{ ${kept.join(" ")}`);
      this.#insert(close.end, "}", 0);
      return;
    }
    const value = `__attribute__((nodebug)) ${type} __dbg_seh_value =`;
    this.#visible(start, end - start, `{ ${value}`);
    this.#visible(close.end, 0, `${before.join(" ")} return __dbg_seh_value; }`, 0);
  }

  #crossesFinally({ from, to }: SehJump): boolean {
    const { scopes } = this.#statements;
    for (let at: SehRegion | undefined = from; at !== undefined && at !== to; at = at.parent) {
      if (at.kind === "finally" || (at.kind === "body" && scopes[at.scope]?.kind === "finally")) return true;
    }
    return false;
  }

  /** What has to happen, in this order, before a jump from one region to one that encloses it. */
  #crossing(from: SehRegion, to: SehRegion): string[] {
    const { scopes } = this.#statements;
    const steps: string[] = [];
    let level: number | undefined;
    let runsBlocks = false;
    const flush = (): void => {
      if (level !== undefined) steps.push(`${runsBlocks ? sehNames.unwind : sehNames.level}(${level});`);
      level = undefined;
      runsBlocks = false;
    };
    for (const region of regionsBetween(from, to)) {
      const scope = scopes[region.scope];
      if (region.kind === "body" && scope !== undefined) {
        level = scope.parent;
        runsBlocks ||= scope.kind === "finally";
      } else if (region.kind === "finally") {
        flush();
        const number = this.#escapes++;
        const mode = `__dbg_seh_modes[${region.scope}]`;
        steps.push(`if (${mode}) { ${sehNames.escape}(${sehCode.escape(scopes.length, number)}); __dbg_seh_j${number}: ${mode} = 0; }`);
      }
    }
    flush();
    return steps;
  }

  /** `GetExceptionCode()` and its like, which the compiler would have built in. */
  #intrinsics(): void {
    const { tokens, partner } = this.#list;
    const bodies = new Map(this.#fn.nested);
    for (let i = this.#fn.open; i < this.#fn.close; i++) {
      i = bodies.get(i) ?? i;
      const text = tokens[i]?.text ?? "";
      const intrinsic = tokens[i]?.kind === "name" ? intrinsics[text] : undefined;
      const open = tokens[i + 1]?.text === "(" ? i + 1 : -1;
      if (intrinsic === undefined || open < 0 || partner[open] !== open + 1) continue;
      const scope = this.#innermost(i, intrinsic.in);
      const offset = tokens[i]?.start ?? 0;
      if (scope === undefined) throw new SehSyntaxError(`'${text}' stands outside of ${intrinsic.place}`, offset, `use it in ${intrinsic.place}`);
      const end = tokens[open + 1]?.end ?? offset;
      const replacement = intrinsic.replacement(scope.index);
      if (!this.#list.text.slice(offset, end).includes("\n")) this.#visible(offset, end - offset, replacement);
      else {
        this.#visible(offset, text.length, replacement);
        this.#replace(open, "");
        this.#replace(open + 1, "");
      }
    }
  }

  #innermost(i: number, places: readonly ("filter" | "handler" | "finally")[]): SehScope | undefined {
    return this.#statements.scopes.findLast(({ kind, filterOpen, filterClose, blockOpen, blockClose }) => {
      if (places.includes("filter") && kind === "except" && i > filterOpen && i < filterClose) return true;
      const block = kind === "except" ? "handler" : "finally";
      return places.includes(block) && i > blockOpen && i < blockClose;
    });
  }

  /** Microsoft's compiler does not inline a function with structured exception handling either, whatever it says. */
  #neverInline(): void {
    for (let i = this.#fn.head; i < this.#fn.open; i++) {
      const { text } = this.#token(i);
      if (text === "__forceinline") this.#replace(i, "inline");
      else if (text === "always_inline" || text === "__always_inline__") this.#replace(i, "noinline");
    }
  }
}

/** Regions that a jump leaves, innermost first. */
function* regionsBetween(from: SehRegion, to: SehRegion): Generator<SehRegion> {
  const kept = new Set<SehRegion>();
  for (let at: SehRegion | undefined = to; at !== undefined; at = at.parent) kept.add(at);
  for (let at: SehRegion | undefined = from; at !== undefined && !kept.has(at); at = at.parent) yield at;
}

interface Intrinsic {
  readonly in: readonly ("filter" | "handler" | "finally")[];
  readonly place: string;
  readonly replacement: (scope: number) => string;
}

const exceptionCode: Intrinsic = {
  in: ["filter", "handler"],
  place: "the filter or handler of an __except",
  replacement: (scope) => `(__dbg_seh_codes[${scope}])`,
};
const exceptionInformation: Intrinsic = { in: ["filter"], place: "the filter of an __except", replacement: () => `${sehNames.information}()` };
const abnormalTermination: Intrinsic = {
  in: ["finally"],
  place: "a __finally block",
  replacement: (scope) => `(__dbg_seh_modes[${scope}] != 0)`,
};

const intrinsics: Readonly<Record<string, Intrinsic | undefined>> = {
  __proto__: null as never,
  _exception_code: exceptionCode,
  __exception_code: exceptionCode,
  GetExceptionCode: exceptionCode,
  _exception_info: exceptionInformation,
  __exception_info: exceptionInformation,
  GetExceptionInformation: exceptionInformation,
  _abnormal_termination: abnormalTermination,
  __abnormal_termination: abnormalTermination,
  AbnormalTermination: abnormalTermination,
};
