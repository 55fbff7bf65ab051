// SPDX-License-Identifier: MIT
/** The exported web page as its reader has it: a file, opened in Chromium without a network. Pending where there is no Chromium. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { decodeTraceFile, joinChunks, traceFormatOf } from "../../src/trace/index.ts";
import { findBrowser, startBrowser } from "../e2e/browser.ts";
import { sampleTraceFile } from "../webview/sample-trace.ts";

describe("the exported web page", function () {
  this.timeout(120_000);

  it("opens from a file without a network, draws, searches by keyboard, and has no barrier that axe knows", async function () {
    const executable = process.env["KMDF_DMA_SKIP_E2E"] === "1" ? undefined : findBrowser();
    if (executable === undefined) this.skip();
    const folder = mkdtempSync(path.join(realpathSync(tmpdir()), "kdh-"));
    try {
      const file = path.join(folder, "trace.html");
      writeFileSync(file, joinChunks(traceFormatOf(file)?.chunks({ trace: decodeTraceFile(await sampleTraceFile(), "sample") }) ?? []));
      await using context = await startBrowser(executable, path.join(folder, "chromium"));
      await context.setOffline(true);
      const page = await context.newPage();
      const problems: string[] = [];
      page.on("pageerror", ({ message }) => problems.push(message));
      page.on("console", (message) => {
        if (message.type() === "error") problems.push(message.text());
      });
      await page.goto(pathToFileURL(file).href);
      await page.locator("body[data-state=ready]").waitFor();
      await page.locator("#search").fill("programdma");
      await page.locator("#rows tr", { hasText: "SgdxEvtProgramDma" }).first().waitFor();
      await page.locator("#rows tr").first().press("Enter");
      await page.locator("#details", { hasText: "EvtProgramDma" }).waitFor();
      await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
      const violations = await page.evaluate(() => {
        const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: readonly { id: string; help: string }[] }> } };
        return axe.run().then((result) => result.violations.map(({ id, help }) => `${id}: ${help}`));
      });
      assert.deepEqual(violations, []);
      assert.deepEqual(problems, []);
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
