// SPDX-License-Identifier: MIT
/** What the user can do with lanes: hide, pin, collapse, move. Pure functions from settings to settings. */
import type { LaneSettings } from "../protocol/index.ts";
import type { Lane } from "./timeline-model.ts";

export type LaneFlag = "pinned" | "collapsed" | "hidden";

/** `settings` with the flag of the lane turned over. */
export function withFlag(settings: LaneSettings, flag: LaneFlag, id: string): LaneSettings {
  const before = settings[flag];
  return { ...settings, [flag]: before.includes(id) ? before.filter((other) => other !== id) : [...before, id] };
}

/** `settings` with the lane one place up or down among `shown` (ids of lanes, top to bottom). */
export function moved(settings: LaneSettings, shown: readonly string[], id: string, by: 1 | -1): LaneSettings {
  const at = shown.indexOf(id);
  const other = shown[at + by];
  if (at < 0 || other === undefined) return settings;
  const order = [...shown];
  order[at] = other;
  order[at + by] = id;
  return { ...settings, order };
}

/** Lanes as the user ordered them; those that were never moved stand where they stand by themselves. */
export function ordered(lanes: readonly Lane[], { order }: LaneSettings): readonly Lane[] {
  if (order.length === 0) return lanes;
  const rank = new Map(order.map((id, i) => [id, i]));
  const result: Lane[] = lanes.filter(({ id }) => rank.has(id)).sort((a, b) => (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0));
  // A lane that came later goes behind the one that stands before it by itself.
  for (const [i, lane] of lanes.entries()) {
    if (rank.has(lane.id)) continue;
    const before = lanes[i - 1];
    result.splice(before === undefined ? 0 : result.indexOf(before) + 1, 0, lane);
  }
  return result;
}
