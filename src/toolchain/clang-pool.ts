// SPDX-License-Identifier: MIT
/**
 * The worker threads in which the embedded clang runs. A worker needs seconds to start and stays warm between builds; an idle one
 * does not keep the process alive. Aborting a job terminates its worker, because nothing else stops a compiler.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { ClangReply, ClangRequest, ClangWorkerData } from "./clang-worker-messages.ts";

export interface ClangPoolOptions {
  /** The worker's entry file; default: `clang-worker.ts` beside this file. A bundle gives its own `clang-worker.js`. */
  readonly workerUrl?: URL;
  /** `file:` URL of the module that exports clang; default: the package `@yowasp/clang`. */
  readonly clangModule?: string;
  /** Upper bound of workers; default: the number of processors, at most 4 (a worker takes 0.5 GB while it compiles). */
  readonly size?: number;
}

interface Task {
  readonly request: ClangRequest;
  readonly signal: AbortSignal;
  readonly resolve: (reply: ClangReply) => void;
  readonly reject: (reason: unknown) => void;
  /** Listens to `signal` as long as the task waits. */
  readonly onAbortWaiting: () => void;
}

interface Slot {
  readonly worker: Worker;
  /** The task in progress and what undoes its registration. */
  busy: { readonly task: Task; readonly release: () => void } | undefined;
}

export class ClangPool {
  readonly #options: ClangPoolOptions;
  readonly #size: number;
  readonly #slots = new Set<Slot>();
  readonly #queue: Task[] = [];
  #isDisposed = false;

  constructor(options: ClangPoolOptions = {}) {
    this.#options = options;
    this.#size = Math.max(1, options.size ?? Math.min(4, availableParallelism()));
  }

  /** Number of workers that are running, warm or busy. */
  get workers(): number {
    return this.#slots.size;
  }

  /** Runs one tool when a worker is free. Rejects with the signal's reason when aborted. */
  run(request: ClangRequest, signal: AbortSignal): Promise<ClangReply> {
    return new Promise((resolve, reject) => {
      if (signal.aborted || this.#isDisposed) {
        reject(signal.aborted ? signal.reason : new Error("the compiler pool is disposed"));
        return;
      }
      const task: Task = { request, signal, resolve, reject, onAbortWaiting: () => this.#dropQueued(task) };
      signal.addEventListener("abort", task.onAbortWaiting, { once: true });
      this.#queue.push(task);
      this.#dispatch();
    });
  }

  /** Terminates all workers; running and waiting jobs are rejected. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    const reason = new Error("the compiler pool is disposed");
    for (const task of this.#queue.splice(0)) task.reject(reason);
    await Promise.all([...this.#slots].map((slot) => this.#terminate(slot, reason)));
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const slot = [...this.#slots].find(({ busy }) => !busy) ?? (this.#isAnotherWorthIt() ? this.#start() : undefined);
      const task = slot && this.#queue.shift();
      if (!slot || !task) return;
      this.#assign(slot, task);
    }
  }

  /** A worker takes as long to start as three small files take to compile (measured on two cores). */
  #isAnotherWorthIt(): boolean {
    return this.#slots.size === 0 || (this.#slots.size < this.#size && this.#queue.length > 3 * this.#slots.size);
  }

  #start(): Slot {
    const url = this.#options.workerUrl ?? new URL("./clang-worker.ts", import.meta.url);
    const workerData: ClangWorkerData = { clangModule: this.#options.clangModule ?? "@yowasp/clang" };
    // Captured streams: a stray line of the compiler's must not reach a standard output that carries a protocol.
    const worker = new Worker(url, { workerData, execArgv: [], stdout: true, stderr: true });
    const slot: Slot = { worker, busy: undefined };
    this.#slots.add(slot);
    worker.on("message", (reply: ClangReply) => this.#finish(slot, reply));
    worker.on("error", (error) => this.#lose(slot, error instanceof Error ? error.message : String(error)));
    worker.on("exit", (code) => this.#lose(slot, `the compiler's thread ended with status ${code}`));
    return slot;
  }

  #assign(slot: Slot, task: Task): void {
    task.signal.removeEventListener("abort", task.onAbortWaiting);
    const onAbort = (): void => void this.#terminate(slot, task.signal.reason);
    task.signal.addEventListener("abort", onAbort, { once: true });
    slot.busy = { task, release: () => task.signal.removeEventListener("abort", onAbort) };
    slot.worker.ref();
    slot.worker.postMessage(task.request);
  }

  #finish(slot: Slot, reply: ClangReply): void {
    const { busy } = slot;
    slot.busy = undefined;
    slot.worker.unref();
    busy?.release();
    busy?.task.resolve(reply);
    this.#dispatch();
  }

  /** A worker that died by itself, out of memory for example, is a crash of the tool; the next job gets a new worker. */
  #lose(slot: Slot, crash: string): void {
    if (!this.#slots.delete(slot)) return;
    const { busy } = slot;
    slot.busy = undefined;
    busy?.release();
    busy?.task.resolve({ exitCode: 1, stderr: "", outputs: [], crash });
    this.#dispatch();
  }

  async #terminate(slot: Slot, reason: unknown): Promise<void> {
    const { busy } = slot;
    slot.busy = undefined;
    this.#slots.delete(slot);
    busy?.release();
    await slot.worker.terminate();
    busy?.task.reject(reason);
    if (!this.#isDisposed) this.#dispatch();
  }

  #dropQueued(task: Task): void {
    const at = this.#queue.indexOf(task);
    if (at === -1) return;
    this.#queue.splice(at, 1);
    task.reject(task.signal.reason);
  }
}
