// SPDX-License-Identifier: MIT
/** Conversations with a debug adapter in a process of its own, as an editor has them. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DebugClient } from "@vscode/debugadapter-testsupport";
import type { DebugProtocol } from "@vscode/debugprotocol";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const walkSource = join(root, "test", "dap", "fixtures", "walk", "walk.c");

/** 1-based line of the marker comment `// … #name` in `file`. */
export function marker(file: string, name: string): number {
  const lines = readFileSync(file, "utf8").split("\n");
  const found = lines.flatMap((line, i) => (new RegExp(`//.*#${name}(?![\\w-])`).test(line) ? [i + 1] : []));
  const [line] = found;
  assert.ok(line !== undefined && found.length === 1, `the marker '#${name}' stands ${found.length} times in ${file}`);
  return line;
}

export interface Breakpoint {
  readonly marker: string;
  readonly condition?: string;
  readonly hitCondition?: string;
  readonly logMessage?: string;
}

export interface Setup {
  readonly arguments: Readonly<Record<string, unknown>>;
  /** File in which the markers of `breakpoints` are. */
  readonly file?: string;
  readonly breakpoints?: readonly Breakpoint[];
  readonly functions?: readonly string[];
  readonly exceptionFilters?: readonly string[];
}

export interface Place {
  readonly name: string;
  readonly line: number;
}

/** Arguments that launch the walk driver with a scenario of `steps`. */
export function walk(steps: readonly object[], more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { sources: [walkSource], device: "edu", scenario: steps, ...more };
}

export class Conversation {
  readonly client: DebugClient;
  readonly events: DebugProtocol.Event[] = [];
  /** Stops not taken yet, and who waits for one. */
  readonly #stops: DebugProtocol.StoppedEvent["body"][] = [];
  #waiting: ((stop: DebugProtocol.StoppedEvent["body"] | undefined) => void) | undefined;
  #isOver = false;
  /** Thread of the latest stop. */
  thread = 1;

