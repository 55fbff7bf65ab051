// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { type Folder, scenarioTests } from "./scenario-catalog.ts";

const launchText = `{
  // comments are allowed
  "configurations": [
    { "type": "cppdbg", "name": "other" },
    {
      "type": "kmdf-dma",
      "name": "module",
      "sources": ["driver/*.c"],
      "scenario": "\${workspaceFolder}/scenario.ts"
    },
    {
      "type": "kmdf-dma",
      "name": "steps",
      "scenario": [{ "read": { "length": 4 } }],
    },
    { "type": "kmdf-dma", "name": "waits for requests" },
  ]
}`;

const folder = (more: Partial<Folder> = {}): Folder => ({
  folder: "/home/edu",
  launchFile: "/home/edu/.vscode/launch.json",
  launchText,
  discovered: undefined,
  scenarioTexts: new Map([["/home/edu/scenario.ts", "// what happens\nimport x;\n\nexport default scenario(async (system) => {});\n"]]),
  ...more,
});

const places = (tests: ReturnType<typeof scenarioTests>): string[] => tests.map(({ id, file, line }) => `${id} ${file}:${line}`);

describe("scenarioTests", () => {
  it("takes the scenarios of our configurations, at their own lines", () => {
    assert.deepEqual(places(scenarioTests(folder())), ["configuration:module /home/edu/scenario.ts:4", "configuration:steps /home/edu/.vscode/launch.json:14"]);
  });

  it("puts a scenario that cannot be read where it is named", () => {
    assert.deepEqual(places(scenarioTests(folder({ scenarioTexts: new Map() })))[0], "configuration:module /home/edu/.vscode/launch.json:9");
  });

  it("runs scenario files that no configuration names with the first configuration", () => {
    const scenarioTexts = new Map([
      ["/home/edu/scenario.ts", "export default scenario(f);"],
      ["/home/edu/scenarios/cancel.ts", "\n\nexport default scenario(async () => {});"],
      ["/home/edu/scenarios/steps.json", '[{ "read": { "length": 1 } }]'],
      ["/home/edu/scenarios/data.json", "[1, 2]"],
      ["/home/edu/scenarios/helper.ts", "export const pattern = 1;"],
    ]);
    const tests = scenarioTests(folder({ scenarioTexts })).slice(2);
    assert.deepEqual(places(tests), ["file:scenarios/cancel.ts /home/edu/scenarios/cancel.ts:3", "file:scenarios/steps.json /home/edu/scenarios/steps.json:1"]);
    assert.deepEqual(tests[0]?.attributes, { type: "kmdf-dma", name: "module", sources: ["driver/*.c"], scenario: "/home/edu/scenarios/cancel.ts" });
    assert.equal(tests[0].description, "module");
  });

  it("uses what was recognised when there is no launch.json, and nothing otherwise", () => {
    const discovered = { sources: ["a.c"], device: "edu" };
    const [test] = scenarioTests(folder({ launchText: undefined, discovered }));
    assert.deepEqual(test?.attributes, { sources: ["a.c"], device: "edu", name: "edu", scenario: "/home/edu/scenario.ts" });
    assert.deepEqual(scenarioTests(folder({ launchText: undefined })), []);
  });

  it("finds nothing in a launch.json that is no JSON", () => {
    assert.deepEqual(scenarioTests(folder({ launchText: "{ configurations", scenarioTexts: new Map() })), []);
  });
});
