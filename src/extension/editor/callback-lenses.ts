// SPDX-License-Identifier: MIT
/** Lines above the callbacks of a driver: role, calls and time of the latest run, and a breakpoint at the first statement. */
import * as vscode from "vscode";
import type { TraceReader } from "../trace-reader.ts";
import { codeOnly, functionDefinitions, lineOf } from "./c-text.ts";
import type { CallbackCounter } from "./callback-statistics.ts";
import type { DriverSources } from "./driver-sources.ts";
import { durationText } from "../duration.ts";

const toggleCommand = "kmdfDma.toggleCallbackBreakpoint";

export class CallbackLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #sources: DriverSources;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #counter: CallbackCounter;
  readonly #subscriptions: readonly vscode.Disposable[];

  /** `reader` fills `counter`, whose numbers stay until the next session. */
  constructor(reader: TraceReader, counter: CallbackCounter, sources: DriverSources) {
    this.#counter = counter;
    this.#sources = sources;
    this.#subscriptions = [
      this.#changed,
      reader.onDidRead(() => this.#changed.fire()),
      vscode.debug.onDidChangeBreakpoints(() => this.#changed.fire()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("kmdfDma.codeLens")) this.#changed.fire();
      }),
      vscode.commands.registerCommand(toggleCommand, toggleBreakpoint),
      vscode.languages.registerCodeLensProvider([{ language: "c" }, { language: "cpp" }], this),
    ];
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!isEnabled()) return [];
    const roles = await this.#sources.rolesFor(document);
    if (roles.size < 2) return [];
    const code = codeOnly(document.getText());
    return functionDefinitions(code).flatMap(({ name, offset, body }) => {
      const role = roles.get(name);
      return role === undefined ? [] : this.#lensesOf(document, name, role, lineOf(code, offset), lineOf(code, body));
    });
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #lensesOf(document: vscode.TextDocument, name: string, role: string, line: number, bodyLine: number): vscode.CodeLens[] {
    const range = new vscode.Range(line - 1, 0, line - 1, 0);
    const has = breakpointsIn(document.uri, line - 1, bodyLine).length > 0;
    return [
      new vscode.CodeLens(range, { title: this.#summary(name, role), command: "" }),
      new vscode.CodeLens(range, {
        title: has ? vscode.l10n.t("do not break here") : vscode.l10n.t("break here"),
        command: toggleCommand,
        arguments: [document.uri, line - 1, bodyLine],
      }),
    ];
  }

  #summary(name: string, role: string): string {
    const statistics = this.#counter.of(name);
    if (statistics === undefined) return this.#counter.lastEvent === 0 ? role : vscode.l10n.t("{0} · not called", role);
    const { calls, ended, total, longest } = statistics;
    if (ended === 0) return vscode.l10n.t("{0} · called, not returned", role);
    if (calls === 1) return vscode.l10n.t("{0} · called once, {1}", role, durationText(total));
    return vscode.l10n.t("{0} · {1} calls, {2} together, {3} the longest", role, calls, durationText(total), durationText(longest));
  }
}

const isEnabled = (): boolean => vscode.workspace.getConfiguration("kmdfDma").get("codeLens", true);

/** Breakpoints from the line of a function's name to the line behind its opening brace (0-based). */
function breakpointsIn(uri: vscode.Uri, from: number, to: number): vscode.SourceBreakpoint[] {
  return vscode.debug.breakpoints.filter((breakpoint): breakpoint is vscode.SourceBreakpoint => {
    if (!(breakpoint instanceof vscode.SourceBreakpoint)) return false;
    const { uri: at, range } = breakpoint.location;
    return at.toString() === uri.toString() && range.start.line >= from && range.start.line <= to;
  });
}

/** The debugger moves a breakpoint at the brace to the first statement. */
function toggleBreakpoint(uri: vscode.Uri, line: number, bodyLine: number): void {
  const there = breakpointsIn(uri, line, bodyLine);
  if (there.length > 0) vscode.debug.removeBreakpoints(there);
  else vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(new vscode.Location(uri, new vscode.Position(bodyLine - 1, 0)))]);
}
