// SPDX-License-Identifier: MIT
/**
 * Build results on disk, found by a hash of everything that went into them. Entries are written beside their place and renamed, so
 * that two processes can share a folder; each carries a checksum, and one that is damaged is as good as none. Errors of the disk
 * never fail a build: a cache that cannot be read or written is empty.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

export interface CacheEntry<Info> {
  readonly info: Info;
  readonly bytes: Uint8Array;
}

const magic = Buffer.from("KDC1");
const checksumBytes = 32;
const extension = ".entry";
const temporaryExtension = ".new";
/** A file being written is younger than this by the clock of the file system. */
const abandonedMs = 10 * 60_000;

/** Folder for caches of this program, by the custom of the operating system. */
export function defaultCacheDir(environment: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (platform === "win32") return join(environment["LOCALAPPDATA"] || join(homedir(), "AppData", "Local"), "kmdf-dma-debug", "Cache");
  if (platform === "darwin") return join(homedir(), "Library", "Caches", "kmdf-dma-debug");
  return join(environment["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "kmdf-dma-debug");
}

export class ObjectCache {
  readonly #folder: string;
  readonly #maxBytes: number;
  #hasWritten = false;

  /** `maxBytes`: what `trim` reduces the folder to. */
  constructor(folder: string, maxBytes = 512 * 1024 * 1024) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /** The entry, if it is there, whole, and `isInfo` recognises what it says. */
  async get<Info>(key: string, isInfo: (value: unknown) => value is Info): Promise<CacheEntry<Info> | undefined> {
    const path = this.#path(key);
    const file = await readFile(path).catch(() => undefined);
    if (!file) return undefined;
    const entry = decode(file);
    if (!entry || !isInfo(entry.info)) {
      await rm(path, { force: true }).catch(() => undefined);
      return undefined;
    }
    await touch(path);
    return { info: entry.info, bytes: entry.bytes };
  }

  async put(key: string, info: unknown, bytes: Uint8Array): Promise<void> {
    const temporary = join(this.#folder, `${key}.${randomUUID()}${temporaryExtension}`);
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(temporary, encode(info, bytes));
      await rename(temporary, this.#path(key));
      this.#hasWritten = true;
    } catch {
      // No space, no permission, or another process holds the entry open (Windows): the build goes on without it.
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  /** Deletes the entries unused for longest until the folder keeps its bound, and what crashed processes left. Does nothing without a `put`. */
  async trim(): Promise<void> {
    if (!this.#hasWritten) return;
    this.#hasWritten = false;
    const files = await this.#list();
    const now = Math.max(0, ...files.map(({ time }) => time));
    const abandoned = files.filter(({ path, time }) => path.endsWith(temporaryExtension) && now - time > abandonedMs);
    const entries = files.filter(({ path }) => path.endsWith(extension)).sort((a, b) => b.time - a.time);
    let kept = 0;
    const evicted = entries.filter(({ size }) => {
      kept += size;
      return kept > this.#maxBytes;
    });
    await Promise.all([...abandoned, ...evicted].map(({ path }) => rm(path, { force: true }).catch(() => undefined)));
  }

  async #list(): Promise<{ path: string; size: number; time: number }[]> {
    const names = await readdir(this.#folder).catch((): string[] => []);
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#folder, name);
        const stats = await stat(path).catch(() => undefined);
        return stats?.isFile() ? [{ path, size: stats.size, time: stats.mtimeMs }] : [];
      }),
    );
    return files.flat();
  }

  #path(key: string): string {
    return join(this.#folder, key + extension);
  }
}

/** SHA-256 over parts, in hexadecimal; parts cannot run into each other. */
export function cacheKey(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("hex");
}

function encode(info: unknown, bytes: Uint8Array): Buffer {
  const text = Buffer.from(JSON.stringify(info));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const body = Buffer.concat([magic, length, text, bytes]);
  return Buffer.concat([body, createHash("sha256").update(body).digest()]);
}

function decode(file: Buffer): { info: unknown; bytes: Uint8Array } | undefined {
  const end = file.length - checksumBytes;
  if (end < 8 || !file.subarray(0, 4).equals(magic)) return undefined;
  if (!createHash("sha256").update(file.subarray(0, end)).digest().equals(file.subarray(end))) return undefined;
  const textEnd = 8 + file.readUInt32LE(4);
  const info: unknown = JSON.parse(file.toString("utf8", 8, textEnd));
  return { info, bytes: Uint8Array.from(file.subarray(textEnd, end)) };
}

/** Marks the entry as used now. */
async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}
