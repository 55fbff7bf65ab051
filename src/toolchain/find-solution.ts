// SPDX-License-Identifier: MIT
/** The Visual Studio solution that a project belongs to: `$(SolutionDir)` and dependencies between projects come from it. */
import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { findAbove, isFolder } from "./project-paths.ts";

export interface SolutionPlace {
  readonly folder: string;
  readonly name: string;
}

const isSolution = (name: string): boolean => /\.sln[xf]?$/i.test(name);
/** Solutions beside the sources (`build/x/all.sln`) are looked for so many folders above the project, so deep below each of them. */
const highest = 5;
const deepest = 2;
/** Folders with more entries are no source trees. */
const mostEntries = 200;

/** The nearest solution above `project`; else one in a neighbouring folder that names it. */
export function findSolution(project: string): SolutionPlace | undefined {
  return findAbove(dirname(project), isSolution) ?? findBeside(project);
}

function findBeside(project: string): SolutionPlace | undefined {
  let folder = dirname(project);
  for (let level = 0; level < highest && dirname(folder) !== folder; level++) {
    if (entriesOf(folder).includes(".git")) return findBelow(folder, project, deepest);
    folder = dirname(folder);
    const found = findBelow(folder, project, deepest);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findBelow(folder: string, project: string, depth: number): SolutionPlace | undefined {
  const names = entriesOf(folder);
  const own = names.find((name) => isSolution(name) && namesProject(join(folder, name), project));
  if (own !== undefined) return { folder, name: own };
  if (depth === 0) return undefined;
  for (const name of names) {
    const found = name.startsWith(".") || !isFolder(join(folder, name)) ? undefined : findBelow(join(folder, name), project, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The solution lists a project file of this name whose path leads to it. */
function namesProject(solution: string, project: string): boolean {
  const paths = readFileSync(solution, "utf8").matchAll(/"([^"]*\.vcxproj)"/gi);
  return [...paths].some(([, path = ""]) => {
    const native = path.replaceAll("\\", "/");
    return basename(native).toLowerCase() === basename(project).toLowerCase() && join(dirname(solution), native).toLowerCase() === project.toLowerCase();
  });
}

function entriesOf(folder: string): string[] {
  try {
    const names = readdirSync(folder);
    return names.length > mostEntries ? [] : names.sort();
  } catch {
    // Not ours to read: it holds no solution of this project.
    return [];
  }
}
