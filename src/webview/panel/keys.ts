// SPDX-License-Identifier: MIT
/** Keys of the chart: Perfetto's where it has one. Letters are taken by their place on the keyboard, so that W A S D lie together on every layout. */
import type { TimelineCommand } from "../../protocol/index.ts";

/** By key, or by code for letters; `Shift+`, `Ctrl+` and `Alt+` before it. */
const table: Readonly<Record<string, TimelineCommand>> = {
  KeyW: "zoomIn",
  KeyS: "zoomOut",
  "+": "zoomIn",
  "=": "zoomIn",
  "-": "zoomOut",
  KeyA: "panLeft",
  KeyD: "panRight",
  KeyF: "focusSelection",
  KeyB: "nextOverBudget",
  KeyN: "nextMatch",
  "Shift+KeyN": "previousMatch",
  KeyR: "measureSelection",
  KeyZ: "zoomToRange",
  KeyM: "mark",
  "Shift+KeyM": "keepMark",
  KeyP: "pinLane",
  "Shift+KeyT": "pinLane",
  KeyC: "collapseLane",
  KeyH: "hideLane",
  KeyL: "showLanes",
  KeyT: "showStatistics",
  Home: "showAll",
  "0": "showAll",
  End: "followEnd",
  ArrowLeft: "previousEvent",
  ArrowRight: "nextEvent",
  ",": "previousEvent",
  ".": "nextEvent",
  "Ctrl+ArrowLeft": "previousEvent",
  "Ctrl+ArrowRight": "nextEvent",
  "Shift+ArrowLeft": "extendLeft",
  "Shift+ArrowRight": "extendRight",
  ArrowUp: "rowAbove",
  ArrowDown: "rowBelow",
  "Alt+ArrowUp": "moveLaneUp",
  "Alt+ArrowDown": "moveLaneDown",
  "[": "previousInChain",
  "]": "nextInChain",
  Enter: "openSource",
  F12: "openSource",
  "Shift+Enter": "travel",
  Escape: "clear",
  "/": "find",
  "Ctrl+KeyF": "find",
  "Ctrl+KeyC": "copySelection",
  "?": "showKeys",
};

interface Key {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export function commandOf({ key, code, ctrlKey, metaKey, altKey, shiftKey }: Key): TimelineCommand | undefined {
  const prefix = `${ctrlKey || metaKey ? "Ctrl+" : ""}${altKey ? "Alt+" : ""}`;
  const shifted = `${prefix}${shiftKey ? "Shift+" : ""}`;
  // Characters that need Shift or AltGr on some keyboards are meant as such.
  const character = key.length === 1 && !/[a-z]/i.test(key) ? table[key] : undefined;
  return table[`${shifted}${code}`] ?? table[`${shifted}${key}`] ?? (altKey && !ctrlKey ? undefined : character);
}
