// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { entry, forbidden, ForwardingClang, lineOf, Project } from "../../test/fixtures/driver-project.ts";
import { readLineTable, UserError, wasmCustomSections } from "../base/index.ts";
import { imageBase } from "../protocol/index.ts";
import { buildDriver } from "./build-driver.ts";
import type { BuildFailure, BuildOptions, BuildProgress, BuildRequest, BuildResult, BuildSuccess } from "./build-request.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { EmbeddedClang } from "./embedded-clang.ts";
import { parseWasm } from "./wasm-module.ts";

function succeeded(result: BuildResult): BuildSuccess {
  assert.ok(result.ok, result.ok ? "" : JSON.stringify(result.diagnostics, undefined, 2));
  return result;
}

function failed(result: BuildResult): BuildFailure {
  assert.ok(!result.ok, "the build should have failed");
  return result;
}

const places = (diagnostics: readonly Diagnostic[]): unknown[] => diagnostics.map(({ file, line, column, message }) => [file, line, column, message]);

describe("buildDriver with the embedded clang", function () {
  this.timeout(120_000);
  const embedded = new EmbeddedClang({ size: 1 });
  let sharedCache: string;
  let project: Project;
  before(async () => {
    sharedCache = await mkdtemp(join(tmpdir(), "kmdf-dma-cache-"));
  });
  beforeEach(async () => {
    project = await Project.create(sharedCache);
  });
  afterEach(() => rm(project.folder, { recursive: true, force: true }));
  after(async () => {
    await embedded.dispose();
    await rm(sharedCache, { recursive: true, force: true });
  });

  const build = (sources: readonly string[], parts: Partial<BuildRequest> = {}, options: Partial<BuildOptions> = {}) =>
    buildDriver(project.request(sources, parts), { embedded, ...options });

  it("links C and C++ into a module that instantiates, with data from imageBase on", async () => {
    await project.write({
      "a.c": `${entry}int counter = 5;\nint read_counter(void) { return counter; }\nint length(void) { static const unsigned short s[] = L"abc"; return (int)wcslen(s); }\n`,
      "b.cpp":
        '#include <ntddk.h>\nextern "C" int counter;\nstruct Twice { int value; Twice() : value(2 * counter) {} };\nstatic Twice twice;\nextern "C" int read_twice() { return twice.value; }\n',
    });
    const { wasm, imports } = succeeded(await build(["a.c", "b.cpp"]));
    assert.deepEqual(imports, [{ name: "KeEmulated", references: [{ file: project.path("a.c"), line: 4 }] }]);
    const module = new WebAssembly.Module(Uint8Array.from(wasm));
    assert.deepEqual(
      WebAssembly.Module.imports(module)
        .filter(({ module: from }) => from === "env")
        .map(({ name }) => name),
      ["memory", "KeEmulated"],
    );
    const memory = new WebAssembly.Memory({ initial: 16 });
    const hooks = Object.fromEntries(
      WebAssembly.Module.imports(module)
        .filter(({ module: from }) => from === "dbg")
        .map(({ name }) => [name, () => 0]),
    );
    const { exports } = new WebAssembly.Instance(module, { env: { memory, KeEmulated: () => undefined }, dbg: hooks });
    const call = (name: string): unknown => {
      const value = exports[name];
      assert.ok(typeof value === "function", name);
      return value();
    };
    const below = new Uint8Array(memory.buffer, 0, imageBase);
    assert.ok(below.every((byte) => byte === 0));
    const stackPointer = exports["__stack_pointer"];
    assert.ok(stackPointer instanceof WebAssembly.Global);
    stackPointer.value = memory.buffer.byteLength;
    assert.ok(exports["__indirect_function_table"] instanceof WebAssembly.Table);
    assert.equal(call("read_twice"), 0);
    call("__wasm_call_ctors");
    assert.deepEqual([call("read_counter"), call("read_twice"), call("length")], [5, 10, 3]);
  });

  it("reports errors of all files at once, with place, range and fix-it", async () => {
    const broken = "int f(int ä)\n{\n\t/* äöü */ return ä + 1\n}\n";
    await project.write({ "a.c": entry, "b.c": broken, "c.c": "void g(void) { undeclared_call(1); }\n" });
    const { diagnostics } = failed(await build(["a.c", "b.c", "c.c"]));
    assert.deepEqual(places(diagnostics), [
      [project.path("b.c"), 3, broken.split("\n")[2]?.length ?? 0, "expected ';' after return statement"].map((part, i) => (i === 2 ? Number(part) + 1 : part)),
      [project.path("c.c"), 1, 16, "call to undeclared function 'undeclared_call'; ISO C99 and later do not support implicit function declarations"],
    ]);
    const [semicolon, implicit] = diagnostics;
    assert.deepEqual(semicolon?.fixIts, [{ file: project.path("b.c"), line: 3, column: 24, endLine: 3, endColumn: 24, text: ";" }]);
    assert.equal(implicit?.code, "-Wimplicit-function-declaration");
    assert.match(implicit?.hint ?? "", /not part of the emulated WDK/);
  });

  it("names a missing header, who includes it, and the way out", async () => {
    await project.write({ "a.c": '#include "first.h"\n', "first.h": '\n#include "second.h"\n' });
    const [missing, ...others] = failed(await build(["a.c"])).diagnostics;
    assert.deepEqual(others, []);
    assert.equal(missing?.message, "'second.h' file not found");
    assert.deepEqual([missing?.file, missing?.line, missing?.includedFrom], [project.path("first.h"), 2, [{ file: project.path("a.c"), line: 1 }]]);
    assert.match(missing?.hint ?? "", /includePath/);
  });

  it("finds headers in any letter case, through backslashes and .., and shows their real paths", async () => {
    await project.write({
      "sys/a.c": `#include "..\\INC\\Shared.H"\r\n#include <Regs.h>\r\n${entry}`,
      "inc/shared.h": '#include "MORE/inner.h"\nstatic inline int shared(void)\n{\n    return INNER;\n}\n',
      "inc/More/Inner.h": "#define INNER 3\n",
      "common/REGS.H": "int use(void)\n{\n    return shared();\n}\n",
    });
    const { wasm, objects, diagnostics } = succeeded(await build(["sys/a.c"], { includePath: [project.path("COMMON")] }));
    assert.deepEqual(diagnostics, []);
    const expected = ["common/REGS.H", "inc/More/Inner.h", "inc/shared.h", "wdk/ntddk.h"].map((name) => project.path(name));
    assert.deepEqual([...(objects[0]?.dependencies ?? [])].sort(), expected);
    const { files } = readLineTable(wasmCustomSections(wasm));
    assert.deepEqual(
      files.filter((file) => !file.endsWith("ntddk.h")).sort(),
      ["common/REGS.H", "inc/shared.h", "sys/a.c"].map((name) => project.path(name)).sort(),
    );
  });

  it("finds headers by their absolute path, and those next to them", async () => {
    await project.write({ "elsewhere/a.h": '#include "b.h"\n', "elsewhere/b.h": "#define ANSWER 42\n" });
    await project.write({ "a.c": `#include "${project.path("elsewhere/a.h")}"\n${entry}int answer = ANSWER;\n` });
    succeeded(await build(["a.c"]));
  });

  it("follows headers named by macros, generated headers and forced includes", async () => {
    await project.write({
      "a.c": `#define HEADER "named.h"\n#include HEADER\n#define STR2(x) #x\n#define STR(x) STR2(x)\n#include STR(computed.h)\n#include "a.tmh"\n${entry}int all = NAMED + COMPUTED + GENERATED + FORCED;\n`,
      "named.h": "#define NAMED 1\n",
      "computed.h": "#define COMPUTED 2\n",
      "forced.h": "#define FORCED 8\n",
    });
    const generated = new Map([[project.path("a.tmh"), Buffer.from("#define GENERATED 4\n")]]);
    succeeded(await build(["a.c"], { generated, compilerArgs: ["-include", "forced.h"] }));
  });

  it("passes bytes that are not UTF-8 and a byte-order mark through", async () => {
    await project.write({ "a.c": Buffer.concat([Buffer.from("\ufeff"), Buffer.from("// caf\xe9 \xff\n", "latin1"), Buffer.from(entry)]) });
    assert.deepEqual(succeeded(await build(["a.c"])).diagnostics, []);
  });

  it("predefines what a Win32 KMDF build defines, never what a 64-bit one does", async () => {
    const test = `#if !defined(_X86_) || _M_IX86 < 300 || _MSC_VER < 1900 || !defined(_WIN32) || !_KERNEL_MODE || !DBG || NTDDI_VERSION < 0x0A000000
#error predefined
#endif
#if KMDF_VERSION_MAJOR != 1 || KMDF_VERSION_MINOR != 33 || defined(_WIN64) || defined(_AMD64_) || defined(__GNUC__)
#error foreign
#endif
_Static_assert(sizeof(void *) == 4 && sizeof(L'a') == 2 && sizeof(long) == 4, "Win32");
struct bits { unsigned char a : 4; unsigned long b : 4; };
_Static_assert(sizeof(struct bits) == 8, "Microsoft's bit-fields");
int *pointer(unsigned char *p) { return p; }
`;
    await project.write({ "a.c": test + entry });
    const { diagnostics } = succeeded(await build(["a.c"], { defines: ["_WIN64", "_AMD64_"] }));
    assert.deepEqual(
      diagnostics.map(({ severity, code }) => [severity, code]),
      [
        ["warning", "define-other-machine"],
        ["warning", "define-other-machine"],
        ["warning", "-Wincompatible-pointer-types"],
      ],
    );
  });

  it("reports unknown functions and data with every line that uses them", async () => {
    const a = `${entry}void Missing(int);
extern int MissingData;
void use(void)
{
    KeDeclared(1);
    Missing(2); /* first */
    MissingData = 3; /* data */
}
void (*table[])(int) = { /* table */
    Missing,
};
`;
    const b = "void Missing(int);\nstatic inline void deep(void)\n{\n    Missing(4); /* inline */\n}\nvoid other(void) { deep(); }\n";
    await project.write({ "a.c": a, "b.c": b });
    const { diagnostics } = failed(await build(["a.c", "b.c"]));
    const file = project.path("a.c");
    assert.deepEqual(diagnostics.map(({ code, message, file: at, line }) => [code, message, at, line]).sort(), [
      ["undefined-data", "unresolved external symbol 'MissingData'", file, lineOf(a, "/* data */")],
      ["undefined-function", "unresolved external symbol 'Missing'", file, lineOf(a, "/* first */")],
    ]);
    const notes = diagnostics.flatMap((item) => item.notes.map((note) => [note.file, note.line]));
    assert.deepEqual(notes, [
      [file, lineOf(a, "/* table */")],
      [project.path("b.c"), lineOf(b, "/* inline */")],
    ]);
  });

  it("accepts what Microsoft's linker accepts: inline functions and tentative definitions in several objects", async () => {
    const shared = "ULONG_ debug;\n__inline int helper(void) { return debug; }\n".replace("ULONG_", "unsigned long");
    await project.write({
      "a.c": `#include "shared.h"\n${entry}int a(void) { return helper(); }\n`,
      "b.c": '#include "shared.h"\nint b(void) { return helper(); }\n',
      "shared.h": shared,
    });
    assert.deepEqual(succeeded(await build(["a.c", "b.c"])).diagnostics, []);
  });

  it("warns when two sources define a function, but not when a header does", async () => {
    const a = `#include "inline.h"\n${entry}void twice(void) { shared(); } /* first */\n`;
    const b = '#include "inline.h"\n\nvoid twice(void) { shared(); } /* second */\n';
    await project.write({ "a.c": a, "b.c": b, "inline.h": "__inline void shared(void) { }\n" });
    const { diagnostics } = succeeded(await build(["a.c", "b.c"]));
    assert.deepEqual(
      diagnostics.map(({ code, file, line }) => [code, file, line]),
      [["defined-twice", project.path("a.c"), lineOf(a, "first")]],
    );
    assert.deepEqual(diagnostics[0]?.notes, [{ file: project.path("b.c"), line: lineOf(b, "second"), message: "also defined here" }]);
  });

  it("suggests the function that was meant", async () => {
    await project.write({ "a.c": `${entry}void KeEmulatde(int value);\nvoid f(void) { KeEmulatde(1); }\n` });
    assert.match(failed(await build(["a.c"])).diagnostics[0]?.message ?? "", /did you mean 'KeEmulated'\?/);
  });

  it("moves the stack pointer in leaf functions, which interrupts rely on", async () => {
    await project.write({ "a.c": `${entry}int leaf(int a)\n{\n    int copy = a;\n    return copy;\n}\n` });
    const module = parseWasm(succeeded(await build(["a.c"])).wasm);
    const index = [...module.functionNames].find(([, name]) => name === "leaf")?.[0] ?? -1;
    const body = module.bodies[index - module.importedFunctions];
    assert.ok(body);
    // global.set of the stack pointer (global 0), its index padded by the linker: once to enter, once to leave.
    const writes = Buffer.from(module.bytes.subarray(body.start, body.end)).toString("hex").split("248080808000").length - 1;
    assert.equal(writes, 2);
  });

  it('asks for DriverEntry, and for extern "C" where it is C++', async () => {
    await project.write({ "a.c": "int a;\n", "b.cpp": "long DriverEntry(void *, void *) { return 0; }\n" });
    const [none] = failed(await build(["a.c"])).diagnostics;
    assert.equal(none?.code, "no-driver-entry");
    const [mangled] = failed(await build(["b.cpp"])).diagnostics;
    assert.match(mangled?.hint ?? "", /extern "C"/);
  });

  it("warns when two files disagree about a function", async () => {
    await project.write({ "a.c": `${entry}int helper(int x) { return x; }\n`, "b.c": "void helper(void);\nvoid b(void) { helper(); }\n" });
    const [warning] = succeeded(await build(["a.c", "b.c"])).diagnostics;
    assert.equal(warning?.code, "signature-mismatch");
    assert.match(warning?.message ?? "", /helper/);
    assert.ok(
      warning?.notes.some(({ message }) => message.includes(project.path("b.c"))),
      JSON.stringify(warning),
    );
  });

  it("takes an unchanged build from the cache without a compiler, warnings included", async () => {
    await project.write({ "a.c": `#include "h.h"\n${entry}int *warn(char *p) { return p; }\n`, "h.h": "#define VALUE 1\n" });
    const first = succeeded(await build(["a.c"]));
    const events: BuildProgress[] = [];
    const again = succeeded(await build(["a.c"], {}, { embedded: forbidden(embedded), onProgress: (event) => events.push(event) }));
    assert.equal(first.cached, false);
    assert.equal(again.cached, true);
    assert.deepEqual([again.wasm, again.imports, again.diagnostics], [first.wasm, first.imports, first.diagnostics]);
    assert.equal(first.diagnostics.length, 1);
    assert.deepEqual(events, [
      { kind: "scan", total: 1 },
      { kind: "compile", file: project.path("a.c"), done: 1, total: 1, cached: true },
      { kind: "link", cached: true },
    ]);
    await project.write({ "h.h": "#define VALUE 2\n" });
    assert.equal(succeeded(await build(["a.c"])).cached, false);
    await project.write({ "wdk/other.h": "", "h.h": "#define VALUE 1\n" });
    assert.equal(succeeded(await build(["a.c"], {}, { embedded: forbidden(embedded) })).cached, true);
  });

  it("compiles only what changed", async () => {
    await project.write({ "a.c": entry, "b.c": "int b;\n" });
    await build(["a.c", "b.c"]);
    await project.write({ "b.c": "int b = 1;\n" });
    const { objects } = succeeded(await build(["a.c", "b.c"]));
    assert.deepEqual(
      objects.map(({ cached }) => cached),
      [true, false],
    );
  });

  it("serves two builds that share one cache folder", async () => {
    await project.write({ "a.c": entry, "b.c": "int b;\n" });
    const cacheDir = project.path("cache");
    const [one, two] = (await Promise.all([build(["a.c", "b.c"], { cacheDir }), build(["a.c", "b.c"], { cacheDir })])).map(succeeded);
    assert.deepEqual(one?.wasm, two?.wasm);
    const left = await readdir(cacheDir);
    assert.ok(left.length > 0 && left.every((name) => name.endsWith(".entry")), left.join());
  });

  it("repeats what it said about the request when the module comes from the cache", async () => {
    await project.write({ "a.c": entry });
    succeeded(await build(["a.c"]));
    const { cached, diagnostics } = succeeded(await build(["a.c"], { defines: ["_WIN64"], includePath: [project.path("none")] }));
    assert.equal(cached, true);
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ["define-other-machine", "include-path-missing"],
    );
  });

  it("compiles single sources by their own settings", async () => {
    await project.write({
      "a.c": `${entry}#if !defined(ALL) || defined(OWN) || defined(__cplusplus)\n#error settings\n#endif\n`,
      "b.c":
        '#include <own.h>\n#if !defined(ALL) || OWN != 2 || !defined(__cplusplus)\n#error settings\n#endif\nextern "C" int b(void) { return OWN_HEADER; }\n',
      "own/own.h": "#define OWN_HEADER 1\n",
    });
    const own = { language: "c++", defines: ["OWN=2"], includePath: [project.path("own")] } as const;
    succeeded(await build(["a.c", "b.c"], { defines: ["ALL"], sourceOptions: new Map([[project.path("b.c"), own]]) }));
  });

  it("survives a compiler that crashes, and names the source", async () => {
    await project.write({ "a.c": entry });
    const crashing = new ForwardingClang(embedded, (job, signal) =>
      embedded.run({ ...job, invocation: (scratch) => ({ ...job.invocation(scratch), args: ["-fcommon", ...job.invocation(scratch).args] }) }, signal),
    );
    await project.write({ "b.c": "int tentative;\n" });
    const [crash] = failed(await build(["b.c"], {}, { embedded: crashing })).diagnostics;
    assert.deepEqual([crash?.code, crash?.file], ["compiler-crash", project.path("b.c")]);
    succeeded(await build(["a.c"]));
  });

  it("takes paths with characters that mean something to shells and make", async () => {
    const odd = "we$ird #1 'q' & (x)";
    await project.write({ [`${odd}/a.c`]: `#include "h $x.h"\n${entry}`, [`${odd}/h $x.h`]: "extern int x;\n" });
    const { objects, wasm } = succeeded(await build([`${odd}/a.c`]));
    assert.ok(objects[0]?.dependencies.includes(project.path(`${odd}/h $x.h`)));
    assert.ok(readLineTable(wasmCustomSections(wasm)).files.includes(project.path(`${odd}/a.c`)));
  });

  it("gives the same bytes from the same input", async () => {
    await project.write({ "a.c": `${entry}const char when[] = __DATE__ __TIME__ __FILE__;\n` });
    const [one, two] = [await build(["a.c"]), await build(["a.c"], { cacheDir: project.path("other cache") })].map(succeeded);
    assert.deepEqual(one?.wasm, two?.wasm);
  });

  it("stops a running compiler when aborted, with the reason, and builds again afterwards", async () => {
    await project.write({ "a.c": entry });
    succeeded(await build(["a.c"], { defines: ["WARM"] }));
    const warm = embedded.workers;
    const stopped = new AbortController();
    const whileRunning = new ForwardingClang(embedded, (job, signal) => {
      const running = embedded.run(job, signal);
      stopped.abort(new Error("stop"));
      return running;
    });
    await assert.rejects(build(["a.c"], {}, { signal: stopped.signal, embedded: whileRunning }), /^Error: stop$/);
    assert.equal(embedded.workers, warm - 1);
    succeeded(await build(["a.c"]));
  });

  it("does not begin when it is aborted already", async () => {
    await project.write({ "a.c": entry });
    await assert.rejects(build(["a.c"], {}, { signal: AbortSignal.abort(new Error("before")), embedded: forbidden(embedded) }), /^Error: before$/);
  });

  it("names a source that does not exist and one of unknown type", async () => {
    await project.write({ "a.asm": "" });
    await assert.rejects(build(["none.c"]), (error) => error instanceof UserError && error.code === "config-source-missing");
    await assert.rejects(build(["a.asm"]), (error) => error instanceof UserError && error.code === "config-source-type");
  });
});
