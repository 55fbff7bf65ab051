// SPDX-License-Identifier: MIT
/** Runs command lines in this process, with one warm compiler and one cache for all of them; what they write is collected. */
import path from "node:path";
import { createHost } from "../../src/cli/host.ts";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { EmbeddedClang } from "../../src/toolchain/index.ts";

/** Objects compiled by earlier tests are used again. */
export const testCache = path.resolve(import.meta.dirname, "../../node_modules/.cache/kmdf-dma-tests");

export interface Ending {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export class CommandLines {
  readonly #embedded = new EmbeddedClang();
  readonly #cacheDir: string;

  constructor(cacheDir: string) {
    this.#cacheDir = cacheDir;
  }

  async run(...argv: readonly string[]): Promise<Ending> {
    let stdout = "";
    let stderr = "";
    const status = await runCommandLine(argv, {
      out: (text) => {
        stdout += text;
      },
      err: (text) => {
        stderr += text;
      },
      createHost: (baseDir) => createHost(baseDir, { embedded: this.#embedded, cacheDir: this.#cacheDir }),
    });
    return { status, stdout, stderr };
  }

  /** Ends the compiler's workers. */
  dispose(): Promise<void> {
    return this.#embedded.dispose();
  }
}
