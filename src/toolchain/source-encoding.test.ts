// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { compilerText } from "./source-encoding.ts";

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));
const converted = (bytes: Uint8Array): string => Buffer.from(compilerText(bytes)).toString("latin1");

describe("compilerText", () => {
  it("leaves UTF-8 alone, with and without a byte order mark", () => {
    for (const text of ["int größe;", "\ufeffint x;"]) {
      const bytes = new TextEncoder().encode(text);
      assert.equal(compilerText(bytes), bytes);
    }
  });

  it("converts UTF-16 of either byte order", () => {
    const little = Buffer.from('\ufeffchar s[] = "ü";\r\n', "utf16le");
    const big = Buffer.from(little).swap16();
    for (const bytes of [little, big]) assert.equal(new TextDecoder().decode(compilerText(bytes)), 'char s[] = "ü";\r\n');
  });

  it("keeps the bytes of narrow literals in a code page, and converts those of wide ones", () => {
    assert.equal(converted(latin1('a = "ü"; b = L"ü"; c = \'ü\'; d = L\'ü\'; e = xL"ü";')), 'a = "ü"; b = L"Ã¼"; c = \'ü\'; d = L\'Ã¼\'; e = xL"ü";');
    assert.equal(converted(latin1('L"\\"ü" "ü"')), 'L"\\"Ã¼" "ü"');
    assert.equal(converted(latin1('// L"ü"\n/* L"ü" */ L"ü"')), '// L"ü"\n/* L"ü" */ L"Ã¼"');
  });

  it("does not let half a character of two bytes continue a comment", () => {
    assert.equal(converted(latin1("// \x95\\\nint x;")), "// \x95?\nint x;");
    assert.equal(converted(latin1('// ü \\\nL"ü"\nL"ü"')), '// ü \\\nL"ü"\nL"Ã¼"');
  });
});
