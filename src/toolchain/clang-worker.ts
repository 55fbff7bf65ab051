// SPDX-License-Identifier: MIT
/**
 * Worker thread that holds one warm copy of the embedded clang and runs one tool after the other on in-memory file trees. Entry file:
 * started by `ClangPool`, never imported.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { Command, RunOptions, Tree } from "@yowasp/clang";
import type { ClangReply, ClangRequest, ClangWorkerData } from "./clang-worker-messages.ts";

interface ClangModule {
  readonly commands: Readonly<Record<string, Command>>;
  readonly runLLVM: Command;
  readonly Exit: abstract new (...args: never[]) => Error & { readonly code: number; readonly files: Tree };
}

const { clangModule }: ClangWorkerData = workerData;
const loading = load();

parentPort?.on("message", async (request: ClangRequest) => {
  const reply = await run(request);
  parentPort?.postMessage(
    reply,
    reply.outputs.map(([, bytes]) => bytes.buffer).filter((buffer) => buffer instanceof ArrayBuffer),
  );
});

async function load(): Promise<ClangModule> {
  const clang: ClangModule = await import(clangModule);
  // Without arguments this only fetches and compiles the modules; silent, because standard output may carry a protocol.
  await clang.runLLVM(undefined, {}, { fetchProgress: () => undefined });
  return clang;
}

async function run(request: ClangRequest): Promise<ClangReply> {
  const clang = await loading;
  const stderr: Uint8Array[] = [];
  const keep = (bytes: Uint8Array | null): void => void (bytes && stderr.push(Uint8Array.from(bytes)));
  const options: RunOptions = { stdout: keep, stderr: keep, decodeASCII: false, fetchProgress: () => undefined };
  const text = (): string => new TextDecoder().decode(Buffer.concat(stderr));
  const command = clang.commands[request.tool];
  if (!command) return { exitCode: 1, stderr: "", outputs: [], crash: `no tool named ${request.tool}` };
  try {
    const tree = await command([...request.args], asTree(request.files), options);
    return { exitCode: 0, stderr: text(), outputs: pick(tree, request.outputs) };
  } catch (error) {
    if (error instanceof clang.Exit) return { exitCode: error.code, stderr: text(), outputs: [] };
    // A trap inside the compiler: its own message, if any, stands in stderr.
    return { exitCode: 1, stderr: text(), outputs: [], crash: error instanceof Error ? error.message : String(error) };
  }
}

function asTree(files: ClangRequest["files"]): Tree {
  const root: Tree = {};
  for (const [path, bytes] of files) {
    const parts = path.split("/").filter((part) => part !== "");
    const name = parts.pop();
    if (name !== undefined) folderOf(root, parts)[name] = bytes;
  }
  return root;
}

function folderOf(root: Tree, parts: readonly string[]): Tree {
  let folder = root;
  for (const part of parts) {
    const next = Object.hasOwn(folder, part) ? folder[part] : undefined;
    if (next !== undefined && typeof next !== "string" && !(next instanceof Uint8Array)) folder = next;
    else {
      const created: Tree = {};
      Object.defineProperty(folder, part, { value: created, enumerable: true, configurable: true, writable: true });
      folder = created;
    }
  }
  return folder;
}

function pick(tree: Tree | undefined, paths: readonly string[]): (readonly [string, Uint8Array])[] {
  const found: (readonly [string, Uint8Array])[] = [];
  for (const path of paths) {
    let entry: Tree | string | Uint8Array | undefined = tree;
    for (const part of path.split("/").filter((name) => name !== "")) {
      entry = entry !== undefined && typeof entry !== "string" && !(entry instanceof Uint8Array) ? entry[part] : undefined;
    }
    if (entry instanceof Uint8Array) found.push([path, Uint8Array.from(entry)]);
  }
  return found;
}
