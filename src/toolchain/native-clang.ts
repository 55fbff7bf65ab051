// SPDX-License-Identifier: MIT
/** A clang installed on this machine, used instead of the embedded one when the configuration names it. Every run is a process of its own in a scratch folder that goes away with it. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { ExitStatus, toCompilerPath, toHostPath, UserError } from "../base/index.ts";
import { target } from "./compile-flags.ts";
import type { CompilerBackend, ToolJob, ToolName, ToolResult } from "./compiler-backend.ts";

const maxOutputBytes = 64 * 1024 * 1024;

interface ProcessResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Set when the process could not be started or was killed. */
  readonly failure?: string;
}

export class NativeClang implements CompilerBackend {
  readonly pathArguments: readonly string[] = [];
  readonly hasFileTree = false;
  readonly #clang: string;
  readonly #linker: string;
  readonly #resources: string;
  readonly #identity: string;
  #free = Math.max(1, availableParallelism());
  readonly #waiting: (() => void)[] = [];

  private constructor(clang: string, linker: string, resources: string, identity: string) {
    this.#clang = clang;
    this.#linker = linker;
    this.#resources = resources;
    this.#identity = identity;
  }

  /** Probes version, target and linker. Throws UserError `clang-unusable` with what is missing. */
  static async open(clang: string, signal: AbortSignal): Promise<NativeClang> {
    const version = await probe(clang, ["--version"], signal);
    const targets = await probe(clang, ["--print-targets"], signal);
    if (!/\bwasm32\b/.test(targets)) throw unusable(clang, "cannot generate code for WebAssembly", "use a build of LLVM with the WebAssembly target");
    const linker = await findLinker(clang, signal);
    const linkerVersion = await probe(linker, ["--version"], signal);
    const resources = (await probe(clang, ["--print-resource-dir"], signal)).trim();
    return new NativeClang(clang, linker, resources, `native ${version}\n${linkerVersion}`);
  }

  identity(): Promise<string> {
    return Promise.resolve(this.#identity);
  }

  argumentPath(hostPath: string): string {
    return hostPath;
  }

  hostPath(argumentPath: string): string {
    return toHostPath(argumentPath);
  }

  isOwnHeader(hostPath: string): boolean {
    return this.#resources !== "" && toCompilerPath(hostPath).startsWith(`${toCompilerPath(this.#resources)}/`);
  }

  async run(job: ToolJob, signal: AbortSignal): Promise<ToolResult> {
    await this.#enter();
    try {
      signal.throwIfAborted();
      return await this.#runInScratch(job, signal);
    } finally {
      this.#leave();
    }
  }

  async #runInScratch(job: ToolJob, signal: AbortSignal): Promise<ToolResult> {
    const scratch = await mkdtemp(join(tmpdir(), "kmdf-dma-"));
    try {
      const { args, inputs } = job.invocation(scratch);
      for (const [name, bytes] of inputs) await writeFile(join(scratch, name), bytes);
      const { exitCode, stderr, failure } = await start(this.#program(job.tool), driverArguments(job.tool, args), signal);
      signal.throwIfAborted();
      const outputs = new Map<string, Uint8Array>();
      for (const name of job.outputs) {
        const bytes = await readFile(join(scratch, name)).catch(() => undefined);
        if (bytes) outputs.set(name, new Uint8Array(bytes));
      }
      return { exitCode, stderr, outputs, ...(failure === undefined ? {} : { crash: failure }) };
    } finally {
      await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  #program(tool: ToolName): string {
    return tool === "wasm-ld" ? this.#linker : this.#clang;
  }

  async #enter(): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}

/** clang itself serves for C++ too when told so; `clang++` may have another name. */
function driverArguments(tool: ToolName, args: readonly string[]): readonly string[] {
  return tool === "clang++" ? ["--driver-mode=g++", ...args] : args;
}

async function findLinker(clang: string, signal: AbortSignal): Promise<string> {
  const suffix = process.platform === "win32" ? ".exe" : "";
  // A versioned compiler (clang-18) has a linker with the same suffix.
  const version = /-(\d+)(?:\.exe)?$/.exec(basename(clang))?.[1];
  const names = [...(version ? [`wasm-ld-${version}${suffix}`] : []), `wasm-ld${suffix}`];
  for (const name of names) {
    const beside = join(dirname(clang), name);
    if (
      await stat(beside).then(
        (stats) => stats.isFile(),
        () => false,
      )
    )
      return beside;
  }
  const printed = (await probe(clang, [`--target=${target}`, "--print-prog-name=wasm-ld"], signal)).trim();
  if (
    await stat(printed).then(
      (stats) => stats.isFile(),
      () => false,
    )
  )
    return printed;
  throw unusable(clang, "comes without wasm-ld", "install lld of the same version beside it");
}

async function probe(program: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  const { exitCode, stdout, stderr, failure } = await start(program, args, signal);
  signal.throwIfAborted();
  if (failure !== undefined) throw unusable(program, `cannot be started: ${failure}`, "correct `clang`, or remove it to use the embedded compiler");
  if (exitCode !== 0) throw unusable(program, `fails when asked for ${args.at(-1)}: ${stderr.trim()}`, "name a clang of version 16 or later in `clang`");
  return stdout;
}

function start(program: string, args: readonly string[], signal: AbortSignal): Promise<ProcessResult> {
  return new Promise((resolve) => {
    const options = { signal, maxBuffer: maxOutputBytes, windowsHide: true, killSignal: "SIGKILL" as const, env: { ...process.env, LC_ALL: "C" } };
    execFile(program, [...args], options, (error, stdout, stderr) => {
      if (!error) resolve({ exitCode: 0, stdout, stderr });
      else if (typeof error.code === "number") resolve({ exitCode: error.code, stdout, stderr });
      else resolve({ exitCode: 1, stdout, stderr, failure: error.signal ? `killed by ${error.signal}` : error.message });
    });
  });
}

function unusable(clang: string, problem: string, hint: string): UserError {
  return new UserError({ code: "clang-unusable", message: `The compiler ${clang} ${problem}`, hint, exitStatus: ExitStatus.badConfiguration });
}
