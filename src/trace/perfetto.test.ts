// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { TraceSnapshot } from "../protocol/index.ts";
import { joinChunks } from "./chunked-text.ts";
import type { TraceSources } from "./event-arguments.ts";
import { perfettoChunks } from "./perfetto.ts";
import { type ProtobufField, all, child, number, readMessage, text } from "./test-protobuf.ts";
import { type ExpectedSpan, randomTrace, spansOf, writeRequestTrace } from "./test-trace.ts";

interface Slice {
  readonly name: string;
  readonly track: number;
  readonly start: number;
  end: number | undefined;
  readonly depth: number;
  readonly flows: readonly string[];
  readonly endingFlows: readonly string[];
  readonly arguments: Readonly<Record<string, string | number>>;
}

interface Contents {
  readonly tracks: ReadonlyMap<number, { readonly name: string; readonly parent: number }>;
  readonly slices: readonly Slice[];
  readonly instants: readonly Slice[];
  readonly counters: readonly (readonly [time: number, value: number])[];
}

/** Reads a trace as trace processor does: names are known from their declaration on, and an end closes the innermost slice of its track. */
function read(trace: TraceSnapshot, sources?: TraceSources): Contents {
  const tracks = new Map<number, { name: string; parent: number }>();
  const stacks = new Map<number, Slice[]>();
  const slices: Slice[] = [];
  const instants: Slice[] = [];
  const counters: (readonly [number, number])[] = [];
  const eventNames = new Map<number, string>();
  const annotationNames = new Map<number, string>();
  const packets = all(readMessage(joinChunks(perfettoChunks({ trace, sources }))), 1).map(({ bytes }) => readMessage(bytes));
  for (const [i, packet] of packets.entries()) {
    assert.equal(number(packet, 10), 1, "one sequence");
    assert.equal(number(packet, 13), i === 0 ? 1 : 2, "the state is cleared once");
    const track = child(packet, 60);
    if (track !== undefined)
      tracks.set(number(track, 1), { name: text(track, 2) || text(child(track, 4) ?? child(track, 3) ?? [], 5), parent: number(track, 5) });
    const interned = child(packet, 12) ?? [];
    for (const [of, names] of [
      [2, eventNames],
      [3, annotationNames],
    ] as const) {
      for (const { bytes } of all(interned, of)) {
        const entry = readMessage(bytes);
        assert.ok(number(entry, 1) > 0 && !names.has(number(entry, 1)), "a new id, and not 0");
        names.set(number(entry, 1), text(entry, 2));
      }
    }
    const event = child(packet, 11);
    if (event === undefined) continue;
    const uuid = number(event, 11);
    assert.ok(tracks.has(uuid), "the track is described first");
    const stack = stacks.get(uuid) ?? [];
    stacks.set(uuid, stack);
    const time = number(packet, 8);
    const type = number(event, 9);
    if (type === 4) counters.push([time, number(event, 30)]);
    else if (type === 2) {
      const slice = stack.pop();
      assert.ok(slice !== undefined, "an end has a begin");
      slice.end = time;
    } else {
      const slice = sliceOf(event, { track: uuid, start: time, depth: stack.length }, eventNames, annotationNames);
      (type === 1 ? slices : instants).push(slice);
      if (type === 1) stack.push(slice);
    }
  }
  return { tracks, slices, instants, counters };
}

function sliceOf(
  event: readonly ProtobufField[],
  place: Pick<Slice, "track" | "start" | "depth">,
  names: ReadonlyMap<number, string>,
  annotationNames: ReadonlyMap<number, string>,
): Slice {
  const name = names.get(number(event, 10));
  assert.ok(name !== undefined, "the name is declared before its use");
  const entries = all(event, 4).map(({ bytes }) => {
    const annotation = readMessage(bytes);
    const key = annotationNames.get(number(annotation, 1));
    assert.ok(key !== undefined, "the annotation's name is declared before its use");
    const integer = annotation.find((field) => field.number === 4);
    return [key, integer === undefined ? text(annotation, 6) : Number(BigInt.asIntN(64, integer.value))] as const;
  });
  const ids = (of: number): string[] => all(event, of).map(({ value }) => value.toString());
  return { name, ...place, end: undefined, flows: ids(47), endingFlows: ids(48), arguments: Object.fromEntries(entries) };
}

/** Arrows as names: a flow goes through its slices in order of time. */
function arrows(slices: readonly Slice[]): string[] {
  const last = new Map<string, Slice>();
  const found: string[] = [];
  for (const slice of slices) {
    for (const id of [...slice.flows, ...slice.endingFlows]) {
      const before = last.get(id);
      if (before !== undefined) found.push(`${before.name} → ${slice.name}`);
      last.set(id, slice);
    }
  }
  return found;
}

describe("perfettoChunks", () => {
  it("leads from the request through transfers, device, interrupt and DPC", () => {
    const { slices, tracks } = read(writeRequestTrace());
    const found = arrows(slices);
    const way = [
      "write 8192 bytes",
      "EvtIoWrite",
      "write transaction 8192 bytes",
      "transfer 4096 bytes",
      "EvtProgramDma",
      "move 4096 bytes",
      "interrupt vector 0x91",
      "EvtInterruptDpc",
    ];
    for (let i = 1; i < way.length; i++) assert.ok(found.includes(`${way[i - 1]} → ${way[i]}`), `${way[i - 1]} → ${way[i]} in\n${found.join("\n")}`);
    assert.ok(found.includes("EvtInterruptDpc → transfer 4096 bytes"), "the second transfer follows from the first DPC");
    const transfer = slices.find(({ name }) => name === "transfer 4096 bytes");
    assert.equal(transfer?.depth, 1, "a transfer lies upon its transaction");
    assert.deepEqual([...new Set(slices.map(({ track }) => tracks.get(track)?.name))].sort(), ["CPU 0", "DMA", "Device H2C", "Requests"]);
  });

  it("says results, and where a driver function is written", () => {
    const { slices } = read(writeRequestTrace(), { MyEvtProgramDma: { file: "/src/dma.c", line: 41 } });
    const program = slices.find(({ name }) => name === "EvtProgramDma");
    assert.equal(program?.arguments["source"], "/src/dma.c:41");
    assert.equal(program?.arguments["result"], 1);
    assert.equal(program?.arguments["correlation"], 1);
  });

  it("counts the IRQL", () => {
    assert.deepEqual(read(writeRequestTrace()).counters, [[1000, 2]]);
  });

  it("keeps every span of any trace, with its begin and its end", () => {
    fc.assert(
      fc.property(randomTrace, (trace) => {
        const key = ({ id, start, end }: ExpectedSpan): string => `${id}: ${start} to ${end}`;
        const written = read(trace).slices.map((slice) => ({ id: Number(slice.arguments["event"]), start: slice.start, end: slice.end }));
        assert.deepEqual(written.map(key).sort(), spansOf(trace).map(key).sort());
      }),
      { numRuns: 200 },
    );
  });
});
