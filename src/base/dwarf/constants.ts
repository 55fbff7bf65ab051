// SPDX-License-Identifier: MIT
/** DWARF names (DWARF 5 standard, chapter 7), and LLVM's operation for WebAssembly locations. Only what C and C++ compilers emit. */

export const DW_TAG = {
  array_type: 0x01, class_type: 0x02, enumeration_type: 0x04, formal_parameter: 0x05, label: 0x0a, lexical_block: 0x0b, member: 0x0d,
  pointer_type: 0x0f, reference_type: 0x10, compile_unit: 0x11, structure_type: 0x13, subroutine_type: 0x15, typedef: 0x16, union_type: 0x17,
  unspecified_parameters: 0x18, inheritance: 0x1c, inlined_subroutine: 0x1d, ptr_to_member_type: 0x1f, subrange_type: 0x21, base_type: 0x24,
  const_type: 0x26, enumerator: 0x28, subprogram: 0x2e, template_type_parameter: 0x2f, template_value_parameter: 0x30, variable: 0x34,
  volatile_type: 0x35, restrict_type: 0x37, namespace: 0x39, imported_declaration: 0x08, imported_module: 0x3a, unspecified_type: 0x3b,
  partial_unit: 0x3c, type_unit: 0x41, rvalue_reference_type: 0x42, template_alias: 0x43, atomic_type: 0x47, call_site: 0x48,
  call_site_parameter: 0x49, skeleton_unit: 0x4a, immutable_type: 0x4b,
} as const;

export const DW_AT = {
  sibling: 0x01, location: 0x02, name: 0x03, ordering: 0x09, byte_size: 0x0b, bit_offset: 0x0c, bit_size: 0x0d, stmt_list: 0x10, low_pc: 0x11,
  high_pc: 0x12, language: 0x13, discr: 0x15, comp_dir: 0x1b, const_value: 0x1c, containing_type: 0x1d, default_value: 0x1e, inline: 0x20,
  is_optional: 0x21, lower_bound: 0x22, producer: 0x25, prototyped: 0x27, return_addr: 0x2a, bit_stride: 0x2e, upper_bound: 0x2f,
  abstract_origin: 0x31, accessibility: 0x32, address_class: 0x33, artificial: 0x34, calling_convention: 0x36, count: 0x37,
  data_member_location: 0x38, decl_column: 0x39, decl_file: 0x3a, decl_line: 0x3b, declaration: 0x3c, encoding: 0x3e, external: 0x3f,
  frame_base: 0x40, friend: 0x41, import: 0x18, specification: 0x47, static_link: 0x48, type: 0x49, use_location: 0x4a, variable_parameter: 0x4b,
  virtuality: 0x4c, vtable_elem_location: 0x4d, allocated: 0x4e, associated: 0x4f, data_location: 0x50, byte_stride: 0x51, entry_pc: 0x52,
  use_UTF8: 0x53, extension: 0x54, ranges: 0x55, call_column: 0x57, call_file: 0x58, call_line: 0x59, description: 0x5a, explicit: 0x63,
  object_pointer: 0x64, mutable: 0x61, main_subprogram: 0x6a, data_bit_offset: 0x6b, const_expr: 0x6c, enum_class: 0x6d, linkage_name: 0x6e,
  str_offsets_base: 0x72, addr_base: 0x73, rnglists_base: 0x74, dwo_name: 0x76, reference: 0x77, rvalue_reference: 0x78, noreturn: 0x87,
  alignment: 0x88, export_symbols: 0x89, deleted: 0x8a, defaulted: 0x8b, loclists_base: 0x8c,
} as const;

