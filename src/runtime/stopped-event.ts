// SPDX-License-Identifier: MIT
/** What the session is told about a stop. */
import type { KernelThread, Machine } from "../machine/index.ts";
import type { ReportedViolation, StopReason, StoppedEvent, ThreadView, WatchHit } from "../protocol/index.ts";
import type { DriverStack } from "./driver-stack.ts";
import type { Guest } from "./guest.ts";

export interface StopDetails {
  readonly violation?: ReportedViolation;
  readonly hits?: readonly WatchHit[];
  readonly returned?: StoppedEvent["returned"];
  readonly canContinue?: boolean;
  /** Code offset of the top frame after a trap of the engine. */
  readonly trapOffset?: number;
}

export function stoppedEvent(reason: StopReason, details: StopDetails, guest: Guest, machine: Machine, furthest: number): StoppedEvent {
  const { cpu, clock } = machine;
  const { violation, hits, returned, canContinue = true, trapOffset } = details;
  const { statement } = guest;
  return {
    type: "stopped",
    reason,
    position: guest.executed(),
    furthest,
    ...(statement === undefined ? {} : { statement }),
    frames: guest.frames(trapOffset),
    ...threadsOf(guest, machine),
    irql: cpu.irql,
    cpu: cpu.number,
    time: clock.now,
    ...(violation === undefined ? {} : { violation }),
    ...(returned === undefined ? {} : { returned }),
    ...(hits === undefined ? {} : { hits }),
    canContinue,
  };
}

/** The thread that runs, and those with driver code in the middle of something. */
function threadsOf(guest: Guest, { scheduler }: Machine): Pick<StoppedEvent, "thread" | "threadName" | "otherThreads"> {
  if (!guest.isLoaded) return { thread: 0, otherThreads: [] };
  const waiters = scheduler.waiters;
  const view = (stack: DriverStack): ThreadView => {
    const waiter = waiters.find(({ thread }) => thread === stack.thread);
    return {
      id: stack.thread?.id ?? 0,
      name: stack.thread === undefined ? "" : threadName(stack.thread),
      ...(waiter === undefined || waiter.isReady ? {} : { waitsFor: waiter.reason }),
      frames: guest.frames(undefined, stack),
    };
  };
  const running = guest.stack.thread;
  const others = [guest.stackOf(0), ...guest.threadStacks].filter(
    (stack): stack is DriverStack => stack !== undefined && stack !== guest.stack && stack.contexts.length > 0,
  );
  return { thread: running?.id ?? 0, ...(running === undefined ? {} : { threadName: threadName(running) }), otherThreads: others.map(view) };
}

/** `Worker (thread 0x4C)`. */
function threadName({ name, id }: KernelThread): string {
  return name.includes("(thread ") ? name : `${name} (thread 0x${id.toString(16).toUpperCase()})`;
}
