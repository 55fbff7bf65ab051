// SPDX-License-Identifier: MIT
/**
 * Reads the statements of a function that contains `__try`: its guarded blocks with filter and handler or termination block, and every jump with the guarded
 * blocks around its beginning and its end. Expressions and declarations are passed over as a whole.
 */
import type { Language } from "./compile-flags.ts";
import { isSehTry, type SehFunction } from "./seh-functions.ts";
import type { TokenList } from "./seh-tokens.ts";

/** A part of a function between whose inside and outside a jump means work. */
export interface SehRegion {
  readonly kind: "function" | "body" | "handler" | "finally";
  /** Index in `scopes`; -1 for the function itself. */
  readonly scope: number;
  readonly parent: SehRegion | undefined;
}

export interface SehScope {
  readonly index: number;
  readonly kind: "except" | "finally";
  /** The scope that guards this one, -1 for none. */
  readonly parent: number;
  /** Token indices: the keywords, the braces of the blocks, the parentheses of the filter (-1 for `__finally`). */
  readonly tryToken: number;
  readonly bodyOpen: number;
  readonly bodyClose: number;
  readonly keyword: number;
  readonly filterOpen: number;
  readonly filterClose: number;
  readonly blockOpen: number;
  readonly blockClose: number;
}

export interface SehJump {
  readonly kind: "return" | "goto" | "break" | "continue" | "leave";
  /** Token indices: of the keyword and of the semicolon. */
  readonly start: number;
  readonly end: number;
  readonly from: SehRegion;
  readonly to: SehRegion;
  /** `leave`: the scope whose body it leaves. */
  readonly scope: number;
}

export interface SehStatements {
  readonly scopes: readonly SehScope[];
  readonly jumps: readonly SehJump[];
  readonly root: SehRegion;
}

/** What Microsoft's compiler refuses too. */
export class SehSyntaxError extends Error {
  /** Offset in the text. */
  readonly offset: number;
  readonly hint: string;

  constructor(message: string, offset: number, hint: string) {
    super(message);
    this.offset = offset;
    this.hint = hint;
  }
}

interface Context {
  readonly region: SehRegion;
  readonly breakTo: SehRegion | undefined;
  readonly continueTo: SehRegion | undefined;
}

interface OpenJump {
  readonly kind: SehJump["kind"];
  readonly start: number;
  readonly end: number;
  readonly context: Context;
}

/** Reads one function. @throws SehSyntaxError; undefined when the statements cannot be followed, which the compiler will explain better. */
export function readSehStatements(list: TokenList, fn: SehFunction, language: Language): SehStatements | undefined {
  const reader = new StatementReader(list, language);
  const root: SehRegion = { kind: "function", scope: -1, parent: undefined };
  try {
    reader.block(fn.open, { region: root, breakTo: undefined, continueTo: undefined });
  } catch (error) {
    if (error instanceof Lost) return undefined;
    throw error;
  }
  return { scopes: reader.scopes, jumps: reader.jumps(root), root };
}

function encloses(outer: SehRegion, inner: SehRegion): boolean {
  for (let at: SehRegion | undefined = inner; at !== undefined; at = at.parent) if (at === outer) return true;
  return false;
}

/** The text is not what it seemed to be. */
class Lost extends Error {}

class StatementReader {
  readonly #list: TokenList;
  readonly #language: Language;
  readonly scopes: SehScope[] = [];
  readonly #jumps: OpenJump[] = [];
  readonly #labels = new Map<string, SehRegion>();

  constructor(list: TokenList, language: Language) {
    this.#list = list;
    this.#language = language;
  }

