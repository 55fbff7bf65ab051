// SPDX-License-Identifier: MIT
/** Saves the picture as it is, but with all lanes in full height: as PNG at twice the resolution, or as SVG. */
import { render } from "../render.ts";
import { type Scene, headerHeight } from "../scene.ts";
import { SvgSurface } from "../svg-surface.ts";
import { CanvasSurface } from "./canvas-surface.ts";
import { host } from "./page.ts";
import type { TimelineView } from "./timeline-view.ts";

const pngScale = 2;

export async function savePicture(view: TimelineView, format: "png" | "svg"): Promise<void> {
  const scene: Scene = { ...view.scene(), scroll: 0 };
  const width = view.chart.clientWidth;
  const height = headerHeight(view.notes) + view.layout.height;
  if (format === "svg") {
    const surface = new SvgSurface(width, height, view.theme.font, (text, isBold) => view.surface.textWidth(text, isBold));
    render(scene, surface, view.theme);
    host.postMessage({ type: "picture", format, data: surface.toString() });
    return;
  }
  const canvas = document.createElement("canvas");
  const surface = new CanvasSurface(canvas);
  surface.prepare(width, height, pngScale, view.theme.font);
  render(scene, surface, view.theme);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (blob !== null) host.postMessage({ type: "picture", format, data: new Uint8Array(await blob.arrayBuffer()) });
}
