// SPDX-License-Identifier: MIT
/** Joins small pieces of a long output to chunks of bytes, so that nothing ever holds the whole. */

/** Characters after which a chunk is handed on. */
const chunkCharacters = 0x4_0000;

/** `pieces` in order as UTF-8, in chunks of about 256 KiB. */
export function* encodeChunks(pieces: Iterable<string>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let text = "";
  for (const piece of pieces) {
    text += piece;
    if (text.length < chunkCharacters) continue;
    yield encoder.encode(text);
    text = "";
  }
  if (text !== "") yield encoder.encode(text);
}

/** All chunks as one array. */
export function joinChunks(chunks: Iterable<Uint8Array>): Uint8Array {
  const parts = [...chunks];
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
