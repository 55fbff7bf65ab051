// SPDX-License-Identifier: MIT
/** Texts of the timeline panel, and the families of its lanes. */

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
  readonly live: string;
  readonly nothingSelected: string;
  readonly noTrace: string;
  readonly search: string;
  readonly searchHelp: string;
  readonly matches: string;
  readonly overBudget: string;
  readonly overBudgetBy: string;
  readonly eventsInView: string;
  readonly eventsInRange: string;
  readonly openSource: string;
  readonly travel: string;
  readonly copy: string;
  readonly copyAsCsv: string;
  readonly copyAsMarkdown: string;
  readonly fit: string;
  readonly help: string;
  readonly helpText: string;
  readonly chart: string;
  readonly overview: string;
  readonly ended: string;
  readonly close: string;
  /** Tabs below the chart. */
  readonly events: string;
  readonly statistics: string;
  readonly requests: string;
  readonly chain: string;
  readonly notes: string;
  readonly details: string;
  /** Columns of the statistics. */
  readonly count: string;
  readonly total: string;
  readonly self: string;
  readonly least: string;
  readonly average: string;
  readonly median: string;
  readonly percentile95: string;
  readonly greatest: string;
  readonly gap: string;
  readonly bytesMoved: string;
  readonly transfers: string;
  readonly timeAtLevel: string;
  /** Columns of the requests. */
  readonly request: string;
  readonly submitted: string;
  readonly completion: string;
  readonly interruptLatency: string;
  readonly dpcLatency: string;
  readonly otherRun: string;
  readonly difference: string;
  readonly step: string;
  /** Lanes. */
  readonly lanesTitle: string;
  readonly laneFilter: string;
  readonly shown: string;
  readonly pinned: string;
  readonly collapsed: string;
  readonly moveUp: string;
  readonly moveDown: string;
  readonly resetLanes: string;
  readonly dragMeasures: string;
  /** Notes. */
  readonly note: string;
  readonly newNote: string;
  readonly editNote: string;
  readonly deleteNote: string;
  readonly noNotes: string;
  readonly save: string;
  /** Comparing. */
  readonly compare: string;
  readonly stopComparing: string;
  readonly comparedWith: string;
  readonly alignedAt: string;
  /** Exports. */
  readonly exportMenu: string;
  readonly exportTrace: string;
  readonly exportPng: string;
  readonly exportSvg: string;
}

export const timelineLanes = [
  "requests",
  "transactions",
  "transfers",
  "irql",
  "driver",
  "framework",
  "lines",
  "interrupts",
  "dpcQueue",
  "dpc",
  "device",
  "registers",
  "dma",
  "power",
  "log",
] as const;
export type TimelineLane = (typeof timelineLanes)[number];
