// SPDX-License-Identifier: MIT
/** EXCEPTION_RECORD, CONTEXT and EXCEPTION_POINTERS of 32-bit Windows (wdm.h), and how an exception is written into them. */
import { struct } from "../base/index.ts";
import type { DriverException, GuestMemory } from "../machine/index.ts";

/** EXCEPTION_MAXIMUM_PARAMETERS. */
const maxParameters = 15;
const noncontinuable = 1;
/** CONTEXT_CONTROL: Ebp, Eip, SegCs, EFlags, Esp and SegSs are valid. */
const contextControl = 0x1_0001;

export const exceptionRecord = struct("EXCEPTION_RECORD", {
  ExceptionCode: "i32",
  ExceptionFlags: "u32",
  ExceptionRecord: "ptr",
  ExceptionAddress: "ptr",
  NumberParameters: "u32",
  ExceptionInformation: ["u32", maxParameters],
});

// biome-ignore format: a table
export const context = struct("CONTEXT", {
  ContextFlags: "u32", Dr0: "u32", Dr1: "u32", Dr2: "u32", Dr3: "u32", Dr6: "u32", Dr7: "u32", FloatSave: ["u32", 28],
  SegGs: "u32", SegFs: "u32", SegEs: "u32", SegDs: "u32", Edi: "u32", Esi: "u32", Ebx: "u32", Edx: "u32", Ecx: "u32", Eax: "u32",
  Ebp: "u32", Eip: "u32", SegCs: "u32", EFlags: "u32", Esp: "u32", SegSs: "u32", ExtendedRegisters: ["u8", 512],
});

export const exceptionPointers = struct("EXCEPTION_POINTERS", { ExceptionRecord: "ptr", ContextRecord: "ptr" });

const align = (bytes: number): number => (bytes + 7) & ~7;
const recordAt = align(exceptionPointers.size);
const contextAt = recordAt + align(exceptionRecord.size);

/** Bytes that `writeExceptionPointers` needs. */
export const exceptionPointersBytes: number = contextAt + align(context.size);

/** Where the exception was raised. */
export interface ExceptionPlace {
  /** Code address: an offset in the driver's module. */
  readonly instruction: number;
  readonly stackPointer: number;
}

/** Writes EXCEPTION_POINTERS at `address`, with the structures they point to behind them. */
export function writeExceptionPointers(memory: GuestMemory, address: number, exception: DriverException, place: ExceptionPlace): void {
  memory.fill(address, exceptionPointersBytes, 0);
  const record = address + recordAt;
  const registers = address + contextAt;
  memory.setU32(address + exceptionPointers.fields.ExceptionRecord.offset, record);
  memory.setU32(address + exceptionPointers.fields.ContextRecord.offset, registers);
  const at = exceptionRecord.fields;
  memory.setU32(record + at.ExceptionCode.offset, exception.code);
  memory.setU32(record + at.ExceptionFlags.offset, exception.isContinuable ? 0 : noncontinuable);
  memory.setU32(record + at.ExceptionAddress.offset, place.instruction);
  const information = exception.information.slice(0, maxParameters);
  memory.setU32(record + at.NumberParameters.offset, information.length);
  for (const [i, value] of information.entries()) memory.setU32(record + at.ExceptionInformation.offset + 4 * i, value);
  memory.setU32(registers + context.fields.ContextFlags.offset, contextControl);
  memory.setU32(registers + context.fields.Eip.offset, place.instruction);
  memory.setU32(registers + context.fields.Esp.offset, place.stackPointer);
}

/** Reads the EXCEPTION_RECORD that a driver gives to RtlRaiseException. */
export function readExceptionRecord(memory: GuestMemory, address: number): Omit<DriverException, "unhandled"> {
  const at = exceptionRecord.fields;
  const count = Math.min(maxParameters, memory.u32(address + at.NumberParameters.offset));
  return {
    code: memory.u32(address + at.ExceptionCode.offset),
    isContinuable: (memory.u32(address + at.ExceptionFlags.offset) & noncontinuable) === 0,
    information: Array.from({ length: count }, (_, i) => memory.u32(address + at.ExceptionInformation.offset + 4 * i)),
  };
}
