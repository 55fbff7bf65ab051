// SPDX-License-Identifier: MIT
/**
 * The attributes of a launch configuration (README, "Configuration"): one table from which the reader, its messages and the JSON schema
 * for editors are made.
 */

import { defaultMachine, defaultTracing, maxMemoryMiB, minMemoryMiB } from "../../protocol/index.ts";
import { filePath, folderPath, globPath, modelPath, outputPath, programPath } from "./paths.ts";
import { anyObject, choice, flag, having, integer, list, map, matching, oneOf, record, text } from "./reader.ts";
import type { Read } from "./reader.ts";

const maxSafe = Number.MAX_SAFE_INTEGER;
const { timing } = defaultMachine;

const timingAttributes = {
  statementNs: { reader: integer(1, 1_000_000), description: "Virtual nanoseconds for one statement of driver code.", default: timing.statementNs },
  registerReadNs: { reader: integer(0, 1_000_000_000), description: "Virtual nanoseconds for a device register or port read.", default: timing.registerReadNs },
  registerWriteNs: {
    reader: integer(0, 1_000_000_000),
    description: "Virtual nanoseconds for a device register or port write.",
    default: timing.registerWriteNs,
  },
  limitMs: { reader: integer(1, maxSafe), description: "Virtual milliseconds after which a scenario that has not ended is stopped.", default: timing.limitMs },
  realLimitMs: {
    reader: integer(1, maxSafe),
    description: "Real milliseconds after which `kmdf-dma run` stops a scenario that has not ended.",
    default: timing.realLimitMs,
  },
} as const;

const machineAttributes = {
  seed: {
    reader: integer(0, 0xffff_ffff),
    description: "Seed of everything that is chosen at random, such as the physical page layout. The same seed gives the same run.",
    default: defaultMachine.seed,
  },
  memoryMiB: { reader: integer(minMemoryMiB, maxMemoryMiB), description: "Memory of the machine, MiB.", default: defaultMachine.memoryMiB },
  physicalLayout: {
    reader: choice("scattered", "contiguous", "fragmented"),
    description: "How virtually contiguous pages lie in physical memory.",
    default: defaultMachine.physicalLayout,
  },
  mapRegisters: {
    reader: integer(0, 0x10_0000),
    description: "Map registers the HAL grants an adapter at most; 0 grants as many as it asks for.",
    default: defaultMachine.mapRegisters,
  },
  physicalAddressBits: { reader: integer(32, 52), description: "Width of physical addresses, bits.", default: defaultMachine.physicalAddressBits },
  processors: { reader: integer(1, 32), description: "Virtual processors.", default: defaultMachine.processors },
  interrupts: {
    reader: choice("line", "msi", "msix"),
    description:
      "Kind of interrupt the device is given, if it has both: `line`, `msi` (one resource for all messages) or `msix` (one resource for each message).",
    default: defaultMachine.interrupts,
  },
  timing: { reader: record(timingAttributes), description: "How long things take in virtual time." },
} as const;

const deviceAttributes = {
  model: { reader: modelPath, description: "Id of a built-in device model, or the path of a module.", isRequired: true },
  options: { reader: anyObject, description: "Options handed to the device model." },
} as const;

const verifierAttributes = {
  disable: { reader: list(text), description: "Ids of rules that are not checked." },
  only: { reader: list(text), description: "Ids of the only rules that are checked." },
} as const;

const tracingAttributes = {
  level: {
    reader: oneOf(choice("critical", "error", "warning", "information", "verbose"), integer(0, 255)),
    description: "Highest level of messages that are shown, by name or TRACE_LEVEL number; left out, all are.",
  },
  flags: { reader: list(text), description: "Flags (and TraceLogging providers) whose messages are shown; `*` stands for anything; left out, all are." },
  history: {
    reader: integer(0, 10_000),
    description: "Messages, shown or not, that are kept and shown with a bug check.",
    default: defaultTracing.history,
  },
} as const;

const statusName = matching(/^(STATUS_[A-Z0-9_]+|0x[0-9A-Fa-f]{1,8})$/, "an NTSTATUS name such as 'STATUS_INSUFFICIENT_RESOURCES'");

