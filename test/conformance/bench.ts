// SPDX-License-Identifier: MIT
/** Builds the conformance driver once and runs it: each run has settings (registry values), a scenario and a machine; what the driver printed comes back. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readLaunchConfigurationFile } from "../../src/adapter/index.ts";
import { UserError } from "../../src/base/index.ts";
import { type Host, createHost } from "../../src/cli/host.ts";
import type { RunReport, TraceSnapshot } from "../../src/protocol/index.ts";
import type { SessionEvent } from "../../src/session/index.ts";
import { EmbeddedClang } from "../../src/toolchain/index.ts";
import { testCache } from "../bad-drivers/command-line.ts";

const here = import.meta.dirname;
const sourcesOf = (driver: string): string[] =>
  readdirSync(path.join(here, driver))
    .filter((name) => name.endsWith(".c"))
    .map((name) => path.join(here, driver, name));

/** A driver of a folder here, and the device it drives. */
export interface BenchDriver {
  readonly folder: string;
  readonly device: string;
}

/** CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS). */
export const ioctlRun = 0x0022_2000;

export interface RunOptions {
  /** JSON steps, or the name of a module in scenarios/. */
  readonly scenario: string | readonly Readonly<Record<string, unknown>>[];
  /** Values of the driver's Parameters key. */
  readonly settings?: Readonly<Record<string, number>>;
  readonly machine?: Readonly<Record<string, unknown>>;
  readonly verifier?: boolean | Readonly<Record<string, unknown>>;
  readonly faults?: readonly Readonly<Record<string, unknown>>[];
  /** Keep the trace. */
  readonly trace?: boolean;
}

export interface Run {
  readonly report: RunReport;
  /** What the driver printed, by line. */
  readonly lines: readonly string[];
  readonly trace?: TraceSnapshot | undefined;
}

type Build = Extract<Awaited<ReturnType<Host["build"]>>, { ok: true }>;

export class ConformanceBench {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "kmdf-conformance-"));
  readonly #embedded = new EmbeddedClang();
  readonly #host = createHost(here, { embedded: this.#embedded, cacheDir: testCache });
  #build: Promise<Build> | undefined;
  readonly #driver: BenchDriver;
  #runs = 0;

  constructor(driver: BenchDriver = { folder: "driver", device: "device.ts" }) {
    this.#driver = driver;
  }

  async run(options: RunOptions): Promise<Run> {
    const file = path.join(this.#folder, `run-${this.#runs++}.json`);
    const { scenario, settings = {}, machine = {}, verifier = true, faults = [] } = options;
    writeFileSync(
      file,
      JSON.stringify({
        sources: sourcesOf(this.#driver.folder),
        device: path.join(here, this.#driver.device),
        scenario: typeof scenario === "string" ? path.join(here, "scenarios", scenario) : scenario,
        registry: settings,
        machine: { memoryMiB: 8, ...machine },
        verifier,
        faults,
      }),
    );
    const configuration = readLaunchConfigurationFile(file);
    if (configuration instanceof UserError) throw configuration;
    this.#build ??= this.#buildDriver(configuration);
    const build = await this.#build;
    const text: string[] = [];
    return new Promise((resolve, reject) => {
      const onEvent = (event: SessionEvent): void => {
        if (event.type === "output" && event.category === "driver") text.push(event.text);
        else if (event.type === "ended")
          void session.kill().then(() => resolve({ report: event.report, trace: event.trace, lines: text.join("").split("\n").filter(Boolean) }));
        else if (event.type === "died") reject(event.error ?? new Error("the worker ended without a report"));
      };
      const session = this.#host.createSession({
        module: build.module,
        linked: build.linked,
        configuration,
        debug: false,
        trace: options.trace ?? false,
        notEmulated: [],
        onEvent,
      });
      session.whenReady().then(
        () => session.run(),
        () => undefined,
      );
    });
  }

  async dispose(): Promise<void> {
    await this.#host.dispose();
    await this.#embedded.dispose();
    rmSync(this.#folder, { recursive: true });
  }

  async #buildDriver(configuration: Parameters<Host["build"]>[0]): Promise<Build> {
    const build = await this.#host.build(configuration, { signal: new AbortController().signal, onProgress: () => undefined });
    assert.deepEqual(
      build.diagnostics.map(({ file, line, message }) => `${file}:${line}: ${message}`),
      [],
      "the conformance driver compiles without a word",
    );
    assert.ok(build.ok);
    return build;
  }
}

/** The step that runs a test of the driver. */
export function runStep(test: string): Readonly<Record<string, unknown>> {
  return { ioctl: { code: ioctlRun, input: Buffer.from(`${test}\0`).toString("hex") } };
}

/** Compares with `golden/NAME.txt`; UPDATE_GOLDEN=1 rewrites it. */
export function assertGolden(name: string, lines: readonly string[]): void {
  const file = path.join(here, "golden", `${name}.txt`);
  const text = `${lines.join("\n")}\n`;
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, text);
  assert.ok(existsSync(file), `${file} does not exist; UPDATE_GOLDEN=1 writes it`);
  assert.equal(text, readFileSync(file, "utf8"));
}

/** The course of a run: the lines of Trace without their mark. */
export const course = ({ lines }: Run): readonly string[] => lines.filter((line) => line.startsWith(". ")).map((line) => line.slice(2));
