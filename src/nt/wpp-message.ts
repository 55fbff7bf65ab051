// SPDX-License-Identifier: MIT
/** Text of a WPP trace message: printf formats mixed with `%!TYPE!` ("What are the WPP extended format specification strings?" of the WDK). */
import type { GuestMemory } from "../machine/index.ts";
import { formatPrintf, type PrintfArguments } from "./printf.ts";
import { convertWppType, customTypeText, printfOfWppType, readCustomTypes } from "./wpp-types.ts";

/** What a trace call says beside its message. */
export interface WppSite {
  readonly functionName: string;
  readonly file: string;
  readonly line: number;
  /** Source text of LEVEL and FLAGS; empty when the trace function has none. */
  readonly level: string;
  readonly flags: string;
  /** Custom types; see `readCustomTypes`. */
  readonly types: string;
}

const levelNames = ["None", "Critical", "Error", "Warning", "Information", "Verbose"];

/** `Information` for TRACE_LEVEL_INFORMATION and for 4; other levels as they are written. */
export function levelText(level: string): string {
  const name = /^TRACE_LEVEL_(\w+)$/.exec(level.trim())?.[1];
  if (name !== undefined) return name.charAt(0) + name.slice(1).toLowerCase();
  return levelNames[/^\d$/.test(level.trim()) ? Number(level) : -1] ?? level.trim();
}

/** The number of a level as it is written in the source: TRACE_LEVEL_xxx or a number; undefined for anything else. */
export function levelNumber(level: string): number | undefined {
  const text = level.trim();
  if (/^\d+$/.test(text)) return Number(text);
  const index = levelNames.findIndex((name) => `TRACE_LEVEL_${name.toUpperCase()}` === text);
  if (index >= 0) return index;
  return text === "TRACE_LEVEL_FATAL" ? 1 : undefined;
}

/** `[level][flag] function: text`; parts that the trace function does not have are left out. */
export function wppLine(site: WppSite, text: string): string {
  const marks = [levelText(site.level), site.flags.trim()].filter((mark) => mark !== "").map((mark) => `[${mark}]`);
  return `${marks.join("")}${marks.length > 0 ? " " : ""}${site.functionName}: ${text.replace(/\n+$/, "")}\n`;
}

/** Formats one of prefix, message and suffix; `args` goes on from where the part before it stopped. */
export function formatWpp(memory: GuestMemory, format: string, args: PrintfArguments, site: WppSite): string {
  let text = "";
  let start = 0;
  for (const match of format.matchAll(/%%|%([-+ #0]*[\d.]*)!(\w+)!/g)) {
    const [whole, width = "", name] = match;
    if (name === undefined) continue;
    text += formatPrintf(memory, format.slice(start, match.index), args).text + padded(typeText(memory, name, args, site), width);
    start = match.index + whole.length;
  }
  return text + formatPrintf(memory, format.slice(start), args).text;
}

function padded(text: string, width: string): string {
  const columns = Number(/\d+/.exec(width.replace(/^[-+ #0]*/, ""))?.[0] ?? 0);
  return width.includes("-") ? text.padEnd(columns) : text.padStart(columns);
}

function typeText(memory: GuestMemory, name: string, args: PrintfArguments, site: WppSite): string {
  const constant = constantText(name, site);
  if (constant !== undefined) return constant;
  const custom = readCustomTypes(site.types).get(name);
  if (custom !== undefined) return customTypeText(args.u32(), custom);
  const printf = printfOfWppType(name) ?? (/^(?:[-+ #0]*\d*)?(?:hh|h|ll|l|I64|I32|I|w)?[diouxXpscSZ]$/.test(name) ? name : undefined);
  if (printf !== undefined) return formatPrintf(memory, `%${printf}`, args).text;
  // A type that nobody described here, such as those of WdfTraceEnums.h, is a number.
  return convertWppType(name, args, memory) ?? `${args.u32() | 0}`;
}

/** Types that take no argument. */
function constantText(name: string, site: WppSite): string | undefined {
  switch (name) {
    case "FUNC":
      return site.functionName;
    case "FILE":
      return site.file.replace(/^.*[\\/]/, "");
    case "LINE":
      return String(site.line);
    case "LEVEL":
      return levelText(site.level);
    case "FLAGS":
      return site.flags;
    case "SPACE":
      return " ";
    // What TraceFmt puts before a message: module, thread, process, time, sequence. The console line has its own head.
    case "STDPREFIX":
    case "MOD":
    case "TYP":
    case "TID":
    case "NOW":
    case "SEQ":
    case "PID":
    case "CPU":
    case "COMPNAME":
    case "SUBCOMP":
      return "";
    default:
      return undefined;
  }
}
