// SPDX-License-Identifier: MIT
/**
 * Search in the whole trace, also where it is not in sight. Names are few, so that each is compared once; then one pass over the columns finds the events.
 */
import { type TimelineLane, type TraceArgument, type TraceKind, type TraceSnapshot, traceKinds, tracePhase } from "../protocol/index.ts";
import type { RegisterNames } from "./event-text.ts";
import { requestTimes } from "./ghost.ts";
import { type Comparison, type SearchQuery, type SearchTerm, compares } from "./search-query.ts";
import { laneTitle } from "./scene.ts";
import type { TimelineModel } from "./timeline-model.ts";

export interface SearchContext {
  readonly registers: RegisterNames;
  readonly laneNames: Readonly<Record<TimelineLane, string>>;
}

/** Whether the event in row `i` of `chunk`, called `id`, fulfils a term. */
type Test = (chunk: TraceSnapshot, i: number, id: number) => boolean;

const kindNames = (Object.keys(traceKinds) as TraceKind[]).sort((a, b) => traceKinds[a].id - traceKinds[b].id);
const always: Test = () => true;

/** Events (begins of spans and instants that are drawn) that fulfil all terms, ascending; undefined for a key that nobody knows. */
export function search(model: TimelineModel, { terms }: SearchQuery, context: SearchContext): Uint32Array | undefined {
  if (terms.length === 0) return new Uint32Array(0);
  const tests: Test[] = [];
  const names = new Uint8Array(model.names.count).fill(1);
  for (const term of terms) {
    const byName = nameTest(term);
    if (byName !== undefined) {
      for (let name = 0; name < names.length; name++) if (!byName(model.names.text(name, model.store.texts, context.registers))) names[name] = 0;
      continue;
    }
    const test = testOf(model, term, context);
    if (test === undefined) return undefined;
    tests.push(term.isNegated ? (chunk, i, id) => !test(chunk, i, id) : test);
  }
  const test =
    tests.length === 0
      ? always
      : tests.length === 1
        ? (tests[0] ?? always)
        : (chunk: TraceSnapshot, i: number, id: number): boolean => tests.every((one) => one(chunk, i, id));
  return collect(model, names, test);
}

function collect(model: TimelineModel, names: Uint8Array, test: Test): Uint32Array {
  const found = new Uint32Array(model.store.last);
  let count = 0;
  for (const chunk of model.store.chunks) {
    for (let i = 0; i < chunk.count; i++) {
      if (chunk.phase[i] === tracePhase.end) continue;
      const id = chunk.firstEvent + i;
      if (!model.isDrawn(id) || names[model.nameOf(id)] !== 1 || !test(chunk, i, id)) continue;
      found[count++] = id;
    }
  }
  return found.slice(0, count);
}

/** Terms that look at names only. */
function nameTest(term: SearchTerm): ((name: string) => boolean) | undefined {
  if (term.type === "pattern") return (name) => term.pattern.test(name) !== term.isNegated;
  if (term.type === "word" && term.value === undefined) return (name) => name.toLowerCase().includes(term.text) !== term.isNegated;
  if (term.type === "filter" && term.key === "name") return (name) => name.toLowerCase().includes(term.text) !== (term.isNegated || term.comparison === "!=");
  return undefined;
}

function testOf(model: TimelineModel, term: SearchTerm, context: SearchContext): Test | undefined {
  if (term.type === "pattern") return undefined;
  if (term.type === "word") return numberTest(model, term.text, term.value ?? 0, context);
  const { comparison, text, value } = term;
  const number = (of: (chunk: TraceSnapshot, i: number, id: number) => number): Test | undefined =>
    value === undefined ? undefined : (chunk, i, id) => compares(of(chunk, i, id), comparison, value);
  switch (term.key) {
    case "dur":
    case "duration":
      return number((_chunk, _i, id) => durationOf(model, id));
    case "time":
    case "t":
      return number((chunk, i) => chunk.time[i] ?? 0);
    case "irql":
      return number((chunk, i) => chunk.irql[i] ?? 0);
    case "statement":
      return number((chunk, i) => chunk.statement[i] ?? 0);
    case "object":
    case "obj":
      return number((chunk, i) => chunk.object[i] ?? 0);
    case "event":
      return number((_chunk, _i, id) => id);
    case "corr":
      return number((_chunk, _i, id) => model.requestOf(id));
    case "request":
      return value === undefined ? undefined : requestTest(model, value);
    case "kind":
      return turned(
        wordTest((chunk, i) => `${kindNames[chunk.kind[i] ?? 0] ?? ""} ${kindInfos[chunk.kind[i] ?? 0]?.lane ?? ""}`, text),
        comparison,
      );
    case "lane": {
      const titles = new Map(model.lanes.map((lane) => [lane, `${lane.id} ${laneTitle(lane, context.laneNames)}`]));
      return turned(
        wordTest((_chunk, _i, id) => titles.get(model.laneOf(id) ?? unknownLane) ?? "", text),
        comparison,
      );
    }
    default:
      return argumentTest(model, term.key, comparison, text, value);
  }
}

