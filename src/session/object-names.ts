// SPDX-License-Identifier: MIT
/** Callbacks of framework objects by the names of the driver's functions: the machine knows them as indexes in the function table only. */

import type { FieldView, ObjectView } from "../protocol/index.ts";
import type { DebugInfo } from "../symbols/index.ts";

const callbackField = /^(Evt[A-Z]|Callback )/;

/** The same objects with `EduEvtProgramDma (0x6)` for `0x6` in fields of callbacks. */
export function withFunctionNames(objects: readonly ObjectView[], debugInfo: DebugInfo): readonly ObjectView[] {
  return objects.map((object) => ({
    ...object,
    fields: object.fields.map((field) => named(field, debugInfo)),
    children: withFunctionNames(object.children, debugInfo),
  }));
}

function named(field: FieldView, { functionPointers }: DebugInfo): FieldView {
  if (!callbackField.test(field.name) || !/^0x[0-9A-F]{1,8}$/.test(field.value)) return field;
  const name = functionPointers.functionAt(Number(field.value));
  return name === undefined ? field : { ...field, value: `${name} (${field.value})` };
}
