// SPDX-License-Identifier: MIT
/** UNICODE_STRING structures in driver memory. */
import type { GuestMemory } from "../machine/index.ts";
import { UNICODE_STRING } from "./device-structs.ts";
import { StructView } from "./struct-view.ts";

/** Text of the UNICODE_STRING at `address`. */
export function readUnicodeString(memory: GuestMemory, address: number): string {
  const view = new StructView(memory, UNICODE_STRING, address);
  const characters = view.get("Length") >>> 1;
  return characters === 0 ? "" : memory.wideString(view.get("Buffer"), characters);
}

/** `text` as UTF-16, with a terminating zero when asked. */
export function utf16(text: string, terminated = false): Uint8Array {
  const bytes = new Uint8Array(2 * (text.length + (terminated ? 1 : 0)));
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), true);
  return bytes;
}

/** Fills a UNICODE_STRING that names [buffer, buffer + 2 * characters). */
export function writeUnicodeString(memory: GuestMemory, address: number, buffer: number, characters: number): void {
  const view = new StructView(memory, UNICODE_STRING, address);
  view.set("Length", 2 * characters);
  view.set("MaximumLength", 2 * characters + 2);
  view.set("Buffer", buffer);
}
