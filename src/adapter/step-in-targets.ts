// SPDX-License-Identifier: MIT
/** What a step into the current line can lead to: functions the line calls, and callbacks of the routines it calls. */

import type { StepTarget } from "../session/index.ts";
import type { AdapterState } from "./adapter-state.ts";
import { DriverListing, indexAt } from "./driver-listing.ts";
import type { RequestArguments } from "./request-arguments.ts";
import { RequestError } from "./request-error.ts";

/** Callbacks that a routine may call before it returns (Microsoft Learn, the routine's page). */
const callbacksOf: readonly (readonly [routine: RegExp, callbacks: readonly string[]])[] = [
  [/^WdfDmaTransaction(Execute|DmaCompleted)/, ["EvtProgramDma"]],
  [/^WdfDmaTransactionAllocateResources$/, ["EvtReserveDma"]],
  [/^WdfInterruptSynchronize$/, ["EvtInterruptSynchronize"]],
  [/^WdfInterrupt(Enable|Disable)$/, ["EvtInterruptEnable", "EvtInterruptDisable"]],
  [/^WdfObjectDelete$|^WdfObjectDereference/, ["EvtCleanupCallback", "EvtDestroyCallback"]],
  [
    /^WdfRequestComplete|^WdfIoQueue(Start|RetrieveNext|Purge|Stop|Drain)/,
    ["EvtIoRead", "EvtIoWrite", "EvtIoDeviceControl", "EvtIoDefault", "EvtIoQueueState"],
  ],
];

export class StepInTargets {
  readonly #state: AdapterState;
  readonly #listing = new DriverListing();
  readonly #targets: StepTarget[] = [];

  constructor(state: AdapterState) {
    this.#state = state;
  }

  list(request: RequestArguments): object {
    const { session } = this.#state;
    const { topFrame } = session.target;
    if (topFrame === undefined || topFrame.id !== request.number("frameId")) return { targets: [] };
    const { module, debugInfo } = session.program;
    const range = session.program.lines.restOfLine(topFrame.context.offset);
    const all = this.#listing.of(this.#state);
    const names = new Set<string>();
    for (let i = indexAt(all, range.start); (all[i]?.offset ?? range.end) < range.end; i++) {
      const called = /^\s*call (\S+)$/.exec(all[i]?.text ?? "")?.[1];
      if (called !== undefined) names.add(called);
    }
    const targets = [...names].flatMap((name): StepTarget[] => {
      const [info] = debugInfo.functionsByName(name);
      if (info !== undefined && module.functions.some((candidate) => candidate.name === name)) return [{ kind: "function", name, low: info.low }];
      const callbacks = callbacksOf.find(([routine]) => routine.test(name))?.[1] ?? [];
      return callbacks.map((callback) => ({ kind: "callback", name: callback, through: name }));
    });
    return { targets: targets.map((target) => ({ id: this.#targets.push(target), label: labelOf(target) })) };
  }

  /** The target with this id. @throws RequestError */
  get(id: number): StepTarget {
    const target = this.#targets[id - 1];
    if (target === undefined) throw new RequestError(`Unknown step-in target ${id}`);
    return target;
  }
}

const labelOf = (target: StepTarget): string => (target.kind === "function" ? target.name : `${target.name} (through ${target.through})`);
