// SPDX-License-Identifier: MIT
/** The command line `kmdf-dma` as a function: commands, help, and what becomes of errors. */
import { ExitStatus, UserError, formatUserError } from "../base/index.ts";
import { type CommandSpec, type ParsedArguments, parseArguments } from "./arguments.ts";
import { buildCommand } from "./build-command.ts";
import { dapCommand } from "./dap-command.ts";
import { exploreCommand } from "./explore-command.ts";
import { initCommand } from "./init-command.ts";
import { runCommand } from "./run-command.ts";
import { traceCommand } from "./trace-command.ts";
import { packageVersion } from "./package-root.ts";
import type { Shell } from "./shell.ts";

interface Command extends CommandSpec {
  readonly usage: string;
  run(args: ParsedArguments, shell: Shell): Promise<number>;
}

const commands: readonly Command[] = [
  {
    name: "run",
    summary: "build the driver, run its scenario, report",
    usage: "--config FILE [--name CONFIGURATION] [--set name=value]… [--trace FILE] [--coverage FILE]… [--report json|junit|sarif] [--out FILE] [--quiet]",
    values: ["config", "name", "trace", "report", "out"],
    lists: ["set", "coverage"],
    flags: ["quiet"],
    positionals: [],
    required: ["config"],
    run: runCommand,
  },
  {
    name: "build",
    summary: "build the driver; diagnostics, and what it imports: emulated / not emulated",
    usage: "--config FILE [--name CONFIGURATION] [--set name=value]…",
    values: ["config", "name"],
    lists: ["set"],
    flags: [],
    positionals: [],
    required: ["config"],
    run: buildCommand,
  },
  {
    name: "explore",
    summary: "run the scenario with other durations, and once for each call of the driver that can fail; tell which runs break a rule",
    usage: "--config FILE [--name CONFIGURATION] [--set name=value]… [--schedules N] [--faults] [--shard I/N] [--report json|junit] [--out FILE]",
    values: ["config", "name", "schedules", "shard", "report", "out"],
    lists: ["set"],
    flags: ["faults"],
    positionals: [],
    required: ["config"],
    run: exploreCommand,
  },
  {
    name: "dap",
    summary: "debug adapter on standard input and output, or on 127.0.0.1:N",
    usage: "[--port N]",
    values: ["port"],
    flags: [],
    positionals: [],
    required: [],
    run: dapCommand,
  },
  {
    name: "trace",
    summary: "convert a .kmdftrace by extension of OUT: .pftrace (Perfetto), .json (Chrome), .vcd (waveforms), .html (page to look at)",
    usage: "convert IN OUT",
    values: [],
    flags: [],
    positionals: ["convert", "IN", "OUT"],
    required: ["convert", "IN", "OUT"],
    run: traceCommand,
  },
  {
    name: "init",
    summary: "write launch.json, a device model and a scenario for the driver in DIR (default: here); existing files stay unless --force",
    usage: "[DIR] [--force]",
    values: [],
    flags: ["force"],
    positionals: ["DIR"],
    required: [],
    run: initCommand,
  },
];

/** Oldest Node.js that has what published code uses (import.meta.dirname, glob, Atomics.waitAsync in workers). */
const oldestNode = 22;

function help(command?: Command): string {
  if (command !== undefined) return `kmdf-dma ${command.name} ${command.usage}\n\n${command.summary}\n`;
  const rows = commands.map(({ name, usage, summary }) => `  kmdf-dma ${name} ${usage}\n      ${summary}`);
  const status = Object.entries({
    0: "all well",
    1: "a scenario expectation failed",
    2: "the driver broke a rule or bug-checked",
    3: "it did not build",
    4: "the configuration is wrong",
    5: "internal error",
  });
  return `kmdf-dma ${packageVersion()}: run and debug KMDF DMA drivers on an emulated machine\n\n${rows.join("\n")}\n\nExit status: ${status.map(([n, text]) => `${n} ${text}`).join("; ")}\n`;
}

async function dispatch(argv: readonly string[], shell: Shell): Promise<number> {
  const [name, ...rest] = argv;
  const major = Number(process.versions.node.split(".")[0]);
  if (major < oldestNode) {
    throw new UserError({
      code: "node-version",
      message: `kmdf-dma needs Node.js ${oldestNode} or later; this is ${process.versions.node}`,
      exitStatus: ExitStatus.badConfiguration,
    });
  }
  if (name === "--version") {
    shell.out(`${packageVersion()}\n`);
    return ExitStatus.ok;
  }
  if (name === undefined || name === "--help" || name === "help") {
    shell.out(help(commands.find((command) => command.name === rest[0])));
    return name === undefined ? ExitStatus.badConfiguration : ExitStatus.ok;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    throw new UserError({
      code: "usage",
      message: `Unknown command "${name}"; there are ${commands.map((c) => c.name).join(", ")}`,
      exitStatus: ExitStatus.badConfiguration,
    });
  }
  if (rest.includes("--help")) {
    shell.out(help(command));
    return ExitStatus.ok;
  }
  return command.run(parseArguments(command, rest), shell);
}

/** Runs one command line (without the program's name). Returns the exit status; errors have become one message. */
export async function runCommandLine(argv: readonly string[], shell: Shell): Promise<number> {
  try {
    return await dispatch(argv, shell);
  } catch (error) {
    if (error instanceof UserError) {
      shell.err(`kmdf-dma: ${formatUserError(error)}\n`);
      return error.exitStatus;
    }
    const detail =
      error instanceof Error ? (process.env["KMDF_DMA_DEBUG_STACKS"] === undefined ? error.message : (error.stack ?? error.message)) : String(error);
    shell.err(`kmdf-dma: internal error: ${detail} (please report it with the command that shows it)\n`);
    return ExitStatus.internal;
  }
}
