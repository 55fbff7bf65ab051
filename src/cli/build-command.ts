// SPDX-License-Identifier: MIT
/** `kmdf-dma build`: diagnostics, and what the driver imports or lacks, ranked by how often it is used. */
import type { DriverBuild } from "../adapter/index.ts";
import { ExitStatus } from "../base/index.ts";
import { formatDiagnostic, missingNames } from "../toolchain/index.ts";
import type { ParsedArguments } from "./arguments.ts";
import { readConfiguration } from "./configured.ts";
import type { Shell } from "./shell.ts";

export async function buildCommand(args: ParsedArguments, shell: Shell): Promise<number> {
  const configuration = readConfiguration(args);
  const host = shell.createHost(configuration.baseDir);
  try {
    const build = await host.build(configuration, { signal: new AbortController().signal, onProgress: () => undefined });
    for (const diagnostic of build.diagnostics) shell.out(`${formatDiagnostic(diagnostic)}\n`);
    if (!build.ok) {
      tellMissing(build, shell);
      return ExitStatus.buildFailed;
    }
    const missing = new Set(build.notEmulated);
    const emulated = build.imports.filter(({ name }) => !missing.has(name));
    shell.out(`${build.module.imports.length} imported functions, ${emulated.length} emulated, ${missing.size} not emulated\n`);
    const rows = build.imports.filter(({ name }) => missing.has(name)).sort((a, b) => b.references.length - a.references.length || (a.name < b.name ? -1 : 1));
    for (const { name, references } of rows) {
      const places = references.map(({ file, line }) => `${file}:${line}`).join(", ");
      shell.out(`not emulated: ${name} (${places}); the run stops there when it is called\n`);
    }
    return ExitStatus.ok;
  } finally {
    await host.dispose();
  }
}

/** Of a driver that did not build: which sources, and the names that were not found. */
function tellMissing({ diagnostics, failedSources, sourceCount }: Extract<DriverBuild, { ok: false }>, shell: Shell): void {
  shell.out(
    `${sourceCount - failedSources.length} of ${sourceCount} sources compile${failedSources.length === 0 ? "" : `; not ${failedSources.join(", ")}`}\n`,
  );
  for (const { kind, name, places } of missingNames(diagnostics)) {
    shell.out(`missing: ${kind} ${name} (${places.map(({ file, line }) => (line === undefined ? file : `${file}:${line}`)).join(", ")})\n`);
  }
}
