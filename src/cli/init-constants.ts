// SPDX-License-Identifier: MIT
/** Numeric constants of a driver's sources: `#define NAME expression` and enumerators, evaluated as far as they are plain arithmetic. */
import { type SourceText, lineAt } from "./init-source-text.ts";

export interface Constant {
  readonly name: string;
  readonly value: number;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** Constants of the kit that appear in the definitions of drivers (devioctl.h, wdm.h). */
const kit: Readonly<Record<string, number>> = {
  FILE_DEVICE_UNKNOWN: 0x22,
  METHOD_BUFFERED: 0,
  METHOD_IN_DIRECT: 1,
  METHOD_OUT_DIRECT: 2,
  METHOD_NEITHER: 3,
  FILE_ANY_ACCESS: 0,
  FILE_SPECIAL_ACCESS: 0,
  FILE_READ_ACCESS: 1,
  FILE_READ_DATA: 1,
  FILE_WRITE_ACCESS: 2,
  FILE_WRITE_DATA: 2,
  PAGE_SIZE: 4096,
};

/** Constants by name, in the order of the sources. */
export function readConstants(sources: readonly SourceText[]): ReadonlyMap<string, Constant> {
  const definitions = new Map<string, { readonly text: string; readonly file: string; readonly line: number }>();
  for (const { file, code } of sources) {
    for (const match of code.matchAll(/^[ \t]*#[ \t]*define[ \t]+([A-Za-z_]\w*)[ \t]+(\S[^\n]*)$/gm)) {
      const [, name = "", text = ""] = match;
      if (!definitions.has(name)) definitions.set(name, { text, file, line: lineAt(code, match.index) });
    }
    for (const [name, text, at] of enumerators(code)) if (!definitions.has(name)) definitions.set(name, { text, file, line: lineAt(code, at) });
  }
  const constants = new Map<string, Constant>();
  for (const [name, { text, file, line }] of definitions) {
    const value = evaluate(text, (other) => definitions.get(other)?.text ?? kit[other]?.toString(), 0);
    if (value !== undefined) constants.set(name, { name, value, file, line });
  }
  return constants;
}

/** Enumerators with the text of their values: their own, or the one before plus one. */
function* enumerators(code: string): Generator<readonly [name: string, text: string, at: number]> {
  for (const match of code.matchAll(/\benum\b[^{};]*\{([^{}]*)\}/g)) {
    const [whole, body = ""] = match;
    let at = match.index + whole.length - 1 - body.length;
    let previous: string | undefined;
    for (const item of body.split(",")) {
      const [, name, text] = /^\s*([A-Za-z_]\w*)\s*(?:=([\s\S]+))?$/.exec(item) ?? [];
      if (name !== undefined) {
        yield [name, text ?? (previous === undefined ? "0" : `(${previous}) + 1`), at + item.indexOf(name)];
        previous = name;
      }
      at += item.length + 1;
    }
  }
}

const deepest = 12;
const operators: Readonly<Record<string, readonly [precedence: number, apply: (a: number, b: number) => number]>> = {
  "|": [1, (a, b) => (a | b) >>> 0],
  "&": [2, (a, b) => (a & b) >>> 0],
  "<<": [3, (a, b) => (a << b) >>> 0],
  ">>": [3, (a, b) => a >>> b],
  "+": [4, (a, b) => a + b],
  "-": [4, (a, b) => a - b],
  "*": [5, (a, b) => a * b],
  "/": [5, (a, b) => (b === 0 ? Number.NaN : Math.trunc(a / b))],
};

/** Value of a constant expression of integers; undefined when it is anything else. */
export function evaluate(text: string, define: (name: string) => string | undefined, depth = 0): number | undefined {
  if (depth > deepest) return undefined;
  const tokens = text.match(/0[xX][0-9a-fA-F]+[uUlL]*|\d+[uUlL]*|[A-Za-z_]\w*|<<|>>|\S/g) ?? [];
  let at = 0;
  const take = (token: string): boolean => tokens[at] === token && ++at > 0;
  const operand = (): number => {
    if (take("(")) {
      const inside = expression(0);
      return take(")") ? inside : Number.NaN;
    }
    const token = tokens[at++] ?? "";
    if (/^\d/.test(token)) {
      const digits = token.replace(/[uUlL]+$/, "");
      return /^0\d+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
    }
    if (token === "CTL_CODE" && take("(")) return controlCode();
    const defined = /^[A-Za-z_]/.test(token) ? define(token) : undefined;
    return defined === undefined ? Number.NaN : (evaluate(defined, define, depth + 1) ?? Number.NaN);
  };
  /** CTL_CODE(DeviceType, Function, Method, Access) of devioctl.h. */
  const controlCode = (): number => {
    const values: number[] = [];
    do values.push(expression(0));
    while (take(","));
    const [type = Number.NaN, code = Number.NaN, method = Number.NaN, access = Number.NaN] = values;
    return take(")") ? type * 0x1_0000 + access * 0x4000 + code * 4 + method : Number.NaN;
  };
  const expression = (least: number): number => {
    let left = operand();
    for (;;) {
      const operator = operators[tokens[at] ?? ""];
      if (operator === undefined || operator[0] < least) return left;
      at++;
      left = operator[1](left, expression(operator[0] + 1));
    }
  };
  const value = expression(0);
  return at === tokens.length && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
