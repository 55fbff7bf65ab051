// SPDX-License-Identifier: MIT
/**
 * Trace messages of the driver (WPP, its recorder, TraceLogging) on their way out: what the configuration asks for becomes text in the debug console and an event of the
 * trace; the last ones are kept whatever it asks for, as the in-flight recorder of Windows keeps them, and shown with a bug check.
 */
import type { Machine } from "../machine/index.ts";
import { type TracingConfiguration, defaultTracing } from "../protocol/index.ts";
import type { DebugPrintSource } from "./print-api.ts";

export interface TraceMessage {
  /** One line or more, without a line end. */
  readonly text: string;
  /** TRACE_LEVEL_xxx; undefined when the message has none, or one that is no number. */
  readonly level: number | undefined;
  /** Flag of WPP_DEFINE_BIT, or provider of TraceLogging. */
  readonly flag: string | undefined;
  /** Whether the driver's own conditions let it out of the recorder. */
  readonly isTraced: boolean;
  /** Whether the recorder keeps it. */
  readonly isRecorded: boolean;
  /** Identifier of the recorder's log it goes to; undefined for the default one. */
  readonly log?: string;
}

export class TraceMessages {
  readonly #machine: Machine;
  readonly #emit: (text: string, source: DebugPrintSource) => void;
  readonly #configuration: TracingConfiguration;
  readonly #flags: readonly RegExp[];
  readonly #recorded: string[] = [];
  #count = 0;

  constructor(machine: Machine, emit: (text: string, source: DebugPrintSource) => void, configuration: TracingConfiguration = defaultTracing) {
    this.#machine = machine;
    this.#emit = emit;
    this.#configuration = configuration;
    this.#flags = configuration.flags.map(wildcard);
  }

  /** Highest level that is let out, TRACE_LEVEL_xxx. */
  get level(): number {
    return this.#configuration.level;
  }

  /** Whether messages of this level and flag are let out; undefined is no reason to keep one back. */
  isEnabled(level: number | undefined, flag: string | undefined): boolean {
    if (level !== undefined && level > this.#configuration.level) return false;
    return flag === undefined || this.#flags.length === 0 || this.#flags.some((pattern) => pattern.test(flag));
  }

  send(message: TraceMessage): void {
    const { text, level, flag } = message;
    if (message.isRecorded) this.#record(message);
    if (!message.isTraced || !this.isEnabled(level, flag)) return;
    const { trace } = this.#machine;
    const line = `${text}\n`;
    trace.instant("debugPrint", 0, 0, trace.text(line));
    this.#emit(line, { component: undefined, level: undefined });
  }

  /** The last messages, oldest first, as the recorder's log shows them; the first line says how many there were before. */
  lastMessages(): readonly string[] {
    const lost = this.#count - this.#recorded.length;
    return lost > 0 ? [`(${lost} earlier ${lost === 1 ? "message" : "messages"})`, ...this.#recorded] : this.#recorded;
  }

  #record({ text, log }: TraceMessage): void {
    if (this.#configuration.history === 0) return;
    this.#count++;
    const microseconds = (this.#machine.clock.now / 1000).toFixed(3);
    this.#recorded.push(`${microseconds} µs ${log === undefined ? "" : `{${log}} `}${text}`);
    if (this.#recorded.length > this.#configuration.history) this.#recorded.shift();
  }
}

/** A pattern in which `*` stands for anything, without regard to letter case. */
const wildcard = (pattern: string): RegExp => new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`, "i");
