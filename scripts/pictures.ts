// SPDX-License-Identifier: MIT
/** Takes the pictures of walkthrough and README from the screenshots that the end-to-end tests have just made: npm run test:e2e, then this. */
import { copyFileSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const screenshots = path.join(root, "test/e2e/.out");

/** Picture, by the end of the name of its screenshot; of several the first one. */
const pictures: Readonly<Record<string, string>> = {
  "media/walkthrough/sample.png": "breakpoint",
  "media/walkthrough/stopped.png": "stopped",
  "media/walkthrough/views.png": "dma",
  "media/walkthrough/timeline.png": "timeline-details",
  "media/walkthrough/test.png": "coverage",
  "media/memory.png": "memory-changed",
};

const found = existsSync(screenshots) ? readdirSync(screenshots).sort() : [];
mkdirSync(path.join(root, "media/walkthrough"), { recursive: true });
for (const [picture, name] of Object.entries(pictures)) {
  const screenshot = found.find((file) => new RegExp(`^\\d+-\\d+-${name}\\.png$`).test(file));
  if (screenshot === undefined) {
    console.error(`There is no screenshot "${name}" in ${path.relative(process.cwd(), screenshots)}: run npm run test:e2e first`);
    process.exitCode = 1;
  } else copyFileSync(path.join(screenshots, screenshot), path.join(root, picture));
}
