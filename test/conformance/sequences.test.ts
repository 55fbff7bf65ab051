// SPDX-License-Identifier: MIT
/** The sequences of section 10 of the specification and the orders of section 7, run by driver code and compared with golden files. */
import assert from "node:assert/strict";
import { ConformanceBench, type RunOptions, assertGolden, course, runStep } from "./bench.ts";

const mode = {
  device: 0,
  synchronous: 1,
  partial: 2,
  deviceError: 3,
  cannotProgram: 4,
  hold: 5,
  holdCancelable: 6,
  cancelable: 7,
  complete: 8,
  forward: 9,
  twice: 11,
} as const;
const stop = { nothing: 0, requeue: 1, keep: 2, complete: 3 } as const;
const fail = {
  prepareHardware: 1,
  d0Entry: 2,
  interruptEnable: 3,
  postInterrupts: 4,
  fill: 5,
  enable: 6,
  selfManagedIoStart: 7,
  selfManagedIoInit: 8,
  d0Exit: 9,
  interruptDisable: 10,
  preInterrupts: 11,
  releaseHardware: 12,
  selfManagedIoSuspend: 100,
  selfManagedIoRestart: 101,
  queryRemove: 102,
  queryStop: 103,
  selfManagedIoStop: 104,
  disable: 105,
  flush: 106,
} as const;
const profile = { packet: 1, packet64: 3, scatterGather64: 4 } as const;
const nothing = [{ log: "" }];
const any = { status: "STATUS_SUCCESS" };

/** Name of the golden file; rows it covers; the run. */
interface Sequence {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly string[];
  readonly options: RunOptions;
  /** Rules that are broken on purpose. */
  readonly violations?: readonly string[];
  readonly outcome?: string;
}

/** In fragmented memory no two pages are neighbours: how many elements a list has does not depend on where the driver's image ends. */
const machine = { physicalLayout: "fragmented" };
const io = (steps: RunOptions["scenario"], settings: RunOptions["settings"]): RunOptions => ({
  scenario: steps,
  settings: { Quiet: 0, ...settings },
  machine,
});

