// SPDX-License-Identifier: MIT
/** Device registers for views, read by peek: looking changes nothing. */
import { hex } from "../base/index.ts";
import type { Machine } from "../machine/index.ts";
import type { RegisterDefinition, RegisterFieldView, RegisterView } from "../protocol/index.ts";

export function registerViews(machine: Machine): RegisterView[] {
  return (machine.device.definition.registers ?? []).map((register) => registerView(machine, register));
}

function registerView(machine: Machine, register: RegisterDefinition): RegisterView {
  const value = machine.device.peek(register.bar, register.offset, register.size);
  const digits = 2 * register.size;
  return {
    name: register.name,
    bar: register.bar,
    offset: register.offset,
    size: register.size,
    access: register.access ?? "rw",
    ...(value === undefined ? {} : { value: hex(value, digits) }),
    ...(register.reset === undefined ? {} : { reset: hex(register.reset, digits) }),
    fields: value === undefined ? [] : (register.fields ?? []).map((field) => fieldView(field, BigInt(value))),
  };
}

function fieldView(field: NonNullable<RegisterDefinition["fields"]>[number], value: bigint): RegisterFieldView {
  const [high, low] = typeof field.bits === "number" ? [field.bits, field.bits] : field.bits;
  const bits = (value >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n);
  const meaning = field.values?.[Number(bits)];
  return { name: field.name, bits: [high, low], value: hex(bits), ...(meaning === undefined ? {} : { meaning }) };
}
