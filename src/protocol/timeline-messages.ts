// SPDX-License-Identifier: MIT
/** Messages between the extension and the timeline panel. Columns of a trace travel as typed arrays; both ends check what they get. */
import type { TargetPosition } from "./custom-requests.ts";
import type { TraceSnapshot } from "./trace-snapshot.ts";

/** Extension → panel. */
export type TimelineUpdate =
  /** Events; `isWhole` replaces everything shown before. Without a position the target is running or has ended. */
  | { readonly type: "trace"; readonly isWhole: boolean; readonly trace: TraceSnapshot; readonly position?: TargetPosition }
  /** The session is over: the trace stays to be looked at, but nothing can travel in it. */
  | { readonly type: "ended" }
  /** Names of the device's registers by `BAR:offset`. */
  | { readonly type: "registers"; readonly names: Readonly<Record<string, string>> };

/** Panel → extension. */
export type TimelineRequest =
  | { readonly type: "ready" }
  | { readonly type: "travel"; readonly statement: number }
  | { readonly type: "source"; readonly functionName: string }
  | { readonly type: "copy"; readonly text: string };

const requestTypes: ReadonlySet<string> = new Set(["ready", "travel", "source", "copy"]);

/** The message, if it is one of the panel's. */
export function timelineRequest(message: unknown): TimelineRequest | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { type, statement, functionName, text } = message as Partial<Record<string, unknown>>;
  if (typeof type !== "string" || !requestTypes.has(type)) return undefined;
  if (type === "ready") return { type };
  if (type === "travel") return typeof statement === "number" && Number.isInteger(statement) && statement > 0 ? { type, statement } : undefined;
  if (type === "source") return typeof functionName === "string" ? { type, functionName } : undefined;
  return typeof text === "string" ? { type: "copy", text } : undefined;
}

/** Texts of the panel; the extension translates them (`data-strings` of the page, as JSON). */
export interface TimelineStrings {
  readonly lanes: Readonly<Record<TimelineLane, string>>;
  readonly time: string;
  readonly duration: string;
  readonly lane: string;
  readonly event: string;
  readonly statement: string;
  readonly object: string;
  readonly level: string;
  readonly cause: string;
  readonly running: string;
  readonly now: string;
  readonly nothingSelected: string;
  readonly noTrace: string;
  readonly search: string;
  readonly matches: string;
  readonly overBudget: string;
  readonly eventsInView: string;
  readonly firstOf: string;
  readonly openSource: string;
  readonly travel: string;
  readonly copy: string;
  readonly fit: string;
  readonly frameworkCalls: string;
  readonly help: string;
  readonly helpText: string;
  readonly chart: string;
  readonly ended: string;
}

export const timelineLanes = [
  "requests",
  "transactions",
  "transfers",
  "irql",
  "driver",
  "framework",
  "interrupts",
  "dpc",
  "device",
  "registers",
  "dma",
  "power",
  "log",
] as const;
export type TimelineLane = (typeof timelineLanes)[number];
