// SPDX-License-Identifier: MIT
/** What the session is told about a stop. */
import type { Machine } from "../machine/index.ts";
import type { ReportedViolation, StopReason, StoppedEvent, WatchHit } from "../protocol/index.ts";
import type { Guest } from "./guest.ts";

export interface StopDetails {
  readonly violation?: ReportedViolation;
  readonly hits?: readonly WatchHit[];
  readonly returned?: StoppedEvent["returned"];
  readonly canContinue?: boolean;
  /** Code offset of the top frame after a trap of the engine. */
  readonly trapOffset?: number;
}

export function stoppedEvent(reason: StopReason, details: StopDetails, guest: Guest, { cpu, clock }: Machine, furthest: number): StoppedEvent {
  const { violation, hits, returned, canContinue = true, trapOffset } = details;
  const { statement } = guest;
  return {
    type: "stopped",
    reason,
    position: guest.executed(),
    furthest,
    ...(statement === undefined ? {} : { statement }),
    frames: guest.frames(trapOffset),
    irql: cpu.irql,
    cpu: cpu.number,
    time: clock.now,
    ...(violation === undefined ? {} : { violation }),
    ...(returned === undefined ? {} : { returned }),
    ...(hits === undefined ? {} : { hits }),
    canContinue,
  };
}
