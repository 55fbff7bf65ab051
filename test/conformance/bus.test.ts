// SPDX-License-Identifier: MIT
/** Buses: child lists, children from their creation to their removal, static children, control devices; run by a bus driver in C, compared with golden files. */
import assert from "node:assert/strict";
import { ConformanceBench, type RunOptions, assertGolden, course, ioctlRun } from "./bench.ts";

/** A command for the bus driver: a letter and a digit. */
const bus = (command: string, expected = "STATUS_SUCCESS") => ({
  ioctl: { code: ioctlRun, input: Buffer.from(`${command}\0`).toString("hex"), status: expected },
});
const pause = { sleep: { ms: 1 } };

interface Sequence {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly string[];
  readonly scenario: RunOptions["scenario"];
  readonly settings?: RunOptions["settings"];
  readonly violations?: readonly string[];
}

const sequences: readonly Sequence[] = [
  {
    name: "7.2-children",
    title: "children that the scan finds are created after the bus has started, and go before it",
    rows: ["7.2.7"],
    settings: { Plugged: 0b11 },
    scenario: [pause, { remove: true }],
  },
  {
    name: "7.2-plug",
    title: "a child comes and goes; one whose creation fails is not there",
    rows: ["7.2.7"],
    scenario: [bus("p2"), pause, bus("p2", "STATUS_OBJECT_NAME_EXISTS"), bus("p7"), pause, bus("u2"), pause, bus("u2", "STATUS_NO_SUCH_DEVICE")],
  },
  {
    name: "7.2-child-power",
    title: "children leave D0 before the bus and enter it afterwards; every D0 entry scans",
    rows: ["7.2.7"],
    settings: { Plugged: 0b1 },
    scenario: [pause, { power: "D3" }, { power: "D0" }, pause],
  },
  {
    name: "7.2-child-sleep",
    title: "the system sleeps with its bus",
    rows: ["7.2.7"],
    settings: { Plugged: 0b1 },
    scenario: [pause, { suspend: "S3" }, { resume: true }, pause],
  },
  {
    name: "7.2-child-rebalance",
    title: "a rebalance stops children first and starts them last",
    rows: ["7.2.7"],
    settings: { Plugged: 0b1 },
    scenario: [pause, { rebalance: true }, pause],
  },
  {
    name: "7.4-bus-unplugged",
    title: "children of a bus that is unplugged are gone, too",
    rows: ["7.4", "7.2.7"],
    settings: { Plugged: 0b1 },
    scenario: [pause, { surpriseRemove: true }],
  },
  { name: "7.2-eject", title: "a child is ejected", rows: ["7.2.7"], settings: { Plugged: 0b1 }, scenario: [pause, bus("e0"), pause] },
  {
    name: "7.2-child-fails",
    title: "a child that fails is removed; the bus stays",
    rows: ["7.2.7"],
    settings: { Plugged: 0b11 },
    scenario: [pause, bus("f0"), pause, bus("p3"), pause],
  },
  { name: "7.2-static", title: "a static child", rows: ["7.2.7"], scenario: [bus("s0"), pause, bus("m0"), pause] },
  {
    name: "7.2-child-io",
    title: "programs open a child by its interface; the bus takes its writes",
    rows: ["7.2.7"],
    settings: { Plugged: 0b1000 },
    scenario: "open-child.ts",
  },
  { name: "1.1-control", title: "a control device is opened by its symbolic link when it is initialized", rows: ["1.1.1"], scenario: "open-control.ts" },
];

describe("Conformance: buses", function () {
  this.timeout(60_000);
  let bench: ConformanceBench;
  before(() => {
    bench = new ConformanceBench({ folder: "bus-driver", device: "device.ts" });
  });
  after(() => bench.dispose());

  for (const { name, title, scenario, settings = {}, violations = [] } of sequences) {
    it(title, async () => {
      const run = await bench.run({ scenario, settings });
      assert.deepEqual(
        run.lines.filter((line) => line.startsWith("FAIL")),
        [],
      );
      assert.deepEqual(
        run.report.violations.map(({ rule, message }) => `${rule}: ${message}`).map((text) => text.split(":")[0]),
        violations,
        run.report.violations.map(({ message }) => message).join("\n"),
      );
      assert.equal(run.report.outcome, violations.length === 0 ? "passed" : "violation", run.report.message);
      assertGolden(name, course(run));
    });
  }

  it("finds the children with iterators and by description", async () => {
    const run = await bench.run({ scenario: [pause, bus("l0")], settings: { Plugged: 0b11, Quiet: 1 } });
    assert.deepEqual(
      run.lines.filter((line) => line.startsWith("FAIL")),
      [],
    );
    assert.equal(run.report.outcome, "passed", run.report.message ?? run.report.violations[0]?.message);
  });

  for (const [setting, rule, parameter] of [
    ["NoDeviceId", "pnp-invalid-id", 2],
    ["SameInstance", "pnp-duplicate-pdo", 1],
  ] as const) {
    it(`stops at a child with a bad identifier: ${rule}`, async () => {
      const run = await bench.run({ scenario: [pause], settings: { Plugged: 0b11, [setting]: 1 } });
      const violation = run.report.violations.at(-1);
      assert.equal(violation?.rule, rule, violation?.message);
      assert.equal(violation?.bugCheck?.code, 0xca);
      assert.equal(violation?.bugCheck?.parameters[0], parameter);
    });
  }
});
