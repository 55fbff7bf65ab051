// SPDX-License-Identifier: MIT
/** Packs events for an HTML page: small numbers, 7 bits a byte, times and ids as differences. Its inverse is `unpack` of html-viewer-script.ts. */

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

/** Bytes of the longest event. */
const mostEventBytes = 14 * 10 + 6 * 9;

export class EventPacker {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #length = 0;
  #time = 0;
  #id = 0;
  #statement = 0;

  /** A block is full after about `blockBytes`. */
  constructor(blockBytes: number) {
    this.#bytes = new Uint8Array(blockBytes + mostEventBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get isFull(): boolean {
    return this.#length + mostEventBytes > this.#bytes.length;
  }

  /** The events since the last call; valid until the next `add`. */
  takeBlock(): Uint8Array {
    const block = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return block;
  }

  add(event: PackedEvent): void {
    for (const value of [event.kind, event.lane, event.row, event.depth]) this.#small(value);
    this.#any(event.start - this.#time);
    // 0 = an instant, 1 = a span without an end, else its length + 2.
    this.#any(event.end === undefined ? 0 : event.end === Number.POSITIVE_INFINITY ? 1 : event.end - event.start + 2);
    for (const value of [event.name, event.correlation, event.cause, event.id - this.#id]) this.#small(value);
    this.#any(event.statement - this.#statement);
    for (const value of [event.irql, event.object]) this.#small(value);
    for (const value of event.args) this.#any(value);
    this.#time = event.start;
    this.#id = event.id;
    this.#statement = event.statement;
  }

  /** A natural number. */
  #small(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** Any number: natural ones plus one, others as float64 after a 0. */
  #any(value: number): void {
    if (Number.isSafeInteger(value + 1) && value >= 0) return this.#small(value + 1);
    this.#bytes[this.#length++] = 0;
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }
}
