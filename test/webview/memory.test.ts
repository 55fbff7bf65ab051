// SPDX-License-Identifier: MIT
/** The memory panel's real page in headless Chromium: keys, edits, colours, structures, and what axe finds, in three themes. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { memoryPage } from "../../src/extension/memory/memory-page.ts";
import { memoryStrings } from "../../src/extension/memory/memory-strings.ts";
import type { MemoryPageView, MemoryRequest, MemoryUpdate } from "../../src/protocol/index.ts";
import { findBrowser, startBrowser } from "../e2e/browser.ts";
import { english } from "./harness.ts";
import { type ThemeName, themes } from "./themes.ts";

const root = path.resolve(import.meta.dirname, "../..");
const origin = "https://memory.test";
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface HostWindow {
  sent: MemoryRequest[];
  acquireVsCodeApi: unknown;
}

const view: MemoryPageView = {
  reference: "0x00030FF0",
  bytes: Uint8Array.from({ length: 64 }, (_, i) => i + 0x30),
  length: 512,
  runs: [
    { offset: 0, length: 16, state: "processor", owner: "pool", text: "byte 0 of 64 of the pool block" },
    { offset: 16, length: 32, state: "inFlight", owner: "commonBuffer", text: "byte 16 of 64 of the common buffer" },
    { offset: 48, length: 16, state: "freed", owner: "pool", text: "a pool block that was freed" },
    { offset: 64, length: 448, state: "inaccessible", owner: "nothing", text: "nothing" },
  ],
  baseline: { label: "statement 40", bytes: Uint8Array.from({ length: 64 }, (_, i) => (i === 5 ? 0 : i + 0x30)) },
  moments: [40],
  overlay: {
    type: "SCATTER_GATHER_LIST",
    members: [
      { name: "NumberOfElements", type: "ULONG", offset: 0, length: 4, value: "2" },
      { name: "Elements[0].Address", type: "PHYSICAL_ADDRESS", offset: 8, length: 8, value: "0x2E0EEA1000", follow: "logical:0x2E0EEA1000" },
    ],
  },
  position: 100,
  hasBack: false,
  hasForward: false,
};

describe("memory panel", function () {
  this.timeout(60_000);
  let context: BrowserContext | undefined;
  let folder = "";
  before(async function () {
    const browser = process.env["KMDF_DMA_SKIP_E2E"] === "1" ? undefined : findBrowser();
    if (browser === undefined) return this.skip();
    folder = mkdtempSync(path.join(realpathSync(tmpdir()), "kdm-"));
    context = await startBrowser(browser, folder);
  });
  after(async () => {
    await context?.close();
    if (folder !== "") rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const problems: string[] = [];

  async function open(theme: ThemeName = "dark", width = 1200): Promise<Page> {
    assert.ok(context !== undefined);
    const page = await context.newPage();
    await page.setViewportSize({ width, height: 800 });
    const html = memoryPage({
      script: `${origin}/dist/memory.js`,
      style: `${origin}/media/memory.css`,
      source: origin,
      nonce: "abc",
      language: "en",
      strings: memoryStrings(english),
    });
    await page.route(`${origin}/**`, (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === "/") return route.fulfill({ contentType: "text/html", body: html });
      return route.fulfill({ contentType: pathname.endsWith(".css") ? "text/css" : "text/javascript", body: readFileSync(path.join(root, pathname)) });
    });
    const { bodyClass, variables } = themes[theme];
    await page.addInitScript(
      (given) => {
        const self = globalThis as unknown as HostWindow & {
          document: {
            documentElement: { style: { setProperty(name: string, value: string): void } };
            body: { className: string };
            addEventListener(type: string, listener: () => void): void;
          };
        };
        self.sent = [];
        self.acquireVsCodeApi = () => ({ postMessage: (message: MemoryRequest) => self.sent.push(message) });
        self.document.addEventListener("DOMContentLoaded", () => {
          self.document.body.className = given.bodyClass;
          for (const [name, value] of Object.entries(given.variables)) self.document.documentElement.style.setProperty(name, value);
        });
      },
      { bodyClass, variables },
    );
    problems.length = 0;
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto(`${origin}/`);
    await post(page, { type: "page", page: view, select: 0 });
    await page.locator("#grid tbody tr").first().waitFor();
    return page;
  }

  const post = (page: Page, update: MemoryUpdate): Promise<void> =>
    page.evaluate((message) => (globalThis as unknown as { postMessage(data: unknown): void }).postMessage(message), update);
  const sent = (page: Page): Promise<MemoryRequest[]> => page.evaluate(() => (globalThis as unknown as HostWindow).sent);
  const lastSent = async (page: Page): Promise<MemoryRequest | undefined> => (await sent(page)).at(-1);
  const cell = (offset: number): string => `#grid td[data-offset="${offset}"]`;

  for (const theme of Object.keys(themes) as ThemeName[]) {
    it(`has no barrier that axe knows, in the ${theme} theme`, async () => {
      const page = await open(theme);
      await post(page, { type: "writer", writer: { offset: 0, text: "4 bytes written by Dma.c:7", canTravel: true, hasSource: true } });
      await page.locator(".writer").waitFor();
      await page.evaluate(axeSource);
      const found = await page.evaluate(() => {
        const { axe } = globalThis as unknown as {
          axe: { run(): Promise<{ violations: readonly { id: string; nodes: readonly { html: string; failureSummary?: string }[] }[] }> };
        };
        return axe
          .run()
          .then(({ violations }) =>
            violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("; ")}`),
          );
      });
      assert.deepEqual(found, []);
      assert.deepEqual(problems, []);
      await page.close();
    });
  }

  it("shows bytes, texts, owners and what differs from another moment", async () => {
    const page = await open();
    assert.equal(await page.locator(cell(5)).innerText(), "35");
    assert.match((await page.locator(cell(5)).getAttribute("class")) ?? "", /processor.*changed/);
    assert.match((await page.locator(cell(20)).getAttribute("class")) ?? "", /inFlight/);
    assert.equal(await page.locator(cell(80)).innerText(), "··");
    assert.match(await page.locator("#grid tbody tr").first().innerText(), /^0x00030FF0\t30\t31.*0123456789:;<=>\?$/s);
    assert.match(await page.locator("#status").innerText(), /statement 100 · 1 bytes differ from statement 40/);
    await page.close();
  });

  it("moves by keys, changes a byte with two digits, and goes on where the page ends", async () => {
    const page = await open();
    await page.locator(cell(0)).click();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.locator(cell(17)).getAttribute("aria-selected"), "true");
    assert.match(await page.locator("#details h2").innerText(), /0x00031001 = 41 \(65\)/);
    await page.keyboard.press("a");
    await page.keyboard.press("7");
    assert.deepEqual(await lastSent(page), { type: "write", offset: 17, data: "a7" });
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    assert.deepEqual(await lastSent(page), { type: "move", bytes: -16 });
    await page.keyboard.press("PageDown");
    assert.deepEqual(await lastSent(page), { type: "move", bytes: 512 });
    await page.close();
  });

  it("changes nothing while the target runs", async () => {
    const page = await open();
    const { position: _, ...running } = view;
    await post(page, { type: "page", page: running });
    await page.locator("#status", { hasText: "running" }).waitFor();
    await page.locator(cell(1)).click();
    await page.keyboard.press("a");
    await page.keyboard.press("7");
    assert.ok(!(await sent(page)).some(({ type }) => type === "write"));
    await page.close();
  });

  it("lists the members of the structure, selects one, and follows where it points", async () => {
    const page = await open("light", 500);
    await page.locator(".members button", { hasText: "Elements[0].Address" }).click();
    assert.equal(await page.locator(cell(8)).getAttribute("aria-selected"), "true");
    await page.locator(".members button", { hasText: "logical:0x2E0EEA1000" }).click();
    assert.deepEqual(await lastSent(page), { type: "show", address: "logical:0x2E0EEA1000" });
    await page.close();
  });

  it("asks for addresses, patterns, structures, moments, files and writers", async () => {
    const page = await open();
    await page.locator("#address").fill("context->Buffer");
    await page.locator("#address").press("Enter");
    assert.deepEqual(await lastSent(page), { type: "show", address: "context->Buffer" });
    await page.locator("#pattern").fill("00 FF");
    await page.locator("#pattern").press("Enter");
    assert.deepEqual(await lastSent(page), { type: "search", pattern: "00 FF", from: 1 });
    await page.locator("#type").fill("MY_STRUCT");
    await page.locator("#type").press("Enter");
    assert.deepEqual(await lastSent(page), { type: "overlay", name: "MY_STRUCT" });
    await page.locator("#compare").selectOption("40");
    assert.deepEqual(await lastSent(page), { type: "compare", moment: 40 });
    await page.locator("#export").selectOption("hex");
    assert.deepEqual(await lastSent(page), { type: "export", format: "hex" });
    await page.locator("#details button", { hasText: "Who Wrote This Byte?" }).click();
    assert.deepEqual(await lastSent(page), { type: "writer", offset: 0 });
    await post(page, { type: "writer", writer: { offset: 0, text: "written by the device", canTravel: true, hasSource: false } });
    await page.locator("#details button", { hasText: "Travel There" }).click();
    assert.deepEqual(await lastSent(page), { type: "travel" });
    await post(page, { type: "message", text: "Not found", isProblem: true });
    await page.locator("#message.problem", { hasText: "Not found" }).waitFor();
    await page.close();
  });
});
