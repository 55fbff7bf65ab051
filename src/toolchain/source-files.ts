// SPDX-License-Identifier: MIT
/**
 * The files a build may read: the disk, seen without regard to letter case as on Windows, plus files that exist only in memory
 * (generated headers). Everything is read at most once in a build, so that what is hashed is what is compiled.
 */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, parse, resolve, sep } from "node:path";
import { type IncludeScan, scanIncludes } from "./include-directives.ts";
import { compilerText } from "./source-encoding.ts";

export interface SourceFile {
  /** Absolute host path with the letter case of the directory entry. */
  readonly path: string;
  /** As the compiler takes them, not as they are on disk: see source-encoding.ts. */
  readonly bytes: Uint8Array;
  /** SHA-256 of `bytes`, lower-case hexadecimal. */
  readonly hash: string;
  /** True when there is no such file on disk. */
  readonly isGenerated: boolean;
}

export class SourceFiles {
  readonly #generated: ReadonlyMap<string, Uint8Array>;
  readonly #listings = new Map<string, Promise<ReadonlyMap<string, readonly string[]>>>();
  readonly #found = new Map<string, Promise<SourceFile | undefined>>();
  readonly #files = new Map<string, Promise<SourceFile | undefined>>();
  readonly #scans = new Map<string, IncludeScan>();
  readonly #read = new Map<string, SourceFile>();

  constructor(generated: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.#generated = generated;
  }

  /** The file called `name` (either kind of slash, any letter case) in or below `folder`, or undefined. An exact match goes first. */
  find(folder: string, name: string): Promise<SourceFile | undefined> {
    const key = `${folder}\0${name}`;
    let found = this.#found.get(key);
    if (!found) {
      found = this.#find(folder, name);
      this.#found.set(key, found);
    }
    return found;
  }

  /** `folder` itself when it exists, else the one that differs in letter case only, else undefined. */
  async findFolder(folder: string): Promise<string | undefined> {
    const isFolder = await stat(folder).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
    if (isFolder) return folder;
    const real = await this.#realPath(folder, parse(folder).root);
    return real !== undefined && (await this.#listing(real)).size > 0 ? real : undefined;
  }

  async #find(folder: string, name: string): Promise<SourceFile | undefined> {
    const native = sep === "/" ? name.replaceAll("\\", "/") : name;
    const path = isAbsolute(native) ? resolve(native) : join(folder, native);
    const exact = isAbsolute(native) ? parse(path).root : folder;
    const real = await this.#realPath(path, exact);
    return real === undefined ? undefined : this.open(real);
  }

  /** The file with exactly this absolute path, or undefined when there is none. */
  open(path: string): Promise<SourceFile | undefined> {
    let file = this.#files.get(path);
    if (!file) {
      file = this.#load(path);
      this.#files.set(path, file);
    }
    return file;
  }

  /** Include directives of `file`. */
  scan(file: SourceFile): IncludeScan {
    let scan = this.#scans.get(file.path);
    if (!scan) {
      scan = scanIncludes(file.bytes);
      this.#scans.set(file.path, scan);
    }
    return scan;
  }

  /** Bytes of a file that has been opened before. */
  bytesOf(path: string): Uint8Array | undefined {
    return this.#read.get(path)?.bytes;
  }

  async #load(path: string): Promise<SourceFile | undefined> {
    const generated = this.#generated.get(path);
    try {
      if (!generated && !(await stat(path)).isFile()) return undefined;
      const bytes = generated ?? compilerText(new Uint8Array(await readFile(path)));
      const file = { path, bytes, hash: createHash("sha256").update(bytes).digest("hex"), isGenerated: generated !== undefined };
      this.#read.set(path, file);
      return file;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Replaces every component of `path` that is not part of `trusted` by the directory entry it means. */
  async #realPath(path: string, trusted: string): Promise<string | undefined> {
    if (path === trusted || trusted.startsWith(asPrefix(path))) return path;
    const parent = dirname(path);
    const folder = await this.#realPath(parent, trusted);
    if (folder === undefined) return undefined;
    const wanted = path.slice(asPrefix(parent).length);
    const names = (await this.#listing(folder)).get(fold(wanted));
    const name = names?.includes(wanted) ? wanted : names?.[0];
    return name === undefined ? undefined : join(folder, name);
  }

  #listing(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
    let listing = this.#listings.get(folder);
    if (!listing) {
      listing = this.#list(folder);
      this.#listings.set(folder, listing);
    }
    return listing;
  }

  async #list(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
    const names: string[] = [];
    for (const path of this.#generated.keys()) if (path.startsWith(asPrefix(folder))) names.push(nextComponent(path, folder));
    try {
      names.push(...(await readdir(folder)));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    const listing = new Map<string, string[]>();
    for (const name of [...new Set(names)].sort()) {
      const same = listing.get(fold(name));
      if (same) same.push(name);
      else listing.set(fold(name), [name]);
    }
    return listing;
  }
}

/** NTFS compares names by their upper case. */
const fold = (name: string): string => name.normalize("NFC").toUpperCase();

const asPrefix = (folder: string): string => (folder.endsWith(sep) ? folder : folder + sep);

function nextComponent(path: string, folder: string): string {
  const rest = path.slice(asPrefix(folder).length);
  const end = rest.indexOf(sep);
  return end === -1 ? rest : rest.slice(0, end);
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return (
    code === "ENOENT" ||
    code === "ENOTDIR" ||
    code === "EACCES" ||
    code === "EPERM" ||
    code === "ENAMETOOLONG" ||
    code === "EISDIR" ||
    code === "EINVAL" ||
    code === "ELOOP"
  );
}
