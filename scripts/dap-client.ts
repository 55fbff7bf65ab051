// SPDX-License-Identifier: MIT
/** A small client of the debug adapter for scripts: requests, stops, stacks and locals over standard input and output. */
import type { ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { readLaunchConfiguration } from "./launch-file.ts";

export interface DapFrame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
  readonly source?: { readonly path?: string };
}

export interface DapVariable {
  readonly name: string;
  readonly value: string;
}

interface Message {
  readonly type: "response" | "event";
  readonly request_seq?: number;
  readonly success?: boolean;
  readonly message?: string;
  readonly event?: string;
  readonly body?: Record<string, unknown>;
}

type Waiter = { readonly resolve: (body: Record<string, unknown>) => void; readonly reject: (error: Error) => void };

export class DapClient {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #pending = new Map<number, Waiter>();
  readonly #stops: Record<string, unknown>[] = [];
  #stopWaiter: Waiter | undefined;
  #endWaiter: ((exitCode: number) => void) | undefined;
  #exitCode: number | undefined;
  #ended = false;
  #sequence = 1;
  #buffer = Buffer.alloc(0);
  onOutput: (text: string) => void = () => undefined;

  constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child;
    child.stdout.on("data", (chunk: Buffer) => this.#read(chunk));
    child.on("exit", () => this.#end());
  }

  request(command: string, args: object = {}): Promise<Record<string, unknown>> {
    const seq = this.#sequence++;
    const text = JSON.stringify({ seq, type: "request", command, arguments: args });
    this.#child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    return new Promise((resolve, reject) => this.#pending.set(seq, { resolve, reject }));
  }

  /** initialize, launch, breakpoints, configurationDone. */
  async launch(configurationFile: string, breakpoints: readonly { readonly file: string; readonly lines: readonly number[] }[]): Promise<void> {
    await this.request("initialize", { adapterID: "kmdf-dma", linesStartAt1: true, columnsStartAt1: true, pathFormat: "path" });
    const launched = this.request("launch", { ...readLaunchConfiguration(configurationFile) });
    launched.catch(() => undefined);
    await Promise.race([this.#event("initialized"), launched]);
    for (const { file, lines } of breakpoints) {
      const { breakpoints: placed } = (await this.request("setBreakpoints", { source: { path: file }, breakpoints: lines.map((line) => ({ line })) })) as {
        breakpoints: { verified: boolean; message?: string }[];
      };
      const bad = placed.find(({ verified }) => !verified);
      if (bad !== undefined) throw new Error(`a breakpoint in ${file} was not placed: ${bad.message}`);
    }
    await this.request("setExceptionBreakpoints", { filters: ["bugcheck", "violation", "deviceFault", "trap"] });
    await this.request("configurationDone");
    await launched;
  }

  /** The next stop; rejects when the target ends instead. */
  stopped(): Promise<Record<string, unknown>> {
    const stop = this.#stops.shift();
    if (stop !== undefined) return Promise.resolve(stop);
    if (this.#ended) return Promise.reject(new Error("the target has ended"));
    return new Promise((resolve, reject) => {
      this.#stopWaiter = { resolve, reject };
    });
  }

  async stackTrace(): Promise<DapFrame[]> {
    return ((await this.request("stackTrace", { threadId: 1, startFrame: 0, levels: 50 })) as { stackFrames: DapFrame[] }).stackFrames;
  }

  async locals(frameId: number): Promise<DapVariable[]> {
    const { scopes } = (await this.request("scopes", { frameId })) as { scopes: { name: string; variablesReference: number }[] };
    const found: DapVariable[] = [];
    for (const { name, variablesReference } of scopes) {
      if (!/^(Arguments|Locals)/.test(name) || variablesReference === 0) continue;
      found.push(...((await this.request("variables", { variablesReference })) as { variables: DapVariable[] }).variables);
    }
    return found;
  }

  /** Labels of the transactions in the object tree. */
  async transactions(): Promise<string[]> {
    interface Node {
      readonly type: string;
      readonly label: string;
      readonly children: readonly Node[];
    }
    const walk = (node: Node): string[] => [...(node.type === "WDFDMATRANSACTION" ? [node.label] : []), ...node.children.flatMap(walk)];
    return ((await this.request("kmdf/objects")) as { objects: Node[] }).objects.flatMap(walk);
  }

  /** Continues until the target has ended; its exit code. */
  async runToEnd(): Promise<number> {
    if (this.#exitCode !== undefined) return this.#exitCode;
    // The last continue may be on its way already.
    if (this.#stops.length > 0) await this.request("continue", { threadId: 1 });
    return new Promise((resolve) => {
      this.#endWaiter = resolve;
      this.#stopWaiter = { resolve: () => void this.request("continue", { threadId: 1 }), reject: () => undefined };
    });
  }

  async dispose(): Promise<void> {
    if (!this.#ended) {
      await Promise.race([this.request("disconnect", { terminateDebuggee: true }), new Promise((resolve) => setTimeout(resolve, 2000))]).catch(() => undefined);
    }
    this.#child.stdin.end();
    this.#child.kill();
  }

  readonly #eventWaiters = new Map<string, () => void>();

  #event(name: string): Promise<void> {
    return new Promise((resolve) => this.#eventWaiters.set(name, resolve));
  }

  #read(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const end = this.#buffer.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.subarray(0, end).toString("latin1"))?.[1]);
      if (this.#buffer.length < end + 4 + length) return;
      const text = this.#buffer.subarray(end + 4, end + 4 + length).toString("utf8");
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.#receive(JSON.parse(text) as Message);
    }
  }

  #receive(message: Message): void {
    if (message.type === "response") {
      const pending = this.#pending.get(message.request_seq ?? -1);
      this.#pending.delete(message.request_seq ?? -1);
      if (message.success === true) pending?.resolve(message.body ?? {});
      else pending?.reject(new Error(message.message ?? "the request failed"));
      return;
    }
    const body = message.body ?? {};
    this.#eventWaiters.get(message.event ?? "")?.();
    if (message.event === "output" && body["category"] !== "telemetry") this.onOutput(String(body["output"]));
    if (message.event === "stopped") {
      const waiter = this.#stopWaiter;
      if (waiter === undefined) this.#stops.push(body);
      else waiter.resolve(body);
      if (this.#endWaiter === undefined) this.#stopWaiter = undefined;
    }
    if (message.event === "exited") this.#exitCode = Number(body["exitCode"]);
    if (message.event === "terminated") this.#end();
  }

  #end(): void {
    this.#ended = true;
    this.#stopWaiter?.reject(new Error("the target ended instead of stopping"));
    this.#endWaiter?.(this.#exitCode ?? -1);
    for (const { reject } of this.#pending.values()) reject(new Error("the adapter has ended"));
    this.#pending.clear();
  }
}
