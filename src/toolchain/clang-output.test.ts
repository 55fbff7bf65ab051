// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { parseClangOutput } from "./clang-output.ts";

const same = (name: string): string => name;
const only = (text: string) => {
  const [first, ...others] = parseClangOutput(text, same);
  assert.deepEqual(others, []);
  assert.ok(first);
  return first;
};

describe("parseClangOutput", () => {
  it("reads place, range, severity, message and flag", () => {
    const found = only("/w/b.c:3:12:{3:9-3:10}: warning: unused thing 'x' [-Wunused-thing]\n    3 | \treturn s->x\n      |           ^\n");
    assert.equal(found.severity, "warning");
    assert.equal(found.message, "unused thing 'x'");
    assert.equal(found.code, "-Wunused-thing");
    assert.deepEqual([found.file, found.line, found.column, found.endLine, found.endColumn], ["/w/b.c", 3, 12, 3, 10]);
  });

  it("names the flag behind -Werror", () => {
    assert.equal(only("a.c:1:1: error: call to undeclared function 'f' [-Werror,-Wimplicit-function-declaration]").code, "-Wimplicit-function-declaration");
  });

  it("reads Windows paths", () => {
    assert.equal(only("C:\\drv\\a.c:7:2: fatal error: 'x.h' file not found").file, "C:\\drv\\a.c");
  });

  it("attaches notes and fix-its to the message before them", () => {
    const found = only(
      '/w/b.c:3:21: error: expected \';\' after return statement\n    3 | return 1\n      |         ^\nfix-it:"/w/b.c":{3:21-3:21}:";\\n\\342\\202\\254"\n/w/b.c:1:2: note: it began here\n',
    );
    assert.deepEqual(found.fixIts, [{ file: "/w/b.c", line: 3, column: 21, endLine: 3, endColumn: 21, text: ";\n€" }]);
    assert.deepEqual(found.notes, [{ message: "it began here", file: "/w/b.c", line: 1, column: 2 }]);
  });

  it("tells through which files a header was included", () => {
    const found = only("In file included from /w/a.c:1:\nIn file included from /w/a.h:2:\n/w/b.h:3:1: error: unknown type name 'X'\n");
    assert.deepEqual(found.includedFrom, [
      { file: "/w/a.c", line: 1 },
      { file: "/w/a.h", line: 2 },
    ]);
  });

  it("does not mistake source text for messages", () => {
    assert.deepEqual(parseClangOutput("    5 | error: x.c:1:1: error: no\n      |  ^\n1 error generated.\n", same), []);
  });

  it("reads messages without a place", () => {
    const found = only("clang: error: invalid argument '-fgnu89-inline' not allowed with 'C++'");
    assert.equal(found.file, undefined);
    assert.equal(found.severity, "error");
  });
});
