// SPDX-License-Identifier: MIT
/** Dependencies that stand in a solution file and not in the projects. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findSolution } from "./find-solution.ts";
import { realPath } from "./project-paths.ts";

/** Projects that the nearest solution above `project` says it depends on, absolute. */
export function solutionDependencies(project: string): string[] {
  const solution = findSolution(project);
  if (solution === undefined || !/\.sln$/i.test(solution.name)) return [];
  const text = readFileSync(join(solution.folder, solution.name), "utf8");
  const entries = [...text.matchAll(/^Project\("[^"]*"\)\s*=\s*"[^"]*",\s*"([^"]*)",\s*"(\{[^}]*\})"([\s\S]*?)^EndProject\b/gm)].map(
    ([, path = "", id = "", body = ""]) => ({
      path: realPath(path, solution.folder),
      id: id.toLowerCase(),
      body,
    }),
  );
  const own = entries.find(({ path }) => path === project);
  const section = /ProjectSection\(ProjectDependencies\)[^\n]*\n([\s\S]*?)EndProjectSection/.exec(own?.body ?? "")?.[1] ?? "";
  const ids = [...section.matchAll(/^\s*(\{[^}]*\})\s*=/gm)].map(([, id = ""]) => id.toLowerCase());
  return entries.filter(({ id }) => ids.includes(id)).map(({ path }) => path);
}
