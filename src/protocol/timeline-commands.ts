// SPDX-License-Identifier: MIT
/** Everything that can be done in the timeline, by name: one table for keys, buttons and the command palette. Titles as the palette shows them. */

export const timelineCommands = {
  zoomIn: "Zoom In",
  zoomOut: "Zoom Out",
  panLeft: "Move Left",
  panRight: "Move Right",
  showAll: "Show All",
  followEnd: "Follow the End",
  focusSelection: "Show Selection",
  nextEvent: "Next Event in Row",
  previousEvent: "Previous Event in Row",
  rowAbove: "Event in Row Above",
  rowBelow: "Event in Row Below",
  nextInChain: "Next Event of the Request",
  previousInChain: "Previous Event of the Request",
  find: "Find…",
  nextMatch: "Next Match",
  previousMatch: "Previous Match",
  nextOverBudget: "Next ISR or DPC over Budget",
  measureSelection: "Measure Selection",
  extendLeft: "Extend Range to the Left",
  extendRight: "Extend Range to the Right",
  zoomToRange: "Zoom to Range",
  mark: "Mark Selection",
  keepMark: "Add Note…",
  pinLane: "Pin or Unpin Lane",
  collapseLane: "Collapse or Expand Lane",
  hideLane: "Hide Lane",
  moveLaneUp: "Move Lane Up",
  moveLaneDown: "Move Lane Down",
  showLanes: "Choose Lanes…",
  showStatistics: "Show Statistics",
  openSource: "Go to Source of Selection",
  travel: "Travel to Selection",
  copySelection: "Copy Selection",
  compare: "Compare with Another Run…",
  stopComparing: "Stop Comparing",
  exportTrace: "Export Trace…",
  exportPng: "Save as PNG…",
  exportSvg: "Save as SVG…",
  showKeys: "Show Keys",
  clear: "Clear Selection",
} as const satisfies Readonly<Record<string, string>>;

export type TimelineCommand = keyof typeof timelineCommands;

export const isTimelineCommand = (value: unknown): value is TimelineCommand => typeof value === "string" && Object.hasOwn(timelineCommands, value);
