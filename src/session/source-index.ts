// SPDX-License-Identifier: MIT
/**
 * Source files of the driver, found by whatever spelling of their path an editor uses: drive letters of either case, symbolic links,
 * composed or decomposed Unicode, `..` in compiler paths.
 */

import { realpathSync } from "node:fs";
import { posix } from "node:path";
import { toCompilerPath, toHostPath } from "../base/index.ts";
import { sehAddedFile } from "../protocol/index.ts";

export interface SourceFile {
  /** Absolute path on this host, as shown to editors. */
  readonly path: string;
  /** Last part of the path. */
  readonly name: string;
  /** Indexes in `InstrumentedModule.files`: more than one when the compiler met the file under several names. */
  readonly indexes: readonly number[];
}

/** What finding a file needs to know of the host. */
export interface PathHost {
  readonly ignoresCase: boolean;
  /** The path with all symbolic links followed; undefined when there is no such file. */
  realPath(path: string): string | undefined;
}

const localPathHost: PathHost = {
  ignoresCase: process.platform === "win32" || process.platform === "darwin",
  realPath: (path) => {
    try {
      return realpathSync.native(path);
    } catch {
      // Not there any more, or not allowed to look: it then has no name but its own.
      return undefined;
    }
  },
};

export class SourceIndex {
  readonly files: readonly SourceFile[];
  readonly #host: PathHost;
  readonly #byKey = new Map<string, SourceFile>();
  readonly #byIndex = new Map<number, SourceFile>();
  readonly #byRealPath = new Map<string, SourceFile>();

  /** `compilerPaths` as in `InstrumentedModule.files`. */
  constructor(compilerPaths: readonly string[], host: PathHost = localPathHost) {
    this.#host = host;
    const groups = new Map<string, { readonly path: string; readonly indexes: number[] }>();
    compilerPaths.forEach((compilerPath, index) => {
      const path = toHostPath(posix.normalize(compilerPath));
      const key = this.#key(host.realPath(path) ?? path);
      const group = groups.get(key) ?? { path, indexes: [] };
      group.indexes.push(index);
      groups.set(key, group);
    });
    const named = [...groups].map(([key, { path, indexes }]) => [key, { path, name: nameOf(path), indexes }] as const);
    this.files = named.map(([, file]) => file).filter(({ name }) => name !== sehAddedFile);
    for (const [key, file] of named) {
      this.#byRealPath.set(key, file);
      for (const index of file.indexes) {
        this.#byIndex.set(index, file);
        this.#byKey.set(this.#key(compilerPaths[index] ?? ""), file);
      }
    }
  }

  /** The file an editor means by `path`. */
  find(path: string): SourceFile | undefined {
    const direct = this.#byKey.get(this.#key(path));
    if (direct) return direct;
    const real = this.#host.realPath(path);
    return real === undefined ? undefined : this.#byRealPath.get(this.#key(real));
  }

  /** The file at `index` in `InstrumentedModule.files`. */
  at(index: number): SourceFile | undefined {
    return this.#byIndex.get(index);
  }

  /** One text for all spellings that differ only in separators, `..`, Unicode form and, where the host says so, case. */
  #key(path: string): string {
    const plain = posix.normalize(toCompilerPath(path)).normalize("NFC");
    return this.#host.ignoresCase ? plain.toLowerCase() : plain;
  }
}

const nameOf = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;
