// SPDX-License-Identifier: MIT
/**
 * Process that loads traces into Perfetto's trace processor and prints the answers to queries as JSON, after a character 1. The program is made for
 * a worker of a browser; what it wants of one is given to it here. Arguments: its folder, and `{ files, queries }`.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { MessageChannel, type MessagePort } from "node:worker_threads";

interface QueryResult {
  error(): string | undefined;
  columns(): readonly string[];
  iter(spec: object): { valid(): boolean; next(): void; get(column: string): unknown };
}
interface Engine {
  onRpcResponseBytes(data: Uint8Array): void;
  parse(data: Uint8Array): Promise<void>;
  notifyEof(): Promise<void>;
  query(sql: string): Promise<QueryResult>;
}
type EngineClass = new () => Engine;
interface Bridge {
  initialize(port: MessagePort): void;
}

const [assets = "", task = "{}"] = process.argv.slice(2);
const { files, queries } = JSON.parse(task) as { readonly files: readonly string[]; readonly queries: readonly string[] };
const wasm = readFileSync(path.join(assets, "trace_processor.wasm"));

const give = (name: string, value: unknown): void => {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
};
give("self", globalThis);
give("WorkerGlobalScope", class WorkerGlobalScope {});
give("location", { href: `${pathToFileURL(assets).href}/` });

/** The program's script, which takes its WebAssembly from us and hands out its end of the connection. */
function script(): string {
  const changes = [
    ["this.useMemory64 = hasMemory64Support();", "this.useMemory64 = false;"],
    ["locateFile: (s) => s,", "locateFile: (s) => s, wasmBinary: globalThis.tpWasm,"],
    ["const wasmBridge = new wasm_bridge_1.WasmBridge();", "const wasmBridge = new wasm_bridge_1.WasmBridge(); globalThis.tpBridge = wasmBridge;"],
  ] as const;
  return changes.reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`this is another version of the trace processor: '${from}' is missing`);
      return text.replace(from, to);
    },
    readFileSync(path.join(assets, "engine_bundle.node.js"), "utf8"),
  );
}

/** A trace processor of its own for one trace. */
async function start(): Promise<{ readonly engine: Engine; close(): void }> {
  const { EngineBase } = (await import(pathToFileURL(path.join(assets, "engine.mjs")).href)) as { EngineBase: EngineClass };
  give("tpWasm", new Uint8Array(wasm));
  vm.runInThisContext(script());
  const bridge = (globalThis as unknown as { tpBridge: Bridge }).tpBridge;
  const { port1, port2 } = new MessageChannel();
  bridge.initialize(port1);
  class LocalEngine extends EngineBase {
    readonly mode = "WASM";
    readonly id = "judge";
    rpcSendRequestBytes(data: Uint8Array): void {
      port2.postMessage(data);
    }
    [Symbol.dispose](): void {
      port2.close();
    }
  }
  const engine = new LocalEngine();
  port2.on("message", (data: unknown) => {
    if (data instanceof Uint8Array) engine.onRpcResponseBytes(data);
  });
  return {
    engine,
    close: () => {
      port1.close();
      port2.close();
    },
  };
}

const plain = (value: unknown): unknown => (typeof value === "bigint" ? Number(value) : value);

async function ask(engine: Engine, sql: string): Promise<Record<string, unknown>[]> {
  const result = await engine.query(sql);
  const error = result.error();
  if (error !== undefined) throw new Error(`${sql}: ${error}`);
  const rows: Record<string, unknown>[] = [];
  for (const row = result.iter({}); row.valid(); row.next()) rows.push(Object.fromEntries(result.columns().map((column) => [column, plain(row.get(column))])));
  return rows;
}

const answers: unknown[] = [];
for (const file of files) {
  const { engine, close } = await start();
  const bytes = new Uint8Array(readFileSync(file));
  for (let at = 0; at < bytes.length; at += 0x100_0000) await engine.parse(bytes.subarray(at, at + 0x100_0000));
  await engine.notifyEof();
  const ofFile: unknown[] = [];
  for (const sql of queries) ofFile.push(await ask(engine, sql));
  answers.push(ofFile);
  close();
}
process.stdout.write(`\u0001${JSON.stringify(answers)}\n`);
process.exit(0);
