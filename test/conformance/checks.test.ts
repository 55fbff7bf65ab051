// SPDX-License-Identifier: MIT
/** What driver code sees of each function: checks in C, violations that are survived, and bug checks, by row of the specification. */
import assert from "node:assert/strict";
import { ConformanceBench, type Run, type RunOptions, ioctlRun, runStep } from "./bench.ts";

type Options = Partial<RunOptions>;

/** A test in a direct IOCTL with a data buffer of 500 bytes. */
const directStep = (test: string, method: number) => ({
  ioctl: { code: ioctlRun + method, input: Buffer.from(`${test}\0`).toString("hex"), outputLength: 500 },
});

/** The driver holds a read of 10 bytes (`Held`) while `test` runs. */
const withHeldRead = (test: string, status = "STATUS_SUCCESS"): Options => ({
  settings: { IoMode: 5 },
  scenario: [{ parallel: [{ read: { length: 10, status } }, runStep(test)] }],
});

interface Group {
  readonly tests: readonly string[];
  readonly title: string;
  readonly options?: Options;
  /** Rows the title is about, and rules that are broken outside of the driver's calls. */
  readonly rows?: readonly string[];
  readonly rules?: readonly string[];
}

const groups: readonly Group[] = [
  { title: "objects", tests: ["lifetime", "attributes", "undeletable"] },
  { title: "enablers and common buffers", tests: ["enabler", "common-buffer", "enabler-irql"] },
  { title: "an enabler with few map registers", tests: ["capped"], options: { machine: { mapRegisters: 16 } } },
  { title: "the adapter of a transaction", tests: ["adapter-info"] },
  { title: "transactions", tests: ["allowed", "completion", "elements"] },
  { title: "deletion of transactions, and a device that works too long", tests: ["deletion"] },
  {
    title: "a transaction in flight over a power transition",
    tests: [],
    options: { scenario: [runStep("in-flight S"), { power: "D3" }, { power: "D0" }, runStep("in-flight E")] },
  },
  { title: "transactions that wait for map registers", tests: ["waiting"], options: { machine: { mapRegisters: 4 } } },
  { title: "transactions of requests", tests: ["using-request"], options: withHeldRead("using-request") },
  {
    title: "transactions of direct IOCTLs",
    tests: [],
    options: { scenario: [directStep("direct-request I", 1), directStep("direct-request O", 2)] },
  },
  {
    title: "METHOD_NEITHER",
    tests: [],
    options: { settings: { CallerContext: 1 }, scenario: [{ ioctl: { code: ioctlRun + 3, input: "78797a" } }] },
  },
  { title: "a request canceled before it is cancelable", tests: [], options: { settings: { IoMode: 5 }, scenario: "cancel-held.ts" } },
  ...(["N", "B", "D"] as const).map(
    (type, i): Group => ({
      title: `a read of I/O type ${i + 1}`,
      tests: [],
      options: {
        settings: { IoMode: 5, IoType: i + 1 },
        scenario: [{ parallel: [{ read: { length: 10, ...(type === "N" ? {} : { expect: "5a".repeat(10) }) } }, runStep(`read-buffer ${type}`)] }],
      },
    }),
  ),
  { title: "a create request", tests: ["queue-creation"], options: { settings: { FileCreate: 1 } } },
  { title: "without verifier", tests: ["verifier-off"], options: { verifier: false } },
  { title: "a second completion", tests: [], options: withHeldRead("complete-held T") },
  {
    title: "a request that keeps the device from leaving D0",
    tests: [],
    options: { settings: { IoMode: 5 }, scenario: "slow-stop.ts" },
    rows: ["9.5.7", "8.9"],
    rules: ["req-stop-acknowledge"],
  },
  { title: "interrupts in EvtDriverDeviceAdd", tests: [], options: { settings: { DeviceAddTests: 1 }, scenario: [{ log: "" }] } },
  { title: "interrupts", tests: ["interrupt-locks"] },
  { title: "queues", tests: ["queue-creation"] },
  { title: "requests", tests: ["request-buffers", "request-cancelable"] },
  { title: "the status a sender gets", tests: ["request-mapped"], options: withHeldRead("request-mapped", "STATUS_INVALID_DEVICE_REQUEST") },
  { title: "bus interface and DMA adapters", tests: ["bus-interface", "adapter", "adapter-v3"] },
  { title: "the system DMA controller", tests: ["system-profile", "system-stop", "system-looped"] },
  {
    title: "a flush that fails",
    tests: ["flush-failed 2", "flush-failed 3"],
    options: {
      faults: [
        { at: "FlushAdapterBuffers", occurrence: 1, status: "STATUS_DEVICE_DATA_ERROR" },
        { at: "FlushAdapterBuffersEx", occurrence: 1, status: "STATUS_DEVICE_DATA_ERROR" },
      ],
    },
  },
  { title: "other functions", tests: ["others"], options: { settings: { Marker: 0x4242 } } },
];

