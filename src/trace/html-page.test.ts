// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import vm from "node:vm";
import { inflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { type TraceSnapshot, tracePhase } from "../protocol/index.ts";
import { joinChunks } from "./chunked-text.ts";
import { htmlChunks } from "./html-page.ts";
import { viewerScript } from "./html-viewer-script.ts";
import { randomTrace, spansOf, writeRequestTrace } from "./test-trace.ts";

const page = (trace: TraceSnapshot): string => new TextDecoder().decode(joinChunks(htmlChunks({ trace })));

interface Head {
  readonly count: number;
  readonly names: readonly string[];
  readonly texts: readonly string[];
}

interface Columns {
  readonly id: ArrayLike<number>;
  readonly start: ArrayLike<number>;
  readonly end: ArrayLike<number>;
  readonly isSpan: ArrayLike<number>;
  readonly name: ArrayLike<number>;
  readonly args: ArrayLike<number>;
}

/** What the page's own script reads from the page. */
function load(trace: TraceSnapshot): { readonly head: Head; readonly events: Columns } {
  const html = page(trace);
  const json = /<script type="application\/json" id="head">([^<]*)<\/script>/.exec(html)?.[1] ?? assert.fail("there is a head");
  const blocks = [...html.matchAll(/<script type="text\/plain" class="block">([^<]*)<\/script>/g)].map(([, text = ""]) =>
    Uint8Array.from(inflateRawSync(Buffer.from(text, "base64"))),
  );
  const head = JSON.parse(json) as Head;
  const functions = viewerScript.slice(viewerScript.indexOf("function unpack"), viewerScript.indexOf("/** Lines from top"));
  const unpack = vm.runInNewContext(`${functions}; unpack`) as (blocks: readonly Uint8Array[], count: number) => Columns;
  return { head, events: unpack(blocks, head.count) };
}

describe("htmlChunks", () => {
  it("lets the page run its own script and style only", () => {
    const html = page(writeRequestTrace());
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "";
    const hash = (tag: string): string => {
      const text = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(html)?.[1] ?? assert.fail(`there is a ${tag}`);
      return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    };
    assert.equal(policy, `default-src 'none'; script-src ${hash("script")}; style-src ${hash("style")}`);
    assert.doesNotMatch(html, /https?:|src=|style="/);
  });

  it("has a script that a browser can parse", () => {
    assert.doesNotThrow(() => new vm.Script(viewerScript));
  });

  it("holds every event of any trace, whatever its texts", () => {
    fc.assert(
      fc.property(randomTrace, (trace) => {
        const { head, events } = load(trace);
        const rows = Array.from({ length: trace.count }, (_, row) => row).filter((row) => trace.phase[row] !== tracePhase.end);
        assert.equal(head.count, rows.length);
        assert.deepEqual(head.texts, trace.texts);
        const start = trace.time[0] ?? 0;
        const spans = new Map(spansOf(trace).map((span) => [span.id, span]));
        for (const [i, row] of rows.entries()) {
          const span = spans.get(trace.firstEvent + row);
          const end = span === undefined ? trace.time[row] : (span.end ?? Number.POSITIVE_INFINITY);
          assert.deepEqual([events.id[i], start + (events.start[i] ?? 0), start + (events.end[i] ?? 0)], [trace.firstEvent + row, trace.time[row], end]);
          assert.equal(events.isSpan[i], span === undefined ? 0 : 1);
          assert.ok(head.names[events.name[i] ?? -1] !== undefined);
          if (span?.end === undefined)
            assert.deepEqual(
              Array.from({ length: 3 }, (_, a) => events.args[3 * i + a]),
              [...trace.args.slice(3 * row, 3 * row + 3)],
            );
        }
      }),
      { numRuns: 100 },
    );
  });
});
