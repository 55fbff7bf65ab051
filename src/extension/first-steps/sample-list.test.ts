// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { listSamples } from "./sample-list.ts";

describe("listSamples", () => {
  const samples = listSamples(path.resolve(import.meta.dirname, "../../../samples"));

  it("has every sample that F5 works in, described by its README, the smallest first", () => {
    assert.equal(samples[0]?.name, "edu");
    assert.ok(samples.some(({ name }) => name === "sg-duplex"));
    assert.ok(!samples.some(({ name }) => name === "device-model"));
    assert.equal(samples[0].description, "one buffer, packet DMA, line interrupt");
  });

  it("opens the edu and sg-duplex drivers where they program the device", () => {
    for (const { name, folder, file, line } of samples) {
      if (name !== "edu" && name !== "sg-duplex") continue;
      assert.match(readFileSync(path.join(folder, file), "utf8").split("\n")[line - 1] ?? "", /#program-dma/);
    }
  });
});
