// SPDX-License-Identifier: MIT
/**
 * Paths of Windows projects on this host: backslashes, drive letters, letter case that differs from the disk, wildcards. Folders of the kits
 * (WDK, SDK, Visual C++) do not exist here and are marked, so that what refers to them is left out instead of being reported as missing.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, parse, resolve, sep } from "node:path";

/** Stands before every path into a kit. */
export const kitMark = "\u0001kit";

export const isInKit = (path: string): boolean => path.includes(kitMark);

/** `path` with the separators of this host. */
export const nativeSlashes = (path: string): string => (sep === "/" ? path.replaceAll("\\", "/") : path.replaceAll("/", "\\"));

/** With the separators of Windows, which projects expect to find in their properties. */
export const windowsSlashes = (path: string): string => path.replaceAll("/", "\\");

/** Absolute path, with the letter case of the disk where it exists. */
export function realPath(path: string, folder: string): string {
  const native = nativeSlashes(path.trim());
  const full = isAbsolute(native) ? resolve(native) : resolve(folder, native);
  return withDiskCase(full);
}

/** Listings of folders by upper-case name; a project is read in one go, so that they do not change under it. */
function withDiskCase(full: string): string {
  if (existsSync(full)) return full;
  const { root } = parse(full);
  if (full === root) return full;
  const parent = withDiskCase(dirname(full));
  const wanted = full.slice(dirname(full).length).replace(/^[\\/]/, "");
  const name = entries(parent).find((entry) => fold(entry) === fold(wanted));
  return join(parent, name ?? wanted);
}

/** NTFS compares names by their upper case. */
const fold = (name: string): string => name.normalize("NFC").toUpperCase();

function entries(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    // No such folder, or not ours to read: nothing is found in it.
    return [];
  }
}

export const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
export const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Files that an Include with `*`, `?` or `**` means, sorted; letter case does not count. */
export function expandWildcards(pattern: string, folder: string): string[] {
  const native = nativeSlashes(pattern);
  const { root } = parse(native);
  const parts = native
    .slice(root.length)
    .split(sep)
    .filter((part) => part !== "" && part !== ".");
  return expandParts(isAbsolute(native) ? root : folder, parts);
}

function expandParts(folder: string, parts: readonly string[]): string[] {
  const [part, ...rest] = parts;
  if (part === undefined) return isFile(folder) ? [folder] : [];
  if (part === "**") {
    // At the end it means all files.
    if (rest.length === 0) return expandParts(folder, ["**", "*"]);
    const folders = entries(folder).filter((name) => isFolder(join(folder, name)));
    return [...expandParts(folder, rest), ...folders.flatMap((name) => expandParts(join(folder, name), parts))];
  }
  if (!/[*?]/.test(part)) return expandParts(realPath(part, folder), rest);
  const expression = new RegExp(
    `^${part
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "iu",
  );
  const names = entries(folder).filter((name) => expression.test(name));
  return names.flatMap((name) => (rest.length === 0 || isFolder(join(folder, name)) ? expandParts(join(folder, name), rest) : []));
}

/** The nearest folder at or above `start` that holds a file `test` accepts, with that file's name. */
export function findAbove(start: string, test: (name: string) => boolean): { readonly folder: string; readonly name: string } | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    const name = entries(folder).find(test);
    if (name !== undefined) return { folder, name };
    if (dirname(folder) === folder) return undefined;
  }
}
