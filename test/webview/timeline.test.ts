// SPDX-License-Identifier: MIT
/** The timeline panel as its user sees and drives it: the real page with the trace of a real run, in Chromium. Pending where there is no Chromium. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { TraceSnapshot } from "../../src/protocol/index.ts";
import { sampleTrace } from "./sample-trace.ts";
import { TimelineBrowser, type TimelinePage, type PageOptions } from "./harness.ts";
import { type ThemeName, themes } from "./themes.ts";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds; its script runs as an evaluation, which the page's policy does not stop. */
async function violations({ page }: TimelinePage): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: readonly Violation[] }> } };
    return axe.run().then((result) => result.violations);
  });
  return found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("; ")}`);
}

/** Colours of the chart's canvas: how many pixels have each, most first. */
async function colors({ page }: TimelinePage): Promise<ReadonlyMap<string, number>> {
  const counts = await page.locator("#canvas").evaluate((canvas) => {
    const { width, height } = canvas as unknown as { width: number; height: number };
    const context = (
      canvas as unknown as { getContext(kind: "2d"): { getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray } } }
    ).getContext("2d");
    const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
    const found = new Map<number, number>();
    for (const pixel of pixels) found.set(pixel, (found.get(pixel) ?? 0) + 1);
    return [...found].map(([pixel, count]) => [pixel, count] as const);
  });
  const hex = (pixel: number): string =>
    `#${[pixel & 0xff, (pixel >>> 8) & 0xff, (pixel >>> 16) & 0xff].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
  return new Map(counts.map(([pixel, count]) => [hex(pixel), count]));
}

