// SPDX-License-Identifier: MIT
/** Where a worker is that does not answer: asks the engine's debugger, which can interrupt a loop in JavaScript. */
import inspector from "node:inspector";
import { fileURLToPath } from "node:url";

export interface WorkerPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface CallFrame {
  readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber?: number };
}

/** Messages of the Debugger domain that matter here. */
interface DebuggerMessage {
  readonly method?: string;
  readonly params?: { readonly scriptId?: string; readonly url?: string; readonly callFrames?: readonly CallFrame[] };
}

/** How long the engine gets to answer, ms. */
const patienceMs = 1000;

/** The call stack, innermost first, of the worker whose entry is `entry`; empty when it cannot be had. The worker runs on afterwards. */
export async function workerStack(entry: URL): Promise<readonly WorkerPlace[]> {
  const session = new inspector.Session();
  const { promise, resolve } = Promise.withResolvers<readonly WorkerPlace[]>();
  const scripts = new Map<string, string>();
  let worker: string | undefined;
  const command = (id: number, method: string): void => {
    if (worker !== undefined) session.post("NodeWorker.sendMessageToWorker", { sessionId: worker, message: JSON.stringify({ id, method }) });
  };
  session.connect();
  session.on("NodeWorker.attachedToWorker", ({ params }) => {
    if (params.workerInfo.url !== entry.href || worker !== undefined) return;
    worker = params.sessionId;
    command(1, "Debugger.enable");
    command(2, "Debugger.pause");
  });
  session.on("NodeWorker.receivedMessageFromWorker", ({ params }) => {
    if (params.sessionId !== worker) return;
    const message = JSON.parse(params.message) as DebuggerMessage;
    if (message.method === "Debugger.scriptParsed") scripts.set(message.params?.scriptId ?? "", message.params?.url ?? "");
    else if (message.method === "Debugger.paused") resolve((message.params?.callFrames ?? []).flatMap((frame) => placeOf(frame, scripts)));
  });
  session.post("NodeWorker.enable", { waitForDebuggerOnStart: false });
  const timer = setTimeout(() => resolve([]), patienceMs);
  const stack = await promise;
  clearTimeout(timer);
  // A worker that stays paused cannot be ended.
  command(3, "Debugger.disable");
  session.disconnect();
  return stack;
}

function placeOf({ location }: CallFrame, scripts: ReadonlyMap<string, string>): WorkerPlace[] {
  const url = scripts.get(location.scriptId) ?? "";
  const file = url.startsWith("file://") ? fileURLToPath(url) : url;
  return file === "" || /^(node|wasm):/.test(file) ? [] : [{ file, line: location.lineNumber + 1, column: (location.columnNumber ?? 0) + 1 }];
}
