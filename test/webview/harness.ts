// SPDX-License-Identifier: MIT
/**
 * The timeline's real page in headless Chromium, without VS Code: the HTML that the extension makes, with its content security policy, the built
 * bundle and the style sheet; the test is the host at the other end of its messages.
 */
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { timelinePage } from "../../src/extension/timeline-page.ts";
import { timelineStrings } from "../../src/extension/timeline-strings.ts";
import type { TimelineRequest, TimelineUpdate } from "../../src/protocol/index.ts";
import { findBrowser, startBrowser } from "../e2e/browser.ts";
import { type ThemeName, themes } from "./themes.ts";

const root = path.resolve(import.meta.dirname, "../..");
const origin = "https://timeline.test";

/** English texts, as the extension gives them without a translation. */
export const english = {
  t: (message: string, ...args: (string | number)[]): string => message.replaceAll(/\{(\d)\}/g, (_, i: string) => String(args[Number(i)])),
};

export interface PageOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** 2 = 200 %: half as many CSS pixels, each of two device pixels. */
  readonly zoom?: number;
  /** Another script instead of the built one. */
  readonly script?: string;
}

/** A browser that serves timeline pages. */
export class TimelineBrowser implements AsyncDisposable {
  readonly #context: BrowserContext;
  readonly #folder: string;

  private constructor(context: BrowserContext, folder: string) {
    this.#context = context;
    this.#folder = folder;
  }

  /** Undefined where no Chromium is installed, and where the editor tests are switched off. */
  static async start(): Promise<TimelineBrowser | undefined> {
    const browser = process.env["KMDF_DMA_SKIP_E2E"] === "1" ? undefined : findBrowser();
    if (browser === undefined) return undefined;
    const folder = mkdtempSync(path.join(realpathSync(tmpdir()), "kdt-"));
    return new TimelineBrowser(await startBrowser(browser, folder), folder);
  }

  async open({ theme = "dark", width = 1400, height = 900, zoom = 1, script = path.join(root, "dist/timeline.js") }: PageOptions = {}): Promise<TimelinePage> {
    const page = await this.#context.newPage();
    await page.setViewportSize({ width: Math.round(width / zoom), height: Math.round(height / zoom) });
    if (zoom !== 1) {
      const session = await this.#context.newCDPSession(page);
      const size = { width: Math.round(width / zoom), height: Math.round(height / zoom) };
      await session.send("Emulation.setDeviceMetricsOverride", { ...size, deviceScaleFactor: zoom, mobile: false });
    }
    const strings = timelineStrings(english);
    const html = timelinePage({
      script: `${origin}/dist/timeline.js`,
      style: `${origin}/media/timeline.css`,
      source: origin,
      nonce: "abc",
      language: "en",
      strings,
    });
    await page.route(`${origin}/**`, (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === "/") return route.fulfill({ contentType: "text/html", body: html });
      const isStyle = pathname.endsWith(".css");
      return route.fulfill({ contentType: isStyle ? "text/css" : "text/javascript", body: readFileSync(isStyle ? path.join(root, pathname) : script) });
    });
    await page.addInitScript(becomeHost, { bodyClass: themes[theme].bodyClass, variables: themes[theme].variables });
    const problems: string[] = [];
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto(`${origin}/`);
    return new TimelinePage(page, problems);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface HostWindow {
  sent: TimelineRequest[];
  state: unknown;
}

/** Runs in the page before everything else: what VS Code would give a webview. */
function becomeHost({ bodyClass, variables }: { readonly bodyClass: string; readonly variables: Readonly<Record<string, string>> }): void {
  const page = globalThis as unknown as HostWindow & {
    acquireVsCodeApi: unknown;
    document: {
      documentElement: { style: { setProperty(name: string, value: string): void } };
      body: { className: string };
      addEventListener(type: string, listener: () => void): void;
    };
  };
  page.sent = [];
  page.acquireVsCodeApi = () => ({
    postMessage: (message: TimelineRequest) => page.sent.push(message),
    getState: () => page.state,
    setState: (state: unknown) => {
      page.state = state;
    },
  });
  page.document.addEventListener("DOMContentLoaded", () => {
    page.document.body.className = bodyClass;
    for (const [name, value] of Object.entries(variables)) page.document.documentElement.style.setProperty(name, value);
  });
}

export class TimelinePage {
  readonly page: Page;
  /** Errors of the page, also refusals of its content security policy. */
  readonly problems: readonly string[];

  constructor(page: Page, problems: readonly string[]) {
    this.page = page;
    this.problems = problems;
  }

  /** Sends the panel a message and waits until it is drawn. */
  async post(update: TimelineUpdate): Promise<void> {
    await this.page.evaluate((message) => (globalThis as unknown as { postMessage(data: unknown): void }).postMessage(message), update);
    await this.drawn();
  }

  /** Two frames: the first draws, the second is after it. */
  async drawn(): Promise<void> {
    await this.page.evaluate(() => {
      const { requestAnimationFrame } = globalThis as unknown as { requestAnimationFrame(callback: () => void): void };
      return new Promise<void>((done) => {
        requestAnimationFrame(() => requestAnimationFrame(() => done()));
      });
    });
  }

  /** Messages of the panel so far, of one type. */
  async sent<T extends TimelineRequest["type"]>(type: T): Promise<Extract<TimelineRequest, { type: T }>[]> {
    const all = await this.page.evaluate(() => (globalThis as unknown as HostWindow).sent);
    return all.filter((message): message is Extract<TimelineRequest, { type: T }> => message.type === type);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.close();
  }
}
