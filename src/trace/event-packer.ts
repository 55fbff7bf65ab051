// SPDX-License-Identifier: MIT
/**
 * Packs events for an HTML page: column by column, because like stands beside like then, as differences to what was there before, in numbers of 7 bits
 * a byte. Its inverse is `unpack` of html-viewer-script.ts.
 */

export interface PackedEvent {
  readonly kind: number;
  readonly lane: number;
  readonly row: number;
  readonly depth: number;
  /** Virtual ns from the first event. */
  readonly start: number;
  /** Of a span; `Infinity` = it never ended, undefined = an instant. */
  readonly end: number | undefined;
  readonly name: number;
  readonly correlation: number;
  readonly cause: number;
  readonly id: number;
  readonly statement: number;
  readonly irql: number;
  readonly object: number;
  readonly args: readonly [number, number, number];
}

/** Columns of a block, in their order. */
const columnNames = [
  "kind",
  "lane",
  "row",
  "depth",
  "start",
  "length",
  "name",
  "correlation",
  "cause",
  "id",
  "statement",
  "irql",
  "object",
  "a",
  "b",
  "c",
] as const;
type ColumnName = (typeof columnNames)[number];

/** Most bytes of one number: a 0 and a float64, or 53 bits. */
const mostBytes = 9;
/** Differences beyond that are not exact. */
const greatest = 2 ** 51;

/** Numbers of one column. */
class Column {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  /** The latest number of a plain column, which the next one is a difference to. */
  last = 0;

  get length(): number {
    return this.#length;
  }

  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return taken;
  }

  /** A natural number. */
  natural(value: number): void {
    this.#reserve();
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** The difference of `value` to `before`, its sign in the lowest bit, plus one; what has no exact difference as float64 after a 0. */
  difference(value: number, before: number): void {
    const by = value - before;
    if (Number.isSafeInteger(value) && Number.isSafeInteger(by) && Math.abs(by) < greatest && !Object.is(value, -0)) {
      this.natural((by >= 0 ? 2 * by : -2 * by - 1) + 1);
      return;
    }
    this.natural(0);
    this.#reserve();
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  #reserve(): void {
    if (this.#length + mostBytes <= this.#bytes.length) return;
    const wider = new Uint8Array(2 * this.#bytes.length);
    wider.set(this.#bytes);
    this.#bytes = wider;
    this.#view = new DataView(wider.buffer);
  }
}

export class EventPacker {
  readonly #columns = Object.fromEntries(columnNames.map((name) => [name, new Column()])) as Readonly<Record<ColumnName, Column>>;
  readonly #blockBytes: number;
  #count = 0;
  /** The latest whole number in each argument of each kind. */
  readonly #arguments = new Map<number, [number, number, number]>();

  /** A block is full after about `blockBytes`. */
  constructor(blockBytes: number) {
    this.#blockBytes = blockBytes;
  }

  get isFull(): boolean {
    return columnNames.reduce((sum, name) => sum + this.#columns[name].length, 0) >= this.#blockBytes;
  }

  /** The events since the last call: how many, the length of each column, and the columns. */
  takeBlock(): Uint8Array {
    const parts = columnNames.map((name) => this.#columns[name].take());
    const header = Uint32Array.of(this.#count, ...parts.map(({ length }) => length));
    const block = new Uint8Array(header.byteLength + parts.reduce((sum, { length }) => sum + length, 0));
    const view = new DataView(block.buffer);
    for (const [i, value] of header.entries()) view.setUint32(4 * i, value, true);
    let at = header.byteLength;
    for (const part of parts) {
      block.set(part, at);
      at += part.length;
    }
    this.#count = 0;
    return block;
  }

  add(event: PackedEvent): void {
    const c = this.#columns;
    this.#count++;
    for (const name of ["kind", "lane", "row", "depth", "name", "irql"] as const) c[name].natural(event[name]);
    for (const name of ["start", "correlation", "id", "statement", "object"] as const) {
      c[name].difference(event[name], c[name].last);
      c[name].last = event[name];
    }
    // 0 = an instant, 1 = a span without an end, else its length + 2.
    c.length.difference(event.end === undefined ? 0 : event.end === Number.POSITIVE_INFINITY ? 1 : event.end - event.start + 2, 0);
    c.cause.difference(event.cause === 0 ? 0 : event.id - event.cause, 0);
    const before = this.#arguments.get(event.kind) ?? [0, 0, 0];
    this.#arguments.set(event.kind, before);
    for (const [i, name] of (["a", "b", "c"] as const).entries()) {
      const value = event.args[i] ?? 0;
      c[name].difference(value, before[i] ?? 0);
      if (Number.isSafeInteger(value) && Math.abs(value) < greatest) before[i] = value;
    }
  }
}
