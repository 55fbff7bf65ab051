// SPDX-License-Identifier: MIT
/** Layouts of structures in a driver's sources, for registers that are declared as one: fields with their offsets, as an x86 compiler places them. */
import { evaluate } from "./init-constants.ts";
import { type SourceText, lineAt } from "./init-source-text.ts";

export interface StructField {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

export interface Struct {
  /** Tag and typedef names. */
  readonly names: readonly string[];
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly fields: readonly StructField[];
  readonly size: number;
}

const sizes: Readonly<Record<string, number>> = {
  UCHAR: 1,
  CHAR: 1,
  BYTE: 1,
  UINT8: 1,
  INT8: 1,
  BOOLEAN: 1,
  uint8_t: 1,
  int8_t: 1,
  char: 1,
  USHORT: 2,
  SHORT: 2,
  WORD: 2,
  UINT16: 2,
  INT16: 2,
  uint16_t: 2,
  int16_t: 2,
  short: 2,
  ULONG: 4,
  LONG: 4,
  DWORD: 4,
  UINT: 4,
  INT: 4,
  UINT32: 4,
  INT32: 4,
  ULONG32: 4,
  LONG32: 4,
  DWORD32: 4,
  uint32_t: 4,
  int32_t: 4,
  int: 4,
  long: 4,
  unsigned: 4,
  ULONG64: 8,
  LONG64: 8,
  ULONGLONG: 8,
  LONGLONG: 8,
  UINT64: 8,
  INT64: 8,
  DWORD64: 8,
  uint64_t: 8,
  int64_t: 8,
  LARGE_INTEGER: 8,
  ULARGE_INTEGER: 8,
  PHYSICAL_ADDRESS: 8,
};
const qualifiers = /\b(?:volatile|const|signed|struct|union|__unaligned|UNALIGNED|_\w+_(?:\([^()]*\))?)\b/g;

interface Layout {
  /** The fields of a union are views of one register. */
  readonly isUnion: boolean;
  readonly fields: StructField[];
  size: number;
  align: number;
}

/** Structures whose fields are integers, arrays of them, or such structures and unions; others are left out. */
export function readStructs(sources: readonly SourceText[], define: (name: string) => string | undefined): Struct[] {
  const structs: Struct[] = [];
  const known = new Map<string, Layout>();
  for (const { file, code } of sources) {
    const pack = /#\s*pragma\s+pack\s*\(\s*(?:push\s*,\s*)?1\s*\)|pshpack1\.h/.test(code) ? 1 : 8;
    for (const match of code.matchAll(/\bstruct\s+(?:[A-Za-z_]\w*\s+)??([A-Za-z_]\w*)?\s*\{/g)) {
      const open = match.index + match[0].length - 1;
      const close = closingBrace(code, open);
      if (close < 0) continue;
      const layout = layOut(code.slice(open + 1, close), false, { known, define, pack });
      if (layout === undefined) continue;
      const aliases = /^([^;{}]*);/.exec(code.slice(close + 1))?.[1] ?? "";
      const names = [match[1] ?? "", ...aliases.split(",").map((alias) => alias.trim())].filter((name) => /^[A-Za-z_]\w*$/.test(name));
      for (const name of names) known.set(name, layout);
      if (names.length > 0) structs.push({ names, file, line: lineAt(code, match.index), fields: layout.fields, size: layout.size });
    }
  }
  return structs;
}

function closingBrace(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at++) {
    if (code[at] === "{") depth++;
    else if (code[at] === "}" && --depth === 0) return at;
  }
  return -1;
}

interface Context {
  readonly known: ReadonlyMap<string, Layout>;
  readonly define: (name: string) => string | undefined;
  readonly pack: number;
}

/** Layout of the text between the braces of a structure or union; undefined when a field's size is not known. */
function layOut(body: string, isUnion: boolean, context: Context): Layout | undefined {
  const layout: Layout = { isUnion, fields: [], size: 0, align: 1 };
  let bits = { unit: 0, used: 0 };
  for (const declaration of declarations(body)) {
    const part = partOf(declaration, context);
    if (part === undefined) return undefined;
    const { size, align, count, width } = part;
    const placed = Math.min(align, context.pack);
    layout.align = Math.max(layout.align, placed);
    // Bit-fields of one type share a unit while they fit.
    if (width !== undefined && bits.unit === size && bits.used + width <= 8 * size && width > 0) {
      bits.used += width;
      continue;
    }
    bits = { unit: width === undefined ? 0 : size, used: width ?? 0 };
    const offset = isUnion ? 0 : Math.ceil(layout.size / placed) * placed;
    layout.size = isUnion ? Math.max(layout.size, size * count) : offset + size * count;
    if (width === undefined) layout.fields.push(...fieldsOf(part, offset));
  }
  layout.size = Math.ceil(layout.size / layout.align) * layout.align;
  return layout.size === 0 ? undefined : layout;
}

/** Fields that a declaration at `offset` adds: its elements, or those of the structure that they are. */
function fieldsOf({ name, size, count, inner }: Part, offset: number): StructField[] {
  return Array.from({ length: Math.min(count, mostElements) }, (_, i) => i).flatMap((i) => {
    const own = count === 1 ? name : `${name}[${i}]`;
    const at = offset + i * size;
    if (inner === undefined || (inner.isUnion && name !== "")) return own === "" ? [] : [{ name: own, offset: at, size }];
    return inner.fields.map((field) => ({ name: own === "" ? field.name : `${own}.${field.name}`, offset: at + field.offset, size: field.size }));
  });
}

/** Elements of an array that are listed one by one. */
const mostElements = 16;

/** Declarations of a body, nested braces included. */
function* declarations(body: string): Generator<string> {
  let depth = 0;
  let start = 0;
  for (let at = 0; at < body.length; at++) {
    if (body[at] === "{") depth++;
    else if (body[at] === "}") depth--;
    else if (body[at] === ";" && depth === 0) {
      const text = body
        .slice(start, at)
        .replace(/^\s*#[^\n]*$/gm, "")
        .trim();
      if (text !== "") yield text;
      start = at + 1;
    }
  }
}

interface Part {
  readonly name: string;
  readonly size: number;
  readonly align: number;
  readonly count: number;
  /** Of a bit-field. */
  readonly width?: number;
  readonly inner?: Layout;
}

function partOf(declaration: string, context: Context): Part | undefined {
  const nested = /\b(struct|union)\b[^{]*\{([\s\S]*)\}\s*([\s\S]*)$/.exec(declaration);
  if (nested !== null) {
    const [, kind, body = "", rest = ""] = nested;
    const inner = layOut(body, kind === "union", context);
    const name = /^[A-Za-z_]\w*/.exec(rest.trim())?.[0] ?? "";
    return inner === undefined ? undefined : { name, size: inner.size, align: inner.align, count: elements(rest, context), inner };
  }
  // Pointers and several declarators in one declaration are no registers.
  const [, type = "", name = "", tail = ""] =
    /^(\w+)(?:\s+(?:int|long|char|short)\b)*\s*(\w*)\s*([\s\S]*)$/.exec(declaration.replace(qualifiers, " ").trim()) ?? [];
  if (/[*,(]/.test(tail)) return undefined;
  const inner = context.known.get(type);
  const size = sizes[type] ?? inner?.size;
  if (size === undefined) return undefined;
  const width = /^:\s*(\w+)/.exec(tail)?.[1];
  const bits = width === undefined ? undefined : evaluate(width, context.define);
  return {
    name,
    size,
    align: inner?.align ?? size,
    count: elements(tail, context),
    ...(bits === undefined ? {} : { width: bits }),
    ...(inner === undefined ? {} : { inner }),
  };
}

/** Product of the array bounds in `text`; 0 when one is not a constant. */
function elements(text: string, { define }: Context): number {
  return [...text.matchAll(/\[([^\]]*)\]/g)].reduce((count, [, bound = ""]) => count * (evaluate(bound, define) ?? 0), 1);
}
