// SPDX-License-Identifier: MIT
/**
 * A second run to compare with, aligned by the number of a request: the n-th request of both runs begins at the same place of the picture. What
 * happened before the first request is aligned at power-on.
 */
import { traceKinds } from "../protocol/index.ts";
import { lowerBound } from "./slice-row.ts";
import type { TimelineModel } from "./timeline-model.ts";

export interface Ghost {
  readonly model: TimelineModel;
  readonly name: string;
}

export interface Alignment {
  /** Number of the request, from 1; 0 = power-on. */
  readonly request: number;
  /** To be added to times of the other run, ns. */
  readonly shift: number;
}

/** Begin times of the requests, ascending. */
export function requestTimes({ store }: TimelineModel): Float64Array<ArrayBuffer> {
  const times: number[] = [];
  for (const chunk of store.chunks)
    for (let i = 0; i < chunk.count; i++) if (chunk.kind[i] === traceKinds.requestArrived.id && chunk.phase[i] === 1) times.push(chunk.time[i] ?? 0);
  return Float64Array.from(times);
}

/** Alignment at the last request that began at or before `time`; both lists as of `requestTimes`. */
export function alignmentAt(own: Float64Array, other: Float64Array, time: number): Alignment {
  let count = lowerBound(own, own.length, time);
  while (count < own.length && own[count] === time) count++;
  const request = Math.min(count, other.length);
  return { request, shift: request === 0 ? 0 : (own[request - 1] ?? 0) - (other[request - 1] ?? 0) };
}

/**
 * The event of the other run that corresponds to `event`: the one with the same name and the same number among those of that name since the
 * request that both belong behind. Undefined when that run has none.
 */
export function counterpart(own: TimelineModel, other: TimelineModel, event: number): number | undefined {
  const place = own.placeOf(event);
  if (place === undefined) return undefined;
  const begin = own.store.event(event);
  if (begin === undefined) return undefined;
  const name = own.names.text(own.nameOf(event), own.store.texts, {});
  const request = requestBefore(own, begin.time);
  let number = 0;
  for (const id of eventsOf(own, place.lane.id, request.start)) {
    if (id === event) break;
    if (own.names.text(own.nameOf(id), own.store.texts, {}) === name) number++;
  }
  const start = request.number === 0 ? 0 : requestTimes(other)[request.number - 1];
  if (start === undefined) return undefined;
  for (const id of eventsOf(other, place.lane.id, start)) {
    if (other.names.text(other.nameOf(id), other.store.texts, {}) === name && number-- === 0) return id;
  }
  return undefined;
}

function requestBefore(model: TimelineModel, time: number): { readonly number: number; readonly start: number } {
  const times = requestTimes(model);
  const number = times.filter((start) => start <= time).length;
  return { number, start: times[number - 1] ?? 0 };
}

/** Events of a lane from `start` on, by id. */
function* eventsOf(model: TimelineModel, lane: string, start: number): Generator<number> {
  const found = model.lanes.find(({ id }) => id === lane);
  if (found === undefined) return;
  const ids = [found.instants, ...found.rows].flatMap((row) => [...row.event.subarray(lowerBound(row.start, row.count, start), row.count)]);
  yield* ids.sort((a, b) => a - b);
}
