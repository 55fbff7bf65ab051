// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { SaxesParser } from "saxes";
import { timelineLanes } from "../protocol/index.ts";
import { layOut } from "./layout.ts";
import { render } from "./render.ts";
import type { Scene } from "./scene.ts";
import { SvgSurface } from "./svg-surface.ts";
import { dmaRows, model, snapshot, theme } from "./test-timeline.ts";

describe("the timeline as SVG", () => {
  const of = model(snapshot(dmaRows));
  const scene: Scene = {
    model: of,
    layout: layOut(of),
    view: { start: 0, end: 1000 },
    gutter: 168,
    scroll: 0,
    laneNames: Object.fromEntries(timelineLanes.map((lane) => [lane, `<${lane} & more>`])) as Scene["laneNames"],
    nowText: "now",
    registers: {},
    chain: [1, 2, 3, 5],
    selected: 5,
    matches: new Uint32Array(0),
    notes: [{ id: 1, from: 100, to: 200, text: 'a "note"' }],
  };
  const surface = new SvgSurface(1168, 400, "serif", (text) => 6 * text.length);
  render(scene, surface, theme);
  const svg = surface.toString();

  it("is well formed whatever the texts, and keeps texts as texts", () => {
    const texts: string[] = [];
    const parser = new SaxesParser();
    parser.on("error", (error) => assert.fail(error.message));
    parser.on("text", (text) => texts.push(text));
    parser.write(svg).close();
    for (const text of ["move 4096 bytes", 'a "note"']) assert.ok(texts.includes(text), text);
    assert.ok(texts.some((text) => text.startsWith("<requests &")));
  });

  it("draws a bar as one rectangle of its colour and length", () => {
    // The callback from 250 to 300 of 1000 ns over 1000 px, a pixel of room behind it.
    const bar = /<rect x="418" y="[\d.]+" width="49" height="16" fill="#cca700"\/>/;
    assert.match(svg, bar);
  });
});
