// SPDX-License-Identifier: MIT
/** Low-level DWARF 4 and 5 reading, shared by the toolchain (what it needs to instrument) and the symbols (what the user sees). */
export * from "./abbreviations.ts";
export * from "./constants.ts";
export * from "./cursor.ts";
export * from "./expressions.ts";
export { addressAt, resolveForm, stringAt, unsupportedDwarf, type AttributeValue, type FormContext } from "./forms.ts";
export * from "./line-table.ts";
export * from "./lists.ts";
export * from "./sections.ts";
export * from "./source-path.ts";
export * from "./units.ts";
