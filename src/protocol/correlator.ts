// SPDX-License-Identifier: MIT
/**
 * Follows a request through the trace: request → transaction → transfer → device → interrupt → ISR → DPC → completion. Most events name
 * the event that caused them; what a device does is joined to the register write, the earlier activity or the mapping that led to it. Events
 * must be told in the order of the trace.
 */
import { traceKinds, tracePhase } from "./trace-event.ts";
import type { TraceSnapshot } from "./trace-snapshot.ts";

/** What the device does right now: known for one point of virtual time. */
interface DeviceContext {
  time: number;
  correlation: number;
  /** Event id of the slice that it follows from. */
  slice: number;
}

export interface Origin {
  /** Event id of the request's span; 0 = none. */
  readonly correlation: number;
  /** Event id of the slice that this event follows from, or, for an instant, happened in; 0 = unknown. */
  readonly slice: number;
}

const kindId = Object.fromEntries(Object.entries(traceKinds).map(([name, { id }]) => [name, id])) as Readonly<Record<keyof typeof traceKinds, number>>;

export class Correlator {
  /** By event id. */
  #correlation = new Uint32Array(1024);
  /** By event id: the slice an event is, or happened in. */
  #slice = new Uint32Array(1024);
  readonly #device: DeviceContext = { time: -1, correlation: 0, slice: 0 };
  /** Activity that ended last, by lane text. */
  readonly #ended = new Map<number, DeviceContext>();
  /** Transfer under way, by object id of its transaction. */
  readonly #transfers = new Map<number, { readonly correlation: number; readonly slice: number }>();
  /** Slices that wrote device registers for requests that are not completed, by correlation. */
  readonly #doorbells = new Map<number, number>();

  /** Event id of the request that an event serves; 0 = none. */
  correlationOf(event: number): number {
    return this.#correlation[event] ?? 0;
  }

  /** Tells of the begin or instant in row `i` of `trace`; `cpuTop` is the event id of the innermost open CPU slice. */
  began(trace: TraceSnapshot, i: number, cpuTop: number): Origin {
    const origin = this.#originOf(trace, i, cpuTop);
    const id = trace.firstEvent + i;
    if (id >= this.#correlation.length) this.#grow(id);
    const isBegin = trace.phase[i] === tracePhase.begin;
    const correlation = trace.kind[i] === kindId.requestArrived && isBegin ? id : origin.correlation;
    const slice = isBegin ? id : origin.slice;
    this.#correlation[id] = correlation;
    this.#slice[id] = slice;
    this.#remember(trace, i, { correlation, slice });
    return { correlation, slice: origin.slice };
  }

  /** Tells of the end in row `i` of `trace`, of a span that has begun. */
  ended(trace: TraceSnapshot, i: number): void {
    const { kind, args, object, parent, time } = trace;
    const begin = parent[i] ?? 0;
    const correlation = this.correlationOf(begin);
    switch (kind[i]) {
      case kindId.deviceActivity: {
        const context = { time: time[i] ?? 0, correlation, slice: this.#slice[begin] ?? 0 };
        this.#ended.set(args[3 * i] ?? 0, context);
        Object.assign(this.#device, context);
        break;
      }
      case kindId.transfer:
        this.#transfers.delete(object[i] ?? 0);
        break;
      case kindId.requestArrived:
        this.#doorbells.delete(correlation);
        break;
      default:
    }
  }

  #grow(id: number): void {
    const size = Math.max(id + 1, Math.ceil(1.5 * this.#correlation.length));
    this.#correlation = wider(this.#correlation, size);
    this.#slice = wider(this.#slice, size);
  }

  #originOf(trace: TraceSnapshot, row: number, cpuTop: number): Origin {
    const { kind, time } = trace;
    const named = this.#at(trace.parent[row] ?? 0);
    const running = this.#at(cpuTop);
    const now = time[row] ?? 0;
    switch (kind[row]) {
      case kindId.deviceActivity: {
        const earlier = this.#ended.get(trace.args[3 * row] ?? 0);
        return earlier?.time === now ? earlier : this.#deviceAt(now);
      }
      case kindId.deviceRead:
      case kindId.deviceWrite:
        return this.#transfers.get(trace.object[row] ?? 0) ?? this.#deviceAt(now);
      case kindId.interruptRaised:
      case kindId.interruptLowered:
      case kindId.deviceLog:
        return this.#deviceAt(now);
      case kindId.requestArrived:
      case kindId.transaction:
      case kindId.transfer:
      case kindId.requestPresented:
      case kindId.requestCompleted:
        return named.slice === 0 ? running : named;
      case kindId.dpcQueued:
        return { correlation: named.correlation || running.correlation, slice: cpuTop || named.slice };
      default:
        return {
          correlation: named.correlation || running.correlation,
          slice: trace.phase[row] === tracePhase.begin ? named.slice : cpuTop || named.slice,
        };
    }
  }

  #at(event: number): Origin {
    return { correlation: this.#correlation[event] ?? 0, slice: this.#slice[event] ?? 0 };
  }

  #deviceAt(now: number): Origin {
    if (this.#device.time === now) return this.#device;
    // Nothing happened just before: clear only when one request is with the device.
    const [only, ...others] = this.#doorbells;
    return only === undefined || others.length > 0 ? { correlation: 0, slice: 0 } : { correlation: only[0], slice: only[1] };
  }

  #remember({ kind, time, object }: TraceSnapshot, row: number, own: Origin): void {
    switch (kind[row]) {
      case kindId.registerWrite:
        if (own.correlation !== 0) this.#doorbells.set(own.correlation, own.slice);
        Object.assign(this.#device, { time: time[row] ?? 0, correlation: own.correlation, slice: own.slice });
        break;
      case kindId.deviceRead:
      case kindId.deviceWrite:
        // An activity of the same request that just ended says more than the transfer whose memory is touched.
        if (own.slice !== 0 && (this.#device.time !== time[row] || this.#device.correlation !== own.correlation)) {
          Object.assign(this.#device, { time: time[row] ?? 0, correlation: own.correlation, slice: own.slice });
        }
        break;
      case kindId.transfer:
        this.#transfers.set(object[row] ?? 0, own);
        break;
      default:
    }
  }
}

function wider(column: Uint32Array<ArrayBuffer>, size: number): Uint32Array<ArrayBuffer> {
  const result = new Uint32Array(size);
  result.set(column);
  return result;
}
