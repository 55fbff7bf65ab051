// SPDX-License-Identifier: MIT
/** The timeline panel's page: composition root in the browser. */
import type { TimelineUpdate } from "../../protocol/index.ts";
import { listen } from "./input.ts";
import { element, filled, host, strings } from "./page.ts";
import { TimelineView } from "./timeline-view.ts";

const view = new TimelineView();
const status = element("status", HTMLElement);
const overBudget = element("budget", HTMLButtonElement);
const searchBox = element("search", HTMLInputElement);
const matches = element("matches", HTMLElement);

function find(): void {
  const count = view.search(searchBox.value);
  matches.textContent = searchBox.value === "" ? "" : String(count);
}

listen(view);
searchBox.addEventListener("input", find);
searchBox.addEventListener("keydown", ({ key, shiftKey }) => {
  if (key === "Enter") view.nextMatch(shiftKey ? -1 : 1);
  if (key === "Escape") view.chart.focus();
});
const framework = element("framework", HTMLInputElement);
framework.addEventListener("change", () => view.setFramework(framework.checked));
element("fit", HTMLButtonElement).addEventListener("click", () => view.fit());
overBudget.addEventListener("click", () => view.nextOverBudget());
const help = element("helpText", HTMLDialogElement);
element("help", HTMLButtonElement).addEventListener("click", () => help.showModal());
help.addEventListener("click", () => help.close());
new ResizeObserver(() => view.draw()).observe(view.chart);
new MutationObserver(() => view.rereadTheme()).observe(document.body, { attributes: true, attributeFilter: ["class"] });
new MutationObserver(() => view.rereadTheme()).observe(document.documentElement, { attributes: true, attributeFilter: ["style"] });

window.addEventListener("message", ({ data }: MessageEvent<TimelineUpdate>) => {
  switch (data.type) {
    case "trace":
      view.append(data.trace, data.isWhole, data.position);
      status.textContent = "";
      overBudget.hidden = view.model.overBudget.length === 0;
      overBudget.textContent = filled(strings.overBudget, view.model.overBudget.length);
      if (searchBox.value !== "") find();
      break;
    case "registers":
      view.nameRegisters(data.names);
      break;
    case "ended":
      view.end();
      status.textContent = strings.ended;
      break;
  }
});
host.postMessage({ type: "ready" });
