// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expandProperties } from "./project-expand.ts";
import { windowsSlashes } from "./project-paths.ts";

const properties: Readonly<Record<string, string>> = { Name: "Probe", Configuration: "Win8 Debug", Path: "C:\\a\\b.c", List: "one;two;three", Zero: "" };

function expand(text: string, folder = "/"): { readonly value: string; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  const value = expandProperties(text, {
    property: (name) => properties[name],
    folder,
    exists: () => false,
    environment: (name) => (name === "ROOT" ? "C:\\root" : undefined),
    warn: (message) => warnings.push(message),
  });
  return { value, warnings };
}

const values = (pairs: Readonly<Record<string, string>>): void => {
  for (const [text, value] of Object.entries(pairs)) assert.deepEqual(expand(text), { value, warnings: [] }, text);
};

describe("expandProperties", () => {
  it("replaces properties wherever they stand; one that is not set is empty", () => {
    values({ "a$(Name)b$(Name)": "aProbebProbe", "$(None)": "", "no $ (Name)": "no $ (Name)", "$(open": "$(open" });
  });

  it("calls methods of strings", () => {
    values({
      "$(Configuration.Replace(' ',''))": "Win8Debug",
      "$(Name.ToLower())": "probe",
      "$(Name.ToUpper().Substring(1, 2))": "RO",
      "$(Path.TrimEnd('c').TrimEnd('.'))": "C:\\a\\b",
      "$(Name.Length)": "5",
      "$(Name.Contains('rob'))": "True",
      '$(Name.StartsWith("X"))': "False",
      "$(List.Split(';')[1])": "two",
      "$(Path.IndexOf('\\'))": "2",
    });
  });

  it("calls static functions, nested ones too", () => {
    values({
      "$([MSBuild]::EnsureTrailingSlash('a'))": "a\\",
      "$([System.IO.Path]::GetFileNameWithoutExtension($(Path)))": "b",
      "$([System.IO.Path]::Combine('$(Name)', 'x.c'))": "Probe\\x.c",
      "$([System.String]::IsNullOrEmpty('$(Zero)'))": "True",
      "$([MSBuild]::Add(2, 3))": "5",
      "$([MSBuild]::ValueOrDefault('$(Zero)', '$(Name.ToLower())'))": "probe",
      "$([MSBuild]::VersionGreaterThanOrEquals('17.0', '16.9'))": "True",
      "$([System.Environment]::GetEnvironmentVariable('ROOT'))": "C:\\root",
      "$([System.Text.RegularExpressions.Regex]::Replace('$(Configuration)', '[0-9 ]+', '_'))": "Win_Debug",
      "$([System.Text.RegularExpressions.Regex]::IsMatch('$(Name)', '^P.*e$'))": "True",
      "$([System.Text.RegularExpressions.Regex]::Match('$(Path)', '[a-z]+[.]c'))": "b.c",
      "$(Registry:HKEY_LOCAL_MACHINE\\SOFTWARE@Value)": "",
    });
  });

  it("reads a file, as builds do with their version", () => {
    const folder = mkdtempSync(join(tmpdir(), "kmdf-expand-"));
    try {
      writeFileSync(join(folder, "version.txt"), "1.2.3");
      assert.equal(expand("v$([System.IO.File]::ReadAllText('version.txt'))", folder).value, "v1.2.3");
      assert.match(expand("$([System.IO.File]::ReadAllText('none.txt'))", folder).warnings.join(), /none\.txt, which cannot be read/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("finds files above a folder", () => {
    const folder = mkdtempSync(join(tmpdir(), "kmdf-expand-"));
    writeFileSync(join(folder, "Root.props"), "");
    try {
      const call = "$([MSBuild]::GetDirectoryNameOfFileAbove('sub', 'root.props'))";
      assert.equal(expand(call, folder).value, windowsSlashes(folder));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("says what it does not know, and goes on with nothing", () => {
    assert.deepEqual(expand("a$(Name.Normalize())b"), { value: "ab", warnings: ["$(Name.Normalize()) uses the method 'Normalize', which is not known"] });
    assert.deepEqual(expand("$([System.DateTime]::Now)").warnings, ["$([System.DateTime]::Now) calls [System.DateTime]::Now, which is not known"]);
    assert.deepEqual(expand("$([MSBuild]::Add(a, 1))").warnings, ["$([MSBuild]::Add(a, 1)) has 'a' where a number is expected"]);
  });
});
