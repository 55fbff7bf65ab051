// SPDX-License-Identifier: MIT
/** The table twin of the chart: all events in sight as rows, for the keyboard and for screen readers. Only rows in sight exist; selection goes both ways. */
import { eventsInView, numberInView } from "../queries.ts";
import { eventTexts } from "./event-row.ts";
import { element, filled, make, strings } from "./page.ts";
import type { Tab } from "./tabs.ts";
import type { TimelineView } from "./timeline-view.ts";

/** Height of a row as in the style sheet, px. */
const rowHeight = 22;
/** Rows made beyond those in sight. */
const reserve = 12;
/** A browser cannot scroll further than about 16 million px; what lies beyond is reached by zooming in. */
const mostRows = 600_000;

export class EventTable implements Tab {
  readonly id = "events";
  readonly #panel = element("panel-events", HTMLElement);
  readonly #body = document.createElement("tbody");
  readonly #caption = document.createElement("caption");
  readonly #table = document.createElement("table");
  readonly #view: TimelineView;
  readonly #onOpen: (event: number) => void;
  #first = 0;
  #total = 0;
  #events: readonly number[] = [];

  constructor(view: TimelineView, onOpen: (event: number) => void) {
    this.#view = view;
    this.#onOpen = onOpen;
    const head = document.createElement("thead");
    const header = document.createElement("tr");
    for (const [i, title] of [strings.time, strings.duration, strings.event, strings.lane, strings.level, strings.statement].entries()) {
      const cell = make("th", title, isNumber(i) ? "number" : "");
      cell.scope = "col";
      header.append(cell);
    }
    head.append(header);
    this.#table.className = "events";
    this.#table.append(this.#caption, head, this.#body);
    this.#panel.append(this.#table);
    this.#listen();
  }

  refresh(): void {
    this.#fill(false);
  }

  /** Marks the selected event, and brings it into sight. */
  showSelected(): void {
    const { selected } = this.#view;
    if (selected !== undefined && !this.#events.includes(selected)) this.#scrollTo(selected);
    this.#mark();
    const at = selected === undefined ? -1 : this.#events.indexOf(selected);
    if (at >= 0 && !this.#panel.contains(document.activeElement)) this.#rowAt(at)?.scrollIntoView({ block: "nearest" });
  }

  #mark(): void {
    const { selected } = this.#view;
    for (const row of this.#body.rows) mark(row, Number(row.dataset["event"]) === selected);
    this.#setTabStop(Math.max(0, selected === undefined ? -1 : this.#events.indexOf(selected)));
  }

  /** An event that is in the view, but whose row does not exist. */
  #scrollTo(event: number): void {
    const { from, to } = this.#view.tableRange;
    const index = this.#panel.hidden ? undefined : numberInView(this.#view.layout, { start: from, end: to }, event);
    if (index === undefined || index >= mostRows) return;
    // The rows follow the view later, and where there are none there is nothing to scroll to.
    this.#fill(false);
    this.#panel.scrollTop = Math.max(0, index * rowHeight - this.#panel.clientHeight / 2);
    this.#fill(true);
  }

  #listen(): void {
    const eventOf = (target: EventTarget | null): number => Number((target instanceof Element ? target.closest("tr") : null)?.dataset["event"] ?? 0);
    const select = (event: number): void => {
      if (event > 0) this.#view.select(event, false);
    };
    this.#panel.addEventListener("scroll", () => this.#fill(true));
    this.#body.addEventListener("click", ({ target }) => select(eventOf(target)));
    this.#body.addEventListener("dblclick", ({ target }) => this.#onOpen(eventOf(target)));
    this.#body.addEventListener("focusin", ({ target }) => select(eventOf(target)));
    this.#body.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Makes the rows in sight; `isScroll`: only when those that exist do not suffice. */
  #fill(isScroll: boolean): void {
    const { clientHeight, scrollTop } = this.#panel;
    const wanted = Math.ceil(clientHeight / rowHeight) + 2;
    const top = Math.max(0, Math.floor(scrollTop / rowHeight) - 2);
    if (isScroll && top >= this.#first && top + wanted <= this.#first + this.#events.length) return;
    if (isScroll && this.#first + this.#events.length >= this.#total && top >= this.#first) return;
    const first = Math.max(0, top - reserve);
    const { from, to } = this.#view.tableRange;
    const { events, total } = eventsInView(this.#view.layout, { start: from, end: to }, wanted + 2 * reserve, first);
    this.#first = first;
    this.#events = events;
    this.#total = Math.min(total, mostRows);
    const focused = document.activeElement instanceof HTMLTableRowElement ? document.activeElement.dataset["event"] : undefined;
    const below = Math.max(0, this.#total - first - events.length);
    this.#body.replaceChildren(spacer(first), ...events.map((event, i) => this.#row(event, first + i)), spacer(below));
    this.#table.ariaRowCount = String(total + 1);
    this.#caption.textContent = filled(strings.eventsInView, total.toLocaleString("en"));
    this.#mark();
    if (focused !== undefined) this.#body.querySelector<HTMLElement>(`tr[data-event="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  #row(event: number, index: number): HTMLTableRowElement {
    const row = document.createElement("tr");
    row.dataset["event"] = String(event);
    row.tabIndex = -1;
    row.ariaRowIndex = String(index + 2);
    const texts = eventTexts(this.#view, event);
    const cells = texts === undefined ? [] : [texts.time, texts.duration, texts.label, texts.lane, texts.level, texts.statement];
    row.append(...cells.map((text, i) => make("td", text, isNumber(i) ? "number" : "")));
    return row;
  }

  #rowAt(index: number): HTMLTableRowElement | undefined {
    return this.#body.rows[index + 1];
  }

  /** One tab stop for the whole table. */
  #setTabStop(index: number): void {
    for (const row of this.#body.rows) row.tabIndex = -1;
    const stop = this.#rowAt(index);
    if (stop !== undefined) stop.tabIndex = 0;
  }

  #key(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (event.key === "Enter" && event.target instanceof HTMLTableRowElement) this.#onOpen(Number(event.target.dataset["event"]));
    if (step === undefined || !(event.target instanceof HTMLTableRowElement)) return;
    event.preventDefault();
    const index = Math.min(this.#total - 1, Math.max(0, Number(event.target.ariaRowIndex) - 2 + step));
    const y = index * rowHeight;
    const { scrollTop, clientHeight } = this.#panel;
    if (y < scrollTop) this.#panel.scrollTop = y;
    else if (y + 3 * rowHeight > scrollTop + clientHeight) this.#panel.scrollTop = y + 3 * rowHeight - clientHeight;
    this.#fill(true);
    this.#rowAt(index - this.#first)?.focus({ preventScroll: true });
  }
}

const isNumber = (column: number): boolean => column < 2 || column === 5;

function mark(row: HTMLTableRowElement, isSelected: boolean): void {
  row.classList.toggle("current", isSelected);
  if (isSelected) row.ariaCurrent = "true";
  else row.removeAttribute("aria-current");
}

/** Stands for rows that do not exist. */
function spacer(rows: number): HTMLTableRowElement {
  const row = document.createElement("tr");
  row.ariaHidden = "true";
  row.className = "spacer";
  const cell = document.createElement("td");
  cell.colSpan = 6;
  cell.style.height = `${rows * rowHeight}px`;
  row.append(cell);
  return row;
}
