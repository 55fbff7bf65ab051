// SPDX-License-Identifier: MIT
/**
 * Search in the whole trace, also where it is not in sight. Names are few, so that each is compared once; then one pass over the columns finds the events.
 */
import { type TimelineLane, type TraceArgument, type TraceKind, type TraceSnapshot, traceKinds, tracePhase } from "../protocol/index.ts";
import type { RegisterNames } from "./event-text.ts";
import { requestTimes } from "./ghost.ts";
import { type SearchQuery, type SearchTerm, compares } from "./search-query.ts";
import { laneTitle } from "./scene.ts";
import type { TimelineModel } from "./timeline-model.ts";

export interface SearchContext {
  readonly registers: RegisterNames;
  readonly laneNames: Readonly<Record<TimelineLane, string>>;
}

/** Whether the event in row `i` of `chunk`, called `id`, fulfils a term. */
type Test = (chunk: TraceSnapshot, i: number, id: number) => boolean;

const kindNames = (Object.keys(traceKinds) as TraceKind[]).sort((a, b) => traceKinds[a].id - traceKinds[b].id);

type FilterTerm = Extract<SearchTerm, { readonly type: "filter" }>;

/** What the columns can say: whether an event of a name, or in a row, may be among the results. */
interface Candidates {
  readonly names: Uint8Array;
  readonly rows: Uint8Array;
}

/** Events (begins of spans and instants that are drawn) that fulfil all terms, ascending; undefined for a key that nobody knows. */
export function search(model: TimelineModel, { terms }: SearchQuery, context: SearchContext): Uint32Array | undefined {
  if (terms.length === 0) return new Uint32Array(0);
  const candidates = { names: new Uint8Array(model.names.count).fill(1), rows: new Uint8Array(model.rowCount + 1).fill(1) };
  candidates.rows[0] = 0;
  const tests: Test[] = [];
  for (const term of terms) {
    if (narrow(model, term, context, candidates)) continue;
    const test = testOf(model, term, context);
    if (test === undefined) return undefined;
    tests.push(term.isNegated ? (chunk, i, id) => !test(chunk, i, id) : test);
  }
  return tests.reduce((found, test) => fulfilling(model, found, test), collect(model, candidates));
}

/** Begins and instants by name and row. */
function collect(model: TimelineModel, { names, rows }: Candidates): Uint32Array {
  const { rowOf, nameOf } = model.columns;
  const { last } = model.store;
  const found = new Uint32Array(last);
  let count = 0;
  // Ends have no row.
  for (let id = 1; id <= last; id++) {
    const row = rowOf[id] ?? 0;
    if (row === 0 || rows[row] === 0 || names[nameOf[id] ?? 0] === 0) continue;
    found[count++] = id;
  }
  return found.subarray(0, count);
}

/** Those of the ascending `events` that fulfil `test`. */
function fulfilling(model: TimelineModel, events: Uint32Array, test: Test): Uint32Array {
  const { chunks } = model.store;
  const found = new Uint32Array(events.length);
  let count = 0;
  let at = 0;
  for (const id of events) {
    let chunk = chunks[at];
    while (chunk !== undefined && id >= chunk.firstEvent + chunk.count) chunk = chunks[++at];
    if (chunk !== undefined && test(chunk, id - chunk.firstEvent, id)) found[count++] = id;
  }
  return found.subarray(0, count);
}

/** Narrows the candidates by a term about names, kinds or lanes; false for any other. */
function narrow(model: TimelineModel, term: SearchTerm, context: SearchContext, { names, rows }: Candidates): boolean {
  const byName = nameTest(term);
  if (byName !== undefined) {
    for (let name = 0; name < names.length; name++) if (!byName(model.names.text(name, model.store.texts, context.registers))) names[name] = 0;
    return true;
  }
  if (term.type !== "filter") return false;
  if (term.key !== "kind" && term.key !== "lane") {
    const places = argumentPlaces(term.key);
    // What has no such argument, or has it in its name, need not be looked at one by one.
    for (let name = 0; places !== undefined && name < names.length && !term.isNegated; name++) {
      const place = places[traceKinds[model.names.kindOf(name)].id] ?? -1;
      const argument = model.names.argumentOf(name, place);
      if (place < 0 || (argument !== undefined && !argumentMatches(model, model.names.kindOf(name), place, argument, term))) names[name] = 0;
    }
    return false;
  }
  const isWanted = (text: string): boolean => text.toLowerCase().includes(term.text) !== ((term.comparison === "!=") !== term.isNegated);
  if (term.key === "kind") {
    for (let name = 0; name < names.length; name++) {
      const kind = model.names.kindOf(name);
      if (!isWanted(`${kind} ${traceKinds[kind].lane}`)) names[name] = 0;
    }
    return true;
  }
  for (let row = 1; row < rows.length; row++) {
    const lane = model.laneOfRow(row);
    if (lane === undefined || !isWanted(`${lane.id} ${laneTitle(lane, context.laneNames)}`)) rows[row] = 0;
  }
  return true;
}

