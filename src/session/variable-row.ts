// SPDX-License-Identifier: MIT
/** Rows of a variables view, and what each can be opened into. */

import { hex } from "../base/index.ts";
import { handleBase } from "../protocol/index.ts";
import type { ObjectView } from "../protocol/index.ts";
import { EvaluationError, addressOf, bare, childCounts, children, describe, readInteger, sizeOf, typeText, variableValue } from "../symbols/index.ts";
import type { SourcePosition, TargetMemory, Value, VariableInfo } from "../symbols/index.ts";
import { machineState, objectText } from "./inspection.ts";
import type { Inspection } from "./inspection.ts";
import { onHost } from "./stack.ts";
import type { CodeFrame } from "./stack.ts";

/** Something with rows inside. */
export type Container =
  | { readonly kind: "variables"; readonly variables: readonly VariableInfo[]; readonly frame: CodeFrame | undefined }
  | { readonly kind: "value"; readonly value: Value; readonly frame: CodeFrame | undefined }
  | { readonly kind: "object"; readonly object: ObjectView; readonly frame: CodeFrame | undefined }
  | { readonly kind: "children"; readonly object: ObjectView; readonly frame: CodeFrame | undefined }
  /** One value that is no variable. */
  | { readonly kind: "named"; readonly name: string; readonly value: Value }
  | { readonly kind: "machine" };

export interface VariableRow {
  readonly name: string;
  readonly text: string;
  readonly type?: string | undefined;
  /** C expression that gives the same value in the same frame. */
  readonly evaluateName?: string | undefined;
  /** Address of the value, or what it points at. */
  readonly memoryReference?: string | undefined;
  /** Where the function is that the value points to. */
  readonly functionPosition?: SourcePosition | undefined;
  /** The value itself, when it is one of the target's: what can be assigned to. */
  readonly value?: Value | undefined;
  readonly content?: Container | undefined;
  readonly named: number;
  readonly indexed: number;
}

export interface RowOptions {
  readonly hex?: boolean | undefined;
  readonly range?: { readonly start: number; readonly count: number } | undefined;
  readonly filter?: "named" | "indexed" | undefined;
  readonly maxLength?: number | undefined;
}

/** Rows inside `container`. */
export function rowsOf(container: Container, inspection: Inspection, options: RowOptions = {}): readonly VariableRow[] {
  switch (container.kind) {
    case "machine":
      return machineState(inspection.event).map(([name, text, evaluateName]) => ({ name, text, evaluateName, named: 0, indexed: 0 }));
    case "variables":
      return page(container.variables, options).map((variable) => {
        const value = variableValue(variable, container.frame?.context, inspection.memory);
        return valueRow(
          variable.name,
          value.evaluateName === undefined ? { ...value, evaluateName: variable.name } : value,
          container.frame,
          inspection,
          options,
        );
      });
    case "value":
      return valueChildren(container.value, container.frame, inspection, options);
    case "object":
      return page(objectRows(container.object, container.frame, inspection, options), options);
    case "named":
      return page([valueRow(container.name, container.value, undefined, inspection, options)], options);
    case "children":
      return page(container.object.children, options).map((child) => objectRow(child.type, child, container.frame));
  }
}

/** The row of one value. */
export function valueRow(name: string, value: Value, frame: CodeFrame | undefined, inspection: Inspection, options: RowOptions = {}): VariableRow {
  const text = describe(value, inspection, { hex: options.hex, maxLength: options.maxLength });
  const object = objectOf(value, inspection);
  const row = {
    name,
    text,
    type: typeText(value.type),
    evaluateName: value.evaluateName,
    memoryReference: memoryReferenceOf(value, inspection),
    functionPosition: functionPositionOf(value, inspection),
    value,
  };
  if (object) return { ...row, content: { kind: "object", object, frame }, named: objectRowCount(object), indexed: 0 };
  const counts = childCounts(value, inspection);
  if (counts.named + counts.indexed === 0) return { ...row, named: 0, indexed: 0 };
  return { ...row, content: { kind: "value", value, frame }, named: counts.named, indexed: counts.indexed };
}

