// SPDX-License-Identifier: MIT
/** Scenarios in the Test Explorer: run, debug, and run with coverage of the C source. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import * as vscode from "vscode";
import { mergeCoverage } from "../../coverage/index.ts";
import type { FileCoverage } from "../../protocol/index.ts";
import type { InlineAdapters } from "../inline-adapters.ts";
import type { SessionWatch } from "../session-watch.ts";
import { fileDetails, fileSummary } from "./coverage-details.ts";
import { debugScenario } from "./debug-scenario.ts";
import { type FailureMessage, verdictOf } from "./failure-messages.ts";
import { type DiscoveredTest, discoverScenarios, watchScenarios } from "./scenario-discovery.ts";
import { type ScenarioResult, runScenario } from "./scenario-run.ts";

/** What one test covered. */
interface Covered {
  readonly item: vscode.TestItem;
  readonly files: readonly FileCoverage[];
}

export class ScenarioTests implements vscode.Disposable {
  readonly #adapters: InlineAdapters;
  readonly #watch: SessionWatch;
  readonly #controller = vscode.tests.createTestController("kmdfDma.scenarios", vscode.l10n.t("KMDF DMA scenarios"));
  readonly #tests = new WeakMap<vscode.TestItem, DiscoveredTest>();
  /** What is shown of a file, with the coverage that it summarises. */
  readonly #coverage = new WeakMap<vscode.FileCoverage, { readonly whole: FileCoverage; readonly of: ReadonlyMap<vscode.TestItem, FileCoverage> }>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(adapters: InlineAdapters, watch: SessionWatch) {
    this.#adapters = adapters;
    this.#watch = watch;
    const { Run, Debug, Coverage } = vscode.TestRunProfileKind;
    const profile = (label: string, kind: vscode.TestRunProfileKind): vscode.TestRunProfile =>
      this.#controller.createRunProfile(label, kind, (request, token) => this.#run(request, kind, token), true);
    profile(vscode.l10n.t("Run"), Run);
    profile(vscode.l10n.t("Debug"), Debug);
    const coverage = profile(vscode.l10n.t("Run with Coverage"), Coverage);
    coverage.loadDetailedCoverage = (_, file) => Promise.resolve(details(this.#coverage.get(file)?.whole));
    coverage.loadDetailedCoverageForTest = (_, file, item) => Promise.resolve(details(this.#coverage.get(file)?.of.get(item)));
    this.#controller.resolveHandler = (item) => (item === undefined ? this.#discover() : undefined);
    this.#controller.refreshHandler = () => this.#discover();
    this.#subscriptions = [this.#controller, watchScenarios(() => void this.#discover())];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #discover(): Promise<void> {
    const found = await discoverScenarios();
    const folders = new Set(found.map(({ folder }) => folder.toString()));
    this.#controller.items.replace(
      found.map((test) => {
        const item = this.#controller.createTestItem(`${test.folder.path}#${test.id}`, test.label, vscode.Uri.file(test.file));
        item.range = new vscode.Range(test.line - 1, 0, test.line - 1, 0);
        const where = folders.size > 1 ? vscode.workspace.asRelativePath(test.folder) : undefined;
        item.description = [test.description, where].filter((part) => part !== undefined).join(" · ");
        this.#tests.set(item, test);
        return item;
      }),
    );
  }

  async #run(request: vscode.TestRunRequest, kind: vscode.TestRunProfileKind, token: vscode.CancellationToken): Promise<void> {
    if (this.#controller.items.size === 0) await this.#discover();
    const all = [...this.#controller.items].map(([, item]) => item);
    const items = (request.include ?? all).filter((item) => request.exclude?.includes(item) !== true);
    const run = this.#controller.createTestRun(request);
    const covered: Covered[] = [];
    for (const item of items) run.enqueued(item);
    for (const item of items) {
      const test = this.#tests.get(item);
      if (test === undefined || token.isCancellationRequested) run.skipped(item);
      else if (!vscode.workspace.isTrusted)
        run.errored(item, new vscode.TestMessage(vscode.l10n.t("Running a scenario runs code of the workspace, so it needs your trust.")));
      else await this.#runOne(run, item, test, kind, token, covered);
    }
    if (kind === vscode.TestRunProfileKind.Coverage) this.#addCoverage(run, covered);
    run.end();
  }

  async #runOne(
    run: vscode.TestRun,
    item: vscode.TestItem,
    test: DiscoveredTest,
    kind: vscode.TestRunProfileKind,
    token: vscode.CancellationToken,
    covered: Covered[],
  ): Promise<void> {
    run.started(item);
    const started = performance.now();
    const abort = new AbortController();
    const subscription = token.onCancellationRequested(() => abort.abort());
    try {
      const result =
        kind === vscode.TestRunProfileKind.Debug
          ? await debugScenario(this.#watch, test, run, abort.signal)
          : await this.#runQuietly(run, item, test, kind, abort.signal);
      report(run, item, result, performance.now() - started);
      if (result.ending?.coverage !== undefined) covered.push({ item, files: result.ending.coverage });
    } finally {
      subscription.dispose();
    }
  }

  #runQuietly(run: vscode.TestRun, item: vscode.TestItem, test: DiscoveredTest, kind: vscode.TestRunProfileKind, signal: AbortSignal): Promise<ScenarioResult> {
    return runScenario({
      adapter: this.#adapters.create(test.folder.fsPath),
      attributes: test.attributes,
      wantsCoverage: kind === vscode.TestRunProfileKind.Coverage,
      signal,
      onOutput: (output) => show(run, item, output),
    });
  }

  #addCoverage(run: vscode.TestRun, covered: readonly Covered[]): void {
    for (const whole of mergeCoverage(covered.map(({ files }) => files))) {
      const of = new Map(covered.flatMap(({ item, files }) => files.filter(({ file }) => file === whole.file).map((file) => [item, file] as const)));
      const summary = fileSummary(whole, [...of.keys()]);
      this.#coverage.set(summary, { whole, of });
      run.addCoverage(summary);
    }
  }
}

const details = (file: FileCoverage | undefined): vscode.FileCoverageDetail[] => (file === undefined ? [] : fileDetails(file));

/** Terminals want carriage returns. */
function show(run: vscode.TestRun, item: vscode.TestItem, { output, source, line }: DebugProtocol.OutputEvent["body"]): void {
  const place =
    source?.path === undefined ? undefined : new vscode.Location(vscode.Uri.file(source.path), new vscode.Position(Math.max(0, (line ?? 1) - 1), 0));
  run.appendOutput(output.replaceAll(/\r?\n/g, "\r\n"), place, item);
}

function report(run: vscode.TestRun, item: vscode.TestItem, result: ScenarioResult, duration: number): void {
  const verdict = verdictOf(result);
  switch (verdict.state) {
    case "passed":
      run.passed(item, duration);
      break;
    case "skipped":
      run.skipped(item);
      break;
    case "failed":
      run.failed(
        item,
        verdict.messages.map((message) => testMessage(item, message)),
        duration,
      );
      break;
    case "errored":
      run.errored(
        item,
        verdict.messages.map((message) => testMessage(item, message)),
        duration,
      );
      break;
  }
}

function testMessage(item: vscode.TestItem, { text, place, stack }: FailureMessage): vscode.TestMessage {
  const message = new vscode.TestMessage(text);
  if (place !== undefined)
    message.location = new vscode.Location(vscode.Uri.file(place.file), new vscode.Position(place.line - 1, Math.max(0, place.column - 1)));
  else if (item.uri !== undefined && item.range !== undefined) message.location = new vscode.Location(item.uri, item.range);
  if (stack.length > 0) {
    message.stackTrace = stack.map(({ function: name, file, line = 1 }) => {
      const uri = file === undefined ? undefined : vscode.Uri.file(file);
      return new vscode.TestMessageStackFrame(name, uri, uri && new vscode.Position(line - 1, 0));
    });
  }
  return message;
}