/** Terms that look at names only. */
function nameTest(term: SearchTerm): ((name: string) => boolean) | undefined {
  if (term.type === "pattern") return (name) => term.pattern.test(name) !== term.isNegated;
  if (term.type === "word" && term.value === undefined) return (name) => name.toLowerCase().includes(term.text) !== term.isNegated;
  if (term.type === "filter" && term.key === "name")
    return (name) => name.toLowerCase().includes(term.text) !== ((term.comparison === "!=") !== term.isNegated);
  return undefined;
}

function testOf(model: TimelineModel, term: SearchTerm, context: SearchContext): Test | undefined {
  if (term.type === "pattern") return undefined;
  if (term.type === "word") return numberTest(model, term.text, term.value ?? 0, context);
  const { comparison, value } = term;
  const number = (of: (chunk: TraceSnapshot, i: number, id: number) => number): Test | undefined =>
    value === undefined ? undefined : (chunk, i, id) => compares(of(chunk, i, id), comparison, value);
  switch (term.key) {
    case "dur":
    case "duration":
      return number((_chunk, _i, id) => model.durationOf(id));
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
    default:
      return argumentTest(model, term);
  }
}

const kindInfos = kindNames.map((kind) => traceKinds[kind]);
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

const ownKeys: ReadonlySet<string> = new Set(["dur", "duration", "time", "t", "irql", "statement", "object", "obj", "event", "corr", "request"]);

/** For each kind which of its arguments is called `key`; -1 = none. Undefined when no kind has one, and for what every event has. */
function argumentPlaces(key: string): Int8Array | undefined {
  if (ownKeys.has(key)) return undefined;
  const places = kindInfos.map(({ args }) =>
    (args as readonly (readonly [string, TraceArgument])[]).findLastIndex(
      ([name, reading]) => name.toLowerCase() === key || (bytesKeys.has(key) && reading === "bytes" && name !== "offset"),
    ),
  );
  return places.every((place) => place < 0) ? undefined : Int8Array.from(places);
}

/** An argument of the kind by its name; what has no such argument does not match. Undefined when no kind has one. */
function argumentTest(model: TimelineModel, term: FilterTerm): Test | undefined {
  const places = argumentPlaces(term.key);
  if (places === undefined) return undefined;
  const { nameOf } = model.columns;
  // By name: 0 = events of it differ, 1 = none matches, 2 = all match.
  const decided = Uint8Array.from({ length: model.names.count }, (_, name) => {
    const kind = model.names.kindOf(name);
    const place = places[traceKinds[kind].id] ?? -1;
    const argument = model.names.argumentOf(name, place);
    if (place < 0) return 1;
    return argument === undefined ? 0 : argumentMatches(model, kind, place, argument, term) ? 2 : 1;
  });
  return (chunk, i, id) => {
    const byName = decided[nameOf[id] ?? 0] ?? 1;
    if (byName !== 0) return byName === 2;
    const kind = chunk.kind[i] ?? 0;
    const place = places[kind] ?? 0;
    // Results are known at the end of a span.
    const argument = model.store.endArgument(id, place) ?? chunk.args[3 * i + place] ?? 0;
    return argumentMatches(model, kindNames[kind] ?? "callback", place, argument, term);
  };
}

function argumentMatches({ store }: TimelineModel, kind: TraceKind, place: number, argument: number, { comparison, text, value }: FilterTerm): boolean {
  const reading = traceKinds[kind].args[place]?.[1];
  if (reading === "text") return (store.texts[argument] ?? "").toLowerCase().includes(text) !== (comparison === "!=");
  return value !== undefined && compares(reading === "status" ? argument >>> 0 : argument, comparison, value);
}
