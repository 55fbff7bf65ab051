// SPDX-License-Identifier: MIT
/**
 * Evaluates an MSBuild project as MSBuild does ("How MSBuild builds projects", evaluation phase): properties and imports in document order, then
 * item definitions, then items. Targets are not run.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ExitStatus, UserError } from "../base/index.ts";
import { builtInProperties, kitProperty, type ProjectIdentity } from "./project-builtin.ts";
import { ConditionError, evaluateCondition } from "./project-condition.ts";
import { expandProperties, type PropertyScope } from "./project-expand.ts";
import { ItemEvaluation, type ProjectItem } from "./project-items.ts";
import { expandWildcards, findAbove, isFile, isFolder, isInKit, nativeSlashes, realPath, windowsSlashes } from "./project-paths.ts";
import { CaselessMap, listParts, type ProjectPlace, type ProjectProblems, unescapeMsBuild } from "./project-properties.ts";
import { decodeProject, parseXml, type XmlElement } from "./project-xml.ts";

export interface EvaluatedProject {
  readonly identity: ProjectIdentity;
  readonly property: (name: string) => string;
  readonly items: (type: string) => readonly ProjectItem[];
}

/** A group that is evaluated after all properties. */
export interface DeferredGroup {
  readonly element: XmlElement;
  /** The project or imported file it stands in. */
  readonly file: string;
}

const deepestImport = 64;
/** Imports that a machine without the kits, or before a package restore, does not have. */
const usualImport =
  /(?:^|[\\/])(?:Microsoft\.Cpp[^\\/]*|[^\\/]*\.user\.props|Windows(?:Driver|Kernel)[^\\/]*|[^\\/]*\.nuget\.(?:g\.)?(?:props|targets)|Directory\.Build\.(?:props|targets))$|(?:^|[\\/])packages[\\/]/i;

/** Evaluates the project of `identity`. Throws UserError when a file cannot be read; what is not understood is told to `problems`. */
export function evaluateProject(identity: ProjectIdentity, problems: ProjectProblems): EvaluatedProject {
  return new ProjectEvaluation(identity, problems).run();
}

export class ProjectEvaluation {
  readonly identity: ProjectIdentity;
  readonly folder: string;
  readonly problems: ProjectProblems;
  readonly #properties: CaselessMap<string>;
  readonly #global: CaselessMap<string>;
  readonly #definitions: DeferredGroup[] = [];
  readonly #items: DeferredGroup[] = [];
  readonly #imported = new Set<string>();

