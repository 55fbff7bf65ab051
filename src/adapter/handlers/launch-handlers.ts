// SPDX-License-Identifier: MIT
/** Requests that begin and end a debug session: initialize, launch, configurationDone, restart, terminate, disconnect. */

import { isDeepStrictEqual } from "node:util";
import { UserError } from "../../base/index.ts";
import type { LaunchConfiguration } from "../../protocol/index.ts";
import type { DebugSession } from "../../session/index.ts";
import type { AdapterState, Launched } from "../adapter-state.ts";
import type { DriverBuild } from "../adapter-host.ts";
import { buildWithProgress } from "../build-driver.ts";
import { capabilities } from "../capabilities.ts";
import { clientOf } from "../client.ts";
import { parseLaunchConfiguration } from "../configuration/parse.ts";
import { EventForwarder } from "../events.ts";
import type { RequestHandlers } from "../protocol-server.ts";
import type { RequestArguments } from "../request-arguments.ts";
import { RequestError } from "../request-error.ts";
import { watchKinds } from "./watch-handlers.ts";

/** How long a machine may take to end in good order before it is ended, ms. */
const terminateLimit = 5000;

export function launchHandlers(state: AdapterState): RequestHandlers {
  const lifecycle = new Lifecycle(state);
  return {
    initialize: (request) => lifecycle.initialize(request),
    launch: (request, signal) => lifecycle.launch(request, signal),
    attach: () => {
      throw new RequestError("There is nothing to attach to: drivers are launched ('request': 'launch')", { isForUser: true });
    },
    configurationDone: () => lifecycle.configurationDone(),
    restart: (request, signal) => lifecycle.restart(request, signal),
    terminate: () => lifecycle.terminate(),
    disconnect: () => lifecycle.disconnect(),
    cancel: (request) => lifecycle.cancel(request),
  };
}

class Lifecycle {
  readonly #state: AdapterState;
  #forwarder: EventForwarder | undefined;
  #isLaunching = false;
  #isConfigured = false;

  constructor(state: AdapterState) {
    this.#state = state;
  }

  initialize(request: RequestArguments): object {
    this.#state.setClient(clientOf(request));
    return capabilities;
  }

  async launch(request: RequestArguments, signal: AbortSignal): Promise<void> {
    if (this.#isLaunching || this.#state.launched) throw new RequestError("A driver has been launched already");
    this.#isLaunching = true;
    try {
      const configuration = this.#configurationOf(request.raw);
      const build = await this.#build(configuration, signal);
      this.#startSession(configuration, build, request.raw, { debug: !request.flag("noDebug"), coverage: request.flag("__coverage") });
      // Clients set their breakpoints now, against a driver that is there: none is placed before it can be verified.
      this.#state.server.send("initialized");
      await this.#state.session.whenReady();
    } finally {
      this.#isLaunching = false;
    }
  }

  async configurationDone(): Promise<void> {
    const { session } = this.#state;
    if (this.#isConfigured) return;
    this.#isConfigured = true;
    await session.whenReady();
    await this.#applyWanted(session);
    session.run();
  }

  /** An unchanged driver starts over on the same machine; an edited one is built and started anew. */
  async restart(request: RequestArguments, signal: AbortSignal): Promise<void> {
    const before = this.#state.launched;
    if (before === undefined) throw new RequestError("No driver has been launched yet");
    const raw = request.object("arguments").raw ?? before.request;
    const configuration = this.#configurationOf(raw);
    const build = await this.#build(configuration, signal);
    if (before.session.state !== "ended" && isDeepStrictEqual(configuration, before.configuration) && isDeepStrictEqual(build.linked, before.linked)) {
      await before.session.restart();
      return;
    }
    this.#forwarder?.silence();
    await before.session.kill();
    this.#startSession(configuration, build, raw, before);
    const { session } = this.#state;
    await session.whenReady();
    await this.#applyWanted(session);
    session.run();
  }

  terminate(): void {
    const session = this.#state.launched?.session;
    if (session === undefined || session.state === "ended") return;
    session.terminate();
    const limit = setTimeout(() => void session.kill(), terminateLimit);
    limit.unref();
  }

  async disconnect(): Promise<void> {
    this.#state.isDisconnected = true;
    this.#forwarder?.silence();
    await this.#state.launched?.session.kill();
    setImmediate(() => this.#state.server.emit("disconnected"));
  }

  cancel(request: RequestArguments): void {
    const requestId = request.optionalNumber("requestId");
    const progressId = request.optionalText("progressId");
    if (requestId !== undefined) this.#state.server.cancelRequest(requestId);
    if (progressId !== undefined) this.#state.progress.cancel(progressId);
  }

  #configurationOf(raw: unknown): LaunchConfiguration {
    const configuration = parseLaunchConfiguration(raw, { baseDir: this.#state.host.baseDir });
    if (configuration instanceof UserError) throw configuration;
    return configuration;
  }

  #build(configuration: LaunchConfiguration, signal: AbortSignal): Promise<Extract<DriverBuild, { ok: true }>> {
    return buildWithProgress(this.#state, configuration, this.#state.progress, signal);
  }

  #startSession(
    configuration: LaunchConfiguration,
    build: Extract<DriverBuild, { ok: true }>,
    request: unknown,
    { debug, coverage }: Pick<Launched, "debug" | "coverage">,
  ): void {
    const { host, breakpointIds } = this.#state;
    let launched: Launched | undefined;
    const forwarder = new EventForwarder(this.#state, () => launched?.session);
    const session = host.createSession({
      configuration,
      debug,
      coverage,
      breakpointIds,
      module: build.module,
      linked: build.linked,
      notEmulated: build.notEmulated,
      onEvent: (event) => forwarder.forward(event),
    });
    launched = { session, configuration, request, debug, coverage, linked: build.linked };
    this.#forwarder = forwarder;
    this.#state.launched = launched;
  }

  async #applyWanted(session: DebugSession): Promise<void> {
    const { sources, functions, instructions, filters, watches } = this.#state.wanted;
    await session.setStopFilters(filters);
    for (const [path, requests] of sources) await session.setSourceBreakpoints(path, requests);
    await session.setFunctionBreakpoints(functions);
    await session.setInstructionBreakpoints(instructions);
    for (const [group, requests] of watches) await session.setWatches(group, watchKinds[group], requests);
  }
}
