// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { timelineLanes } from "../protocol/index.ts";
import { numberOf, parseSearch } from "./search-query.ts";
import { search } from "./search.ts";
import { dmaRows, model, snapshot } from "./test-timeline.ts";

const laneNames = Object.fromEntries(timelineLanes.map((lane) => [lane, lane])) as Record<(typeof timelineLanes)[number], string>;
const of = model(snapshot(dmaRows));
const found = (text: string, registers: Readonly<Record<string, string>> = {}): number[] | undefined => {
  const result = search(of, parseSearch(text), { registers, laneNames });
  return result === undefined ? undefined : [...result];
};

describe("search in the timeline", () => {
  it("finds parts of names, whatever the case, also of registers that got their names later", () => {
    assert.deepEqual(found("sgdxevtprogram"), [5]);
    assert.deepEqual(found("control", { "0:256": "CONTROL" }), [6]);
    assert.deepEqual(found(" "), []);
  });

  it("takes quoted words, regular expressions and exclusions, all of which must hold", () => {
    assert.deepEqual(found('"write 4,096"'), [1, 2]);
    assert.deepEqual(found("/^write.*bytes$/"), [1, 2]);
    assert.deepEqual(found("bytes -write -kind:deviceactivity"), [3]);
    assert.deepEqual(found("-bytes -/vector/ -evt"), [6]);
  });

  it("filters by kind, lane, duration, sizes, values and the request", () => {
    // Open ones count until now.
    assert.deepEqual(found("dur>100us"), [1, 2, 3, 12]);
    assert.deepEqual(found("dur>=600 dur<1us lane:device"), [7]);
    assert.deepEqual(found("kind:dma"), [2, 3]);
    assert.deepEqual(found("lane:h2c"), [7]);
    assert.deepEqual(found("len>=4096"), [1, 2, 3]);
    assert.deepEqual(found("vector=0x91"), [11]);
    assert.deepEqual(found("value=5"), [6]);
    // What a callback returned is known at its end.
    assert.deepEqual(found("result=1"), [5]);
    assert.deepEqual(found("function:sgdx"), [5]);
    assert.deepEqual(found("len!=4096"), []);
    assert.deepEqual(found("0x91"), [11]);
    assert.deepEqual(found("request:1 kind:activity"), [7]);
    assert.deepEqual(found("corr:1 time<200"), [1, 2]);
  });

  it("says so when a key is unknown or a filter makes no sense", () => {
    assert.equal(found("colour:red"), undefined);
    assert.equal(parseSearch("dur>fast").mistake, "dur>fast");
    assert.equal(parseSearch("/(/").mistake, "/(/");
  });

  it("reads numbers with units, and the names of statuses that the trace has", () => {
    const names = { "status:3221225760": "STATUS_CANCELLED" };
    const texts = ["100us", "1.5ms", "2s", "0xff", "4k", "STATUS_CANCELLED", "STATUS_OTHER", "12 x", "us"];
    assert.deepEqual(
      texts.map((text) => numberOf(text, names)),
      [100_000, 1_500_000, 2e9, 255, 4096, 0xc0000120, undefined, undefined, undefined],
    );
  });
});
