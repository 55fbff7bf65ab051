// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { findEnumeration, findWppBlocks } from "./wpp-blocks.ts";
import { readWppConfiguration, readWppFunctions } from "./wpp-configuration.ts";

const one = (text: string) => readWppConfiguration(text.split("\n"));
const signature = (text: string) => {
  const [item] = readWppFunctions(text).functions;
  return item && [item.name, item.settings.map((pair) => pair.join("=")).join(), item.parameters.join(), item.hasMessage, item.isVariadic, item.parentheses];
};

describe("readWppFunctions", () => {
  it("reads settings, parameters and message in every form", () => {
    assert.deepEqual(signature("TraceEvents(LEVEL,FLAGS,MSG,...)"), ["TraceEvents", "", "LEVEL,FLAGS", true, true, "none"]);
    assert.deepEqual(signature("Hexdump((LEVEL,FLAGS,MSG,...))"), ["Hexdump", "", "LEVEL,FLAGS", true, true, "all"]);
    assert.deepEqual(signature("DbgPrint{FLAG=X}(LEVEL, (MSG, ...))"), ["DbgPrint", "FLAG=X", "LEVEL", true, true, "message"]);
    assert.deepEqual(signature("E{LEVEL=A, FLAGS=B}(MSG,...)"), ["E", "LEVEL=A,FLAGS=B", "", true, true, "none"]);
    assert.deepEqual(signature("Enter()"), ["Enter", "", "", false, false, "none"]);
    assert.deepEqual(signature("Exit{LEVEL=V}(STATUS)"), ["Exit", "LEVEL=V", "STATUS", false, false, "none"]);
  });

  it("reads a list, and says which of it is none", () => {
    const { functions, problems } = readWppFunctions("A(MSG,...);B((LEVEL,MSG,...)); 1x(MSG);");
    assert.deepEqual(
      functions.map(({ name }) => name),
      ["A", "B"],
    );
    assert.deepEqual(problems, ["'1x(MSG)' is not a trace function"]);
  });
});

describe("readWppConfiguration", () => {
  it("joins statements over lines and leaves comments out", () => {
    const lines = one('FUNC A(LEVEL, MSG, ...);\n\nWhat A is for; a comment.\nUSESUFFIX (A,\n  " [%!STATUS!; x]", status);');
    assert.deepEqual(
      lines.map(({ line, problem }) => [line, problem]),
      [
        [1, undefined],
        [4, undefined],
      ],
    );
    assert.deepEqual(lines[1]?.statement, { kind: "suffix", function: "A", affix: { format: '" [%!STATUS!; x]"', args: ["status"] } });
  });

  it("reads custom types", () => {
    assert.deepEqual(one("CUSTOM_TYPE(Op, ItemListShort(Read, Write));")[0]?.statement, {
      kind: "type",
      type: { name: "Op", kind: "list", bytes: 2, items: ["Read", "Write"] },
    });
    assert.deepEqual(one("CUSTOM_TYPE(E, ItemEnum(Ns::Enum));")[0]?.statement, {
      kind: "type",
      type: { name: "E", kind: "enum", bytes: 4, items: ["Ns::Enum"] },
    });
  });

  it("says what cannot be read, with its line", () => {
    assert.deepEqual(one("\nFUNC (MSG);")[0], { line: 2, problem: "the trace function '(MSG)' cannot be read" });
    assert.match(one('USEPREFIX(A "x");')[0]?.problem ?? "", /the prefix .* cannot be read/);
  });
});

describe("findWppBlocks", () => {
  it("takes the comment marks of either kind away", () => {
    const text = "int a;\r\n// begin_wpp config\r\n// FUNC A(MSG,...);\r\n// end_wpp\r\n/* begin_wpp config\n * FUNC B(MSG,...);\n end_wpp */\n";
    assert.deepEqual(findWppBlocks(text), [
      { kind: "config", line: 3, lines: ["FUNC A(MSG,...);"] },
      { kind: "config", line: 6, lines: ["FUNC B(MSG,...);"] },
    ]);
  });
});

describe("findEnumeration", () => {
  it("reads values of tags and typedefs up to one that is no number", () => {
    const text = "typedef enum _E { A, B = 0x10, /* c */ C, D = B, X = FN(1), Y } E;";
    const expected = new Map([
      [0, "A"],
      [16, "B"],
      [17, "C"],
    ]);
    assert.deepEqual(findEnumeration(text, "_E"), expected);
    assert.deepEqual(findEnumeration(text, "E"), expected);
    assert.equal(findEnumeration(text, "F"), undefined);
  });
});
