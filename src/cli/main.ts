// SPDX-License-Identifier: MIT
/** The command line `kmdf-dma`: composition root without an editor. */
import { runCommandLine } from "./command-line.ts";
import { createHost } from "./host.ts";

process.exitCode = await runCommandLine(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  createHost: (baseDir) => createHost(baseDir),
});
