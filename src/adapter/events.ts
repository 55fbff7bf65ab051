// SPDX-License-Identifier: MIT
/** Events of the engine as events of the protocol. */

import { basename } from "node:path";
import { ExitStatus, bytesToHex, toHostPath } from "../base/index.ts";
import {
  type ChangeReason,
  type CoverageRecord,
  type CustomEvents,
  type FileCoverage,
  type ReportedViolation,
  type RunReport,
  type StopReason,
  type TargetPosition,
  encodeTrace,
} from "../protocol/index.ts";
import type { BreakpointKind, DebugSession, OutputCategory, SessionEvent, Stop } from "../session/index.ts";
import type { AdapterState } from "./adapter-state.ts";
import { driverCoverage } from "./driver-coverage.ts";
import { traceAfter } from "./trace-rows.ts";

type Position = { readonly file: string; readonly line?: number | undefined; readonly column?: number | undefined } | undefined;

const stopReasons: Readonly<Record<StopReason, string>> = {
  entry: "entry",
  breakpoint: "breakpoint",
  watch: "breakpoint",
  step: "step",
  pause: "pause",
  goto: "goto",
  violation: "exception",
  bugcheck: "exception",
  "device-fault": "exception",
  trap: "exception",
  start: "step",
  end: "pause",
};

const stopTitles: Partial<Readonly<Record<StopReason, string>>> = {
  violation: "Paused on a driver rule violation",
  bugcheck: "Paused on a bug check",
  "device-fault": "Paused on a device fault",
  trap: "Paused on a processor trap",
  start: "Paused at the start of the run",
  end: "Paused at the end of the run",
};

/** Reasons of the protocol for kinds of breakpoints that have one. */
const breakpointReasons: Partial<Readonly<Record<BreakpointKind, string>>> = {
  function: "function breakpoint",
  data: "data breakpoint",
  instruction: "instruction breakpoint",
};

const outputCategories: Readonly<Record<OutputCategory, string>> = {
  driver: "stdout",
  device: "console",
  scenario: "console",
  machine: "console",
  logpoint: "console",
  problem: "stderr",
};

/** Forwards the events of one session; those of a session that was replaced are dropped. */
export class EventForwarder {
  readonly #state: AdapterState;
  readonly #session: () => DebugSession | undefined;
  #isFinished = false;

  constructor(state: AdapterState, session: () => DebugSession | undefined) {
    this.#state = state;
    this.#session = session;
  }

  /** Nothing of this session reaches the client from now on. */
  silence(): void {
    this.#isFinished = true;
  }

