// SPDX-License-Identifier: MIT
/** What the request handlers of one connection share. */

import type { LaunchConfiguration, StopFilters } from "../protocol/index.ts";
import { BreakpointIds } from "../session/index.ts";
import type { DebugSession, FunctionBreakpointRequest, InstructionBreakpointRequest, SourceBreakpointRequest, WatchRequest } from "../session/index.ts";
import type { AdapterHost } from "./adapter-host.ts";
import { Coordinates, clientOf } from "./client.ts";
import type { Client } from "./client.ts";
import { SourceLocations } from "./source-locations.ts";
import type { RequestServer } from "./protocol-server.ts";
import { ProgressReports } from "./progress.ts";
import { RequestArguments } from "./request-arguments.ts";
import { RequestError } from "./request-error.ts";

/** The driver that was launched, as it was asked for and built. */
export interface Launched {
  readonly session: DebugSession;
  readonly configuration: LaunchConfiguration;
  /** Bytes of the linked module: the same after a restart means that nothing was edited. */
  readonly linked: Uint8Array;
  /** Arguments of the launch request. */
  readonly request: unknown;
  readonly debug: boolean;
  /** Statements and branches are counted. */
  readonly coverage: boolean;
}

/** Breakpoints as the client last set them, for a driver that is built anew on restart. */
export interface WantedBreakpoints {
  readonly sources: Map<string, readonly SourceBreakpointRequest[]>;
  functions: readonly FunctionBreakpointRequest[];
  instructions: readonly InstructionBreakpointRequest[];
  filters: StopFilters;
  /** Data and framework breakpoints by the set they are replaced with. */
  readonly watches: Map<WatchGroup, readonly WatchRequest[]>;
}

export class AdapterState {
  readonly host: AdapterHost;
  readonly server: RequestServer;
  readonly locations = new SourceLocations();
  readonly progress = new ProgressReports(this);
  readonly breakpointIds = new BreakpointIds();
  readonly wanted: WantedBreakpoints = { sources: new Map(), functions: [], instructions: [], filters: everyStop, watches: new Map() };
  client: Client = clientOf(new RequestArguments("initialize", {}));
  coordinates = new Coordinates(this.client);
  launched: Launched | undefined;
  /** Last event of the trace that a client which follows it has read; undefined while none does. */
  tracedTo: number | undefined;
  /** The client has said goodbye: events are of no use any more. */
  isDisconnected = false;

  constructor(host: AdapterHost, server: RequestServer) {
    this.host = host;
    this.server = server;
  }

  /** @throws RequestError before launch */
  get session(): DebugSession {
    if (this.launched === undefined) throw new RequestError("No driver has been launched yet");
    return this.launched.session;
  }

  setClient(client: Client): void {
    this.client = client;
    this.coordinates = new Coordinates(client);
  }
}

/** Sets of watches: data breakpoints, exception filters on framework events, `kmdf/setFrameworkBreakpoints`. */
export type WatchGroup = "data" | "filters" | "framework";

const everyStop: StopFilters = { bugCheck: true, violation: true, deviceFault: true, trap: true };
