// SPDX-License-Identifier: MIT
/** A function with code as FunctionInfo; everything but its name and range is read when first asked for. */

import { DW_AT } from "../base/index.ts";
import type { Die } from "../base/index.ts";
import type { FunctionInfo, Location, SourcePosition, VariableInfo } from "./debug-info-model.ts";
import { readLocation } from "./dwarf-variable.ts";
import type { VariableReaderContext } from "./dwarf-variable.ts";
import { readParameters } from "./scope-reader.ts";
import type { FunctionType, Type } from "./type-model.ts";

export class DwarfFunction implements FunctionInfo {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly die: Die;
  readonly #context: VariableReaderContext;
  readonly #findPrologueEnd: (low: number, high: number) => number | undefined;
  #type: FunctionType | undefined;
  #parameters: readonly VariableInfo[] | undefined;

  constructor(
    die: Die,
    range: { readonly low: number; readonly high: number },
    context: VariableReaderContext,
    findPrologueEnd: (low: number, high: number) => number | undefined,
  ) {
    this.die = die;
    this.low = range.low;
    this.high = range.high;
    this.name = context.index.nameOf(die) ?? "<unnamed>";
    this.#context = context;
    this.#findPrologueEnd = findPrologueEnd;
  }

  get qualifiedName(): string {
    return this.#context.index.qualifiedName(this.die);
  }

  get position(): SourcePosition | undefined {
    return this.#context.positionOf(this.die);
  }

  get prologueEnd(): number {
    return this.#findPrologueEnd(this.low, this.high) ?? this.low;
  }

  get frameBase(): Location | undefined {
    const location = readLocation(this.die, DW_AT.frame_base);
    return location.kind === "none" ? undefined : location;
  }

  get parameters(): readonly VariableInfo[] {
    this.#parameters ??= readParameters(this.die, this.frameBase, this.#context);
    return this.#parameters;
  }

  get type(): FunctionType {
    this.#type ??= this.#context.types.functionType(this.die);
    return this.#type;
  }

  get returns(): Type {
    return this.type.returns;
  }

  get isExternal(): boolean {
    return this.#context.index.attributeOwner(this.die, DW_AT.external)?.flag(DW_AT.external) ?? false;
  }

  get unit(): string {
    return this.#context.unitPath(this.die);
  }
}
