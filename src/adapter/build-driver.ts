// SPDX-License-Identifier: MIT
/** Builds the driver of a launch: progress that can be cancelled, and what the compiler says as output and as an event of ours. */

import { basename } from "node:path";
import type { LaunchConfiguration } from "../protocol/index.ts";
import { formatDiagnostic } from "../toolchain/index.ts";
import type { BuildProgress, Diagnostic } from "../toolchain/index.ts";
import type { DriverBuild } from "./adapter-host.ts";
import type { AdapterState } from "./adapter-state.ts";
import type { ProgressReports } from "./progress.ts";
import { RequestError } from "./request-error.ts";

/** The built driver. @throws RequestError when it has errors, UserError when it cannot be tried, AbortError when cancelled */
export async function buildWithProgress(
  state: AdapterState,
  configuration: LaunchConfiguration,
  reports: ProgressReports,
  signal: AbortSignal,
): Promise<Extract<DriverBuild, { ok: true }>> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  signal.addEventListener("abort", abort, { once: true });
  const progress = reports.start("Building the driver", controller);
  try {
    const build = await state.host.build(configuration, {
      signal: controller.signal,
      onProgress: (step) => progress.update(...stepText(step)),
    });
    controller.signal.throwIfAborted();
    reportDiagnostics(state, build.diagnostics);
    if (build.ok) return build;
    throw new RequestError(`The driver did not build: ${summary(build.diagnostics)}`, { isForUser: true });
  } finally {
    progress.end();
    signal.removeEventListener("abort", abort);
  }
}

function stepText(step: BuildProgress): [message: string, percentage?: number] {
  switch (step.kind) {
    case "scan":
      return ["Reading sources", 0];
    case "compile":
      return [`${basename(step.file)}${step.cached ? " (unchanged)" : ""}`, Math.round((90 * step.done) / Math.max(1, step.total))];
    case "link":
      return ["Linking", 95];
  }
}

function reportDiagnostics({ server, coordinates }: AdapterState, diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of diagnostics) {
    const { file, line, column, severity } = diagnostic;
    const source = file === undefined ? {} : { source: { name: basename(file), path: coordinates.pathToClient(file) } };
    const place = line === undefined ? {} : { line: coordinates.lineToClient(line), column: coordinates.columnToClient(column ?? 1) };
    server.send("output", { category: severity === "error" ? "stderr" : "console", output: `${formatDiagnostic(diagnostic)}\n`, ...source, ...place });
  }
  // Also when there are none: views then forget those of the build before.
  server.send("kmdf/diagnostics", { diagnostics });
}

function summary(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const first = errors[0];
  if (first === undefined) return "the compiler gave no reason";
  return errors.length === 1 ? formatDiagnostic(first) : `${errors.length} errors, the first: ${formatDiagnostic(first)}`;
}
