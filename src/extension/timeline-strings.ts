// SPDX-License-Identifier: MIT
/** Texts of the timeline panel in the user's language. */
import type { TimelineStrings } from "../protocol/index.ts";
import type { Translations } from "./tree-node.ts";

export function timelineStrings(l10n: Translations): TimelineStrings {
  return { ...chartStrings(l10n), ...tableStrings(l10n), ...actionStrings(l10n), lanes: laneStrings(l10n) };
}

type Part<K extends keyof TimelineStrings> = Pick<TimelineStrings, K>;

function laneStrings(l10n: Translations): TimelineStrings["lanes"] {
  return {
    requests: l10n.t("Requests"),
    transactions: l10n.t("DMA transactions"),
    transfers: l10n.t("DMA transfers"),
    irql: l10n.t("IRQL, CPU 0"),
    driver: l10n.t("Driver callbacks"),
    framework: l10n.t("Framework calls"),
    lines: l10n.t("Interrupt"),
    interrupts: l10n.t("Interrupt service"),
    dpcQueue: l10n.t("DPC queue"),
    dpc: l10n.t("DPCs and timers"),
    device: l10n.t("Device"),
    registers: l10n.t("Registers"),
    dma: l10n.t("Bus master"),
    power: l10n.t("PnP and power"),
    log: l10n.t("Log"),
  };
}

const chartStrings = (l10n: Translations): Part<ChartKeys> => ({
  running: l10n.t("not ended"),
  now: l10n.t("now"),
  live: l10n.t("running"),
  nothingSelected: l10n.t("Click an event to see its details. Press ? for all keys."),
  noTrace: l10n.t("There is no trace yet. It appears when the target runs."),
  search: l10n.t("Search: words, /regex/, dur>10us, lane:driver, status!=0"),
  searchHelp: l10n.t(
    "Searches the whole trace. All of these must hold, a minus before one turns it over: words, quoted words, /regular expressions/, kind:dma, lane:driver, name:isr, dur>100us, time<5ms, irql=2, len>4096, status!=0, vector=0x91, value=5, request:3, corr:17",
  ),
  matches: l10n.t("{0} of {1}", "{0}", "{1}"),
  overBudget: l10n.t("{0} over budget", "{0}"),
  overBudgetBy: l10n.t("Over budget: longer than {0}", "{0}"),
  chart: l10n.t("Timeline of the driver and its device"),
  overview: l10n.t("Overview of the whole trace; drag the frame to move"),
  ended: l10n.t("The session has ended"),
  comparedWith: l10n.t("Compared with {0}", "{0}"),
  alignedAt: l10n.t("aligned at request {0}", "{0}"),
});
type ChartKeys =
  | "running"
  | "now"
  | "live"
  | "nothingSelected"
  | "noTrace"
  | "search"
  | "searchHelp"
  | "matches"
  | "overBudget"
  | "overBudgetBy"
  | "chart"
  | "overview"
  | "ended"
  | "comparedWith"
  | "alignedAt";

const tableStrings = (l10n: Translations): Omit<TimelineStrings, ChartKeys | ActionKeys | "lanes"> => ({
  time: l10n.t("Time"),
  duration: l10n.t("Duration"),
  lane: l10n.t("Lane"),
  event: l10n.t("Event"),
  statement: l10n.t("Statement"),
  object: l10n.t("Object"),
  level: l10n.t("IRQL"),
  cause: l10n.t("Caused by"),
  eventsInView: l10n.t("{0} events in view", "{0}"),
  eventsInRange: l10n.t("{0} events in {1}", "{0}", "{1}"),
  events: l10n.t("Events"),
  statistics: l10n.t("Statistics"),
  requests: l10n.t("Requests"),
  chain: l10n.t("Way of the Request"),
  notes: l10n.t("Notes"),
  details: l10n.t("Details"),
  count: l10n.t("Count"),
  total: l10n.t("Total"),
  self: l10n.t("Self"),
  least: l10n.t("Min"),
  average: l10n.t("Average"),
  median: l10n.t("p50"),
  percentile95: l10n.t("p95"),
  greatest: l10n.t("Max"),
  gap: l10n.t("Longest gap"),
  bytesMoved: l10n.t("{0} bytes moved by the device", "{0}"),
  transfers: l10n.t("Transfers"),
  timeAtLevel: l10n.t("{0} at {1}", "{0}", "{1}"),
  request: l10n.t("Request"),
  submitted: l10n.t("Submitted"),
  completion: l10n.t("To completion"),
  interruptLatency: l10n.t("Interrupt to ISR"),
  dpcLatency: l10n.t("ISR to DPC"),
  otherRun: l10n.t("Other run"),
  difference: l10n.t("Difference"),
  step: l10n.t("Step"),
  note: l10n.t("Note"),
  noNotes: l10n.t("There are no notes. Select an event or measure a range and press Shift+M."),
});

