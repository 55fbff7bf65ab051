// SPDX-License-Identifier: MIT
/** Who listens to the hooks of the instrumented code: the debugger. */
import type { CallReason } from "../machine/index.ts";
import type { Context } from "./driver-stack.ts";

export interface HookListener {
  /** Statement numbers at which `reached` is called; infinite when none. */
  readonly stopAt: number;
  reached(statement: number, position: number): void;
  /** Whether nothing is wanted of an armed statement; asked before anything else. */
  skips(statement: number, callStackPointer: number): boolean;
  /** The statement's byte in the statement table is set. */
  armed(statement: number, position: number): void;
  /** The hook was called for something else (an event, the end of a slice). */
  passed(position: number): void;
  /** The driver has entered the host through `api`. */
  called(api: string): void;
  /** The host is about to enter the driver. */
  entering(context: Context): void;
  /** The host has done what the driver called it for. */
  settled(): void;
  contextEnded(context: Context): void;
  /** A trap that V8 raised: the innermost driver frame is lost to the engine, the shadow call stack is not. */
  trapped(error: Error, topOffset: number | undefined): never;
  /** A trap that the instrumentation announced before it happens. */
  trap(kind: number): never;
  badCall(name: string, target: number, reason: CallReason): never;
}
