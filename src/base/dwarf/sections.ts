// SPDX-License-Identifier: MIT
/** Custom sections of a WebAssembly module: clang and wasm-ld keep DWARF in those named `.debug_*`. */

import { UserError, ExitStatus } from "../user-error.ts";
import { ByteCursor } from "./cursor.ts";

/** Section contents by name, e.g. `.debug_info`. */
export type DwarfSections = ReadonlyMap<string, Uint8Array>;

/**
 * Contents of the custom sections of a module, by name; the last of several with one name wins.
 * Throws UserError `wasm-not-a-module` when the bytes are not a WebAssembly module.
 */
export function wasmCustomSections(module: Uint8Array): Map<string, Uint8Array> {
  if (module.length < 8 || module[0] !== 0 || module[1] !== 0x61 || module[2] !== 0x73 || module[3] !== 0x6d) {
    throw new UserError({ code: "wasm-not-a-module", message: "File is not a WebAssembly module", exitStatus: ExitStatus.buildFailed });
  }
  const sections = new Map<string, Uint8Array>();
  const cursor = new ByteCursor(module, 8);
  while (!cursor.atEnd) {
    const id = cursor.u8();
    const size = cursor.uleb();
    const end = cursor.position + size;
    if (id === 0) {
      const name = cursor.name();
      sections.set(name, module.subarray(cursor.position, end));
    }
    cursor.position = end;
  }
  return sections;
}

const nothing = new Uint8Array(0);

/** Contents of one section; empty when absent. */
export const sectionBytes = (sections: DwarfSections, name: string): Uint8Array => sections.get(name) ?? nothing;
