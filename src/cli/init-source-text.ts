// SPDX-License-Identifier: MIT
/** Reads the text files of a driver for `kmdf-dma init`: any of the encodings that driver projects use, C code without its comments. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";

export interface SourceText {
  /** Relative to the driver's folder, with slashes. */
  readonly file: string;
  /** Comments and the contents of string literals are blanks; line breaks stay. */
  readonly code: string;
}

const ignored = new Set(["node_modules", ".git", ".vs", ".vscode", "dist", "out", "x64", "Win32", "Debug", "Release"]);

/** Files of `folder` that `pattern` names, without output folders, in alphabetical order. */
export function findFiles(folder: string, pattern: string): string[] {
  return globSync(pattern, { cwd: folder, exclude: (name) => ignored.has(path.basename(String(name))) })
    .map((file) => file.split(path.sep).join("/"))
    .sort();
}

/** Text of a file in UTF-16 or UTF-8 with a byte order mark, or in one byte a character. */
export function readText(file: string): string {
  const bytes = readFileSync(file);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString("utf16le").slice(1);
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.toString("utf8").slice(1);
  return bytes.toString("latin1");
}

/** The C and C++ files and headers of a driver. */
export function readSources(folder: string): SourceText[] {
  return findFiles(folder, "**/*.{c,C,cc,cpp,cxx,h,H,hpp}").map((file) => ({ file, code: withoutComments(readText(path.join(folder, file))) }));
}

/** C code with blanks instead of comments and of what string literals hold; joined lines (backslash) become one, with the line count kept. */
export function withoutComments(text: string): string {
  const blank = (part: string): string => part.replace(/[^\n]/g, " ");
  const code = text
    .replaceAll("\r\n", "\n")
    .replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\*[\s\S]*?(?:\*\/|$)|\/\/(?:\\\n|[^\n])*/g, (part) =>
      part.startsWith("/") ? blank(part) : part.startsWith('"') ? `"${blank(part.slice(1, -1))}"` : part,
    );
  return code.replace(/(?:[^\n]*\\\n)+[^\n]*/g, (lines) => lines.replaceAll("\\\n", " ") + "\n".repeat(lines.split("\n").length - 1));
}

/** 1-based line of `at` in `code`. */
export const lineAt = (code: string, at: number): number => code.slice(0, at).split("\n").length;
