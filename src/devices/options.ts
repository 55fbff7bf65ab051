// SPDX-License-Identifier: MIT
/** Options of the built-in device models (`device.options` of the configuration): known names and values only, with one clear error for the rest. */
import { ExitStatus, UserError } from "../base/index.ts";

/** Reads one option: the value to use, or undefined when `value` is not acceptable. */
export interface OptionReader<T> {
  readonly default: T;
  readonly expected: string;
  readonly read: (value: unknown) => T | undefined;
}

/** A number of nanoseconds or bytes: finite, 0 or more. */
export function amount(fallback: number): OptionReader<number> {
  return {
    default: fallback,
    expected: "a number, 0 or more",
    read: (value) => (typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined),
  };
}

/** A mask of address bits: a number, or hexadecimal text such as "0xFFFFFFFF" (JSON has no 64-bit numbers). */
export function addressMask(fallback: bigint): OptionReader<bigint> {
  return {
    default: fallback,
    expected: 'a mask of address bits, e.g. 268435455 or "0xFFFFFFFF"',
    read: (value) => {
      if (typeof value === "bigint") return value > 0n ? value : undefined;
      if (typeof value === "number") return Number.isSafeInteger(value) && value > 0 ? BigInt(value) : undefined;
      return typeof value === "string" && /^0x[0-9a-f]{1,16}$/i.test(value) && BigInt(value) > 0n ? BigInt(value) : undefined;
    },
  };
}

/** A number of bytes that is a power of two, from `least` to `most`. */
export function powerOfTwo(fallback: number, least: number, most: number): OptionReader<number> {
  return {
    default: fallback,
    expected: `a power of two from ${least} to ${most}`,
    read: (value) =>
      typeof value === "number" && Number.isInteger(value) && value >= least && value <= most && (value & (value - 1)) === 0 ? value : undefined,
  };
}

/** A whole number from `least` to `most`. */
export function whole(fallback: number, least: number, most: number): OptionReader<number> {
  return {
    default: fallback,
    expected: `a whole number from ${least} to ${most}`,
    read: (value) => (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most ? value : undefined),
  };
}

/** true or false. */
export function flag(fallback: boolean): OptionReader<boolean> {
  return { default: fallback, expected: "true or false", read: (value) => (typeof value === "boolean" ? value : undefined) };
}

/** One of these numbers. */
export function oneOf(fallback: number, values: readonly number[]): OptionReader<number> {
  return {
    default: fallback,
    expected: `one of ${values.join(", ")}`,
    read: (value) => (typeof value === "number" && values.includes(value) ? value : undefined),
  };
}

type Values<S extends Readonly<Record<string, OptionReader<unknown>>>> = { readonly [Name in keyof S]: S[Name]["default"] };

/**
 * Values of all options of `schema`, defaults filled in. Throws UserError `device-unknown-option` or `device-bad-option`, which name the
 * model and the option.
 */
export function readOptions<S extends Readonly<Record<string, OptionReader<unknown>>>>(
  model: string,
  schema: S,
  options: Readonly<Record<string, unknown>>,
): Values<S> {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(schema, name)) continue;
    throw new UserError({
      code: "device-unknown-option",
      message: `Device model '${model}' has no option '${name}'`,
      exitStatus: ExitStatus.badConfiguration,
      hint: `its options are ${Object.keys(schema).join(", ")}`,
    });
  }
  const values = Object.fromEntries(
    Object.entries(schema).map(([name, reader]) => {
      const given = options[name];
      const value = given === undefined ? reader.default : reader.read(given);
      if (value !== undefined) return [name, value];
      throw new UserError({
        code: "device-bad-option",
        message: `Option '${name}' of device model '${model}' is ${JSON.stringify(given)}; it must be ${reader.expected}`,
        exitStatus: ExitStatus.badConfiguration,
      });
    }),
  );
  return values as Values<S>;
}
