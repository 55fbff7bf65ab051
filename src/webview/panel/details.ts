// SPDX-License-Identifier: MIT
/** Details of the selected event: what, when, how long, at which IRQL, with which arguments, and where to go from there. */
import { argumentRows, eventLabel, functionOf, irqlText, type RegisterNames } from "../event-text.ts";
import { timeText } from "../time-text.ts";
import type { TimelineModel } from "../timeline-model.ts";
import { element, make, strings } from "./page.ts";

export interface DetailActions {
  source(event: number): void;
  travel(event: number): void;
  copy(text: string): void;
}

export class Details {
  readonly #element = element("details", HTMLElement);
  readonly #actions: DetailActions;

  constructor(actions: DetailActions) {
    this.#actions = actions;
  }

  show(model: TimelineModel, event: number | undefined, registers: RegisterNames, canTravel: boolean): void {
    const begin = event === undefined ? undefined : model.store.event(event);
    if (event === undefined || begin === undefined) {
      this.#element.replaceChildren(make("p", model.store.last === 0 ? strings.noTrace : strings.nothingSelected, "hint"));
      return;
    }
    const { texts } = model.store;
    const end = model.store.endOf(event);
    const place = model.placeOf(event);
    const lane = place === undefined ? "" : (place.lane.name ?? strings.lanes[place.lane.family]);
    const isSpan = place !== undefined && place.row !== place.lane.instants;
    const cause = begin.parent === 0 ? undefined : model.store.event(begin.parent);
    const rows: [string, string][] = [
      [strings.lane, lane],
      [strings.time, timeText(begin.time)],
      ...(isSpan ? [[strings.duration, end === undefined ? strings.running : timeText(end.time - begin.time)] as [string, string]] : []),
      [strings.level, irqlText(begin.irql)],
      [strings.statement, begin.statement.toLocaleString()],
      ...(begin.object === 0 ? [] : [[strings.object, `#${begin.object}`] as [string, string]]),
      ...(cause === undefined ? [] : [[strings.cause, eventLabel(texts, cause, registers)] as [string, string]]),
      ...argumentRows(texts, begin, end).filter(([, value]) => value !== ""),
    ];
    const label = eventLabel(texts, begin, registers);
    const list = document.createElement("dl");
    for (const [name, value] of rows) list.append(make("dt", name), make("dd", value));
    this.#element.replaceChildren(
      make("h2", label),
      this.#buttons(event, functionOf(texts, begin), canTravel, [label, ...rows.map(([name, value]) => `${name}: ${value}`)].join("\n")),
      list,
    );
  }

  #buttons(event: number, functionName: string | undefined, canTravel: boolean, text: string): HTMLElement {
    const buttons = make("div", "", "buttons");
    if (functionName !== undefined) buttons.append(button(strings.openSource, () => this.#actions.source(event)));
    if (canTravel) buttons.append(button(strings.travel, () => this.#actions.travel(event)));
    buttons.append(button(strings.copy, () => this.#actions.copy(text)));
    return buttons;
  }
}

function button(text: string, action: () => void): HTMLButtonElement {
  const made = make("button", text);
  made.addEventListener("click", action);
  return made;
}
