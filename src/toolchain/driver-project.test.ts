// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../base/index.ts";
import { type DriverProject, type ProjectSource, readDriverProject } from "./driver-project.ts";

const fixtures = fileURLToPath(new URL("../../test/fixtures/projects", import.meta.url));
const vcxproj = join(fixtures, "solution", "Driver", "Probe.vcxproj");
const probe = (configuration = "Debug"): DriverProject => readDriverProject(vcxproj, { configuration, platform: "x64" });
const debug = probe();

const names = ({ sources }: DriverProject): string[] =>
  sources.map(({ path }) => relative(join(fixtures, "solution"), path).split(sep).join("/").normalize("NFC"));

function source(project: DriverProject, name: string): ProjectSource {
  const found = project.sources.find(({ path }) => path.endsWith(`${sep}${name}`));
  assert.ok(found, `${name} is not a source`);
  return found;
}

/** 1-based line of the fixture project that holds `text`. */
const lineOf = (file: string, text: string): number =>
  readFileSync(file, "utf8")
    .split("\n")
    .findIndex((line) => line.includes(text)) + 1;

describe("readDriverProject without a choice of configuration", () => {
  const other = join(fixtures, "other-configurations", "Other.vcxproj");
  const read = (choice: object) => readDriverProject(other, choice);
  const builtAs = (choice: object) => read(choice).sources[0]?.options.defines?.[0];

  it("takes Debug for x64 where there is one", () => {
    assert.deepEqual(readDriverProject(vcxproj, {}).sources, debug.sources);
    assert.deepEqual(readDriverProject(vcxproj, {}).diagnostics, debug.diagnostics);
  });

  it("takes the debug build that comes nearest, and says so", () => {
    assert.equal(builtAs({}), 'BUILT_AS="Win10 Debug for Win32"');
    const [said] = read({}).diagnostics;
    assert.equal(said?.message, "The project has no configuration 'Debug|x64'; 'Win10 Debug|Win32' is taken");
    assert.equal(said?.file, other);
  });

  it("keeps what was asked for", () => {
    assert.equal(builtAs({ platform: "x64" }), 'BUILT_AS="Win10 Release for x64"');
    assert.equal(builtAs({ configuration: "win7 release" }), 'BUILT_AS="Win7 Release for Win32"');
    assert.throws(() => read({ configuration: "Debug", platform: "x64" }), /has no configuration 'Debug\|x64'; it has 'Win7 Release\|Win32'/);
    assert.throws(() => read({ platform: "Itanium" }), /has no configuration 'Debug\|Itanium'/);
  });
});

describe("readDriverProject with a solution in another folder", () => {
  it("finds the solution that names the project, and what is imported through its folder", () => {
    const { sources, diagnostics } = readDriverProject(join(fixtures, "solution-beside", "drivers", "probe", "Probe.vcxproj"), {});
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(sources[0]?.options.defines, ["FROM_SOLUTION_FOLDER"]);
  });
});

describe("readDriverProject with files that Visual C++ imports by folder", () => {
  it("reads Directory.Build.props first and Directory.Build.targets last", () => {
    const { sources, diagnostics } = readDriverProject(join(fixtures, "directory-build", "driver", "Folder.vcxproj"), {});
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(sources[0]?.options.defines, ["FROM_TARGETS", "OWN", "BUILD_NUMBER=42"]);
    assert.deepEqual(sources[0]?.options.includePath, [join(fixtures, "directory-build")]);
  });
});

