// SPDX-License-Identifier: MIT
/**
 * C structure layouts as data, by the rules the driver's compiler uses (wasm32, `-mms-bitfields`: natural alignment,
 * 32-bit pointers, 8-byte alignment of 64-bit integers). Tests compare these tables with the headers in `sdk/include`.
 */

export type FieldType = "u8" | "i8" | "u16" | "i16" | "u32" | "i32" | "ptr" | "u64" | "i64" | StructLayout | readonly [FieldType, number];

export interface Field {
  readonly type: FieldType;
  readonly offset: number;
  readonly size: number;
}

export interface StructLayout<Names extends string = string> {
  readonly name: string;
  readonly size: number;
  readonly alignment: number;
  readonly fields: Readonly<Record<Names, Field>>;
}

const scalarSize: Readonly<Record<string, number>> = { u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, ptr: 4, u64: 8, i64: 8 };

function measure(type: FieldType): { size: number; alignment: number } {
  if (typeof type === "string") {
    const size = scalarSize[type] ?? 0;
    return { size, alignment: size };
  }
  if ("fields" in type) return type;
  const element = measure(type[0]);
  return { size: element.size * type[1], alignment: element.alignment };
}

const roundUp = (value: number, alignment: number): number => Math.ceil(value / alignment) * alignment;

/** Lays out `fields` in declaration order. */
export function struct<const F extends Readonly<Record<string, FieldType>>>(name: string, fields: F): StructLayout<keyof F & string> {
  let offset = 0;
  let alignment = 1;
  const placed: Record<string, Field> = {};
  for (const [field, type] of Object.entries(fields)) {
    const measured = measure(type);
    offset = roundUp(offset, measured.alignment);
    placed[field] = { type, offset, size: measured.size };
    offset += measured.size;
    alignment = Math.max(alignment, measured.alignment);
  }
  return { name, size: roundUp(offset, alignment), alignment, fields: placed as Record<keyof F & string, Field> };
}

/** All members at offset 0. */
export function union<const F extends Readonly<Record<string, FieldType>>>(name: string, fields: F): StructLayout<keyof F & string> {
  let size = 0;
  let alignment = 1;
  const placed: Record<string, Field> = {};
  for (const [field, type] of Object.entries(fields)) {
    const measured = measure(type);
    placed[field] = { type, offset: 0, size: measured.size };
    size = Math.max(size, measured.size);
    alignment = Math.max(alignment, measured.alignment);
  }
  return { name, size: roundUp(size, alignment), alignment, fields: placed as Record<keyof F & string, Field> };
}
