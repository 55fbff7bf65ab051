// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { timelineNotes, timelineRequest, timelineSettings } from "../protocol/index.ts";
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

  it("carry settings, notes, pictures and commands only when they are whole", () => {
    const settings = { lanes: { pinned: ["driver"], collapsed: [], hidden: [], order: [] }, dragMeasures: true };
    const note = { id: 1, from: 5, to: 9, text: "here" };
    assert.deepEqual(timelineRequest({ type: "saveSettings", settings: { ...settings, more: 1 } }), { type: "saveSettings", settings });
    assert.deepEqual(timelineRequest({ type: "saveNotes", notes: [{ ...note, more: 1 }] }), { type: "saveNotes", notes: [note] });
    assert.deepEqual(timelineRequest({ type: "picture", format: "svg", data: "<svg/>" }), { type: "picture", format: "svg", data: "<svg/>" });
    assert.deepEqual(timelineRequest({ type: "command", command: "compare" }), { type: "command", command: "compare" });
    for (const message of [
      { type: "saveSettings", settings: { ...settings, lanes: { ...settings.lanes, pinned: [1] } } },
      { type: "saveSettings", settings: { lanes: settings.lanes } },
      { type: "saveNotes", notes: [note, { ...note, to: 4 }] },
      { type: "saveNotes", notes: {} },
      { type: "picture", format: "png", data: "not bytes" },
      { type: "picture", format: "exe", data: "x" },
      { type: "command", command: "toString" },
    ]) {
      assert.equal(timelineRequest(message), undefined, JSON.stringify(message));
    }
  });

  it("of settings and notes that were saved by something else are as if there were none", () => {
    assert.deepEqual(
      [timelineSettings(undefined), timelineSettings("x"), timelineNotes(undefined), timelineNotes([null])],
      [undefined, undefined, undefined, undefined],
    );
  });
});
