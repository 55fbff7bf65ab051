// SPDX-License-Identifier: MIT
/** The timeline panel's page: composition root in the browser. */
import { type TimelineUpdate, isTimelineCommand } from "../../protocol/index.ts";
import { TimelineModel } from "../timeline-model.ts";
import { announce } from "./announce.ts";
import { openSource, runCommand } from "./commands.ts";
import { Details } from "./details.ts";
import { EventTable } from "./event-table.ts";
import { listen, listenToSplitter } from "./input.ts";
import { LanesDialog } from "./lanes-dialog.ts";
import { NoteDialog } from "./note-dialog.ts";
import { OverviewView } from "./overview-view.ts";
import { element, filled, host, make, strings } from "./page.ts";
import { chainTab, notesTab, requestsTab, statisticsTab } from "./range-tabs.ts";
import { PanelState } from "./panel-state.ts";
import { Tabs } from "./tabs.ts";
import { TimelineView } from "./timeline-view.ts";

const view = new TimelineView();
const note = new NoteDialog();
const events = new EventTable(view, (event) => openSource(view, event));
const tabs = new Tabs([events, statisticsTab(view), requestsTab(view), chainTab(view), notesTab(view, note)]);
/** For measurements; the bundle exports nothing. */
export const parts = { view, tabs, note, lanes: new LanesDialog(view) };
new OverviewView(view);
new Details(view, note);
const state = new PanelState(view, tabs);
view.listeners.push({
  changed: () => {
    tabs.refresh();
    showGhostName();
    state.save();
  },
  selected: () => {
    if (tabs.current === "chain") tabs.refresh();
    events.showSelected();
    state.save();
    announce(view);
  },
});

const status = element("status", HTMLElement);
const overBudget = element("budget", HTMLButtonElement);
const searchBox = element("search", HTMLInputElement);
const matches = element("matches", HTMLElement);
const ghostName = element("ghostName", HTMLElement);
const compare = element("compare", HTMLButtonElement);

function find(): void {
  const count = view.search(searchBox.value);
  searchBox.setAttribute("aria-invalid", String(count === undefined));
  matches.textContent = searchBox.value === "" ? "" : count === undefined ? "?" : count.toLocaleString("en");
}

listen(parts);
listenToSplitter(view);
searchBox.addEventListener("input", find);
searchBox.addEventListener("keydown", ({ key, shiftKey }) => {
  if (key === "Enter") runCommand(shiftKey ? "previousMatch" : "nextMatch", parts);
  if (key === "Escape") view.chart.focus();
});
element("fit", HTMLButtonElement).addEventListener("click", () => runCommand("showAll", parts));
element("lanesButton", HTMLButtonElement).addEventListener("click", () => runCommand("showLanes", parts));
overBudget.addEventListener("click", () => runCommand("nextOverBudget", parts));
compare.addEventListener("click", () => runCommand(view.ghost === undefined ? "compare" : "stopComparing", parts));
const exports = element("export", HTMLSelectElement);
exports.addEventListener("change", () => {
  const { value } = exports;
  exports.value = "";
  if (isTimelineCommand(value)) runCommand(value, parts);
});
for (const line of strings.helpText.split("\n")) {
  const [key = "", text = ""] = line.split("\t");
  element("keys", HTMLElement).append(make("dt", key), make("dd", text));
}
const help = element("helpDialog", HTMLDialogElement);
element("help", HTMLButtonElement).addEventListener("click", () => runCommand("showKeys", parts));
element("helpClose", HTMLButtonElement).addEventListener("click", () => help.close());
help.addEventListener("close", () => view.chart.focus());
new ResizeObserver(() => view.draw()).observe(view.chart);
new MutationObserver(() => view.rereadTheme()).observe(document.body, { attributes: true, attributeFilter: ["class"] });
new MutationObserver(() => view.rereadTheme()).observe(document.documentElement, { attributes: true, attributeFilter: ["style"] });

function showStatus(text: string): void {
  if (status.textContent !== text) status.textContent = text;
}

/** The other run, and at which request it is aligned now. */
function showGhostName(): void {
  const { ghost, alignment } = view;
  const text = ghost === undefined ? "" : `${filled(strings.comparedWith, ghost.name)}, ${filled(strings.alignedAt, alignment.request)}`;
  if (ghostName.textContent === text) return;
  ghostName.textContent = text;
  compare.title = text;
}

function reveal(event: number | undefined, object: number | undefined): void {
  const wanted = event ?? (object === undefined ? undefined : view.model.store.firstOfObject(object, (id) => view.model.isDrawn(id)));
  if (wanted !== undefined) view.select(wanted);
}

window.addEventListener("message", ({ data }: MessageEvent<TimelineUpdate>) => {
  switch (data.type) {
    case "trace": {
      view.append(data.trace, data.isWhole, data.position, data.isRunning);
      if (data.isWhole) state.restore();
      showStatus(data.isRunning === true ? `● ${strings.live}` : "");
      const { length } = view.model.overBudget;
      overBudget.hidden = length === 0;
      overBudget.textContent = `⚠ ${filled(strings.overBudget, length)}`;
      if (searchBox.value !== "") matches.textContent = view.matches.length.toLocaleString("en");
      break;
    }
    case "registers":
      view.nameRegisters(data.names);
      break;
    case "settings":
      view.applySettings(data.settings, data.notes);
      break;
    case "ghost": {
      const model = data.trace === undefined ? undefined : new TimelineModel();
      if (model !== undefined && data.trace !== undefined) model.append(data.trace);
      view.compareWith(model === undefined ? undefined : { model, name: data.name });
      showGhostName();
      compare.textContent = model === undefined ? strings.compare : strings.stopComparing;
      break;
    }
    case "reveal":
      reveal(data.event, data.object);
      break;
    case "command":
      runCommand(data.command, parts);
      break;
    case "ended":
      view.end();
      showStatus(strings.ended);
      break;
  }
});
host.postMessage({ type: "ready" });
