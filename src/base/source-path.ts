// SPDX-License-Identifier: MIT
/**
 * How source files are named inside compiler output. The compiler runs on a POSIX file tree and DWARF carries its absolute paths,
 * on Windows too: `C:\drv\init.c` is `/C:/drv/init.c`, `\\server\share\init.c` is `/UNC:/server/share/init.c`, POSIX paths stay
 * as they are. The mapping looks at the text only, so that it gives the same result on every host.
 */

/** The name under which the compiler, and therefore DWARF, knows the host file `path` (absolute). */
export function toCompilerPath(path: string): string {
  const plain = path.startsWith("\\\\?\\UNC\\") ? `\\\\${path.slice(8)}` : path.startsWith("\\\\?\\") ? path.slice(4) : path;
  const drive = /^([A-Za-z]):[\\/](.*)$/s.exec(plain);
  if (drive) return `/${drive[1]?.toUpperCase()}:/${slashes(drive[2] ?? "")}`;
  if (plain.startsWith("\\\\")) return `/UNC:/${slashes(plain.slice(2))}`;
  return plain;
}

/** Inverse of `toCompilerPath`; a path that is already a host path is returned unchanged. */
export function toHostPath(path: string): string {
  const drive = /^\/([A-Za-z]:)\/(.*)$/s.exec(path);
  if (drive) return `${drive[1]}\\${backslashes(drive[2] ?? "")}`;
  const share = /^\/UNC:\/(.*)$/s.exec(path);
  if (share) return `\\\\${backslashes(share[1] ?? "")}`;
  return path;
}

const slashes = (text: string): string => text.replaceAll("\\", "/");
const backslashes = (text: string): string => text.replaceAll("/", "\\");
