// SPDX-License-Identifier: MIT
/** TraceLogging events (TraceLoggingProvider.h): the fields of a call of TraceLoggingWrite as text, `Provider.Event: field=value, …`. */
import { hex } from "../base/index.ts";
import type { GuestMemory, Machine } from "../machine/index.ts";
import { ntStatus, ntStatusName } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import { VariableArguments } from "./printf.ts";
import type { TraceMessages } from "./trace-messages.ts";
import { guidText } from "./wpp-types.ts";

/** Offsets in struct _tlgProvider_t. */
const provider = { name: 0, isRegistered: 20 } as const;

/** DDK_TLG_xxx. */
const kind = { end: 0, binary: 28, struct: 29, counted: 33, countedWide: 34, level: 64, keyword: 65, other: 67, array: 0x100 } as const;

/** An event without a level is always wanted (TraceLoggingLevel: the default is 5, verbose). */
const defaultLevel = 5;
const longestText = 4096;
const mostElements = 256;
const mostFields = 128;

/** How an element of an array is read and shown: bytes, and whether signed, hexadecimal or floating point. */
type ElementKind = readonly [bytes: 1 | 2 | 4 | 8, show: "signed" | "unsigned" | "hex" | "bool" | "char"];
const elements: Readonly<Record<number, ElementKind>> = {
  1: [1, "signed"],
  2: [1, "unsigned"],
  3: [2, "signed"],
  4: [2, "unsigned"],
  5: [4, "signed"],
  6: [4, "unsigned"],
  7: [8, "signed"],
  8: [8, "unsigned"],
  9: [1, "hex"],
  10: [2, "hex"],
  11: [4, "hex"],
  12: [8, "hex"],
  15: [1, "bool"],
  22: [1, "char"],
  23: [2, "char"],
};

export class TraceLogging {
  readonly #machine: Machine;
  readonly #messages: TraceMessages;

  constructor(machine: Machine, messages: TraceMessages) {
    this.#machine = machine;
    this.#messages = messages;
  }

  api(): ApiTable {
    const { memory } = this.#machine;
    const setRegistered = (address: number, value: number): void => memory.setU32((address >>> 0) + provider.isRegistered, value);
    return {
      DdkTraceLoggingRegister: (address: number) => {
        setRegistered(address, 1);
        return ntStatus.STATUS_SUCCESS;
      },
      DdkTraceLoggingUnregister: (address: number) => setRegistered(address, 0),
      DdkTraceLoggingIsEnabled: (address: number, level: number) =>
        this.#isRegistered(address >>> 0) && this.#messages.isEnabled(level & 0xff, this.#name(address >>> 0)) ? 1 : 0,
      DdkTraceLoggingWrite: (address: number, name: number, _activity: number, _related: number, args: number) =>
        this.#write(address >>> 0, memory.cString(name >>> 0, longestText), new VariableArguments(memory, args >>> 0)),
    };
  }

  #isRegistered(address: number): boolean {
    return this.#machine.memory.u32(address + provider.isRegistered) !== 0;
  }

  #name(address: number): string {
    const { memory } = this.#machine;
    return memory.cString(memory.u32(address + provider.name), longestText);
  }

  /** As on Windows, an event of a provider that is not registered goes nowhere. */
  #write(address: number, event: string, args: VariableArguments): void {
    if (!this.#isRegistered(address)) return;
    const name = this.#name(address);
    const { level, fields } = readFields(this.#machine.memory, args);
    const text = `${name}.${event}${fields.length === 0 ? "" : `: ${fields.join(", ")}`}`;
    this.#messages.send({ text: text.slice(0, 2 * longestText), level, flag: name, isTraced: true, isRecorded: true });
  }
}

function readFields(memory: GuestMemory, args: VariableArguments): { readonly level: number; readonly fields: readonly string[] } {
  let level = defaultLevel;
  const fields: string[] = [];
  /** Structures that are open: their text so far and how many fields are to come. */
  const open: { readonly name: string; left: number; readonly fields: string[] }[] = [];
  const add = (text: string): void => {
    (open.at(-1)?.fields ?? fields).push(text);
    for (let inner = open.at(-1); inner !== undefined && --inner.left <= 0; inner = open.at(-1)) {
      open.pop();
      (open.at(-1)?.fields ?? fields).push(`${inner.name}={${inner.fields.join(", ")}}`);
    }
  };
  for (let count = 0; count < mostFields; count++) {
    const type = args.u32();
    if (type === kind.end) break;
    const name = args.u32();
    if (type === kind.keyword) args.u64();
    else if (type === kind.level) level = args.u32();
    else if (type > kind.level && type <= kind.other) args.u32();
    else if (type === kind.struct) open.push({ name: memory.cString(name, longestText), left: args.u32(), fields: [] });
    else add(`${memory.cString(name, longestText)}=${valueText(memory, type, args)}`);
  }
  return { level, fields: [...fields, ...open.map((rest) => `${rest.name}={${rest.fields.join(", ")}}`)] };
}

