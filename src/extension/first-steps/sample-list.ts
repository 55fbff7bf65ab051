// SPDX-License-Identifier: MIT
/** Driver samples that come with the extension: folders with a launch.json, described by the headings of their READMEs. Knows no editor. */
import { readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";

export interface Sample {
  /** Name of its folder. */
  readonly name: string;
  readonly description: string;
  /** Absolute path. */
  readonly folder: string;
  /** File to look at first, relative to the folder, and the 1-based line to stop at. */
  readonly file: string;
  readonly line: number;
}

/** Marks the line of EvtProgramDma that the tests of the samples stop at. */
const marker = /\/\/.*#program-dma\b/;

/** Samples below `root` (the extension's samples folder): those with a marked line first, and the smallest driver first of all. */
export function listSamples(root: string): Sample[] {
  return readdirSync(root)
    .flatMap((name) => sampleIn(path.join(root, name), name))
    .sort((a, b) => Number(b.line > 1) - Number(a.line > 1) || sizeOf(a) - sizeOf(b));
}

function sampleIn(folder: string, name: string): Sample[] {
  const heading = textOf(path.join(folder, "README.md"))?.split("\n")[0] ?? "";
  if (textOf(path.join(folder, ".vscode/launch.json")) === undefined) return [];
  return [{ name, description: heading.replace(/^#\s*(?:[\w-]+:\s*)?/, ""), folder, ...firstFile(folder) }];
}

function firstFile(folder: string): Pick<Sample, "file" | "line"> {
  const sources = sourcesIn(folder);
  for (const file of sources) {
    const index = (textOf(path.join(folder, file)) ?? "").split("\n").findIndex((line) => marker.test(line));
    if (index >= 0) return { file, line: index + 1 };
  }
  return { file: sources[0] ?? "README.md", line: 1 };
}

const sourcesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(?:c|cpp)$/.test(name))
    .map((name) => name.replaceAll("\\", "/"))
    .sort();

const sizeOf = ({ folder }: Sample): number => sourcesIn(folder).reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0);

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
