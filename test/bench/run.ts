// SPDX-License-Identifier: MIT
/**
 * The benchmarks: `npm run bench`, or `node test/bench/run.ts NAME…` for some of them. Prints figures and whether they meet their goals;
 * a missed goal does not fail, because the machine it runs on may be busy. docs/performance.md explains every figure.
 */
import { availableParallelism, loadavg } from "node:os";
import { activation } from "./activation.ts";
import { buildTime } from "./build-time.ts";
import { debuggerAgainstGdb } from "./debugger.ts";
import { debugging } from "./debugging.ts";
import { instrumentation } from "./instrumentation.ts";
import { Report } from "./report.ts";
import { soak } from "./soak.ts";
import { startUp } from "./start-up.ts";
import { timeTravel } from "./time-travel.ts";
import { transactions } from "./transactions.ts";

const benchmarks = {
  instrumentation,
  "start-up": startUp,
  build: buildTime,
  debugging,
  debugger: debuggerAgainstGdb,
  transactions,
  "time-travel": timeTravel,
  activation,
  soak,
} as const;
type Name = keyof typeof benchmarks;

const isName = (text: string): text is Name => Object.hasOwn(benchmarks, text);
const load = (): string => loadavg()[0]?.toFixed(1) ?? "unknown";

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !isName(name));
if (unknown !== undefined) {
  console.error(`there is no benchmark '${unknown}'; there are ${Object.keys(benchmarks).join(", ")}`);
  process.exitCode = 4;
} else {
  const report = new Report((line) => console.log(line));
  console.log(`Node ${process.version}, V8 ${process.versions.v8}, ${process.platform} ${process.arch}, ${availableParallelism()} processors, load ${load()}`);
  for (const name of wanted.length === 0 ? Object.keys(benchmarks) : wanted) if (isName(name)) await benchmarks[name](report);
  console.log(`\nload ${load()} at the end; ${report.misses === 0 ? "every goal was met" : `${report.misses} goals were missed`}`);
}
