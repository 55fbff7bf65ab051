// SPDX-License-Identifier: MIT
/** Small tables of the tabs: a caption, columns that sort, rows that lead to an event. */
import { type TextTable, asCsv, asMarkdown } from "../table-text.ts";
import { button, host, make, strings } from "./page.ts";

export interface Column {
  readonly title: string;
  /** Numbers stand at the right, and sort by `order`. */
  readonly isNumber?: boolean;
}

export interface Cell {
  readonly text: string;
  /** Sorts numbers; without one the row stays last. */
  readonly order?: number;
  /** The cell is a link to this event. */
  readonly event?: number;
}

export interface Row {
  readonly cells: readonly Cell[];
  /** Where a click on the row leads. */
  readonly event?: number;
  readonly isSelected?: boolean;
}

/** More rows than that nobody reads. */
const mostRows = 500;

export class DataTable {
  readonly #panel: HTMLElement;
  readonly #columns: readonly Column[];
  readonly #onSelect: (event: number) => void;
  #sorted: { readonly column: number; readonly isDescending: boolean } | undefined;
  #rows: readonly Row[] = [];
  #caption = "";

  constructor(panel: HTMLElement, columns: readonly Column[], onSelect: (event: number) => void) {
    this.#panel = panel;
    this.#columns = columns;
    this.#onSelect = onSelect;
  }

  show(caption: string, rows: readonly Row[]): void {
    this.#caption = caption;
    this.#rows = rows;
    const { activeElement } = document;
    const focused = activeElement instanceof HTMLElement && this.#panel.contains(activeElement) ? activeElement.dataset["key"] : undefined;
    const table = document.createElement("table");
    const title = document.createElement("caption");
    title.append(
      make("span", caption),
      button(strings.copyAsCsv, () => this.#copy(asCsv)),
      button(strings.copyAsMarkdown, () => this.#copy(asMarkdown)),
    );
    table.append(title, this.#head(), this.#body());
    this.#panel.replaceChildren(table);
    if (focused !== undefined) this.#panel.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  #head(): HTMLElement {
    const head = document.createElement("thead");
    const row = document.createElement("tr");
    for (const [i, { title, isNumber }] of this.#columns.entries()) {
      const cell = document.createElement("th");
      cell.scope = "col";
      if (isNumber === true) cell.className = "number";
      const isSorted = this.#sorted?.column === i;
      cell.ariaSort = isSorted ? (this.#sorted?.isDescending === true ? "descending" : "ascending") : "none";
      const sort = button(`${title}${isSorted ? (this.#sorted?.isDescending === true ? " ▾" : " ▴") : ""}`, () => {
        this.#sorted = { column: i, isDescending: isSorted ? this.#sorted?.isDescending !== true : isNumber === true };
        this.show(this.#caption, this.#rows);
      });
      sort.dataset["key"] = `head ${i}`;
      cell.append(sort);
      row.append(cell);
    }
    head.append(row);
    return head;
  }

  #body(): HTMLElement {
    const body = document.createElement("tbody");
    for (const { cells, event, isSelected } of this.#inOrder().slice(0, mostRows)) {
      const row = document.createElement("tr");
      if (isSelected === true) row.className = "current";
      for (const [i, cell] of cells.entries()) row.append(this.#cell(cell, i, cell.event ?? (i === 0 ? event : undefined)));
      if (event !== undefined) row.addEventListener("click", () => this.#onSelect(event));
      body.append(row);
    }
    return body;
  }

  #cell({ text }: Cell, column: number, event: number | undefined): HTMLElement {
    const cell = document.createElement("td");
    if (this.#columns[column]?.isNumber === true) cell.className = "number";
    if (event === undefined || text === "") {
      cell.textContent = text;
      return cell;
    }
    const link = button(text, () => this.#onSelect(event));
    link.className = "link";
    link.dataset["key"] = `${event} ${column}`;
    link.addEventListener("click", (click) => click.stopPropagation());
    cell.append(link);
    return cell;
  }

  #inOrder(): readonly Row[] {
    const sorted = this.#sorted;
    if (sorted === undefined) return this.#rows;
    const { column, isDescending } = sorted;
    const sign = isDescending ? -1 : 1;
    return this.#rows.toSorted((a, b) => {
      const [x, y] = [a.cells[column], b.cells[column]];
      if (this.#columns[column]?.isNumber !== true) return sign * (x?.text ?? "").localeCompare(y?.text ?? "");
      if (x?.order === undefined || y?.order === undefined) return (x?.order === undefined ? 1 : 0) - (y?.order === undefined ? 1 : 0);
      return sign * (x.order - y.order);
    });
  }

  #copy(format: (table: TextTable) => string): void {
    const rows = this.#inOrder().map(({ cells }) => cells.map(({ text }) => text));
    host.postMessage({ type: "copy", text: format({ columns: this.#columns.map(({ title }) => title), rows }) });
  }
}
