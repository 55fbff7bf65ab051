// SPDX-License-Identifier: MIT
/** Launch configuration after validation (see README, "Configuration"): every path absolute, every default filled in. */

export interface TimingConfiguration {
  /** Virtual ns for one statement of driver code. */
  readonly statementNs: number;
  /** Virtual ns for a device register or port read (a full round trip on the bus). */
  readonly registerReadNs: number;
  /** Virtual ns for a register or port write (posted). */
  readonly registerWriteNs: number;
  /** Virtual time after which a scenario that has not ended is stopped, ms. */
  readonly limitMs: number;
  /** Real time after which `run` stops a scenario that has not ended, ms. */
  readonly realLimitMs: number;
}

/** Line, one resource for all messages (MSI), or one resource for each message (MSI-X). */
export type InterruptKind = "line" | "msi" | "msix";

export interface MachineConfiguration {
  readonly seed: number;
  readonly memoryMiB: number;
  readonly physicalLayout: "scattered" | "contiguous" | "fragmented";
  /** Map registers the HAL grants an adapter at most; 0 = as many as it asks for. */
  readonly mapRegisters: number;
  readonly physicalAddressBits: number;
  readonly processors: number;
  readonly interrupts: InterruptKind;
  readonly timing: TimingConfiguration;
}

export interface FaultConfiguration {
  /** Function that fails, e.g. `WdfDmaTransactionCreate`, or a fault name of the device model. */
  readonly at: string;
  /** 1-based call that fails. */
  readonly occurrence: number;
  /** NTSTATUS name returned; absent for device faults. */
  readonly status?: string;
}

export type RegistryValue = number | string | readonly string[] | { readonly hex: string };

export interface VerifierConfiguration {
  readonly enabled: boolean;
  readonly disable: readonly string[];
  /** Empty = all. */
  readonly only: readonly string[];
}

/** Which trace messages of the driver are shown (WPP, TraceLogging). */
export interface TracingConfiguration {
  /** Highest TRACE_LEVEL_xxx, 0 to 255. */
  readonly level: number;
  /** Names of flags (and TraceLogging providers), `*` for anything; empty = all. */
  readonly flags: readonly string[];
  /** Messages that are kept to be shown with a bug check; 0 = none. */
  readonly history: number;
}

export const defaultTracing: TracingConfiguration = { level: 255, flags: [], history: 20 };

/** Levels of evntrace.h by the names that configurations use. */
export const traceLevels = { critical: 1, error: 2, warning: 3, information: 4, verbose: 5 } as const;

export type ScenarioStep = Readonly<Record<string, unknown>>;

export interface LaunchConfiguration {
  readonly name: string;
  /** Folder that relative paths were resolved against. */
  readonly baseDir: string;
  /** The file the configuration came from, for messages; absent when a client sent it. */
  readonly file?: string;
  readonly project?: string;
  /** Of a `.vcxproj`; absent: Debug and x64, or what the project has that comes nearest. */
  readonly configuration?: string;
  readonly platform?: string;
  /** Absolute globs or paths. */
  readonly sources: readonly string[];
  readonly includePath: readonly string[];
  readonly defines: readonly string[];
  readonly undefines: readonly string[];
  readonly compilerArgs: readonly string[];
  readonly clang?: string;
  /** Built-in id or absolute path of a module. */
  readonly device: { readonly model: string; readonly options: Readonly<Record<string, unknown>> };
  readonly scenario?: string | readonly ScenarioStep[];
  readonly machine: MachineConfiguration;
  readonly schedule: string;
  readonly verifier: VerifierConfiguration;
  readonly tracing: TracingConfiguration;
  readonly faults: readonly FaultConfiguration[];
  readonly registry: Readonly<Record<string, RegistryValue>>;
  readonly stopOnEntry: boolean;
  readonly trace?: string;
}

export const defaultMachine: MachineConfiguration = {
  seed: 1,
  memoryMiB: 64,
  physicalLayout: "scattered",
  mapRegisters: 0,
  physicalAddressBits: 36,
  processors: 1,
  interrupts: "msi",
  timing: { statementNs: 2, registerReadNs: 300, registerWriteNs: 50, limitMs: 60_000, realLimitMs: 120_000 },
};
