// SPDX-License-Identifier: MIT
/** One execution from power-on to removal: machine, kernel, framework, driver and scenario, freshly made, and the loop that drives them. */
import path from "node:path";
import { ExitStatus, type SourceLocation, UserError, defined, hex, hexToBytes } from "../base/index.ts";
import { type KernelThread, Machine, scheduleOf } from "../machine/index.ts";
import { NtKernel } from "../nt/index.ts";
import { type DeviceDefinition, type Input, type RuntimeInit, guestLayout, ntStatusName } from "../protocol/index.ts";
import { ScenarioEngine } from "../scenario/index.ts";
import { TraceRecorder } from "../trace/index.ts";
import { WdfFramework } from "../wdf/index.ts";
import { bindApi } from "./bind-api.ts";
import type { CoroutinePool } from "./coroutine.ts";
import type { Debugger } from "./debugger.ts";
import { ExceptionDispatcher } from "./exception-dispatcher.ts";
import type { CallbackError } from "./call-log.ts";
import { Guest } from "./guest.ts";
import { writeSpace } from "./memory-spaces.ts";
import type { FailedReturn } from "./return-place.ts";
import { type Place, type RunFailure, internalFailure, modelFailure, scenarioFailure, userFailure } from "./run-failure.ts";
import { ScenarioRun, type ScenarioSource } from "./scenario-run.ts";
import { SlowPath } from "./slow-path.ts";
import type { SourceMap } from "./source-map.ts";
import { driverTimeLimit, stuckFailure, waitingCallback } from "./stuck.ts";
import { RunEnded, Unwind } from "./unwind.ts";
import { UserRequests } from "./user-requests.ts";
import { installVirtualHost } from "./virtual-host.ts";
import { usesWaits } from "./waiting-routines.ts";
import { ViolationLog } from "./violation-log.ts";

export interface RunParts {
  readonly init: RuntimeInit;
  readonly compiled: WebAssembly.Module;
  readonly map: SourceMap;
  readonly debug: Debugger;
  readonly device: DeviceDefinition;
  readonly scenario: ScenarioSource | undefined;
  readonly coroutines: CoroutinePool;
  /** Finds the place in a user module that an error came from. */
  readonly locate: (error: unknown) => Place | undefined;
}

/** Virtual time that may pass after the last input before a machine without scenario waits for requests from outside, ns. */
const settleNs = 100_000_000;

export class Run {
  readonly parts: RunParts;
  readonly guest: Guest;
  readonly machine: Machine;
  readonly nt: NtKernel;
  readonly wdf: WdfFramework;
  readonly trace: TraceRecorder;
  readonly violations: ViolationLog;
  readonly scenario: ScenarioEngine;
  readonly scenarioRun: ScenarioRun | undefined;
  /** Names of functions that were called and are not emulated. */
  readonly missing = new Set<string>();
  failure: RunFailure | undefined;
  /** The callback whose error is the failure, and the failure once the place of its return statement is known. */
  failedReturn: (FailedReturn & { readonly failure: (place: SourceLocation) => RunFailure }) | undefined;
  /** The thread that runs alone; undefined: all run. */
  heldFor: number | undefined;
  readonly #requests: UserRequests;
  #nextRequest = 1;
  #isSettled = false;
  #shutdown: "no" | "removing" | "done" = "no";
  #quietSince = 0;

