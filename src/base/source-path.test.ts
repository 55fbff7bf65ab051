// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { toCompilerPath, toHostPath } from "./source-path.ts";

describe("toCompilerPath", () => {
  it("keeps POSIX paths", () => {
    assert.equal(toCompilerPath("/home/me/my driver/Prüfung.c"), "/home/me/my driver/Prüfung.c");
  });

  it("puts a drive under the root, with an upper-case letter", () => {
    assert.equal(toCompilerPath("c:\\drv\\sys/init.c"), "/C:/drv/sys/init.c");
  });

  it("gives network shares a folder of their own", () => {
    assert.equal(toCompilerPath("\\\\server\\share\\init.c"), "/UNC:/server/share/init.c");
  });

  it("sees through the long-path prefix", () => {
    assert.equal(toCompilerPath("\\\\?\\C:\\drv\\init.c"), "/C:/drv/init.c");
    assert.equal(toCompilerPath("\\\\?\\UNC\\server\\share\\init.c"), "/UNC:/server/share/init.c");
  });
});

describe("toHostPath", () => {
  it("undoes toCompilerPath", () => {
    for (const path of ["/home/me/a.c", "C:\\drv\\sys\\init.c", "\\\\server\\share\\dir\\init.c"]) {
      assert.equal(toHostPath(toCompilerPath(path)), path);
    }
  });

  it("leaves host paths alone", () => {
    assert.equal(toHostPath("C:\\drv\\init.c"), "C:\\drv\\init.c");
  });
});
