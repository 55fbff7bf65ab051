// SPDX-License-Identifier: MIT
/** Colours of the timeline: those of the editor's theme. */

export interface Theme {
  readonly background: string;
  readonly foreground: string;
  readonly muted: string;
  readonly grid: string;
  readonly panel: string;
  readonly focus: string;
  /** Of the chain of causes; it must be seen on the background and on bars. */
  readonly chain: string;
  readonly problem: string;
  /** By category. */
  readonly palette: readonly string[];
  /** The palette as pixels, 0xAABBGGRR. */
  readonly pixels: Uint32Array;
  readonly isHighContrast: boolean;
  readonly font: string;
}

/** Red, green, blue of `#rrggbb` or `rgb(…)`; grey for what is neither. */
export function rgb(color: string): readonly [number, number, number] {
  const digits = /^#([\da-f]{6})/i.exec(color)?.[1];
  if (digits !== undefined) return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16)) as [number, number, number];
  const [r, g, b] = (/^rgba?\(([^)]*)\)/.exec(color)?.[1] ?? "").split(/[ ,/]+/).map(Number);
  return [r ?? 128, g ?? 128, b ?? 128];
}

/** 0xAABBGGRR, opaque. */
export function pixel(color: string): number {
  const [r, g, b] = rgb(color);
  return (0xff00_0000 | (b << 16) | (g << 8) | r) >>> 0;
}

/** `share` of `color` on `ground`, as `#rrggbb`. */
export function mixed(color: string, ground: string, share: number): string {
  const below = rgb(ground);
  return `#${rgb(color)
    .map((part, i) =>
      Math.round(share * part + (1 - share) * (below[i] ?? 0))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

/** Relative luminance, WCAG 2. */
function luminance(color: string): number {
  const [r, g, b] = rgb(color).map((part) => (part <= 10 ? part / 3295 : ((part / 255 + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Black or white, whichever has more contrast on `color`. */
export function textOn(color: string): string {
  const light = luminance(color);
  return 1.05 / (light + 0.05) > (light + 0.05) / 0.05 ? "#ffffff" : "#000000";
}
