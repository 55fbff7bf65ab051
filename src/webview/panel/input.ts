// SPDX-License-Identifier: MIT
/** Mouse and keyboard of the chart. Letters are taken by their place on the keyboard, so that W A S D lie together on every layout. */
import { panned, zoomed } from "../viewport.ts";
import { gutter } from "../render.ts";
import { element } from "./page.ts";
import type { TimelineView } from "./timeline-view.ts";

const zoomStep = 1.25;
const panStep = 0.15;

export function listen(view: TimelineView): void {
  listenToMouse(view);
  listenToWheel(view);
  view.chart.addEventListener("keydown", (event) => {
    if (key(view, event)) event.preventDefault();
  });
  view.chart.addEventListener("scroll", () => view.draw());
}

interface Drag {
  readonly x: number;
  readonly start: TimelineView["view"];
  readonly measuresFrom?: number;
  hasMoved: boolean;
}

function listenToMouse(view: TimelineView): void {
  const { chart } = view;
  const tip = element("tip", HTMLElement);
  let drag: Drag | undefined;
  const point = (event: MouseEvent): { x: number; y: number } => {
    const box = chart.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  chart.addEventListener("pointerdown", (event) => {
    const { x } = point(event);
    if (event.button !== 0 || x < gutter || x > chart.clientWidth) return;
    drag = { x, start: view.view, hasMoved: false, ...(event.shiftKey ? { measuresFrom: view.timeAt(x, true) } : {}) };
    chart.setPointerCapture(event.pointerId);
  });
  chart.addEventListener("pointermove", (event) => {
    const { x, y } = point(event);
    if (drag === undefined) {
      const hit = view.eventAt(x, y);
      view.hover(hit);
      showTip(tip, hit === undefined ? "" : view.describe(hit), x, y, chart);
      return;
    }
    if (Math.abs(x - drag.x) > 3) drag.hasMoved = true;
    if (!drag.hasMoved) return;
    showTip(tip, "", x, y, chart);
    if (drag.measuresFrom === undefined) view.show(panned(drag.start, (drag.x - x) / view.width, view.lastTime));
    else view.measure({ from: drag.measuresFrom, to: view.timeAt(x, true) });
  });
  chart.addEventListener("pointerup", (event) => {
    const { x, y } = point(event);
    if (drag !== undefined && !drag.hasMoved) {
      const hit = view.eventAt(x, y);
      view.measure(undefined);
      view.select(hit, false);
      if (event.ctrlKey || event.metaKey) view.source(hit);
    }
    drag = undefined;
  });
  chart.addEventListener("pointerleave", () => {
    view.hover(undefined);
    tip.hidden = true;
  });
  chart.addEventListener("dblclick", (event) => {
    const { x, y } = point(event);
    view.source(view.eventAt(x, y));
  });
}

function showTip(tip: HTMLElement, text: string, x: number, y: number, chart: HTMLElement): void {
  tip.hidden = text === "";
  if (text === "") return;
  tip.textContent = text;
  tip.style.left = `${Math.min(x + 14, chart.clientWidth - tip.offsetWidth - 8)}px`;
  tip.style.top = `${Math.min(y + 18, chart.clientHeight - tip.offsetHeight - 8) + chart.offsetTop}px`;
}

function listenToWheel(view: TimelineView): void {
  view.chart.addEventListener(
    "wheel",
    (event) => {
      const x = event.clientX - view.chart.getBoundingClientRect().left;
      if (event.ctrlKey || event.metaKey) {
        view.show(zoomed(view.view, 1.0015 ** event.deltaY, view.timeAt(Math.max(gutter, x)), view.lastTime));
      } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        view.show(panned(view.view, (event.deltaX || event.deltaY) / view.width, view.lastTime));
      } else return;
      event.preventDefault();
    },
    { passive: false },
  );
}

/** True when the key meant something. */
function key(view: TimelineView, event: KeyboardEvent): boolean {
  const isControl = event.ctrlKey || event.metaKey;
  if ((isControl && event.code === "KeyF") || event.key === "/") {
    element("search", HTMLInputElement).focus();
    return true;
  }
  if (isControl && event.key === "ArrowLeft") return act(() => view.nextInRow(-1));
  if (isControl && event.key === "ArrowRight") return act(() => view.nextInRow(1));
  if (isControl || event.altKey) return false;
  const action = actions[event.key] ?? actions[event.code];
  if (action === undefined) return false;
  action(view, event);
  return true;
}

function act(action: () => void): true {
  action();
  return true;
}

/** Around the selected event when it is in sight, otherwise the middle. */
function zoom(view: TimelineView, factor: number): void {
  const { start, end } = view.view;
  const place = view.selected === undefined ? undefined : view.model.placeOf(view.selected);
  const selected = place?.row.start[place.index];
  const at = selected !== undefined && selected > start && selected < end ? selected : (start + end) / 2;
  view.show(zoomed(view.view, factor, at, view.lastTime));
}

const pan = (view: TimelineView, share: number): void => view.show(panned(view.view, share, view.lastTime));

const actions: Readonly<Record<string, (view: TimelineView, event: KeyboardEvent) => void>> = {
  KeyW: (view) => zoom(view, 1 / zoomStep),
  KeyS: (view) => zoom(view, zoomStep),
  "+": (view) => zoom(view, 1 / zoomStep),
  "-": (view) => zoom(view, zoomStep),
  KeyA: (view) => pan(view, -panStep),
  KeyD: (view) => pan(view, panStep),
  KeyF: (view) => view.focusSelected(),
  KeyB: (view) => view.nextOverBudget(),
  KeyN: (view, { shiftKey }) => view.nextMatch(shiftKey ? -1 : 1),
  Home: (view) => view.fit(),
  "0": (view) => view.fit(),
  ArrowLeft: (view) => view.nextInRow(-1),
  ArrowRight: (view) => view.nextInRow(1),
  ",": (view) => view.nextInRow(-1),
  ".": (view) => view.nextInRow(1),
  ArrowUp: (view) => view.nextRow(-1),
  ArrowDown: (view) => view.nextRow(1),
  "[": (view) => view.nextInChain(-1),
  "]": (view) => view.nextInChain(1),
  Enter: (view, { shiftKey }) => (shiftKey ? view.travel(view.selected) : view.source(view.selected)),
  F12: (view) => view.source(view.selected),
  Escape: (view) => {
    view.measure(undefined);
    view.select(undefined);
  },
  "?": () => element("helpText", HTMLDialogElement).showModal(),
};