  constructor(identity: ProjectIdentity, problems: ProjectProblems) {
    this.identity = identity;
    this.folder = dirname(identity.file);
    this.problems = problems;
    this.#properties = builtInProperties(identity);
    // As with msbuild /p: what is chosen from outside wins over the project.
    this.#global = new CaselessMap([
      ["Configuration", identity.configuration],
      ["Platform", identity.platform],
    ]);
  }

  run(): EvaluatedProject {
    this.#readFile(this.identity.file, 0);
    const items = new ItemEvaluation(this);
    for (const group of this.#definitions) items.define(group);
    for (const group of this.#items) items.add(group);
    return {
      identity: this.identity,
      property: (name) => this.property(name, this.identity.file) ?? "",
      items: (type) => items.of(type),
    };
  }

  property(name: string, file: string): string | undefined {
    return this.#global.get(name) ?? this.#properties.get(name) ?? thisFileProperty(name, file) ?? kitProperty(name) ?? process.env[name];
  }

  /** `text` with `$(…)` replaced. `element` and `file` are where it stands. */
  expand(text: string, element: XmlElement, file: string): string {
    const place: ProjectPlace = { file, line: element.line };
    const scope: PropertyScope = {
      property: (name) => this.property(name, file),
      folder: this.folder,
      exists: (path) => this.exists(path, this.folder),
      environment: (name) => process.env[name],
      warn: (message) => this.problems.warn(place, "project-expression", message),
    };
    return expandProperties(text, scope);
  }

  /** Whether the condition of `element` holds; one that cannot be read does not. */
  holds(element: XmlElement, file: string, expandMore: (text: string) => string = (text) => text): boolean {
    const condition = element.attributes.get("Condition");
    if (condition === undefined) return true;
    const folder = element.name.startsWith("Import") ? dirname(file) : this.folder;
    try {
      return evaluateCondition(condition, {
        expand: (text) => unescapeMsBuild(expandMore(this.expand(text, element, file))),
        exists: (path) => this.exists(path, folder),
      });
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error;
      this.problems.warn({ file, line: element.line }, "project-condition", `The condition "${condition}" ${error.message}; it counts as false`);
      return false;
    }
  }

  exists(path: string, folder: string): boolean {
    if (path.trim() === "" || isInKit(path)) return false;
    const full = realPath(path, folder);
    return isFile(full) || isFolder(full);
  }

  #readFile(file: string, depth: number): void {
    if (this.#imported.has(file)) return;
    this.#imported.add(file);
    const root = parseXml(decodeProject(readProjectFile(file)), file);
    if (root.name !== "Project") throw badProject(file, root.line, `The root element is '${root.name}', not 'Project'`);
    // SDK-style files import the SDK's own; those of ours do not matter here.
    for (const child of root.children) this.#element(child, file, depth);
  }

  #element(element: XmlElement, file: string, depth: number): void {
    switch (element.name) {
      case "PropertyGroup":
        if (this.holds(element, file)) for (const child of element.children) this.#setProperty(child, file);
        return;
      case "Import":
        if (this.holds(element, file)) this.#import(element, file, depth);
        return;
      case "ImportGroup":
        if (this.holds(element, file)) for (const child of element.children) this.#element(child, file, depth);
        return;
      case "ItemDefinitionGroup":
        this.#definitions.push({ element, file });
        return;
      case "ItemGroup":
        this.#items.push({ element, file });
        return;
      case "Choose":
        for (const child of this.#chosen(element, file)) this.#element(child, file, depth);
        return;
      case "Target":
      case "UsingTask":
      case "ProjectExtensions":
      case "Sdk":
        return;
      default:
        this.problems.warn({ file, line: element.line }, "project-element", `The element <${element.name}> is not known and is left out`);
    }
  }

  #setProperty(element: XmlElement, file: string): void {
    if (!this.holds(element, file)) return;
    if (element.children.length > 0) return;
    this.#properties.set(element.name, this.expand(element.text.trim(), element, file));
  }

  #chosen(element: XmlElement, file: string): readonly XmlElement[] {
    const branch = element.children.find((child) => child.name === "Otherwise" || (child.name === "When" && this.holds(child, file)));
    return branch?.children ?? [];
  }

  #importFromAbove(kitFile: string, depth: number): void {
    for (const [pattern, switchName, wanted] of importedByKit) {
      if (!pattern.test(kitFile) || /^false$/i.test(this.property(switchName, this.identity.file) ?? "")) continue;
      const found = findAbove(this.folder, (name) => name.toLowerCase() === wanted.toLowerCase());
      if (found !== undefined) this.#readFile(join(found.folder, found.name), depth + 1);
    }
  }

  #import(element: XmlElement, file: string, depth: number): void {
    const written = element.attributes.get("Project") ?? "";
    const path = this.expand(written, element, file);
    if (element.attributes.has("Sdk")) return;
    if (isInKit(path)) return this.#importFromAbove(path, depth);
    const place = { file, line: element.line };
    if (depth >= deepestImport) {
      this.problems.warn(place, "project-import", `Imports nest deeper than ${deepestImport}: '${written}' is left out`);
      return;
    }
    for (const part of listParts(path)) {
      const found = /[*?]/.test(part) ? expandWildcards(part, dirname(file)) : [realPath(part, dirname(file))];
      for (const target of found) {
        if (isFile(target)) this.#readFile(target, depth + 1);
        else if (!usualImport.test(nativeSlashes(part)) && path.trim() !== "") {
          const hint = "what it sets is missing from the build";
          this.problems.warn(place, "project-import", `The imported file '${written}' does not exist`, hint);
        }
      }
    }
  }
}

/** What files of Visual C++ import in turn: the nearest file of this name above the project ("Customize the build by folder" of MSBuild). */
const importedByKit: readonly (readonly [kitFile: RegExp, switchName: string, name: string])[] = [
  [/[\\/]Microsoft\.Cpp\.Default\.props$/i, "ImportDirectoryBuildProps", "Directory.Build.props"],
  [/[\\/]Microsoft\.Cpp\.targets$/i, "ImportDirectoryBuildTargets", "Directory.Build.targets"],
];

/** Properties about the file that an expression stands in. */
function thisFileProperty(name: string, file: string): string | undefined {
  const folder = `${windowsSlashes(dirname(file)).replace(/\\$/, "")}\\`;
  const base = windowsSlashes(file).split("\\").at(-1) ?? "";
  switch (name.toLowerCase()) {
    case "msbuildthisfiledirectory":
      return folder;
    case "msbuildthisfile":
      return base;
    case "msbuildthisfilename":
      return base.replace(/\.[^.]*$/, "");
    case "msbuildthisfileextension":
      return /\.[^.]*$/.exec(base)?.[0] ?? "";
    case "msbuildthisfilefullpath":
      return windowsSlashes(file);
    default:
      return undefined;
  }
}

export function readProjectFile(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw badProject(file, undefined, `Cannot read the project: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function badProject(file: string, line: number | undefined, message: string, hint?: string): UserError {
  return new UserError({
    code: "project-unusable",
    message,
    location: { file, ...(line === undefined ? {} : { line }) },
    exitStatus: ExitStatus.badConfiguration,
    ...(hint === undefined ? {} : { hint }),
  });
}