function valueText(memory: GuestMemory, type: number, args: VariableArguments): string {
  if ((type & kind.array) !== 0) return arrayText(memory, type & 0xff, args.u32(), args.u32());
  const element = elements[type];
  if (element !== undefined) return elementText(element, element[0] === 8 ? args.u64() : BigInt(args.u32()));
  switch (type) {
    case 16:
      return hex(args.u32(), 8);
    case 13:
      return String(Math.fround(args.f64()));
    case 14:
      return String(args.f64());
    case 20: {
      const status = args.u32();
      return ntStatusName(status) ?? hex(status, 8);
    }
    case 21:
      return hex(args.u32(), 8);
    case 30: {
      const port = args.u32();
      return String(((port & 0xff) << 8) | ((port >> 8) & 0xff));
    }
    case 31: {
      const address = args.u32();
      return [0, 8, 16, 24].map((shift) => (address >>> shift) & 0xff).join(".");
    }
    default:
      return pointedText(memory, type, args.u32());
  }
}

/** Types whose argument is an address. */
function pointedText(memory: GuestMemory, type: number, address: number): string {
  if (address === 0) return "(null)";
  switch (type) {
    case 17:
      return guidText(memory, address);
    case 18:
      return hex(memory.u64(address));
    case 19:
      return Array.from({ length: 8 }, (_, i) => memory.u16(address + 2 * i)).join("-");
    case 24:
      return quoted(memory.cString(address, longestText));
    case 25:
      return quoted(memory.wideString(address));
    case 26:
      return quoted(bytesText(memory, memory.u32(address + 4), memory.u16(address)));
    case 27:
      return quoted(memory.wideString(memory.u32(address + 4), memory.u16(address) >> 1));
    case 32:
      return Array.from({ length: 8 }, (_, i) => ((memory.u8(address + 2 * i) << 8) | memory.u8(address + 2 * i + 1)).toString(16)).join(":");
    default:
      return hex(address, 8);
  }
}

function arrayText(memory: GuestMemory, type: number, address: number, count: number): string {
  if (type === kind.counted) return quoted(bytesText(memory, address, count));
  if (type === kind.countedWide) return quoted(memory.wideString(address, Math.min(count, longestText)));
  const shown = Math.min(count, mostElements);
  const rest = count > shown ? ` … ${count - shown} more` : "";
  if (type === kind.binary)
    return `${Array.from({ length: shown }, (_, i) =>
      memory
        .u8(address + i)
        .toString(16)
        .padStart(2, "0"),
    ).join(" ")}${rest}`;
  const element = elements[type] ?? [4, "hex"];
  const [bytes] = element;
  const read = (at: number): bigint => {
    if (bytes === 8) return memory.u64(at);
    return BigInt(bytes === 4 ? memory.u32(at) : bytes === 2 ? memory.u16(at) : memory.u8(at));
  };
  return `[${Array.from({ length: shown }, (_, i) => elementText(element, read(address + i * bytes))).join(", ")}${rest}]`;
}

function elementText([bytes, show]: ElementKind, raw: bigint): string {
  const value = BigInt.asUintN(8 * bytes, raw);
  switch (show) {
    case "signed":
      return String(BigInt.asIntN(8 * bytes, value));
    case "unsigned":
      return String(value);
    case "hex":
      return `0x${value.toString(16).toUpperCase()}`;
    case "bool":
      return value === 0n ? "false" : "true";
    case "char":
      return `'${String.fromCharCode(Number(value))}'`;
  }
}

const bytesText = (memory: GuestMemory, address: number, count: number): string =>
  String.fromCharCode(...Array.from({ length: Math.min(count, longestText) }, (_, i) => memory.u8(address + i)));

const quoted = (text: string): string => JSON.stringify(text);
