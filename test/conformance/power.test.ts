// SPDX-License-Identifier: MIT
/** Power policy, run by driver code and compared with golden files: wake from S0 and Sx, system sleep, rebalance, and failures on the way. */
import assert from "node:assert/strict";
import { ConformanceBench, type RunOptions, assertGolden, course } from "./bench.ts";

const fail = { queryStop: 1, queryRemove: 2, restart: 3, suspend: 4, d0Exit: 5, d0EntryLater: 6, releaseHardware: 7 } as const;
const dx = { D1: 2, D2: 3, D3: 4 } as const;
const idle = { sleep: { ms: 30 } };
const inDx = { state: { device: "D3", system: "S0" } };
const inD0 = { state: { device: "D0", system: "S0" } };

interface Sequence {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly string[];
  readonly scenario: RunOptions["scenario"];
  readonly settings?: RunOptions["settings"];
  readonly violations?: readonly string[];
  readonly outcome?: string;
}

const sequences: readonly Sequence[] = [
  {
    name: "7.7-wake-by-pme",
    title: "an idle device is armed and wakes itself by PME#",
    rows: ["7.7"],
    settings: { IdleMs: 10, IdleWakes: 1, WakeUs: 40_000 },
    scenario: [idle, inDx, idle, inD0, { read: { length: 4 } }],
  },
  {
    name: "7.2-bus-driver-asked",
    title: "the bus driver answers IRPs of the driver: capabilities, configuration space",
    rows: ["7.2.1", "7.7"],
    settings: { Ask: 1 },
    scenario: [],
  },
  {
    name: "7.7-wake-by-request",
    title: "a request wakes an armed device: the wait/wake request is canceled, the device is disarmed",
    rows: ["7.7"],
    settings: { IdleMs: 10, IdleWakes: 1 },
    scenario: [idle, inDx, { read: { length: 4 } }, inD0],
  },
  {
    name: "7.7-arm-fails",
    title: "a device that cannot be armed for S0 goes to Dx and straight back",
    rows: ["7.7"],
    settings: { IdleMs: 10, IdleWakes: 1, FailArm: 1 },
    scenario: [{ sleep: { ms: 15 } }, inD0],
  },
  {
    name: "7.7-wake-from-d2",
    title: "the driver names a lighter state to wake from",
    rows: ["7.7"],
    settings: { IdleMs: 10, IdleWakes: 1, DxState: dx.D2 },
    scenario: [idle, { state: { device: "D2" } }, { read: { length: 4 } }],
  },
  {
    name: "7.4-removal-while-armed",
    title: "an armed device is powered up and disarmed before it is removed",
    rows: ["7.4", "7.7"],
    settings: { IdleMs: 10, IdleWakes: 1 },
    scenario: [idle, inDx, { remove: true }],
  },
  {
    name: "7.4-surprise-removal-while-armed",
    title: "an armed device that is unplugged is not disarmed",
    rows: ["7.4", "7.7"],
    settings: { IdleMs: 10, IdleWakes: 1 },
    scenario: [idle, inDx, { surpriseRemove: true }],
  },
  {
    name: "7.7-sleep-without-wake",
    title: "system sleep of a device without wake settings",
    rows: ["7.3.1", "7.2.8"],
    scenario: [{ suspend: "S3" }, { state: { system: "S3", device: "D3" } }, { resume: true }, inD0, { read: { length: 4 } }],
  },
  {
    name: "7.7-sleep-and-user-wakes",
    title: "an armed device is disarmed when the user wakes the system",
    rows: ["7.7"],
    settings: { SxWake: 1 },
    scenario: [{ suspend: "S3" }, { state: { system: "S3", device: "D3" } }, { sleep: { ms: 5 } }, { resume: true }, inD0],
  },
  {
    name: "7.7-sleep-and-device-wakes",
    title: "the device wakes the system from S4",
    rows: ["7.7"],
    settings: { SxWake: 2, WakeUs: 10_000 },
    scenario: [{ suspend: "S4" }, { state: { system: "S4" } }, { sleep: { ms: 20 } }, inD0],
  },
  {
    name: "7.7-sleep-arm-fails",
    title: "a device that cannot be armed for Sx sleeps without wake, disarmed",
    rows: ["7.7"],
    settings: { SxWake: 1, FailArm: 1 },
    scenario: [{ suspend: "S1" }, { state: { system: "S1", device: "D3" } }, { resume: true }, inD0],
  },
  {
    name: "7.7-sleep-while-armed-for-s0",
    title: "an idle device is disarmed from S0 in D0 before it is armed for Sx",
    rows: ["7.7"],
    settings: { IdleMs: 10, IdleWakes: 1, SxWake: 1 },
    scenario: [idle, inDx, { suspend: "S3" }, { resume: true }, inD0],
  },
  {
    name: "7.7-sleep-while-idle",
    title: "an idle device without wake stays in Dx through sleep and resume",
    rows: ["7.7"],
    settings: { IdleMs: 10 },
    scenario: [idle, inDx, { suspend: "S2" }, { resume: true }, inDx, { read: { length: 4 } }],
  },
  {
    name: "7.4-rebalance",
    title: "a rebalance stops the device and starts it again",
    rows: ["7.4", "7.2.1", "7.2.2"],
    scenario: [{ rebalance: true }, inD0, { read: { length: 4 } }],
  },
  {
    name: "7.4-query-stop-fails",
    title: "a driver vetoes the rebalance",
    rows: ["7.4"],
    settings: { Fail: fail.queryStop },
    scenario: [{ rebalance: true }],
    outcome: "expectation-failed",
  },
  {
    name: "7.4-query-remove-fails",
    title: "a driver vetoes its removal",
    rows: ["7.4"],
    settings: { Fail: fail.queryRemove },
    scenario: [{ remove: true }],
    outcome: "expectation-failed",
  },
  ...(
    [
      ["restart", "EvtDeviceSelfManagedIoRestart", "7.5.6"],
      ["suspend", "EvtDeviceSelfManagedIoSuspend", "7.3.1"],
      ["d0Exit", "EvtDeviceD0Exit", "7.3.6"],
      ["d0EntryLater", "EvtDeviceD0Entry", "7.5.2"],
    ] as const
  ).map(
    ([what, callback, row]): Sequence => ({
      name: `7.5-${what}-fails-between`,
      title: `${callback} fails on the way to D3 and back`,
      rows: row.split(","),
      settings: { Fail: fail[what] },
      scenario: [{ power: "D3" }, { power: "D0" }],
      outcome: "expectation-failed",
    }),
  ),
  {
    name: "7.2-no-bus-master",
    title: "a driver that clears Bus Master Enable",
    rows: ["7.2.3"],
    settings: { BusMaster: 0 },
    scenario: [],
    violations: ["DMA-BUS-MASTER-OFF"],
    outcome: "violation",
  },
  {
    name: "7.2-state-changes",
    title: "the driver is told of all states from start to removal",
    rows: ["7.2.10", "7.3.6"],
    settings: { Notify: 3 },
    scenario: [{ power: "D3" }, { power: "D0" }, { read: { length: 4 } }],
  },
  {
    name: "7.2-state-changes-of-a-kind",
    title: "entering, processing and leaving a state are told in this order",
    rows: ["7.2.10"],
    settings: { Notify: 1, NotifyTypes: 7 },
    scenario: [],
  },
  {
    name: "7.2-state-changes-not-pageable",
    title: "a device that is not power pageable has states of its own",
    rows: ["7.2.10"],
    settings: { Notify: 2, NotPageable: 1 },
    scenario: [{ power: "D3" }, { power: "D0" }, { read: { length: 4 } }],
  },
  {
    name: "7.7-policy-states-idle",
    title: "power policy states through idle without wake",
    rows: ["7.7"],
    settings: { Notify: 4, IdleMs: 10 },
    scenario: [idle, { read: { length: 4 } }],
  },
  {
    name: "7.7-policy-states-wake",
    title: "power policy states through idle, wake by PME# and by a request, and a failing Arm callback",
    rows: ["7.7"],
    settings: { Notify: 4, IdleMs: 10, IdleWakes: 1, WakeUs: 40_000 },
    scenario: [idle, idle, { sleep: { ms: 15 } }, { read: { length: 4 } }],
  },
  {
    name: "7.7-policy-states-arm-fails",
    title: "power policy states when the device cannot be armed",
    rows: ["7.7"],
    settings: { Notify: 4, IdleMs: 10, IdleWakes: 1, SxWake: 1, FailArm: 1 },
    scenario: [{ sleep: { ms: 15 } }, { suspend: "S3" }, { resume: true }],
  },
  {
    name: "7.7-policy-states-sleep",
    title: "power policy states through sleep, armed and woken by the user and by the device",
    rows: ["7.7"],
    settings: { Notify: 4, SxWake: 1, WakeUs: 10_000 },
    scenario: [{ suspend: "S3" }, { resume: true }, { sleep: { ms: 20 } }, { suspend: "S4" }, { sleep: { ms: 20 } }],
  },
  {
    name: "7.4-states-of-surprise-removal",
    title: "states of a device that is unplugged",
    rows: ["7.4"],
    settings: { Notify: 7 },
    scenario: [{ surpriseRemove: true }],
  },
  {
    name: "7.4-states-of-rebalance",
    title: "states of a rebalance",
    rows: ["7.4"],
    settings: { Notify: 7 },
    scenario: [{ rebalance: true }],
  },
  {
    name: "7.5-states-of-failed-power-up",
    title: "states of a device that fails to power up",
    rows: ["7.5.2"],
    settings: { Notify: 7, Fail: fail.d0EntryLater },
    scenario: [{ power: "D3" }, { power: "D0" }],
    outcome: "expectation-failed",
  },
  {
    name: "7.7-wake-from-d1",
    title: "a lighter Dx than the deepest to wake from is accepted",
    rows: ["7.7"],
    settings: { IdleMs: 10, IdleWakes: 1, SxWake: 1, DxState: dx.D1 },
    scenario: [],
  },
];

describe("Conformance: power", function () {
  this.timeout(60_000);
  let bench: ConformanceBench;
  before(() => {
    bench = new ConformanceBench({ folder: "power-driver", device: "power-device.ts" });
  });
  after(() => bench.dispose());

  for (const { name, title, rows, scenario, settings = {}, violations = [], outcome = "passed" } of sequences) {
    it(`${title} (${rows.join(", ")})`, async () => {
      const run = await bench.run({ scenario, settings });
      assertGolden(name, course(run));
      assert.deepEqual(
        run.report.violations.map(({ rule }) => rule),
        violations,
      );
      assert.equal(run.report.outcome, outcome, run.report.message);
    });
  }
});
