// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { UserError } from "../base/index.ts";
import { evaluateProject } from "./project-evaluate.ts";
import { ProjectProblems } from "./project-properties.ts";

describe("Items of a project", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kmdf items "));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = (name: string, content = ""): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };

  function evaluate(body: string): {
    readonly list: (type: string) => string[];
    readonly metadata: (type: string, index: number, name: string) => string;
    readonly problems: readonly string[];
  } {
    file("p.vcxproj", `<Project>\n${body}\n</Project>`);
    const problems = new ProjectProblems();
    const project = evaluateProject({ file: join(folder, "p.vcxproj"), configuration: "Debug", platform: "x64" }, problems);
    return {
      list: (type) => project.items(type).map(({ path }) => relative(folder, path).split(sep).join("/")),
      metadata: (type, index, name) => project.items(type)[index]?.metadata.get(name)?.value ?? "",
      problems: problems.diagnostics.map(({ line, message }) => `${line}: ${message}`),
    };
  }

  it("see properties that are set after them", () => {
    file("late.c");
    assert.deepEqual(evaluate('<ItemGroup><A Include="$(Late)" /></ItemGroup><PropertyGroup><Late>late.c</Late></PropertyGroup>').list("A"), ["late.c"]);
  });

  it("expand wildcards in any letter case, sorted, without what is excluded", () => {
    for (const name of ["B.C", "a.c", "sub/c.c", "sub/deep/d.c", "x.h"]) file(name);
    const { list } = evaluate('<ItemGroup><A Include="*.c" /><B Include="**\\*.c" Exclude="sub\\deep\\**;A.c" /><C Include="?.c;s?b\\c.*" /></ItemGroup>');
    assert.deepEqual(list("A"), ["B.C", "a.c"]);
    assert.deepEqual(list("B"), ["B.C", "sub/c.c"]);
    assert.deepEqual(list("C"), ["B.C", "a.c", "sub/c.c"]);
  });

  it("take other lists whole, transformed and joined", () => {
    const { list, metadata } = evaluate(
      '<ItemGroup><A Include="a.c;b.c"><M>1</M></A><B Include="@(A)" /><C Include="@(A->\'%(Filename).x\')" /><D Include="d.c"><All>@(A, \'+\')</All></D></ItemGroup>',
    );
    assert.deepEqual(list("B"), ["a.c", "b.c"]);
    assert.equal(metadata("B", 1, "m"), "1");
    assert.deepEqual(list("C"), ["a.x", "b.x"]);
    assert.equal(metadata("D", 0, "All"), "a.c+b.c");
  });

  it("inherit metadata from definitions, and change it by Update", () => {
    const { metadata } = evaluate(
      `<ItemDefinitionGroup><A><M>base</M></A></ItemDefinitionGroup>
       <ItemDefinitionGroup Condition="'$(Configuration)'=='Debug'"><A><M>%(M);debug</M></A></ItemDefinitionGroup>
       <ItemGroup><A Include="a.c;b.c"><M>own;%(A.M)</M><N Condition="'%(Filename)'=='b'">yes</N></A><A Update="B.C" M="%(M);updated" /></ItemGroup>`,
    );
    file("b.c");
    assert.equal(metadata("A", 0, "M"), "own;base;debug");
    assert.equal(metadata("A", 0, "N"), "");
    assert.equal(metadata("A", 1, "N"), "yes");
  });

  it("import files relative to the importing one, each once, and resolve items from the project's folder", () => {
    file("common/a.props", '<Project><Import Project="b.props" /><ItemGroup><A Include="a.c" /></ItemGroup></Project>');
    file(
      "common/b.props",
      "<Project><PropertyGroup><Here>$(MSBuildThisFileName)</Here></PropertyGroup><ItemGroup><B Include='$(Here).c' /></ItemGroup></Project>",
    );
    const { list } = evaluate('<Import Project="Common\\A.props" /><Import Project="common\\*.props" />');
    assert.deepEqual(list("A"), ["a.c"]);
    assert.deepEqual(list("B"), ["b.c"]);
  });

  it("are told apart from what is not understood, with its line", () => {
    const { problems } = evaluate("<Strange />\n<PropertyGroup Condition=\"'a' = 'b'\"><X>1</X></PropertyGroup>\n<Target Name='x'><Anything /></Target>");
    assert.deepEqual(problems, [
      "2: The element <Strange> is not known and is left out",
      `3: The condition "'a' = 'b'" cannot be read from '= 'b'' on; it counts as false`,
    ]);
  });

  it("are not read from XML that is broken", () => {
    file("p.vcxproj", "<Project>\n<ItemGroup>\n</Project>");
    assert.throws(
      () => evaluateProject({ file: join(folder, "p.vcxproj"), configuration: "Debug", platform: "x64" }, new ProjectProblems()),
      (error) => error instanceof UserError && error.code === "project-bad-xml" && error.location?.line === 3,
    );
  });
});
