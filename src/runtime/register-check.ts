// SPDX-License-Identifier: MIT
/** Checks the register descriptions of a device model: what views show must be what the author meant. */
import type { BarDefinition, RegisterDefinition, RegisterFieldDefinition } from "../protocol/index.ts";

type Candidate = Readonly<Record<string, unknown>>;

const accesses = ["ro", "rw", "wo", "w1c", "rc"] as const;

const isObject = (value: unknown): value is Candidate => typeof value === "object" && value !== null;
const isWhole = (value: unknown): value is number => typeof value === "number" && Number.isInteger(value) && value >= 0;

/** Returns the registers in their normal form; calls `bad` with a message that names register and attribute. */
export function checkRegisters(registers: unknown, bars: readonly BarDefinition[], bad: (message: string) => never): RegisterDefinition[] {
  if (!Array.isArray(registers)) return bad("registers: expected an array");
  return registers.map((register: unknown, index) => {
    if (!isObject(register) || typeof register["name"] !== "string") return bad(`registers[${index}]: expected an object with bar, offset, size and name`);
    const at = `registers[${index}] (${register["name"]})`;
    const { bar, offset, size, access, reset, fields } = register;
    const home = isWhole(bar) ? bars[bar] : undefined;
    if (home === undefined) return bad(`${at}.bar: there is no BAR ${String(bar)}`);
    if (size !== 1 && size !== 2 && size !== 4 && size !== 8) return bad(`${at}.size: expected 1, 2, 4 or 8 bytes, got ${String(size)}`);
    if (!isWhole(offset) || offset + size > home.size) return bad(`${at}.offset: ${String(offset)} lies outside the BAR of ${home.size} bytes`);
    const normal = accesses.find((name) => name === (typeof access === "string" ? access.toLowerCase() : access));
    if (access !== undefined && normal === undefined) bad(`${at}.access: expected one of ${accesses.join(", ")}, got ${JSON.stringify(access)}`);
    if (reset !== undefined && !fits(reset, 8 * size)) bad(`${at}.reset: expected a number of ${8 * size} bits, got ${String(reset)}`);
    return {
      ...(register as unknown as RegisterDefinition),
      ...(normal === undefined ? {} : { access: normal }),
      ...(fields === undefined ? {} : { fields: checkFields(fields, 8 * size, at, bad) }),
    };
  });
}

const fits = (value: unknown, bits: number): boolean =>
  typeof value === "bigint" ? value >= 0n && value < 1n << BigInt(bits) : isWhole(value) && value < 2 ** bits;

function checkFields(fields: unknown, width: number, register: string, bad: (message: string) => never): RegisterFieldDefinition[] {
  if (!Array.isArray(fields)) return bad(`${register}.fields: expected an array`);
  return fields.map((field: unknown, index) => {
    if (!isObject(field) || typeof field["name"] !== "string") return bad(`${register}.fields[${index}]: expected an object with name and bits`);
    const at = `${register}.fields[${index}] (${field["name"]})`;
    const bits = bitRange(field["bits"]);
    if (bits === undefined) return bad(`${at}.bits: expected a bit number, [high, low] or "high:low", got ${JSON.stringify(field["bits"])}`);
    if (bits[0] >= width) return bad(`${at}.bits: bit ${bits[0]} lies outside the register of ${width} bits`);
    const { values } = field;
    if (values !== undefined && !isObject(values)) return bad(`${at}.values: expected an object such as { 0: "idle", 1: "busy" }`);
    return { ...(field as unknown as RegisterFieldDefinition), bits };
  });
}

/** Data books write fields both ways round and as text. */
function bitRange(bits: unknown): readonly [high: number, low: number] | undefined {
  const parts: readonly unknown[] =
    typeof bits === "string" ? (/^\s*\d+(\s*(:|\.\.|-)\s*\d+)?\s*$/.test(bits) ? bits.split(/:|\.\.|-/).map(Number) : []) : Array.isArray(bits) ? bits : [bits];
  const [first, second = first] = parts;
  if (parts.length > 2 || !isWhole(first) || !isWhole(second)) return undefined;
  return [Math.max(first, second), Math.min(first, second)];
}
