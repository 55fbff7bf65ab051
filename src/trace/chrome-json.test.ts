// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { TraceSnapshot } from "../protocol/index.ts";
import { chromeJsonChunks, toChromeJson } from "./chrome-json.ts";
import { joinChunks } from "./chunked-text.ts";
import { randomTrace, spansOf, writeRequestTrace } from "./test-trace.ts";

interface ChromeEvent {
  readonly ph: string;
  readonly name: string;
  readonly ts: number;
  readonly dur?: number;
  readonly tid: number;
  readonly bind_id?: string;
  readonly flow_in?: boolean;
  readonly flow_out?: boolean;
  readonly args: Readonly<Record<string, unknown>>;
}

const read = (trace: TraceSnapshot): ChromeEvent[] => (JSON.parse(toChromeJson(trace)) as { traceEvents: ChromeEvent[] }).traceEvents;
const ns = (microseconds: number): number => Math.round(1000 * microseconds);

describe("toChromeJson", () => {
  it("writes spans as complete events in microseconds from the first event, exact to the nanosecond", () => {
    const events = read(writeRequestTrace());
    const isr = events.find(({ name }) => name === "EvtInterruptIsr");
    assert.deepEqual([isr?.ph, isr?.ts, isr?.dur], ["X", 4.05, 0.02]);
    const write = events.find(({ name }) => name === "write 8192 bytes");
    assert.equal(write?.ts, 0);
  });

  it("leads one arrow through the slices of a request", () => {
    const events = read(writeRequestTrace()).filter(({ bind_id }) => bind_id !== undefined);
    assert.deepEqual(new Set(events.map(({ bind_id }) => bind_id)), new Set(["0x1"]));
    assert.deepEqual(
      events.map(({ name }) => name),
      [
        ...[
          "write 8192 bytes",
          "EvtIoWrite",
          "write transaction 8192 bytes",
          "transfer 4096 bytes",
          "EvtProgramDma",
          "move 4096 bytes",
          "interrupt vector 0x91",
          "EvtInterruptDpc",
        ],
        ...["transfer 4096 bytes", "EvtProgramDma", "move 4096 bytes", "interrupt vector 0x91", "EvtInterruptDpc"],
      ],
    );
    const ends = events.map(({ flow_in, flow_out }) => `${flow_in ?? false} ${flow_out ?? false}`);
    assert.deepEqual([ends[0], ends.at(-1), ...new Set(ends.slice(1, -1))], ["false true", "true false", "true true"]);
  });

  it("writes levels as counters, and what happens at once as instants", () => {
    const events = read(writeRequestTrace());
    assert.deepEqual(events.find(({ ph }) => ph === "C")?.args, { irql: 2 });
    const write = events.find(({ name }) => name === "write BAR0+0x10");
    assert.equal(write?.ph, "i");
    assert.equal(write?.args["offset"], "0x10");
  });

  it("gives the same bytes in chunks as in one piece", () => {
    const trace = writeRequestTrace();
    assert.equal(new TextDecoder().decode(joinChunks(chromeJsonChunks({ trace }))), toChromeJson(trace));
  });

  it("keeps every span of any trace, and nests strictly on every thread", () => {
    fc.assert(
      fc.property(randomTrace, (trace) => {
        const events = read(trace);
        const start = trace.time[0] ?? 0;
        const spans = events.filter(({ ph }) => ph === "X" || ph === "B");
        const written = spans.map(
          ({ ts, dur, args }) => `${String(args["event"])}: ${start + ns(ts)} to ${dur === undefined ? undefined : start + ns(ts) + ns(dur)}`,
        );
        assert.deepEqual(
          written.sort(),
          spansOf(trace)
            .map(({ id, start: from, end }) => `${id}: ${from} to ${end}`)
            .sort(),
        );
        const stacks = new Map<number, number[]>();
        for (const { tid, ts, dur } of spans) {
          const stack = stacks.get(tid) ?? [];
          stacks.set(tid, stack);
          const end = dur === undefined ? Number.POSITIVE_INFINITY : ns(ts) + ns(dur);
          while ((stack.at(-1) ?? Number.POSITIVE_INFINITY) <= ns(ts)) stack.pop();
          assert.ok(end <= (stack.at(-1) ?? Number.POSITIVE_INFINITY), "a slice ends before the one around it");
          stack.push(end);
        }
      }),
      { numRuns: 200 },
    );
  });
});