const kindInfos = kindNames.map((kind) => traceKinds[kind]);
const unknownLane = {} as TimelineModel["lanes"][number];

/** Whether a text contains `wanted`; each text is compared once. */
function wordTest(of: (chunk: TraceSnapshot, i: number, id: number) => string, wanted: string): Test {
  const known = new Map<string, boolean>();
  return (chunk, i, id) => {
    const text = of(chunk, i, id);
    const answer = known.get(text) ?? text.toLowerCase().includes(wanted);
    known.set(text, answer);
    return answer;
  };
}

const turned = (test: Test, comparison: string): Test => (comparison === "!=" ? (chunk, i, id) => !test(chunk, i, id) : test);

function durationOf(model: TimelineModel, id: number): number {
  const place = model.placeOf(id);
  if (place === undefined) return 0;
  return Math.min(place.row.end[place.index] ?? 0, model.lastTime) - (place.row.start[place.index] ?? 0);
}

function requestTest(model: TimelineModel, number: number): Test {
  let request = 0;
  let seen = 0;
  const time = requestTimes(model)[number - 1];
  for (const chunk of model.store.chunks) {
    for (let i = 0; i < chunk.count && request === 0; i++) {
      if (chunk.kind[i] === traceKinds.requestArrived.id && chunk.phase[i] === tracePhase.begin && ++seen === number) request = chunk.firstEvent + i;
    }
  }
  return (_chunk, _i, id) => time !== undefined && request !== 0 && model.requestOf(id) === request;
}

/** A number as a word: part of the name, or the value of any argument that is a number. */
function numberTest(model: TimelineModel, text: string, value: number, { registers }: SearchContext): Test {
  const inName = Array.from({ length: model.names.count }, (_, name) => model.names.text(name, model.store.texts, registers).toLowerCase().includes(text));
  return (chunk, i, id) => {
    if (inName[model.nameOf(id)] === true) return true;
    const args = kindInfos[chunk.kind[i] ?? 0]?.args ?? [];
    for (let n = 0; n < args.length; n++) if (args[n]?.[1] !== "text" && chunk.args[3 * i + n] === value) return true;
    return false;
  };
}

/** `len` and `bytes` mean whichever argument of the kind counts bytes. */
const bytesKeys: ReadonlySet<string> = new Set(["len", "bytes", "size"]);

/** An argument of the kind by its name; what has no such argument does not match. Undefined when no kind has one. */
function argumentTest(model: TimelineModel, key: string, comparison: Comparison, text: string, value: number | undefined): Test | undefined {
  const places = kindInfos.map(({ args }) =>
    (args as readonly (readonly [string, TraceArgument])[]).findLastIndex(
      ([name, reading]) => name.toLowerCase() === key || (bytesKeys.has(key) && reading === "bytes" && name !== "offset"),
    ),
  );
  if (places.every((place) => place < 0)) return undefined;
  const { texts } = model.store;
  return (chunk, i) => {
    const kind = chunk.kind[i] ?? 0;
    const place = places[kind] ?? -1;
    if (place < 0) return false;
    const argument = chunk.args[3 * i + place] ?? 0;
    const reading = kindInfos[kind]?.args[place]?.[1];
    if (reading === "text") return (texts[argument] ?? "").toLowerCase().includes(text) !== (comparison === "!=");
    return value !== undefined && compares(reading === "status" ? argument >>> 0 : argument, comparison, value);
  };
}
