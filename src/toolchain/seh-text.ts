// SPDX-License-Identifier: MIT
/**
 * Edits of preprocessed text that keep lines and columns: what is added belongs to a file of its own (`addedFile`) or to the line it stands on, and
 * a line marker behind it puts the rest of the line where it was.
 */
import { sehAddedFile as addedFile } from "../protocol/index.ts";

export { addedFile };

export interface SehEdit {
  readonly offset: number;
  /** Characters that it replaces. */
  readonly length: number;
  readonly text: string;
  /** The addition is seen at its place in the source instead of in `addedFile`. */
  readonly isVisible?: boolean;
  /** Of edits at one offset the lower rank comes first; default 1. */
  readonly rank?: number;
}

export interface SourcePlace {
  /** As in the line marker, quoted and escaped. */
  readonly quotedFile: string;
  readonly line: number;
  /** 0-based. */
  readonly column: number;
  /** ` 3` in headers of the system and ` 4` in `extern "C"` headers, as line markers say it. */
  readonly flags: string;
}

const marker = /^[ \t]*#(?:line)?[ \t]+(\d+)(?:[ \t]+("(?:[^"\\]|\\.)*")([ \t\d]*))?[ \t]*$/;

/** Finds places by ascending offsets in text with line markers. */
export class PlaceFinder {
  readonly #text: string;
  #lineStart = 0;
  #line = 1;
  #file = '""';
  #flags = "";

  constructor(text: string) {
    this.#text = text;
  }

  /** Offsets must not descend. */
  at(offset: number): SourcePlace {
    for (let end = this.#text.indexOf("\n", this.#lineStart); end >= 0 && end < offset; end = this.#text.indexOf("\n", this.#lineStart)) {
      const line = this.#text.slice(this.#lineStart, end);
      const match = line.includes("#") ? marker.exec(line) : null;
      this.#line = match === null ? this.#line + 1 : Number(match[1]);
      if (match?.[2] !== undefined) {
        this.#file = match[2];
        this.#flags = (match[3] ?? "")
          .split(/[ \t]+/)
          .filter((flag) => flag === "3" || flag === "4")
          .map((flag) => ` ${flag}`)
          .join("");
      }
      this.#lineStart = end + 1;
    }
    return { quotedFile: this.#file, line: this.#line, column: offset - this.#lineStart, flags: this.#flags };
  }
}

/** Applies edits that do not overlap; of two at one offset and of one rank the earlier in the list comes first. */
export function applyEdits(text: string, edits: readonly SehEdit[]): string {
  const places = new PlaceFinder(text);
  const ordered = edits
    .map((edit, order) => ({ edit, order }))
    .sort((a, b) => a.edit.offset - b.edit.offset || (a.edit.rank ?? 1) - (b.edit.rank ?? 1) || a.order - b.order);
  const out: string[] = [];
  let done = 0;
  for (const { edit } of ordered) {
    const { quotedFile, line, column, flags } = places.at(edit.offset);
    const back = `\n# ${line} ${quotedFile}${flags}\n`;
    const end = edit.offset + edit.length;
    out.push(text.slice(done, edit.offset));
    if (edit.isVisible === true) out.push(back, " ".repeat(column), edit.text);
    // As a header of the system, so that no warning is about it.
    else out.push(`\n# 1 "${addedFile}" 3\n${edit.text}`);
    out.push(back, " ".repeat(column + edit.length));
    done = end;
  }
  out.push(text.slice(done));
  return out.join("");
}
