// SPDX-License-Identifier: MIT
/**
 * Conversions of WPP beyond those of printf: `%!STATUS!`, `%!GUID!`, `%!HEXDUMP!`, time, lists and sets of names ("What are the WPP extended format
 * specification strings?" of the WDK), and the custom types of a driver's configuration block.
 */
import { hex } from "../base/index.ts";
import type { GuestMemory } from "../machine/index.ts";
import { ntStatusName } from "../protocol/index.ts";
import type { PrintfArguments } from "./printf.ts";

type Conversion = (args: PrintfArguments, memory: GuestMemory) => string;

const pnpMinors =
  "START_DEVICE QUERY_REMOVE_DEVICE REMOVE_DEVICE CANCEL_REMOVE_DEVICE STOP_DEVICE QUERY_STOP_DEVICE CANCEL_STOP_DEVICE QUERY_DEVICE_RELATIONS QUERY_INTERFACE QUERY_CAPABILITIES QUERY_RESOURCES QUERY_RESOURCE_REQUIREMENTS QUERY_DEVICE_TEXT FILTER_RESOURCE_REQUIREMENTS PNP_14 READ_CONFIG WRITE_CONFIG EJECT SET_LOCK QUERY_ID QUERY_PNP_DEVICE_STATE QUERY_BUS_INFORMATION DEVICE_USAGE_NOTIFICATION SURPRISE_REMOVAL";
const systemControlMinors =
  "QUERY_ALL_DATA QUERY_SINGLE_INSTANCE CHANGE_SINGLE_INSTANCE CHANGE_SINGLE_ITEM ENABLE_EVENTS DISABLE_EVENTS ENABLE_COLLECTION DISABLE_COLLECTION REGINFO EXECUTE_METHOD Reserved_0a REGINFO_EX";
const minors = (names: string): string[] => names.split(" ").map((name) => `IRP_MN_${name}`);

const byName: Readonly<Record<string, Conversion>> = {
  status: (args) => status(args.u32()),
  ntstatus: (args) => status(args.u32()),
  hresult: (args) => hresult(args.u32()),
  winerror: (args) => String(args.u32()),
  winerr: (args) => String(args.u32()),
  guid: (args, memory) => guid(args.u32(), memory),
  clsid: (args, memory) => guid(args.u32(), memory),
  libid: (args, memory) => guid(args.u32(), memory),
  iid: (args, memory) => guid(args.u32(), memory),
  hexdump: (args, memory) => hexDump(args.u32(), memory),
  hexbuf: (args, memory) => hexDump(args.u32(), memory),
  ipaddr: (args) => octets(args.u32()).join("."),
  port: (args) => networkPort(args.u32()),
  mac: (args, memory) => macAddress(args.u32(), memory),
  timestamp: (args) => timestamp(args.u64()),
  time: (args) => timestamp(args.u64()),
  date: (args) => timestamp(args.u64()),
  datetime: (args) => timestamp(args.u64()),
  waittime: (args) => interval(args.u64()),
  due: (args) => interval(args.u64()),
  delta: (args) => interval(args.u64()),
  bool: (args) => listed(args.u32(), ["false", "true"]),
  bool8: (args) => listed(args.u32() & 0xff, ["false", "true"]),
  bool16: (args) => listed(args.u32() & 0xffff, ["false", "true"]),
  boolean: (args) => listed(args.u32() & 0xff, ["FALSE", "TRUE"]),
  irql: (args) => listed(args.u32() & 0xff, ["Low", "APC", "DPC"]),
  pnpmn: (args) => listed(args.u32() & 0xff, minors(pnpMinors)),
  sysctrl: (args) => listed(args.u32() & 0xff, minors(systemControlMinors)),
  b1: (args) => bits(args.u32() & 0xff),
  b2: (args) => bits(args.u32() & 0xffff),
  b4: (args) => bits(args.u32()),
};

/** Types that are another spelling of a printf conversion (Defaultwpp.ini of the WDK). */
const asPrintf: Readonly<Record<string, string>> = {
  SBYTE: "hhd",
  UBYTE: "hhu",
  SCHAR: "c",
  UCHAR: "c",
  XBYTE: "02hhx",
  OBYTE: "hho",
  SSHORT: "hd",
  USHORT: "hu",
  XSHORT: "04hX",
  OSHORT: "ho",
  SINT: "d",
  UINT: "u",
  XINT: "08x",
  OINT: "o",
  SLONG: "ld",
  ULONG: "lu",
  XLONG: "08lX",
  OLONG: "lo",
  SINT64: "I64d",
  UINT64: "I64u",
  XINT64: "I64x",
  XXINT64: "I64X",
  OINT64: "I64o",
  DOUBLE: "g",
  SLONGPTR: "Id",
  ULONGPTR: "Iu",
  XLONGPTR: "Ix",
  OLONGPTR: "Io",
  PTR: "p",
  HANDLE: "p",
  ASTR: "s",
  ARSTR: "s",
  WSTR: "ws",
  ARWSTR: "ws",
  CSTR: "Z",
  ANSTR: "Z",
  USTR: "wZ",
  str: "s",
  cccc: "x",
};

/** The printf conversion a WPP type stands for, without `%`. */
export const printfOfWppType = (name: string): string | undefined => asPrintf[name];

