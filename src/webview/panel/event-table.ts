// SPDX-License-Identifier: MIT
/** The table twin of the chart: the events in sight as rows, for the keyboard and for screen readers. Selection goes both ways. */
import type { EventsInView } from "../queries.ts";
import { element, filled, make, strings } from "./page.ts";

/** More rows than that nobody reads; zooming in shows the others. */
export const mostRows = 400;

export interface TableRow {
  readonly event: number;
  readonly cells: readonly string[];
}

export class EventTable {
  readonly #body = element("rows", HTMLTableSectionElement);
  readonly #caption = element("caption", HTMLElement);
  readonly #rows = new Map<number, HTMLTableRowElement>();
  #selected: number | undefined;

  constructor(onSelect: (event: number) => void, onOpen: (event: number) => void) {
    const header = element("header", HTMLTableRowElement);
    for (const title of [strings.time, strings.duration, strings.event, strings.lane, strings.level, strings.statement]) {
      const cell = make("th", title);
      cell.scope = "col";
      header.append(cell);
    }
    const eventOf = (target: EventTarget | null): number => Number((target instanceof Element ? target.closest("tr") : null)?.dataset["event"] ?? 0);
    this.#body.addEventListener("click", ({ target }) => onSelect(eventOf(target)));
    this.#body.addEventListener("dblclick", ({ target }) => onOpen(eventOf(target)));
    this.#body.addEventListener("focusin", ({ target }) => onSelect(eventOf(target)));
    this.#body.addEventListener("keydown", (event) => this.#key(event));
  }

  show({ events, total }: EventsInView, rowOf: (event: number) => TableRow | undefined): void {
    const focused = document.activeElement instanceof HTMLTableRowElement ? Number(document.activeElement.dataset["event"]) : undefined;
    this.#rows.clear();
    const made = events.flatMap((event) => {
      const row = rowOf(event);
      return row === undefined ? [] : [this.#make(row)];
    });
    this.#body.replaceChildren(...made);
    this.#caption.textContent =
      total > events.length ? filled(strings.firstOf, events.length, total.toLocaleString()) : filled(strings.eventsInView, total.toLocaleString());
    this.select(this.#selected, false);
    if (focused !== undefined) this.#rows.get(focused)?.focus({ preventScroll: true });
  }

  select(event: number | undefined, scrolls = true): void {
    const before = this.#selected === undefined ? undefined : this.#rows.get(this.#selected);
    before?.setAttribute("aria-selected", "false");
    this.#selected = event;
    const row = event === undefined ? undefined : this.#rows.get(event);
    const stop = row ?? this.#rows.values().next().value;
    // One tab stop for the whole table.
    for (const other of this.#body.querySelectorAll<HTMLTableRowElement>('tr[tabindex="0"]')) other.tabIndex = -1;
    if (stop !== undefined) stop.tabIndex = 0;
    row?.setAttribute("aria-selected", "true");
    if (scrolls) row?.scrollIntoView({ block: "nearest" });
  }

  #make({ event, cells }: TableRow): HTMLTableRowElement {
    const row = document.createElement("tr");
    row.dataset["event"] = String(event);
    row.tabIndex = -1;
    row.append(...cells.map((text) => make("td", text)));
    this.#rows.set(event, row);
    return row;
  }

  #key(event: KeyboardEvent): void {
    const row = event.target instanceof HTMLTableRowElement ? event.target : undefined;
    const to = event.key === "ArrowDown" ? row?.nextElementSibling : event.key === "ArrowUp" ? row?.previousElementSibling : undefined;
    if (!(to instanceof HTMLElement)) return;
    to.focus();
    event.preventDefault();
    event.stopPropagation();
  }
}
