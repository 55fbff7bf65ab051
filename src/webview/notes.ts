// SPDX-License-Identifier: MIT
/** The user's notes at times of the trace. Pure functions from list to list; lists are in the order of time. */
import type { TimelineNote } from "../protocol/index.ts";

/** `notes` with a new one from `from` to `to`, ns. */
export function withNote(notes: readonly TimelineNote[], from: number, to: number, text: string): readonly TimelineNote[] {
  const id = notes.reduce((greatest, note) => Math.max(greatest, note.id), 0) + 1;
  return sorted([...notes, { id, from: Math.min(from, to), to: Math.max(from, to), text }]);
}

/** `notes` with another text for one; an empty text removes it. */
export function withText(notes: readonly TimelineNote[], id: number, text: string): readonly TimelineNote[] {
  return text === "" ? notes.filter((note) => note.id !== id) : notes.map((note) => (note.id === id ? { ...note, text } : note));
}

const sorted = (notes: readonly TimelineNote[]): readonly TimelineNote[] => notes.toSorted((a, b) => a.from - b.from || a.id - b.id);
