// SPDX-License-Identifier: MIT
/** A stack of driver code: its boundaries between host and driver, where it is, and what it waits for; and how to read its frames. */
import type { Blocking, CallReason, ClockEvent, KernelThread, Wait } from "../machine/index.ts";
import { type InstrumentedModule, type RawFrame, callRecord, callRecordBytes } from "../protocol/index.ts";
import type { Coroutine } from "./coroutine.ts";
import type { Registers } from "./registers.ts";

/** A call from the host into driver code that has not returned. */
export interface Context {
  readonly serial: number;
  readonly name: string;
  readonly reason: CallReason;
  /** Shadow call-stack pointer at entry. */
  readonly callStackPointer: number;
  /** API through which the interrupted driver code had entered the host; undefined at the bottom or for an interrupt between statements. */
  readonly api: string | undefined;
  /** Statement of driver code that the call interrupted; undefined when driver code was in a call. */
  readonly interrupted: number | undefined;
  /** Statement number at entry. */
  readonly enteredAt: number;
  readonly functionIndex: number;
  /** Termination blocks: record of the function whose block it is. */
  readonly terminates?: number;
}

/** The call of the host in which a stack was left. */
export interface Suspension {
  readonly task: Blocking<number | bigint | void>;
  wait: Wait;
  /** What remains to be done in the host before the call returns its result. */
  readonly finish: (result: number | bigint | void) => unknown;
}

export class DriverStack {
  /** 0 for the stack of the processor, on which everything runs that has no thread of its own. */
  readonly index: number;
  readonly callStackTop: number;
  readonly registers: Registers;
  /** Undefined for the stack of the processor. */
  readonly coroutine: Coroutine | undefined;
  readonly contexts: Context[] = [];
  api: string | undefined;
  /** Statement whose hook is active; undefined while driver code is in a call. */
  statement: number | undefined;
  /** Shadow call-stack pointer while another stack runs. */
  callStackPointer: number;
  /** Level of the thread while another stack runs. */
  irql = 0;
  thread: KernelThread | undefined;
  /** Contexts that wait while the machine runs on top of them. */
  waitingContexts = 0;
  suspension: Suspension | undefined;
  /** End of the thread's turn on the processor. */
  turn: ClockEvent | undefined;
  isTurnOver = false;
  /** Statement number at which the thread got the processor last. */
  resumedAt = 0;
  isBusy = false;

  constructor(index: number, callStackTop: number, registers: Registers, coroutine?: Coroutine) {
    this.index = index;
    this.callStackTop = callStackTop;
    this.callStackPointer = callStackTop;
    this.registers = registers;
    this.coroutine = coroutine;
  }

  /** Whether the code that runs on it can be left: no host code lies between it and the start of the stack. */
  get canSuspend(): boolean {
    return this.coroutine !== undefined && this.contexts.length === 1;
  }
}

/**
 * Frames of a stack, innermost first. `callStackPointer` is where its call records begin; `trapOffset` is the code offset of the top frame
 * after a trap of the engine.
 */
export function framesOf(stack: DriverStack, callStackPointer: number, module: InstrumentedModule, view: DataView, trapOffset?: number): RawFrame[] {
  const frames: RawFrame[] = [];
  const offsetOf = (statement: number | undefined): number | undefined => (statement === undefined ? undefined : module.statements.offset[statement]);
  let offset = trapOffset ?? offsetOf(stack.statement);
  if (offset === undefined && stack.api !== undefined) frames.push({ kind: "label", context: "framework", text: stack.api });
  let record = callStackPointer;
  const walkTo = (end: number): void => {
    while (record < end && record < stack.callStackTop) {
      const functionIndex = view.getUint32(record + callRecord.functionIndex, true);
      const called = module.functions[functionIndex];
      if (called === undefined) return;
      frames.push({
        kind: "driver",
        functionIndex,
        offset: offset ?? view.getUint32(record + callRecord.callSite, true),
        frameBase: view.getUint32(record + callRecord.frameBase, true),
        record,
      });
      offset = undefined;
      record += called.recordBytes || callRecordBytes;
    }
  };
  for (let i = stack.contexts.length - 1; i >= 0; i--) {
    const context = stack.contexts[i];
    if (context === undefined) break;
    walkTo(context.callStackPointer);
    record = context.callStackPointer;
    offset = offsetOf(context.interrupted);
    frames.push({ kind: "label", context: context.reason.kind, text: context.reason.label });
  }
  return frames;
}
