// SPDX-License-Identifier: MIT
/** What the extension costs an editor when it is activated: loading the bundle and `activate`, in fresh processes without an editor. */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { root } from "../dap/harness.ts";
import { type Report, spread, spreadText } from "./report.ts";

const rounds = 9;

interface Activation {
  readonly loadMs: number;
  readonly activateMs: number;
  readonly heapMiB: number;
}

export function activation(report: Report): void {
  report.section("Activation of the extension (wall time, fresh processes)");
  const bundle = path.join(root, "dist", "extension.cjs");
  if (!existsSync(bundle)) {
    report.row("activation", "skipped: dist/extension.cjs is not there; npm run build");
    return;
  }
  const runs = Array.from({ length: rounds }, () => once(bundle));
  report.row("load the bundle", `${spreadText(spread(runs.map(({ loadMs }) => loadMs)), 1, " ms")}; ${Math.round(statSync(bundle).size / 1024)} KiB`);
  report.row("activate", spreadText(spread(runs.map(({ activateMs }) => activateMs)), 1, " ms"));
  report.row("heap", `${spread(runs.map(({ heapMiB }) => heapMiB)).median.toFixed(1)} MiB more than before`);
}

function once(bundle: string): Activation {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(import.meta.dirname, "activation-host.ts"), bundle], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the extension was not activated:\n${stderr}`);
  return JSON.parse(stdout) as Activation;
}
