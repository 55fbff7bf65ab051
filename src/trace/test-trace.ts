// SPDX-License-Identifier: MIT
/** Traces for tests: one like that of a real write request, and random ones whose spans begin and end in any order. */
import * as fc from "fast-check";
import type { TraceKind, TraceSnapshot } from "../protocol/index.ts";
import { TraceRecorder } from "./recorder.ts";

/** A write of 8192 bytes in two transfers; the device interrupts after each. Events in the order and with the arguments of a real run. */
export function writeRequestTrace(): TraceSnapshot {
  const now = { time: 1000, statement: 1, irql: 0 };
  const trace = new TraceRecorder(() => now);
  const step = (ns: number): void => {
    now.time += ns;
    now.statement++;
  };
  const text = (value: string): number => trace.text(value);
  const request = trace.begin("requestArrived", 9, 0, text("write"), 8192);
  const presented = trace.instant("requestPresented", 9, request, 4);
  const write = trace.begin("callback", 9, presented, text("EvtIoWrite"), 0, text("MyEvtIoWrite"));
  const execute = trace.begin("api", 0, 0, text("WdfDmaTransactionExecute"));
  const transaction = trace.begin("transaction", 8, request, 8192, 1, 9);
  trace.instant("irql", 0, 0, 2);
  let transfer = trace.begin("transfer", 8, transaction, 0, 4096, 1);
  const program = (): void => {
    const callback = trace.begin("callback", 8, transfer, text("EvtProgramDma"), 0, text("MyEvtProgramDma"));
    step(50);
    trace.instant("registerWrite", 0, 0, 0, 0x10, 1);
    const activity = trace.begin("deviceActivity", 0, 0, text("H2C"), text("move 4096 bytes"));
    trace.end("callback", callback, text("EvtProgramDma"), 1, text("MyEvtProgramDma"));
    activities.push(activity);
  };
  const activities: number[] = [];
  program();
  trace.end("api", execute, text("WdfDmaTransactionExecute"), 1);
  trace.end("callback", write, text("EvtIoWrite"), 0, text("MyEvtIoWrite"));
  for (const part of [0, 1]) {
    step(4000);
    trace.end("deviceActivity", activities[part] ?? 0, text("H2C"), text("move 4096 bytes"));
    trace.instant("deviceRead", 8, 0, 0x4_0000_0000, 4096);
    const raised = trace.instant("interruptRaised", 0, 0, 0x91);
    const delivered = trace.begin("interruptDelivered", 0, raised, 0x91);
    const isr = trace.begin("callback", 5, raised, text("EvtInterruptIsr"), 0, text("MyEvtInterruptIsr"));
    step(20);
    const queued = trace.instant("dpcQueued", 5, raised, 1);
    trace.end("callback", isr, text("EvtInterruptIsr"), 1, text("MyEvtInterruptIsr"));
    trace.end("interruptDelivered", delivered, 0x91, 1);
    const dpc = trace.begin("dpc", 5, queued, text("EvtInterruptDpc"));
    const callback = trace.begin("callback", 5, queued, text("EvtInterruptDpc"), 0, text("MyEvtInterruptDpc"));
    trace.end("transfer", transfer, 4096 * part, 4096, 1);
    if (part === 0) {
      transfer = trace.begin("transfer", 8, transaction, 4096, 4096, 1);
      program();
    } else {
      trace.end("transaction", transaction, 8192, 1, 9);
      trace.instant("requestCompleted", 9, request, 0, 8192);
      trace.end("requestArrived", request, text("write"), 8192);
    }
    trace.end("callback", callback, text("EvtInterruptDpc"), 0, text("MyEvtInterruptDpc"));
    trace.end("dpc", dpc, text("EvtInterruptDpc"));
  }
  return trace.snapshot();
}

const spanKinds: readonly TraceKind[] = [
  "callback",
  "api",
  "requestArrived",
  "transaction",
  "transfer",
  "deviceActivity",
  "interruptDelivered",
  "dpc",
  "workItem",
  "power",
];
const instantKinds: readonly TraceKind[] = [
  "irql",
  "registerWrite",
  "deviceRead",
  "interruptRaised",
  "interruptLowered",
  "dpcQueued",
  "debugPrint",
  "requestPresented",
];

/** Any trace: spans that overlap, are empty, last for ever, or name any earlier event as their cause. */
export const randomTrace: fc.Arbitrary<TraceSnapshot> = fc
  .tuple(
    fc.array(
      fc.record({
        action: fc.constantFrom("begin", "end", "instant"),
        kind: fc.nat(100),
        choice: fc.nat(1000),
        pause: fc.constantFrom(0, 0, 0, 1, 7, 1000),
        value: fc.oneof(fc.nat(300), fc.constantFrom(-1, 0xffff_ffff, 2 ** 40, 2 ** 60, 0.5)),
      }),
      { maxLength: 120 },
    ),
    fc.nat(30),
  )
  .map(([steps, first]) => {
    const now = { time: 5, statement: 0, irql: 0 };
    const trace = new TraceRecorder(() => now);
    const open: { readonly id: number; readonly kind: TraceKind }[] = [];
    const words = ["alpha", 'say "hi" </script>', "naïve ☃", ""].map((word) => trace.text(word));
    for (const { action, kind, choice, pause, value } of steps) {
      now.time += pause;
      now.statement++;
      const word = words[choice % words.length] ?? 0;
      const parent = choice % 3 === 0 ? 0 : choice % (trace.lastEvent + 1);
      if (action === "begin") {
        const which = spanKinds[kind % spanKinds.length] ?? "api";
        open.push({ id: trace.begin(which, choice % 5, parent, word, Math.abs(value), word), kind: which });
      } else if (action === "instant")
        trace.instant(instantKinds[kind % instantKinds.length] ?? "irql", choice % 5, parent, Math.abs(Math.trunc(value)) % 256, value, word);
      else {
        const [span] = open.splice(choice % Math.max(1, open.length), 1);
        if (span !== undefined) trace.end(span.kind, span.id, word, Math.abs(value), word);
      }
    }
    return trace.snapshot(first);
  });

export interface ExpectedSpan {
  readonly id: number;
  readonly start: number;
  /** Undefined = never ended. */
  readonly end: number | undefined;
}

/** The spans of a trace, found without any of the code under test. */
export function spansOf({ count, firstEvent, time, phase, parent }: TraceSnapshot): ExpectedSpan[] {
  const spans = new Map<number, ExpectedSpan>();
  for (let i = 0; i < count; i++) {
    if (phase[i] === 1) spans.set(firstEvent + i, { id: firstEvent + i, start: time[i] ?? 0, end: undefined });
    const begin = spans.get(parent[i] ?? 0);
    if (phase[i] === 2 && begin !== undefined) spans.set(begin.id, { ...begin, end: time[i] ?? 0 });
  }
  return [...spans.values()];
}
