// SPDX-License-Identifier: MIT
/** Turns the `sources` globs of a configuration into files. */
import { glob, stat } from "node:fs/promises";
import { isAbsolute, resolve, sep } from "node:path";
import { ExitStatus, UserError } from "../base/index.ts";

/**
 * Absolute paths of the files that `patterns` match below `baseDir`, each once: in the order of the patterns, and by name within one,
 * the same on every host. `!pattern` takes away from what the patterns before it gave. Throws UserError `config-sources-no-match`
 * when a pattern matches nothing.
 */
export async function expandSources(patterns: readonly string[], baseDir: string): Promise<string[]> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    if (pattern.startsWith("!")) {
      for (const path of await expand(pattern.slice(1), baseDir)) found.delete(path);
      continue;
    }
    const matches = await expand(pattern, baseDir);
    if (matches.length === 0) throw noMatch(pattern, baseDir);
    for (const path of matches) found.add(path);
  }
  return [...found];
}

async function expand(pattern: string, baseDir: string): Promise<string[]> {
  const literal = resolve(baseDir, pattern);
  // A name is taken as it is first: `[` and `{` are legal in names of folders.
  if (await isFile(literal)) return [literal];
  const matches: string[] = [];
  const globPattern = sep === "\\" ? pattern.replaceAll("\\", "/") : pattern;
  for await (const match of glob(globPattern, { cwd: baseDir })) {
    const path = isAbsolute(match) ? match : resolve(baseDir, match);
    if (await isFile(path)) matches.push(path);
  }
  return matches.sort((a, b) => (a < b ? -1 : 1));
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );

function noMatch(pattern: string, baseDir: string): UserError {
  const isGlob = /[*?[\]{}]/.test(pattern);
  const message = isGlob ? `\`sources\`: ${pattern} matches no file in ${baseDir}` : `\`sources\`: ${resolve(baseDir, pattern)} does not exist`;
  return new UserError({ code: "config-sources-no-match", message, hint: "patterns start from the folder named", exitStatus: ExitStatus.badConfiguration });
}
