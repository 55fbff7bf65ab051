// SPDX-License-Identifier: MIT
/**
 * Handles: numbers in an address range that has no memory, 8 apart and never reused, so that a stale handle is known as such.
 * Resolving a bad one is bug check 0x10D/5, with or without verifier (kmdf fxhandle.h).
 */
import { hex } from "../base/index.ts";
import { handleBase } from "../protocol/index.ts";
import type { WdfFramework } from "./framework.ts";
import type { WdfObject } from "./object.ts";
import { type WdfType, typeNumbers } from "./type-table.ts";

const handleStep = 8;

interface Tombstone {
  readonly type: string;
  readonly id: number;
}

/** Something with a constructor whose instances a handle may name. */
export type ObjectClass<T extends WdfObject> = abstract new (...args: never[]) => T;

/** What usually deletes an object, where it is not WdfObjectDelete. */
const deletedBy: Readonly<Record<string, string>> = { WDFREQUEST: " (a request is deleted when it is completed)" };

export class HandleTable {
  readonly #framework: WdfFramework;
  readonly #objects = new Map<number, WdfObject>();
  readonly #dead = new Map<number, Tombstone>();
  #next = handleBase + handleStep;

  constructor(framework: WdfFramework) {
    this.#framework = framework;
  }

  /** A new handle for `object`. */
  add(object: WdfObject): number {
    const handle = this.#next;
    this.#next += handleStep;
    this.#objects.set(handle, object);
    return handle;
  }

  /** The object's memory is gone; from now on its handle is stale. */
  remove(object: WdfObject): void {
    this.#objects.delete(object.handle);
    this.#dead.set(object.handle, { type: object.type, id: object.id });
  }

  /** Object behind a handle for views and messages; undefined instead of a bug check. */
  peek(handle: number): WdfObject | undefined {
    return this.#objects.get(handle >>> 0);
  }

  /** Every object that exists, in order of creation. */
  all(): readonly WdfObject[] {
    return [...this.#objects.values()];
  }

  /** The object of class `of` that `handle` names; bug check 5 when it names none. */
  resolve<T extends WdfObject>(handle: number, of: ObjectClass<T>, type: WdfType): T {
    const object = this.#objects.get(handle >>> 0);
    return object instanceof of ? object : this.#invalid(handle >>> 0, type);
  }

  /** As `resolve`, undefined for NULL. */
  optional<T extends WdfObject>(handle: number, of: ObjectClass<T>, type: WdfType): T | undefined {
    return handle === 0 ? undefined : this.resolve(handle, of, type);
  }

  /** Text for a handle in messages: `WDFQUEUE 0xE0000010`, `stale WDFREQUEST …`. */
  describe(handle: number): string | undefined {
    const value = handle >>> 0;
    const object = this.#objects.get(value);
    if (object !== undefined) return `${object.type} ${hex(value, 8)} (${object.label()})`;
    const dead = this.#dead.get(value);
    return dead === undefined ? undefined : `stale handle of a deleted ${dead.type}, object ${dead.id}`;
  }

  #invalid(handle: number, type: WdfType): never {
    const api = this.#framework.apiName();
    const dead = this.#dead.get(handle);
    const what = this.describe(handle) ?? "no framework handle";
    const text = handle === 0 ? "NULL" : `${hex(handle, 8)}, which is ${dead === undefined ? what : `a ${what}${deletedBy[dead.type] ?? ""}`}`;
    return this.#framework.bugCheck(5, handle, typeNumbers[type], {
      rule: this.#ruleFor(handle),
      message: `${api} was given ${text}, where a ${type} is required`,
      explanation:
        dead === undefined
          ? "The framework resolves every handle it is given and stops the system when the handle is NULL, stale or of another type."
          : "The object was deleted; its handle must not be used afterwards. Take a reference with WdfObjectReference where code may run later, or make that code stop before the deletion.",
      ...(dead === undefined ? {} : { objectId: dead.id }),
    });
  }

  #ruleFor(handle: number): string {
    if (handle === 0) return "obj-null-handle";
    return this.#dead.has(handle) ? "obj-use-after-delete" : "obj-wrong-type";
  }
}
