// SPDX-License-Identifier: MIT
/** What a command gets from the process it runs in: where its text goes, and how a host is made. A test has one of its own. */
import type { Host } from "./host.ts";

export interface Shell {
  /** Writes to standard output. */
  out(text: string): void;
  /** Writes to standard error. */
  err(text: string): void;
  createHost(baseDir: string): Host;
}
