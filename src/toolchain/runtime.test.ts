// SPDX-License-Identifier: MIT
/** Runs the C runtime routines of sdk/runtime through the headers of sdk/include: results as documented for Microsoft's runtime library. */
import assert from "node:assert/strict";
import { buildText } from "../../test/fixtures/build-text.ts";

/** Each condition is one check; the function returns the line of the first that fails. */
const checks = `#include <string.h>
#include <stdlib.h>
#include <wchar.h>
#include <ctype.h>
#define CHECK(c) do { if (!(c)) return __LINE__; } while (0)
#define RESET() memset(b, 'x', sizeof(b))
static char b[8];
static wchar_t w[8];
static int text(void)
{
    CHECK(strlen("abc") == 3 && strnlen("abc", 2) == 2 && wcslen(L"ab") == 2 && wcsnlen(L"abc", 9) == 3);
    CHECK(strcmp("a", "b") < 0 && strcmp("\\xff", "a") > 0 && strcmp("", "") == 0 && strncmp("abc", "abd", 2) == 0);
    CHECK(_stricmp("ABC", "abc") == 0 && _strnicmp("ABx", "aby", 2) == 0 && wcscmp(L"\\xffff", L"a") > 0 && _wcsicmp(L"A", L"a") == 0);
    CHECK(strchr("abc", 'b')[1] == 'c' && strchr("abc", 0)[0] == 0 && strchr("abc", 'x') == 0 && strcmp(strrchr("a/b/c", '/'), "/c") == 0);
    CHECK(strcmp(strstr("hello", "ll"), "llo") == 0 && strstr("hello", "lo!") == 0 && strcmp(strstr("x", ""), "x") == 0);
    CHECK(wcscmp(wcsstr(L"hello", L"ll"), L"llo") == 0 && wcsrchr(L"aba", L'a')[1] == 0 && wcschr(L"ab", L'x') == 0);
    CHECK(strspn("aabc", "ab") == 3 && strcspn("abc", "cx") == 2);
    RESET(); CHECK(strncpy(b, "ab", 4)[3] == 0 && b[4] == 'x' && strcmp(strcat(b, "cd"), "abcd") == 0 && strcmp(strncat(b, "efg", 1), "abcde") == 0);
    CHECK(strcmp(_strupr(b), "ABCDE") == 0 && strcmp(_strlwr(b), "abcde") == 0);
    CHECK(memchr("abc", 'c', 2) == 0 && memcmp("a\\0b", "a\\0c", 3) < 0);
    return 0;
}
static int bounded(void)
{
    RESET(); CHECK(strcpy_s(b, 4, "abc") == 0 && strcmp(b, "abc") == 0);
    CHECK(strcpy_s(b, 3, "abc") == 34 && b[0] == 0);
    CHECK(strcpy_s(b, 0, "a") == 22 && strcpy_s(0, 4, "a") == 22 && strcpy_s(b, 4, 0) == 22);
    CHECK(strncpy_s(b, 4, "abcdef", 3) == 0 && strcmp(b, "abc") == 0);
    CHECK(strncpy_s(b, 4, "abcdef", _TRUNCATE) == 80 && strcmp(b, "abc") == 0);
    CHECK(strcat_s(b, 6, "de") == 0 && strcmp(b, "abcde") == 0 && strcat_s(b, 6, "f") == 34 && b[0] == 0);
    RESET(); CHECK(strcat_s(b, 8, "a") == 22);
    CHECK(wcscpy_s(w, 8, L"abc") == 0 && wcsncat_s(w, 8, L"defg", 2) == 0 && wcscmp(w, L"abcde") == 0);
    CHECK(memcpy_s(b, 2, "abc", 3) == 34 && b[0] == 0 && memcpy_s(b, 8, "abc", 4) == 0 && memmove_s(b + 1, 7, b, 4) == 0 && strcmp(b, "aabc") == 0);
    return 0;
}
static int order(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
static int numbers(void)
{
    char *end;
    int v[9] = { 5, 3, 9, 1, 1, 8, -4, 0, 7 }, key = 8, i;
    CHECK(atoi(" -42x") == -42 && atol("+7") == 7 && _atoi64("9000000000") == 9000000000 && _wtoi(L"12") == 12);
    CHECK(strtol("0x1fz", &end, 0) == 31 && *end == 'z' && strtol("0755", 0, 0) == 493 && strtol("zz", &end, 10) == 0 && *end == 'z');
    CHECK(strtol("99999999999", 0, 10) == 2147483647L && strtol("-99999999999", 0, 10) == -2147483647L - 1);
    CHECK(strtoul("4294967295", 0, 10) == 4294967295UL && strtoul("-1", 0, 10) == 4294967295UL && strtoul("4294967296", 0, 10) == 4294967295UL);
    CHECK(wcstoul(L"ff", 0, 16) == 255 && wcstol(L"-0x10", 0, 16) == -16);
    CHECK(_itoa_s(-12, b, 8, 10) == 0 && strcmp(b, "-12") == 0 && _itoa_s(-1, b, 8, 16) == 34 && b[0] == 0);
    CHECK(_ultoa_s(4000000000UL, b, 8, 36) == 0 && strcmp(b, "1u5hvr4") == 0 && _itoa_s(5, b, 8, 2) == 0 && strcmp(b, "101") == 0 && _itoa_s(1, b, 8, 1) == 22);
    CHECK(_itow_s(255, w, 8, 16) == 0 && wcscmp(w, L"ff") == 0);
    qsort(v, 9, sizeof(int), order);
    for (i = 1; i < 9; i++) CHECK(v[i - 1] <= v[i]);
    CHECK(bsearch(&key, v, 9, sizeof(int), order) == &v[7]);
    key = 2; CHECK(bsearch(&key, v, 9, sizeof(int), order) == 0);
    srand(1); CHECK(rand() == 41 && rand() == 18467 && rand() == 6334);
    CHECK(abs(-3) == 3 && toupper('a') == 'A' && tolower('1') == '1' && isxdigit('f') && !isxdigit('g') && isspace('\\v') && ispunct('!') && iscntrl(127));
    return 0;
}
int check_text(void) { return text(); }
int check_bounded(void) { return bounded(); }
int check_numbers(void) { return numbers(); }
long DriverEntry(void *driver, void *path) { return 0; }
`;

