// SPDX-License-Identifier: MIT
/** Progress of long work, shown by editors with a way to cancel it. */

import type { AdapterState } from "./adapter-state.ts";

export interface Progress {
  update(message: string, percentage?: number): void;
  end(): void;
}

/** Hands out progress ids and aborts the work behind one when the client cancels it. */
export class ProgressReports {
  readonly #state: AdapterState;
  readonly #running = new Map<string, AbortController>();
  #nextId = 1;

  constructor(state: AdapterState) {
    this.#state = state;
  }

  start(title: string, controller: AbortController): Progress {
    const progressId = `kmdf-${this.#nextId++}`;
    const { server, client } = this.#state;
    const send = (event: string, body: object): void => {
      if (client.supportsProgress) server.send(event, { progressId, ...body });
    };
    this.#running.set(progressId, controller);
    send("progressStart", { title, cancellable: true });
    return {
      update: (message, percentage) => send("progressUpdate", { message, ...(percentage === undefined ? {} : { percentage }) }),
      end: () => {
        this.#running.delete(progressId);
        send("progressEnd", {});
      },
    };
  }

  cancel(progressId: string): void {
    this.#running.get(progressId)?.abort();
  }
}
