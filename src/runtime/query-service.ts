// SPDX-License-Identifier: MIT
/** Questions and inputs of the session, whatever the target is doing: answers them, applies inputs, and logs inputs for re-execution. */
import type { CallOutcome, Input, RuntimeMessage, RuntimeQuery } from "../protocol/index.ts";
import type { ControlLink } from "./control-link.ts";
import type { History } from "./history.ts";
import { answerQuery } from "./queries.ts";
import type { Run } from "./run.ts";
import type { ArmedStatements } from "./statement-table.ts";
import type { StopRules } from "./stop-rules.ts";
import { Unwind } from "./unwind.ts";
import type { Watches } from "./watches.ts";

/** The debugger that the questions are about. */
export interface QueryHost {
  readonly link: ControlLink;
  readonly history: History;
  readonly armedStatements: ArmedStatements;
  readonly watches: Watches;
  readonly rules: StopRules;
  /** The execution that is going on. @throws RunEnded when there is none */
  readonly current: Run;
  readonly hasRun: boolean;
  /** Writes the statement table anew. */
  arm(): void;
  /** Ends the execution; `timeLimitMs` is the limit of real time that it exceeded, when that is why. */
  terminate(timeLimitMs: number | undefined): never;
  /** Calls a function of the driver. */
  call(functionIndex: number, args: readonly (number | bigint)[]): Pick<CallOutcome, "value" | "problem">;
}

export class QueryService {
  readonly #host: QueryHost;

  constructor(host: QueryHost) {
    this.#host = host;
  }

  /** Before the first execution: answers until the client lets the target go. @throws RunEnded when it does not want it any more */
  async waitForStart(): Promise<void> {
    for (;;) {
      const message = await this.#host.link.waitAsync();
      if (message.type === "query") this.answer(message);
      else if (message.type === "terminate") this.#host.terminate(message.timeLimitMs);
      else if (message.type === "run" || message.type === "step") return;
    }
  }

  answer(message: Extract<RuntimeMessage, { type: "query" }>): void {
    const { link } = this.#host;
    try {
      link.post({ type: "answer", id: message.id, value: this.#perform(message.query) });
    } catch (error) {
      if (error instanceof Unwind) throw error;
      link.post({ type: "answer", id: message.id, error: error instanceof Error ? error.message : String(error) });
    }
  }

  /** Applies an input from outside and logs it with its place, so that re-execution repeats it. */
  input<T>(input: Input, apply: () => T = () => this.apply(input) as T): T {
    const { history, link, current } = this.#host;
    const { guest } = current;
    const isIdle = guest.contexts.length === 0;
    const position = guest.executed();
    if (history.fork(position)) link.post({ type: "forked", position });
    const done = apply();
    // In the middle of a statement the next place that can be found again is the next statement.
    history.add(input, isIdle ? undefined : position + (guest.statement === undefined ? 1 : 0));
    return done;
  }

  /** Lets one thread of the driver run alone, or all again. */
  hold(only: number | undefined): void {
    if (only === this.#host.current.heldFor) return;
    this.input({ kind: "hold", ...(only === undefined ? {} : { thread: only }) });
  }

  /** What the user does is no reason to stop. */
  apply(input: Input): number | boolean {
    if (input.kind === "note") return this.#host.current.apply(input);
    return this.#host.watches.mute(() => this.#host.current.apply(input));
  }

  #perform(query: RuntimeQuery): unknown {
    const { armedStatements, watches, rules, history, current } = this.#setUp();
    switch (query.type) {
      case "setBreakpoints":
        armedStatements.setBreakpoints(query.statements, query.conditions);
        return this.#rearm();
      case "setStopFilters":
        return rules.set(query.filters);
      case "setWatches":
        watches.set(query.watches);
        return this.#rearm();
      case "poke":
        return this.input({ ...query, kind: "poke" });
      case "writeSpace":
        return this.input({ ...query, kind: "space" });
      case "writeRegister":
        return this.input({ ...query, kind: "register" });
      case "sendRequest": {
        const id = current().nextRequestId();
        this.input({ kind: "request", id, request: query.request });
        return id;
      }
      case "callFunction":
        return this.#call(query);
      case "note": {
        const { guest } = current();
        const input: Input = { kind: "note", text: query.text };
        this.apply(input);
        // What is said while no driver code runs has no place that a re-execution could find again.
        if (guest.contexts.length > 0) history.insert(input, guest.executed() + (guest.statement === undefined ? 1 : 0));
        return undefined;
      }
      case "past": {
        const { guest } = current();
        return { inputs: history.inputs, position: guest.executed(), isMidStatement: guest.statement === undefined };
      }
      default:
        return answerQuery(current(), query);
    }
  }

  #call({ functionIndex, arguments: args }: Extract<RuntimeQuery, { type: "callFunction" }>): CallOutcome {
    const { guest, machine } = this.#host.current;
    if (guest.statement === undefined) throw new Error("Functions can be called where the target is about to execute a statement, not in the middle of one");
    let outcome: Pick<CallOutcome, "value" | "problem"> = {};
    this.input({ kind: "call", functionIndex, arguments: args }, () => {
      outcome = this.#host.watches.mute(() => this.#host.call(functionIndex, args));
    });
    return { ...outcome, position: guest.executed(), time: machine.clock.now, irql: machine.cpu.irql };
  }

  /** The host, with the execution asked for only by those who need one. */
  #setUp(): Pick<QueryHost, "armedStatements" | "watches" | "rules" | "history"> & { readonly current: () => Run } {
    const { armedStatements, watches, rules, history } = this.#host;
    return { armedStatements, watches, rules, history, current: () => this.#host.current };
  }

  #rearm(): undefined {
    if (this.#host.hasRun) this.#host.arm();
    return undefined;
  }
}
