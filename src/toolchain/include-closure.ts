// SPDX-License-Identifier: MIT
/**
 * The set of files one source may pull in, found by following include directives. The compiler then runs on a tree of exactly these
 * files, so the set and the command line decide its output, and their hash is a sound cache key. Names are looked up as Microsoft's
 * compiler does: without regard to letter case, and quoted ones also in the folders of the files that include the includer.
 */
import { dirname, join, sep } from "node:path";
import type { IncludeName } from "./include-directives.ts";
import type { SourceFile, SourceFiles } from "./source-files.ts";

export interface IncludeClosure {
  /** The source, its forced includes and everything reachable from them, by path. */
  readonly files: readonly SourceFile[];
  /** Paths as the compiler may spell them → path of the file they mean; contains every file under its own path too. */
  readonly spellings: ReadonlyMap<string, string>;
  /** Absolute names in include directives → path of the file they mean; the compiler looks them up as they are written. */
  readonly absolute: ReadonlyMap<string, string>;
}

export interface IncludeSearch {
  /** Folders for both kinds of include, in order. */
  readonly folders: readonly string[];
  /** Macros of the command line that hold a file name. */
  readonly defines: readonly { readonly name: string; readonly value: IncludeName }[];
  /** Files to add although no directive leads to them. */
  readonly extra: readonly SourceFile[];
}

/** A folder as it is on disk and as the compiler may spell it. */
interface Place {
  readonly real: string;
  readonly spelled: string;
}

interface Request {
  readonly name: IncludeName;
  readonly places: readonly Place[];
}

/** Follows `source` (and `forced` files) to the end. Missing files are not an error here: the compiler reports them with their place. */
export async function includeClosure(files: SourceFiles, roots: readonly SourceFile[], search: IncludeSearch): Promise<IncludeClosure> {
  const walk = new ClosureWalk(files, search);
  for (const root of [...roots, ...search.extra]) walk.add(root, root.path, []);
  await walk.run();
  const sorted = [...walk.files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files: sorted, spellings: byName(walk.spellings), absolute: byName(walk.absolute) };
}

const byName = (map: ReadonlyMap<string, string>): ReadonlyMap<string, string> => new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)));

class ClosureWalk {
  readonly files = new Map<string, SourceFile>();
  readonly spellings = new Map<string, string>();
  readonly absolute = new Map<string, string>();
  readonly #source: SourceFiles;
  readonly #folders: readonly Place[];
  readonly #defines = new Map<string, IncludeName[]>();
  readonly #visited = new Set<string>();
  readonly #queue: Request[] = [];
  readonly #byMacro: { request: Request; tried: number }[] = [];

  constructor(source: SourceFiles, search: IncludeSearch) {
    this.#source = source;
    this.#folders = search.folders.map((folder) => ({ real: folder, spelled: folder }));
    for (const { name, value } of search.defines) this.#define(name, value);
  }

  add(file: SourceFile, spelled: string, includers: readonly Place[]): void {
    this.spellings.set(spelled, file.path);
    this.spellings.set(file.path, file.path);
    this.files.set(file.path, file);
    const spelledFolder = dirname(spelled);
    const visit = `${spelledFolder}\0${file.path}`;
    if (this.#visited.has(visit)) return;
    this.#visited.add(visit);
    const real = dirname(file.path);
    const own =
      real === spelledFolder
        ? [{ real, spelled: real }]
        : [
            { real, spelled: spelledFolder },
            { real, spelled: real },
          ];
    const places = [...own, ...includers.filter((place) => !own.some(({ spelled: folder }) => folder === place.spelled))];
    const scan = this.#source.scan(file);
    for (const { name, value } of scan.defines) this.#define(name, value);
    for (const name of scan.includes) this.#queue.push({ name, places });
  }

  async run(): Promise<void> {
    for (;;) {
      const request = this.#queue.shift();
      if (request) await this.#follow(request);
      else if (!this.#expandMacros()) return;
    }
  }

  #define(name: string, value: IncludeName): void {
    const values = this.#defines.get(name);
    if (!values) this.#defines.set(name, [value]);
    else if (!values.some((other) => other.kind === value.kind && other.name === value.name)) values.push(value);
  }

  /** Queues what `#include MACRO` may mean by now; false when nothing is new. A macro that names itself is tried once. */
  #expandMacros(): boolean {
    let hasNew = false;
    for (const entry of this.#byMacro) {
      const values = this.#defines.get(entry.request.name.name) ?? [];
      for (const name of values.slice(entry.tried)) {
        const isKnown =
          name.kind === "macro" && this.#byMacro.some(({ request }) => request.name.name === name.name && request.places === entry.request.places);
        if (!isKnown) this.#queue.push({ name, places: entry.request.places });
        hasNew = true;
      }
      entry.tried = values.length;
    }
    return hasNew;
  }

  async #follow(request: Request): Promise<void> {
    const { name, places } = request;
    if (name.kind === "macro") {
      this.#byMacro.push({ request, tried: 0 });
      return;
    }
    // Every match counts, not only the first: which one is meant may depend on conditions and on #include_next.
    for (const { real, spelled } of name.kind === "quoted" ? [...places, ...this.#folders] : this.#folders) {
      const file = await this.#source.find(real, name.name);
      if (file === undefined) continue;
      if (name.name.startsWith("/")) this.absolute.set(name.name, file.path);
      this.add(file, spell(spelled, name.name, file), places);
    }
  }
}

function spell(folder: string, name: string, file: SourceFile): string {
  const native = sep === "/" ? name.replaceAll("\\", "/") : name;
  // Only a relative name can be joined; an absolute one was found from the root.
  return /^(?:[\\/]|[A-Za-z]:)/.test(native) ? file.path : join(folder, native);
}
