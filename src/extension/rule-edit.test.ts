// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { applyEdits, parse } from "jsonc-parser";
import { disableRule } from "./rule-edit.ts";

const launch = (verifier: string): string => `{
  // kept
  "configurations": [
    { "name": "other" },
    { "name": "mine", "device": "edu"${verifier} }
  ]
}`;

describe("disableRule", () => {
  const edited = (text: string, name = "mine"): unknown => {
    const edits = disableRule(text, name, "mem-null");
    if (edits === undefined) return undefined;
    const changed = applyEdits(text, [...edits]);
    assert.match(changed, /\/\/ kept/);
    return (parse(changed) as { configurations: readonly { readonly verifier?: unknown }[] }).configurations[1]?.verifier;
  };

  it("adds the rule to those that are not checked", () => {
    assert.deepEqual(edited(launch("")), { disable: ["mem-null"] });
    assert.deepEqual(edited(launch(', "verifier": true')), { disable: ["mem-null"] });
    assert.deepEqual(edited(launch(', "verifier": { "disable": ["a"] }')), { disable: ["a", "mem-null"] });
  });

  it("changes nothing when there is nothing to switch off", () => {
    assert.equal(edited(launch(', "verifier": false')), undefined);
    assert.equal(edited(launch(', "verifier": { "only": ["a"] }')), undefined);
    assert.equal(edited(launch(', "verifier": { "disable": ["mem-null"] }')), undefined);
    assert.equal(edited(launch(""), "nobody"), undefined);
    assert.equal(edited("{"), undefined);
  });
});
