// SPDX-License-Identifier: MIT
/** End-to-end scenario of the views: trees of the debug sidebar and the timeline panel, while the target stands in a DMA callback. */
import assert from "node:assert/strict";
import path from "node:path";
import { type Scenario, buildLimitMs, endLimitMs, markerLine } from "./scenarios.ts";
import type { Workbench } from "./workbench.ts";

export async function lookAtViews(
  workbench: Workbench,
  { file, marker, stopsIn }: Scenario,
  folder: string,
  screenshot: (name: string) => Promise<void>,
): Promise<void> {
  const line = markerLine(path.join(folder, file), marker);
  await workbench.setBreakpoint(line);
  await workbench.start();
  await workbench.stoppedIn(stopsIn, buildLimitMs);
  await workbench.showViews("DMA");
  await workbench.treeShows("DMA", ["Enabler", "Write transaction", "Current transfer", "\\[0\\]", "Common buffer"]);
  await screenshot("dma");
  await workbench.showViews("Device Registers");
  await workbench.treeShows("Device Registers", ["IDENT", "H2C_CONTROL"]);
  await screenshot("registers");
  await workbench.showViews("Requests and Queues", "Interrupts and DPCs");
  await workbench.treeShows("Requests and Queues", ["Write queue", "Request 0x"]);
  await workbench.treeShows("Interrupts and DPCs", ["Message 0"]);
  await screenshot("requests-and-interrupts");
  await workbench.showViews("Call Stack", "DMA");
  await timeline(workbench, screenshot);
  await workbench.runToEnd(endLimitMs);
}

async function timeline(workbench: Workbench, screenshot: (name: string) => Promise<void>): Promise<void> {
  await workbench.command("KMDF DMA: Open Timeline");
  const page = await workbench.webview("#chart");
  await page.locator("#search").fill("name:programdma lane:driver");
  await page.locator("#matches", { hasText: /^[1-9]/ }).waitFor();
  await page.locator("#search").press("Enter");
  const row = page.locator("#panel-events tr.current", { hasText: "EvtProgramDma" });
  await row.waitFor();
  assert.match(await row.innerText(), /SgdxEvtProgramDma/);
  assert.ok((await colorsOf(page)) > 8, "the canvas shows more than background and text");
  await screenshot("timeline");

  await row.dblclick();
  await page.locator("#details h2", { hasText: "SgdxEvtProgramDma" }).waitFor();
  await workbench.editorShows("SgdxEvtProgramDma");
  await page.locator("#chart").press("KeyF");
  await page
    .locator("#panel-events caption")
    .filter({ hasText: /^\d{1,2} events in view/ })
    .waitFor();
  await page.locator("#chart").press("KeyR");
  await page.locator("#chart").press("Shift+KeyM");
  await page.locator("#noteText").fill("programmed here");
  await page.locator("#noteText").press("Enter");
  await page.locator("#tab-chain").click();
  await page.locator("#panel-chain tr.current", { hasText: "SgdxEvtProgramDma" }).waitFor();
  await screenshot("timeline-details");

  await page.locator("#chart").press("Home");
  await page.locator("#search").fill("evtdeviced0entry");
  await page.locator("#matches", { hasText: /^1$/ }).waitFor();
  await page.locator("#search").press("Enter");
  await page.locator("#details h2", { hasText: "SgdxEvtDeviceD0Entry" }).waitFor();
  await page.locator("#chart").press("Shift+Enter");
  await workbench.stoppedIn("SgdxEvtDeviceD0Entry", endLimitMs);
  await screenshot("timeline-travelled");
}

/** Different colours of the chart. */
function colorsOf(page: Awaited<ReturnType<Workbench["webview"]>>): Promise<number> {
  return page.locator("#canvas").evaluate((canvas) => {
    const { width, height } = canvas as unknown as { width: number; height: number };
    const context = (
      canvas as unknown as { getContext(kind: "2d"): { getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray } } }
    ).getContext("2d");
    const { data } = context.getImageData(0, 0, width, height);
    return new Set(new Uint32Array(data.buffer)).size;
  });
}
