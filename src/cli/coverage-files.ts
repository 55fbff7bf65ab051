// SPDX-License-Identifier: MIT
/** `run --coverage FILE`: writes what was covered in the format that the file's extension names. */
import path from "node:path";
import { ExitStatus, UserError } from "../base/index.ts";
import { coverageFormatOf, coverageFormats, coverageTotals } from "../coverage/index.ts";
import type { FileCoverage, LaunchConfiguration } from "../protocol/index.ts";
import { writeWhole } from "./trace-command.ts";

/** Throws UserError when no format goes by the extension of `file`. */
export function coverageFormat(file: string): NonNullable<ReturnType<typeof coverageFormatOf>> {
  const format = coverageFormatOf(file);
  if (format !== undefined) return format;
  const known = coverageFormats.map(({ extension, label }) => `${extension} (${label})`).join(", ");
  throw new UserError({
    code: "coverage-format",
    message: `Unknown coverage format "${path.extname(file)}"; known are ${known}`,
    location: { file },
    exitStatus: ExitStatus.badConfiguration,
  });
}

/** Writes `file`, whole or not at all. */
export async function writeCoverage(file: string, { name, baseDir }: LaunchConfiguration, files: readonly FileCoverage[]): Promise<void> {
  await writeWhole(file, coverageFormat(file).text({ name, root: baseDir, files, time: Date.now() }));
}

/** One line for a person. */
export function coverageSummary(files: readonly FileCoverage[]): string {
  const { lines, branches, functions, callbacks, errorPaths } = coverageTotals(files);
  const parts = { lines, branches, functions, callbacks, "error paths": errorPaths };
  return `covered: ${Object.entries(parts)
    .map(([what, { covered, total }]) => `${covered} of ${total} ${what}`)
    .join(", ")}`;
}
