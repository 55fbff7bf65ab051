// SPDX-License-Identifier: MIT
/** A scenario that does not end: what it waits for, where, and which driver function has the request. */
import { ExitStatus } from "../base/index.ts";
import type { DriverStack } from "./driver-stack.ts";
import type { Guest } from "./guest.ts";
import type { Run } from "./run.ts";
import type { Violation } from "../protocol/index.ts";
import { overrunViolation } from "./trap-violations.ts";

/** Callbacks that get the requests of each operation. */
const handlers: readonly (readonly [operation: RegExp, callbacks: readonly string[]])[] = [
  [/^read\(/, ["EvtIoRead", "EvtIoDefault"]],
  [/^write\(/, ["EvtIoWrite", "EvtIoDefault"]],
  [/^ioctl\(/, ["EvtIoDeviceControl", "EvtIoDefault"]],
  [/^open\(/, ["EvtDeviceFileCreate"]],
];

/** Statements of one callback from which on the callback, not the scenario, is what does not end. */
const endlessStatements = 100_000;

/**
 * Nothing can happen any more, or `limitMs` of virtual time have passed: records the failure and, when the driver keeps a request, the
 * violation. When there is a violation already, the wait is its consequence.
 */
export function stuckFailure(run: Run, limitMs: number | undefined): void {
  const [first] = run.scenario.waiting;
  const hang = limitMs !== undefined || run.violations.all.length > 0 ? undefined : hangOf(run);
  if (hang !== undefined) run.parts.debug.violation(hang);
  const holder = first === undefined || limitMs !== undefined || run.violations.all.length > 0 ? undefined : holderOf(run, first.text);
  if (first !== undefined && holder !== undefined) {
    run.parts.debug.violation({
      rule: "REQ-NEVER-COMPLETED",
      message: `${first.text} never completes: ${holder.name} got the request, and nothing is left that could complete it`,
      explanation:
        "Every request that a driver owns must be completed, forwarded, requeued or cancelled. Check that the DPC completes the request on every path, and that the device raises its interrupt.",
      callback: holder.callback,
    });
  }
  run.fail({
    outcome: "expectation-failed",
    code: limitMs === undefined ? "scenario-stuck" : "virtual-time-limit",
    text: stuckText(run, limitMs),
    exitStatus: ExitStatus.expectationFailed,
  });
}

/** A callback that waits and will never go on; threads may wait for work for ever. */
function hangOf({ guest, machine: { scheduler } }: Run): Violation | undefined {
  const waits = guest.threadStacks.flatMap((stack) => {
    const waiter = scheduler.waiters.find(({ thread, isReady }) => thread === stack.thread && !isReady);
    return waiter === undefined ? [] : [{ stack, text: `${guest.nameOf(stack)} waits for ${waiter.reason}` }];
  });
  const stuck = waits.find(({ stack }) => stack.contexts[0]?.reason.kind !== "thread");
  if (stuck === undefined) return undefined;
  const origin = guest.frames(undefined, stuck.stack).find((frame) => frame.kind === "driver");
  const others = waits.filter((wait) => wait !== stuck).map(({ text }) => `; ${text}`);
  return {
    rule: "wait-never-satisfied",
    message: `${stuck.text}, and nothing in the machine can bring that about any more${others.join("")}`,
    explanation: "No timer, DPC, interrupt, device activity or other thread is left that could end the wait: the thread hangs forever (deadlock).",
    ...(origin === undefined ? {} : { origin: { functionIndex: origin.functionIndex, offset: origin.offset } }),
  };
}

/** The virtual time limit has come while driver code runs: an endless loop is the driver's fault, a long wait a scenario that does not end. */
export function driverTimeLimit(run: Run, limitMs: number): void {
  const context = run.guest.contexts.at(-1);
  const statements = context === undefined ? 0 : run.guest.executed() - context.enteredAt;
  if (context !== undefined && statements >= endlessStatements) run.parts.debug.bugCheck(overrunViolation(context, statements));
  stuckFailure(run, limitMs);
}

function stuckText(run: Run, limitMs: number | undefined): string {
  const { waiting } = run.scenario;
  const tasks = run.machine.scheduler.waiting;
  const [first] = waiting;
  const what = first?.text ?? tasks[0] ?? "a promise that no call of the machine will settle";
  const also = waiting.length > 1 ? ` (and ${waiting.length - 1} more)` : "";
  const why =
    limitMs === undefined ? "nothing is left that could end the wait" : `the limit of ${limitMs} ms of virtual time is reached (machine.timing.limitMs)`;
  return `${scenarioPlace(run)}The scenario waits for ${what}${also}, and ${why}${driverText(run)}${tasks.length > 0 && first !== undefined ? `; the machine waits for ${tasks.join("; ")}` : ""}`;
}

/** Prefix of a message: where the scenario waits, or its file. */
export function scenarioPlace(run: Run): string {
  const [first] = run.scenario.waiting;
  const place = first === undefined ? undefined : run.parts.locate(first.origin);
  const file = run.scenarioRun?.file;
  if (place !== undefined) return `${place.file}:${place.line}:${place.column}: `;
  return file === undefined ? "" : `${file}: `;
}

/** The driver function that is being executed, and the call it is in. */
function driverText(run: Run): string {
  const { guest } = run;
  const stack = guest.contexts.length > 0 ? guest.stack : waitingCallback(guest);
  const top = stack === undefined ? undefined : guest.frames(undefined, stack).find((frame) => frame.kind === "driver");
  const at = top === undefined ? undefined : run.parts.map.locate(top.functionIndex, top.offset);
  if (stack === undefined || top === undefined || at === undefined) return "";
  const name = run.parts.map.function(top.functionIndex)?.name ?? "the driver";
  return `; ${name} (${at.file}:${at.line}) is ${stack.api === undefined ? "running" : `in ${stack.api}`}`;
}

/** The stack of a callback that waits, which is not a thread of the driver's own: threads may wait for work as long as they like. */
export function waitingCallback(guest: Guest): DriverStack | undefined {
  return guest.threadStacks.find((stack) => stack !== guest.stack && stack.contexts[0]?.reason.kind !== "thread");
}

/** The callback that got the request of `operation`, by its WDK name and the name of its function. */
function holderOf(run: Run, operation: string): { readonly callback: string; readonly name: string } | undefined {
  const callbacks = handlers.find(([pattern]) => pattern.test(operation))?.[1] ?? [];
  for (const callback of callbacks) {
    const index = run.guest.lastFunctionOf(callback);
    const name = index === undefined ? undefined : run.parts.map.function(index)?.name;
    if (name !== undefined) return { callback, name };
  }
  return undefined;
}
