// SPDX-License-Identifier: MIT
/** One run of a built driver from power-on to its report, within its limit of real time. */
import { ExitStatus, UserError } from "../base/index.ts";
import type { CoverageRecord, LaunchConfiguration, RunReport, TraceSnapshot } from "../protocol/index.ts";
import type { SessionEvent } from "../session/index.ts";
import type { Host } from "./host.ts";
import { packageSources, runtimeWorker } from "./package-root.ts";
import { workerStack } from "./worker-place.ts";

export type Build = Extract<Awaited<ReturnType<Host["build"]>>, { ok: true }>;

export interface RunJob {
  readonly host: Host;
  readonly build: Build;
  readonly configuration: LaunchConfiguration;
  readonly wantsTrace: boolean;
  /** Count statements and branches. */
  readonly wantsCoverage?: boolean;
  readonly signal: AbortSignal;
  /** What driver, device model and scenario print. */
  readonly onOutput: (text: string) => void;
}

/** How a run ended. */
export interface Ending {
  readonly report: RunReport;
  readonly exitStatus: number;
  readonly trace: TraceSnapshot | undefined;
  /** Present when it was wanted. */
  readonly coverage?: CoverageRecord;
}

/** Real time that a worker gets to say where it was when its time is over, ms. */
const graceMs = 2000;

/** Real time that a worker and the modules it loads get to start on a busy machine, before the limit of the run counts, ms. */
const startMs = 5000;

/** Runs a built driver without stopping. Rejects with the reason of `signal`, or when the worker dies or does not answer. */
export function runToEnd({ host, build, configuration, wantsTrace, wantsCoverage = false, signal, onOutput }: RunJob): Promise<Ending> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;
    let isLate = false;
    const limitMs = configuration.machine.timing.realLimitMs;
    const finish = (action: () => void): void => {
      // Ending the worker is reported like its death.
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      void session.kill().then(action, reject);
    };
    const onAbort = (): void => finish(() => reject(signal.reason as Error));
    const onEvent = (event: SessionEvent): void => {
      if (event.type === "output") onOutput(event.text);
      else if (event.type === "ended") finish(() => resolve(endingOf(event)));
      else if (event.type === "died") finish(() => reject(event.error ?? new Error("the worker ended without a report")));
    };
    const session = host.createSession({
      module: build.module,
      linked: build.linked,
      configuration,
      debug: false,
      trace: wantsTrace,
      coverage: wantsCoverage,
      notEmulated: build.notEmulated,
      onEvent,
    });
    signal.addEventListener("abort", onAbort);
    const onLimit = (): void => {
      isLate = true;
      session.terminate(limitMs);
      timer = setTimeout(() => {
        void unresponsive(limitMs, configuration).then((error) => finish(() => reject(error)));
      }, graceMs);
    };
    timer = setTimeout(onLimit, startMs + limitMs);
    session.whenReady().then(
      () => {
        if (isLate) return;
        clearTimeout(timer);
        timer = setTimeout(onLimit, limitMs);
        session.run();
      },
      () => undefined,
    );
  });
}

const endingOf = ({ report, exitStatus, trace, coverage }: Extract<SessionEvent, { type: "ended" }>): Ending => ({
  report,
  exitStatus,
  trace,
  ...(coverage === undefined ? {} : { coverage }),
});

/** The worker does not even look: its device model or its scenario loops in JavaScript. Says where. */
async function unresponsive(limitMs: number, { device, file }: LaunchConfiguration): Promise<UserError> {
  const stack = (await workerStack(runtimeWorker())).filter((place) => !place.file.startsWith(packageSources));
  const [innermost] = stack;
  const who = stack.some((place) => place.file === device.model) ? "device model" : "scenario";
  return new UserError({
    code: "real-time-limit",
    message: `The ${innermost === undefined ? "device model or the scenario" : who} does not return: the run exceeded ${limitMs} ms of real time (machine.timing.realLimitMs)`,
    ...(innermost === undefined && file === undefined ? {} : { location: innermost ?? { file: file ?? "" } }),
    exitStatus: ExitStatus.expectationFailed,
  });
}
