// SPDX-License-Identifier: MIT
/** Draws the timeline into an SVG document: bars become rectangles after they were merged to pixels, texts stay texts. */
import type { Band, Surface, TextStyle } from "./surface.ts";

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
/** Shorter numbers; a hundredth of a pixel is nothing. */
const short = (value: number): string => String(Math.round(value * 100) / 100);

export class SvgSurface implements Surface {
  readonly width: number;
  readonly height: number;
  readonly scale = 1;
  readonly #parts: string[] = [];
  readonly #font: string;
  readonly #measure: (text: string, isBold: boolean) => number;
  #clips = 0;

  /** `measure` knows the widths of texts in `font` at 11 px. */
  constructor(width: number, height: number, font: string, measure: (text: string, isBold: boolean) => number) {
    this.width = width;
    this.height = height;
    this.#font = font;
    this.#measure = measure;
  }

  toString(): string {
    const size = `width="${short(this.width)}" height="${short(this.height)}" viewBox="0 0 ${short(this.width)} ${short(this.height)}"`;
    const font = `font-family="${escaped(this.#font)}" font-size="11"`;
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${font}>\n${this.#parts.join("\n")}\n</svg>\n`;
  }

  rect(x: number, y: number, width: number, height: number, color: string, opacity = 1): void {
    if (width <= 0 || height <= 0) return;
    this.#parts.push(
      `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" fill="${escaped(color)}"${opacity < 1 ? ` fill-opacity="${short(opacity)}"` : ""}/>`,
    );
  }

  outline(x: number, y: number, width: number, height: number, color: string, lineWidth: number): void {
    const half = lineWidth / 2;
    const size = `width="${short(Math.max(1, width - lineWidth))}" height="${short(Math.max(1, height - lineWidth))}"`;
    this.#parts.push(`<rect x="${short(x + half)}" y="${short(y + half)}" ${size} fill="none" stroke="${escaped(color)}" stroke-width="${short(lineWidth)}"/>`);
  }

  text(text: string, x: number, y: number, { color, isBold = false, maxWidth = Number.POSITIVE_INFINITY }: TextStyle): void {
    const width = this.textWidth(text, isBold);
    const characters = Math.floor(((maxWidth - 8) / width) * text.length);
    const shown = width <= maxWidth ? text : characters < 2 ? "" : `${text.slice(0, characters)}…`;
    if (shown === "") return;
    const weight = isBold ? ' font-weight="600"' : "";
    this.#parts.push(`<text x="${short(x)}" y="${short(y + 4)}" fill="${escaped(color)}"${weight}>${escaped(shown)}</text>`);
  }

  textWidth(text: string, isBold = false): number {
    return this.#measure(text, isBold);
  }

  arrow(x0: number, y0: number, x1: number, y1: number, color: string, halo: string): void {
    const direction = y1 > y0 ? 1 : -1;
    const bend = (y1 - y0) / 2;
    const path = `M${short(x0)} ${short(y0)}C${short(x0)} ${short(y0 + bend)} ${short(x1)} ${short(y1 - bend)} ${short(x1)} ${short(y1 - 3 * direction)}`;
    this.#parts.push(`<path d="${path}" fill="none" stroke="${escaped(halo)}" stroke-width="3.5"/>`);
    this.#parts.push(`<path d="${path}" fill="none" stroke="${escaped(color)}" stroke-width="1.5"/>`);
    this.#parts.push(`<path d="M${short(x1)} ${short(y1)}l-3.5 ${-6 * direction}h7z" fill="${escaped(color)}"/>`);
  }

  raster(pixels: Uint32Array<ArrayBuffer>, columns: number, bands: readonly Band[], x: number, width: number): void {
    const scale = width / columns;
    for (const [i, { y, height }] of bands.entries()) {
      for (let column = 0; column < columns; ) {
        const color = pixels[i * columns + column] ?? 0;
        let end = column + 1;
        while (end < columns && pixels[i * columns + end] === color) end++;
        const opacity = (color >>> 24) / 255;
        if (opacity > 0) {
          const digits = [color & 0xff, (color >>> 8) & 0xff, (color >>> 16) & 0xff].map((part) => part.toString(16).padStart(2, "0"));
          this.rect(x + column * scale, y, (end - column) * scale, height, `#${digits.join("")}`, opacity);
        }
        column = end;
      }
    }
  }

  clipped(x: number, y: number, width: number, height: number, draw: () => void): void {
    const id = `c${++this.#clips}`;
    const shape = `<rect x="${short(x)}" y="${short(y)}" width="${short(Math.max(0, width))}" height="${short(Math.max(0, height))}"/>`;
    this.#parts.push(`<clipPath id="${id}">${shape}</clipPath><g clip-path="url(#${id})">`);
    draw();
    this.#parts.push("</g>");
  }
}
