// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { type LaunchFiles, launchSuggestions } from "./launch-completion.ts";

const files: LaunchFiles = {
  files: ["device.ts", "driver/Dma.c", "driver/Dma.h", "driver/Queue.c", "my.vcxproj", "scenario.ts", "scenarios/cancel.json", "cpp/a.cpp"],
  rules: ["mem-null", "dma-late"],
};

/** Suggestions at the bar of a text that is put into a configuration. */
function at(attribute: string, type = "kmdf-dma"): { readonly values: readonly string[]; readonly replaced: string | undefined } {
  const marked = `{ "configurations": [ { "type": "${type}", "name": "a", ${attribute} } ] }`;
  const offset = marked.indexOf("|");
  const text = marked.replace("|", "");
  const { suggestions, literal } = launchSuggestions(text, offset, files);
  return { values: suggestions.map(({ value }) => value), replaced: literal && text.slice(literal.offset, literal.offset + literal.length) };
}

describe("launchSuggestions", () => {
  it("offers built-in devices and modules, and replaces what is there", () => {
    const { values, replaced } = at('"device": "ed|"');
    assert.ok(values.includes("edu") && values.includes("${workspaceFolder}/device.ts"));
    assert.ok(!values.some((value) => value.includes("scenario") || value.endsWith(".c")));
    assert.equal(replaced, '"ed"');
  });

  it("offers scenarios, projects, sources by pattern and by name, and folders of headers", () => {
    assert.deepEqual(at('"scenario": |').values, ["${workspaceFolder}/scenario.ts", "${workspaceFolder}/scenarios/cancel.json"]);
    assert.deepEqual(at('"project": "|"').values, ["${workspaceFolder}/my.vcxproj"]);
    assert.deepEqual(at('"sources": ["|"]').values, [
      "${workspaceFolder}/cpp/*.cpp",
      "${workspaceFolder}/driver/*.c",
      "${workspaceFolder}/driver/Dma.c",
      "${workspaceFolder}/driver/Queue.c",
      "${workspaceFolder}/cpp/a.cpp",
    ]);
    assert.deepEqual(at('"includePath": ["|"]').values, ["${workspaceFolder}/driver"]);
  });

  it("offers functions for faults and rules for the verifier", () => {
    assert.ok(at('"faults": [{ "at": "|" }]').values.includes("WdfDmaTransactionCreate"));
    assert.deepEqual(at('"verifier": { "disable": ["|"] }').values, ["mem-null", "dma-late"]);
  });

  it("offers nothing for names of attributes and in configurations of others", () => {
    assert.deepEqual(at('"|": 1').values, []);
    assert.deepEqual(at('"device": "|"', "cppdbg").values, []);
  });
});
