// SPDX-License-Identifier: MIT
/**
 * Places the spans of one lane on rows so that each row is strictly nested: viewers drop or misplace bars that overlap partly. Spans are
 * told in order of their begins; an interval is [row of its begin, row of its end] in the trace, which is exact where times are equal.
 */

export interface Placement {
  readonly row: number;
  /** Spans of the row that enclose this one. */
  readonly depth: number;
  /** Trace row + 1 of the innermost of them; 0 = none. */
  readonly enclosing: number;
}

interface OpenSpan {
  readonly begin: number;
  readonly end: number;
}

export class RowStacks {
  readonly #rows: OpenSpan[][] = [];
  readonly #isNested: boolean;

  constructor(isNested: boolean) {
    this.#isNested = isNested;
  }

  get rowCount(): number {
    return this.#rows.length;
  }

  /** Places the span [begin, end]; `parent` is the begin of the span it belongs upon, or -1. */
  place(begin: number, end: number, parent: number): Placement {
    for (const row of this.#rows) while ((row.at(-1)?.end ?? begin) < begin) row.pop();
    const row = this.#rowFor(end, parent);
    const stack = this.#rows[row] ?? [];
    this.#rows[row] = stack;
    const placement = { row, depth: stack.length, enclosing: (stack.at(-1)?.begin ?? -1) + 1 };
    stack.push({ begin, end });
    return placement;
  }

  #rowFor(end: number, parent: number): number {
    const fits = (stack: readonly OpenSpan[]): boolean => (stack.at(-1)?.end ?? Number.POSITIVE_INFINITY) >= end;
    const suitable = this.#rows.findIndex((stack) =>
      this.#isNested ? fits(stack) : stack.length > 0 && fits(stack) && stack.some((open) => open.begin === parent),
    );
    if (suitable >= 0) return suitable;
    const free = this.#rows.findIndex((stack) => stack.length === 0);
    return free >= 0 ? free : this.#rows.length;
  }
}
