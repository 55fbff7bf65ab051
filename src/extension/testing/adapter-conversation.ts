// SPDX-License-Identifier: MIT
/** A client of a debug adapter in this process, for runs that no debug session of the editor shows: requests with their answers, and events. */
import type { DebugProtocol } from "@vscode/debugprotocol";

/** An inline adapter. */
export interface InlineAdapter {
  handleMessage(message: DebugProtocol.ProtocolMessage): void;
  onDidSendMessage(listener: (message: object) => void): { dispose(): void };
  dispose(): void;
}

interface Pending {
  resolve(body: unknown): void;
  reject(error: Error): void;
}

export class AdapterConversation {
  readonly #adapter: InlineAdapter;
  readonly #pending = new Map<number, Pending>();
  readonly #subscription: { dispose(): void };
  #sequence = 0;

  constructor(adapter: InlineAdapter, onEvent: (event: string, body: unknown) => void) {
    this.#adapter = adapter;
    this.#subscription = adapter.onDidSendMessage((sent) => {
      // An adapter sends messages of the protocol; its type does not say so.
      const message = sent as DebugProtocol.ProtocolMessage;
      if (message.type === "event") {
        const { event, body } = message as DebugProtocol.Event;
        onEvent(event, body);
      } else if (message.type === "response") this.#answer(message as DebugProtocol.Response);
    });
  }

  /** Rejects with the adapter's own words when it refuses. */
  request(command: string, args?: object): Promise<unknown> {
    const seq = ++this.#sequence;
    return new Promise((resolve, reject) => {
      this.#pending.set(seq, { resolve, reject });
      const request: DebugProtocol.Request = { type: "request", seq, command, arguments: args };
      this.#adapter.handleMessage(request);
    });
  }

  /** Ends the machine too. Requests without an answer are rejected. */
  dispose(): void {
    this.#subscription.dispose();
    this.#adapter.dispose();
    for (const { reject } of this.#pending.values()) reject(new Error("the debug adapter has ended"));
    this.#pending.clear();
  }

  #answer({ request_seq: id, success, message, body }: DebugProtocol.Response): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (success) pending?.resolve(body);
    else pending?.reject(new Error(message ?? "the debug adapter refused"));
  }
}
