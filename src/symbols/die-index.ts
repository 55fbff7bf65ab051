// SPDX-License-Identifier: MIT
/** Finds debugging information entries: by offset across units, by type name, and along the links between declaration and definition. */

import { DW_AT, DW_TAG } from "../base/index.ts";
import type { Die, DwarfUnit } from "../base/index.ts";

const typeTags: ReadonlySet<number> = new Set<number>([
  DW_TAG.base_type,
  DW_TAG.typedef,
  DW_TAG.structure_type,
  DW_TAG.union_type,
  DW_TAG.class_type,
  DW_TAG.enumeration_type,
  DW_TAG.unspecified_type,
]);
const scopeTags: ReadonlySet<number> = new Set<number>([DW_TAG.namespace, DW_TAG.structure_type, DW_TAG.union_type, DW_TAG.class_type]);
const tagged: ReadonlySet<number> = new Set<number>([DW_TAG.structure_type, DW_TAG.union_type, DW_TAG.class_type, DW_TAG.enumeration_type]);

export class DieIndex {
  readonly units: readonly DwarfUnit[];
  /** Type entries by name: definitions before declarations. */
  #types: ReadonlyMap<string, readonly Die[]> | undefined;

  constructor(units: readonly DwarfUnit[]) {
    this.units = units;
  }

  /** Entry at `offset` of `.debug_info`. */
  at(offset: number): Die | undefined {
    let low = 0;
    let high = this.units.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.units[middle]?.offset ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return this.units[low]?.entries().get(offset);
  }

  /** `die`, or the entry it completes (DW_AT_abstract_origin, DW_AT_specification), whichever has `attribute`. */
  attributeOwner(die: Die, attribute: number): Die | undefined {
    let current: Die | undefined = die;
    while (current && !current.has(attribute)) {
      const link: number | undefined = current.number(DW_AT.abstract_origin) ?? current.number(DW_AT.specification);
      current = link === undefined ? undefined : this.at(link);
    }
    return current;
  }

  /** Name of `die` or of the entry it completes. */
  nameOf(die: Die): string | undefined {
    return this.attributeOwner(die, DW_AT.name)?.string(DW_AT.name);
  }

  /** The abstract instance of an inlined or out-of-line copy; `die` itself when it is none. */
  abstractOrigin(die: Die): Die {
    const origin = die.number(DW_AT.abstract_origin);
    return (origin === undefined ? undefined : this.at(origin)) ?? die;
  }

  /** The declaration first linked from `die`, where its scope can be seen; `die` itself when it is none. */
  declarationOf(die: Die): Die {
    let current = die;
    for (;;) {
      const link = current.number(DW_AT.abstract_origin) ?? current.number(DW_AT.specification);
      const next = link === undefined ? undefined : this.at(link);
      if (!next) return current;
      current = next;
    }
  }

  /** C++ scopes around `die`, joined by `::`. */
  scopeOf(die: Die): string {
    const names: string[] = [];
    for (let parent = this.declarationOf(die).parent; parent; parent = parent.parent) {
      if (scopeTags.has(parent.tag)) names.unshift(parent.string(DW_AT.name) ?? "(anonymous)");
    }
    return names.join("::");
  }

  qualifiedName(die: Die): string {
    const scope = this.scopeOf(die);
    const name = this.nameOf(die) ?? "<unnamed>";
    return scope ? `${scope}::${name}` : name;
  }

  /** The defining entry of a struct, union, class or enum that `die` may only declare. */
  definitionOf(die: Die): Die {
    if (!die.flag(DW_AT.declaration)) return die;
    const candidates = this.typesNamed(this.qualifiedName(die));
    return candidates.find((other) => tagged.has(other.tag) && !other.flag(DW_AT.declaration)) ?? die;
  }

  /** Type entries with this qualified name, definitions first. */
  typesNamed(name: string): readonly Die[] {
    this.#types ??= this.#readTypes();
    return this.#types.get(name) ?? [];
  }

  /** All named types with their qualified names. */
  get typeNames(): Iterable<string> {
    this.#types ??= this.#readTypes();
    return this.#types.keys();
  }

  #readTypes(): Map<string, Die[]> {
    const types = new Map<string, Die[]>();
    const visit = (parent: Die, scope: string): void => {
      for (const die of parent.children) {
        const name = die.string(DW_AT.name);
        const qualified = name === undefined ? scope : `${scope}${name}`;
        if (typeTags.has(die.tag) && name !== undefined) {
          const list = types.get(qualified) ?? [];
          list.push(die);
          types.set(qualified, list);
        }
        if (scopeTags.has(die.tag)) visit(die, name === undefined ? scope : `${qualified}::`);
        if (die.tag === DW_TAG.subprogram || die.tag === DW_TAG.lexical_block) visit(die, scope);
      }
    };
    for (const unit of this.units) visit(unit.tree, "");
    const isDeclared = (die: Die): number => (die.flag(DW_AT.declaration) ? 1 : 0);
    for (const list of types.values()) list.sort((a, b) => isDeclared(a) - isDeclared(b));
    // A C++ type is also found by its last name when nothing else has it, as it is written inside its namespace.
    const known = [...types];
    for (const [qualified, list] of known) {
      const cut = qualified.lastIndexOf("::");
      const last = qualified.slice(cut + 2);
      if (cut >= 0 && !types.has(last)) types.set(last, list);
    }
    return types;
  }
}
