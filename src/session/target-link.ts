// SPDX-License-Identifier: MIT
/**
 * The session's end of the port to the runtime: starts the worker, posts commands, pairs answers with queries, and makes a running
 * worker look.
 */

import { MessageChannel, Worker, receiveMessageOnPort } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import { controlBytes, controlWord, targetState } from "../protocol/index.ts";
import type { RuntimeAnswers, RuntimeCommand, RuntimeEvent, RuntimeInit, RuntimeMessage, RuntimeQuery, ScoutTask } from "../protocol/index.ts";
import type { Program } from "./program.ts";
import { SessionError } from "./session-error.ts";

type QueryOf<T extends RuntimeQuery["type"]> = Extract<RuntimeQuery, { readonly type: T }>;

interface PendingQuery {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface TargetLinkOptions {
  readonly program: Program;
  readonly workerUrl: URL;
  readonly debug: boolean;
  readonly trace: boolean;
  readonly coverage?: boolean;
  readonly notEmulated: readonly string[];
  /** The machine is a second one, sent to find something out. */
  readonly scout?: ScoutTask;
  readonly onEvent: (event: RuntimeEvent) => void;
  /** Text the worker wrote to its standard output or error. */
  readonly onText: (text: string) => void;
  /** The worker is gone; `error` when it did not end by itself in good order. */
  readonly onExit: (error: Error | undefined) => void;
}

export class TargetLink {
  /** The driver's memory, shared with the worker. */
  readonly memory: WebAssembly.Memory;
  readonly #program: Program;
  readonly #control: Int32Array;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #pending = new Map<number, PendingQuery>();
  #nextId = 1;
  /** A command that lets the target run was posted, and no stop has been heard of since: the worker may run although its state word lags behind. */
  #isMoving = false;
  #isGone = false;

  constructor(options: TargetLinkOptions) {
    const { program } = options;
    const pages = program.layout.wasmPages;
    const control = new SharedArrayBuffer(controlBytes);
    const { port1, port2 } = new MessageChannel();
    this.#program = program;
    this.#control = new Int32Array(control);
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    this.#port = port1;
    const init: RuntimeInit = {
      module: program.module,
      memory: this.memory,
      control,
      port: port2,
      configuration: program.configuration,
      debug: options.debug,
      notEmulated: options.notEmulated,
      trace: options.trace,
      ...(options.coverage === true ? { coverage: true } : {}),
      ...(options.scout === undefined ? {} : { scout: options.scout }),
    };
    port1.on("message", (event: RuntimeEvent) => this.#receive(event, options.onEvent));
    // The standard streams of this process may carry the debug protocol: whatever the worker prints must not get there.
    this.#worker = new Worker(options.workerUrl, { workerData: init, transferList: [port2], stdout: true, stderr: true, resourceLimits: { stackSizeMb: 16 } });
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) stream.setEncoding("utf8").on("data", options.onText);
    this.#watch(options);
  }

  /** Posts a command; there is no answer but the events it causes. */
  post(command: RuntimeCommand): void {
    this.#send(command);
    if (command.type !== "interrupt" && command.type !== "terminate") this.#isMoving = true;
  }

  /** Asks the runtime something. Rejects with a SessionError when the runtime refuses or is gone. */
  query<T extends RuntimeQuery["type"]>(query: QueryOf<T>): Promise<RuntimeAnswers[T]> {
    if (this.#isGone) return Promise.reject(new SessionError("The target has ended"));
    const id = this.#nextId++;
    // The port pairs each answer with its query, and RuntimeAnswers says which type that has.
    const answer = new Promise<unknown>((resolve, reject) => this.#pending.set(id, { resolve, reject })) as Promise<RuntimeAnswers[T]>;
    this.#send({ type: "query", id, query });
    return answer;
  }

  /** How far a travel in progress is, from 0 to 1. */
  get travelProgress(): number {
    return Atomics.load(this.#control, controlWord.progress) / 1000;
  }

  /** Ends the worker at once, whatever it is doing. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  #send(message: RuntimeMessage): void {
    if (this.#isGone) return;
    this.#port.postMessage(message);
    if (this.#isMoving || Atomics.load(this.#control, controlWord.state) === targetState.running) {
      Atomics.store(this.#control, controlWord.attention, 1);
      const { statements } = this.#program.layout;
      new Uint8Array(this.memory.buffer, statements, this.#program.module.statements.count).fill(0xff);
    }
    Atomics.add(this.#control, controlWord.doorbell, 1);
    Atomics.notify(this.#control, controlWord.doorbell);
  }

  #receive(event: RuntimeEvent, onEvent: (event: RuntimeEvent) => void): void {
    if (event.type === "stopped" || event.type === "idle") this.#isMoving = false;
    if (event.type !== "answer") {
      onEvent(event);
      return;
    }
    const pending = this.#pending.get(event.id);
    this.#pending.delete(event.id);
    if (event.error === undefined) pending?.resolve(event.value);
    else pending?.reject(new SessionError(event.error));
  }

  #watch(options: TargetLinkOptions): void {
    let failure: Error | undefined;
    this.#worker.on("error", (error) => {
      failure = error instanceof Error ? error : new Error(String(error));
    });
    this.#worker.on("exit", () => {
      this.#isGone = true;
      // A long report may still be on its way when the worker has gone.
      for (let last = receiveMessageOnPort(this.#port); last !== undefined; last = receiveMessageOnPort(this.#port)) {
        this.#receive((last as { message: RuntimeEvent }).message, options.onEvent);
      }
      this.#port.close();
      for (const { reject } of this.#pending.values()) reject(new SessionError("The target has ended"));
      this.#pending.clear();
      options.onExit(failure);
    });
  }
}
