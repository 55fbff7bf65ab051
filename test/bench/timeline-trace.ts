// SPDX-License-Identifier: MIT
/**
 * A long trace for measurements: DMA requests one after the other, each with callbacks, a transaction, transfers, register accesses, device activity, an
 * interrupt, a DPC. Runs in Node.js and, handed over as text, in a page; so it uses nothing from outside but its arguments.
 */
import type { TraceSnapshot } from "../../src/protocol/index.ts";

/** Numbers of the event kinds by name. */
export type KindIds = Readonly<Record<string, { readonly id: number }>>;

/**
 * `drawn` slices and instants, and the ends of the slices; two of four channels overlap. The first event has id `firstEvent` and happens at `start`, ns. Texts are always
 * the same.
 */
export function makeTrace(kinds: KindIds, drawn: number, firstEvent = 1, start = 0): TraceSnapshot {
  const capacity = 2 * drawn + 1000;
  const texts = ["", "write", "read", "EvtIoWrite", "EvtProgramDma", "EvtInterruptIsr", "EvtInterruptDpc", "H2C", "C2H", "fetch descriptor", "move 4096 bytes"];
  for (let i = 0; i < 40; i++) texts.push(`SampleEvt${i}`);
  const time = new Float64Array(capacity);
  const statement = new Float64Array(capacity);
  const kind = new Uint8Array(capacity);
  const phase = new Uint8Array(capacity);
  const irql = new Uint8Array(capacity);
  const object = new Uint32Array(capacity);
  const parent = new Uint32Array(capacity);
  const args = new Float64Array(3 * capacity);
  let count = 0;
  let shown = 0;
  let now = start;
  let seed = 12_345 + firstEvent;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor(((seed >>> 8) / 0x100_0000) * below);
  };
  const add = (of: string, as: number, cause = 0, a = 0, b = 0, c = 0): number => {
    time[count] = now;
    statement[count] = count;
    kind[count] = kinds[of]?.id ?? 0;
    phase[count] = as;
    object[count] = 1 + (count & 7);
    parent[count] = cause;
    args[3 * count] = a;
    args[3 * count + 1] = b;
    args[3 * count + 2] = c;
    if (as !== 2 && of !== "irql") shown++;
    return firstEvent + count++;
  };
  const pass = (most: number): void => {
    now += 1 + random(most);
  };
  while (shown < drawn) {
    const isWrite = random(2);
    const bytes = 4096 * (1 + random(16));
    const request = add("requestArrived", 1, 0, 1 + isWrite, bytes);
    add("requestPresented", 0, request, 4);
    const callback = add("callback", 1, request, 3, 0, 11 + random(10));
    pass(300);
    const transaction = add("transaction", 1, request, bytes, isWrite, 9);
    for (let transfers = 1 + random(3); transfers > 0; transfers--) {
      const transfer = add("transfer", 1, transaction, 0, 4096, 1 + random(4));
      const program = add("callback", 1, transfer, 4, 0, 21 + random(10));
      pass(200);
      add("registerWrite", 0, 0, 0, 0x100 + 4 * random(4), random(256));
      const activity = add("deviceActivity", 1, 0, 7 + random(2), 9 + random(2));
      add("callback", 2, program, 4, 1, 21);
      pass(4000);
      add("deviceActivity", 2, activity, args[3 * (activity - firstEvent)], 10);
      add("deviceRead", 0, 0, 0x1_0000_0000 + count, 4096);
      const raised = add("interruptRaised", 0, 0, 0x91);
      pass(90);
      add("irql", 0, 0, 9);
      const delivered = add("interruptDelivered", 1, raised, 0x91);
      const isr = add("callback", 1, raised, 5, 0, 31 + random(5));
      pass(300);
      const queued = add("dpcQueued", 0, raised, 1);
      add("callback", 2, isr, 5, 1, 31);
      add("interruptDelivered", 2, delivered, 0x91, 1);
      add("irql", 0, 0, 2);
      const dpc = add("dpc", 1, queued, 6);
      pass(random(400) === 0 ? 200_000 : 900);
      add("transfer", 2, transfer, 0, 4096, 1);
      add("dpc", 2, dpc, 6);
      add("irql", 0, 0, 0);
    }
    add("transaction", 2, transaction, bytes, isWrite, 9);
    add("requestCompleted", 0, request, 0, bytes);
    add("requestArrived", 2, request, 1 + isWrite, bytes);
    add("callback", 2, callback, 3, 0, 11);
    pass(2000);
  }
  return {
    firstEvent,
    count,
    time: time.slice(0, count),
    statement: statement.slice(0, count),
    kind: kind.slice(0, count),
    phase: phase.slice(0, count),
    irql: irql.slice(0, count),
    object: object.slice(0, count),
    parent: parent.slice(0, count),
    args: args.slice(0, 3 * count),
    texts,
  };
}
