// SPDX-License-Identifier: MIT
/** Readers of path attributes: relative paths start at the base folder, and what must exist is looked for at once. */

import { readdirSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, resolve } from "node:path";
import { builtInDeviceTable } from "../../protocol/index.ts";
import { didYouMean } from "./did-you-mean.ts";
import { fail } from "./place.ts";
import type { Place } from "./place.ts";
import { mapped, text } from "./reader.ts";
import type { Reader } from "./reader.ts";

type Entry = "file" | "folder";

const named = (reader: Reader<string>, expected: string): Reader<string> => ({ ...reader, expected });

/** An existing file. */
export const filePath: Reader<string> = named(
  mapped(text, (path, place) => existing(path, "file", place)),
  "the path of a file",
);

/** An existing folder. */
export const folderPath: Reader<string> = named(
  mapped(text, (path, place) => existing(path, "folder", place)),
  "the path of a folder",
);

/** A file that will be written: its folder must exist. */
export const outputPath: Reader<string> = named(
  mapped(text, (path, place) => {
    const full = absolute(path, place);
    if (kindOf(full) === "folder") fail(place, "config-missing-file", `must name a file, but '${full}' is a folder`);
    if (kindOf(dirname(full)) !== "folder") fail(place, "config-missing-file", `names '${full}', but the folder '${dirname(full)}' does not exist`);
    return full;
  }),
  "the path of a file to write",
);

/** A path, which must exist, or a glob, which is expanded later. */
export const globPath: Reader<string> = named(
  mapped(text, (path, place) => {
    // `!pattern` takes files away again.
    if (path.startsWith("!")) return `!${absolute(path.slice(1), place)}`;
    return isGlob(path) ? absolute(path, place) : existing(path, "file", place);
  }),
  "a path or glob of source files",
);

/** A program: a path, which must exist, or a bare name, which is looked up in PATH when it is run. */
export const programPath: Reader<string> = named(
  mapped(text, (path, place) => (/[\\/]/.test(path) ? existing(path, "file", place) : nonEmpty(path, place))),
  "the path of a program",
);

/** A device model: the id of a built-in one, or the path of a module, recognised by a separator or a script extension. */
export const modelPath: Reader<string> = named(
  mapped(text, (path, place) => (/[\\/]|\.[cm]?[jt]s$/i.test(path) ? existing(path, "file", place) : builtInId(path, place))),
  "the id of a built-in device model or the path of a module",
);

/** `*`, `?`, `[…]`, `{…}` make a glob, unless a file has exactly that name, which `existing` would find. */
const isGlob = (path: string): boolean => /[*?[\]{}]/.test(path);

function absolute(path: string, place: Place): string {
  return isAbsolute(nonEmpty(path, place)) ? resolve(path) : resolve(place.context.baseDir, path);
}

function nonEmpty(path: string, place: Place): string {
  return path.trim() === "" ? fail(place, "config-bad-value", "must not be empty") : path;
}

function builtInId(id: string, place: Place): string {
  const known = builtInDeviceTable.map((device) => device.id);
  if (known.includes(nonEmpty(id, place))) return id;
  const near = didYouMean(id, known);
  const hint = near === undefined ? `Built-in are: ${known.join(", ")}; a module is named by its path, such as ./device.ts` : `Did you mean '${near}'?`;
  return fail(place, "config-unknown-device", `names no built-in device model: '${id}'`, hint);
}

function existing(path: string, entry: Entry, place: Place): string {
  const full = absolute(path, place);
  const found = kindOf(full);
  if (found === entry) return full;
  if (found !== undefined) return fail(place, "config-missing-file", `must be a ${entry}, but '${full}' is a ${found}`);
  return fail(place, "config-missing-file", `names a ${entry} that does not exist: '${full}'`, hintFor(full));
}

function kindOf(path: string): Entry | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : stats.isDirectory() ? "folder" : "file";
}

function hintFor(full: string): string {
  const folder = dirname(full);
  if (kindOf(folder) !== "folder") return `The folder '${folder}' does not exist either; relative paths start at the folder of the configuration`;
  const near = didYouMean(basename(full), readdirSync(folder));
  return near === undefined ? `The folder '${folder}' exists, the name in it does not` : `Did you mean '${near}'?`;
}
