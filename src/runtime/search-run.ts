// SPDX-License-Identifier: MIT
/**
 * One re-execution on behalf of a backwards search. It begins by looking at everything the search asks for. In a long loop that would be a
 * call of the host for each of millions of statements, and only the latest matter: then it looks away until shortly before the end, and
 * only when that shows nothing the next re-execution looks at more.
 */
import type { WatchHit } from "../protocol/index.ts";
import type { ArmedStatements } from "./statement-table.ts";
import { type ReverseSearch, Travel } from "./unwind.ts";

/** Statements a search sees before it looks away. */
const manyVisits = 10_000;
/** Statements before the end of the first window, and how much longer the next is. */
const firstWindow = 5_000;
const growth = 50;

export class SearchRun {
  readonly #search: ReverseSearch;
  readonly #until: number;
  readonly #window: number;
  readonly #armed: ArmedStatements;
  #visits = 0;
  /** Position at which the search looks again; 0 while it looks. */
  #from = 0;
  #hasSkipped = false;

  /** A search through the past of `until`. */
  constructor(search: ReverseSearch, until: number, armed: ArmedStatements, window = firstWindow) {
    this.#search = search;
    this.#until = until;
    this.#armed = armed;
    this.#window = window;
  }

  /** The re-execution begins. */
  begin(): void {
    this.#armed.applySearch(this.#search);
  }

  /** Writes the statement table anew. */
  rearm(): void {
    if (this.#from === 0) this.begin();
    else this.#armed.clear();
  }

  hit(hits: readonly WatchHit[]): void {
    for (const hit of hits) this.#search.hit?.(hit);
  }

  /** Part of the way that `position` is. */
  progress(position: number): number {
    return this.#until === 0 ? 1 : position / this.#until;
  }

  /** Statement number at which `reached` is wanted next. */
  get stopAt(): number {
    return this.#from === 0 ? this.#until : this.#from;
  }

  reached(statement: number, callStackPointer: number, position: number): void {
    if (position === this.#from) {
      this.#from = 0;
      this.#search.restart();
      this.#armed.applySearch(this.#search);
    }
    if (position !== this.#until) return;
    this.#search.visit(statement, callStackPointer, position);
    this.end();
  }

  /** An armed statement. */
  visit(statement: number, callStackPointer: number, position: number): void {
    if (this.#from !== 0 || !this.#armed.isSearched(this.#search, statement)) return;
    this.#search.visit(statement, callStackPointer, position);
    if (this.#hasSkipped || ++this.#visits < manyVisits || this.#until - this.#window <= position) return;
    this.#hasSkipped = true;
    this.#from = this.#until - this.#window;
    this.#armed.clear();
  }

  /** The re-execution is at its end: goes to what was found, or looks again. */
  end(): never {
    if (!this.#hasSkipped || this.#search.isFound) throw new Travel(this.#search.result());
    this.#search.restart();
    throw new Travel({ kind: "search", run: new SearchRun(this.#search, this.#until, this.#armed, this.#window * growth) });
  }
}
