// SPDX-License-Identifier: MIT
/** Whether DriverEntry of a linked driver is what the I/O manager calls: C accepts any function of that name when nothing declares its type. */
import { type Diagnostic, diagnostic } from "./diagnostic.ts";
import type { SymbolUse } from "./object-summary.ts";
import { parseWasm } from "./wasm-module.ts";

const i32 = 0x7f;

/** The error to report for `wasm`, at `place`; undefined when all is well. */
export function entryProblem(wasm: Uint8Array, place: SymbolUse | undefined): Diagnostic | undefined {
  const module = parseWasm(wasm);
  const entry = module.exports.find(({ name }) => name === "DriverEntry");
  const type = entry === undefined ? undefined : module.types[module.functionTypes[entry.index] ?? -1];
  if (type === undefined) return undefined;
  const { parameters, results } = type;
  const isRight = parameters.length === 2 && results.length === 1 && [...parameters, ...results].every((valueType) => valueType === i32);
  if (isRight) return undefined;
  const what =
    parameters.length !== 2
      ? `has ${parameters.length} ${parameters.length === 1 ? "parameter" : "parameters"} instead of 2`
      : results.length === 0
        ? "returns nothing instead of NTSTATUS"
        : "has other types than DRIVER_INITIALIZE";
  return diagnostic({
    severity: "error",
    code: "driver-entry-type",
    message: `DriverEntry ${what}`,
    hint: "declare it with DRIVER_INITIALIZE DriverEntry; and define NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)",
    ...place,
  });
}