const sequences: readonly Sequence[] = [
  {
    name: "10.1-one-transfer-read",
    title: "one transfer, scatter/gather",
    rows: ["10.1"],
    options: io([{ read: { length: 3000, information: 3000, expect: "increment" } }], { IoMode: mode.device }),
  },
  {
    name: "10.2-write-in-three-transfers",
    title: "a write in three transfers",
    rows: ["10.2"],
    options: io([{ write: { length: 10000, information: 10000 } }], { IoMode: mode.device, Fragment: 4096 }),
  },
  {
    name: "10.2-synchronous-scatter-gather",
    title: "a synchronous device nests EvtProgramDma with scatter/gather",
    rows: ["10.2", "4.1.7"],
    options: io([{ write: { length: 10000, information: 10000 } }], { IoMode: mode.synchronous, Fragment: 4096 }),
  },
  {
    name: "10.2-synchronous-packet",
    title: "a synchronous device does not nest EvtProgramDma with packets",
    rows: ["10.2", "4.1.7"],
    options: io([{ write: { length: 10000, information: 10000 } }], { IoMode: mode.synchronous, Fragment: 4096, Profile: profile.packet64 }),
  },
  {
    name: "10.3-partial-completion",
    title: "partial completion, then the end",
    rows: ["10.3", "3.9.2"],
    options: io([{ read: { length: 10000, information: 1500 } }], { IoMode: mode.partial, Fragment: 4096 }),
  },
  {
    name: "10.4-reuse",
    title: "a transaction is used again",
    rows: ["10.4", "3.16"],
    options: io([{ read: { length: 3000 } }, { write: { length: 100 } }, { read: { length: 5000 } }], { IoMode: mode.device }),
  },
  { name: "10.5-cancel", title: "a cancelled request whose hardware runs", rows: ["10.5"], options: io("cancel.ts", { IoMode: mode.cancelable }) },
  {
    name: "10.6-device-error",
    title: "the device reports an error in the second transfer",
    rows: ["10.6"],
    options: io([{ read: { length: 10000, status: "STATUS_DEVICE_DATA_ERROR", information: 4196 } }], { IoMode: mode.deviceError, Fragment: 4096 }),
  },
  {
    name: "10.6-cannot-program",
    title: "EvtProgramDma cannot program the device",
    rows: ["10.6", "3.8.3"],
    options: io([{ read: { length: 3000, status: "STATUS_DEVICE_NOT_READY" } }], { IoMode: mode.cannotProgram }),
  },
  ...(
    [
      ["nothing", "A"],
      ["requeue", "B"],
      ["keep", "C"],
      ["complete", "D"],
    ] as const
  ).map(
    ([choice, letter]): Sequence => ({
      name: `10.7-power-down-${letter.toLowerCase()}`,
      title: `power goes while a transaction is pending, choice ${letter}`,
      rows: ["10.7", "7.3.1", "7.3.2", "7.3.3", "7.3.4", "7.3.5", "7.3.6"],
      options: io(
        [{ parallel: [{ read: { length: 3000, status: choice === "complete" ? "STATUS_CANCELLED" : "STATUS_SUCCESS" } }, { power: "D3" }] }, { power: "D0" }]
          .flatMap((step) => (choice === "requeue" || choice === "keep" ? [] : [step]))
          .concat(choice === "requeue" || choice === "keep" ? [{ parallel: [{ read: { length: 3000, ...any } }, { power: "D3" }, { power: "D0" }] }] : []),
        { IoMode: mode.device, StopMode: stop[choice] },
      ),
    }),
  ),
  {
    name: "8.2-sequential",
    title: "requests of a sequential queue come one after the other",
    rows: ["8.2.1", "8.4", "8.7.2", "8.3"],
    options: io([{ parallel: [{ read: { length: 100 } }, { write: { length: 200 } }, { read: { length: 0 } }, { read: { length: 300 } }] }], {
      IoMode: mode.device,
    }),
  },
  {
    name: "8.4-completed-in-the-handler",
    title: "a request completed in its handler does not call the next handler recursively",
    rows: ["8.4", "8.7.1", "3.5.2"],
    options: io([{ parallel: [{ read: { length: 100 } }, { write: { length: 200 } }] }], { IoMode: mode.complete }),
  },
  {
    name: "6.6-work-item",
    title: "an interrupt with a work item instead of a DPC",
    rows: ["6.6.5", "6.6.6", "6.6.7", "6.1.8"],
    options: io([{ read: { length: 100 } }], { IoMode: mode.device, WorkItem: 1 }),
  },
  {
    name: "8.8-canceled-in-queue",
    title: "a request canceled before it was presented",
    rows: ["8.8.1", "8.8.4"],
    options: io("cancel-queued.ts", { IoMode: mode.holdCancelable }),
  },
  {
    name: "8.8-canceled-on-queue",
    title: "a request canceled in a queue it was moved to",
    rows: ["8.8.2"],
    options: io("cancel-queued.ts", { IoMode: mode.forward }),
  },
  {
    name: "3.9-bounced",
    title: "data of a 32-bit device above 4 GiB is copied at the end of each transfer",
    rows: ["3.9.3", "12.2.6", "2.2.1", "4.1.2"],
    options: {
      scenario: [{ read: { length: 9000, information: 9000, expect: "increment" } }],
      settings: { Quiet: 0, IoMode: mode.device, Fragment: 4096, Profile: profile.packet },
      machine: { ...machine, physicalAddressBits: 40 },
    },
  },
  {
    name: "7.2-start-and-removal",
    title: "start with two interrupts and two enablers, and removal",
    rows: ["7.2.2", "7.2.3", "7.2.4", "7.2.5", "7.2.6", "7.2.9", "6.4.1", "6.4.3", "2.8", "7.4", "7.1", "6.1.7", "7.2.1", "1.6.4"],
    options: io([{ remove: true }], { Interrupts: 2, Enablers: 2 }),
  },
  {
    name: "7.2-dx-and-back",
    title: "D2 and back to D0",
    rows: ["7.2.8", "7.2.10", "7.3.1", "7.3.6", "2.10"],
    options: io([{ power: "D2" }, { power: "D0" }, { read: { length: 100 } }], { Interrupts: 2, Enablers: 2 }),
  },
  { name: "7.4-surprise-removal", title: "surprise removal in D0", rows: ["7.4"], options: io([{ surpriseRemove: true }], { Interrupts: 2, Enablers: 2 }) },
  {
    name: "7.4-surprise-removal-in-dx",
    title: "surprise removal in D3",
    rows: ["7.4"],
    options: io([{ power: "D3" }, { surpriseRemove: true }], { Interrupts: 1 }),
  },
  ...(
    [
      ["prepareHardware", "7.5.1"],
      ["d0Entry", "7.5.2"],
      ["interruptEnable", "7.5.3"],
      ["postInterrupts", "7.5.4"],
      ["fill", "7.5.5,12.3.12"],
      ["enable", "7.5.5"],
      ["selfManagedIoStart", "7.5.5"],
      ["selfManagedIoInit", "7.5.6"],
    ] as const
  ).map(
    ([what, row]): Sequence => ({
      name: `7.5-${what}-fails`,
      title: `the undo of a start whose ${what} fails`,
      rows: row.split(","),
      options: io(nothing, { Interrupts: 2, Enablers: 2, Fail: fail[what] }),
      outcome: "expectation-failed",
    }),
  ),
  {
    name: "6.4-disable-fails",
    title: "EvtInterruptDisable that fails does not stop the sequence",
    rows: ["6.4.4"],
    options: io([{ power: "D3" }], { Interrupts: 2, Fail: fail.interruptDisable }),
    outcome: "expectation-failed",
  },
  ...(
    [
      ["d0Entry", "7.5.2"],
      ["interruptEnable", "7.5.3"],
      ["postInterrupts", "7.5.4"],
      ["fill", "7.5.5"],
      ["enable", "7.5.5"],
      ["selfManagedIoStart", "7.5.5"],
      ["selfManagedIoRestart", "7.5.6"],
    ] as const
  ).map(
    ([what, row]): Sequence => ({
      name: `7.5-${what}-fails-later`,
      title: `${what} fails on the way from D3 to D0`,
      rows: row.split(","),
      options: io([{ power: "D3" }, { power: "D0" }], { Interrupts: 2, Enablers: 2, Fail: fail[what], FailAfter: what === "selfManagedIoRestart" ? 0 : 1 }),
      outcome: "expectation-failed",
    }),
  ),
  ...(
    [
      ["selfManagedIoSuspend", "7.3.1"],
      ["selfManagedIoStop", "7.3.3"],
      ["disable", "7.3.3"],
      ["flush", "7.3.3"],
      ["preInterrupts", "7.3.4"],
      ["interruptDisable", "7.3.5"],
      ["d0Exit", "7.3.6"],
    ] as const
  ).map(
    ([what, row]): Sequence => ({
      name: `7.3-${what}-fails`,
      title: `${what} fails on the way to D2: the rest is done, then the device fails`,
      rows: row.split(","),
      options: io([{ power: "D2" }], { Interrupts: 2, Enablers: 2, Fail: fail[what] }),
      outcome: "expectation-failed",
    }),
  ),
  ...(["d0Exit", "flush", "releaseHardware"] as const).map(
    (what): Sequence => ({
      name: `7.4-${what}-fails-in-removal`,
      title: `${what} fails in the removal: it goes on`,
      rows: ["7.4"],
      options: io([{ remove: true }], { Interrupts: 1, Fail: fail[what] }),
    }),
  ),
  {
    name: "7.4-prepareHardware-fails-after-stop",
    title: "EvtDevicePrepareHardware fails when a stopped device is started again",
    rows: ["7.4", "7.5.1"],
    options: io([{ rebalance: true }], { Interrupts: 1, Fail: fail.prepareHardware, FailAfter: 1 }),
    outcome: "expectation-failed",
  },
  ...(["d0Exit", "releaseHardware"] as const).map(
    (what): Sequence => ({
      name: `7.4-${what}-fails-in-stop`,
      title: `${what} fails when a device is stopped: the device has failed and is removed`,
      rows: ["7.4"],
      options: io([{ rebalance: true }], { Interrupts: 1, Fail: fail[what] }),
      outcome: "expectation-failed",
    }),
  ),
  {
    name: "7.7-idle",
    title: "an idle device goes to D3 and a request brings it back",
    rows: ["7.7"],
    options: io([{ sleep: { ms: 25 } }, { read: { length: 100, ...any } }, { sleep: { ms: 25 } }], { IdleMs: 10 }),
  },
  {
    name: "7.7-stop-idle",
    title: "WdfDeviceStopIdle brings an idle device back and keeps it there",
    rows: ["7.7"],
    options: io([{ sleep: { ms: 25 } }, runStep("stop-idle"), { sleep: { ms: 5 } }, { power: "D2" }, { power: "D0" }, { sleep: { ms: 25 } }], { IdleMs: 10 }),
  },
  {
    name: "12.3-touched-after-false",
    title: "a transaction that is completed again after FALSE",
    rows: ["12.3.1"],
    options: io([{ write: { length: 10000, information: 10000 } }], { IoMode: mode.twice, Fragment: 4096 }),
    violations: ["done-double", "DMA-DEVICE-FAULT"],
    outcome: "violation",
  },
];

describe("Conformance: sequences", function () {
  this.timeout(60_000);
  let bench: ConformanceBench;
  before(() => {
    bench = new ConformanceBench();
  });
  after(() => bench.dispose());

  for (const { name, title, rows, options, violations = [], outcome = "passed" } of sequences) {
    it(`${title} (${rows.join(", ")})`, async () => {
      const run = await bench.run(options);
      assertGolden(name, course(run));
      assert.deepEqual(
        run.report.violations.map(({ rule }) => rule),
        violations,
      );
      assert.equal(run.report.outcome, outcome, run.report.message);
    });
  }
});
