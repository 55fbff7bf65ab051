// SPDX-License-Identifier: MIT
/**
 * Units and debugging information entries (`.debug_info`). Unit headers and root entries are read at once, the tree below a root
 * when it is first asked for.
 */

import { assert, defined } from "../assert.ts";
import { readAbbreviations, type Abbreviation } from "./abbreviations.ts";
import { DW_AT, DW_FORM, DW_UT } from "./constants.ts";
import { ByteCursor } from "./cursor.ts";
import { decodeForm, resolveForm, unsupportedDwarf, type AttributeValue, type FormContext } from "./forms.ts";
import { sectionBytes, type DwarfSections } from "./sections.ts";

/** Debugging information entry. */
export class Die {
  /** Offset in `.debug_info`; what references hold. */
  readonly offset: number;
  readonly unit: DwarfUnit;
  readonly parent: Die | undefined;
  readonly children: Die[] = [];
  readonly abbreviation: Abbreviation;
  /** Form actually used, for each attribute (an indirect form is replaced by the one it names). */
  readonly forms: readonly number[];
  readonly values: readonly AttributeValue[];

  constructor(
    offset: number,
    unit: DwarfUnit,
    parent: Die | undefined,
    abbreviation: Abbreviation,
    forms: readonly number[],
    values: readonly AttributeValue[],
  ) {
    this.offset = offset;
    this.unit = unit;
    this.parent = parent;
    this.abbreviation = abbreviation;
    this.forms = forms;
    this.values = values;
  }

  get tag(): number {
    return this.abbreviation.tag;
  }

  has(attribute: number): boolean {
    return this.abbreviation.attributes.includes(attribute);
  }

  attribute(attribute: number): AttributeValue | undefined {
    const index = this.abbreviation.attributes.indexOf(attribute);
    return index < 0 ? undefined : this.values[index];
  }

  /** Form of an attribute (`DW_FORM`), which tells e.g. an address from an offset in DW_AT_high_pc. */
  form(attribute: number): number | undefined {
    const index = this.abbreviation.attributes.indexOf(attribute);
    return index < 0 ? undefined : this.forms[index];
  }

  /** Value when it is a number: address, exact constant, reference, section offset. */
  number(attribute: number): number | undefined {
    const value = this.attribute(attribute);
    return typeof value === "number" ? value : undefined;
  }

  string(attribute: number): string | undefined {
    const value = this.attribute(attribute);
    return typeof value === "string" ? value : undefined;
  }

  flag(attribute: number): boolean {
    return this.attribute(attribute) === true;
  }

  /** Value when it is a block or an expression. */
  bytes(attribute: number): Uint8Array | undefined {
    const value = this.attribute(attribute);
    return value instanceof Uint8Array ? value : undefined;
  }

  /** One past the last address: DW_AT_high_pc as an address, or as an offset from DW_AT_low_pc. */
  get highPc(): number | undefined {
    const high = this.number(DW_AT.high_pc);
    const form = this.form(DW_AT.high_pc);
    if (high === undefined || form === undefined) return undefined;
    const isAddress = form === DW_FORM.addr || form === DW_FORM.addrx || (form >= DW_FORM.addrx1 && form <= DW_FORM.addrx4);
    return isAddress ? high : (this.number(DW_AT.low_pc) ?? 0) + high;
  }
}

/** Compilation, partial or type unit. */
export class DwarfUnit implements FormContext {
  readonly sections: DwarfSections;
  readonly offset: number;
  /** Offset of the next unit. */
  readonly end: number;
  readonly version: number;
  readonly addressSize: number;
  bases = { strOffsets: 8, address: 8, locationLists: 12, rangeLists: 12 };
  /** Root entry; its `children` are filled by the first call of `tree` or `entries`. */
  readonly root: Die;
  readonly #abbreviations: readonly (Abbreviation | undefined)[];
  readonly #cursor: ByteCursor;
  #entries: Map<number, Die> | undefined;

