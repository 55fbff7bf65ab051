// SPDX-License-Identifier: MIT
/** A variable or parameter entry as VariableInfo; type, location and position are read when first asked for. */

import { DW_AT, DW_FORM, DW_OP, addressAt, decodeExpression, readLocationList } from "../base/index.ts";
import type { Die } from "../base/index.ts";
import type { Location, SourcePosition, VariableInfo } from "./debug-info-model.ts";
import type { DieIndex } from "./die-index.ts";
import type { TypeReader } from "./type-reader.ts";
import type { Type } from "./type-model.ts";

/** What reading variables needs of the program. */
export interface VariableReaderContext {
  readonly index: DieIndex;
  readonly types: TypeReader;
  readonly positionOf: (die: Die) => SourcePosition | undefined;
  readonly unitPath: (die: Die) => string;
}

export class DwarfVariable implements VariableInfo {
  readonly name: string;
  readonly evaluateName: string;
  readonly frameBase: Location | undefined;
  readonly isArtificial: boolean;
  readonly addressAt: (index: number) => number;
  readonly #die: Die;
  readonly #context: VariableReaderContext;
  #type: Type | undefined;
  #location: Location | undefined;

  constructor(die: Die, name: string, frameBase: Location | undefined, context: VariableReaderContext, evaluateName = name) {
    this.name = name;
    this.evaluateName = evaluateName;
    this.frameBase = frameBase;
    this.isArtificial = context.index.attributeOwner(die, DW_AT.artificial)?.flag(DW_AT.artificial) ?? false;
    this.addressAt = (index) => addressAt(die.unit, index);
    this.#die = die;
    this.#context = context;
  }

  /** The same variable under another expression. */
  calledBy(evaluateName: string): DwarfVariable {
    return new DwarfVariable(this.#die, this.name, this.frameBase, this.#context, evaluateName);
  }

  get type(): Type {
    this.#type ??= this.#context.types.typeOf(this.#die);
    return this.#type;
  }

  get location(): Location {
    this.#location ??= readLocation(this.#die, DW_AT.location);
    return this.#location;
  }

  get position(): SourcePosition | undefined {
    return this.#context.positionOf(this.#die);
  }

  get unit(): string {
    return this.#context.unitPath(this.#die);
  }

  get scope(): string {
    return this.#context.index.scopeOf(this.#die);
  }
}

/** Location in `attribute`; DW_AT_const_value where the entry has no location. */
export function readLocation(die: Die, attribute: number): Location {
  const bytes = die.bytes(attribute);
  if (bytes) return { kind: "expression", bytes };
  const list = die.number(attribute);
  const form = die.form(attribute);
  if (list !== undefined && (form === DW_FORM.sec_offset || form === DW_FORM.loclistx || form === DW_FORM.data4)) {
    const entries = readLocationList(die.unit, list).map(({ low, high, expression }) => ({ low, high, bytes: expression }));
    return { kind: "list", entries };
  }
  const constant = die.attribute(DW_AT.const_value);
  if (constant instanceof Uint8Array) return { kind: "constant", value: constant };
  if (typeof constant === "number" || typeof constant === "bigint") return { kind: "constant", value: BigInt(constant) };
  if (typeof constant === "string") return { kind: "constant", value: new TextEncoder().encode(constant) };
  return { kind: "none" };
}

/** Whether the variable lives at a fixed address: a global, or a static of a function. */
export function hasFixedAddress(die: Die): boolean {
  const bytes = die.bytes(DW_AT.location);
  return bytes !== undefined && (bytes[0] === DW_OP.addr || bytes[0] === DW_OP.addrx);
}

/** Fixed address of a variable, to tell copies of one object; undefined when it has none. */
export function fixedAddress(die: Die): number | undefined {
  const bytes = die.bytes(DW_AT.location);
  if (bytes === undefined || !hasFixedAddress(die)) return undefined;
  let address = 0;
  for (const { op, operands } of decodeExpression(bytes)) {
    const operand = Number(operands[0] ?? 0);
    if (op === DW_OP.addr) address = operand;
    else if (op === DW_OP.addrx) address = addressAt(die.unit, operand);
    else if (op === DW_OP.plus_uconst) address += operand;
    else return undefined;
  }
  return address;
}
