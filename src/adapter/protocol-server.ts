// SPDX-License-Identifier: MIT
/**
 * The message layer: takes requests from a stream or inline from an editor, gives each exactly one response whatever its handler does,
 * and knows which are in progress so that they can be cancelled.
 */

import { ProtocolServer } from "@vscode/debugadapter/lib/protocol.js";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { RequestArguments } from "./request-arguments.ts";
import { RequestError, failureOf } from "./request-error.ts";

/** Body of the response, or nothing. Throws what `failureOf` knows. */
export type RequestHandler = (request: RequestArguments, signal: AbortSignal) => unknown;
export type RequestHandlers = Readonly<Record<string, RequestHandler>>;

export class RequestServer extends ProtocolServer {
  readonly #handlers = new Map<string, RequestHandler>();
  readonly #inProgress = new Map<number, AbortController>();

  constructor() {
    super();
    // Broken messages and broken pipes: an `error` event without listener would end the process.
    this.on("error", () => undefined);
  }

  handle(handlers: RequestHandlers): void {
    for (const [command, handler] of Object.entries(handlers)) this.#handlers.set(command, handler);
  }

  /** Every request that is answered with more than that it is not supported. */
  get commands(): readonly string[] {
    return [...this.#handlers.keys()];
  }

  send(event: string, body?: object): void {
    this.sendEvent({ type: "event", seq: 0, event, ...(body === undefined ? {} : { body }) });
  }

  /** Makes the request with sequence number `id` give up, if it is still in progress. */
  cancelRequest(id: number): void {
    this.#inProgress.get(id)?.abort();
  }

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    const controller = new AbortController();
    this.#inProgress.set(request.seq, controller);
    const respond = (outcome: Partial<DebugProtocol.Response>): void => {
      this.#inProgress.delete(request.seq);
      this.sendResponse({ type: "response", seq: 0, request_seq: request.seq, command: request.command, success: true, ...outcome });
    };
    this.#run(request, controller.signal).then(
      (body) => respond(body === undefined ? {} : { body }),
      (error: unknown) => respond(failed(error)),
    );
  }

  async #run({ command, arguments: raw }: DebugProtocol.Request, signal: AbortSignal): Promise<unknown> {
    const handler = this.#handlers.get(command);
    if (handler === undefined) throw new RequestError(`The request '${command}' is not supported`);
    return handler(new RequestArguments(command, raw), signal);
  }
}

function failed(error: unknown): Partial<DebugProtocol.Response> {
  const { id, message, text, isForUser } = failureOf(error);
  // Braces in the format would be taken for variables.
  return { success: false, message, body: { error: { id, format: "{text}", variables: { text }, showUser: isForUser } } };
}