  constructor() {
    this.client = new DebugClient(process.execPath, join(root, "test", "dap", "adapter-process.ts"), "kmdf-dma", { cwd: root }, true);
    this.client.defaultTimeout = 60_000;
    for (const event of [
      "output",
      "stopped",
      "continued",
      "terminated",
      "exited",
      "invalidated",
      "memory",
      "progressStart",
      "progressUpdate",
      "progressEnd",
      "kmdf/changed",
      "kmdf/requestCompleted",
      "kmdf/diagnostics",
    ]) {
      this.client.on(event, (received: DebugProtocol.Event) => this.#receive(received));
    }
  }

  static async start(): Promise<Conversation> {
    const conversation = new Conversation();
    await conversation.client.start();
    return conversation;
  }

  async stop(): Promise<void> {
    await this.client.stop();
  }

  /** initialize, launch, breakpoints, configurationDone: as VS Code does it. Answers the breakpoints as the adapter placed them. */
  async launch({
    arguments: launchArguments,
    file = walkSource,
    breakpoints = [],
    functions = [],
    exceptionFilters = ["bugcheck", "violation", "deviceFault", "trap"],
  }: Setup): Promise<DebugProtocol.Breakpoint[]> {
    await this.client.initializeRequest({
      adapterID: "kmdf-dma",
      linesStartAt1: true,
      columnsStartAt1: true,
      pathFormat: "path",
      supportsProgressReporting: true,
      supportsInvalidatedEvent: true,
      supportsMemoryEvent: true,
    });
    const initialized = this.client.waitForEvent("initialized");
    const launched = this.client.launchRequest(launchArguments as DebugProtocol.LaunchRequestArguments);
    await Promise.race([initialized, launched.then(() => initialized)]);
    const placed = await this.setBreakpoints(file, breakpoints);
    await this.client.setFunctionBreakpointsRequest({ breakpoints: functions.map((name) => ({ name })) });
    await this.client.setExceptionBreakpointsRequest({ filters: [...exceptionFilters] });
    await this.client.configurationDoneRequest();
    await launched;
    return placed;
  }

  async setBreakpoints(file: string, breakpoints: readonly Breakpoint[]): Promise<DebugProtocol.Breakpoint[]> {
    const response = await this.client.setBreakpointsRequest({
      source: { path: file },
      breakpoints: breakpoints.map(({ marker: name, ...options }) => ({ line: marker(file, name), ...options })),
    });
    return response.body.breakpoints;
  }

  /** The next stop. */
  async stopped(): Promise<DebugProtocol.StoppedEvent["body"]> {
    const stop =
      this.#stops.shift() ??
      (this.#isOver ? undefined : await new Promise<DebugProtocol.StoppedEvent["body"] | undefined>((resolve) => (this.#waiting = resolve)));
    assert.ok(stop, `the target ended instead of stopping: ${this.output()}`);
    this.thread = stop.threadId ?? 1;
    return stop;
  }

  /** Does `command` and waits for the stop it leads to; the answer is the reason and the innermost frame with source. */
  async go(
    command: "continue" | "next" | "stepIn" | "stepOut" | "stepBack" | "reverseContinue",
    args: object = {},
  ): Promise<Place & { readonly reason: string }> {
    await this.client.customRequest(command, { threadId: 1, ...args });
    return this.place();
  }

  /** Waits for a stop: its reason and the innermost frame with source. */
  async place(): Promise<Place & { readonly reason: string }> {
    const { reason } = await this.stopped();
    const top = (await this.frames()).find(({ source }) => source !== undefined);
    return { reason, name: top?.name ?? "", line: top?.line ?? 0 };
  }

  /** Frames of the thread that stopped, or of another. */
  async frames(threadId = this.thread): Promise<DebugProtocol.StackFrame[]> {
    return (await this.client.stackTraceRequest({ threadId })).body.stackFrames;
  }

  /** Variables of the scope called `scope` in the innermost frame with source (or the frame called `frame`). */
  async variables(scope: string, frame?: string): Promise<DebugProtocol.Variable[]> {
    const found = (await this.frames()).find(({ name, source }) => (frame === undefined ? source !== undefined : name === frame));
    assert.ok(found, `there is no frame '${frame}'`);
    const { scopes } = (await this.client.scopesRequest({ frameId: found.id })).body;
    const wanted = scopes.find(({ name }) => name === scope);
    assert.ok(wanted, `there is no scope '${scope}', only ${scopes.map(({ name }) => name).join(", ")}`);
    return this.children(wanted.variablesReference);
  }

  async children(
    variablesReference: number,
    range: { readonly start?: number; readonly count?: number; readonly filter?: "indexed" | "named" } = {},
  ): Promise<DebugProtocol.Variable[]> {
    return (await this.client.variablesRequest({ variablesReference, ...range })).body.variables;
  }

  async evaluate(expression: string, context = "watch", format?: DebugProtocol.ValueFormat): Promise<DebugProtocol.EvaluateResponse["body"]> {
    const frame = (await this.frames()).find(({ source }) => source !== undefined);
    return (await this.client.evaluateRequest({ expression, context, ...(frame ? { frameId: frame.id } : {}), ...(format ? { format } : {}) })).body;
  }

  /** The message of the error that `request` is answered with. */
  async refused(request: Promise<unknown>): Promise<string> {
    return request.then(
      () => assert.fail("the request succeeded"),
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
  }

  /** Waits for the end of the run: the exit code. */
  async ended(): Promise<number> {
    const exitCode = (): number | undefined => (this.events.find(({ event }) => event === "exited") as DebugProtocol.ExitedEvent | undefined)?.body.exitCode;
    if (!this.#isOver) await this.client.waitForEvent("terminated");
    const code = exitCode();
    assert.ok(code !== undefined, "there was no exited event before the terminated event");
    return code;
  }

  /** Everything that was printed, optionally of one category. */
  output(category?: string): string {
    return this.events
      .filter((event): event is DebugProtocol.OutputEvent => event.event === "output")
      .filter(({ body }) => category === undefined || body.category === category)
      .map(({ body }) => body.output)
      .join("");
  }

  #receive(event: DebugProtocol.Event): void {
    this.events.push(event);
    if (event.event === "terminated") {
      this.#isOver = true;
      this.#waiting?.(undefined);
    }
    if (event.event !== "stopped") return;
    const { body } = event as DebugProtocol.StoppedEvent;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) waiting(body);
    else this.#stops.push(body);
  }
}
