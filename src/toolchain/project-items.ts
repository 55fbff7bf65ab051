// SPDX-License-Identifier: MIT
/** Items of an MSBuild project: Include, Exclude, Remove and Update, wildcards, `@(…)`, and metadata with `%(…)` inheritance. */
import { dirname, win32 } from "node:path";
import type { DeferredGroup, ProjectEvaluation } from "./project-evaluate.ts";
import { expandWildcards, isInKit, nativeSlashes, realPath, windowsSlashes } from "./project-paths.ts";
import { CaselessMap, listParts, type ProjectPlace, unescapeMsBuild } from "./project-properties.ts";
import type { XmlElement } from "./project-xml.ts";

/** A value of metadata, with its escapes, and the place that set it. */
export interface Metadata {
  readonly value: string;
  readonly place: ProjectPlace;
}

export interface ProjectItem {
  /** As written, escapes resolved. */
  readonly identity: string;
  /** Absolute path, with the letter case of the disk where it exists. */
  readonly path: string;
  readonly place: ProjectPlace;
  readonly metadata: CaselessMap<Metadata>;
}

/** Attributes of an item that are not metadata. */
const reserved = new Set([
  "Include",
  "Exclude",
  "Remove",
  "Update",
  "Condition",
  "Label",
  "KeepMetadata",
  "RemoveMetadata",
  "KeepDuplicates",
  "MatchOnMetadata",
]);

export class ItemEvaluation {
  readonly #project: ProjectEvaluation;
  readonly #definitions = new CaselessMap<CaselessMap<Metadata>>();
  readonly #items = new CaselessMap<ProjectItem[]>();

  constructor(project: ProjectEvaluation) {
    this.#project = project;
  }

  of(type: string): readonly ProjectItem[] {
    return this.#items.get(type) ?? [];
  }