/** Text of the next argument as type `name`, or undefined when WPP has no such type. */
export function convertWppType(name: string, args: PrintfArguments, memory: GuestMemory): string | undefined {
  const lower = name.toLowerCase();
  // `bool` and `BOOLEAN` differ in more than letters, the others come in both spellings.
  return Object.hasOwn(byName, lower) ? byName[lower]?.(args, memory) : undefined;
}

/** A type of the driver's own: names by value, or by bit. */
export interface WppCustomType {
  readonly isSet: boolean;
  readonly bytes: number;
  readonly names: ReadonlyMap<number, string>;
}

/** Reads `name|list or set|bytes|0=A,1=B;…`, what the generated header makes of CUSTOM_TYPE. */
export function readCustomTypes(text: string): ReadonlyMap<string, WppCustomType> {
  const entries = text.split(";").flatMap((item) => {
    const [name, kind, bytes, list] = item.split("|");
    if (name === undefined || list === undefined) return [];
    const names = list.split(",").flatMap((pair) => {
      const equals = pair.indexOf("=");
      return equals < 0 ? [] : [[Number(pair.slice(0, equals)), pair.slice(equals + 1)] as const];
    });
    return [[name, { isSet: kind === "set", bytes: Number(bytes), names: new Map(names) }] as const];
  });
  return new Map(entries);
}

/** Text of `value` as `type`. */
export function customTypeText(value: number, { isSet, bytes, names }: WppCustomType): string {
  const masked = bytes >= 4 ? value >>> 0 : value & (2 ** (8 * bytes) - 1);
  if (!isSet) return names.get(masked) ?? names.get(masked | 0) ?? String(masked);
  const set = [...names].filter(([bit]) => ((masked >>> bit) & 1) === 1).map(([, name]) => name);
  return `[${set.join(",")}]`;
}

function status(value: number): string {
  const name = ntStatusName(value >>> 0);
  return name === undefined ? hex(value >>> 0, 8) : `${hex(value >>> 0, 8)}(${name})`;
}

/** An HRESULT of FACILITY_NT carries an NTSTATUS. */
function hresult(value: number): string {
  const code = value >>> 0;
  const name = (code & 0x1000_0000) === 0 ? undefined : ntStatusName((code & ~0x1000_0000) >>> 0);
  return name === undefined ? hex(code, 8) : `${hex(code, 8)}(${name})`;
}

/** The GUID at an address, `NULL` for none. */
export const guidText = (memory: GuestMemory, address: number): string => guid(address, memory);

function guid(address: number, memory: GuestMemory): string {
  if (address === 0) return "NULL";
  const digits = (value: number, width: number): string => value.toString(16).padStart(width, "0");
  const tail = Array.from({ length: 8 }, (_, i) => digits(memory.u8(address + 8 + i), 2)).join("");
  return `${digits(memory.u32(address), 8)}-${digits(memory.u16(address + 4), 4)}-${digits(memory.u16(address + 6), 4)}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}

/** A structure of pointer and 16-bit length, passed by address: what drivers define for their HEXDUMP type. */
function hexDump(address: number, memory: GuestMemory): string {
  if (address === 0) return "NULL";
  const buffer = memory.u32(address);
  const length = memory.u16(address + 4);
  if (buffer === 0 || length === 0) return "(empty)";
  const bytes = Array.from({ length }, (_, i) =>
    memory
      .u8(buffer + i)
      .toString(16)
      .padStart(2, "0"),
  );
  const rows = Array.from({ length: Math.ceil(length / 16) }, (_, row) => bytes.slice(16 * row, 16 * row + 16).join(" "));
  return rows.length === 1 ? (rows[0] ?? "") : `\n${rows.map((row, i) => `  ${(16 * i).toString(16).padStart(4, "0")}  ${row}`).join("\n")}`;
}

const octets = (value: number): number[] => [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];

/** Ports are in network byte order. */
const networkPort = (value: number): string => String(((value & 0xff) << 8) | ((value >>> 8) & 0xff));

function macAddress(address: number, memory: GuestMemory): string {
  if (address === 0) return "NULL";
  return Array.from({ length: 6 }, (_, i) =>
    memory
      .u8(address + i)
      .toString(16)
      .padStart(2, "0"),
  ).join("-");
}

/** 100 ns from 1601 to 1970. */
const unixEpoch = 116_444_736_000_000_000n;

/** System time in 100 ns units since 1601 as `2026-01-01 00:00:00.0000000`. */
function timestamp(value: bigint): string {
  const date = new Date(Number((value - unixEpoch) / 10_000n));
  if (Number.isNaN(date.getTime())) return `0x${value.toString(16)}`;
  return `${date.toISOString().slice(0, 19).replace("T", " ")}.${String(value % 10_000_000n).padStart(7, "0")}`;
}

/** 100 ns units; negative ones are relative due times. */
function interval(value: bigint): string {
  const signed = BigInt.asIntN(64, value);
  const magnitude = signed < 0n ? -signed : signed;
  return `${signed < 0n ? "-" : ""}${magnitude / 10_000_000n}.${String(magnitude % 10_000_000n).padStart(7, "0")}s`;
}

const listed = (value: number, names: readonly string[]): string => names[value] ?? String(value);

const bits = (value: number): string =>
  `[${Array.from({ length: 32 }, (_, bit) => bit)
    .filter((bit) => ((value >>> bit) & 1) === 1)
    .map((bit) => bit + 1)}]`;
