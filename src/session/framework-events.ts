// SPDX-License-Identifier: MIT
/** Events of framework, kernel and device at which the target can stop, with what can be asked of each. */

import { tracePhase } from "../protocol/index.ts";
import type { ArgumentTest, FrameworkBreakpointRequest, FrameworkEvent, TraceKind, TracePhase, Watch } from "../protocol/index.ts";

interface EventInfo {
  readonly label: string;
  /** When it happens, and which `$names` a condition can use. */
  readonly description: string;
  readonly event: TraceKind;
  readonly phase: TracePhase;
  readonly tests?: readonly ArgumentTest[];
}

/** States of a WDFDMATRANSACTION by number, as the trace has them (fxdmatransactionbase.hpp). */
export const transactionStates = ["Created", "Reserved", "Initialized", "Transfer", "TransferCompleted", "TransferFailed", "Released", "Deleted"] as const;

/** NTSTATUS values that NT_SUCCESS refuses. */
const failures: ArgumentTest = { argument: 0, min: 0x8000_0000, max: 0xffff_ffff };

export const frameworkEvents: Readonly<Record<FrameworkEvent, EventInfo>> = {
  transactionState: {
    label: "DMA transaction changes state",
    description: "Condition: $from, $to (numbers, or $Transfer, $Released, …), $object",
    event: "transactionState",
    phase: tracePhase.instant,
  },
  transfer: {
    label: "DMA transfer begins",
    description: "Before EvtProgramDma. Condition: $n (transfer of the transaction, from 1), $offset, $length, $elements",
    event: "transfer",
    phase: tracePhase.begin,
  },
  objectCreated: {
    label: "Framework object created",
    description: "Condition: $handle, $object, $n",
    event: "objectCreated",
    phase: tracePhase.instant,
  },
  objectDeleted: { label: "Framework object deleted", description: "Condition: $object, $n", event: "objectDeleted", phase: tracePhase.instant },
  interrupt: { label: "Device asserts its interrupt", description: "Condition: $vector, $n", event: "interruptRaised", phase: tracePhase.instant },
  registerWrite: {
    label: "Driver writes a device register",
    description: "Before the device sees it. Condition: $bar, $offset, $value, $n",
    event: "registerWrite",
    phase: tracePhase.instant,
  },
  registerRead: {
    label: "Driver reads a device register",
    description: "Condition: $bar, $offset, $value, $n",
    event: "registerRead",
    phase: tracePhase.instant,
  },
  requestCompleted: { label: "Request completed", description: "Condition: $status, $information, $n", event: "requestCompleted", phase: tracePhase.instant },
  requestFailed: {
    label: "Request completed with a failure status",
    description: "Condition: $status, $information, $n",
    event: "requestCompleted",
    phase: tracePhase.instant,
    tests: [failures],
  },
  deviceRead: {
    label: "Device reads memory",
    description: "Bus-master read. Condition: $logical, $length, $n",
    event: "deviceRead",
    phase: tracePhase.instant,
  },
  deviceWrite: {
    label: "Device writes memory",
    description: "Bus-master write. Condition: $logical, $length, $n",
    event: "deviceWrite",
    phase: tracePhase.instant,
  },
};

export const isFrameworkEvent = (name: string): name is FrameworkEvent => Object.hasOwn(frameworkEvents, name);

type EventWatch = Omit<Extract<Watch, { kind: "event" }>, "id">;

/** The watch for `request`; a string is the reason why there is none. */
export function eventWatch(request: FrameworkBreakpointRequest): EventWatch | string {
  const { event, phase, tests = [] } = frameworkEvents[request.event];
  const own = [...argumentTests(request)];
  const problem = own.find((test): test is string => typeof test === "string");
  if (problem !== undefined) return problem;
  const { n, type, address, length = 1 } = request;
  if (address !== undefined && event !== "deviceRead" && event !== "deviceWrite")
    return `'address' can be asked of deviceRead and deviceWrite, not of ${request.event}`;
  if (type !== undefined && event !== "objectCreated" && event !== "objectDeleted")
    return `'type' can be asked of objectCreated and objectDeleted, not of ${request.event}`;
  return {
    kind: "event",
    event,
    phase,
    tests: [...tests, ...own.filter((test) => typeof test !== "string")],
    ...(n === undefined ? {} : { n }),
    ...(type === undefined ? {} : { text: type }),
    ...(address === undefined ? {} : { range: { start: Number(address), end: Number(address) + length } }),
  };
}

function* argumentTests({ event, from, to, bar, offset, mask, value }: FrameworkBreakpointRequest): Generator<ArgumentTest | string> {
  const exactly = (argument: 0 | 1 | 2, wanted: number, more: object = {}): ArgumentTest => ({ argument, min: wanted, max: wanted, ...more });
  for (const [argument, state] of [
    [0, from],
    [1, to],
  ] as const) {
    if (state === undefined) continue;
    const number = (transactionStates as readonly string[]).indexOf(state) + 1;
    if (event !== "transactionState") yield `'from' and 'to' can be asked of transactionState, not of ${event}`;
    else if (number === 0) yield `'${state}' is not a state of a transaction; there are ${transactionStates.join(", ")}`;
    else yield exactly(argument, number);
  }
  if ([bar, offset, mask, value].every((part) => part === undefined)) return;
  if (event !== "registerWrite" && event !== "registerRead") yield `'bar', 'offset', 'mask' and 'value' can be asked of registers, not of ${event}`;
  if (bar !== undefined) yield exactly(0, bar);
  if (offset !== undefined) yield exactly(1, offset);
  if (value !== undefined) yield exactly(2, mask === undefined ? value : (value & mask) >>> 0, mask === undefined ? {} : { mask });
  else if (mask !== undefined) yield { argument: 2, mask, min: 1, max: 0xffff_ffff };
}
