// SPDX-License-Identifier: MIT
/** The sources of a Visual C++ driver project and of the static libraries it refers to, with their settings. */
import type { ProjectChoice, ProjectSource } from "./driver-project.ts";
import { badProject, type EvaluatedProject, evaluateProject } from "./project-evaluate.ts";
import type { ProjectIdentity } from "./project-builtin.ts";
import { compileSettings } from "./project-compile.ts";
import type { ProjectItem } from "./project-items.ts";
import { isFile } from "./project-paths.ts";
import { ProjectProblems } from "./project-properties.ts";
import { solutionDependencies } from "./project-solution.ts";

/** Types of projects whose code ends up in the driver. */
const libraryType = "staticlibrary";

/** Throws UserError when the project cannot be used; what is not understood is told to `problems`. */
export function readVcxproj(file: string, choice: ProjectChoice, problems: ProjectProblems): ProjectSource[] {
  const identity = chosenIdentity(file, choice, problems);
  const project = evaluateProject(identity, problems);
  checkType(project, problems);
  const visited = new Set([identity.file]);
  return [...ownSources(project, problems), ...librarySources(project, problems, visited)];
}

const usual = { configuration: "Debug", platform: "x64" } as const;

/** The configuration that is built: what was asked for, and where nothing was, the usual one or the nearest that the project has. */
function chosenIdentity(file: string, choice: ProjectChoice, problems: ProjectProblems): ProjectIdentity {
  const identity = { file, configuration: choice.configuration ?? usual.configuration, platform: choice.platform ?? usual.platform };
  // The list does not depend on the choice; what the project has to say otherwise is said when it is evaluated with the right one.
  const known = evaluateProject(identity, new ProjectProblems())
    .items("ProjectConfiguration")
    .map((item) => item.identity);
  const wanted = `${identity.configuration}|${identity.platform}`;
  if (known.length === 0 || known.some((name) => name.toLowerCase() === wanted.toLowerCase())) return identity;
  const nearest = nearestConfiguration(known, choice);
  const hint = "choose one with 'configuration' and 'platform'";
  const list = known.map((name) => `'${name}'`).join(", ");
  if (nearest === undefined) throw badProject(file, undefined, `The project has no configuration '${wanted}'; it has ${list}`, hint);
  problems.warn({ file, line: 1 }, "project-configuration", `The project has no configuration '${wanted}'; '${nearest}' is taken`, hint);
  const [configuration = "", platform = ""] = nearest.split("|");
  return { file, configuration, platform };
}

/** A debug build for a processor as like x64 as can be had; undefined when nothing has what was asked for. */
function nearestConfiguration(known: readonly string[], { configuration, platform }: ProjectChoice): string | undefined {
  const platforms = ["x64", "win32", "arm64", "arm"];
  const rank = (name: string): number => {
    const [build = "", processor = ""] = name.toLowerCase().split("|");
    const place = platforms.indexOf(processor);
    return (build.includes("debug") || build.includes("checked") ? 0 : 10) + (place < 0 ? platforms.length : place);
  };
  const isLike = (asked: string | undefined, part: string | undefined) => asked === undefined || asked.toLowerCase() === part?.toLowerCase();
  const possible = known.filter((name) => isLike(configuration, name.split("|")[0]) && isLike(platform, name.split("|")[1]));
  return possible.reduce<string | undefined>((best, name) => (best === undefined || rank(name) < rank(best) ? name : best), undefined);
}

function checkType({ identity, property }: EvaluatedProject, problems: ProjectProblems): void {
  const type = property("ConfigurationType");
  if (type.toLowerCase() === "application") {
    throw badProject(identity.file, undefined, "The project builds an application, not a driver", "name the project of the driver in 'project'");
  }
  const driver = property("DriverType");
  if (driver !== "" && !/^KMDF$/i.test(driver)) {
    const message = `The project is of DriverType ${driver}; only KMDF drivers can be run`;
    problems.warn({ file: identity.file, line: 1 }, "project-driver-type", message);
  }
}

function ownSources(project: EvaluatedProject, problems: ProjectProblems): ProjectSource[] {
  return project.items("ClCompile").flatMap((item) => {
    if (/^true$/i.test(textOf(item, "ExcludedFromBuild"))) return [];
    if (!isFile(item.path)) {
      throw badProject(item.place.file, item.place.line, `The source '${item.identity}' does not exist`, `it is looked for at ${item.path}`);
    }
    return compileSettings(item, project, problems) ?? [];
  });
}

const textOf = (item: ProjectItem, name: string): string => item.metadata.get(name)?.value.trim() ?? "";

/** Sources of the static libraries that the project, or the solution for it, refers to. */
function librarySources(project: EvaluatedProject, problems: ProjectProblems, visited: Set<string>): ProjectSource[] {
  const { identity } = project;
  const references = project.items("ProjectReference").map((item) => ({ path: item.path, place: item.place }));
  const fromSolution = solutionDependencies(identity.file).map((path) => ({ path, place: { file: identity.file, line: 1 } }));
  return [...references, ...fromSolution].flatMap(({ path, place }) => {
    if (visited.has(path) || !/\.vcxproj$/i.test(path)) return [];
    visited.add(path);
    if (!isFile(path)) {
      problems.warn(place, "project-reference", `The referenced project '${path}' does not exist; its sources are missing from the build`);
      return [];
    }
    const library = evaluateProject({ ...identity, file: path, builtFor: identity.builtFor ?? identity.file }, problems);
    if (library.property("ConfigurationType").toLowerCase() !== libraryType) return [];
    return [...ownSources(library, problems), ...librarySources(library, problems, visited)];
  });
}
