// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { UserError } from "../base/index.ts";
import { expandSources } from "./expand-sources.ts";

describe("expandSources", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "kmdf dma [1] "));
    await mkdir(join(folder, "sub.c"), { recursive: true });
    for (const name of ["b.c", "a.c", "B.cpp", "x.h", join("sub.c", "z.c")]) await writeFile(join(folder, name), "");
  });
  after(() => rm(folder, { recursive: true }));

  const expand = async (...patterns: string[]): Promise<string[]> => (await expandSources(patterns, folder)).map((path) => relative(folder, path));

  it("orders by pattern, then by name, each file once, folders never", async () => {
    assert.deepEqual(await expand("b.c", "*.c", "*.cpp"), ["b.c", "a.c", "B.cpp"]);
    assert.deepEqual(await expand("**/*.c"), ["a.c", "b.c", join("sub.c", "z.c")]);
  });

  it("takes away what a negated pattern matches", async () => {
    assert.deepEqual(await expand("*.c", "!a.*"), ["b.c"]);
  });

  it("takes a name literally when there is such a file", async () => {
    assert.deepEqual(await expand(join(folder, "a.c")), ["a.c"]);
  });

  it("names pattern and folder when nothing matches", async () => {
    const isNoMatch = (error: unknown) =>
      error instanceof UserError && error.code === "config-sources-no-match" && error.message.includes("*.cc") && error.message.includes(folder);
    await assert.rejects(expandSources(["*.c", "*.cc"], folder), isNoMatch);
  });
});