describe("the timeline panel", function () {
  this.timeout(60_000);
  let browser: TimelineBrowser | undefined;
  let trace: TraceSnapshot;

  before(async function () {
    browser = await TimelineBrowser.start();
    // Without a browser there is nothing to look at; continuous integration installs one.
    if (browser === undefined) this.skip();
    trace = await sampleTrace();
  });

  after(async () => {
    await browser?.[Symbol.asyncDispose]();
  });

  async function open(options: PageOptions = {}): Promise<TimelinePage> {
    assert.ok(browser !== undefined);
    const page = await browser.open(options);
    const time = trace.time[trace.count - 1] ?? 0;
    await page.post({ type: "trace", isWhole: true, trace, position: { position: 100, furthest: 100, time: time * 0.9, irql: 0, cpu: 0 } });
    return page;
  }

  /** Selects the n-th event that the search box finds, from 1. */
  async function find({ page }: TimelinePage, text: string, n = 1): Promise<void> {
    await page.locator("#search").fill(text);
    for (let i = 0; i < n; i++) await page.locator("#search").press("Enter");
  }

  const title = ({ page }: TimelinePage): Promise<string> => page.locator("#details h2").innerText();

  for (const theme of Object.keys(themes) as ThemeName[]) {
    it(`has no barrier that axe knows, with every tab and dialog, in the ${theme} theme`, async () => {
      await using page = await open({ theme });
      await find(page, "name:programdma");
      for (const tab of ["events", "statistics", "requests", "chain", "notes"]) {
        await page.page.locator(`#tab-${tab}`).click();
        await page.page.locator(`#tab-${tab}[aria-selected=true]`).waitFor();
        assert.deepEqual(await violations(page), [], tab);
      }
      for (const [key, dialog] of [
        ["?", "#helpDialog"],
        ["KeyL", "#lanesDialog"],
        ["Shift+KeyM", "#noteDialog"],
      ] as const) {
        await page.page.locator("#chart").press(key);
        await page.page.locator(`${dialog}[open]`).waitFor();
        assert.deepEqual(await violations(page), [], dialog);
        await page.page.keyboard.press("Escape");
      }
      assert.deepEqual(page.problems, []);
    });

    it(`is drawn in the colours of the ${theme} theme`, async () => {
      await using page = await open({ theme });
      const found = await colors(page);
      const { variables } = themes[theme];
      const [[background] = [""]] = [...found].sort(([, a], [, b]) => b - a);
      assert.equal(background, variables["--vscode-editor-background"]);
      const least = { "--vscode-charts-green": 200, "--vscode-charts-yellow": 200, "--vscode-terminal-ansiCyan": 200, "--vscode-charts-red": 100 };
      for (const [name, count] of Object.entries(least)) {
        const color = variables[name as keyof typeof variables];
        assert.ok((found.get(color) ?? 0) >= count, `${name} ${color}: ${found.get(color) ?? 0} pixels`);
      }
      assert.ok(found.size < 6000, "flat colours, and the shades of texts");
    });
  }

  it("shows bars in full in high contrast as outlines, so that texts stand on the background", async () => {
    await using dark = await open({ theme: "dark" });
    await using contrast = await open({ theme: "highContrast" });
    const filled = async (page: TimelinePage, theme: ThemeName): Promise<number> =>
      (await colors(page)).get(themes[theme].variables["--vscode-charts-green"]) ?? 0;
    assert.ok((await filled(contrast, "highContrast")) < 0.6 * (await filled(dark, "dark")));
  });

  it("draws the same picture each time", async () => {
    const hash = async (): Promise<string> => {
      await using page = await open();
      return await page.page.locator("#canvas").evaluate((canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL());
    };
    assert.equal(await hash(), await hash());
  });

  it("goes to the source and through time by keyboard and mouse", async () => {
    await using page = await open();
    await find(page, "name:programdma");
    const chart = page.page.locator("#chart");
    await chart.press("Enter");
    await chart.press("Shift+Enter");
    assert.match((await page.sent("source"))[0]?.functionName ?? "", /EvtProgramDma$/);
    assert.ok(((await page.sent("travel"))[0]?.statement ?? 0) > 0);
    await chart.press("KeyF");
    await page.drawn();
    const box = await chart.boundingBox();
    await page.page.mouse.dblclick((box?.x ?? 0) + 168 + ((box?.width ?? 0) - 168) / 2, (box?.y ?? 0) + 60);
    // An event of a request's lane leads to the callback that it is about, or nowhere; the table always to the selected one.
    await page.page.locator("#panel-events tr[data-event]", { hasText: "EvtProgramDma" }).first().dblclick();
    assert.ok((await page.sent("source")).length >= 2);
  });

  it("walks along the way of a request, with the table in step", async () => {
    await using page = await open();
    await find(page, "kind:requestArrived", 2);
    assert.match(await title(page), /bytes$/);
    await page.page.locator("#tab-chain").click();
    const chart = page.page.locator("#chart");
    const seen = new Set<string>();
    for (let i = 0; i < 8; i++) {
      await chart.press("]");
      seen.add(await page.page.locator("#panel-chain tr.current td").first().innerText());
    }
    assert.equal(seen.size, 8);
    const lanes = (await page.page.locator("#panel-chain tbody td:nth-child(5)").allInnerTexts()).join(" ");
    for (const lane of ["Requests", "DMA transactions", "DMA transfers", "Driver callbacks", "H2C", "Interrupt service", "DPCs and timers"])
      assert.ok(lanes.includes(lane), lane);
  });

  it("measures by keyboard and tells statistics of the range", async () => {
    await using page = await open();
    await find(page, "name:programdma");
    const chart = page.page.locator("#chart");
    await chart.press("KeyR");
    await chart.press("Shift+ArrowRight");
    await chart.press("KeyT");
    await page.page.locator("#panel-statistics caption", { hasText: /\d+ events in [\d.]+ ns/ }).waitFor();
    const [first] = await page.page.locator("#panel-statistics tbody tr").allInnerTexts();
    assert.match(first ?? "", /\t1\t/);
    await page.page.locator("#panel-statistics caption button").first().click();
    assert.match((await page.sent("copy"))[0]?.text ?? "", /^Event,Lane,Count,Total,Self,Min,Average,p50,p95,Max,Longest gap\r\n/);
  });

  it("keeps notes, settings of lanes, and what was looked at", async () => {
    await using page = await open();
    await find(page, "name:programdma");
    const chart = page.page.locator("#chart");
    await chart.press("Shift+KeyM");
    await page.page.locator("#noteText").fill("look here");
    await page.page.locator("#noteText").press("Enter");
    await page.page.waitForFunction(() => (globalThis as unknown as { sent: { type: string }[] }).sent.some(({ type }) => type === "saveNotes"));
    const [saved] = await page.sent("saveNotes");
    assert.equal(saved?.notes[0]?.text, "look here");
    await chart.press("KeyP");
    await chart.press("KeyC");
    await chart.press("Alt+ArrowUp");
    const settings = (await page.sent("saveSettings")).at(-1)?.settings;
    assert.deepEqual([settings?.lanes.pinned, settings?.lanes.collapsed], [["driver"], ["driver"]]);
    await page.page.locator("#tab-notes").click();
    await page.page.locator("#panel-notes li", { hasText: "look here" }).waitFor();
    await page.page.locator("#panel-notes button", { hasText: "Delete" }).click();
    assert.deepEqual((await page.sent("saveNotes")).at(-1)?.notes, []);
  });

  it("compares with another run", async () => {
    await using page = await open();
    const slower = { ...trace, time: trace.time.map((time) => 2 * time) };
    await page.post({ type: "ghost", name: "slow run", trace: slower });
    await page.page.locator("#ghostName", { hasText: /^Compared with slow run, aligned at request \d+$/ }).waitFor();
    await page.page.locator("#tab-requests").click();
    const row = page.page.locator("#panel-requests tbody tr").nth(1);
    const cells = await row.locator("td").allInnerTexts();
    assert.match(cells[8] ?? "", /^−/, "the own run was faster");
    await find(page, "name:programdma");
    await page.page.locator("#details dt", { hasText: "Other run" }).waitFor();
  });

  it("follows a running target without losing an event", async () => {
    assert.ok(browser !== undefined);
    await using page = await browser.open();
    const size = 97;
    for (let from = 0; from < trace.count; from += size)
      await page.post({ type: "trace", isWhole: from === 0, trace: part(trace, from, Math.min(trace.count, from + size)), isRunning: true });
    await page.page.locator("#status", { hasText: "running" }).waitFor();
    await using whole = await open();
    const caption = whole.page.locator("#panel-events caption", { hasText: /^[1-9]/ });
    await caption.waitFor();
    await page.page.locator("#panel-events caption", { hasText: await caption.innerText() }).waitFor();
  });

  it("saves the picture as PNG and as SVG", async () => {
    await using page = await open();
    await page.page.locator("#export").selectOption("exportSvg");
    await page.page.locator("#export").selectOption("exportPng");
    await page.page.waitForFunction(() => (globalThis as unknown as { sent: { type: string }[] }).sent.filter(({ type }) => type === "picture").length === 2);
    const [svg, png] = await page.sent("picture");
    assert.ok(svg?.format === "svg" && svg.data.startsWith("<svg ") && svg.data.includes("DMA transfers"));
    assert.ok(png?.format === "png");
    const bytes = Object.values(png.data);
    assert.deepEqual(bytes.slice(0, 8), [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  });

  for (const [what, options] of [
    ["at 200 % zoom", { width: 1200, height: 800, zoom: 2 }],
    ["in a narrow panel", { width: 320, height: 700 }],
  ] as const) {
    it(`can be used ${what}`, async () => {
      await using page = await open(options);
      await page.page.locator("#panel-events tr[data-event]").first().waitFor();
      await find(page, "name:programdma", 12);
      assert.match(await page.page.locator("#panel-events tr.current").innerText(), /EvtProgramDma/);
      const layout = await page.page.evaluate(() => {
        const { document, innerWidth } = globalThis as unknown as {
          innerWidth: number;
          document: {
            documentElement: { scrollWidth: number };
            querySelectorAll(
              selector: string,
            ): Iterable<{ id: string; getBoundingClientRect(): { left: number; right: number; top: number; bottom: number; height: number } }>;
          };
        };
        const boxes = [...document.querySelectorAll("#toolbar > *:not([hidden])")].map((element) => ({ id: element.id, box: element.getBoundingClientRect() }));
        const chart = [...document.querySelectorAll("#chart")][0]?.getBoundingClientRect();
        return {
          innerWidth,
          scrollWidth: document.documentElement.scrollWidth,
          boxes: boxes.filter(({ box }) => box.height > 0),
          chartHeight: chart?.height ?? 0,
        };
      });
      assert.ok(layout.scrollWidth <= layout.innerWidth, "nothing is cut off at the side");
      assert.ok(layout.chartHeight >= 90, `the chart has ${layout.chartHeight} px`);
      for (const [i, a] of layout.boxes.entries()) {
        assert.ok(a.box.left >= 0 && a.box.right <= layout.innerWidth, `${a.id} is in the window`);
        for (const b of layout.boxes.slice(i + 1)) {
          const overlaps = a.box.left < b.box.right && b.box.left < a.box.right && a.box.top < b.box.bottom && b.box.top < a.box.bottom;
          assert.ok(!overlaps, `${a.id} and ${b.id} overlap`);
        }
      }
      assert.deepEqual(await violations(page), []);
    });
  }
});

/** Rows [from, to) of a trace. */
function part(trace: TraceSnapshot, from: number, to: number): TraceSnapshot {
  const { time, statement, kind, phase, irql, object, parent, args, texts } = trace;
  return {
    firstEvent: trace.firstEvent + from,
    count: to - from,
    time: time.slice(from, to),
    statement: statement.slice(from, to),
    kind: kind.slice(from, to),
    phase: phase.slice(from, to),
    irql: irql.slice(from, to),
    object: object.slice(from, to),
    parent: parent.slice(from, to),
    args: args.slice(3 * from, 3 * to),
    texts,
  };
}
