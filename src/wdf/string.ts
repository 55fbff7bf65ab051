// SPDX-License-Identifier: MIT
/** WDFSTRING (wdfstring.h; kmdf fxstring.cpp). */
import type { ApiTable } from "../nt/index.ts";
import type { FieldView } from "../protocol/index.ts";
import { type ObjectAttributes, parentRules, readAttributes } from "./attributes.ts";
import { WdfDriver } from "./driver.ts";
import type { WdfFramework } from "./framework.ts";
import { WdfObject } from "./object.ts";
import { isSuccess, status } from "./status.ts";
import { readUnicodeString, utf16, writeUnicodeString } from "./unicode-string.ts";

export class WdfString extends WdfObject {
  #text = "";
  /** The characters in driver memory, zero-terminated; 0 for an empty string. */
  #buffer = 0;
  override readonly disposesAtPassive = true;

  constructor(framework: WdfFramework, parent: WdfObject | undefined, attributes: ObjectAttributes) {
    super(framework, "WDFSTRING", parent, attributes);
  }

  get text(): string {
    return this.#text;
  }

  /** Replaces the text. STATUS_INSUFFICIENT_RESOURCES when there is no memory. */
  assign(text: string): number {
    const { nt, poolTag, machine } = this.framework;
    const bytes = utf16(text, true);
    const buffer = nt.pool.allocate(bytes.length, poolTag, "WDFSTRING");
    if (buffer === 0) return status.insufficientResources;
    machine.memory.write(buffer, bytes);
    this.#freeBuffer();
    this.#buffer = buffer;
    this.#text = text;
    return status.success;
  }

  /** Fills a UNICODE_STRING that shows the text; it is valid while the object is. */
  describeTo(address: number): void {
    writeUnicodeString(this.framework.machine.memory, address, this.#buffer, this.#text.length);
  }

  #freeBuffer(): void {
    if (this.#buffer !== 0) this.framework.nt.pool.free(this.#buffer, this.framework.poolTag);
    this.#buffer = 0;
  }

  override label(): string {
    return JSON.stringify(this.#text);
  }

  override fields(): FieldView[] {
    return [{ name: "Text", value: this.#text }];
  }

  protected override destroyed(): void {
    this.#freeBuffer();
  }
}

export function stringApi(framework: WdfFramework): ApiTable {
  return {
    WdfStringCreate: (unicodeString: number, attributesAddress: number, out: number) => {
      framework.requirePointer(out, "String");
      const attributes = readAttributes(framework, attributesAddress, parentRules);
      if (typeof attributes === "number") return attributes;
      const string = new WdfString(framework, framework.parentFor(attributes), attributes);
      const result = unicodeString === 0 ? status.success : string.assign(readUnicodeString(framework.machine.memory, unicodeString));
      if (isSuccess(result)) return framework.finishCreate(string, out);
      string.discard();
      return result;
    },
    WdfStringGetUnicodeString: (handle: number, unicodeString: number) => {
      framework.resolve(handle, WdfString, "WDFSTRING").describeTo(framework.requirePointer(unicodeString, "UnicodeString"));
    },
    WdfDriverRetrieveVersionString: (driver: number, string: number) => {
      framework.resolve(driver, WdfDriver, "WDFDRIVER");
      return framework.resolve(string, WdfString, "WDFSTRING").assign(`Kernel Mode Driver Framework version 1.${framework.options.version.minor}`);
    },
  };
}
