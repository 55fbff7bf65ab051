// SPDX-License-Identifier: MIT
/** Commands to a stopped target that leave its execution: what is to be thrown for each. */
import type { InstrumentedModule, RuntimeMessage, WatchHit } from "../protocol/index.ts";
import type { Guest } from "./guest.ts";
import { FrameStart, ReverseContinue, StepBack } from "./reverse.ts";
import { SearchRun } from "./search-run.ts";
import { type ArmedStatements, firstStatementOf } from "./statement-table.ts";
import { Restart, type ReverseSearch, RunEnded, Travel, type Unwind } from "./unwind.ts";
import type { Watches } from "./watches.ts";

export type Departing = Extract<RuntimeMessage, { type: "goto" | "stepBack" | "reverseContinue" | "restartFrame" | "restart" | "terminate" }>;

/** The stop that is left. */
export interface Whereabouts {
  readonly guest: Guest;
  readonly module: InstrumentedModule;
  readonly armed: ArmedStatements;
  readonly watches: Watches;
  /** Hits of watches at which the target stopped. */
  readonly hits: readonly WatchHit[];
}

export function departure(message: Departing, here: Whereabouts): Unwind {
  const { guest, module, armed } = here;
  const position = guest.executed();
  const search = (what: ReverseSearch, until = position): Travel => new Travel({ kind: "search", run: new SearchRun(what, until, armed) });
  switch (message.type) {
    case "goto":
      if (message.hit !== undefined) return new Travel({ kind: "hit", ...message.hit, position: message.position });
      return new Travel({ kind: "position", position: Math.max(1, message.position), reason: "goto" });
    case "stepBack":
      // In the middle of a statement (a violation in a call, an idle machine), one step back is the start of that statement.
      if (guest.statement === undefined && message.kind !== "out") return new Travel({ kind: "position", position: Math.max(1, position), reason: "step" });
      return search(new StepBack(isEntry(here) && message.kind === "over" ? "in" : message.kind, message.granularity, module.statements, guest, position));
    case "restartFrame":
      return search(new FrameStart(firstStatementOf(module, message.functionIndex) ?? -1, message.record, position));
    case "reverseContinue":
      return reverseContinue(here, position, search);
    case "restart":
      return new Restart();
    case "terminate":
      return new RunEnded();
  }
}

/** At the first line of a function that no driver code called (an ISR on an idle processor, a DPC): before it is the last line of whatever ran then. */
function isEntry({ guest, module }: Whereabouts): boolean {
  const [top, ...callers] = guest.frames().filter((frame) => frame.kind === "driver");
  if (top === undefined || callers.length > 0 || guest.statement === undefined) return false;
  const first = module.functions[top.functionIndex]?.prologueEnd ?? 0;
  return (module.statements.offset[guest.statement] ?? 0) <= first;
}

function reverseContinue({ guest, armed, watches, hits }: Whereabouts, position: number, search: (what: ReverseSearch, until: number) => Travel): Travel {
  // In the middle of a statement that statement has begun already, and more may have happened in it before.
  const until = guest.statement === undefined ? position + 1 : position;
  const what = new ReverseContinue(
    { breakpoints: armed.breakpoints, mayStop: (statement, record) => armed.mayStop(statement, record) },
    until,
    watches.earlier(position, hits),
  );
  return search(what, until);
}
