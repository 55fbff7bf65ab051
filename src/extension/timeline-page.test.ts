// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { timelineRequest } from "../protocol/index.ts";
import { timelinePage } from "./timeline-page.ts";
import { timelineStrings } from "./timeline-strings.ts";

const l10n = { t: (message: string, ...args: (string | number)[]): string => message.replaceAll(/\{(\d)\}/g, (_, i: string) => String(args[Number(i)])) };
const strings = { ...timelineStrings(l10n), search: '"><img src=x>' };
const page = timelinePage({
  script: "https://host/timeline.js",
  style: "https://host/timeline.css",
  source: "https://host",
  nonce: "abc",
  language: "en",
  strings,
});

describe("the page of the timeline", () => {
  it("allows our script and style sheet and nothing else", () => {
    assert.match(page, /default-src 'none'; style-src https:\/\/host; script-src 'nonce-abc'"/);
    assert.doesNotMatch(page, /unsafe|<style|style="|\son[a-z]+=/);
    assert.deepEqual(
      [...page.matchAll(/<script[^>]*>/g)].map(([tag]) => tag),
      ['<script nonce="abc" src="https://host/timeline.js">'],
    );
  });

  it("takes translated texts as text", () => {
    assert.ok(!page.includes("<img"));
    assert.ok(page.includes("&quot;&gt;&lt;img src=x&gt;"));
  });

  it("keeps the places of values in texts that the page fills in", () => {
    assert.equal(strings.eventsInRange, "{0} events in {1}");
  });
});

describe("messages of the timeline", () => {
  it("are refused when they are not what they should be", () => {
    for (const message of [
      undefined,
      null,
      5,
      {},
      { type: "eval" },
      { type: "travel", statement: 0 },
      { type: "travel", statement: "1" },
      { type: "source" },
      { type: "copy", text: 1 },
    ]) {
      assert.equal(timelineRequest(message), undefined);
    }
    assert.deepEqual(timelineRequest({ type: "travel", statement: 12, more: true }), { type: "travel", statement: 12 });
  });
});