/** Calls of section 3.2 that stop the machine, by API letter and states. */
const matrix: Readonly<Record<string, string>> = {
  I: "3456",
  E: "124567",
  D: "123567",
  F: "17",
  W: "35",
  R: "4",
  X: "4",
  Z: "124567",
  A: "2456",
  L: "14",
  C: "17",
  T: "124567",
};

const bugChecks: readonly { readonly test: string; readonly options?: Options }[] = [
  ...Object.entries(matrix).flatMap(([api, states]) => Array.from(states, (state) => ({ test: `matrix ${api} ${state}` }))),
  ...["S", "P", "M", "O", "H", "T"].map((what) => ({ test: `null ${what}` })),
  ...["C", "W", "O", "F"].map((what) => ({ test: `enabler-null ${what}` })),
  { test: "system-stop B" },
  { test: "last-reference" },
  { test: "stop-twice", options: withHeldRead("stop-twice") },
  { test: "a callback that returns at another IRQL", options: { settings: { IoMode: 10 }, scenario: [{ read: { length: 10 } }] } },
  { test: "a callback that returns in a critical region", options: { settings: { IoMode: 12 }, scenario: [{ read: { length: 10 } }] } },
  ...["S", "C", "L", "U"].map((what) => ({ test: `interrupt-null ${what}` })),
  ...["I", "T", "S"].map((what) => ({ test: `request-completed ${what}`, options: withHeldRead(`request-completed ${what}`) })),
];

/** Rules of the violations that the driver announced, in order. */
function announced({ lines }: Run): readonly string[] {
  return lines.flatMap((line) => /^expect violation \S+ (\S+)$/.exec(line)?.[1] ?? []);
}

describe("Conformance: functions", function () {
  this.timeout(60_000);
  let bench: ConformanceBench;
  before(() => {
    bench = new ConformanceBench();
  });
  after(() => bench.dispose());

  for (const { title, tests, options, rules: outside = [] } of groups) {
    it(`${title}: ${tests.join(", ")}`, async () => {
      const run = await bench.run({ scenario: tests.map(runStep), ...options });
      assert.deepEqual(
        run.lines.filter((line) => line.startsWith("FAIL")),
        [],
      );
      const rules = run.report.violations.map(({ rule, message, line }) => `${rule}: ${message} (line ${line})`);
      const expected = [...announced(run), ...outside];
      assert.equal(rules.length, expected.length, `the driver announced ${expected.length} violations:\n${rules.join("\n")}`);
      for (const [i, rule] of expected.entries()) assert.ok(rules[i]?.startsWith(`${rule}:`), `${rules[i]} is not ${rule}`);
      assert.equal(run.report.outcome, expected.length === 0 ? "passed" : "violation", run.report.message);
      assert.ok(outside.length > 0 || run.lines.some((line) => line.startsWith("ok ") || line.startsWith("expect ")));
    });
  }
});

describe("Conformance: bug checks", function () {
  this.timeout(60_000);
  let bench: ConformanceBench;
  before(() => {
    bench = new ConformanceBench();
  });
  after(() => bench.dispose());

  for (const { test, options } of bugChecks) {
    it(test, async () => {
      const run = await bench.run({ scenario: [runStep(test)], ...options });
      const wanted =
        run.lines
          .findLast((line) => line.startsWith("expect bugcheck "))
          ?.split(" ")
          .slice(3) ?? [];
      const violation = run.report.violations.at(-1);
      assert.ok(violation?.bugCheck !== undefined, `no bug check: ${violation?.message ?? run.lines.join("\n")}`);
      assert.equal(violation.bugCheck.code, 0x10d, violation.message);
      wanted.forEach((value, i) => {
        if (value !== "*") assert.equal(violation.bugCheck?.parameters[i]?.toString(16), value, `parameter ${i + 1}: ${violation.message}`);
      });
      assert.equal(wanted.length, 3);
      assert.equal(run.report.outcome, "violation");
    });
  }
});

describe("Conformance: faults of the driver that the framework does not check", function () {
  this.timeout(60_000);
  let bench: ConformanceBench;
  before(() => {
    bench = new ConformanceBench();
  });
  after(() => bench.dispose());

  for (const test of ["adapter-info C", "adapter-info S", "adapter-info P", "late-list P", "late-list S"]) {
    it(test, async () => {
      const run = await bench.run({ scenario: [runStep(test)] });
      const wanted = run.lines.findLast((line) => line.startsWith("expect stop "))?.split(" ")[3];
      const violation = run.report.violations.at(-1);
      assert.ok(violation?.bugCheck !== undefined, `no bug check: ${violation?.message ?? run.lines.join("\n")}`);
      assert.equal(violation.rule, wanted, violation.message);
      assert.equal(run.report.violations.length, 1);
    });
  }
});