  forward(event: SessionEvent): void {
    if (this.#isFinished || this.#state.isDisconnected) return;
    switch (event.type) {
      case "stopped":
        this.#stopped(event.stop);
        break;
      case "running":
        break;
      case "idle":
        this.#output("console", "The driver is loaded and waits for requests\n");
        this.#changed("idle");
        break;
      case "output":
        this.#output(outputCategories[event.category], event.category === "driver" ? event.text : line(event.text), event.position);
        break;
      case "violation":
        this.#violation(event.violation);
        break;
      case "requestCompleted":
        this.#custom("kmdf/requestCompleted", { id: event.id, status: event.status, information: event.information, data: bytesToHex(event.bytes) });
        this.#changed("request");
        break;
      case "forked":
        this.#output("console", `A new future begins at statement ${event.position}: what came after it before has not happened\n`);
        break;
      case "changed":
        this.#written(event.reference, event.length);
        break;
      case "ended":
        void this.#ended(event);
        break;
      case "died":
        this.#output("stderr", line(event.error ? `Internal error: ${event.error.stack ?? event.error.message}` : "The machine ended without a report"));
        this.#finish(ExitStatus.internal);
        break;
    }
  }

  #stopped({ reason, breakpointIds, breakpointKind, cpu, thread, text }: Stop): void {
    const description = stopTitles[reason] ?? (text === undefined ? undefined : `Paused: ${text}`);
    this.#state.server.send("stopped", {
      reason: (breakpointKind && breakpointReasons[breakpointKind]) ?? stopReasons[reason],
      threadId: thread === 0 ? cpu + 1 : thread,
      allThreadsStopped: true,
      ...(breakpointIds.length > 0 ? { hitBreakpointIds: breakpointIds } : {}),
      ...(description === undefined ? {} : { description }),
      ...(text === undefined ? {} : { text }),
    });
    this.#changed("stopped");
  }

  #violation({ rule, message, file, line: lineNumber, traceMessages = [] }: ReportedViolation): void {
    this.#output("stderr", line(`${rule}: ${message}`), file === undefined ? undefined : { file: toHostPath(file), line: lineNumber });
    if (traceMessages.length > 0) this.#output("stderr", `Last trace messages:\n${traceMessages.map((text) => `  ${text}\n`).join("")}`);
  }

  #written(reference: string | undefined, length: number | undefined): void {
    const { client, server } = this.#state;
    if (client.supportsInvalidated) server.send("invalidated", { areas: ["variables"] });
    if (client.supportsMemoryEvent && reference !== undefined && length !== undefined) {
      server.send("memory", { memoryReference: reference, offset: 0, count: length });
    }
    this.#changed("written");
  }

  async #ended({ report, exitStatus, trace, coverage, error }: Extract<SessionEvent, { type: "ended" }>): Promise<void> {
    const file = this.#state.launched?.configuration.trace;
    try {
      if (file !== undefined && trace !== undefined) await this.#state.host.writeTrace?.(file, trace);
    } catch (failure) {
      this.#output("stderr", line(`The trace could not be written to '${file}': ${failure instanceof Error ? failure.message : String(failure)}`));
    }
    if (error) this.#output("stderr", line(error.text));
    this.#output("console", line(outcomeText(report)));
    const { outcome, violations } = report;
    this.#custom("kmdf/ended", { outcome, text: report.message ?? outcomeText(report), exitStatus, violations, ...this.#coverage(coverage) });
    // Nobody can ask any more; who has read the trace gets what came since.
    const { tracedTo } = this.#state;
    if (trace !== undefined && tracedTo !== undefined) this.#custom("kmdf/traceAppended", { trace: encodeTrace(traceAfter(trace, tracedTo)) });
    this.#changed("ended");
    this.#finish(exitStatus);
  }

  #coverage(record: CoverageRecord | undefined): { coverage?: readonly FileCoverage[] } {
    const { launched, host, coordinates } = this.#state;
    if (record === undefined || launched === undefined) return {};
    const { module } = launched.session.program;
    const files = driverCoverage({ module, linked: launched.linked, sdkInclude: host.sdkInclude }, record);
    return { coverage: files.map((of) => ({ ...of, file: coordinates.pathToClient(of.file) })) };
  }

  #finish(exitCode: number): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.#state.server.send("exited", { exitCode });
    this.#state.server.send("terminated");
  }

  #output(category: string, output: string, position?: Position): void {
    if (this.#isFinished) return;
    const { coordinates, server } = this.#state;
    const source =
      position === undefined
        ? {}
        : {
            source: { name: basename(position.file), path: coordinates.pathToClient(position.file) },
            ...(position.line === undefined ? {} : { line: coordinates.lineToClient(position.line), column: coordinates.columnToClient(position.column ?? 1) }),
          };
    server.send("output", { category, output, ...source });
  }

  #changed(reason: ChangeReason): void {
    this.#custom("kmdf/changed", { reason, ...positionOf(this.#session()) });
  }

  #custom<N extends keyof CustomEvents>(name: N, body: CustomEvents[N]): void {
    if (!this.#isFinished) this.#state.server.send(name, body);
  }
}

/** Where the target is; nothing while it runs. */
export function positionOf(session: DebugSession | undefined): TargetPosition | undefined {
  if (session?.state !== "stopped") return undefined;
  const { position, furthest, time, irql, cpu } = session.target.event;
  return { position, furthest, time, irql, cpu };
}

/** One sentence about how a run ended. */
export function outcomeText({ outcome, message, requests, violations, statements, virtualTimeNs }: RunReport): string {
  const what: Readonly<Record<RunReport["outcome"], string>> = {
    passed: "All well",
    "expectation-failed": "An expectation of the scenario failed",
    violation: "The driver broke a rule",
    "build-failed": "The driver did not build",
    "configuration-error": "The configuration is wrong",
    "internal-error": "Internal error",
  };
  const counts = `${requests.length} requests, ${violations.length} violations, ${statements} statements, ${virtualTimeNs} ns of virtual time`;
  return `${what[outcome]}${message === undefined ? "" : `: ${message}`} (${counts})`;
}

const line = (text: string): string => (text.endsWith("\n") ? text : `${text}\n`);
