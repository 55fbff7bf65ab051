// SPDX-License-Identifier: MIT
/** Entry of the worker thread: loads the device model and the scenario, then executes again and again as the debugger asks. */
import { type MessagePort, workerData } from "node:worker_threads";
import { ExitStatus, UserError, assert, defined } from "../base/index.ts";
import { builtInDevices } from "../devices/index.ts";
import { type DeviceDefinition, type RuntimeInit, type ScoutTask, guestLayout } from "../protocol/index.ts";
import { asScenario, scenarioFromSteps } from "../scenario/index.ts";
import * as sdk from "../sdk/index.ts";
import { ControlLink } from "./control-link.ts";
import { CoroutinePool } from "./coroutine.ts";
import { Debugger } from "./debugger.ts";
import { configuredDevice } from "./configured-device.ts";
import { checkDevice } from "./device-check.ts";
import { withStepPlaces } from "./json-place.ts";
import { Run } from "./run.ts";
import { ReturnPlace } from "./return-place.ts";
import { type RunFailure, internalFailure, userFailure } from "./run-failure.ts";
import { runReport } from "./run-report.ts";
import type { ScenarioSource } from "./scenario-run.ts";
import { SearchRun } from "./search-run.ts";
import { SourceMap } from "./source-map.ts";
import { Restart, RunEnded, Travel, type TravelGoal } from "./unwind.ts";
import { UserModules } from "./user-module.ts";
import { refusedTimers } from "./virtual-host.ts";
import { WriterSearch, writerWatch } from "./writer-search.ts";

class Worker {
  readonly #init: RuntimeInit;
  readonly #link: ControlLink;
  readonly #modules = new UserModules({ ...sdk, ...refusedTimers() });
  readonly #map: SourceMap;
  readonly #debug: Debugger;
  readonly #coroutines = new CoroutinePool();

  /** The execution that is going on. */
  #run: Run | undefined;

  constructor(init: RuntimeInit) {
    this.#init = init;
    this.#link = new ControlLink(init.port as MessagePort, init.control);
    this.#map = new SourceMap(init.module);
    this.#debug = new Debugger(init, this.#link, this.#map);
  }

  async run(): Promise<void> {
    try {
      const compiled = this.#init.compiled ?? new WebAssembly.Module(this.#init.module.wasm);
      if (this.#init.scout !== undefined) {
        await this.#scout(compiled, this.#init.scout);
        return;
      }
      // Both are evaluated once before the start, so that their errors come before the first statement.
      this.#device();
      this.#scenario()?.create();
      this.#link.post({ type: "ready" });
      await this.#debug.queries.waitForStart();
      this.#link.setState("running");
      await this.#execute(compiled);
    } catch (error) {
      this.#endWithout(error);
    }
  }

