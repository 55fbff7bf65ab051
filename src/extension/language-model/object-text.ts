// SPDX-License-Identifier: MIT
/** Framework objects, registers and violations as text, for language models. Knows no editor. */
import { hex } from "../../base/index.ts";
import type { ObjectView, RegisterView, ReportedViolation } from "../../protocol/index.ts";

/** The tree with all fields, or every object of one type. */
export function objectsText(objects: readonly ObjectView[], type?: string): string {
  const lines = objects.flatMap((object) =>
    type === undefined ? objectLines(object, "") : ofType(object, type).flatMap((one) => objectLines({ ...one, children: [] }, "")),
  );
  return lines.length === 0 ? (type === undefined ? "There are no framework objects yet" : `There is no object of type ${type}`) : lines.join("\n");
}

const ofType = (object: ObjectView, type: string): ObjectView[] => [
  ...(object.type.toLowerCase() === type.toLowerCase() ? [object] : []),
  ...object.children.flatMap((child) => ofType(child, type)),
];

function objectLines({ id, type, label, handle, fields, contexts, children, created }: ObjectView, indent: string): string[] {
  const origin = created?.file === undefined ? "" : `, created at ${created.file}:${created.line}`;
  return [
    `${indent}${type} ${hex(handle, 8)} (object ${id}) ${label}${origin}`,
    ...fields.map(({ name, value }) => `${indent}  ${name}: ${value}`),
    ...contexts.map(({ typeName, address, size }) => `${indent}  context ${typeName} at ${hex(address, 8)}, ${size} bytes`),
    ...children.flatMap((child) => objectLines(child, `${indent}  `)),
  ];
}

export function registersText(registers: readonly RegisterView[]): string {
  if (registers.length === 0) return "The device model describes no registers";
  return registers
    .flatMap(({ name, bar, offset, size, access, value, reset, fields }) => [
      `${name} BAR${bar}+${hex(offset)} ${size} bytes ${access} = ${value ?? "cannot be peeked"}${reset === undefined ? "" : ` (reset ${reset})`}`,
      ...fields.map((field) => `  ${field.name} [${field.bits.join(":")}] = ${field.value}${field.meaning === undefined ? "" : ` ${field.meaning}`}`),
    ])
    .join("\n");
}

export function violationsText(violations: readonly ReportedViolation[]): string {
  if (violations.length === 0) return "The driver has broken no rule so far";
  return violations
    .map(({ rule, message, explanation, bugCheck, file, line, stack, statement, time }) =>
      [
        `${rule}: ${message}`,
        ...(explanation === undefined ? [] : [`  ${explanation}`]),
        ...(bugCheck === undefined ? [] : [`  bug check ${hex(bugCheck.code)} ${bugCheck.name}`]),
        `  statement ${statement}, ${time} ns${file === undefined ? "" : `, ${file}:${line}`}`,
        ...stack.map((frame) => `  at ${frame.function}${frame.file === undefined ? "" : ` (${frame.file}:${frame.line})`}`),
      ].join("\n"),
    )
    .join("\n");
}
