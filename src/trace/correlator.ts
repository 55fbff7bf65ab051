// SPDX-License-Identifier: MIT
/**
 * Follows a request through the trace: request → transaction → transfer → device → interrupt → ISR → DPC → completion. Most events name
 * the event that caused them; what a device does is joined to the register write, the earlier activity or the mapping that led to it. Events
 * must be told in the order of the trace.
 */
import { type TraceSnapshot, traceKinds, tracePhase } from "../protocol/index.ts";

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
  readonly #trace: TraceSnapshot;
  /** By trace row. */
  readonly correlation: Uint32Array;
  /** By trace row: the slice an event is, or happened in. */
  readonly slice: Uint32Array;
  readonly #device: DeviceContext = { time: -1, correlation: 0, slice: 0 };
  /** Activity that ended last, by lane text. */
  readonly #ended = new Map<number, DeviceContext>();
  /** Transfer under way, by object id of its transaction. */
  readonly #transfers = new Map<number, { readonly correlation: number; readonly slice: number }>();
  /** Slices that wrote device registers for requests that are not completed, by correlation. */
  readonly #doorbells = new Map<number, number>();

  constructor(trace: TraceSnapshot) {
    this.#trace = trace;
    this.correlation = new Uint32Array(trace.count);
    this.slice = new Uint32Array(trace.count);
  }

  /** Tells of the begin or instant in `row`; `cpuTop` is the event id of the innermost open CPU slice. */
  began(row: number, cpuTop: number): Origin {
    const trace = this.#trace;
    const origin = this.#originOf(row, cpuTop);
    const id = trace.firstEvent + row;
    const isBegin = trace.phase[row] === tracePhase.begin;
    const correlation = trace.kind[row] === kindId.requestArrived && isBegin ? id : origin.correlation;
    this.correlation[row] = correlation;
    this.slice[row] = isBegin ? id : origin.slice;
    this.#remember(row, { correlation, slice: isBegin ? id : origin.slice });
    return { correlation, slice: origin.slice };
  }

  /** Tells that the span begun in `row` ended at `time`. */
  ended(row: number, time: number): void {
    const { kind, args, object } = this.#trace;
    const correlation = this.correlation[row] ?? 0;
    switch (kind[row]) {
      case kindId.deviceActivity: {
        const context = { time, correlation, slice: this.slice[row] ?? 0 };
        this.#ended.set(args[3 * row] ?? 0, context);
        Object.assign(this.#device, context);
        break;
      }
      case kindId.transfer:
        this.#transfers.delete(object[row] ?? 0);
        break;
      case kindId.requestArrived:
        this.#doorbells.delete(correlation);
        break;
      default:
    }
  }

  #originOf(row: number, cpuTop: number): Origin {
    const { kind, time } = this.#trace;
    const named = this.#named(row);
    const running = this.#at(cpuTop);
    const now = time[row] ?? 0;
    switch (kind[row]) {
      case kindId.deviceActivity: {
        const earlier = this.#ended.get(this.#trace.args[3 * row] ?? 0);
        return earlier?.time === now ? earlier : this.#deviceAt(now);
      }
      case kindId.deviceRead:
      case kindId.deviceWrite:
        return this.#transfers.get(this.#trace.object[row] ?? 0) ?? this.#deviceAt(now);
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
          slice: this.#trace.phase[row] === tracePhase.begin ? named.slice : cpuTop || named.slice,
        };
    }
  }

  /** Origin by the event that this one names. */
  #named(row: number): Origin {
    return this.#at(this.#trace.parent[row] ?? 0);
  }

  #at(event: number): Origin {
    const row = event - this.#trace.firstEvent;
    return { correlation: this.correlation[row] ?? 0, slice: this.slice[row] ?? 0 };
  }

  #deviceAt(now: number): Origin {
    if (this.#device.time === now) return this.#device;
    // Nothing happened just before: clear only when one request is with the device.
    const [only, ...others] = this.#doorbells;
    return only === undefined || others.length > 0 ? { correlation: 0, slice: 0 } : { correlation: only[0], slice: only[1] };
  }

  #remember(row: number, own: Origin): void {
    const { kind, time, object } = this.#trace;
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
