// SPDX-License-Identifier: MIT
/** Launch configurations from nothing: F5 in a driver folder without launch.json, and the suggestions of "Run and Debug". */
import * as vscode from "vscode";
import { discoverConfiguration } from "../adapter/index.ts";
import { UserError, formatUserError } from "../base/index.ts";
import { debugType } from "./debug-type.ts";

export class LaunchConfigurations implements vscode.DebugConfigurationProvider {
  provideDebugConfigurations(folder: vscode.WorkspaceFolder | undefined): vscode.DebugConfiguration[] {
    const found = folder === undefined ? undefined : discoverConfiguration(folder.uri.fsPath);
    return found === undefined || found instanceof UserError ? [] : [found as vscode.DebugConfiguration];
  }

  async resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined | null> {
    // An empty configuration is F5 without launch.json.
    if (configuration.type || configuration.request) return configuration;
    const from = folder ?? vscode.workspace.workspaceFolders?.[0];
    if (from === undefined) {
      await vscode.window.showErrorMessage(vscode.l10n.t("Open the folder of a driver first."));
      return undefined;
    }
    const found = discoverConfiguration(from.uri.fsPath);
    if (!(found instanceof UserError)) return { ...found, type: debugType, request: "launch", name: from.name };
    const add = vscode.l10n.t("Add launch.json");
    const answer = await vscode.window.showErrorMessage(formatUserError(found), add);
    // null opens launch.json, undefined only gives up.
    return answer === add ? null : undefined;
  }
}
