// SPDX-License-Identifier: MIT
/** A canvas as Surface. Rows of bars go through one bitmap a frame: hundreds of small ones would cost more than all the rest. */
import type { Band, Surface, TextStyle } from "../surface.ts";

export class CanvasSurface implements Surface {
  width = 0;
  height = 0;
  scale = 1;
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #bitmap = document.createElement("canvas");
  readonly #widths = new Map<string, number>();
  #font = "sans-serif";

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext("2d", { alpha: false });
    if (context === null) throw new Error("this browser has no canvas");
    this.#canvas = canvas;
    this.#context = context;
  }

  /** Takes size and font anew; a new size clears the canvas. */
  prepare(width: number, height: number, scale: number, font: string): void {
    if (width !== this.width || height !== this.height || scale !== this.scale) {
      this.width = width;
      this.height = height;
      this.scale = scale;
      this.#canvas.width = Math.round(width * scale);
      this.#canvas.height = Math.round(height * scale);
      this.#canvas.style.width = `${width}px`;
      this.#canvas.style.height = `${height}px`;
    }
    if (font !== this.#font) this.#widths.clear();
    this.#font = font;
    this.#context.setTransform(scale, 0, 0, scale, 0, 0);
    this.#context.textBaseline = "middle";
  }

  rect(x: number, y: number, width: number, height: number, color: string, opacity = 1): void {
    this.#context.globalAlpha = opacity;
    this.#context.fillStyle = color;
    this.#context.fillRect(x, y, width, height);
    this.#context.globalAlpha = 1;
  }

  outline(x: number, y: number, width: number, height: number, color: string, lineWidth: number): void {
    this.#context.strokeStyle = color;
    this.#context.lineWidth = lineWidth;
    this.#context.strokeRect(x + lineWidth / 2, y + lineWidth / 2, Math.max(1, width - lineWidth), Math.max(1, height - lineWidth));
  }

  text(text: string, x: number, y: number, { color, isBold = false, maxWidth = Number.POSITIVE_INFINITY }: TextStyle): void {
    const shown = this.#shortened(text, maxWidth, isBold);
    if (shown === "") return;
    this.#context.font = this.#fontOf(isBold);
    this.#context.fillStyle = color;
    this.#context.fillText(shown, x, y + 0.5);
  }

  textWidth(text: string, isBold = false): number {
    const key = isBold ? `*${text}` : text;
    const known = this.#widths.get(key);
    if (known !== undefined) return known;
    if (this.#widths.size > 10_000) this.#widths.clear();
    this.#context.font = this.#fontOf(isBold);
    const { width } = this.#context.measureText(text);
    this.#widths.set(key, width);
    return width;
  }

  arrow(x0: number, y0: number, x1: number, y1: number, color: string, halo: string): void {
    const context = this.#context;
    const direction = y1 > y0 ? 1 : -1;
    const bend = (y1 - y0) / 2;
    for (const [stroke, width] of [
      [halo, 3.5],
      [color, 1.5],
    ] as const) {
      context.strokeStyle = stroke;
      context.lineWidth = width;
      context.beginPath();
      context.moveTo(x0, y0);
      context.bezierCurveTo(x0, y0 + bend, x1, y1 - bend, x1, y1 - 3 * direction);
      context.stroke();
    }
    context.fillStyle = color;
    context.strokeStyle = halo;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x1 - 3.5, y1 - 6 * direction);
    context.lineTo(x1 + 3.5, y1 - 6 * direction);
    context.closePath();
    context.stroke();
    context.fill();
  }

  raster(pixels: Uint32Array<ArrayBuffer>, columns: number, bands: readonly Band[], x: number, width: number): void {
    if (bands.length === 0) return;
    this.#bitmap.width = columns;
    this.#bitmap.height = bands.length;
    this.#bitmap.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), columns, bands.length), 0, 0);
    this.#context.imageSmoothingEnabled = false;
    for (const [i, { y, height }] of bands.entries()) this.#context.drawImage(this.#bitmap, 0, i, columns, 1, x, y, width, height);
  }

  clipped(x: number, y: number, width: number, height: number, draw: () => void): void {
    this.#context.save();
    this.#context.beginPath();
    this.#context.rect(x, y, width, height);
    this.#context.clip();
    draw();
    this.#context.restore();
  }

  #fontOf(isBold: boolean): string {
    return `${isBold ? "600 " : ""}11px ${this.#font}`;
  }

  #shortened(text: string, maxWidth: number, isBold: boolean): string {
    const width = this.textWidth(text, isBold);
    if (width <= maxWidth) return text;
    const characters = Math.floor(((maxWidth - 8) / width) * text.length);
    return characters < 2 ? "" : `${text.slice(0, characters)}…`;
  }
}
