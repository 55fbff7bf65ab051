// SPDX-License-Identifier: MIT
/** The editor's colours as the page sees them: `--vscode-*` variables, whatever way they are written. */
import { categories } from "../categories.ts";
import { type Theme, mixed, pixel } from "../theme.ts";

/** By category (see `categories`), with what stands in where a theme lacks the colour. */
const paletteVariables: readonly (readonly [variable: string, fallback: string])[] = [
  ["--vscode-charts-blue", "#3794ff"],
  ["--vscode-editor-foreground", "#8a8a8a"],
  ["--vscode-charts-orange", "#d18616"],
  ["--vscode-charts-purple", "#b180d7"],
  ["--vscode-charts-green", "#89d185"],
  ["--vscode-charts-yellow", "#cca700"],
  ["--vscode-terminal-ansiCyan", "#11a8cd"],
  ["--vscode-charts-red", "#f14c4c"],
  ["--vscode-editor-foreground", "#666666"],
];

/** Share of their colour that the quiet categories (framework calls and texts; PnP and power) have, on the background. */
const quiet: Readonly<Record<number, number>> = { [categories.api]: 0.5, [categories.power]: 0.35 };

export function readTheme(): Theme {
  const styles = getComputedStyle(document.body);
  const context = document.createElement("canvas").getContext("2d");
  const color = (variable: string, fallback: string): string => {
    const value = styles.getPropertyValue(variable).trim();
    if (context === null) return value || fallback;
    context.fillStyle = fallback;
    // A canvas reads every notation of CSS and answers in one; what it cannot read leaves the fallback.
    if (value !== "") context.fillStyle = value;
    return String(context.fillStyle);
  };
  const background = color("--vscode-editor-background", "#1e1e1e");
  const palette = paletteVariables.map(([variable, fallback], category) => mixed(color(variable, fallback), background, quiet[category] ?? 1));
  const foreground = color("--vscode-editor-foreground", "#cccccc");
  const isHighContrast = /vscode-high-contrast/.test(document.body.className);
  return {
    background,
    foreground,
    muted: color("--vscode-descriptionForeground", "#9d9d9d"),
    // The border of high contrast in full would cross out the texts.
    grid: isHighContrast ? mixed(color("--vscode-contrastBorder", "#6fc3df"), background, 0.45) : color("--vscode-editorIndentGuide-background1", "#404040"),
    panel: color("--vscode-editorWidget-background", "#252526"),
    focus: color("--vscode-focusBorder", "#007fd4"),
    chain: palette[5] ?? foreground,
    problem: palette[7] ?? foreground,
    palette,
    pixels: Uint32Array.from(palette, pixel),
    isHighContrast,
    font: styles.getPropertyValue("--vscode-font-family") || "sans-serif",
  };
}