export const DW_FORM = {
  addr: 0x01, block2: 0x03, block4: 0x04, data2: 0x05, data4: 0x06, data8: 0x07, string: 0x08, block: 0x09, block1: 0x0a, data1: 0x0b,
  flag: 0x0c, sdata: 0x0d, strp: 0x0e, udata: 0x0f, ref_addr: 0x10, ref1: 0x11, ref2: 0x12, ref4: 0x13, ref8: 0x14, ref_udata: 0x15,
  indirect: 0x16, sec_offset: 0x17, exprloc: 0x18, flag_present: 0x19, strx: 0x1a, addrx: 0x1b, ref_sup4: 0x1c, strp_sup: 0x1d, data16: 0x1e,
  line_strp: 0x1f, ref_sig8: 0x20, implicit_const: 0x21, loclistx: 0x22, rnglistx: 0x23, ref_sup8: 0x24, strx1: 0x25, strx2: 0x26,
  strx3: 0x27, strx4: 0x28, addrx1: 0x29, addrx2: 0x2a, addrx3: 0x2b, addrx4: 0x2c,
} as const;

export const DW_OP = {
  addr: 0x03, deref: 0x06, const1u: 0x08, const1s: 0x09, const2u: 0x0a, const2s: 0x0b, const4u: 0x0c, const4s: 0x0d, const8u: 0x0e,
  const8s: 0x0f, constu: 0x10, consts: 0x11, dup: 0x12, drop: 0x13, over: 0x14, pick: 0x15, swap: 0x16, rot: 0x17, abs: 0x19, and: 0x1a,
  div: 0x1b, minus: 0x1c, mod: 0x1d, mul: 0x1e, neg: 0x1f, not: 0x20, or: 0x21, plus: 0x22, plus_uconst: 0x23, shl: 0x24, shr: 0x25,
  shra: 0x26, xor: 0x27, bra: 0x28, eq: 0x29, ge: 0x2a, gt: 0x2b, le: 0x2c, lt: 0x2d, ne: 0x2e, skip: 0x2f, lit0: 0x30, lit31: 0x4f,
  reg0: 0x50, reg31: 0x6f, breg0: 0x70, breg31: 0x8f, regx: 0x90, fbreg: 0x91, bregx: 0x92, piece: 0x93, deref_size: 0x94, nop: 0x96,
  push_object_address: 0x97, call2: 0x98, call4: 0x99, call_ref: 0x9a, form_tls_address: 0x9b, call_frame_cfa: 0x9c, bit_piece: 0x9d,
  implicit_value: 0x9e, stack_value: 0x9f, implicit_pointer: 0xa0, addrx: 0xa1, constx: 0xa2, entry_value: 0xa3, const_type: 0xa4,
  regval_type: 0xa5, deref_type: 0xa6, convert: 0xa8, reinterpret: 0xa9,
  /** LLVM: kind (0 local, 1 global, 2 operand stack, 3 global with a fixed 4-byte index), index. */
  WASM_location: 0xed,
} as const;

export const DW_ATE = {
  address: 0x01, boolean: 0x02, complex_float: 0x03, float: 0x04, signed: 0x05, signed_char: 0x06, unsigned: 0x07, unsigned_char: 0x08,
  UTF: 0x10, UCS: 0x11, ASCII: 0x12,
} as const;

export const DW_LNS = {
  extended: 0, copy: 1, advance_pc: 2, advance_line: 3, set_file: 4, set_column: 5, negate_stmt: 6, set_basic_block: 7, const_add_pc: 8,
  fixed_advance_pc: 9, set_prologue_end: 10, set_epilogue_begin: 11, set_isa: 12,
} as const;

export const DW_LNE = { end_sequence: 1, set_address: 2, define_file: 3, set_discriminator: 4 } as const;

export const DW_LNCT = { path: 1, directory_index: 2, timestamp: 3, size: 4, MD5: 5 } as const;

export const DW_UT = { compile: 1, type: 2, partial: 3, skeleton: 4, split_compile: 5, split_type: 6 } as const;

/** Kinds of `DW_OP_WASM_location`. */
export const wasmLocationKind = { local: 0, global: 1, operandStack: 2, globalFixed: 3 } as const;
