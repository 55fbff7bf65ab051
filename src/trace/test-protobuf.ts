// SPDX-License-Identifier: MIT
/** Reads protocol buffers for tests, from the encoding's specification (protobuf.dev) and not from the writer. */

export interface ProtobufField {
  readonly number: number;
  /** Of varints (unsigned 64 bits) and fixed64. */
  readonly value: bigint;
  /** Of length-delimited fields. */
  readonly bytes: Uint8Array;
}

/** Fields of a message in their order. Throws for anything malformed. */
export function readMessage(bytes: Uint8Array): ProtobufField[] {
  const fields: ProtobufField[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Number(tag >> 3n);
    const wire = Number(tag & 7n);
    let value = 0n;
    let content = new Uint8Array();
    if (wire === 0) value = varint();
    else if (wire === 1) {
      value = view.getBigUint64(at, true);
      at += 8;
    } else if (wire === 2) {
      const length = Number(varint());
      content = bytes.slice(at, at + length);
      at += length;
      if (at > bytes.length) throw new RangeError("a field ends behind its message");
    } else throw new RangeError(`wire type ${wire}`);
    fields.push({ number, value, bytes: content });
  }
  return fields;
}

export const child = (fields: readonly ProtobufField[], number: number): ProtobufField[] | undefined => {
  const found = fields.find((field) => field.number === number);
  return found === undefined ? undefined : readMessage(found.bytes);
};
export const number = (fields: readonly ProtobufField[], of: number): number => Number(fields.find((field) => field.number === of)?.value ?? 0n);
export const text = (fields: readonly ProtobufField[], of: number): string => new TextDecoder().decode(fields.find((field) => field.number === of)?.bytes);
export const all = (fields: readonly ProtobufField[], of: number): ProtobufField[] => fields.filter((field) => field.number === of);
