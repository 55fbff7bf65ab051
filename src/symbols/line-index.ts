// SPDX-License-Identifier: MIT
/** Line table rows in order of code offset, for "which line is this code". */

import type { LineRow, LineTable } from "../base/index.ts";
import type { SourcePosition } from "./debug-info-model.ts";

export class LineIndex {
  readonly #rows: readonly LineRow[];
  readonly #files: readonly string[];

  constructor(table: LineTable) {
    this.#files = table.files;
    // Stable sort: of several rows at one offset the last one describes it. An end row only fills gaps, so it goes first.
    this.#rows = table.rows.toSorted((a, b) => a.address - b.address || Number(b.endSequence) - Number(a.endSequence));
  }

  /** Undefined outside all code; rows without a line (compiler-made code) take the line before them. */
  at(offset: number): SourcePosition | undefined {
    let index = this.#lastIndexAt(offset);
    for (let row = this.#rows[index]; row && !row.endSequence; row = this.#rows[--index]) {
      if (row.line > 0) return { file: this.#files[row.file] ?? "", line: row.line, column: row.column };
    }
    return undefined;
  }

  /** First offset in [low, high) marked as the end of a prologue. */
  prologueEnd(low: number, high: number): number | undefined {
    for (let index = Math.max(0, this.#lastIndexAt(low - 1) + 1); index < this.#rows.length; index++) {
      const row = this.#rows[index];
      if (row === undefined || row.address >= high) return undefined;
      if (row.prologueEnd) return row.address;
    }
    return undefined;
  }

  #lastIndexAt(offset: number): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#rows[middle]?.address ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