  /** Adds an ItemDefinitionGroup: what every item of a type starts with. */
  define({ element, file }: DeferredGroup): void {
    if (!this.#project.holds(element, file)) return;
    for (const child of element.children) {
      const metadata = this.#definitions.get(child.name) ?? new CaselessMap<Metadata>();
      this.#definitions.set(child.name, metadata);
      if (this.#project.holds(child, file, (text) => this.#expandMetadata(text, metadata, undefined))) this.#setMetadata(child, file, metadata, undefined);
    }
  }

  add({ element, file }: DeferredGroup): void {
    if (!this.#project.holds(element, file, (text) => this.#expandLists(text))) return;
    for (const child of element.children) {
      if (child.attributes.has("Remove")) this.#remove(child, file);
      else if (child.attributes.has("Update")) this.#update(child, file);
      else if (child.attributes.has("Include")) this.#include(child, file);
    }
  }

  #include(element: XmlElement, file: string): void {
    if (!this.#project.holds(element, file, (text) => this.#expandLists(text))) return;
    const excluded = new Set(this.#paths(element, file, "Exclude").map(({ path }) => path));
    const list = this.#items.get(element.name) ?? [];
    this.#items.set(element.name, list);
    for (const found of this.#paths(element, file, "Include")) {
      if (excluded.has(found.path)) continue;
      const inherited = [...(this.#definitions.get(element.name)?.entries() ?? []), ...(found.source?.metadata.entries() ?? [])];
      const item: ProjectItem = { identity: found.identity, path: found.path, place: { file, line: element.line }, metadata: new CaselessMap(inherited) };
      this.#setMetadata(element, file, item.metadata, item);
      list.push(item);
    }
  }

  #remove(element: XmlElement, file: string): void {
    if (!this.#project.holds(element, file, (text) => this.#expandLists(text))) return;
    const removed = new Set(this.#paths(element, file, "Remove").map(({ path }) => path));
    const list = this.#items.get(element.name);
    if (list !== undefined)
      this.#items.set(
        element.name,
        list.filter(({ path }) => !removed.has(path)),
      );
  }

  #update(element: XmlElement, file: string): void {
    if (!this.#project.holds(element, file, (text) => this.#expandLists(text))) return;
    const updated = new Set(this.#paths(element, file, "Update").map(({ path }) => path));
    for (const item of this.of(element.name)) if (updated.has(item.path)) this.#setMetadata(element, file, item.metadata, item);
  }

  /** What the list in attribute `name` means; items of `@(…)` keep where they come from. */
  #paths(element: XmlElement, file: string, name: string): { readonly identity: string; readonly path: string; readonly source?: ProjectItem }[] {
    const text = this.#project.expand(element.attributes.get(name) ?? "", element, file);
    return listParts(text).flatMap((part) => {
      const whole = /^@\(\s*(\w+)\s*\)$/.exec(part);
      if (whole) return this.of(whole[1] ?? "").map((item) => ({ identity: item.identity, path: item.path, source: item }));
      return listParts(this.#expandLists(part)).flatMap((one) => this.#resolve(one));
    });
  }

  #resolve(part: string): { readonly identity: string; readonly path: string }[] {
    if (isInKit(part)) return [];
    const { folder } = this.#project;
    if (/[*?]/.test(part)) return expandWildcards(part, folder).map((path) => ({ identity: windowsSlashes(path), path }));
    const identity = unescapeMsBuild(part);
    return [{ identity, path: realPath(identity, folder) }];
  }

  #setMetadata(element: XmlElement, file: string, metadata: CaselessMap<Metadata>, item: ProjectItem | undefined): void {
    const expand = (text: string): string => this.#expandMetadata(text, metadata, item);
    for (const [name, value] of element.attributes) {
      if (!reserved.has(name)) this.#setOne(name, value, element, file, metadata, expand);
    }
    for (const child of element.children) {
      if (this.#project.holds(child, file, (text) => this.#expandLists(expand(text)))) this.#setOne(child.name, child.text, child, file, metadata, expand);
    }
  }

  #setOne(name: string, text: string, element: XmlElement, file: string, metadata: CaselessMap<Metadata>, expand: (text: string) => string): void {
    // Escapes stay: a separator that is escaped is part of an element of a list.
    const value = this.#expandLists(expand(this.#project.expand(text.trim(), element, file)));
    metadata.set(name, { value, place: { file, line: element.line } });
  }

  /** Replaces `%(Name)` and `%(Type.Name)` by the value so far. */
  #expandMetadata(text: string, metadata: CaselessMap<Metadata>, item: ProjectItem | undefined): string {
    return text.replace(
      /%\(\s*(?:[\w-]+\.)?([\w-]+)\s*\)/g,
      (_, name: string) => metadata.get(name)?.value ?? (item === undefined ? "" : wellKnown(item, name)),
    );
  }

  /** Replaces `@(Name)`, `@(Name, 'separator')` and `@(Name->'%(Filename).obj')`. */
  #expandLists(text: string): string {
    return text.replace(
      /@\(\s*(\w+)\s*(?:->\s*'([^']*)'\s*)?(?:,\s*'([^']*)'\s*)?\)/g,
      (_, type: string, transform: string | undefined, separator: string | undefined) =>
        this.of(type)
          .map((item) => (transform === undefined ? item.identity : this.#expandMetadata(transform, item.metadata, item)))
          .join(separator ?? ";"),
    );
  }
}

/** Metadata that every item has ("MSBuild well-known item metadata"). */
function wellKnown(item: ProjectItem, name: string): string {
  const parsed = win32.parse(windowsSlashes(item.identity));
  switch (name.toLowerCase()) {
    case "identity":
      return item.identity;
    case "fullpath":
      return windowsSlashes(item.path);
    case "rootdir":
      return win32.parse(windowsSlashes(item.path)).root;
    case "filename":
      return parsed.name;
    case "extension":
      return parsed.ext;
    case "relativedir":
      return parsed.dir === "" ? "" : `${parsed.dir}\\`;
    case "directory":
      return `${windowsSlashes(dirname(nativeSlashes(item.path))).replace(/^(?:[A-Za-z]:)?\\/, "")}\\`;
    default:
      return "";
  }
}
