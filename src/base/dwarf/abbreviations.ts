// SPDX-License-Identifier: MIT
/** Abbreviation tables (`.debug_abbrev`): the shapes of debugging information entries. */

import { ByteCursor } from "./cursor.ts";
import { DW_FORM } from "./constants.ts";

/** Shape of an entry: its tag and, index by index, its attributes and their forms. */
export interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: readonly number[];
  readonly forms: readonly number[];
  /** Values of `DW_FORM_implicit_const` attributes; 0 elsewhere. */
  readonly implicitConstants: readonly number[];
}

/** Reads the table at `offset` of `.debug_abbrev`; the index is the abbreviation code. */
export function readAbbreviations(section: Uint8Array, offset: number): (Abbreviation | undefined)[] {
  const table: (Abbreviation | undefined)[] = [];
  const cursor = new ByteCursor(section, offset);
  for (let code = cursor.uleb(); code !== 0; code = cursor.uleb()) {
    const tag = cursor.uleb();
    const hasChildren = cursor.u8() !== 0;
    const attributes: number[] = [];
    const forms: number[] = [];
    const implicitConstants: number[] = [];
    for (;;) {
      const attribute = cursor.uleb();
      const form = cursor.uleb();
      const constant = form === DW_FORM.implicit_const ? cursor.sleb() : 0;
      if (attribute === 0 && form === 0) break;
      attributes.push(attribute);
      forms.push(form);
      implicitConstants.push(constant);
    }
    table[code] = { tag, hasChildren, attributes, forms, implicitConstants };
  }
  return table;
}
