// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import * as sdk from "./index.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** Declarations of a file as text without comments, by name. */
function declarations(file: string): Map<string, string> {
  const text = readFileSync(path.join(root, file), "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\/\/.*$/gm, "");
  const parts = text.split(/^(?=export )/m).filter((part) => part.startsWith("export "));
  return new Map(
    parts.map((part) => [
      /^export (?:declare )?\w+ (\w+)/.exec(part)?.[1] ?? "",
      part
        .replace(/\s+/g, " ")
        .replace(/,? ([}\])])/g, "$1")
        .trim(),
    ]),
  );
}

describe("the SDK", () => {
  it("has the same types in sdk/index.d.ts and in the engine", () => {
    const published = declarations("sdk/index.d.ts");
    const internal = declarations("src/protocol/device-api.ts");
    for (const [name, text] of internal) assert.equal(published.get(name), text, name);
    const functions = [...published].filter(([, text]) => text.startsWith("export declare function")).map(([name]) => name);
    assert.deepEqual([...published.keys()].filter((name) => !internal.has(name)).sort(), functions.sort());
  });

  it("offers at run time what sdk/index.d.ts declares", () => {
    const published = declarations("sdk/index.d.ts");
    const functions = [...published].filter(([, text]) => text.startsWith("export declare function")).map(([name]) => name);
    assert.deepEqual(Object.keys(sdk).sort(), functions.sort());
  });

  it("gives built-in models by id and refuses others", () => {
    assert.equal(sdk.builtIn("edu").pci.deviceId, 0x11e8);
    assert.throws(() => sdk.builtIn("none"), /There is no built-in device "none"; there are edu, sg-duplex, pci9656, i82559/);
  });
});
