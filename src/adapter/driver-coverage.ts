// SPDX-License-Identifier: MIT
/** Coverage of the user's sources after a run that counted: files of the kit and texts that exist only for the compiler are left out. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { toHostPath } from "../base/index.ts";
import { sourceCoverage } from "../coverage/index.ts";
import type { CoverageRecord, FileCoverage, InstrumentedModule } from "../protocol/index.ts";

export interface CoveredDriver {
  readonly module: InstrumentedModule;
  /** The module that `module` was instrumented from. */
  readonly linked: Uint8Array;
  /** Folder of the kit's headers. */
  readonly sdkInclude: string | undefined;
}

/** Coverage by source file; paths as the host writes them. */
export function driverCoverage({ module, linked, sdkInclude }: CoveredDriver, record: CoverageRecord): FileCoverage[] {
  const texts = new Map<string, string | undefined>();
  const readSource = (file: string): string | undefined => {
    if (!texts.has(file)) texts.set(file, textOf(toHostPath(file)));
    return texts.get(file);
  };
  const isOfKit = (file: string): boolean => sdkInclude !== undefined && !path.relative(sdkInclude, toHostPath(file)).startsWith("..");
  const isWanted = (file: string): boolean => !isOfKit(file) && readSource(file) !== undefined;
  return sourceCoverage({ record, module, linked, isWanted, readSource }).map((covered) => ({ ...covered, file: toHostPath(covered.file) }));
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Headers that were made for the compiler (WPP, built-in) are on no disk.
    return undefined;
  }
}
