// SPDX-License-Identifier: MIT
/** The real debug adapter for benchmarks: the bundle, in a process of its own, over standard input and output. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { Conversation } from "../dap/harness.ts";

/** Starts an adapter whose object cache is `cacheFolder`. */
export function startAdapter(cacheFolder: string): Promise<Conversation> {
  // The adapter's process inherits these.
  process.env["KMDF_DMA_TEST_BUNDLE"] = "1";
  process.env["KMDF_DMA_CACHE"] = cacheFolder;
  return Conversation.start();
}

/** Resident memory of the adapter's process, MiB; undefined where there is no /proc. */
export function residentMiB({ client }: Conversation): number | undefined {
  const { pid } = client["_adapterProcess"] as { readonly pid: number };
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

export const computeSource = path.join(import.meta.dirname, "drivers", "compute", "compute.c");
/** Statements of a turn of the driver's loops. */
const statementsOfATurn = 5;

/** Launch arguments of the compute driver: one request that executes about `statements` statements, in a callee or in the callback itself. */
export function compute(where: "callee" | "callback", statements: number): Readonly<Record<string, unknown>> {
  const input = Buffer.from(Uint32Array.of(statements / statementsOfATurn).buffer).toString("hex");
  const code = where === "callee" ? 0x222000 : 0x222004;
  return { sources: [computeSource], device: "edu", scenario: [{ ioctl: { code, input } }] };
}