const actionStrings = (l10n: Translations): Part<ActionKeys> => ({
  openSource: l10n.t("Go to Source"),
  travel: l10n.t("Travel Here"),
  copy: l10n.t("Copy"),
  copyAsCsv: l10n.t("Copy as CSV"),
  copyAsMarkdown: l10n.t("Copy as Markdown"),
  fit: l10n.t("Show All"),
  help: l10n.t("Keys"),
  helpText: keys(l10n),
  close: l10n.t("Close"),
  lanesTitle: l10n.t("Lanes"),
  laneFilter: l10n.t("Filter lanes"),
  shown: l10n.t("Shown"),
  pinned: l10n.t("Pinned"),
  collapsed: l10n.t("Collapsed"),
  moveUp: l10n.t("Move up"),
  moveDown: l10n.t("Move down"),
  resetLanes: l10n.t("Reset"),
  dragMeasures: l10n.t("Dragging measures, as in Perfetto (Shift+drag moves)"),
  newNote: l10n.t("Add Note"),
  editNote: l10n.t("Edit"),
  deleteNote: l10n.t("Delete"),
  save: l10n.t("Save"),
  compare: l10n.t("Compare…"),
  stopComparing: l10n.t("Stop Comparing"),
  exportMenu: l10n.t("Export"),
  exportTrace: l10n.t("Trace (Perfetto, Chrome, VCD, HTML)…"),
  exportPng: l10n.t("Picture (PNG)…"),
  exportSvg: l10n.t("Drawing (SVG)…"),
});
type ActionKeys =
  | "openSource"
  | "travel"
  | "copy"
  | "copyAsCsv"
  | "copyAsMarkdown"
  | "fit"
  | "help"
  | "helpText"
  | "close"
  | "lanesTitle"
  | "laneFilter"
  | "shown"
  | "pinned"
  | "collapsed"
  | "moveUp"
  | "moveDown"
  | "resetLanes"
  | "dragMeasures"
  | "newNote"
  | "editNote"
  | "deleteNote"
  | "save"
  | "compare"
  | "stopComparing"
  | "exportMenu"
  | "exportTrace"
  | "exportPng"
  | "exportSvg";

/** Keys and what they do, a line each; the keys stand before the tab. */
const keys = (l10n: Translations): string =>
  [
    ["W S, + −, Ctrl+wheel", l10n.t("Zoom")],
    ["A D, drag, Shift+wheel", l10n.t("Move")],
    ["Home, 0", l10n.t("Show all")],
    ["End", l10n.t("Follow the end of the trace")],
    ["F", l10n.t("Show the selected event or range; again: show all")],
    ["Shift+drag", l10n.t("Measure; snaps to events")],
    ["R", l10n.t("Measure the selected event")],
    ["Shift+← →", l10n.t("Extend the measured range to the next event")],
    ["Z, Alt+drag", l10n.t("Zoom to the range")],
    ["M", l10n.t("Mark the selection until the next M")],
    ["Shift+M", l10n.t("Add a note that stays")],
    ["← →, . ,", l10n.t("Event beside")],
    ["↑ ↓", l10n.t("Event in the row above or below")],
    ["[ ]", l10n.t("Along the way of the request")],
    ["B", l10n.t("Next ISR over 25 µs or DPC over 100 µs")],
    ["/, Ctrl+F", l10n.t("Search; then Enter, Shift+Enter, N, Shift+N")],
    ["Enter, F12, double click, Ctrl+click", l10n.t("Go to the source")],
    ["Shift+Enter", l10n.t("The debugger travels to the event")],
    ["P, Shift+T", l10n.t("Pin the lane")],
    ["C", l10n.t("Collapse the lane")],
    ["H", l10n.t("Hide the lane")],
    ["Alt+↑ ↓", l10n.t("Move the lane")],
    ["L", l10n.t("Choose lanes")],
    ["T", l10n.t("Statistics of the range or the view")],
    ["Ctrl+C", l10n.t("Copy the selected event")],
    ["Esc", l10n.t("Clear the selection")],
  ]
    .map(([key, text]) => `${key}\t${text}`)
    .join("\n");
