// SPDX-License-Identifier: MIT
/** Which lanes are shown, pinned and collapsed, and in which order: everything by keyboard too. */
import { defaultTimelineSettings } from "../../protocol/index.ts";
import { type LaneFlag, moved, ordered } from "../lane-settings.ts";
import { isEmpty } from "../layout.ts";
import type { Lane } from "../timeline-model.ts";
import { saveSettings, turnLane } from "./commands.ts";
import { button, element, make, strings } from "./page.ts";
import type { TimelineView } from "./timeline-view.ts";

export class LanesDialog {
  readonly #dialog = element("lanesDialog", HTMLDialogElement);
  readonly #rows = element("laneRows", HTMLElement);
  readonly #filter = element("laneFilter", HTMLInputElement);
  readonly #measures = element("dragMeasures", HTMLInputElement);
  readonly #view: TimelineView;

  constructor(view: TimelineView) {
    this.#view = view;
    for (const title of [strings.lane, strings.shown, strings.pinned, strings.collapsed, `${strings.moveUp}, ${strings.moveDown}`]) {
      const cell = make("th", title);
      cell.scope = "col";
      element("laneHeader", HTMLElement).append(cell);
    }
    this.#filter.addEventListener("input", () => {
      view.filterLanes(this.#filter.value);
      this.#fill();
    });
    this.#measures.addEventListener("change", () => saveSettings(view, { ...view.settings, dragMeasures: this.#measures.checked }));
    element("lanesReset", HTMLButtonElement).addEventListener("click", () => {
      this.#filter.value = "";
      view.filterLanes("");
      saveSettings(view, defaultTimelineSettings);
      this.#fill();
    });
    element("lanesClose", HTMLButtonElement).addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => view.chart.focus());
  }

  open(): void {
    this.#fill();
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  #fill(): void {
    const { settings, model } = this.#view;
    this.#measures.checked = settings.dragMeasures;
    const wanted = this.#filter.value.trim().toLowerCase();
    const lanes = ordered(model.lanes, settings.lanes).filter((lane) => !isEmpty(lane));
    const shown = lanes.filter((lane) => this.#view.title(lane).toLowerCase().includes(wanted));
    const ids = lanes.map(({ id }) => id);
    this.#rows.replaceChildren(...shown.map((lane) => this.#row(lane, ids)));
  }

  #row(lane: Lane, ids: readonly string[]): HTMLElement {
    const row = document.createElement("tr");
    const title = this.#view.title(lane);
    const name = make("th", title);
    name.scope = "row";
    row.append(
      name,
      this.#check(lane, "hidden", strings.shown),
      this.#check(lane, "pinned", strings.pinned),
      this.#check(lane, "collapsed", strings.collapsed),
    );
    const cell = document.createElement("td");
    for (const [by, text, label] of [
      [-1, "▴", strings.moveUp],
      [1, "▾", strings.moveDown],
    ] as const) {
      const move = button(text, () => {
        saveSettings(this.#view, { ...this.#view.settings, lanes: moved(this.#view.settings.lanes, ids, lane.id, by) });
        this.#fill();
        this.#rows.querySelector<HTMLElement>(`[data-key="${CSS.escape(`${lane.id} ${by}`)}"]`)?.focus();
      });
      move.dataset["key"] = `${lane.id} ${by}`;
      move.ariaLabel = `${label}: ${title}`;
      cell.append(move);
    }
    row.append(cell);
    return row;
  }

  #check(lane: Lane, flag: LaneFlag, label: string): HTMLElement {
    const cell = document.createElement("td");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.ariaLabel = `${label}: ${this.#view.title(lane)}`;
    const isSet = this.#view.settings.lanes[flag].includes(lane.id);
    box.checked = flag === "hidden" ? !isSet : isSet;
    box.addEventListener("change", () => turnLane(this.#view, flag, lane.id));
    cell.append(box);
    return cell;
  }
}
