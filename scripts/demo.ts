// SPDX-License-Identifier: MIT
/**
 * The main job in one go: builds the sg-duplex sample, debugs it through the real debug adapter (a process of its own, on standard input
 * and output), and shows the four phases of a DMA request. Exit status 0 when everything was as it must be.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { DapClient, type DapFrame } from "./dap-client.ts";

const root = path.resolve(import.meta.dirname, "..");
const sample = path.join(root, "samples/sg-duplex");
const configuration = path.join(sample, ".vscode/launch.json");
const cli = path.join(root, "dist/cli.js");

const started = process.hrtime.bigint();
const seconds = (): string => `${(Number(process.hrtime.bigint() - started) / 1e9).toFixed(1)} s`;
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** 1-based line of marker comment `#name` in a driver file. */
function markerLine(file: string, name: string): number {
  const index = readFileSync(file, "utf8")
    .split("\n")
    .findIndex((line) => line.includes(`#${name}`));
  if (index < 0) throw new Error(`${file} has no marker #${name}`);
  return index + 1;
}

const place = (frame: DapFrame): string =>
  frame.source?.path === undefined ? frame.name : `${frame.name}  ${path.relative(root, frame.source.path)}:${frame.line}`;

async function showStop(dap: DapClient, title: string): Promise<readonly DapFrame[]> {
  const frames = await dap.stackTrace();
  say(`\n■ ${title}  (${seconds()})`);
  for (const frame of frames.slice(0, 9)) say(`    ${place(frame)}`);
  const top = frames.find((frame) => frame.source?.path !== undefined);
  if (top !== undefined) {
    const locals = await dap.locals(top.id);
    say(`    · ${locals.map(({ name, value }) => `${name} = ${value}`).join("\n    · ")}`);
  }
  return frames;
}

async function main(): Promise<void> {
  const files = { program: path.join(sample, "driver/Dma.c"), isr: path.join(sample, "driver/Interrupt.c"), dpc: path.join(sample, "driver/Interrupt.c") };
  const dap = new DapClient(spawn(process.execPath, [cli, "dap"], { cwd: sample, stdio: ["pipe", "pipe", "inherit"] }));
  dap.onOutput = (text) => process.stdout.write(`    │ ${text}`);
  try {
    say("Building the sg-duplex driver and starting it on the emulated machine …");
    await dap.launch(configuration, [
      { file: files.program, lines: [markerLine(files.program, "program-dma")] },
      { file: files.isr, lines: [markerLine(files.isr, "isr"), markerLine(files.dpc, "dpc")] },
    ]);
    await phases(dap);
  } finally {
    await dap.dispose();
  }
  await verifyTransfers();
  say(`\nDone in ${seconds()}.`);
}

async function phases(dap: DapClient): Promise<void> {
  await dap.stopped();
  await showStop(dap, "EvtProgramDma: the framework split the transaction, the driver programs the device");
  say(`    transactions: ${(await dap.transactions()).join("; ")}`);
  await dap.request("stepBack", { threadId: 1 });
  await dap.stopped();
  await showStop(dap, "One step back, before the register was written");
  await dap.request("continue", { threadId: 1 });
  const seen = new Set<string>();
  // Reads and writes are in flight together: the first stops may be more transfers being programmed.
  while (seen.size < 2) {
    await dap.stopped();
    const frames = await dap.stackTrace();
    const name = frames.find((frame) => frame.source?.path !== undefined)?.name ?? "";
    const kind = name.endsWith("Isr") ? "EvtInterruptIsr" : name.endsWith("Dpc") ? "EvtInterruptDpc" : undefined;
    if (kind !== undefined && !seen.has(kind)) {
      seen.add(kind);
      await showStop(dap, kind === "EvtInterruptIsr" ? "EvtInterruptIsr: the device interrupts" : "EvtInterruptDpc: the transfer is completed");
    }
    await dap.request("continue", { threadId: 1 });
  }
  await dap.request("setBreakpoints", { source: { path: path.join(sample, "driver/Dma.c") }, breakpoints: [] });
  await dap.request("setBreakpoints", { source: { path: path.join(sample, "driver/Interrupt.c") }, breakpoints: [] });
  const exitCode = await dap.runToEnd();
  say(`\n■ The scenario ended with exit code ${exitCode}  (${seconds()})`);
  if (exitCode !== 0) throw new Error(`the debugged run ended with exit code ${exitCode}`);
}

/** The same scenario through `run`: transfers of each transaction, and the bytes that the scenario compared. */
async function verifyTransfers(): Promise<void> {
  const child = spawn(process.execPath, [cli, "run", "--config", configuration, "--report", "json"], { stdio: ["ignore", "pipe", "inherit"] });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const status = await new Promise((resolve) => child.on("exit", resolve));
  const report = JSON.parse(Buffer.concat(chunks).toString("utf8")) as {
    outcome: string;
    transactions: {
      direction: string;
      status: string;
      bytesTransferred: number;
      transfers: { length: number; elements: { address: string; length: number }[] }[];
    }[];
  };
  say("\n■ Transactions");
  for (const { direction, transfers, bytesTransferred, status: result } of report.transactions.slice(0, 6)) {
    say(
      `    ${direction} ${bytesTransferred} bytes, ${result}: ${transfers.map(({ length, elements }) => `${length} bytes in ${elements.length} elements from ${elements[0]?.address}`).join(" | ")}`,
    );
  }
  const most = Math.max(0, ...report.transactions.map(({ transfers }) => transfers.length));
  if (status !== 0 || report.outcome !== "passed") throw new Error(`the run ended with ${report.outcome}`);
  if (most < 3) throw new Error(`no transaction had three transfers; the longest had ${most}`);
  say(`    ${report.transactions.length} transactions, up to ${most} transfers each; the scenario compared all bytes end to end`);
}

await main();
