// SPDX-License-Identifier: MIT
/** The browser of the end-to-end tests: an installed Chromium, without a window. */
import { accessSync, constants } from "node:fs";
import { type BrowserContext, chromium } from "playwright-core";

const candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

/** Path of the browser: the environment variable CHROME_PATH, or Chromium or Chrome at its usual place. Undefined when there is none. */
export function findBrowser(): string | undefined {
  const chosen = process.env["CHROME_PATH"];
  return (chosen ? [chosen] : candidates).find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A browser with a fresh profile in `folder`. */
export function startBrowser(executablePath: string, folder: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, {
    executablePath,
    headless: true,
    viewport: { width: 1400, height: 1050 },
    args: [
      // Chromium refuses its sandbox to root, which build machines often are; all it loads here is our own server.
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}
