// SPDX-License-Identifier: MIT
/** A scenario that does not end: what it waits for, where, and which driver function has the request. */
import { ExitStatus } from "../base/index.ts";
import type { Run } from "./run.ts";

/** Callbacks that get the requests of each operation. */
const handlers: readonly (readonly [operation: RegExp, callbacks: readonly string[]])[] = [
  [/^read\(/, ["EvtIoRead", "EvtIoDefault"]],
  [/^write\(/, ["EvtIoWrite", "EvtIoDefault"]],
  [/^ioctl\(/, ["EvtIoDeviceControl", "EvtIoDefault"]],
  [/^open\(/, ["EvtDeviceFileCreate"]],
];

/** Records the failure (and, when the driver keeps a request, the violation). `limitMs` is the virtual time limit that was reached, if one was. */
export function stuckFailure(run: Run, limitMs: number | undefined): void {
  const { waiting } = run.scenario;
  const tasks = run.machine.scheduler.waiting;
  const first = waiting[0];
  const place = first === undefined ? undefined : run.parts.locate(first.origin);
  const where = place === undefined ? "" : `${place.file}:${place.line}:${place.column}: `;
  const held = first === undefined ? undefined : holder(run, first.text);
  const what = first === undefined ? (tasks[0] ?? "something outside the machine") : first.text;
  const also = waiting.length > 1 ? ` (and ${waiting.length - 1} more)` : "";
  const why =
    limitMs === undefined ? "nothing is left that could end the wait" : `the limit of ${limitMs} ms of virtual time is reached (machine.timing.limitMs)`;
  const blame =
    held === undefined
      ? tasks.length > 0 && first !== undefined
        ? `; the machine waits for ${tasks.join("; ")}`
        : ""
      : `; the driver got the request in ${held.name} (${held.file}:${held.line}) and has not completed it`;
  const text = `${where}The scenario waits for ${what}${also}, and ${why}${blame}`;
  if (held === undefined || limitMs !== undefined) {
    run.fail({
      outcome: "expectation-failed",
      code: limitMs === undefined ? "scenario-stuck" : "virtual-time-limit",
      text,
      exitStatus: ExitStatus.expectationFailed,
    });
    return;
  }
  run.parts.debug.violation({
    rule: "REQ-NEVER-COMPLETED",
    message: `${what} never completes: the driver got the request in ${held.name} (${held.file}:${held.line}) and nothing is left that could complete it`,
    explanation:
      "Every request that a driver owns must be completed, forwarded, requeued or cancelled. Check that the DPC completes the request on every path, and that the device raises its interrupt.",
  });
  run.fail({ outcome: "violation", code: "scenario-stuck", text, exitStatus: ExitStatus.driverFault });
}

function holder(run: Run, operation: string): { name: string; file: string; line: number } | undefined {
  const callbacks = handlers.find(([pattern]) => pattern.test(operation))?.[1] ?? [];
  for (const name of callbacks) {
    const index = run.guest.lastFunctionOf(name);
    const at = index === undefined ? undefined : run.parts.map.locateFunction(index);
    const functionName = index === undefined ? undefined : run.parts.map.function(index)?.name;
    if (at !== undefined) return { name: functionName ?? name, file: at.file, line: at.line ?? 0 };
  }
  return undefined;
}
