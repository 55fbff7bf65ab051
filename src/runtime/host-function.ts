// SPDX-License-Identifier: MIT
/**
 * Host functions that driver code can call through a function pointer (interfaces, DMA_OPERATIONS): WebAssembly tables hold only WebAssembly
 * functions, so each one is wrapped in a module of a few bytes that imports and exports it with the signature of the C prototype.
 */
import { assert } from "../base/index.ts";
import type { HostSignature } from "../machine/index.ts";

const valueTypes: Readonly<Record<string, number>> = { i: 0x7f, l: 0x7e, f: 0x7d, d: 0x7c };

/** Bytes of a type section entry for `signature`. */
function typeBytes(signature: HostSignature): number[] {
  const match = /^([ilfd]?):([ilfd]*)$/.exec(signature);
  assert(match !== null, `bad host function signature "${signature}"`);
  const [, result = "", parameters = ""] = match;
  const code = (letter: string): number => valueTypes[letter] ?? 0x7f;
  return [0x60, parameters.length, ...[...parameters].map(code), result.length, ...[...result].map(code)];
}

function section(id: number, content: readonly number[]): number[] {
  assert(content.length < 128, "the sections of a host function are short");
  return [id, content.length, ...content];
}

/** A WebAssembly function of type `signature` that calls `body`. */
export function wrapHostFunction(signature: HostSignature, body: (...args: never[]) => unknown): (...args: (number | bigint)[]) => number | bigint | undefined {
  const name = [1, 0x66]; // "f"
  const bytes = [
    0x00,
    0x61,
    0x73,
    0x6d,
    0x01,
    0x00,
    0x00,
    0x00,
    ...section(1, [1, ...typeBytes(signature)]),
    ...section(2, [1, ...name, ...name, 0x00, 0x00]),
    ...section(7, [1, ...name, 0x00, 0x00]),
  ];
  const instance = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes)), { f: { f: body } });
  return instance.exports["f"] as (...args: (number | bigint)[]) => number | bigint | undefined;
}
