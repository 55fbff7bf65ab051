// SPDX-License-Identifier: MIT
/** Coverage as Cobertura XML (coverage-04.dtd), which GitLab, Jenkins and Azure Pipelines read. */
import path from "node:path";
import { escapeXml } from "../base/index.ts";
import type { CoveredFunction, FileCoverage } from "../protocol/index.ts";
import { type Share, coverageTotals, lineCounts, share } from "./coverage-totals.ts";

/** Files are named relative to `root`; `time` is the time of the report, ms since 1970. */
export function coberturaXml(root: string, files: readonly FileCoverage[], time: number): string {
  const { lines, branches } = coverageTotals(files);
  const folders = Map.groupBy(files, ({ file }) => path.dirname(relative(root, file)));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">',
    `<coverage ${rates(lines, branches)} lines-covered="${lines.covered}" lines-valid="${lines.total}" branches-covered="${branches.covered}" branches-valid="${branches.total}" complexity="0" version="1" timestamp="${time}">`,
    `  <sources><source>${escapeXml(root)}</source></sources>`,
    "  <packages>",
    ...[...folders].flatMap(([folder, of]) => packageRows(root, folder, of)),
    "  </packages>",
    "</coverage>",
    "",
  ].join("\n");
}

const relative = (root: string, file: string): string => path.relative(root, file).replaceAll("\\", "/");
const rate = ({ covered, total }: Share): string => (total === 0 ? 1 : covered / total).toFixed(4);
const rates = (lines: Share, branches: Share): string => `line-rate="${rate(lines)}" branch-rate="${rate(branches)}"`;

function packageRows(root: string, folder: string, files: readonly FileCoverage[]): string[] {
  const { lines, branches } = coverageTotals(files);
  return [
    `    <package name="${escapeXml(folder)}" ${rates(lines, branches)} complexity="0">`,
    "      <classes>",
    ...files.flatMap((file) => classRows(root, file)),
    "      </classes>",
    "    </package>",
  ];
}

function classRows(root: string, file: FileCoverage): string[] {
  const { lines, branches } = coverageTotals([file]);
  const name = relative(root, file.file);
  return [
    `        <class name="${escapeXml(path.basename(name))}" filename="${escapeXml(name)}" ${rates(lines, branches)} complexity="0">`,
    "          <methods>",
    ...file.functions.flatMap((of) => methodRows(file, of)),
    "          </methods>",
    "          <lines>",
    ...lineRows(file, 0, Number.POSITIVE_INFINITY, "            "),
    "          </lines>",
    "        </class>",
  ];
}

function methodRows(file: FileCoverage, { name, line, endLine }: CoveredFunction): string[] {
  const own = [...lineCounts(file)].filter(([at]) => at >= line && at <= endLine).map(([, count]) => count);
  const arms = file.branches.filter((branch) => branch.line >= line && branch.line <= endLine).flatMap(({ arms: ways }) => ways.map(({ count }) => count));
  return [
    `            <method name="${escapeXml(name)}" signature="" ${rates(share(own), share(arms))} complexity="0">`,
    "              <lines>",
    ...lineRows(file, line, endLine, "                "),
    "              </lines>",
    "            </method>",
  ];
}

function lineRows(file: FileCoverage, from: number, to: number, indent: string): string[] {
  const arms = new Map<number, number[]>();
  for (const { line, arms: ways } of file.branches) arms.set(line, [...(arms.get(line) ?? []), ...ways.map(({ count }) => count)]);
  return [...lineCounts(file)].flatMap(([line, count]) => {
    if (line < from || line > to) return [];
    const ways = arms.get(line);
    if (ways === undefined) return [`${indent}<line number="${line}" hits="${count}" branch="false"/>`];
    const { covered, total } = share(ways);
    return [
      `${indent}<line number="${line}" hits="${count}" branch="true" condition-coverage="${Math.floor((100 * covered) / total)}% (${covered}/${total})"/>`,
    ];
  });
}
