// SPDX-License-Identifier: MIT
/** Tabs below the chart (ARIA pattern "tabs": one tab stop, arrows choose). Only the open one is kept up to date. */
import { element } from "./page.ts";

export interface Tab {
  readonly id: string;
  /** Fills the panel anew. */
  refresh(): void;
}

export class Tabs {
  readonly #tabs: readonly Tab[];
  #current: string;

  constructor(tabs: readonly Tab[]) {
    this.#tabs = tabs;
    this.#current = tabs[0]?.id ?? "";
    for (const { id } of tabs) {
      const button = element(`tab-${id}`, HTMLButtonElement);
      button.addEventListener("click", () => this.open(id));
      button.addEventListener("keydown", ({ key }) => {
        const step = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
        if (step !== 0) this.open(tabs[(tabs.findIndex((tab) => tab.id === id) + step + tabs.length) % tabs.length]?.id ?? id, true);
      });
    }
  }

  get current(): string {
    return this.#current;
  }

  open(id: string, focuses = false): void {
    if (!this.#tabs.some((tab) => tab.id === id)) return;
    this.#current = id;
    for (const tab of this.#tabs) {
      const isOpen = tab.id === id;
      const button = element(`tab-${tab.id}`, HTMLButtonElement);
      button.setAttribute("aria-selected", String(isOpen));
      button.tabIndex = isOpen ? 0 : -1;
      element(`panel-${tab.id}`, HTMLElement).hidden = !isOpen;
      if (isOpen && focuses) button.focus();
    }
    this.refresh();
  }

  refresh(): void {
    this.#tabs.find(({ id }) => id === this.#current)?.refresh();
  }
}
