// SPDX-License-Identifier: MIT
/** Mouse, wheel and keyboard of the chart. */
import { panned, zoomed } from "../viewport.ts";
import { type Parts, editNote, openSource, runCommand, turnLane } from "./commands.ts";
import { describe } from "./event-row.ts";
import { commandOf } from "./keys.ts";
import { zoomToRange } from "./navigation.ts";
import { element } from "./page.ts";
import type { TimelineView } from "./timeline-view.ts";

type DragKind = "pan" | "measure" | "zoom";

interface Drag {
  readonly kind: DragKind;
  readonly x: number;
  readonly start: TimelineView["view"];
  readonly from: number;
  hasMoved: boolean;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

export function listen(parts: Parts): void {
  const { view } = parts;
  new ChartMouse(parts);
  listenToWheel(view);
  view.chart.addEventListener("keydown", (event) => {
    const command = commandOf(event);
    if (command === undefined) return;
    event.preventDefault();
    runCommand(command, parts);
  });
  view.chart.addEventListener("scroll", () => view.draw());
}

class ChartMouse {
  readonly #parts: Parts;
  readonly #view: TimelineView;
  readonly #tip = element("tip", HTMLElement);
  #drag: Drag | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#view = parts.view;
    const { chart } = parts.view;
    chart.addEventListener("pointerdown", (event) => this.#down(event));
    chart.addEventListener("pointermove", (event) => this.#move(event));
    chart.addEventListener("pointerup", (event) => this.#up(event));
    chart.addEventListener("pointerleave", () => {
      this.#view.hover(undefined, undefined);
      this.#tip.hidden = true;
    });
    chart.addEventListener("dblclick", (event) => this.#doubleClick(event));
  }

  #point(event: MouseEvent): Point {
    const box = this.#view.chart.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #down(event: PointerEvent): void {
    const { x, y } = this.#point(event);
    const { chart, gutter } = this.#view;
    // The scroll bar is not ours.
    if (event.button > 1 || x > chart.clientWidth) return;
    if (x < gutter) {
      if (event.button === 0) this.#gutter(x, y);
      return;
    }
    const measures = event.shiftKey !== this.#view.settings.dragMeasures;
    const kind: DragKind = event.button === 1 ? "pan" : event.altKey ? "zoom" : measures ? "measure" : "pan";
    this.#drag = { kind, x, start: this.#view.view, from: this.#view.timeAt(x, kind !== "pan"), hasMoved: false };
    chart.setPointerCapture(event.pointerId);
  }

  /** The sign before a lane's name collapses it, the one behind pins it. */
  #gutter(x: number, y: number): void {
    const lane = this.#view.laneAt(y)?.lane.id;
    if (lane === undefined) return;
    if (x < 18) turnLane(this.#view, "collapsed", lane);
    else if (x > this.#view.gutter - 24) turnLane(this.#view, "pinned", lane);
  }

  #move(event: PointerEvent): void {
    const { x, y } = this.#point(event);
    const view = this.#view;
    const drag = this.#drag;
    if (drag === undefined) {
      const hit = view.eventAt(x, y);
      view.hover(hit, view.laneAt(y)?.lane.id);
      view.chart.style.cursor = x < view.gutter || hit !== undefined ? "pointer" : "default";
      this.#showTip(hit === undefined ? "" : describe(view, hit), x, y);
      return;
    }
    if (Math.abs(x - drag.x) > 3) drag.hasMoved = true;
    if (!drag.hasMoved) return;
    this.#showTip("", x, y);
    if (drag.kind === "pan") {
      view.show(panned(drag.start, (drag.x - x) / view.width, view.lastTime));
      view.chart.scrollTop -= event.movementY;
    } else view.measure({ from: drag.from, to: view.timeAt(x, true) });
  }

  #up(event: PointerEvent): void {
    const drag = this.#drag;
    this.#drag = undefined;
    if (drag === undefined) return;
    if (drag.hasMoved) {
      if (drag.kind === "zoom") zoomToRange(this.#view);
      return;
    }
    const { x, y } = this.#point(event);
    const note = this.#view.noteAt(x, y);
    if (note !== undefined) {
      editNote(this.#view, this.#parts.note, note.id);
      return;
    }
    const hit = this.#view.eventAt(x, y);
    this.#view.measure(undefined);
    this.#view.select(hit, false);
    if (event.ctrlKey || event.metaKey) openSource(this.#view, hit);
  }

  #doubleClick(event: MouseEvent): void {
    const { x, y } = this.#point(event);
    const hit = this.#view.eventAt(x, y);
    const time = this.#view.timeAt(x);
    const { measured } = this.#view;
    if (hit !== undefined) openSource(this.#view, hit);
    else if (measured !== undefined && time >= Math.min(measured.from, measured.to) && time <= Math.max(measured.from, measured.to)) zoomToRange(this.#view);
  }

  #showTip(text: string, x: number, y: number): void {
    const tip = this.#tip;
    tip.hidden = text === "";
    if (text === "") return;
    const { chart } = this.#view;
    tip.textContent = text;
    tip.style.left = `${Math.max(4, Math.min(x + 14, chart.clientWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${Math.max(4, Math.min(y + 18, chart.clientHeight - tip.offsetHeight - 8)) + chart.offsetTop}px`;
  }
}

function listenToWheel(view: TimelineView): void {
  view.chart.addEventListener(
    "wheel",
    (event) => {
      const x = event.clientX - view.chart.getBoundingClientRect().left;
      if (event.ctrlKey || event.metaKey) {
        view.show(zoomed(view.view, 1.0015 ** event.deltaY, view.timeAt(Math.max(view.gutter, x)), view.lastTime));
      } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        view.show(panned(view.view, (event.deltaX || event.deltaY) / view.width, view.lastTime));
      } else return;
      event.preventDefault();
    },
    { passive: false },
  );
}

/** The splitter between chart and tables, by mouse and keyboard. */
export function listenToSplitter(view: TimelineView): void {
  const splitter = element("splitter", HTMLElement);
  const bottom = element("bottom", HTMLElement);
  const set = (percent: number): void => {
    const value = Math.round(Math.min(80, Math.max(10, percent)));
    bottom.style.flexBasis = `${value}%`;
    splitter.setAttribute("aria-valuenow", String(value));
    view.draw();
  };
  splitter.addEventListener("pointerdown", (event) => splitter.setPointerCapture(event.pointerId));
  splitter.addEventListener("pointermove", (event) => {
    if (splitter.hasPointerCapture(event.pointerId)) set((1 - event.clientY / document.documentElement.clientHeight) * 100);
  });
  splitter.addEventListener("keydown", ({ key }) => {
    const now = Number(splitter.getAttribute("aria-valuenow"));
    if (key === "ArrowUp") set(now + 4);
    if (key === "ArrowDown") set(now - 4);
  });
}
