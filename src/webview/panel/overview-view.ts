// SPDX-License-Identifier: MIT
/** The overview strip on its canvas: drawn with the chart, dragged with the mouse. Keys belong to the chart, which has them all. */
import { type OverviewDrag, type OverviewRows, dragged, drawOverview, gripAt, overviewHeight, rasterOverview } from "../overview.ts";
import type { Scene } from "../scene.ts";
import { clamped, fitted, timeAt } from "../viewport.ts";
import { CanvasSurface } from "./canvas-surface.ts";
import { element } from "./page.ts";
import type { TimelineView } from "./timeline-view.ts";

/** While a trace grows, its rows are drawn anew at most so often. */
const refreshInterval = 200;

export class OverviewView {
  readonly #canvas = element("overview", HTMLCanvasElement);
  readonly #surface = new CanvasSurface(this.#canvas);
  readonly #view: TimelineView;
  #rows: OverviewRows | undefined;
  /** What the rows were made from. */
  #of: readonly unknown[] = [];
  #made = 0;

  constructor(view: TimelineView) {
    this.#view = view;
    view.listeners.push({ drawn: (scene) => this.#draw(scene) });
    this.#listen();
  }

  #draw(scene: Scene): void {
    const width = this.#view.chart.offsetWidth;
    this.#surface.prepare(width, overviewHeight, devicePixelRatio, this.#view.theme.font);
    const { model, layout } = scene;
    const columns = Math.round(width * devicePixelRatio);
    const of = [model, layout.lanes.length, columns, this.#view.theme, this.#view.isRunning ? 0 : model.store.last];
    const isStale = this.#view.isRunning && performance.now() - this.#made > refreshInterval;
    if (this.#rows === undefined || isStale || of.some((part, i) => part !== this.#of[i])) {
      this.#rows = rasterOverview(layout, model.lastTime, columns, this.#view.theme);
      this.#of = of;
      this.#made = performance.now();
    }
    drawOverview(scene, this.#rows, [...model.overBudget, ...model.violations], this.#surface, this.#view.theme);
  }

  #listen(): void {
    const canvas = this.#canvas;
    const view = this.#view;
    let drag: { readonly grip: OverviewDrag; readonly x: number; readonly start: TimelineView["view"] } | undefined;
    canvas.addEventListener("pointerdown", ({ offsetX, pointerId, button }) => {
      if (button !== 0) return;
      const width = canvas.clientWidth;
      const grip = gripAt(view.view, view.lastTime, width, offsetX);
      if (grip === undefined) {
        // Beside the frame: it jumps there, and is held.
        const at = timeAt(fitted(view.lastTime), offsetX, width);
        const half = (view.view.end - view.view.start) / 2;
        view.show(clamped({ start: at - half, end: at + half }, view.lastTime));
      }
      drag = { grip: grip ?? "whole", x: offsetX, start: view.view };
      canvas.setPointerCapture(pointerId);
    });
    canvas.addEventListener("pointermove", ({ offsetX }) => {
      if (drag !== undefined) {
        view.show(clamped(dragged(drag.start, drag.grip, view.lastTime, canvas.clientWidth, drag.x, offsetX), view.lastTime));
        return;
      }
      const grip = gripAt(view.view, view.lastTime, canvas.clientWidth, offsetX);
      canvas.style.cursor = grip === undefined ? "default" : grip === "whole" ? "grab" : "ew-resize";
    });
    canvas.addEventListener("pointerup", () => {
      drag = undefined;
    });
    canvas.addEventListener("dblclick", () => view.fit());
  }
}
