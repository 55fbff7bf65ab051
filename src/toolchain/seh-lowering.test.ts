// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { lowerSeh } from "./seh-lowering.ts";
import { readSehStatements, SehSyntaxError } from "./seh-statements.ts";
import { addedFile, PlaceFinder } from "./seh-text.ts";
import { findSehFunctions } from "./seh-functions.ts";
import { tokenize } from "./seh-tokens.ts";
import type { Language } from "./compile-flags.ts";

const head = '# 1 "/w/a.c"\n';

/** Where each token of `text` that is not added code stands: `name@line:column`. */
function places(text: string): string[] {
  const finder = new PlaceFinder(text);
  return tokenize(text).tokens.flatMap(({ text: token, start }) => {
    const { quotedFile, line, column } = finder.at(start);
    return quotedFile.includes(addedFile) || token.startsWith("__dbg") ? [] : [`${token}@${line}:${column}`];
  });
}

const bodies = (text: string, language: Language): string[] => {
  const list = tokenize(text);
  return findSehFunctions(list, language).map(({ head: from, open, isLambda }) =>
    isLambda
      ? "lambda"
      : list.tokens
          .slice(from, open)
          .map((token) => token.text)
          .join(" "),
  );
};

const jumps = (body: string): string[] => {
  const list = tokenize(`void f(void) { ${body} }`);
  const [fn] = findSehFunctions(list, "c");
  assert.ok(fn);
  const statements = readSehStatements(list, fn, "c");
  return (statements?.jumps ?? []).map(({ kind, from, to }) => `${kind} ${from.kind}${from.scope} ${to.kind}${to.scope}`);
};

describe("lowerSeh", () => {
  it("leaves text without __try alone", () => {
    assert.equal(lowerSeh(`${head}void f(void) { }\n`, "c"), undefined);
    assert.equal(lowerSeh(`${head}void f(void) { try { } catch (...) { } }\n`, "c++"), undefined);
    assert.equal(lowerSeh(`${head}const char *s = "__try {"; // __try {\n`, "c"), undefined);
  });

  it("keeps every token of the driver on its line and column", () => {
    const source = `# 1 "/w/a.h" 1
int g(int);
# 2 "/w/a.c" 2
int f(int n)
{
    int i = 0; __try { i = g(1); if (i) return i; for (;;) { if (n) break; __leave; } } __except (g(2) ? 1 : 0) { i = g(3); } i = g(4);
#pragma pack(1)
    __try { goto out; } __finally { g(5); } g(6);
out: return i;
}
`;
    const lowered = lowerSeh(head + source, "c");
    assert.ok(lowered !== undefined);
    const kept = new Set(places(lowered));
    const missing = places(head + source).filter((place) => !kept.has(place) && !/^(__try|__except|__finally|__leave|return)@/.test(place));
    assert.deepEqual(missing, []);
    assert.match(lowered, /\n#pragma pack\(1\)\n/);
  });

  it("says what is wrong where Microsoft's compiler does too", () => {
    const wrong = (body: string): SehSyntaxError => {
      try {
        lowerSeh(`${head}void f(void)\n{\n${body}\n}\n`, "c");
      } catch (error) {
        assert.ok(error instanceof SehSyntaxError);
        return error;
      }
      return assert.fail("nothing was found wrong");
    };
    assert.match(wrong("__try { } g();").message, /'__try' is not followed by '__except' or '__finally'/);
    assert.match(wrong("__try { } __except (1) { } __leave;").message, /'__leave' stands in no __try block/);
    assert.match(wrong("goto in; __try { in: ; } __except (1) { }").message, /the jump leads into a __try block/);
    assert.match(wrong("__try { goto in; } __except (1) { in: ; }").message, /the jump leads into a __except block/);
    assert.match(wrong("__try { } __except (1) { } _exception_code();").message, /outside of the filter or handler/);
    assert.match(wrong("__try { } __except (1) { _exception_info(); }").message, /outside of the filter of an __except/);
    assert.match(wrong("__try { _abnormal_termination(); } __finally { }").message, /outside of a __finally block/);
  });

  it("leaves text that it cannot follow to the compiler", () => {
    assert.equal(lowerSeh(`${head}void f(void) { __try { g( } __finally { } }\n`, "c"), undefined);
  });
});

describe("findSehFunctions", () => {
  it("finds functions in C, K&R definitions too", () => {
    const text = `
struct s { int a; } x = { 1 };
int table[] = { 1, 2 };
enum e { A, B };
__attribute__((noinline)) static int *f(int a, struct s b) { __try { } __finally { } return 0; }
int none(void) { return 0; }
struct s g(void) { if (1) { try { } except (1) { } } }
int old(a) int a; { __try { } __finally { } }
`;
    assert.deepEqual(bodies(text, "c"), ["__attribute__ ( ( noinline ) ) static int * f ( int a , struct s b )", "struct s g ( void )", ""]);
  });

  it("finds members, constructors, templates and lambdas in C++", () => {
    const text = `
namespace a { extern "C" { class B : public C { public: B() : x{1}, y(2) { __try { } __finally { } } int m() const { __try { } __finally { } } }; } }
template <class T> T h(T v) { __try { } __finally { } }
int k(int *p) { auto l = [&](int n) mutable -> int { __try { } __finally { } return p[n]; }; return l(p[0]); }
int o() { struct L { int r() { __try { } __finally { } } }; return try_it(); }
`;
    assert.deepEqual(bodies(text, "c++"), ["B ( ) : x { 1 } , y ( 2 )", "int m ( ) const", "template < class T > T h ( T v )", "lambda", "int r ( )"]);
  });
});

describe("readSehStatements", () => {
  it("knows what each jump leaves", () => {
    assert.deepEqual(jumps("for (;;) { __try { if (a) break; else continue; } __finally { while (1) break; } }"), [
      "break body0 function-1",
      "continue body0 function-1",
      "break finally0 finally0",
    ]);
    assert.deepEqual(jumps("__try { for (;;) { __try { goto in; } __except (1) { return; } in: ; } } __finally { do { continue; } while (0); }"), [
      "goto body1 body0",
      "return handler1 function-1",
      "continue finally0 finally0",
    ]);
    assert.deepEqual(jumps("__try { __try { } __except (1) { __leave; } switch (x) { case a ? b : c: default: break; } } __finally { }"), [
      "leave handler1 body0",
      "break body0 body0",
    ]);
  });
});
