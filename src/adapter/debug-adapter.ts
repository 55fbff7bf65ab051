// SPDX-License-Identifier: MIT
/**
 * The debug adapter of one connection. Usable inline by an editor (it has `handleMessage` and `onDidSendMessage`), or on a pair of
 * streams with `start`.
 */

import type { AdapterHost } from "./adapter-host.ts";
import { AdapterState } from "./adapter-state.ts";
import { breakpointHandlers } from "./handlers/breakpoint-handlers.ts";
import { customHandlers } from "./handlers/custom-handlers.ts";
import { disassemblyHandlers } from "./handlers/disassembly-handlers.ts";
import { executionHandlers } from "./handlers/execution-handlers.ts";
import { inspectionHandlers } from "./handlers/inspection-handlers.ts";
import { launchHandlers } from "./handlers/launch-handlers.ts";
import { memoryHandlers } from "./handlers/memory-handlers.ts";
import { sourceHandlers } from "./handlers/source-handlers.ts";
import { watchHandlers } from "./handlers/watch-handlers.ts";
import { RequestServer } from "./protocol-server.ts";

export class KmdfDebugAdapter extends RequestServer {
  readonly #state: AdapterState;

  constructor(host: AdapterHost) {
    super();
    this.#state = new AdapterState(host, this);
    for (const handlers of [
      launchHandlers,
      breakpointHandlers,
      executionHandlers,
      inspectionHandlers,
      memoryHandlers,
      sourceHandlers,
      watchHandlers,
      disassemblyHandlers,
      customHandlers,
    ]) {
      this.handle(handlers(this.#state));
    }
  }

  /** Ends the machine, if there is one; for a connection that is gone, and for editors that let go of an inline adapter. */
  override dispose(): void {
    this.#state.isDisconnected = true;
    void this.#state.launched?.session.kill();
  }
}
