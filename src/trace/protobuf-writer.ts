// SPDX-License-Identifier: MIT
/**
 * Writes protocol buffers (protobuf.dev, "Encoding") in one pass: a nested message gets a length of four bytes that is filled in afterwards, as
 * the format allows. Bytes are taken in chunks between messages.
 */

const wireVarint = 0;
const wireFixed64 = 1;
const wireLength = 2;
/** Bytes of a nested message's length; its largest value is 2^28 - 1. */
const lengthBytes = 4;

export class ProtobufWriter {
  #bytes = new Uint8Array(0x1_0000);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  readonly #encoder = new TextEncoder();

  /** Bytes that wait to be taken. */
  get length(): number {
    return this.#length;
  }

  /** A copy of all bytes since the last call; only between messages. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  /** int32, int64, uint32, uint64 or enum: any safe integer; a negative one takes ten bytes. */
  integer(field: number, value: number): void {
    this.#tag(field, wireVarint);
    if (value >= 0) this.#varint(value);
    else this.#negative(value);
  }

  fixed64(field: number, value: number): void {
    this.#tag(field, wireFixed64);
    this.#reserve(8);
    this.#view.setUint32(this.#length, value >>> 0, true);
    this.#view.setUint32(this.#length + 4, Math.floor(value / 0x1_0000_0000), true);
    this.#length += 8;
  }

  double(field: number, value: number): void {
    this.#tag(field, wireFixed64);
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  text(field: number, value: string): void {
    this.#tag(field, wireLength);
    const bytes = this.#encoder.encode(value);
    this.#varint(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A nested message that `write` fills. */
  message(field: number, write: () => void): void {
    this.#tag(field, wireLength);
    this.#reserve(lengthBytes);
    const at = this.#length;
    this.#length += lengthBytes;
    write();
    const size = this.#length - at - lengthBytes;
    for (let i = 0; i < lengthBytes; i++) this.#bytes[at + i] = ((size >>> (7 * i)) & 0x7f) | (i < lengthBytes - 1 ? 0x80 : 0);
  }

  #tag(field: number, wire: number): void {
    this.#varint(field * 8 + wire);
  }

  #varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  #negative(value: number): void {
    this.#reserve(10);
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest >= 0x80n) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + size));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
