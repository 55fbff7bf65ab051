// SPDX-License-Identifier: MIT
/**
 * End-to-end tests: real VS Code in a real browser, driven by keys and looked at through the rows of its views. Needs a built dist/, Chromium,
 * and the npm registry the first time. `KMDF_DMA_SKIP_E2E=1` skips them; arguments choose scenarios by a part of their title; one that begins
 * with ! leaves out those that have the rest of it.
 */
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { packageExtension } from "../../scripts/package.ts";
import { findBrowser, startBrowser } from "./browser.ts";
import { type VsCodeInstallation, installVsCode } from "./code-server-install.ts";
import { type Scenario, debugDriver, scenarios } from "./scenarios.ts";
import { VsCodeServer } from "./vscode-server.ts";
import { Workbench } from "./workbench.ts";

const root = path.resolve(import.meta.dirname, "../..");
/** Screenshots and the page's console stay here for whoever wants to look. */
const out = path.join(import.meta.dirname, ".out");

interface Tools {
  readonly installation: VsCodeInstallation;
  readonly browser: string;
  readonly vsix: string;
  /** Folder for everything that is removed at the end. */
  readonly temporary: string;
}

/** Servers to end when we are told to end. */
const running = new Set<VsCodeServer>();

async function runScenario(scenario: Scenario, name: string, { installation, browser, vsix, temporary }: Tools): Promise<void> {
  const own = path.join(temporary, name);
  const folder = path.join(own, path.basename(scenario.folder));
  cpSync(path.join(root, scenario.folder), folder, { recursive: true });
  if (scenario.launchJson === "removed") rmSync(path.join(folder, ".vscode"), { recursive: true, force: true });

  const isInstalled = scenario.extension === "installed";
  const server = await VsCodeServer.start(installation, own, isInstalled ? vsix : undefined);
  running.add(server);
  try {
    await using context = await startBrowser(browser, path.join(own, "chromium"));
    const page = context.pages()[0] ?? (await context.newPage());
    const log = path.join(out, `${name}-console.log`);
    page.on("console", (message) => appendFileSync(log, `[${message.type()}] ${message.text()}\n`));
    const workbench = new Workbench(page);
    let shots = 0;
    const screenshot = (what: string): Promise<void> => workbench.screenshot(path.join(out, `${name}-${++shots}-${what}.png`));
    try {
      await workbench.open({ port: server.port, folder, file: path.join(folder, scenario.file), ...(isInstalled ? {} : { extension: root }) });
      await (scenario.drive ?? debugDriver)(workbench, scenario, folder, screenshot);
    } catch (error) {
      await screenshot("failed").catch(() => undefined);
      console.error(`    see ${path.relative(process.cwd(), out)} for screenshots and the page's console`);
      throw error;
    }
  } finally {
    await server.stop();
    running.delete(server);
  }
}

async function runAll(chosen: readonly Scenario[], tools: Tools): Promise<number> {
  let failures = 0;
  for (const scenario of chosen) {
    const started = performance.now();
    const name = `${scenarios.indexOf(scenario) + 1}`;
    try {
      await runScenario(scenario, name, tools);
      console.log(`  ✔ ${scenario.title} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failures++;
      console.error(`  ✘ ${scenario.title}\n${error instanceof Error ? error.stack : error}`);
    }
  }
  return failures;
}

async function main(): Promise<void> {
  if (process.env["KMDF_DMA_SKIP_E2E"] === "1") {
    console.log("e2e: skipped, because KMDF_DMA_SKIP_E2E is 1");
    return;
  }
  const browser = findBrowser();
  if (browser === undefined) {
    console.error("e2e: there is no Chromium. Install it (Debian: apt-get install chromium), or name one in CHROME_PATH, or set KMDF_DMA_SKIP_E2E=1.");
    process.exitCode = 1;
    return;
  }
  const words = process.argv.slice(2);
  const chosen = scenarios.filter(({ title }) => words.every((word) => (word.startsWith("!") ? !title.includes(word.slice(1)) : title.includes(word))));
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  // A short path: sockets below it have at most 107 bytes.
  const temporary = mkdtempSync(path.join(realpathSync(tmpdir()), "kd-"));
  const clean = (): void => {
    for (const server of running) server.signal("SIGKILL");
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      clean();
      process.exit(1);
    });
  }
  try {
    const tools: Tools = { installation: await installVsCode(), browser, vsix: await packageExtension(path.join(temporary, "extension.vsix")), temporary };
    const failures = await runAll(chosen, tools);
    console.log(`e2e: ${chosen.length - failures} passed, ${failures} failed`);
    if (failures > 0 || chosen.length === 0) process.exitCode = 1;
  } finally {
    clean();
  }
}

await main();