function valueChildren(value: Value, frame: CodeFrame | undefined, inspection: Inspection, options: RowOptions): readonly VariableRow[] {
  return children(value, inspection, options.range, options.filter).map((child) => valueRow(child.name, child.value, frame, inspection, options));
}

/** The framework object a WDF handle names. */
function objectOf(value: Value, inspection: Inspection): ObjectView | undefined {
  if (bare(value.type).kind !== "pointer") return undefined;
  const handle = integerIn(value, inspection.memory);
  return handle === undefined || handle < handleBase ? undefined : inspection.objects.withHandle(handle);
}

/** Functions have no addresses here: what points to one is an index in the function table. */
function functionPositionOf(value: Value, { program: { debugInfo }, memory }: Inspection): SourcePosition | undefined {
  const type = bare(value.type);
  if (type.kind !== "pointer" || bare(type.target).kind !== "function") return undefined;
  const index = integerIn(value, memory);
  const name = index === undefined ? undefined : debugInfo.functionPointers.functionAt(index);
  return name === undefined ? undefined : onHost(debugInfo.functionByName(name)?.position);
}

function memoryReferenceOf(value: Value, inspection: Inspection): string | undefined {
  const type = bare(value.type);
  const isPointer = type.kind === "pointer";
  if (isPointer && bare(type.target).kind === "function") return undefined;
  const address = isPointer ? integerIn(value, inspection.memory) : addressOf(value);
  return address === undefined || (isPointer && address === 0) ? undefined : hex(address, 8);
}

function integerIn(value: Value, memory: TargetMemory): number | undefined {
  try {
    return Number(BigInt.asUintN(32, readInteger(value, memory)));
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}

const objectRowCount = ({ fields, contexts, children: nested }: ObjectView): number => fields.length + contexts.length + (nested.length > 0 ? 1 : 0);

const objectRow = (name: string, object: ObjectView, frame: CodeFrame | undefined): VariableRow => ({
  name,
  text: objectText(object),
  type: object.type,
  content: { kind: "object", object, frame },
  named: objectRowCount(object),
  indexed: 0,
});

function objectRows(object: ObjectView, frame: CodeFrame | undefined, inspection: Inspection, options: RowOptions): readonly VariableRow[] {
  const fields = object.fields.map(({ name, value, memoryReference, objectId }): VariableRow => {
    const named = objectId === undefined ? undefined : inspection.objects.withId(objectId);
    if (named) return { ...objectRow(name, named, frame), text: value };
    return { name, text: value, memoryReference, named: 0, indexed: 0 };
  });
  const contexts = object.contexts.map((context) => contextRow(context, frame, inspection, options));
  const nested: readonly VariableRow[] =
    object.children.length === 0
      ? []
      : [
          {
            name: "children",
            text: `${object.children.length} objects`,
            content: { kind: "children", object, frame },
            named: object.children.length,
            indexed: 0,
          },
        ];
  return [...fields, ...contexts, ...nested];
}

/** The context space of an object, typed when the driver's debug information knows the type. */
function contextRow(context: ObjectView["contexts"][number], frame: CodeFrame | undefined, inspection: Inspection, options: RowOptions): VariableRow {
  const type = inspection.program.debugInfo.typeNamed(context.typeName) ?? inspection.program.debugInfo.typeNamed(context.typeName, "struct");
  const name = `context ${context.typeName}`;
  if (type === undefined || sizeOf(type) === 0) {
    return { name, text: `${context.size} bytes at ${hex(context.address, 8)}`, memoryReference: hex(context.address, 8), named: 0, indexed: 0 };
  }
  const evaluateName = `*(${typeText(type)} *)${hex(context.address, 8)}`;
  return valueRow(name, { type, storage: { kind: "memory", address: context.address }, evaluateName }, frame, inspection, options);
}

function page<T>(items: readonly T[], { range, filter }: RowOptions): readonly T[] {
  if (filter === "indexed") return [];
  return range === undefined || range.count === 0 ? items.slice(range?.start ?? 0) : items.slice(range.start, range.start + range.count);
}
