// SPDX-License-Identifier: MIT
/**
 * The compiler that comes with the package: clang and wasm-ld compiled to WebAssembly, running on file trees in memory. Host files
 * appear under `/w` (so that none can collide with the compiler's own `/usr`), outputs under `/o`.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { toCompilerPath, toHostPath } from "../base/index.ts";
import { ClangPool, type ClangPoolOptions } from "./clang-pool.ts";
import type { CompilerBackend, ToolJob, ToolResult } from "./compiler-backend.ts";

const mount = "/w";
const scratch = "/o";

export class EmbeddedClang implements CompilerBackend {
  readonly pathArguments = [`-ffile-prefix-map=${mount}/=/`];
  readonly hasFileTree = true;
  readonly #pool: ClangPool;
  readonly #clangModule: string | undefined;
  #identity: Promise<string> | undefined;

  constructor(options: ClangPoolOptions = {}) {
    this.#pool = new ClangPool(options);
    this.#clangModule = options.clangModule;
  }

  /** Number of warm or busy workers; 0 as long as every build came from the cache. */
  get workers(): number {
    return this.#pool.workers;
  }

  identity(): Promise<string> {
    // The wrapper module names the compiler's version and differs from release to release; reading it starts nothing.
    this.#identity ??= readFile(fileURLToPath(this.#clangModule ?? import.meta.resolve("@yowasp/clang"))).then(
      (bytes) => `embedded clang ${createHash("sha256").update(bytes).digest("hex")}`,
    );
    return this.#identity;
  }

  argumentPath(hostPath: string): string {
    return mount + toCompilerPath(hostPath);
  }

  hostPath(argumentPath: string): string {
    return toHostPath(argumentPath.startsWith(`${mount}/`) ? argumentPath.slice(mount.length) : argumentPath);
  }

  /** Only files under the mount came from us. */
  isOwnHeader(hostPath: string): boolean {
    return hostPath.startsWith("/usr/");
  }

  async run(job: ToolJob, signal: AbortSignal): Promise<ToolResult> {
    const { args, inputs } = job.invocation(scratch);
    const files = [
      ...job.sources.map(({ path, bytes }) => [this.argumentPath(path), bytes] as const),
      ...[...inputs].map(([name, bytes]) => [`${scratch}/${name}`, bytes] as const),
      // The output folder must exist.
      [`${scratch}/.keep`, new Uint8Array()] as const,
    ];
    const outputs = job.outputs.map((name) => `${scratch}/${name}`);
    const reply = await this.#pool.run({ tool: job.tool, args, files, outputs }, signal);
    const named = reply.outputs.map(([path, bytes]) => [path.slice(scratch.length + 1), bytes] as const);
    return { ...reply, outputs: new Map(named) };
  }

  dispose(): Promise<void> {
    return this.#pool.dispose();
  }
}
