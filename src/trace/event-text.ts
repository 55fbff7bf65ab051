// SPDX-License-Identifier: MIT
/** What a trace event is called in a timeline: short, and the same for events of the same sort, so that viewers can group by name. */
import { type DecodedEvent, type TraceSnapshot, ntStatusName } from "../protocol/index.ts";

const hexadecimal = (value: number): string => `0x${value.toString(16).toUpperCase()}`;
const registerName = (bar: number, offset: number): string => `BAR${bar}+${hexadecimal(offset)}`;

/** Name of `event` for a bar or a row, e.g. `write 262144 bytes`, `transfer 4096 bytes`, `EvtProgramDma`. Give a span the arguments of its end. */
export function eventTitle(trace: TraceSnapshot, event: DecodedEvent): string {
  const [a, b, c] = event.args;
  const text = (id: number): string => trace.texts[id] ?? "";
  switch (event.kind) {
    case "requestArrived":
      return b > 0 ? `${text(a)} ${b} bytes` : text(a) || event.info.name;
    case "requestCompleted":
      return `complete ${ntStatusName(a) ?? hexadecimal(a >>> 0)}`;
    case "transaction":
      return `${b === 0 ? "read" : "write"} transaction ${a} bytes`;
    case "transfer":
      return `transfer ${b} bytes`;
    case "dmaMapped":
      return `map ${b} bytes${c === 0 ? "" : " (bounce buffer)"}`;
    case "dmaUnmapped":
      return `unmap ${b} bytes`;
    case "deviceRead":
      return `device reads ${b} bytes`;
    case "deviceWrite":
      return `device writes ${b} bytes`;
    case "registerRead":
      return `read ${registerName(a, b)}`;
    case "registerWrite":
      return `write ${registerName(a, b)}`;
    case "interruptRaised":
      return `raise vector ${hexadecimal(a)}`;
    case "interruptLowered":
      return `lower vector ${hexadecimal(a)}`;
    case "interruptDelivered":
      return `interrupt vector ${hexadecimal(a)}`;
    case "objectCreated":
      return `create ${text(a)}`;
    case "objectDeleted":
      return `delete ${text(a)}`;
    case "deviceActivity":
      return text(b) || event.info.name;
    case "violation":
      return `${text(a)}: ${text(b)}`;
    case "exception":
      return `${ntStatusName(a) ?? hexadecimal(a >>> 0)} ${text(b)}`;
    case "requestPresented":
    case "transactionState":
    case "dpcQueued":
    case "irql":
    case "timer":
      return event.info.name;
    case "callback":
    case "api":
    case "dpc":
    case "power":
    case "debugPrint":
    case "deviceLog":
    case "logpoint":
    case "workItem":
    case "scenario":
      return text(a) || event.info.name;
  }
}
