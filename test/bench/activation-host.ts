// SPDX-License-Identifier: MIT
/** Stands for the extension host in activation.ts: loads the bundle named on the command line with a `vscode` module that accepts everything. */
import Module, { createRequire } from "node:module";

/** Can be called, constructed, subclassed and asked for any property. */
const anything: unknown = new Proxy(function anything() {}, {
  get: (target, key) => (key === "prototype" ? target.prototype : typeof key === "symbol" ? undefined : anything),
  apply: () => anything,
  construct: (target, args, newTarget) => (newTarget === anything ? (anything as object) : (Reflect.construct(target, args, newTarget) as object)),
});

const vscode = Object.create(anything as object) as object;
const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
const load = loader._load;
loader._load = (request, ...rest) => (request === "vscode" ? vscode : load.call(loader, request, ...rest));

const [, , bundle = ""] = process.argv;
const heap = process.memoryUsage().heapUsed;
const start = performance.now();
const extension = createRequire(import.meta.url)(bundle) as { activate(context: object): void };
const loaded = performance.now();
extension.activate({ subscriptions: [], extensionPath: "", extensionUri: anything, globalState: anything, workspaceState: anything });
const activated = performance.now();
const heapMiB = (process.memoryUsage().heapUsed - heap) / 2 ** 20;
process.stdout.write(JSON.stringify({ loadMs: loaded - start, activateMs: activated - loaded, heapMiB }));