  constructor(parts: RunParts) {
    this.parts = parts;
    const { init, debug, map, device } = parts;
    const { configuration } = init;
    this.guest = new Guest(init.module, map, debug);
    this.trace = new TraceRecorder(() => {
      const statement = this.guest.executed();
      return { time: this.machine.clock.timeOf(statement), statement, irql: this.machine.cpu.irql };
    }, init.trace);
    this.machine = new Machine({
      configuration: configuration.machine,
      layout: guestLayout(configuration.machine.memoryMiB),
      buffer: init.memory.buffer,
      counter: this.guest,
      trace: this.trace,
      guest: this.guest,
      stop: debug,
      device,
      deviceOptions: configuration.device.options,
      faults: configuration.faults,
      schedule: defined(scheduleOf(configuration.schedule), "the configuration has a schedule that exists"),
    });
    this.violations = new ViolationLog(configuration.verifier, map, () => this.nt.traceMessages.lastMessages());
    this.nt = new NtKernel(this.machine, { serviceName: configuration.name, registry: configuration.registry, tracing: configuration.tracing });
    this.wdf = new WdfFramework(this.nt, { verifier: configuration.verifier.enabled, version: { major: 1, minor: 33 } });
    this.scenario = new ScenarioEngine(this.nt, { settled: () => this.#settle(), log: (text) => this.#output("scenario", `${text}\n`) });
    this.scenarioRun = parts.scenario === undefined ? undefined : new ScenarioRun(parts.scenario);
    this.#requests = new UserRequests(this.nt, this.scenario);
  }

  /** Runs to the end. Travel and Restart pass through; everything else becomes part of the report. */
  async execute(): Promise<void> {
    try {
      this.#powerOn();
      await this.#loop();
    } catch (error) {
      if (error instanceof Unwind && !(error instanceof RunEnded)) throw error;
      if (!(error instanceof RunEnded)) this.fail(error instanceof UserError ? userFailure(error) : internalFailure(error));
    }
  }

  /** Remembers the first failure. */
  fail(failure: RunFailure): void {
    this.failure ??= failure;
  }

  /** The driver has been unloaded at the end of the scenario. */
  get isUnloaded(): boolean {
    return this.#shutdown === "done";
  }

  nextRequestId(): number {
    return this.#nextRequest++;
  }

  /** Applies an input from outside: whether, or to how much of it, there was something to apply it to. */
  apply(input: Input): boolean | number {
    switch (input.kind) {
      case "poke":
        return this.machine.memory.poke(input.address, input.bytes);
      case "space":
        return writeSpace(this.machine, input.space, input.address, input.bytes);
      case "call":
        this.parts.debug.call(input.functionIndex, input.arguments);
        return true;
      case "hold":
        this.#hold(input.thread);
        return true;
      case "note":
        this.trace.instant("logpoint", 0, 0, this.trace.text(input.text));
        return true;
      case "register":
        this.machine.device.write(input.bar, input.offset, input.size, input.value);
        return true;
      case "request":
        this.#requests.send(input.request, (result) => {
          this.parts.debug.emit({
            type: "requestCompleted",
            id: input.id,
            status: ntStatusName(result.status) ?? `0x${result.status.toString(16)}`,
            information: result.information,
            bytes: result.bytes,
          });
        });
        return hexToBytes(input.request.data ?? "") !== undefined;
    }
  }

  #powerOn(): void {
    const { init, compiled, device, debug } = this.parts;
    const { configuration } = init;
    installVirtualHost(configuration.machine.seed, { now: () => this.machine.clock.now });
    this.machine.device.onModelError = (error) => this.#modelError(error);
    this.machine.onDeviceLog = (text) => this.#output("device", `${text}\n`);
    this.nt.onDebugPrint = (text) => {
      const location = this.guest.topFrame();
      debug.emit({ type: "output", category: "driver", text, ...(location === undefined ? {} : { location }) });
    };
    this.#limitTime();
    const slow = new SlowPath(this.machine);
    const exceptions = new ExceptionDispatcher(this.machine, this.guest, init.module);
    const api = { ...this.nt.api(), ...this.wdf.api() };
    const env = bindApi(init.module.imports, api, this.guest, this.machine, (name) => this.missing.add(name));
    const pool = this.guest.hasStacks && usesWaits(init.module.imports) ? this.parts.coroutines : undefined;
    const entry = this.guest.instantiate({
      machine: this.machine,
      compiled,
      memory: init.memory,
      env,
      slow: { ...slow.imports(), ...exceptions.imports() },
      pool,
    });
    this.machine.device.setPower("D0");
    this.machine.attachDevice(device, configuration.device.options);
    const status = this.nt.loadDriver(entry, configuration.name);
    if (status >= 0x8000_0000) {
      this.#failStart(status);
      this.#shutdown = "done";
      return;
    }
    this.nt.pnp.request("start", (result) => {
      if (result >= 0x8000_0000) {
        this.#failStart(result);
        this.#unload();
        return;
      }
      this.scenarioRun?.begin(this.scenario, () => this.#settle());
      this.#settle();
    });
  }

