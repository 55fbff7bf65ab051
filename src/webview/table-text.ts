// SPDX-License-Identifier: MIT
/** Tables as text, for other programs: CSV (RFC 4180) and Markdown. */

export interface TextTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function asCsv({ columns, rows }: TextTable): string {
  const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `${[columns, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

export function asMarkdown({ columns, rows }: TextTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((text) => text.replaceAll("|", "\\|").replaceAll(/[\r\n]+/g, " ")).join(" | ")} |\n`;
  return `${line(columns)}|${columns.map(() => " --- |").join("")}\n${rows.map(line).join("")}`;
}
