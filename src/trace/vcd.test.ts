// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { TraceSnapshot } from "../protocol/index.ts";
import { joinChunks } from "./chunked-text.ts";
import { randomTrace, spansOf, writeRequestTrace } from "./test-trace.ts";
import { vcdChunks } from "./vcd.ts";

interface Waves {
  /** Values by name and time, strings and numbers. */
  readonly changes: ReadonlyMap<string, readonly (readonly [time: number, value: string])[]>;
}

/** Reads the value change dump of `trace` after IEEE 1364-2005, section 18; throws for anything malformed. */
function read(trace: TraceSnapshot): Waves {
  const [head = "", body = ""] = new TextDecoder().decode(joinChunks(vcdChunks({ trace }))).split("$enddefinitions $end\n");
  const names = new Map<string, string>();
  for (const [, type, bits, id = "", name = ""] of head.matchAll(/\$var (\w+) (\d+) (\S+) (\S+)(?: \[\d+:0\])? \$end/g)) {
    assert.match(id, /^[!-~]+$/);
    assert.match(name, /^[A-Za-z0-9_$]+$/);
    assert.ok(!names.has(id) && ["wire", "reg", "string"].includes(type ?? "") && Number(bits) > 0);
    names.set(id, name);
  }
  const changes = new Map<string, [number, string][]>([...names.values()].map((name) => [name, []]));
  let now = -1;
  for (const line of body.split("\n")) {
    if (line === "" || line === "$dumpvars" || line === "$end") continue;
    const time = /^#(\d+)$/.exec(line)?.[1];
    if (time !== undefined) {
      assert.ok(Number(time) > now, "times rise, each once");
      now = Number(time);
      continue;
    }
    const [, scalar, scalarId, vector, vectorId, text, textId] = /^(?:([01])(\S+)|b([01]+) (\S+)|s(\S*) (\S+))$/.exec(line) ?? assert.fail(`bad line ${line}`);
    const name = names.get(scalarId ?? vectorId ?? textId ?? "") ?? assert.fail(`unknown variable in ${line}`);
    changes.get(name)?.push([now, text ?? (vector === undefined ? (scalar ?? "") : String(Number.parseInt(vector, 2)))]);
  }
  return { changes };
}

describe("vcdChunks", () => {
  it("shows the IRQL, the interrupt and the lanes by name", () => {
    const { changes } = read(writeRequestTrace());
    assert.deepEqual(changes.get("IRQL"), [
      [0, "0"],
      [0, "2"],
    ]);
    // A message lasts until it was served.
    assert.deepEqual(changes.get("interrupt_0x91"), [
      [0, "0"],
      [4050, "1"],
      [4070, "0"],
      [8120, "1"],
      [8140, "0"],
    ]);
    assert.deepEqual(changes.get("Requests"), [
      [0, ""],
      [0, "write_8192_bytes"],
      [8140, ""],
    ]);
    assert.deepEqual(changes.get("Requests_correlation"), [
      [0, "0"],
      [0, "1"],
      [8140, "0"],
    ]);
  });

  it("counts the open spans of any trace", () => {
    fc.assert(
      fc.property(randomTrace, (trace) => {
        const { changes } = read(trace);
        const start = trace.time[0] ?? 0;
        const spans = spansOf(trace);
        const depths = [...changes].filter(([name]) => name.endsWith("_depth")).map(([, values]) => values);
        for (const time of new Set(trace.time)) {
          const now = time - start;
          const depth = depths.reduce((sum, values) => sum + Number(values.findLast(([at]) => at <= now)?.[1] ?? 0), 0);
          assert.equal(depth, spans.filter((span) => span.start <= time && (span.end === undefined || span.end > time)).length);
        }
      }),
      { numRuns: 200 },
    );
  });
});
