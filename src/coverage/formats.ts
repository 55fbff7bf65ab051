// SPDX-License-Identifier: MIT
/** Files that coverage can be written to; the extension names the format. */
import type { FileCoverage } from "../protocol/index.ts";
import { coberturaXml } from "./cobertura.ts";
import { lcovText } from "./lcov.ts";

export interface CoverageReportInput {
  readonly name: string;
  /** Folder that Cobertura names files relative to. */
  readonly root: string;
  readonly files: readonly FileCoverage[];
  /** Time of the report, ms since 1970. */
  readonly time: number;
}

export interface CoverageFormat {
  readonly extension: string;
  readonly label: string;
  readonly text: (input: CoverageReportInput) => string;
}

export const coverageFormats: readonly CoverageFormat[] = [
  { extension: ".info", label: "LCOV", text: ({ name, files }) => lcovText(name, files) },
  { extension: ".lcov", label: "LCOV", text: ({ name, files }) => lcovText(name, files) },
  { extension: ".xml", label: "Cobertura", text: ({ root, files, time }) => coberturaXml(root, files, time) },
];

export const coverageFormatOf = (file: string): CoverageFormat | undefined => coverageFormats.find(({ extension }) => file.toLowerCase().endsWith(extension));
