// SPDX-License-Identifier: MIT
/**
 * Watches: what the runtime looks out for besides statements, on behalf of data, function and framework breakpoints. A hit is told as facts;
 * texts are made by the session.
 */
import type { TraceKind, TracePhase } from "./trace-event.ts";

/** Who touched memory: C code of the driver, a routine of the kernel or framework it called, or the device as bus master. */
export type Accessor = "driver" | "kernel" | "device";

/** What an argument of a trace event must be. */
export interface ArgumentTest {
  /** Index of the argument. */
  readonly argument: 0 | 1 | 2;
  /** Applied to the value before it is compared. */
  readonly mask?: number;
  readonly min: number;
  readonly max: number;
}

export type Watch = { readonly id: number } & (
  | {
      /** Bytes of driver memory. */
      readonly kind: "memory";
      readonly address: number;
      readonly length: number;
      readonly access: "read" | "write" | "readWrite";
      /** Left out: anybody. */
      readonly by?: "processor" | "device";
    }
  | {
      /**
       * Bytes of the stack frame of a function, while the frame exists: changes by the function itself, which are seen at the statement after,
       * and by others.
       */
      readonly kind: "local";
      readonly address: number;
      readonly length: number;
      /** Address of the frame's call record, its function, and the frame base. */
      readonly record: number;
      readonly functionIndex: number;
      readonly frameBase: number;
    }
  /** The driver calls a routine of kernel or framework. */
  | { readonly kind: "call"; readonly routine: string }
  /** The first statement of whatever function kernel or framework calls as `callback`, e.g. `EvtProgramDma`. */
  | { readonly kind: "callback"; readonly callback: string }
  | {
      /** An event of the trace. */
      readonly kind: "event";
      readonly event: TraceKind;
      readonly phase: TracePhase;
      readonly tests: readonly ArgumentTest[];
      /** The text that argument 0 must be. */
      readonly text?: string;
      /** Ordinal: of a transfer in its transaction, of other events among those of their kind. */
      readonly n?: number;
      /** Arguments 0 (address) and 1 (length) must touch [start, end). */
      readonly range?: { readonly start: number; readonly end: number };
    }
);

/** One access to memory by the device. */
export interface DeviceAccess {
  readonly logical: number;
  readonly length: number;
  /** Transaction or common buffer; 0 = unknown. */
  readonly objectId: number;
}

export type WatchHit = {
  /** Watch that was hit. */
  readonly watch: number;
  /** Statement number, and which hit of the watch at that number, from 1: together they name the hit in any execution of the history. */
  readonly position: number;
  readonly sequence: number;
} & (
  | {
      readonly kind: "memory";
      readonly access: "read" | "write";
      readonly by: Accessor;
      /** Address and bytes of the access. */
      readonly address: number;
      readonly length: number;
      /** The routine that did it, when `by` is kernel and a driver called it. */
      readonly routine?: string;
      readonly device?: DeviceAccess;
      /** The watched bytes before and after. */
      readonly before: Uint8Array;
      readonly after: Uint8Array;
    }
  | {
      readonly kind: "local";
      readonly before: Uint8Array;
      readonly after: Uint8Array;
      /** Statement id of the statement that changed it. */
      readonly statement: number;
    }
  | { readonly kind: "call"; readonly routine: string }
  | { readonly kind: "callback"; readonly callback: string }
  | {
      readonly kind: "event";
      readonly event: TraceKind;
      readonly objectId: number;
      readonly arguments: readonly [number, number, number];
      /** Text of argument 0 when it is one. */
      readonly text?: string;
      readonly n: number;
    }
);

/** An event that led to where the target is. */
export interface Cause {
  /** Id of the trace. */
  readonly event: number;
  readonly kind: TraceKind;
  readonly objectId: number;
  readonly arguments: readonly [number, number, number];
  /** Text of argument 0 when it is one. */
  readonly text?: string;
  /** Virtual ns. */
  readonly time: number;
  /** Statement number, to travel to. */
  readonly position: number;
}