  async #execute(compiled: WebAssembly.Module): Promise<void> {
    let goal: TravelGoal | undefined;
    for (;;) {
      const run = this.#newRun(compiled);
      this.#debug.begin(run, goal);
      try {
        await run.execute();
        this.#debug.finished();
        await this.#end(run, compiled);
        return;
      } catch (error) {
        if (error instanceof Travel) {
          goal = error.goal;
          this.#debug.history.rewind();
        } else if (error instanceof Restart) {
          goal = undefined;
          this.#debug.history.clear();
        } else throw error;
      }
      run.guest.abandon(new RunEnded());
      run.machine.memory.reset(run.machine.pages.top);
    }
  }

  #newRun(compiled: WebAssembly.Module): Run {
    const run = new Run({
      init: this.#init,
      compiled,
      map: this.#map,
      debug: this.#debug,
      coroutines: this.#coroutines,
      device: this.#device(),
      scenario: this.#scenario(),
      locate: (error) => UserModules.locate(error, this.#modules.files),
    });
    this.#run = run;
    return run;
  }

  /** Repeats the past of another machine, once or until the search has seen enough of it, and tells what was found. */
  async #scout(compiled: WebAssembly.Module, task: ScoutTask): Promise<void> {
    this.#link.setState("running");
    const { past, address, present } = task;
    const run = (): Run => defined(this.#run, "there is no execution to look at");
    const search = new WriterSearch({ address, present, length: present.length }, past.position, past.isMidStatement, run);
    this.#debug.history.repeat(past.inputs);
    this.#debug.watches.set([writerWatch(task)]);
    await this.#search(compiled, new SearchRun(search, past.position + (past.isMidStatement ? 1 : 0), this.#debug.armedStatements));
    this.#link.post({ type: "found", writers: search.writers });
    this.#link.close();
  }

  /** Errors of user code that nobody waits for (a promise without await, a microtask) end the scenario; any other is a bug of ours. */
  strayError(error: unknown): void {
    const scenario = this.#run?.scenarioRun;
    if (scenario === undefined || UserModules.locate(error, this.#modules.files) === undefined) throw error;
    scenario.fail(error);
  }

  async #end(run: Run, compiled: WebAssembly.Module): Promise<void> {
    const { report, exitStatus } = runReport(run);
    const coverage = this.#debug.coverage?.record();
    const failure = await this.#placed(run, compiled);
    this.#link.setState("ended");
    this.#link.post({
      type: "ended",
      report: failure !== undefined && report.message === run.failure?.text ? { ...report, message: failure.text } : report,
      exitStatus,
      ...(this.#init.trace ? { trace: run.trace.snapshot() } : {}),
      ...(coverage === undefined ? {} : { coverage }),
      ...(failure === undefined ? {} : { error: { code: failure.code, text: failure.text } }),
    });
    this.#link.close();
  }

  /** The failure of `run`; when it is the error of a callback, with the place where that returned. */
  async #placed(run: Run, compiled: WebAssembly.Module): Promise<RunFailure | undefined> {
    const { failure, failedReturn } = run;
    const { statements, files } = this.#init.module;
    if (failedReturn === undefined) return failure;
    const search = new ReturnPlace(failedReturn, this.#init.module);
    this.#debug.history.rewind();
    run.guest.abandon(new RunEnded());
    run.machine.memory.reset(run.machine.pages.top);
    await this.#search(compiled, new SearchRun(search, failedReturn.position, this.#debug.armedStatements));
    const file = files[statements.file[search.statement] ?? -1];
    return file === undefined ? failure : failedReturn.failure({ file, line: statements.line[search.statement] ?? 0 });
  }

  /** Executes again until the search has seen enough. */
  async #search(compiled: WebAssembly.Module, first: SearchRun): Promise<void> {
    for (let searching = first; ; ) {
      const again = this.#newRun(compiled);
      this.#debug.begin(again, { kind: "search", run: searching });
      try {
        await again.execute();
        searching.end();
      } catch (error) {
        if (!(error instanceof Travel)) throw error;
        if (error.goal.kind !== "search") return;
        searching = error.goal.run;
        this.#debug.history.rewind();
      }
      again.guest.abandon(new RunEnded());
      again.machine.memory.reset(again.machine.pages.top);
    }
  }

  /** Ended before there was an execution. */
  #endWithout(error: unknown): void {
    const failure = error instanceof UserError ? userFailure(error) : internalFailure(error);
    this.#link.setState("ended");
    const isStopped = error instanceof RunEnded;
    this.#link.post({
      type: "ended",
      exitStatus: isStopped ? ExitStatus.ok : failure.exitStatus,
      report: {
        outcome: isStopped ? "passed" : failure.outcome,
        ...(isStopped ? {} : { message: failure.text }),
        requests: [],
        violations: [],
        transactions: [],
        statements: 0,
        virtualTimeNs: 0,
        notEmulated: this.#init.notEmulated,
        coverage: { files: [], statements: 0, coveredStatements: 0 },
      },
      ...(isStopped ? {} : { error: { code: failure.code, text: failure.text } }),
    });
    this.#link.close();
  }

  #device(): DeviceDefinition {
    const { model, options } = this.#init.configuration.device;
    const builtIn = builtInDevices.get(model);
    return configuredDevice(builtIn ?? checkDevice(this.#modules.load(model), model), options, model);
  }

  #scenario(): ScenarioSource | undefined {
    const { scenario, file, name } = this.#init.configuration;
    if (scenario === undefined) return undefined;
    if (typeof scenario === "string") {
      if (scenario.endsWith(".json"))
        return {
          file: scenario,
          create: () => withStepPlaces(scenario, name, () => scenarioFromSteps(stepsOf(this.#modules.load(scenario), scenario), scenario)),
        };
      return { file: scenario, create: () => asScenario(this.#modules.load(scenario), scenario) };
    }
    return { file, create: () => withStepPlaces(file, name, () => scenarioFromSteps(scenario, file)) };
  }
}

function stepsOf(value: unknown, file: string): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value)) return value as Readonly<Record<string, unknown>>[];
  throw new UserError({
    code: "scenario-step",
    message: "A scenario in JSON is an array of steps",
    location: { file },
    exitStatus: ExitStatus.badConfiguration,
  });
}

const init = workerData as RuntimeInit;
assert(init.memory.buffer.byteLength === guestLayout(init.configuration.machine.memoryMiB).wasmPages * 0x1_0000, "the memory does not fit the layout");
const worker = new Worker(init);
process.on("unhandledRejection", (error) => worker.strayError(error));
process.on("uncaughtException", (error) => worker.strayError(error));
process.exit = () => {
  throw new Error("process.exit would end the run without a report: return from the scenario, or throw an error");
};
await worker.run();
