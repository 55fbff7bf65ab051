// SPDX-License-Identifier: MIT
/**
 * Clang's virtual file system overlay (`-ivfsoverlay`), by which a header is found under another letter case or through `..`, while
 * DWARF, `__FILE__` and messages show the path of the file itself.
 */
import type { CompilerBackend } from "./compiler-backend.ts";
import type { IncludeClosure } from "./include-closure.ts";

/** Overlay for the spellings of a closure. `generated` gives the argument path of files that are not on disk. */
export function overlayFile(closure: IncludeClosure, backend: CompilerBackend, generated: ReadonlyMap<string, string> = new Map()): Uint8Array {
  const names = [...closure.spellings].map(([spelling, path]) => [backend.argumentPath(spelling), path] as const);
  const known = new Set(names.map(([name]) => name));
  // Next to a header that was named absolutely, the compiler looks for others by absolute names, too.
  const absolute = closure.absolute.size === 0 ? [] : [...closure.spellings, ...closure.absolute].filter(([name]) => !known.has(name));
  const roots = [...names, ...absolute].map(([name, path]) => {
    const content = generated.get(path);
    const entry = { type: "file", name, "external-contents": content ?? backend.argumentPath(path) };
    return content === undefined ? entry : { ...entry, "use-external-name": false };
  });
  return new TextEncoder().encode(JSON.stringify({ version: 0, "case-sensitive": "true", "use-external-names": "true", roots }));
}
