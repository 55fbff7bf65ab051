// SPDX-License-Identifier: MIT
/** gdb over its machine interface (GDB/MI, version 2), on the native program of the debugger benchmarks, for ratios in one run. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const folder = path.join(import.meta.dirname, "drivers", "hot");

/** Whether this machine has what the comparison needs. */
export const hasGdb = (): boolean => ["gdb", "gcc"].every((tool) => spawnSync(tool, ["--version"]).status === 0);

/** 1-based line with `// #name` in `file` of the benchmark's sources. */
export function lineOf(file: string, name: string): number {
  const lines = readFileSync(path.join(folder, file), "utf8").split("\n");
  return lines.findIndex((line) => new RegExp(`//.*#${name}(?![\\w-])`).test(line)) + 1;
}

export class Gdb {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #folder: string;
  #text = "";
  #waiting: { readonly pattern: RegExp; readonly resolve: (text: string) => void } | undefined;

  private constructor(child: ChildProcessWithoutNullStreams, temporary: string) {
    this.#child = child;
    this.#folder = temporary;
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      this.#text += chunk;
      this.#check();
    });
  }

  /** Builds the native program without optimisation and starts gdb on it. */
  static async start(turns: number): Promise<Gdb> {
    const temporary = mkdtempSync(path.join(tmpdir(), "kmdf-gdb-"));
    const program = path.join(temporary, "native");
    const built = spawnSync("gcc", ["-O0", "-g", path.join(folder, "native.c"), "-o", program], { encoding: "utf8" });
    if (built.status !== 0) throw new Error(built.stderr);
    const gdb = new Gdb(spawn("gdb", ["--interpreter=mi2", "--quiet", "--nx", "--args", program, String(turns)], { stdio: "pipe" }), temporary);
    await gdb.command("-gdb-set confirm off");
    await gdb.command("-gdb-set pagination off");
    return gdb;
  }

  /** Sends a command and waits for its result. */
  async command(text: string): Promise<string> {
    this.#child.stdin.write(`${text}\n`);
    const answer = await this.#until(/\^(done|running|error)[^\n]*\n/);
    if (answer.includes("^error")) throw new Error(`${text}: ${answer.trim()}`);
    return answer;
  }

  /** Sends a command that lets the program run, and waits until it has stopped. */
  async go(text: string): Promise<string> {
    await this.command(text);
    return this.#until(/\*stopped[^\n]*\n/);
  }

  /** Runs to the breakpoint at a marker. */
  async runTo(file: string, name: string): Promise<void> {
    await this.command(`-break-insert -t ${file}:${lineOf(file, name)}`);
    await this.go("-exec-run");
  }

  stop(): void {
    this.#child.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true });
  }

  #until(pattern: RegExp): Promise<string> {
    return new Promise((resolve) => {
      this.#waiting = { pattern, resolve };
      this.#check();
    });
  }

  #check(): void {
    const waiting = this.#waiting;
    const match = waiting?.pattern.exec(this.#text);
    if (waiting === undefined || match === undefined || match === null) return;
    const end = match.index + match[0].length;
    const text = this.#text.slice(0, end);
    this.#text = this.#text.slice(end);
    this.#waiting = undefined;
    waiting.resolve(text);
  }
}