  jumps(root: SehRegion): SehJump[] {
    return this.#jumps.flatMap(({ kind, start, end, context }) => {
      const from = context.region;
      const to = this.#target(kind, start, context, root);
      if (to === undefined) return [];
      if (!encloses(to, from)) this.#refuseJumpInto(to, start);
      return [{ kind, start, end, from, to, scope: to.scope }];
    });
  }

  #refuseJumpInto({ kind }: SehRegion, start: number): never {
    const block = kind === "body" ? "__try" : kind === "finally" ? "__finally" : "__except";
    const hint = "a guarded block begins at its beginning";
    throw new SehSyntaxError(`the jump leads into a ${block} block`, this.#list.tokens[start]?.start ?? 0, hint);
  }

  #target(kind: SehJump["kind"], start: number, context: Context, root: SehRegion): SehRegion | undefined {
    switch (kind) {
      case "return":
        return root;
      case "goto":
        return this.#labels.get(this.#text(start + 1));
      case "break":
        return context.breakTo;
      case "continue":
        return context.continueTo;
      case "leave": {
        let region: SehRegion | undefined = context.region;
        while (region !== undefined && region.kind !== "body") region = region.parent;
        if (region !== undefined) return region;
        const hint = "__leave ends the __try block it stands in";
        throw new SehSyntaxError("'__leave' stands in no __try block", this.#list.tokens[start]?.start ?? 0, hint);
      }
    }
  }

  #text(i: number): string {
    return this.#list.tokens[i]?.text ?? "";
  }

  /** Index of the partner of the bracket at `i`, which must be `bracket`. */
  #group(i: number, bracket: string): number {
    const close = this.#list.partner[i] ?? -1;
    if (this.#text(i) !== bracket || close < i) throw new Lost();
    return close;
  }

  /** Statements between the braces at `open` and its partner; returns the index behind. */
  block(open: number, context: Context): number {
    const close = this.#group(open, "{");
    for (let i = open + 1; i < close; ) i = this.#statement(i, context);
    return close + 1;
  }

  #statement(i: number, context: Context): number {
    const text = this.#text(i);
    if (text === "{") return this.block(i, context);
    if (text === ";") return i + 1;
    if (text === "[" && this.#text(i + 1) === "[") return this.#statement(this.#group(i, "[") + 1, context);
    if (this.#list.tokens[i]?.kind !== "name") return this.#simple(i);
    if (isSehTry(this.#list, i, this.#language)) return this.#guarded(i, context);
    const loop: Context = { ...context, breakTo: context.region, continueTo: context.region };
    switch (text) {
      case "if":
        return this.#if(i, context);
      case "while":
      case "for":
        return this.#statement(this.#group(i + 1, "(") + 1, loop);
      case "switch":
        return this.#statement(this.#group(i + 1, "(") + 1, { ...context, breakTo: context.region });
      case "do":
        return this.#simple(this.#statement(i + 1, loop));
      case "case":
      case "default":
        return this.#caseLabel(i);
      case "return":
      case "goto":
      case "break":
      case "continue":
        return this.#jump(text, i, context);
      case "try":
        return this.#cppTry(i, context);
      default:
        if (this.#isLeave(i)) return this.#jump("leave", i, context);
        if (this.#text(i + 1) !== ":") return this.#simple(i);
        this.#labels.set(text, context.region);
        return i + 2;
    }
  }

  #isLeave(i: number): boolean {
    const text = this.#text(i);
    return this.#text(i + 1) === ";" && (text === "__leave" || text === "_leave" || (text === "leave" && this.#language === "c"));
  }

  #if(i: number, context: Context): number {
    const condition = this.#text(i + 1) === "constexpr" ? i + 2 : i + 1;
    const end = this.#statement(this.#group(condition, "(") + 1, context);
    return this.#text(end) === "else" ? this.#statement(end + 1, context) : end;
  }

  #caseLabel(i: number): number {
    let questions = 0;
    for (let at = i + 1; at < this.#list.tokens.length; at++) {
      const text = this.#text(at);
      if (text === "(") at = this.#group(at, "(");
      else if (text === "?") questions++;
      else if (text === ":" && questions-- === 0) return at + 1;
      else if (text === ";" || text === "{" || text === "}") break;
    }
    throw new Lost();
  }

  #jump(kind: SehJump["kind"], start: number, context: Context): number {
    const behind = this.#simple(start);
    this.#jumps.push({ kind, start, end: behind - 1, context });
    return behind;
  }

  /** Expression or declaration up to its semicolon. */
  #simple(i: number): number {
    for (let at = i; at < this.#list.tokens.length; at++) {
      const text = this.#text(at);
      if (text === ";") return at + 1;
      if (text === "(" || text === "[" || text === "{") at = this.#group(at, text);
      else if (text === ")" || text === "]" || text === "}") break;
    }
    throw new Lost();
  }

  #cppTry(i: number, context: Context): number {
    let at = this.block(i + 1, context);
    while (this.#text(at) === "catch") at = this.block(this.#group(at + 1, "(") + 1, context);
    return at;
  }

  #guarded(i: number, context: Context): number {
    const parent = this.#guard(context.region);
    const index = this.scopes.length;
    const bodyClose = this.#group(i + 1, "{");
    const keyword = bodyClose + 1;
    const kind = this.#handlerKind(keyword, i);
    const filterOpen = kind === "except" ? keyword + 1 : -1;
    const filterClose = kind === "except" ? this.#group(filterOpen, "(") : -1;
    const blockOpen = (kind === "except" ? filterClose : keyword) + 1;
    const blockClose = this.#group(blockOpen, "{");
    this.scopes.push({ index, kind, parent, tryToken: i, bodyOpen: i + 1, bodyClose, keyword, filterOpen, filterClose, blockOpen, blockClose });
    this.block(i + 1, { ...context, region: { kind: "body", scope: index, parent: context.region } });
    const after = kind === "except" ? "handler" : "finally";
    return this.block(blockOpen, { ...context, region: { kind: after, scope: index, parent: context.region } });
  }

  #handlerKind(keyword: number, tryToken: number): SehScope["kind"] {
    const word = this.#text(keyword);
    const isOld = this.#language === "c";
    if (word === "__except" || word === "_except" || (isOld && word === "except")) return "except";
    if (word === "__finally" || word === "_finally" || (isOld && word === "finally")) return "finally";
    const hint = "put __except (filter) { … } or __finally { … } behind the block";
    throw new SehSyntaxError("'__try' is not followed by '__except' or '__finally'", this.#list.tokens[tryToken]?.start ?? 0, hint);
  }

  /** The scope whose body encloses `region`, -1 for none: handlers and termination blocks are not guarded by their own scope. */
  #guard(region: SehRegion): number {
    for (let at: SehRegion | undefined = region; at !== undefined; at = at.parent) if (at.kind === "body") return at.scope;
    return -1;
  }
}
