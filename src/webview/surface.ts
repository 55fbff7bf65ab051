// SPDX-License-Identifier: MIT
/** What the renderer draws on: a canvas, or a list of calls in tests. Coordinates in CSS pixels. */

export interface TextStyle {
  readonly color: string;
  readonly isBold?: boolean;
  /** The text is shortened to that many pixels; nothing is drawn when no character fits. */
  readonly maxWidth?: number;
}

export interface Surface {
  readonly width: number;
  readonly height: number;
  /** Pixels of the screen in one CSS pixel. */
  readonly scale: number;
  rect(x: number, y: number, width: number, height: number, color: string, opacity?: number): void;
  outline(x: number, y: number, width: number, height: number, color: string, lineWidth: number): void;
  /** `y` is the middle of the line. */
  text(text: string, x: number, y: number, style: TextStyle): void;
  textWidth(text: string, isBold?: boolean): number;
  /** Curve of an arrow that leaves and arrives vertically, with a border of colour `halo` that sets it off from bars. */
  arrow(x0: number, y0: number, x1: number, y1: number, color: string, halo: string): void;
  /** Stretches line i of `pixels` (0xAABBGGRR, `columns` wide) over the i-th of `bands`. */
  raster(pixels: Uint32Array<ArrayBuffer>, columns: number, bands: readonly Band[], x: number, width: number): void;
  /** Draws only inside until the function returns. */
  clipped(x: number, y: number, width: number, height: number, draw: () => void): void;
}

export interface Band {
  readonly y: number;
  readonly height: number;
}
