// SPDX-License-Identifier: MIT
/** Messages between the extension and the timeline panel. Columns of a trace travel as typed arrays; both ends check what they get. */
import type { TargetPosition } from "./custom-requests.ts";
import { type TimelineCommand, isTimelineCommand } from "./timeline-commands.ts";
import type { TraceSnapshot } from "./trace-snapshot.ts";

/** How the user wants the lanes; ids of lanes (`TimelineModel`). */
export interface LaneSettings {
  /** Stay at the top while the others scroll. */
  readonly pinned: readonly string[];
  /** Rows as thin lines without texts. */
  readonly collapsed: readonly string[];
  readonly hidden: readonly string[];
  /** Lanes that were moved, in their order; all others keep theirs. */
  readonly order: readonly string[];
}

/** A remark of the user's at a time or a range of times, virtual ns. */
export interface TimelineNote {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export interface TimelineSettings {
  readonly lanes: LaneSettings;
  /** Dragging measures, as in Perfetto, and Shift+drag moves; otherwise the other way round. */
  readonly dragMeasures: boolean;
}

export const defaultTimelineSettings: TimelineSettings = { lanes: { pinned: [], collapsed: [], hidden: ["framework"], order: [] }, dragMeasures: false };

/** Extension → panel. */
export type TimelineUpdate =
  /** Events; `isWhole` replaces everything shown before. Without a position the target is running or has ended. */
  | { readonly type: "trace"; readonly isWhole: boolean; readonly trace: TraceSnapshot; readonly position?: TargetPosition; readonly isRunning?: boolean }
  /** The session is over: the trace stays to be looked at, but nothing can travel in it. */
  | { readonly type: "ended" }
  /** Names of the device's registers by `BAR:offset`, and of NTSTATUS values by `status:VALUE`. */
  | { readonly type: "registers"; readonly names: Readonly<Record<string, string>> }
  | { readonly type: "settings"; readonly settings: TimelineSettings; readonly notes: readonly TimelineNote[] }
  /** Another run to compare with; without a trace the comparison ends. */
  | { readonly type: "ghost"; readonly name: string; readonly trace?: TraceSnapshot }
  /** Selects the event, or the first one of the framework object, and brings it into sight. */
  | { readonly type: "reveal"; readonly event?: number; readonly object?: number }
  | { readonly type: "command"; readonly command: TimelineCommand };

/** Panel → extension. */
export type TimelineRequest =
  | { readonly type: "ready" }
  | { readonly type: "travel"; readonly statement: number }
  | { readonly type: "source"; readonly functionName: string }
  | { readonly type: "copy"; readonly text: string }
  | { readonly type: "saveSettings"; readonly settings: TimelineSettings }
  | { readonly type: "saveNotes"; readonly notes: readonly TimelineNote[] }
  /** The picture as drawn: a PNG as bytes, an SVG as text. */
  | { readonly type: "picture"; readonly format: "png"; readonly data: Uint8Array }
  | { readonly type: "picture"; readonly format: "svg"; readonly data: string }
  /** A command that the extension carries out: exporting the trace, choosing a run to compare with. */
  | { readonly type: "command"; readonly command: TimelineCommand };

/** The message, if it is one of the panel's. */
export function timelineRequest(message: unknown): TimelineRequest | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { type, statement, functionName, text, settings, notes, format, data, command } = message as Partial<Record<string, unknown>>;
  switch (type) {
    case "ready":
      return { type };
    case "travel":
      return typeof statement === "number" && Number.isInteger(statement) && statement > 0 ? { type, statement } : undefined;
    case "source":
      return typeof functionName === "string" ? { type, functionName } : undefined;
    case "copy":
      return typeof text === "string" ? { type, text } : undefined;
    case "saveSettings": {
      const checked = timelineSettings(settings);
      return checked === undefined ? undefined : { type, settings: checked };
    }
    case "saveNotes": {
      const checked = timelineNotes(notes);
      return checked === undefined ? undefined : { type, notes: checked };
    }
    case "picture":
      if (format === "png" && data instanceof Uint8Array) return { type, format, data };
      return format === "svg" && typeof data === "string" ? { type, format, data } : undefined;
    case "command":
      return isTimelineCommand(command) ? { type, command } : undefined;
    default:
      return undefined;
  }
}

const isTextList = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((item) => typeof item === "string");

/** Settings as they were saved; undefined when they are anything else. */
export function timelineSettings(value: unknown): TimelineSettings | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { lanes, dragMeasures } = value as Partial<Record<string, unknown>>;
  if (typeof lanes !== "object" || lanes === null || typeof dragMeasures !== "boolean") return undefined;
  const { pinned, collapsed, hidden, order } = lanes as Partial<Record<string, unknown>>;
  if (!isTextList(pinned) || !isTextList(collapsed) || !isTextList(hidden) || !isTextList(order)) return undefined;
  return { lanes: { pinned, collapsed, hidden, order }, dragMeasures };
}

/** Notes as they were saved; undefined when they are anything else. */
export function timelineNotes(value: unknown): readonly TimelineNote[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const notes = value.flatMap((item: unknown) => {
    const { id, from, to, text } = (item ?? {}) as Partial<Record<string, unknown>>;
    const isNote = typeof id === "number" && typeof from === "number" && typeof to === "number" && from <= to && typeof text === "string";
    return isNote ? [{ id, from, to, text }] : [];
  });
  return notes.length === value.length ? notes : undefined;
}
