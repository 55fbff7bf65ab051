// SPDX-License-Identifier: MIT
/** Paths in debug information: relative to a directory that is relative to another, in the notation of the compiler's host. */

const isAbsolute = (path: string): boolean => path.startsWith("/") || path.startsWith("\\") || /^[A-Za-z]:[\\/]/.test(path);

/** Joins from the right up to the first absolute part, and removes `.` and `..`; keeps the separator of the absolute part. */
export function joinSourcePath(...parts: readonly string[]): string {
  let joined = "";
  for (let i = parts.length - 1; i >= 0; i--) {
    const part = parts[i];
    if (!part) continue;
    joined = joined ? `${part}/${joined}` : part;
    if (isAbsolute(part)) break;
  }
  const root = /^(\\\\|([A-Za-z]:)?[\\/]?)/.exec(joined)?.[0] ?? "";
  const separator = root.includes("\\") ? "\\" : "/";
  const segments: string[] = [];
  for (const segment of joined.slice(root.length).split(root.includes("\\") ? /[\\/]/ : "/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === ".." && segments.length > 0 && segments.at(-1) !== "..") segments.pop();
    else if (segment !== ".." || root === "") segments.push(segment);
  }
  return root + segments.join(separator);
}
