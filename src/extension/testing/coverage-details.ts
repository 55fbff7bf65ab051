// SPDX-License-Identifier: MIT
/** Coverage as the editor shows it: counts of a file, and what is known of each statement, branch and function when the file is looked at. */
import * as vscode from "vscode";
import { coverageTotals, type Share } from "../../coverage/index.ts";
import type { CoveredArm, CoveredBranch, FileCoverage } from "../../protocol/index.ts";

export function fileSummary(file: FileCoverage, includesTests: vscode.TestItem[]): vscode.FileCoverage {
  const { statements, branches, functions } = coverageTotals([file]);
  const count = ({ covered, total }: Share): vscode.TestCoverageCount => new vscode.TestCoverageCount(covered, total);
  return new vscode.FileCoverage(vscode.Uri.file(file.file), count(statements), count(branches), count(functions), includesTests);
}

export function fileDetails(file: FileCoverage): vscode.FileCoverageDetail[] {
  const branches = Map.groupBy(file.branches, placeOf);
  return [
    ...file.functions.map(({ name, role, line, endLine, count }) => {
      const label = role === undefined || role === name ? name : `${name} (${role})`;
      return new vscode.DeclarationCoverage(label, count, new vscode.Range(line - 1, 0, endLine - 1, Number.MAX_SAFE_INTEGER));
    }),
    ...file.statements.map((statement) => {
      const arms = (branches.get(placeOf(statement)) ?? []).flatMap(branchCoverage);
      return new vscode.StatementCoverage(statement.count, positionOf(statement), arms);
    }),
  ];
}

function branchCoverage({ arms }: CoveredBranch): vscode.BranchCoverage[] {
  return arms.map((arm) => new vscode.BranchCoverage(arm.count, positionOf(arm), armLabel(arm)));
}

/** Reads on in "the … branch was not taken". */
function armLabel({ line, isErrorPath }: CoveredArm): string {
  return isErrorPath ? vscode.l10n.t("error path to line {0}", line) : vscode.l10n.t("way to line {0}", line);
}

const placeOf = ({ line, column }: { readonly line: number; readonly column: number }): string => `${line}:${column}`;

const positionOf = ({ line, column }: { readonly line: number; readonly column: number }): vscode.Position =>
  new vscode.Position(line - 1, Math.max(0, column - 1));
