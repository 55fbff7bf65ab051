// SPDX-License-Identifier: MIT
/**
 * Attribute values (DWARF 5 standard, section 7.5.6): decoding of every form of DWARF 4 and 5 that can occur in a linked
 * 32-bit-DWARF file. Indices (strx, addrx, loclistx, rnglistx) are resolved in a second step, because the root entry of a unit
 * may use them before it says where its tables begin.
 */

import { ExitStatus, UserError } from "../user-error.ts";
import { ByteCursor } from "./cursor.ts";
import { DW_FORM } from "./constants.ts";
import { sectionBytes, type DwarfSections } from "./sections.ts";

/**
 * Value of an attribute: addresses, references (absolute offset in `.debug_info`) and section offsets as number; constants as
 * number when exact, else bigint; flags as boolean; strings; blocks and expressions as bytes.
 */
export type AttributeValue = number | bigint | string | boolean | Uint8Array;

/** What decoding needs to know of the unit. */
export interface FormContext {
  readonly sections: DwarfSections;
  /** Offset of the unit's header in `.debug_info`. */
  readonly offset: number;
  readonly addressSize: number;
  /** Bases of the unit's index tables (DWARF 5). */
  bases: { strOffsets: number; address: number; locationLists: number; rangeLists: number };
}

export function unsupportedDwarf(what: string): UserError {
  return new UserError({
    code: "dwarf-unsupported",
    message: `Debug information uses ${what}, which is not supported`,
    exitStatus: ExitStatus.buildFailed,
    hint: "compile with -g and 32-bit DWARF 4 or 5, not split",
  });
}

/** NUL-terminated string at `offset` of a string section. */
export function stringAt(section: Uint8Array, offset: number): string {
  return new ByteCursor(section, offset).cstring();
}

const exact = (value: bigint): number | bigint =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER) ? Number(value) : value;

/** Decodes one value; indexed forms give the index, to be passed to `resolveForm`. */
export function decodeForm(cursor: ByteCursor, form: number, implicitConstant: number, context: FormContext): AttributeValue {
  switch (form) {
    case DW_FORM.addr:
      return context.addressSize === 8 ? Number(cursor.u64()) : cursor.u32();
    case DW_FORM.data1:
    case DW_FORM.strx1:
    case DW_FORM.addrx1:
      return cursor.u8();
    case DW_FORM.data2:
    case DW_FORM.strx2:
    case DW_FORM.addrx2:
      return cursor.u16();
    case DW_FORM.strx3:
    case DW_FORM.addrx3:
      return cursor.u24();
    case DW_FORM.data4:
    case DW_FORM.sec_offset:
    case DW_FORM.ref_addr:
    case DW_FORM.strx4:
    case DW_FORM.addrx4:
      return cursor.u32();
    case DW_FORM.data8:
    case DW_FORM.ref_sig8:
      return exact(cursor.u64());
    case DW_FORM.sdata:
      return exact(cursor.slebBig());
    case DW_FORM.udata:
      return exact(cursor.ulebBig());
    case DW_FORM.strx:
    case DW_FORM.addrx:
    case DW_FORM.loclistx:
    case DW_FORM.rnglistx:
      return cursor.uleb();
    case DW_FORM.flag:
      return cursor.u8() !== 0;
    case DW_FORM.flag_present:
      return true;
    case DW_FORM.implicit_const:
      return implicitConstant;
    case DW_FORM.string:
      return cursor.cstring();
    case DW_FORM.strp:
      return stringAt(sectionBytes(context.sections, ".debug_str"), cursor.u32());
    case DW_FORM.line_strp:
      return stringAt(sectionBytes(context.sections, ".debug_line_str"), cursor.u32());
    case DW_FORM.ref1:
      return context.offset + cursor.u8();
    case DW_FORM.ref2:
      return context.offset + cursor.u16();
    case DW_FORM.ref4:
      return context.offset + cursor.u32();
    case DW_FORM.ref8:
      return context.offset + Number(cursor.u64());
    case DW_FORM.ref_udata:
      return context.offset + cursor.uleb();
    case DW_FORM.exprloc:
    case DW_FORM.block:
      return cursor.take(cursor.uleb());
    case DW_FORM.block1:
      return cursor.take(cursor.u8());
    case DW_FORM.block2:
      return cursor.take(cursor.u16());
    case DW_FORM.block4:
      return cursor.take(cursor.u32());
    case DW_FORM.data16:
      return cursor.take(16);
    default:
      throw unsupportedDwarf(`attribute form 0x${form.toString(16)}`);
  }
}

/** Replaces the index of an indexed form by what it stands for; other values pass through. */
export function resolveForm(value: AttributeValue, form: number, context: FormContext): AttributeValue {
  if (typeof value !== "number") return value;
  const { sections, bases } = context;
  switch (form) {
    case DW_FORM.strx:
    case DW_FORM.strx1:
    case DW_FORM.strx2:
    case DW_FORM.strx3:
    case DW_FORM.strx4: {
      const offset = entry(sections, ".debug_str_offsets", bases.strOffsets, value);
      return stringAt(sectionBytes(sections, ".debug_str"), offset);
    }
    case DW_FORM.addrx:
    case DW_FORM.addrx1:
    case DW_FORM.addrx2:
    case DW_FORM.addrx3:
    case DW_FORM.addrx4:
      return addressAt(context, value);
    case DW_FORM.loclistx:
      return bases.locationLists + entry(sections, ".debug_loclists", bases.locationLists, value);
    case DW_FORM.rnglistx:
      return bases.rangeLists + entry(sections, ".debug_rnglists", bases.rangeLists, value);
    default:
      return value;
  }
}

/** Entry `index` of the unit's part of `.debug_addr` (also used by `DW_OP_addrx` and the list entries with an index). */
export function addressAt(context: FormContext, index: number): number {
  const cursor = new ByteCursor(sectionBytes(context.sections, ".debug_addr"), context.bases.address + context.addressSize * index);
  return context.addressSize === 8 ? Number(cursor.u64()) : cursor.u32();
}

const entry = (sections: DwarfSections, section: string, base: number, index: number): number =>
  new ByteCursor(sectionBytes(sections, section), base + 4 * index).u32();