describe("readDriverProject with a .vcxproj", () => {
  it("lists sources in project order, from properties, lists and wildcards, by the names on disk, then those of referenced libraries", () => {
    assert.deepEqual(names(debug), [
      "Driver/one.c",
      "Driver/Sub Folder/two.c",
      "Driver/main.c",
      "Driver/plain.c",
      "Driver/Sub Folder/größe.c",
      "Driver/UPPER.C",
      "Library/library.c",
      "Extra/extra.cpp",
    ]);
  });

  it("chooses by configuration what is built, removed and excluded", () => {
    const release = names(probe("release"));
    assert.ok(release.includes("Driver/notbuilt.c"));
    assert.ok(!release.includes("Driver/UPPER.C"));
  });

  it("inherits macros from imported property sheets and definitions, in their order", () => {
    assert.deepEqual(source(debug, "one.c").options.defines, ["FLAVOUR_CHECKED", 'TEXT="a;b"', "FROM_PROPS", "PLATFORM_X64", "FROM_OPTIONS=2"]);
    assert.deepEqual(source(probe("Release"), "one.c").options.defines?.slice(0, 1), ["FLAVOUR_FREE"]);
    assert.ok(source(probe("Release"), "one.c").options.defines?.includes("ONLY_RELEASE"));
    assert.equal(source(debug, "plain.c").options.defines?.[0], "OWN=plain");
    assert.deepEqual(source(debug, "library.c").options.defines, ["IN_LIBRARY"]);
  });

  it("finds folders in any letter case, and the folder of a precompiled header", () => {
    const { includePath } = source(debug, "main.c").options;
    assert.deepEqual(includePath, [join(fixtures, "solution", "Common", "Inc"), join(fixtures, "solution", "Driver")]);
    assert.deepEqual(source(debug, "one.c").options.includePath, [join(fixtures, "solution", "Common", "Inc")]);
  });

  it("passes on forced includes, undefined macros, languages and what has a counterpart among clang's options", () => {
    const main = source(debug, "main.c").options;
    assert.deepEqual(main.undefines, ["NOT_WANTED"]);
    assert.equal(main.forcedIncludes?.length, 1);
    assert.match(main.forcedIncludes?.[0] ?? "", /Common\/Inc\/shared\.h$/);
    assert.equal(source(debug, "plain.c").options.language, "c++");
    assert.equal(main.language, undefined);
    assert.deepEqual(main.compilerArgs, [
      "-UKMDF_VERSION_MAJOR",
      "-DKMDF_VERSION_MAJOR=1",
      "-UKMDF_VERSION_MINOR",
      "-DKMDF_VERSION_MINOR=15",
      "-std=c++20",
      "-Wno-unused-variable",
      "-Wno-deprecated-declarations",
    ]);
    assert.ok(source(probe("Release"), "main.c").options.compilerArgs?.includes("-UDBG"));
  });

  it("says with file and line what it leaves out, and nothing about imports of the kits", () => {
    const said = debug.diagnostics.map(({ file, line, message }) => ({ file, line, message }));
    assert.deepEqual(said, [
      { file: vcxproj, line: lineOf(vcxproj, "Missing.props"), message: "The imported file '..\\Common\\Missing.props' does not exist" },
      { file: vcxproj, line: lineOf(vcxproj, "/strange"), message: "The compiler option '/strange' is not known and is left out" },
    ]);
  });

  it("names the configurations there are when the chosen one is not", () => {
    assert.throws(
      () => readDriverProject(vcxproj, { configuration: "Debug", platform: "Win32" }),
      (error) => error instanceof UserError && /no configuration 'Debug\|Win32'; it has 'Debug\|x64', 'Release\|x64'/.test(error.message),
    );
  });
});

describe("readDriverProject with a WDK 7 sources file", () => {
  const file = join(fixtures, "wdk7", "sources");
  const project = readDriverProject(file, { configuration: "Debug", platform: "Win32" });

  it("reads continued lists, macros that grow, conditions and folders", () => {
    assert.deepEqual(
      project.sources.map(({ path }) => relative(fixtures, path).split(sep).join("/")),
      ["wdk7/one.c", "wdk7/two.c"],
    );
    assert.deepEqual(project.sources[0]?.options.defines, ["FIRST", "SECOND=2", "CHECKED"]);
    assert.deepEqual(project.sources[0]?.options.includePath, [join(fixtures, "wdk7", "inc")]);
    assert.deepEqual(project.sources[0]?.options.compilerArgs, ["-UKMDF_VERSION_MAJOR", "-DKMDF_VERSION_MAJOR=1"]);
    const free = readDriverProject(file, { configuration: "Release", platform: "Win32" });
    assert.deepEqual(free.sources[0]?.options.defines, ["FIRST", "SECOND=2", "FREE"]);
  });

  it("takes the trace functions of RUN_WPP", () => {
    const functions = project.sources[0]?.wpp.functions.map(({ name, parentheses }) => `${name} ${parentheses}`);
    assert.deepEqual(functions, ["TraceEvents none", "Hexdump all"]);
  });

  it("says which line it does not understand", () => {
    assert.deepEqual(
      project.diagnostics.map(({ line, message }) => ({ line, message })),
      [{ line: lineOf(file, "What is this line"), message: "The line 'What is this line' is not understood and is left out" }],
    );
  });
});

describe("readDriverProject with compile_commands.json", () => {
  const project = readDriverProject(join(fixtures, "cmake", "compile_commands.json"), { configuration: "Debug", platform: "x64" });

  it("reads command lines of both kinds of compiler", () => {
    const [first, second] = project.sources;
    assert.deepEqual(first?.options, {
      includePath: [join(fixtures, "cmake")],
      defines: ['TEXT="one two"', "KMDF_VERSION_MAJOR=1"],
      undefines: [],
      compilerArgs: ["-std=c++20"],
      forcedIncludes: [],
      language: "c++",
    });
    assert.deepEqual(second?.options, {
      includePath: [join(fixtures, "cmake")],
      defines: ["SECOND"],
      undefines: [],
      compilerArgs: ["-std=gnu11", "-Wno-unused"],
      forcedIncludes: ["first.h"],
    });
  });

  it("says which entry has no command", () => {
    assert.deepEqual(
      project.diagnostics.map(({ line, code }) => ({ line, code })),
      [{ line: 12, code: "project-compile-command" }],
    );
  });
});

it("readDriverProject refuses files that are no project, with the way out", () => {
  assert.throws(
    () => readDriverProject(join(fixtures, "solution", "Probe.sln"), { configuration: "Debug", platform: "x64" }),
    (error) => error instanceof UserError && error.hint === "name the .vcxproj of the driver instead of the solution",
  );
});