const faultAttributes = {
  at: { reader: text, description: "Function that fails, such as `WdfDmaTransactionCreate`, or the name of a fault of the device model.", isRequired: true },
  occurrence: { reader: integer(1, maxSafe), description: "Which call fails, counted from 1.", default: 1 },
  status: { reader: statusName, description: "NTSTATUS that the failing function returns; leave out for device faults." },
} as const;

const hexBytes = {
  hex: { reader: matching(/^([0-9A-Fa-f]{2}\s*)*$/, "pairs of hexadecimal digits"), description: "A REG_BINARY value.", isRequired: true },
} as const;
const registryBytes = having("hex", record(hexBytes), 'an object such as { "hex": "00ff12" } for REG_BINARY (there are no keys below these)');
const registryValue = oneOf(integer(0, 0xffff_ffff), text, list(text), registryBytes);

export const launchAttributes = {
  type: { reader: choice("kmdf-dma"), description: "Kind of debugger; always `kmdf-dma`." },
  request: { reader: choice("launch"), description: "Always `launch`." },
  name: { reader: text, description: "Name of the configuration." },
  project: {
    reader: filePath,
    description: "A `.vcxproj`, WDK 7 `sources` file or `compile_commands.json`: its sources, defines, include paths and WPP settings are used.",
  },
  configuration: { reader: text, description: "Configuration of a `.vcxproj`; default `Debug`, or the one that comes nearest." },
  platform: { reader: text, description: "Platform of a `.vcxproj`; default `x64`, or one that the project has." },
  sources: { reader: list(globPath), description: "Source files or globs, instead of or in addition to `project`." },
  includePath: { reader: list(folderPath), description: "Folders in which headers are looked for, before those of the project." },
  defines: { reader: list(text), description: "Macros to define, `NAME` or `NAME=value`." },
  undefines: { reader: list(text), description: "Macros to undefine." },
  compilerArgs: { reader: list(text), description: "Further arguments for the compiler." },
  clang: { reader: programPath, description: "A native clang with the wasm32 target to use instead of the built-in one." },
  device: { reader: oneOf(modelPath, record(deviceAttributes)), description: "Device model the driver drives.", isRequired: true },
  scenario: {
    reader: oneOf(filePath, list(anyObject)),
    description: "What happens: the path of a scenario module or a list of steps. Left out, the driver is started and waits for requests.",
  },
  machine: { reader: record(machineAttributes), description: "The computer the driver runs on." },
  schedule: {
    reader: matching(/^(default|s\d{1,9})$/, "'default' or an id that kmdf-dma explore prints, such as 's17'"),
    description: "How long device work, interrupts and timers take: `default`, or an id that `kmdf-dma explore --schedules` printed.",
    default: "default",
  },
  verifier: { reader: oneOf(flag, record(verifierAttributes)), description: "Whether, and which, rules are checked.", default: true },
  tracing: { reader: record(tracingAttributes), description: "Which trace messages of the driver (WPP, TraceLogging) are shown." },
  faults: { reader: list(record(faultAttributes)), description: "Calls that fail, and device faults that happen." },
  registry: { reader: map(registryValue), description: "Values of the driver's Parameters key and of the device's hardware key." },
  stopOnEntry: { reader: flag, description: "Stop at the first statement of DriverEntry.", default: false },
  trace: { reader: outputPath, description: "File to which the trace is written at exit." },
} as const;

/** Attributes that editors add or act on themselves; they mean nothing here and are no mistake. */
export const editorAttributes: ReadonlySet<string> = new Set([
  "debugServer",
  "internalConsoleOptions",
  "noDebug",
  "postDebugTask",
  "preLaunchTask",
  "presentation",
  "restart",
  "serverReadyAction",
  "suppressMultipleSessionWarning",
]);

export const launchReader = record(launchAttributes, (name) => editorAttributes.has(name) || name.startsWith("__"));
export type LaunchAttributes = Read<typeof launchAttributes>;
