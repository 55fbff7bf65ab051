// SPDX-License-Identifier: MIT
/**
 * Value change dump (IEEE 1364-2005, section 18) for waveform viewers: the IRQL, one wire for each interrupt vector, and for each lane whether
 * something is active, how deep, for which request, and its name as a string variable (an extension that GTKWave, Surfer and VaporView read).
 */
import { type TraceSnapshot, traceKinds, tracePhase } from "../protocol/index.ts";
import { encodeChunks } from "./chunked-text.ts";
import { type TraceExport, wholeEvent } from "./event-arguments.ts";
import { eventTitle } from "./event-text.ts";
import { type TraceIndex, indexTrace } from "./trace-index.ts";

/** The whole trace as chunks of one .vcd file. */
export function vcdChunks({ trace }: TraceExport): Generator<Uint8Array> {
  return encodeChunks(pieces(trace));
}

interface Variable {
  readonly type: "wire" | "reg" | "string";
  readonly bits: number;
  readonly id: string;
  readonly name: string;
}

/** Hands out variables and their short ids: printable characters from ! to ~. */
class Variables {
  readonly all: Variable[] = [];

  add(type: Variable["type"], bits: number, name: string): Variable {
    let id = "";
    for (let rest = this.all.length + 1; rest > 0; rest = Math.floor((rest - 1) / 94)) id += String.fromCharCode(33 + ((rest - 1) % 94));
    const variable = { type, bits, id, name: name.replace(/[^A-Za-z0-9_$]/g, "_") };
    this.all.push(variable);
    return variable;
  }
}

interface LaneVariables {
  readonly active: Variable;
  readonly depth: Variable;
  readonly correlation: Variable;
  readonly text: Variable;
}

interface Signals {
  readonly irql: Variable;
  readonly vectors: ReadonlyMap<number, Variable>;
  readonly lanes: readonly LaneVariables[];
}

function* pieces(trace: TraceSnapshot): Generator<string> {
  const index = indexTrace(trace);
  const variables = new Variables();
  const signals = declare(trace, index, variables);
  yield "$version kmdf-dma-debug $end\n$timescale 1 ns $end\n$scope module machine $end\n";
  for (const { type, bits, id, name } of variables.all) yield `$var ${type} ${bits} ${id} ${name}${bits > 1 ? ` [${bits - 1}:0]` : ""} $end\n`;
  yield "$upscope $end\n$enddefinitions $end\n";
  const dump = new Dump(trace, index, signals);
  const start = trace.time[0] ?? 0;
  yield `#0\n$dumpvars\n${variables.all.map((variable) => change(variable, variable.type === "string" ? "" : 0)).join("")}$end\n`;
  let now = 0;
  for (let row = 0; row < trace.count; row++) {
    const time = Math.round((trace.time[row] ?? 0) - start);
    if (time > now) {
      yield dump.takeChanges();
      yield `#${time}\n`;
      now = time;
    }
    dump.apply(row);
  }
  yield dump.takeChanges();
}

function declare({ count, kind, args }: TraceSnapshot, { lanes }: TraceIndex, variables: Variables): Signals {
  const irql = variables.add("reg", 8, "IRQL");
  const vectors = new Map<number, Variable>();
  for (let row = 0; row < count; row++) {
    const vector = args[3 * row] ?? 0;
    if (kind[row] === traceKinds.interruptRaised.id && !vectors.has(vector))
      vectors.set(vector, variables.add("wire", 1, `interrupt_0x${vector.toString(16)}`));
  }
  return {
    irql,
    vectors,
    lanes: lanes.map(({ name }) => ({
      active: variables.add("wire", 1, `${name}_active`),
      depth: variables.add("reg", 8, `${name}_depth`),
      correlation: variables.add("reg", 32, `${name}_correlation`),
      text: variables.add("string", 1, name),
    })),
  };
}

/** One line that gives `variable` a value. String values have no white space and no characters beyond ASCII. */
function change({ type, bits, id }: Variable, value: number | string): string {
  if (type === "string") return `s${String(value).replace(/[^!-~]+/g, "_")} ${id}\n`;
  return bits === 1 ? `${value}${id}\n` : `b${value.toString(2)} ${id}\n`;
}

/** The state of all signals; of changes at one time the last one of each variable counts. */
class Dump {
  readonly #trace: TraceSnapshot;
  readonly #index: TraceIndex;
  readonly #signals: Signals;
  readonly #changes = new Map<Variable, number | string>();
  /** Rows of the open spans of each lane, innermost last. */
  readonly #open: number[][];
  /** Vectors that have a line to lower; the others are messages, which last until they were served. */
  readonly #lowered: ReadonlySet<number>;

  constructor(trace: TraceSnapshot, index: TraceIndex, signals: Signals) {
    this.#trace = trace;
    this.#index = index;
    this.#signals = signals;
    this.#open = signals.lanes.map(() => []);
    const lowered = new Set<number>();
    for (let row = 0; row < trace.count; row++) if (trace.kind[row] === traceKinds.interruptLowered.id) lowered.add(trace.args[3 * row] ?? 0);
    this.#lowered = lowered;
  }

  takeChanges(): string {
    const text = [...this.#changes].map(([variable, value]) => change(variable, value)).join("");
    this.#changes.clear();
    return text;
  }

  apply(row: number): void {
    const { kind, phase, args, parent, firstEvent } = this.#trace;
    const value = args[3 * row] ?? 0;
    if (kind[row] === traceKinds.irql.id) this.#changes.set(this.#signals.irql, value & 0xff);
    else if (kind[row] === traceKinds.interruptRaised.id) this.#wire(value, 1);
    else if (kind[row] === traceKinds.interruptLowered.id) this.#wire(value, 0);
    if (phase[row] === tracePhase.begin) {
      const lane = this.#index.lane[row] ?? 0;
      this.#open[lane]?.push(row);
      this.#show(lane);
    } else if (phase[row] === tracePhase.end) {
      const begin = (parent[row] ?? 0) - firstEvent;
      if (this.#index.end[begin] !== row + 1) return;
      const lane = this.#index.lane[begin] ?? 0;
      const open = this.#open[lane] ?? [];
      open.splice(open.lastIndexOf(begin), 1);
      this.#show(lane);
      if (kind[begin] === traceKinds.interruptDelivered.id && !this.#lowered.has(value)) this.#wire(value, 0);
    }
  }

  #wire(vector: number, level: number): void {
    const variable = this.#signals.vectors.get(vector);
    if (variable !== undefined) this.#changes.set(variable, level);
  }

  #show(lane: number): void {
    const variables = this.#signals.lanes[lane];
    const open = this.#open[lane] ?? [];
    if (variables === undefined) return;
    const top = open.at(-1);
    this.#changes.set(variables.active, open.length > 0 ? 1 : 0);
    this.#changes.set(variables.depth, Math.min(open.length, 0xff));
    this.#changes.set(variables.correlation, top === undefined ? 0 : (this.#index.correlation[top] ?? 0));
    this.#changes.set(variables.text, top === undefined ? "" : eventTitle(this.#trace, wholeEvent(this.#trace, this.#index, top)));
  }
}
