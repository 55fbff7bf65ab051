// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { scanIncludes } from "./include-directives.ts";

const scan = (text: string) => scanIncludes(Buffer.from(text, "utf8"));
const names = (text: string): string[] => scan(text).includes.map(({ kind, name }) => `${kind} ${name}`);

describe("scanIncludes", () => {
  it("finds both forms with any spacing, comments and digraphs", () => {
    assert.deepEqual(names('#include <a.h>\n  #  include\t"b.h" // why\n/* c */ #include /* d */ "c d.h"\n%:include <e.h>'), [
      "angled a.h",
      "quoted b.h",
      "quoted c d.h",
      "angled e.h",
    ]);
  });

  it("copes with a byte-order mark, CRLF and lone CR", () => {
    assert.deepEqual(names('\ufeff#include "a.h"\r\n#include "b.h"\r#include "c.h"\r\n'), ["quoted a.h", "quoted b.h", "quoted c.h"]);
  });

  it("joins continued lines", () => {
    assert.deepEqual(names('#include \\\r\n  "a.h"\n#inc\\\nlude "b.h"'), ["quoted a.h", "quoted b.h"]);
  });

  it("follows every branch of a condition and names tested by __has_include", () => {
    assert.deepEqual(names('#if 0\n#include "a.h"\n#elif __has_include(<b.h>) && __has_include("c.h")\n#endif'), ["quoted a.h", "angled b.h", "quoted c.h"]);
  });

  it("reports macro includes and the macros that may name files", () => {
    const found = scan('#define FIRST "a.h"\n#define SECOND FIRST\n#define OTHER 3\n#define CALL(x) "b.h"\n#include SECOND\n');
    assert.deepEqual(found.includes, [{ kind: "macro", name: "SECOND" }]);
    assert.deepEqual(found.defines, [
      { name: "FIRST", value: { kind: "quoted", name: "a.h" } },
      { name: "SECOND", value: { kind: "macro", name: "FIRST" } },
    ]);
  });

  it("keeps names that are not ASCII and survives bytes that are not UTF-8", () => {
    assert.deepEqual(names('#include "Prüfung.h"'), ["quoted Prüfung.h"]);
    const latin1 = Buffer.from('// \xe9\xff\n#include "a.h"\n', "latin1");
    assert.deepEqual(scanIncludes(latin1).includes, [{ kind: "quoted", name: "a.h" }]);
  });
});
