// SPDX-License-Identifier: MIT
/** Range lists and location lists: `.debug_ranges`, `.debug_loc` (DWARF 4), `.debug_rnglists`, `.debug_loclists` (DWARF 5, section 7.25 and 7.29). */

import { assert } from "../assert.ts";
import { DW_AT } from "./constants.ts";
import { ByteCursor } from "./cursor.ts";
import { addressAt, unsupportedDwarf } from "./forms.ts";
import { sectionBytes } from "./sections.ts";
import { isDeadAddress, type Die, type DwarfUnit } from "./units.ts";

/** Code offsets [low, high). */
export interface AddressRange {
  readonly low: number;
  readonly high: number;
}

export interface LocationEntry extends AddressRange {
  readonly expression: Uint8Array;
}

/** Entry kinds; location lists have one more (default location) and number the last three differently. */
const RLE = { end: 0, base_addressx: 1, startx_endx: 2, startx_length: 3, offset_pair: 4, base_address: 5, start_end: 6, start_length: 7 } as const;
const LLE = { ...RLE, default_location: 5, base_address: 6, start_end: 7, start_length: 8 } as const;

/** Code of an entry: DW_AT_low_pc/DW_AT_high_pc or DW_AT_ranges; empty when it has none or the linker removed it. */
export function dieRanges(die: Die): AddressRange[] {
  const list = die.number(DW_AT.ranges);
  const low = die.number(DW_AT.low_pc);
  if (list !== undefined) return readRangeList(die.unit, list);
  const high = die.highPc;
  return low === undefined || high === undefined || isDeadAddress(low) || high <= low ? [] : [{ low, high }];
}

/** Reads the range list at a section offset. */
export function readRangeList(unit: DwarfUnit, offset: number): AddressRange[] {
  const isNew = unit.version >= 5;
  const cursor = new ByteCursor(sectionBytes(unit.sections, isNew ? ".debug_rnglists" : ".debug_ranges"), offset);
  const ranges: AddressRange[] = [];
  const add = (range: AddressRange): void => {
    if (range.high > range.low) ranges.push(range);
  };
  if (isNew) readNewList(unit, cursor, RLE, add);
  else readOldList(unit, cursor, add);
  return ranges;
}

/** Reads the location list at a section offset; a default location covers all addresses. */
export function readLocationList(unit: DwarfUnit, offset: number): LocationEntry[] {
  const isNew = unit.version >= 5;
  const cursor = new ByteCursor(sectionBytes(unit.sections, isNew ? ".debug_loclists" : ".debug_loc"), offset);
  const entries: LocationEntry[] = [];
  const add = (range: AddressRange): void => {
    const expression = cursor.take(isNew ? cursor.uleb() : cursor.u16());
    if (range.high > range.low) entries.push({ ...range, expression });
  };
  if (isNew) readNewList(unit, cursor, LLE, add);
  else readOldList(unit, cursor, add);
  return entries;
}

const unitBase = (unit: DwarfUnit): number => unit.root.number(DW_AT.low_pc) ?? 0;

/** DWARF 4: pairs relative to a base; (-1, base) sets it, (0, 0) ends. Removed code has a start near the top. */
function readOldList(unit: DwarfUnit, cursor: ByteCursor, add: (range: AddressRange) => void): void {
  let base = unitBase(unit);
  for (;;) {
    const first = cursor.u32();
    const second = cursor.u32();
    if (first === 0 && second === 0) return;
    if (first === 0xffffffff) base = second;
    else if (first === 0xfffffffe || isDeadAddress(base + first)) add({ low: 0, high: 0 });
    else add({ low: base + first, high: base + second });
  }
}

function readNewList(unit: DwarfUnit, cursor: ByteCursor, kinds: typeof RLE | typeof LLE, add: (range: AddressRange) => void): void {
  let base = unitBase(unit);
  const live = (low: number, high: number): void => add(isDeadAddress(low) ? { low: 0, high: 0 } : { low, high });
  assert(unit.addressSize === 4, "wasm32 debug information");
  for (;;) {
    const kind = cursor.u8();
    switch (kind) {
      case kinds.end:
        return;
      case kinds.base_addressx:
        base = addressAt(unit, cursor.uleb());
        break;
      case kinds.startx_endx:
        live(addressAt(unit, cursor.uleb()), addressAt(unit, cursor.uleb()));
        break;
      case kinds.startx_length: {
        const low = addressAt(unit, cursor.uleb());
        live(low, low + cursor.uleb());
        break;
      }
      case kinds.offset_pair: {
        const low = cursor.uleb();
        const high = cursor.uleb();
        if (isDeadAddress(base) && base !== 0) add({ low: 0, high: 0 });
        else live(base + low, base + high);
        break;
      }
      case kinds.base_address:
        base = cursor.u32();
        break;
      case kinds.start_end:
        live(cursor.u32(), cursor.u32());
        break;
      case kinds.start_length: {
        const low = cursor.u32();
        live(low, low + cursor.uleb());
        break;
      }
      case LLE.default_location:
        add({ low: 0, high: 0xffffffff });
        break;
      default:
        throw unsupportedDwarf(`list entry kind ${kind}`);
    }
  }
}
