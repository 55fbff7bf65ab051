// SPDX-License-Identifier: MIT
/** What the user looked at, kept while the page is hidden or the window reloads: VS Code makes the page anew when it is shown again. */
import { element, host } from "./page.ts";
import type { Tabs } from "./tabs.ts";
import type { TimelineView } from "./timeline-view.ts";

interface Kept {
  readonly start: number;
  readonly end: number;
  readonly isFitted: boolean;
  readonly selected?: number;
  readonly search: string;
  readonly tab: string;
}

export class PanelState {
  readonly #view: TimelineView;
  readonly #tabs: Tabs;
  #isRestored = false;

  constructor(view: TimelineView, tabs: Tabs) {
    this.#view = view;
    this.#tabs = tabs;
  }

  save(): void {
    const { view, selected, searchText } = this.#view;
    if (!this.#isRestored) return;
    const kept: Kept = { ...view, isFitted: this.#view.isFitted, search: searchText, tab: this.#tabs.current, ...(selected === undefined ? {} : { selected }) };
    host.setState(kept);
  }

  /** Once, when the first trace has come. */
  restore(): void {
    if (this.#isRestored) return;
    this.#isRestored = true;
    const kept = host.getState() as Partial<Kept> | null | undefined;
    if (kept === undefined || kept === null) return;
    const { start, end, isFitted, selected, search, tab } = kept;
    if (typeof search === "string" && search !== "") {
      element("search", HTMLInputElement).value = search;
      this.#view.search(search);
    }
    if (typeof tab === "string") this.#tabs.open(tab);
    if (typeof selected === "number" && this.#view.model.isDrawn(selected)) this.#view.select(selected, false);
    if (isFitted === false && typeof start === "number" && typeof end === "number" && start < end && start < this.#view.lastTime)
      this.#view.show({ start, end });
  }
}
