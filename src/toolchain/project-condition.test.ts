// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { ConditionError, evaluateCondition, versionOrder } from "./project-condition.ts";

const properties: Readonly<Record<string, string>> = { Configuration: "Debug", Platform: "x64", Empty: "", Version: "0xA00", On: "true" };

function holds(condition: string): boolean {
  return evaluateCondition(condition, {
    expand: (text) => text.replace(/\$\((\w+)\)/g, (_, name: string) => properties[name] ?? ""),
    exists: (path) => path === "..\\there.props",
  });
}

const failsWith = (condition: string, message: RegExp): void => {
  assert.throws(
    () => holds(condition),
    (error) => error instanceof ConditionError && message.test(error.message),
  );
};

describe("evaluateCondition", () => {
  it("compares text without letter case and numbers by value", () => {
    assert.equal(holds("'$(Configuration)|$(Platform)'=='debug|X64'"), true);
    assert.equal(holds(" '$(Configuration)' != 'Debug' "), false);
    assert.equal(holds("'$(Empty)' == ''"), true);
    assert.equal(holds("$(Configuration) == Debug"), true);
    assert.equal(holds("'0x10' == '16'"), true);
    assert.equal(holds("'10.0.26100' > '10.0.9'"), true);
    assert.equal(holds("$(Version) >= 0x602"), true);
    assert.equal(holds("$(Version)<$(Version)"), false);
  });

  it("combines with and, or, ! and parentheses; and binds closer than or", () => {
    assert.equal(holds("'1'=='1' or '1'=='2' and '1'=='3'"), true);
    assert.equal(holds("('1'=='1' or '1'=='2') and '1'=='3'"), false);
    assert.equal(holds("!('$(Platform)'=='Win32') AND !false"), true);
    assert.equal(holds("!!$(On)"), true);
  });

  it("knows Exists and HasTrailingSlash", () => {
    assert.equal(holds("Exists('..\\there.props')"), true);
    assert.equal(holds("exists('..\\gone.props') Or HasTrailingSlash('a\\b/')"), true);
    assert.equal(holds("HasTrailingSlash('a')"), false);
  });

  it("takes values that are true or false, and none as false", () => {
    assert.equal(holds("$(On)"), true);
    assert.equal(holds("$(Empty)"), false);
    assert.equal(holds(""), true);
    assert.equal(holds("'off'"), false);
  });

  it("says what is wrong", () => {
    failsWith("'a' ==", /has no value after '=='/);
    failsWith("('a'=='a'", /lacks '\)' before 'the end'/);
    failsWith("'a'=='a' 'b'", /has something after its end: 'b'/);
    failsWith("'a' < 'b'", /not both numbers or versions/);
    failsWith("Missing('x')", /'Missing', which is not a function/);
    failsWith("'maybe'", /neither true nor false/);
    failsWith("'open", /cannot be read from ''open' on/);
  });
});

it("versionOrder compares part by part", () => {
  assert.equal(versionOrder("1.10", "1.9"), 1);
  assert.equal(versionOrder("17.0", "17.0.0"), 0);
  assert.equal(versionOrder("a", "1"), undefined);
});
