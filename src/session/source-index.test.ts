// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { SourceIndex } from "./source-index.ts";
import type { PathHost } from "./source-index.ts";

const plainHost: PathHost = { ignoresCase: false, realPath: (path) => path };

describe("SourceIndex", () => {
  it("finds a file by its own path and no other", () => {
    const index = new SourceIndex(["/drv/a.c", "/drv/b.c"], plainHost);
    assert.deepEqual(index.find("/drv/b.c")?.indexes, [1]);
    assert.equal(index.find("/other/b.c"), undefined);
    assert.equal(index.find("/drv/B.c"), undefined);
  });

  it("finds Windows files whatever the case and the separators", () => {
    const index = new SourceIndex(["/C:/Drv/Queue.c"], { ...plainHost, ignoresCase: true });
    for (const path of ["C:\\Drv\\Queue.c", "c:\\drv\\queue.c", "C:/Drv/Queue.c", "c:\\Drv\\sub\\..\\Queue.c"])
      assert.deepEqual(index.find(path)?.indexes, [0], path);
    assert.equal(index.files[0]?.path, "C:\\Drv\\Queue.c");
  });

  it("finds a file through a symbolic link in either direction", () => {
    const realPath = (path: string): string => path.replace(/^\/link\//, "/real/");
    assert.deepEqual(new SourceIndex(["/real/a.c"], { ignoresCase: false, realPath }).find("/link/a.c")?.indexes, [0]);
    assert.deepEqual(new SourceIndex(["/link/a.c"], { ignoresCase: false, realPath }).find("/real/a.c")?.indexes, [0]);
  });

  it("takes composed and decomposed letters as the same", () => {
    const index = new SourceIndex(["/drv/Ger\u00e4t.c"], plainHost);
    assert.deepEqual(index.find("/drv/Gera\u0308t.c")?.indexes, [0]);
  });

  it("groups the names under which the compiler met one file", () => {
    const index = new SourceIndex(["/drv/sub/../inc/a.h", "/drv/inc/a.h"], plainHost);
    assert.equal(index.files.length, 1);
    assert.deepEqual(index.find("/drv/inc/a.h")?.indexes, [0, 1]);
    assert.equal(index.at(1), index.at(0));
  });

  it("manages without the file system", () => {
    const index = new SourceIndex(["/gone/a.c"], { ignoresCase: false, realPath: () => undefined });
    assert.deepEqual(index.find("/gone/a.c")?.indexes, [0]);
    assert.equal(index.find("/gone/b.c"), undefined);
  });
});
