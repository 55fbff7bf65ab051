// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SourceFiles } from "./source-files.ts";

describe("SourceFiles", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "kmdf files "));
    await mkdir(join(folder, "Sys", "Inc"), { recursive: true });
    await mkdir(join(folder, "common"));
    for (const name of ["Sys/driver.c", "Sys/Inc/Öffnen.H", "common/Regs.h"]) await writeFile(join(folder, name), name);
  });
  after(() => rm(folder, { recursive: true }));

  const find = async (name: string): Promise<string | undefined> => (await new SourceFiles().find(join(folder, "Sys"), name))?.path;

  it("finds names in any letter case and with either slash", async () => {
    assert.equal(await find("inc\\öffnen.h"), join(folder, "Sys", "Inc", "Öffnen.H"));
    assert.equal(await find("..\\COMMON/regs.H"), join(folder, "common", "Regs.h"));
    assert.equal(await find("./INC/../Driver.C"), join(folder, "Sys", "driver.c"));
  });

  it("finds neither folders nor what is not there", async () => {
    assert.equal(await find("Inc"), undefined);
    assert.equal(await find("none.h"), undefined);
    assert.equal(await find("../../../../../../../../none/x.h"), undefined);
  });

  it("finds folders in any letter case", async () => {
    const files = new SourceFiles();
    assert.equal(await files.findFolder(join(folder, "SYS", "inc")), join(folder, "Sys", "Inc"));
    assert.equal(await files.findFolder(join(folder, "sys", "none")), undefined);
  });

  it("prefers an exact match, and the first by name otherwise", async () => {
    const generated = new Map(["A.h", "a.h", "a.H"].map((name) => [join(folder, "gen", name), Buffer.from(name)]));
    const files = new SourceFiles(generated);
    assert.equal((await files.find(join(folder, "gen"), "a.h"))?.path, join(folder, "gen", "a.h"));
    assert.equal((await files.find(folder, "GEN/A.H"))?.path, join(folder, "gen", "A.h"));
  });

  it("lets generated files hide those on disk", async () => {
    const path = join(folder, "common", "Regs.h");
    const file = await new SourceFiles(new Map([[path, Buffer.from("generated")]])).find(folder, "common/regs.h");
    assert.equal(Buffer.from(file?.bytes ?? []).toString(), "generated");
    assert.equal(file?.isGenerated, true);
  });

  it("reads a file once, so that all see the same bytes", async () => {
    const path = join(folder, "changing.h");
    await writeFile(path, "1");
    const files = new SourceFiles();
    const first = await files.open(path);
    await writeFile(path, "2");
    assert.equal(await files.open(path), first);
  });
});
