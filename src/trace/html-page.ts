// SPDX-License-Identifier: MIT
/**
 * A trace as one HTML page that opens from a file, offline and read-only: a timeline on a canvas and a table of the events in view. The events
 * are deflated blocks in base64; the page may run its own script and nothing else (Content-Security-Policy with hashes).
 */
import { createHash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { type TraceSnapshot, traceKinds, tracePhase } from "../protocol/index.ts";
import { encodeChunks } from "./chunked-text.ts";
import { type TraceExport, wholeEvent } from "./event-arguments.ts";
import { EventPacker } from "./event-packer.ts";
import { eventTitle } from "./event-text.ts";
import { viewerScript } from "./html-viewer-script.ts";
import { type TraceIndex, indexTrace } from "./trace-index.ts";

/** Bytes of a block before it is deflated. */
const blockBytes = 0x20_0000;

const style = `
:root { color-scheme: light dark; }
body { margin: 8px; font: 13px sans-serif;
  --text: CanvasText; --grid: light-dark(#ddd, #444); --bar-text: #000; --selected: #ffd54f;
  --lane0: #7db7e8; --lane1: #e8a87d; --lane2: #9ccc7d; --lane3: #d5a6e8; --lane4: #e8d27d; --lane5: #7de0d0; --lane6: #c4c4c4; --lane7: #e89aa8; }
@media (prefers-color-scheme: dark) { body { --text: #ddd; --grid: #444; } }
@media (prefers-color-scheme: light) { body { --text: #222; --grid: #ddd; } }
canvas { width: 100%; display: block; touch-action: none; }
canvas:focus-visible, tr:focus-visible { outline: 2px solid Highlight; }
#details { min-height: 1.5em; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; position: sticky; top: 0; background: Canvas; }
td, th { padding: 1px 8px; vertical-align: top; white-space: nowrap; }
td:last-child { white-space: normal; overflow-wrap: anywhere; }
.selected { background: Highlight; color: HighlightText; }
`;

/** The page as chunks of one .html file. */
export function htmlChunks(source: TraceExport): Generator<Uint8Array> {
  return encodeChunks(pieces(source));
}

function* pieces({ trace, sources }: TraceExport): Generator<string> {
  yield opening();
  const index = indexTrace(trace);
  const names = new Map<string, number>();
  const packer = new EventPacker(blockBytes);
  let count = 0;
  for (let row = 0; row < trace.count; row++) {
    if (trace.phase[row] === tracePhase.end) continue;
    addEvent(packer, trace, index, row, names);
    count++;
    if (packer.isFull) yield dataBlock(packer.takeBlock());
  }
  yield dataBlock(packer.takeBlock());
  const head = {
    count,
    lanes: index.lanes.map(({ name }) => name),
    names: [...names.keys()],
    kinds: Object.values(traceKinds)
      .sort((a, b) => a.id - b.id)
      .map(({ name, args }) => ({ name, args })),
    irqlKind: traceKinds.irql.id,
    texts: trace.texts,
    sources: sources ?? {},
  };
  // In a script element only "<" can end the text.
  yield `<script type="application/json" id="head">${JSON.stringify(head).replaceAll("<", "\\u003c")}</script>\n`;
  yield `<script>${viewerScript}</script>\n</body>\n</html>\n`;
}

function addEvent(packer: EventPacker, trace: TraceSnapshot, index: TraceIndex, row: number, names: Map<string, number>): void {
  const event = wholeEvent(trace, index, row);
  const title = eventTitle(trace, event);
  const name = names.get(title) ?? names.size;
  names.set(title, name);
  const first = trace.time[0] ?? 0;
  const last = index.end[row] ?? 0;
  const end = event.phase === tracePhase.instant ? undefined : last === 0 ? Number.POSITIVE_INFINITY : (trace.time[last - 1] ?? 0) - first;
  packer.add({
    kind: trace.kind[row] ?? 0,
    lane: index.lane[row] ?? 0,
    row: index.row[row] ?? 0,
    depth: index.depth[row] ?? 0,
    start: event.time - first,
    end,
    name,
    correlation: index.correlation[row] ?? 0,
    cause: index.cause[row] ?? 0,
    id: event.id,
    statement: event.statement,
    irql: event.irql,
    object: event.object,
    args: event.args,
  });
}

const dataBlock = (bytes: Uint8Array): string => `<script type="text/plain" class="block">${deflateRawSync(bytes).toString("base64")}</script>\n`;

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

function opening(): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src ${hashOf(viewerScript)}; style-src ${hashOf(style)}">
<title>KMDF DMA trace</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>KMDF DMA trace</h1>
<p>Ctrl+wheel or W and S zoom, drag or A and D pan, Home shows everything, F shows the selected event. Click an event to light up its request.</p>
<canvas id="timeline" role="application" aria-label="Timeline; the table below lists the same events" tabindex="0"></canvas>
<p id="details" role="status"></p>
<p><label>Search <input id="search" type="search"></label> <span id="count" role="status"></span></p>
<table><thead><tr><th>Time</th><th>Duration</th><th>Lane</th><th>Event</th><th>Details</th></tr></thead><tbody id="rows"></tbody></table>
</main>
`;
}
