// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheKey, defaultCacheDir, ObjectCache } from "./object-cache.ts";

const isNumber = (value: unknown): value is number => typeof value === "number";
const bytes = (length: number, value = 7): Uint8Array => new Uint8Array(length).fill(value);

describe("ObjectCache", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kmdf-dma-cache-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("gives back what was put, also to another instance", async () => {
    await new ObjectCache(folder).put("a", 42, bytes(1000));
    assert.deepEqual(await new ObjectCache(folder).get("a", isNumber), { info: 42, bytes: bytes(1000) });
    assert.equal(await new ObjectCache(folder).get("b", isNumber), undefined);
  });

  it("treats a damaged or cut entry as none and removes it", async () => {
    const cache = new ObjectCache(folder);
    for (const damage of [(file: Buffer) => file.fill(0, 40, 41), (file: Buffer) => file.subarray(0, 50), () => Buffer.alloc(0)]) {
      await cache.put("a", 42, bytes(1000));
      const path = join(folder, "a.entry");
      await writeFile(path, damage(await readFile(path)));
      assert.equal(await cache.get("a", isNumber), undefined);
      assert.deepEqual(await readdir(folder), []);
    }
  });

  it("treats an entry of another shape as none", async () => {
    const cache = new ObjectCache(folder);
    await cache.put("a", "text", bytes(10));
    assert.equal(await cache.get("a", isNumber), undefined);
  });

  it("leaves no temporary file, and does not fail when the folder cannot be made", async () => {
    await new ObjectCache(folder).put("a", 1, bytes(10));
    assert.deepEqual(await readdir(folder), ["a.entry"]);
    await new ObjectCache(join(folder, "a.entry", "below")).put("b", 1, bytes(10));
    assert.deepEqual(await readdir(folder), ["a.entry"]);
  });

  it("evicts what was unused for longest, and files that a crash left behind", async () => {
    const cache = new ObjectCache(folder, 3000);
    const ages: Readonly<Record<string, number>> = { old: 3000, older: 4000, new: 10 };
    for (const [name, age] of Object.entries(ages)) {
      await cache.put(name, 1, bytes(1200));
      const time = new Date(1_700_000_000_000 - age * 1000);
      await utimes(join(folder, `${name}.entry`), time, time);
    }
    const abandoned = join(folder, "x.1.new");
    await writeFile(abandoned, "");
    await utimes(abandoned, new Date(1_600_000_000_000), new Date(1_600_000_000_000));
    await cache.trim();
    assert.deepEqual((await readdir(folder)).sort(), ["new.entry", "old.entry"]);
  });
});

describe("cacheKey", () => {
  it("keeps parts apart", () => {
    assert.notEqual(cacheKey(["ab", "c"]), cacheKey(["a", "bc"]));
  });
});

describe("defaultCacheDir", () => {
  it("follows the custom of the system", () => {
    assert.equal(defaultCacheDir({ XDG_CACHE_HOME: "/x" }, "linux"), join("/x", "kmdf-dma-debug"));
    assert.equal(defaultCacheDir({ LOCALAPPDATA: "/local" }, "win32"), join("/local", "kmdf-dma-debug", "Cache"));
  });
});