  /** A run that nobody debugs ends with its virtual time also while driver code runs; between callbacks `#quiet` looks. */
  #limitTime(): void {
    const { init } = this.parts;
    const { limitMs } = init.configuration.machine.timing;
    if (init.debug || this.scenarioRun === undefined) return;
    this.machine.clock.end = limitMs * 1e6;
    this.machine.clock.onEnd = () => {
      if (this.guest.contexts.length === 0 && waitingCallback(this.guest) === undefined) return;
      driverTimeLimit(this, limitMs);
      throw new RunEnded();
    };
  }

  #hold(only: number | undefined): void {
    const { scheduler } = this.machine;
    this.heldFor = only;
    const isOfDriver = (thread: KernelThread): boolean => this.guest.threadStacks.some((stack) => stack.thread === thread);
    scheduler.isHeld = only === undefined ? undefined : (thread) => thread.id !== only && isOfDriver(thread);
  }

  /** The one thread that may run waits for something that only others can do: they run, too. True when there were such. */
  #releaseHeld(): boolean {
    if (this.heldFor === undefined) return false;
    this.#hold(undefined);
    this.#output("machine", "The thread that runs alone waits for others: all threads run again\n");
    return true;
  }

  #settle(): void {
    this.#isSettled = true;
    this.#quietSince = this.machine.clock.now;
  }

  #output(category: "device" | "scenario" | "machine", text: string): void {
    this.parts.debug.emit({ type: "output", category, text });
  }

  #modelError(error: unknown): never {
    if (error instanceof Unwind) throw error;
    const { model } = this.parts.init.configuration.device;
    this.fail(modelFailure(error, { name: this.machine.device.definition.name, file: path.isAbsolute(model) ? model : undefined }, this.parts.locate(error)));
    throw new RunEnded();
  }

  /** The driver's device is gone: it is unloaded, which tells what it has left behind. */
  #unload(): void {
    this.#shutdown = "removing";
    this.nt.unloadDriver();
    this.#shutdown = "done";
  }

  /** The driver refused to load or the device to start: no scenario can run. */
  #failStart(status: number): void {
    const culprit = this.guest.lastError?.status === status ? this.guest.lastError : undefined;
    const first = culprit === undefined ? undefined : this.parts.map.locateFunction(culprit.functionIndex);
    const failure = (place: SourceLocation | undefined): RunFailure => userFailure(this.#startError(status, culprit, place));
    if (culprit !== undefined && this.failure === undefined) this.failedReturn = { ...culprit, failure };
    this.fail(failure(first));
  }

  #startError(status: number, culprit: CallbackError | undefined, place: SourceLocation | undefined): UserError {
    return new UserError({
      code: "start-failed",
      message: `${culprit === undefined ? "The start of the device" : culprit.name} ${culprit === undefined ? "failed with" : "returned"} ${ntStatusName(status) ?? "status"} (0x${status.toString(16).toUpperCase().padStart(8, "0")}), so the device did not start`,
      ...(place === undefined ? {} : { location: place }),
      exitStatus: ExitStatus.expectationFailed,
    });
  }

  async #loop(): Promise<void> {
    const { machine } = this;
    const { debug } = this.parts;
    for (;;) {
      if (debug.link.hasAttention) debug.service();
      if (debug.isPausePending) debug.stopIdle();
      if (machine.scheduler.step()) {
        if (this.#isSettled) await this.#turn();
      } else if (this.#isSettled) await this.#turn();
      else if (this.#shutdown === "done") return;
      else if (!this.#advanceScenario() && !(await this.#quiet())) machine.scheduler.jump();
    }
  }

  /** Lets the scenario's promises run. */
  async #turn(): Promise<void> {
    this.#isSettled = false;
    await new Promise(setImmediate);
  }

  /** Begins the removal when the scenario has ended. True when it did something. */
  #advanceScenario(): boolean {
    const state = this.scenarioRun?.state;
    if (this.#shutdown !== "no" || state === undefined || state.kind === "running" || state.kind === "waiting") return false;
    if (state.kind === "failed") this.fail(scenarioFailure(state.error, this.scenarioRun?.file, this.parts.locate(state.error)));
    else this.#tellForgotten();
    this.#shutdown = "removing";
    this.scenario.endProcess(() => {
      if (this.nt.pnp.isStarted) this.nt.pnp.request("remove", (status) => this.#afterRemoval(status));
      else this.#unload();
    });
    return true;
  }

  /** A driver may refuse to let its device go. Then it is unplugged, which nobody can refuse: an unloaded driver with a device would have leaks that are none. */
  #afterRemoval(status: number): void {
    const { pnp, io } = this.nt;
    if (!pnp.isStarted || io.openFiles.length > 0) {
      this.#unload();
      return;
    }
    this.#output(
      "machine",
      `The driver refused to let its device be removed at the end of the scenario (${ntStatusName(status) ?? hex(status, 8)}); it is unplugged\n`,
    );
    pnp.request("surpriseRemove", () => pnp.request("remove", () => this.#unload()));
  }

  /** What the scenario began and did not wait for ends with it, as a program's I/O does; most often an `await` is missing, and nothing else would tell. */
  #tellForgotten(): void {
    for (const { text, origin } of this.scenario.waiting) {
      const place = this.parts.locate(origin);
      const where = place === undefined ? "" : `${place.file}:${place.line}: `;
      this.#output(
        "scenario",
        `${where}warning: the scenario ended while ${text} was pending, which is cancelled as at the end of a program; is an await missing?\n`,
      );
    }
  }

  /** Nothing can be done at the current time. False when time may jump to the next event. */
  async #quiet(): Promise<boolean> {
    const { machine } = this;
    const { debug, init } = this.parts;
    const { limitMs } = init.configuration.machine.timing;
    const hasNext = machine.scheduler.hasNext;
    if (!hasNext && this.#releaseHeld()) return true;
    const input = debug.history.takeIdle();
    if (input !== undefined) {
      debug.history.idleCount++;
      this.apply(input);
      this.#quietSince = machine.clock.now;
      return true;
    }
    if (debug.isTravelling && !hasNext) debug.arriveIdle();
    if (this.scenarioRun === undefined) {
      if (hasNext && machine.clock.now - this.#quietSince < settleNs) return false;
      await this.#waitForInput();
      return true;
    }
    if (hasNext && machine.clock.now < limitMs * 1e6) return false;
    // A scenario may wait for something of the host (a file): give it a chance before calling it stuck.
    if (!hasNext) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#isSettled || machine.scheduler.hasReady) return true;
    }
    stuckFailure(this, hasNext ? limitMs : undefined);
    throw new RunEnded();
  }

  /** The machine waits for requests of a person. */
  async #waitForInput(): Promise<void> {
    const { debug } = this.parts;
    if (debug.isTravelling) debug.arriveIdle();
    debug.link.setState("idle");
    debug.link.post({ type: "idle", position: this.guest.executed(), time: this.machine.clock.now });
    debug.receive(await debug.link.waitAsync());
    debug.link.setState("running");
    this.#quietSince = this.machine.clock.now;
  }
}
