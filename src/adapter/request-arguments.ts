// SPDX-License-Identifier: MIT
/** Arguments of a request as they came over the wire: nothing about them is certain until it has been looked at. */

import { RequestError } from "./request-error.ts";

export class RequestArguments {
  readonly #command: string;
  readonly #values: Readonly<Record<string, unknown>>;
  /** What the client sent, unchecked. */
  readonly raw: unknown;

  constructor(command: string, raw: unknown) {
    this.#command = command;
    this.raw = raw;
    this.#values = isRecord(raw) ? raw : {};
  }

  number(name: string): number {
    return this.optionalNumber(name) ?? this.#missing(name, "a number");
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null) return undefined;
    return typeof value === "number" && Number.isFinite(value) ? value : this.#missing(name, "a number");
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.#missing(name, "a string");
  }

  optionalText(name: string): string | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null) return undefined;
    return typeof value === "string" ? value : this.#missing(name, "a string");
  }

  /** False when left out. */
  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  /** The object called `name`; an empty one when left out. */
  object(name: string): RequestArguments {
    const value = this.#values[name];
    if (value !== undefined && value !== null && !isRecord(value)) this.#missing(name, "an object");
    return new RequestArguments(this.#command, value);
  }

  /** The objects of the array called `name`; none when left out. */
  objects(name: string): readonly RequestArguments[] {
    return this.#array(name).map((element) => (isRecord(element) ? new RequestArguments(this.#command, element) : this.#missing(name, "an array of objects")));
  }

  texts(name: string): readonly string[] {
    return this.#array(name).map((element) => (typeof element === "string" ? element : this.#missing(name, "an array of strings")));
  }

  #array(name: string): readonly unknown[] {
    const value = this.#values[name];
    if (value === undefined || value === null) return [];
    return Array.isArray(value) ? value : this.#missing(name, "an array");
  }

  #missing(name: string, expected: string): never {
    throw new RequestError(`Argument '${name}' of '${this.#command}' must be ${expected}`);
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);
