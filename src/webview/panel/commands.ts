// SPDX-License-Identifier: MIT
/** What each command of the timeline does, whoever gives it: a key, a button or the command palette. */
import type { TimelineCommand, TimelineSettings } from "../../protocol/index.ts";
import { type LaneFlag, moved, withFlag } from "../lane-settings.ts";
import { withNote, withText } from "../notes.ts";
import { functionToShow, statementToSee } from "../queries.ts";
import type { Range } from "../scene.ts";
import { eventTexts } from "./event-row.ts";
import type { LanesDialog } from "./lanes-dialog.ts";
import type { NoteDialog } from "./note-dialog.ts";
import { extendRange, focusSelection, nextInRow, nextRow, panBy, rangeOfSelection, selectNext, zoomBy, zoomToRange } from "./navigation.ts";
import { element, host } from "./page.ts";
import { savePicture } from "./picture.ts";
import type { Tabs } from "./tabs.ts";
import type { TimelineView } from "./timeline-view.ts";

const zoomStep = 1.25;
const panStep = 0.15;

/** The parts of the page that commands act on. */
export interface Parts {
  readonly view: TimelineView;
  readonly tabs: Tabs;
  readonly lanes: LanesDialog;
  readonly note: NoteDialog;
}

export function runCommand(command: TimelineCommand, parts: Parts): void {
  actions[command](parts);
}

const actions: Readonly<Record<TimelineCommand, (parts: Parts) => void>> = {
  zoomIn: ({ view }) => zoomBy(view, 1 / zoomStep),
  zoomOut: ({ view }) => zoomBy(view, zoomStep),
  panLeft: ({ view }) => panBy(view, -panStep),
  panRight: ({ view }) => panBy(view, panStep),
  showAll: ({ view }) => view.fit(),
  followEnd: ({ view }) => view.followEnd(),
  focusSelection: ({ view }) => focusSelection(view),
  nextEvent: ({ view }) => nextInRow(view, 1),
  previousEvent: ({ view }) => nextInRow(view, -1),
  rowAbove: ({ view }) => nextRow(view, -1),
  rowBelow: ({ view }) => nextRow(view, 1),
  nextInChain: ({ view }) => selectNext(view, view.chain, 1),
  previousInChain: ({ view }) => selectNext(view, view.chain, -1),
  find: () => {
    const box = element("search", HTMLInputElement);
    box.focus();
    box.select();
  },
  nextMatch: ({ view }) => selectNext(view, view.matches, 1),
  previousMatch: ({ view }) => selectNext(view, view.matches, -1),
  nextOverBudget: ({ view }) => selectNext(view, Uint32Array.from(view.model.overBudget).sort(), 1),
  measureSelection: ({ view }) => view.measure(rangeOfSelection(view)),
  extendLeft: ({ view }) => extendRange(view, -1),
  extendRight: ({ view }) => extendRange(view, 1),
  zoomToRange: ({ view }) => zoomToRange(view),
  mark: ({ view }) => view.mark(rangeToMark(view)),
  keepMark: ({ view, note }) => addNote(view, note),
  pinLane: ({ view }) => turnLane(view, "pinned"),
  collapseLane: ({ view }) => turnLane(view, "collapsed"),
  hideLane: ({ view }) => turnLane(view, "hidden"),
  moveLaneUp: ({ view }) => moveLane(view, -1),
  moveLaneDown: ({ view }) => moveLane(view, 1),
  showLanes: ({ lanes }) => lanes.open(),
  showStatistics: ({ tabs }) => tabs.open("statistics", true),
  openSource: ({ view }) => openSource(view, view.selected),
  travel: ({ view }) => travel(view, view.selected),
  copySelection: ({ view }) => copySelection(view),
  compare: () => host.postMessage({ type: "command", command: "compare" }),
  stopComparing: () => host.postMessage({ type: "command", command: "stopComparing" }),
  exportTrace: () => host.postMessage({ type: "command", command: "exportTrace" }),
  exportPng: ({ view }) => void savePicture(view, "png"),
  exportSvg: ({ view }) => void savePicture(view, "svg"),
  showKeys: () => element("helpDialog", HTMLDialogElement).showModal(),
  clear: ({ view }) => {
    view.measure(undefined);
    view.mark(undefined);
    view.select(undefined);
  },
};

export function openSource(view: TimelineView, event: number | undefined): void {
  const functionName = event === undefined ? undefined : functionToShow(view.model, event);
  if (functionName !== undefined) host.postMessage({ type: "source", functionName });
}

export function travel(view: TimelineView, event: number | undefined): void {
  const found = event === undefined ? undefined : view.model.store.event(event);
  if (found !== undefined && view.position !== undefined) host.postMessage({ type: "travel", statement: statementToSee(found) });
}

function copySelection(view: TimelineView): void {
  const texts = view.selected === undefined ? undefined : eventTexts(view, view.selected);
  if (texts !== undefined)
    host.postMessage({
      type: "copy",
      text: Object.values(texts)
        .filter((text) => text !== "")
        .join("\t"),
    });
}

function rangeToMark(view: TimelineView): Range | undefined {
  return view.measured ?? rangeOfSelection(view);
}

/** Asks for the text of a note at the measured range, the selected event, or the middle of the picture. */
export function addNote(view: TimelineView, dialog: NoteDialog): void {
  const middle = Math.round((view.view.start + view.view.end) / 2);
  const range = rangeToMark(view) ?? { from: middle, to: middle };
  dialog.ask("", (text) => {
    if (text !== "") saveNotes(view, withNote(view.notes, Math.round(range.from), Math.round(range.to), text));
  });
}

/** Asks for another text; an empty one removes the note. */
export function editNote(view: TimelineView, dialog: NoteDialog, id: number): void {
  const note = view.notes.find((candidate) => candidate.id === id);
  if (note !== undefined) dialog.ask(note.text, (text) => saveNotes(view, withText(view.notes, id, text)));
}

export function saveNotes(view: TimelineView, notes: TimelineView["notes"]): void {
  view.applySettings(view.settings, notes);
  host.postMessage({ type: "saveNotes", notes });
}

export function saveSettings(view: TimelineView, settings: TimelineSettings): void {
  view.applySettings(settings, view.notes);
  host.postMessage({ type: "saveSettings", settings });
}

/** Lane that keys act on: that of the selected event, or the first one. */
function laneToChange(view: TimelineView): string | undefined {
  return (view.selected === undefined ? undefined : view.model.laneOf(view.selected)?.id) ?? view.layout.lanes[0]?.lane.id;
}

export function turnLane(view: TimelineView, flag: LaneFlag, id = laneToChange(view)): void {
  if (id !== undefined) saveSettings(view, { ...view.settings, lanes: withFlag(view.settings.lanes, flag, id) });
}

export function moveLane(view: TimelineView, by: 1 | -1, id = laneToChange(view)): void {
  const shown = view.layout.lanes.map(({ lane }) => lane.id);
  if (id !== undefined) saveSettings(view, { ...view.settings, lanes: moved(view.settings.lanes, shown, id, by) });
}
