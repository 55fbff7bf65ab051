// SPDX-License-Identifier: MIT
/** Requests that let the target go on, forwards or backwards, and make it stop. */

import type { StepGranularity, StepKind } from "../../protocol/index.ts";
import type { AdapterState } from "../adapter-state.ts";
import type { RequestHandlers } from "../protocol-server.ts";
import type { RequestArguments } from "../request-arguments.ts";
import { RequestError } from "../request-error.ts";
import { StepInTargets } from "../step-in-targets.ts";
import { showTravel } from "../travel-progress.ts";

export function executionHandlers(state: AdapterState): RequestHandlers {
  const targets = new GotoTargets(state);
  const stepInTargets = new StepInTargets(state);
  const step =
    (kind: StepKind) =>
    (request: RequestArguments): void =>
      state.session.step(kind, granularityOf(request), aloneOf(request));
  return {
    continue: (request) => {
      const alone = aloneOf(request);
      state.session.run(alone);
      return { allThreadsContinued: alone === undefined };
    },
    next: step("over"),
    stepIn: (request) => {
      const targetId = request.optionalNumber("targetId");
      return targetId === undefined ? step("in")(request) : state.session.stepInto(stepInTargets.get(targetId));
    },
    stepInTargets: (request) => stepInTargets.list(request),
    stepOut: step("out"),
    stepBack: (request) => {
      state.session.stepBack("over", granularityOf(request));
      showTravel(state, "Stepping back");
    },
    reverseContinue: () => {
      state.session.reverseContinue();
      showTravel(state, "Running backwards");
    },
    restartFrame: (request) => {
      state.session.restartFrame(request.number("frameId"));
      showTravel(state, "Going to the start of the function");
    },
    pause: () => pause(state),
    gotoTargets: (request) => targets.list(request),
    goto: (request) => targets.go(request),
    threads: () => ({ threads: threadsOf(state) }),
  };
}

/** Threads with ids up to this are processors. */
const lastProcessor = 32;

/** The thread that is to run alone: 0 for what is on the processor's own stack. */
function aloneOf(request: RequestArguments): number | undefined {
  if (!request.flag("singleThread")) return undefined;
  const threadId = request.number("threadId");
  return threadId <= lastProcessor ? 0 : threadId;
}

/** Editors leave it out for a step the user asked for in the source: that means a line. */
function granularityOf(request: RequestArguments): StepGranularity {
  const granularity = request.optionalText("granularity");
  return granularity === undefined || granularity === "line" ? "line" : "statement";
}

/** A target that has stopped meanwhile is what the user wants. */
function pause({ session }: AdapterState): void {
  if (session.state === "stopped") return;
  session.pause();
}

/** The processors, and while the target is stopped the driver's threads. */
function threadsOf({ launched }: AdapterState): readonly { readonly id: number; readonly name: string }[] {
  const processors = launched?.configuration.machine.processors ?? 1;
  const threads = launched?.session.state === "stopped" ? launched.session.target.threads : [];
  return [...Array.from({ length: processors }, (_, cpu) => ({ id: cpu + 1, name: `CPU ${cpu}` })), ...threads];
}

/** Lines to run to; an id stays good as long as the connection. */
class GotoTargets {
  readonly #state: AdapterState;
  readonly #statements: (readonly number[])[] = [];

  constructor(state: AdapterState) {
    this.#state = state;
  }

  list(request: RequestArguments): object {
    const { coordinates, session } = this.#state;
    const { sources, lines } = session.program;
    const path = request.object("source").text("path");
    const file = sources.find(coordinates.pathFromClient(path));
    if (file === undefined) throw new RequestError(`'${path}' is not a source file of this driver`);
    const column = request.optionalNumber("column");
    const found = lines.resolve(
      file,
      coordinates.lineFromClient(request.number("line")),
      column === undefined ? undefined : coordinates.columnFromClient(column),
    );
    if (found.kind === "unbound") return { targets: [] };
    const id = this.#statements.push(found.statements);
    const target = { id, label: `Run to line ${found.line}`, line: coordinates.lineToClient(found.line), column: coordinates.columnToClient(found.column) };
    return { targets: [target] };
  }

  async go(request: RequestArguments): Promise<void> {
    const statements = this.#statements[request.number("targetId") - 1];
    if (statements === undefined) throw new RequestError(`Unknown goto target ${request.number("targetId")}`);
    await this.#state.session.runTo(statements);
  }
}
