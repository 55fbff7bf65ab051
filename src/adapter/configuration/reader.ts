// SPDX-License-Identifier: MIT
/**
 * Typed readers of JSON values: each checks one shape, says what it expects in words, and describes itself as JSON schema. The
 * attribute table is built of them, so that validation, messages and the schema that editors use cannot disagree.
 */

import { didYouMean } from "./did-you-mean.ts";
import { fail, shown, within } from "./place.ts";
import type { Place } from "./place.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Reader<T> {
  /** Reads after "must be ". */
  readonly expected: string;
  /** Whether `value` has the JSON type this reader is for; used to choose between alternatives. */
  isFor(value: unknown): boolean;
  /** @throws UserError that names the attribute. */
  read(value: unknown, place: Place): T;
  readonly schema: JsonSchema;
}

const reader = <T>(expected: string, schema: JsonSchema, isFor: (value: unknown) => boolean, take: (value: unknown, place: Place) => T): Reader<T> => ({
  expected,
  schema,
  isFor,
  read: (value, place) => (isFor(value) ? take(value, place) : wrongType(place, expected, value)),
});

function wrongType(place: Place, expected: string, value: unknown): never {
  return fail(place, "config-wrong-type", `must be ${expected}, not ${shown(value)}`);
}

const isString = (value: unknown): value is string => typeof value === "string";
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

export const flag: Reader<boolean> = reader(
  "true or false",
  { type: "boolean" },
  (value) => typeof value === "boolean",
  (value) => value === true,
);

export const text: Reader<string> = reader("a string", { type: "string" }, isString, (value) => String(value));

/** A string that `pattern` matches; `expected` says what that is. */
export function matching(pattern: RegExp, expected: string): Reader<string> {
  return reader(expected, { type: "string", pattern: pattern.source }, isString, (value, place) => {
    const string = String(value);
    return pattern.test(string) ? string : fail(place, "config-bad-value", `must be ${expected}, not ${shown(value)}`);
  });
}

export function integer(minimum: number, maximum: number): Reader<number> {
  const expected = `a whole number from ${minimum} to ${maximum}`;
  const schema = { type: "integer", minimum, maximum };
  return reader(
    expected,
    schema,
    (value) => typeof value === "number",
    (value, place) => {
      const number = Number(value);
      const fits = Number.isInteger(number) && number >= minimum && number <= maximum;
      return fits ? number : fail(place, "config-bad-value", `must be ${expected}, not ${shown(value)}`);
    },
  );
}

export function choice<const T extends string>(...values: readonly T[]): Reader<T> {
  const names = values.map((value) => `'${value}'`);
  const expected = names.length === 1 ? String(names[0]) : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
  return reader(expected, { type: "string", enum: values }, isString, (value, place) => {
    const found = values.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    return fail(place, "config-bad-value", `must be ${expected}, not ${shown(value)}`, suggestion(String(value), values));
  });
}

export function list<T>(item: Reader<T>): Reader<readonly T[]> {
  return reader(`an array, each element ${item.expected}`, { type: "array", items: item.schema }, Array.isArray, (value, place) => {
    const elements: readonly unknown[] = Array.isArray(value) ? value : [];
    return elements.map((element, i) => item.read(element, within(place, i)));
  });
}

/** An object whose attribute names are free. */
export function map<T>(item: Reader<T>): Reader<Readonly<Record<string, T>>> {
  const schema = { type: "object", additionalProperties: item.schema };
  return reader(`an object, each value ${item.expected}`, schema, isObject, (value, place) =>
    Object.fromEntries(Object.entries(isObject(value) ? value : {}).map(([name, element]) => [name, item.read(element, within(place, name))])),
  );
}

/** Any JSON object, unchecked: checked by whoever it is for. */
export const anyObject: Reader<Readonly<Record<string, unknown>>> = reader("an object", { type: "object" }, isObject, (value) =>
  isObject(value) ? value : {},
);

/** The first of `options` that is for the JSON type of the value. */
export function oneOf<const R extends readonly Reader<unknown>[]>(...options: R): Reader<R[number] extends Reader<infer T> ? T : never>;
export function oneOf(...options: readonly Reader<unknown>[]): Reader<unknown> {
  const expected = options.map((option) => option.expected).join(", or ");
  return {
    expected,
    schema: { oneOf: options.map((option) => option.schema) },
    isFor: (value) => options.some((option) => option.isFor(value)),
    read: (value, place) => options.find((option) => option.isFor(value))?.read(value, place) ?? wrongType(place, expected, value),
  };
}

/** `source`, with what it read turned into something else. */
export function mapped<T, U>(source: Reader<T>, transform: (value: T, place: Place) => U): Reader<U> {
  return {
    expected: source.expected,
    schema: source.schema,
    isFor: (value) => source.isFor(value),
    read: (value, place) => transform(source.read(value, place), place),
  };
}

export interface Attribute<T> {
  readonly reader: Reader<T>;
  /** One or two sentences for the hover in launch.json. */
  readonly description: string;
  readonly isRequired?: boolean;
  /** Shown by editors; the reading side applies its own defaults. */
  readonly default?: unknown;
}

export type Attributes = Readonly<Record<string, Attribute<unknown>>>;
export type Read<A extends Attributes> = { readonly [K in keyof A]: A[K] extends Attribute<infer T> ? T | undefined : never };

/** An object with exactly the attributes of the table; `isIgnored` names further ones that are none of our business. */
export function record<const A extends Attributes>(attributes: A, isIgnored?: (name: string) => boolean): Reader<Read<A>>;
export function record(attributes: Attributes, isIgnored: (name: string) => boolean = () => false): Reader<unknown> {
  const names = Object.keys(attributes);
  return reader("an object", recordSchema(attributes), isObject, (value, place) => {
    const given = isObject(value) ? value : {};
    for (const name of Object.keys(given)) if (!Object.hasOwn(attributes, name) && !isIgnored(name)) unknownAttribute(place, name, names);
    const result: Record<string, unknown> = {};
    for (const [name, attribute] of Object.entries(attributes)) {
      const member = given[name];
      if (member !== undefined) result[name] = attribute.reader.read(member, within(place, name));
      else if (attribute.isRequired) fail(place, "config-missing-attribute", `lacks '${name}'`, `Add '${name}': ${attribute.reader.expected}`);
    }
    return result;
  });
}

/** `source` for objects that have `member`; others get to read what is expected instead of being told of unknown attributes. */
export function having<T>(member: string, source: Reader<T>, expected: string): Reader<T> {
  return { ...source, expected, isFor: (value) => isObject(value) && Object.hasOwn(value, member) };
}

function unknownAttribute(place: Place, name: string, known: readonly string[]): never {
  const hint = suggestion(name, known) ?? `Known attributes: ${known.join(", ")}`;
  return fail(within(place, name), "config-unknown-attribute", "is unknown", hint);
}

function suggestion(name: string, known: readonly string[]): string | undefined {
  const near = didYouMean(name, known);
  return near === undefined ? undefined : `Did you mean '${near}'?`;
}

function recordSchema(attributes: Attributes): JsonSchema {
  const properties = Object.fromEntries(
    Object.entries(attributes).map(([name, { reader: of, description, default: preset }]) => [
      name,
      { ...of.schema, description, ...(preset === undefined ? {} : { default: preset }) },
    ]),
  );
  const required = Object.keys(attributes).filter((name) => attributes[name]?.isRequired);
  return { type: "object", properties, ...(required.length > 0 ? { required } : {}), additionalProperties: false };
}
