// SPDX-License-Identifier: MIT
/** Debug adapters inside the extension host: the machine runs in a worker thread, so the host never blocks. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import * as vscode from "vscode";
import { type AdapterHost, KmdfDebugAdapter, createDriverBuilder } from "../adapter/index.ts";
import { declaredFunctionNames, emulatedFunctionNames } from "../protocol/index.ts";
import { DebugSession } from "../session/index.ts";
import { EmbeddedClang, defaultCacheDir } from "../toolchain/index.ts";
import { joinChunks, traceFormatOf, traceFormats } from "../trace/index.ts";

export class InlineAdapters implements vscode.DebugAdapterDescriptorFactory, vscode.Disposable {
  readonly #root: string;
  /** One compiler for all sessions: starting it takes seconds. */
  #embedded: EmbeddedClang | undefined;

  constructor(extensionPath: string) {
    this.#root = extensionPath;
  }

  createDebugAdapterDescriptor(session: vscode.DebugSession): vscode.DebugAdapterDescriptor {
    const folder = session.workspaceFolder?.uri.fsPath ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? process.cwd();
    // The adapter speaks the protocol's messages; vscode.DebugProtocolMessage is its opaque form.
    return new vscode.DebugAdapterInlineImplementation(this.create(folder) as unknown as vscode.DebugAdapter);
  }

  /** An adapter whose relative paths start from `baseDir`. */
  create(baseDir: string): KmdfDebugAdapter {
    return new KmdfDebugAdapter(this.#host(baseDir));
  }

  dispose(): void {
    void this.#embedded?.dispose();
  }

  #host(baseDir: string): AdapterHost {
    const worker = (name: string): URL => pathToFileURL(path.join(this.#root, "dist", name));
    this.#embedded ??= new EmbeddedClang({
      workerUrl: worker("clang-worker.js"),
      clangModule: pathToFileURL(path.join(this.#root, "node_modules/@yowasp/clang/gen/bundle.js")).href,
    });
    return {
      baseDir,
      sdkInclude: path.join(this.#root, "sdk/include"),
      build: createDriverBuilder({
        embedded: this.#embedded,
        sdkInclude: path.join(this.#root, "sdk/include"),
        runtimeSource: path.join(this.#root, "sdk/runtime/rt.c"),
        cacheDir: defaultCacheDir(),
        known: new Set([...emulatedFunctionNames, ...declaredFunctionNames]),
        emulated: new Set(emulatedFunctionNames),
      }),
      createSession: (options) => new DebugSession({ ...options, workerUrl: worker("runtime-worker.js") }),
      writeTrace: async (file, trace) => {
        const format = traceFormatOf(file);
        if (format === undefined)
          throw new Error(vscode.l10n.t("unknown trace format; known are {0}", traceFormats.map(({ extension }) => extension).join(", ")));
        await vscode.workspace.fs.writeFile(vscode.Uri.file(file), joinChunks(format.chunks({ trace })));
      },
    };
  }
}