describe("the runtime object", function () {
  this.timeout(120_000);
  let run: (name: string) => unknown;
  before(async () => {
    const result = await buildText(checks);
    assert.ok(result.ok, JSON.stringify(result.diagnostics));
    // The headers and the runtime object must agree about every signature.
    assert.deepEqual(result.diagnostics, []);
    const module = new WebAssembly.Module(Uint8Array.from(result.wasm));
    const memory = new WebAssembly.Memory({ initial: 4 });
    const hooks = Object.fromEntries(
      WebAssembly.Module.imports(module)
        .filter(({ module: from }) => from === "dbg")
        .map(({ name }) => [name, () => 0]),
    );
    const { exports } = new WebAssembly.Instance(module, { env: { memory }, dbg: hooks });
    const stackPointer = exports["__stack_pointer"];
    assert.ok(stackPointer instanceof WebAssembly.Global);
    stackPointer.value = memory.buffer.byteLength;
    run = (name) => {
      const check = exports[name];
      assert.ok(typeof check === "function");
      return check();
    };
  });

  const passes = (name: string): void => {
    const line = Number(run(name));
    assert.equal(line, 0, `line ${line}: ${checks.split("\n")[line - 1]}`);
  };

  it("compares, searches and copies strings of both widths", () => passes("check_text"));
  it("bounds copies and reports what does not fit", () => passes("check_bounded"));
  it("converts numbers, sorts and searches", () => passes("check_numbers"));
});