  constructor(sections: DwarfSections, offset: number, abbreviationsAt: (offset: number) => readonly (Abbreviation | undefined)[]) {
    const cursor = new ByteCursor(sectionBytes(sections, ".debug_info"), offset);
    this.sections = sections;
    this.offset = offset;
    const length = cursor.u32();
    if (length >= 0xfffffff0) throw unsupportedDwarf("the 64-bit format");
    this.end = cursor.position + length;
    this.version = cursor.u16();
    if (this.version < 4 || this.version > 5) throw unsupportedDwarf(`version ${this.version}`);
    const type = this.version >= 5 ? cursor.u8() : DW_UT.compile;
    const sizeFirst = this.version >= 5 ? cursor.u8() : 0;
    const abbreviations = cursor.u32();
    this.addressSize = this.version >= 5 ? sizeFirst : cursor.u8();
    if (type === DW_UT.skeleton || type === DW_UT.split_compile) cursor.position += 8;
    if (type === DW_UT.type || type === DW_UT.split_type) cursor.position += 12;
    this.#abbreviations = abbreviationsAt(abbreviations);
    this.#cursor = cursor;
    this.root = defined(this.#readRoot(), "unit without a root entry");
  }

  /** Root entry with the whole tree below it. */
  get tree(): Die {
    this.entries();
    return this.root;
  }

  /** All entries of the unit by their offset in `.debug_info`. */
  entries(): ReadonlyMap<number, Die> {
    this.#entries ??= this.#readTree();
    return this.#entries;
  }

  #readRoot(): Die | undefined {
    const raw = this.#readDie(undefined, false);
    if (!raw) return undefined;
    const base = (attribute: number, otherwise: number): number => raw.number(attribute) ?? otherwise;
    this.bases = {
      strOffsets: base(DW_AT.str_offsets_base, 8),
      address: base(DW_AT.addr_base, 8),
      locationLists: base(DW_AT.loclists_base, 12),
      rangeLists: base(DW_AT.rnglists_base, 12),
    };
    const values = raw.values.map((value, i) => resolveForm(value, raw.forms[i] ?? 0, this));
    return new Die(raw.offset, this, undefined, raw.abbreviation, raw.forms, values);
  }

  #readTree(): Map<number, Die> {
    const entries = new Map<number, Die>([[this.root.offset, this.root]]);
    let parent: Die | undefined = this.root.abbreviation.hasChildren ? this.root : undefined;
    while (parent && this.#cursor.position < this.end) {
      const die = this.#readDie(parent, true);
      if (!die) {
        parent = parent.parent;
        continue;
      }
      entries.set(die.offset, die);
      parent.children.push(die);
      if (die.abbreviation.hasChildren) parent = die;
    }
    return entries;
  }

  #readDie(parent: Die | undefined, resolve: boolean): Die | undefined {
    const cursor = this.#cursor;
    const offset = cursor.position;
    const code = cursor.uleb();
    if (code === 0) return undefined;
    const abbreviation = this.#abbreviations[code];
    assert(abbreviation, "abbreviation code without a declaration");
    const values: AttributeValue[] = [];
    let forms: readonly number[] = abbreviation.forms;
    for (let i = 0; i < forms.length; i++) {
      let form = forms[i] ?? 0;
      if (form === DW_FORM.indirect) {
        form = cursor.uleb();
        forms = forms.with(i, form);
      }
      const value = decodeForm(cursor, form, abbreviation.implicitConstants[i] ?? 0, this);
      values.push(resolve ? resolveForm(value, form, this) : value);
    }
    return new Die(offset, this, parent, abbreviation, forms, values);
  }
}

/** All units of `.debug_info` in file order. Throws UserError `dwarf-unsupported` for versions other than 4 and 5 and for 64-bit DWARF. */
export function readUnits(sections: DwarfSections): DwarfUnit[] {
  const tables = new Map<number, readonly (Abbreviation | undefined)[]>();
  const abbreviationsAt = (offset: number): readonly (Abbreviation | undefined)[] => {
    const known = tables.get(offset);
    if (known) return known;
    const table = readAbbreviations(sectionBytes(sections, ".debug_abbrev"), offset);
    tables.set(offset, table);
    return table;
  };
  const units: DwarfUnit[] = [];
  const { length } = sectionBytes(sections, ".debug_info");
  for (let offset = 0; offset < length; ) {
    const unit = new DwarfUnit(sections, offset, abbreviationsAt);
    units.push(unit);
    offset = unit.end;
  }
  return units;
}

/**
 * True for the address wasm-ld writes for code it removed: all ones, all ones less one in lists, and 0 (no function begins at 0,
 * because the code section begins with their count).
 */
export function isDeadAddress(address: number): boolean {
  return address === 0 || address >= 0xfffffffe;
}
