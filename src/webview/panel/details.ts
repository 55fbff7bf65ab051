// SPDX-License-Identifier: MIT
/** Details of the selected event: what, when, how long, at which IRQL, with which arguments, and where to go from there. */
import { budgets } from "../categories.ts";
import { argumentRows, eventLabel, irqlText } from "../event-text.ts";
import { counterpart } from "../ghost.ts";
import { functionToShow } from "../queries.ts";
import { timeText } from "../time-text.ts";
import { addNote, openSource, travel } from "./commands.ts";
import { eventTexts } from "./event-row.ts";
import type { NoteDialog } from "./note-dialog.ts";
import { button, element, filled, host, make, strings } from "./page.ts";
import { signed } from "./range-tabs.ts";
import type { TimelineView } from "./timeline-view.ts";

type DetailRow = readonly [name: string, value: string, event?: number];

export class Details {
  readonly #element = element("details", HTMLElement);
  readonly #view: TimelineView;
  readonly #note: NoteDialog;

  constructor(view: TimelineView, note: NoteDialog) {
    this.#view = view;
    this.#note = note;
    view.listeners.push({ selected: () => this.show() });
    this.show();
  }

  show(): void {
    const view = this.#view;
    const event = view.selected;
    const texts = event === undefined ? undefined : eventTexts(view, event);
    if (event === undefined || texts === undefined) {
      this.#element.replaceChildren(make("p", view.model.store.last === 0 ? strings.noTrace : strings.nothingSelected, "hint"));
      return;
    }
    const rows = this.#rows(event, texts.lane);
    const list = document.createElement("dl");
    for (const [name, value, link] of rows) {
      const cell = document.createElement("dd");
      if (link === undefined) cell.textContent = value;
      else {
        const go = button(value, () => view.select(link));
        go.className = "link";
        cell.append(go);
      }
      list.append(make("dt", name), cell);
    }
    const text = [texts.label, ...rows.map(([name, value]) => `${name}: ${value}`)].join("\n");
    this.#element.replaceChildren(make("h2", texts.label), this.#buttons(event, text), list);
  }

  #rows(event: number, lane: string): DetailRow[] {
    const { model, registers } = this.#view;
    const begin = model.store.event(event);
    if (begin === undefined) return [];
    const { texts } = model.store;
    const end = model.store.endOf(event);
    const place = model.placeOf(event);
    const isSpan = place !== undefined && place.row !== place.lane.instants;
    const causeId = model.causeOf(event) || begin.parent;
    const cause = causeId === 0 ? undefined : model.store.event(causeId);
    const budget = budgets[begin.kind];
    const isOver = budget !== undefined && end !== undefined && end.time - begin.time > budget;
    const request = model.requestOf(event);
    const requestEvent = request === 0 || request === event ? undefined : model.store.event(request);
    return [
      [strings.lane, lane],
      [strings.time, timeText(begin.time)],
      ...(isSpan ? [[strings.duration, end === undefined ? strings.running : timeText(end.time - begin.time)] as const] : []),
      ...(isOver ? [["⚠", filled(strings.overBudgetBy, timeText(budget))] as const] : []),
      ...this.#otherRun(event, end === undefined ? undefined : end.time - begin.time),
      [strings.level, irqlText(begin.irql)],
      [strings.statement, begin.statement.toLocaleString("en")],
      ...(begin.object === 0 ? [] : [[strings.object, `#${begin.object}`] as const]),
      ...(cause === undefined ? [] : [[strings.cause, eventLabel(texts, cause, registers), causeId] as const]),
      ...(requestEvent === undefined ? [] : [[strings.request, eventLabel(texts, requestEvent, registers), request] as const]),
      ...argumentRows(texts, begin, end).filter(([, value]) => value !== ""),
    ];
  }

  /** How long it took in the run that is compared. */
  #otherRun(event: number, own: number | undefined): DetailRow[] {
    const { ghost, model } = this.#view;
    const other = ghost === undefined ? undefined : counterpart(model, ghost.model, event);
    const begin = other === undefined ? undefined : ghost?.model.store.event(other);
    const end = other === undefined ? undefined : ghost?.model.store.endOf(other);
    if (own === undefined || begin === undefined || end === undefined) return [];
    const duration = end.time - begin.time;
    return [[strings.otherRun, `${timeText(duration)} (${signed(own - duration)})`]];
  }

  #buttons(event: number, text: string): HTMLElement {
    const view = this.#view;
    const buttons = make("div", "", "buttons");
    if (functionToShow(view.model, event) !== undefined) buttons.append(button(strings.openSource, () => openSource(view, event)));
    if (view.position !== undefined) buttons.append(button(strings.travel, () => travel(view, event)));
    buttons.append(
      button(strings.copy, () => host.postMessage({ type: "copy", text })),
      button(strings.newNote, () => addNote(view, this.#note)),
    );
    return buttons;
  }
}
