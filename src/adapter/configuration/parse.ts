// SPDX-License-Identifier: MIT
/** From the JSON a user or a client wrote to a complete, checked launch configuration. */

import { dirname } from "node:path";
import { ExitStatus, UserError } from "../../base/index.ts";
import { defaultMachine, defaultTracing, traceLevels } from "../../protocol/index.ts";
import type { LaunchConfiguration, MachineConfiguration, TracingConfiguration, VerifierConfiguration } from "../../protocol/index.ts";
import { launchReader } from "./attributes-table.ts";
import type { LaunchAttributes } from "./attributes-table.ts";
import { fail } from "./place.ts";
import type { AttributeLocator, Place } from "./place.ts";
import { substituteVariables } from "./variables.ts";

export interface ParseOptions {
  /** Folder that relative paths start from, absolute. */
  readonly baseDir: string;
  /** The file the configuration came from, for messages. */
  readonly file?: string | undefined;
  /** What `${workspaceFolder}` stands for; default `baseDir`. */
  readonly workspaceFolder?: string | undefined;
  /** Where an attribute stands in `file`. */
  readonly locate?: AttributeLocator | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Node's name of the host, which chooses among the `windows`, `linux` and `osx` sections of a launch.json. */
  readonly hostPlatform?: string | undefined;
}

/** Reads a launch configuration; unknown attributes, wrong types and missing files are errors that name the attribute and the file. */
export function parseLaunchConfiguration(input: unknown, options: ParseOptions): LaunchConfiguration | UserError {
  try {
    return readLaunchConfiguration(input, options);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

function readLaunchConfiguration(input: unknown, options: ParseOptions): LaunchConfiguration {
  const { baseDir, file } = options;
  const locate: AttributeLocator = options.locate ?? (() => (file === undefined ? undefined : { file }));
  const place: Place = { path: [], context: { baseDir, locate } };
  const plain = withPlatformSection(input, options.hostPlatform ?? process.platform);
  const variables = { workspaceFolder: options.workspaceFolder ?? baseDir, environment: options.environment ?? process.env };
  const read = launchReader.read(substituteVariables(plain, variables, place), place);
  if (read.project === undefined && (read.sources === undefined || read.sources.length === 0)) {
    fail(place, "config-no-sources", "names no driver sources", "Add 'project' (a .vcxproj) or 'sources' (paths or globs)");
  }
  const machine = machineOf(read, place);
  return {
    name: read.name ?? "kmdf-dma",
    baseDir,
    sources: read.sources ?? [],
    includePath: read.includePath ?? [],
    defines: read.defines ?? [],
    undefines: read.undefines ?? [],
    compilerArgs: read.compilerArgs ?? [],
    device: deviceOf(read),
    machine,
    schedule: read.schedule ?? "default",
    verifier: verifierOf(read),
    tracing: tracingOf(read),
    faults: (read.faults ?? []).map(({ at, occurrence, status }) => ({
      at: at ?? "",
      occurrence: occurrence ?? 1,
      ...(status === undefined ? {} : { status }),
    })),
    registry: registryOf(read),
    stopOnEntry: read.stopOnEntry ?? false,
    ...(file === undefined ? {} : { file }),
    ...(read.project === undefined ? {} : { project: read.project }),
    ...(read.configuration === undefined ? {} : { configuration: read.configuration }),
    ...(read.platform === undefined ? {} : { platform: read.platform }),
    ...(read.clang === undefined ? {} : { clang: read.clang }),
    ...(read.scenario === undefined ? {} : { scenario: read.scenario }),
    ...(read.trace === undefined ? {} : { trace: read.trace }),
  };
}

/** VS Code's `windows`, `linux` and `osx` sections override the attributes beside them. */
function withPlatformSection(input: unknown, hostPlatform: string): unknown {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return input;
  const attributes: Record<string, unknown> = { ...input };
  const mine = hostPlatform === "win32" ? "windows" : hostPlatform === "darwin" ? "osx" : "linux";
  const section = attributes[mine];
  for (const name of ["windows", "linux", "osx"]) delete attributes[name];
  return typeof section === "object" && section !== null ? { ...attributes, ...section } : attributes;
}

function machineOf({ machine }: LaunchAttributes, place: Place): MachineConfiguration {
  const defaults = defaultMachine;
  const timing = machine?.timing;
  const result: MachineConfiguration = {
    seed: machine?.seed ?? defaults.seed,
    memoryMiB: machine?.memoryMiB ?? defaults.memoryMiB,
    physicalLayout: machine?.physicalLayout ?? defaults.physicalLayout,
    mapRegisters: machine?.mapRegisters ?? defaults.mapRegisters,
    physicalAddressBits: machine?.physicalAddressBits ?? defaults.physicalAddressBits,
    processors: machine?.processors ?? defaults.processors,
    interrupts: machine?.interrupts ?? defaults.interrupts,
    timing: {
      statementNs: timing?.statementNs ?? defaults.timing.statementNs,
      registerReadNs: timing?.registerReadNs ?? defaults.timing.registerReadNs,
      registerWriteNs: timing?.registerWriteNs ?? defaults.timing.registerWriteNs,
      limitMs: timing?.limitMs ?? defaults.timing.limitMs,
      realLimitMs: timing?.realLimitMs ?? defaults.timing.realLimitMs,
    },
  };
  const availableMiB = 2 ** (result.physicalAddressBits - 20);
  if (result.memoryMiB > availableMiB) {
    fail(
      { ...place, path: ["machine", "memoryMiB"] },
      "config-bad-value",
      `(${result.memoryMiB}) does not fit in ${result.physicalAddressBits} physical address bits`,
    );
  }
  return result;
}

function deviceOf({ device }: LaunchAttributes): LaunchConfiguration["device"] {
  if (typeof device === "object") return { model: device.model ?? "", options: device.options ?? {} };
  return { model: device ?? "", options: {} };
}

function tracingOf({ tracing }: LaunchAttributes): TracingConfiguration {
  const level = typeof tracing?.level === "string" ? traceLevels[tracing.level] : tracing?.level;
  return { level: level ?? defaultTracing.level, flags: tracing?.flags ?? [], history: tracing?.history ?? defaultTracing.history };
}

function verifierOf({ verifier }: LaunchAttributes): VerifierConfiguration {
  if (typeof verifier === "object") return { enabled: true, disable: verifier.disable ?? [], only: verifier.only ?? [] };
  return { enabled: verifier ?? true, disable: [], only: [] };
}

function registryOf({ registry }: LaunchAttributes): LaunchConfiguration["registry"] {
  const values = Object.entries(registry ?? {}).map(([name, value]) => {
    if (typeof value !== "object" || !("hex" in value)) return [name, value] as const;
    return [name, { hex: (value.hex ?? "").replaceAll(/\s+/g, "") }] as const;
  });
  return Object.fromEntries(values);
}

/** The error for a configuration file that cannot be read at all. */
export function unreadable(file: string, reason: string): UserError {
  return new UserError({
    code: "config-unreadable",
    message: `Cannot read the configuration '${file}': ${reason}`,
    location: { file },
    exitStatus: ExitStatus.badConfiguration,
  });
}

/** Folder that relative paths of `file` start from; that of a launch.json is the one above `.vscode`. */
export function workspaceFolderOf(file: string): string {
  const folder = dirname(file);
  return /[\\/]\.vscode$/.test(folder) ? dirname(folder) : folder;
}
