// SPDX-License-Identifier: MIT
/** Every function of WDFDMATRANSACTION in every state, as a driver meets it: packet profile, DMA version 3, verifier on and off. */
import assert from "node:assert/strict";
import { TestBugCheck } from "../nt/test-machine.ts";
import { type Buffer, type BenchOptions, DmaBench, profiles, read } from "./test-dma-bench.ts";
import { type TransactionState, transactionStateNumber } from "./dma-transaction-states.ts";

interface Subject {
  readonly bench: DmaBench;
  readonly transaction: number;
  readonly programDma: number;
  readonly buffer: Buffer;
}

const states: readonly TransactionState[] = ["Created", "Reserved", "Initialized", "Transfer", "TransferCompleted", "TransferFailed", "Released"];

/** A transaction in `state`; TransferFailed through a failed Execute. */
function bring(state: TransactionState, options: BenchOptions = {}): Subject {
  const faults = state === "TransferFailed" ? [{ at: "AllocateAdapterChannelEx", occurrence: 1, status: "STATUS_INSUFFICIENT_RESOURCES" }] : [];
  const bench = new DmaBench({ faults, machine: { physicalLayout: "fragmented" }, ...options });
  const transaction = bench.transaction(bench.enabler({ profile: profiles.packet64, version: 3, maximumLength: 4096 }));
  const subject: Subject = { bench, transaction, programDma: bench.programDma(), buffer: bench.buffer(5000) };
  reach(subject, state);
  assert.equal(bench.state(transaction), state);
  assert.deepEqual(bench.rules, []);
  return subject;
}

function reach({ bench, transaction, programDma, buffer }: Subject, state: TransactionState): void {
  if (state === "Created") return;
  if (state === "Reserved") {
    assert.equal(
      bench.call(
        "WdfDmaTransactionAllocateResources",
        transaction,
        read,
        2,
        bench.fn(() => undefined),
        0,
      ),
      0,
    );
    return;
  }
  assert.equal(bench.initialize(transaction, programDma, read, buffer, 5000), 0);
  if (state === "Initialized") return;
  if (state === "Released") {
    bench.release(transaction);
    return;
  }
  bench.execute(transaction);
  if (state === "TransferCompleted") assert.deepEqual(bench.completed(transaction, "Final", 10), [true, 0]);
}

/** What a function does in a state: the next state, `BC8`, `fault` (NULL adapter), or `break:` with a rule. */
type Outcome = TransactionState | "BC8" | "fault" | `break:${string}`;

interface Row {
  readonly name: string;
  readonly call: (subject: Subject) => unknown;
  /** By state, in the order of `states`. */
  readonly outcomes: readonly Outcome[];
}

const keep = states;
const only = (...allowed: readonly [TransactionState, Outcome][]): readonly Outcome[] =>
  states.map((state) => allowed.find(([from]) => from === state)?.[1] ?? "BC8");
const breakIn = (rule: string, ...bad: readonly TransactionState[]): readonly Outcome[] =>
  states.map((state) => (bad.includes(state) ? (`break:${rule}` as const) : state));

const initialized = only(["Created", "Initialized"], ["Reserved", "Initialized"], ["Released", "Initialized"]);
const failedInitialize = only(["Created", "Released"], ["Reserved", "Released"], ["Released", "Released"]);
const noCallback = 0;

const rows: readonly Row[] = [
  {
    name: "Initialize",
    call: ({ bench, transaction, programDma, buffer }) => bench.initialize(transaction, programDma, read, buffer, 100),
    outcomes: initialized,
  },
  {
    name: "InitializeUsingOffset",
    call: ({ bench, transaction, programDma, buffer }) =>
      bench.call("WdfDmaTransactionInitializeUsingOffset", transaction, programDma, read, buffer.mdl, 100, 200),
    outcomes: initialized,
  },
  {
    name: "InitializeUsingRequest",
    call: ({ bench, transaction, programDma }) =>
      bench.call("WdfDmaTransactionInitializeUsingRequest", transaction, bench.request({ major: "read", length: 64 }).handle, programDma, read),
    outcomes: initialized,
  },
  {
    name: "a failing Initialize",
    call: ({ bench, transaction, programDma, buffer }) => {
      bench.object(transaction).requiresSingleTransfer = true;
      assert.notEqual(bench.initialize(transaction, programDma, read, buffer, 5000), 0);
    },
    outcomes: failedInitialize,
  },
  { name: "Execute", call: ({ bench, transaction }) => bench.execute(transaction), outcomes: only(["Initialized", "Transfer"]) },
  { name: "DmaCompleted", call: ({ bench, transaction }) => bench.completed(transaction), outcomes: only(["Transfer", "Transfer"]) },
  { name: "DmaCompletedWithLength", call: ({ bench, transaction }) => bench.completed(transaction, "WithLength", 0), outcomes: only(["Transfer", "Transfer"]) },
  { name: "DmaCompletedFinal", call: ({ bench, transaction }) => bench.completed(transaction, "Final", 1), outcomes: only(["Transfer", "TransferCompleted"]) },
  {
    name: "Release",
    call: ({ bench, transaction }) => bench.release(transaction),
    outcomes: states.map((state) => (state === "Transfer" ? "BC8" : "Released")),
  },
  {
    name: "SetMaximumLength",
    call: ({ bench, transaction }) => bench.call("WdfDmaTransactionSetMaximumLength", transaction, 100),
    outcomes: ["fault", "Reserved", "Initialized", "Transfer", "fault", "TransferFailed", "fault"],
  },
  {
    name: "SetSingleTransferRequirement",
    call: ({ bench, transaction }) => bench.call("WdfDmaTransactionSetSingleTransferRequirement", transaction, 1),
    outcomes: breakIn("txn-setsingle-after-init", "Initialized", "Transfer", "TransferCompleted", "TransferFailed"),
  },
  {
    name: "SetImmediateExecution",
    call: ({ bench, transaction }) => bench.call("WdfDmaTransactionSetImmediateExecution", transaction, 1),
    outcomes: breakIn("txn-setimmediate-bad-state", "Reserved", "Transfer", "TransferCompleted", "TransferFailed"),
  },
  {
    name: "AllocateResources with count 0",
    call: ({ bench, transaction }) =>
      bench.call(
        "WdfDmaTransactionAllocateResources",
        transaction,
        read,
        0,
        bench.fn(() => undefined),
        noCallback,
      ),
    outcomes: only(["Initialized", "Reserved"]),
  },
  {
    name: "AllocateResources with a count",
    call: ({ bench, transaction }) =>
      bench.call(
        "WdfDmaTransactionAllocateResources",
        transaction,
        read,
        2,
        bench.fn(() => undefined),
        noCallback,
      ),
    outcomes: only(["Created", "Reserved"], ["Initialized", "Reserved"], ["Released", "Reserved"]),
  },
  {
    name: "FreeResources",
    call: ({ bench, transaction }) => bench.call("WdfDmaTransactionFreeResources", transaction),
    outcomes: ["BC8", "Released", "Released", "BC8", "Released", "Released", "Released"],
  },
  {
    name: "Cancel",
    call: ({ bench, transaction }) => assert.equal(bench.call("WdfDmaTransactionCancel", transaction), 0),
    outcomes: ["BC8", "Reserved", "Initialized", "Transfer", "fault", "TransferFailed", "BC8"],
  },
  {
    name: "GetTransferInfo",
    call: ({ bench, transaction }) => bench.call("WdfDmaTransactionGetTransferInfo", transaction, 0, 0),
    outcomes: only(["Initialized", "Initialized"]),
  },
  {
    name: "WdmGetTransferContext",
    call: ({ bench, transaction }) => bench.call("WdfDmaTransactionWdmGetTransferContext", transaction),
    outcomes: breakIn("txn-getcontext-bad-state", "Created", "Released"),
  },
  { name: "GetRequest", call: ({ bench, transaction }) => bench.call("WdfDmaTransactionGetRequest", transaction), outcomes: keep },
  { name: "GetBytesTransferred", call: ({ bench, transaction }) => bench.transferred(transaction), outcomes: keep },
  { name: "GetCurrentDmaTransferLength", call: ({ bench, transaction }) => bench.currentLength(transaction), outcomes: keep },
  {
    name: "GetDevice",
    call: ({ bench, transaction }) => assert.equal(bench.call("WdfDmaTransactionGetDevice", transaction), bench.device.handle),
    outcomes: keep,
  },
];

function outcomeOf(row: Row, state: TransactionState): Outcome {
  const subject = bring(state);
  const { bench, transaction } = subject;
  try {
    row.call(subject);
  } catch (error) {
    if (!(error instanceof TestBugCheck)) throw error;
    if (error.bugCheck?.code === 0xd1) return "fault";
    assert.deepEqual(error.bugCheck?.parameters, [8, transaction, transactionStateNumber[state], 0]);
    return "BC8";
  }
  const [rule] = bench.rules;
  return rule === undefined ? bench.state(transaction) : `break:${rule}`;
}

describe("transaction functions by state", () => {
  for (const row of rows) {
    it(`${row.name} does what the matrix says in every state`, () => {
      assert.deepEqual(
        states.map((state) => [state, outcomeOf(row, state)]),
        states.map((state, i) => [state, row.outcomes[i]]),
      );
    });
  }

  it("WdfObjectDelete is refused in Transfer by the verifier only", () => {
    for (const state of states) {
      const { bench, transaction } = bring(state, { verifier: false });
      bench.call("WdfObjectDelete", transaction);
      assert.equal(bench.framework.handles.peek(transaction), undefined, state);
    }
    const { bench, transaction } = bring("Transfer");
    assert.throws(
      () => bench.call("WdfObjectDelete", transaction),
      (error) => error instanceof TestBugCheck && error.violation.rule === "txn-delete-in-transfer",
    );
  });

  it("Release is possible in Transfer without the verifier, and for drivers before KMDF 1.11", () => {
    for (const options of [{ verifier: false }, { verifier: true, minor: 11 }]) {
      const { bench, transaction } = bring("Transfer", options);
      if (options.verifier) assert.throws(() => bench.release(transaction), TestBugCheck);
      else {
        bench.release(transaction);
        assert.equal(bench.state(transaction), "Released");
      }
    }
  });

  it("changes the immediate-execution flag in a wrong state, and not the single-transfer requirement", () => {
    const { bench, transaction } = bring("Transfer");
    bench.call("WdfDmaTransactionSetImmediateExecution", transaction, 1);
    bench.call("WdfDmaTransactionSetSingleTransferRequirement", transaction, 1);
    assert.equal(bench.object(transaction).immediateExecution, true);
    assert.equal(bench.object(transaction).requiresSingleTransfer, false);
  });

  it("names the mistake behind a bad state", () => {
    const rule = (state: TransactionState, call: (subject: Subject) => unknown): string => {
      const subject = bring(state);
      try {
        call(subject);
      } catch (error) {
        if (error instanceof TestBugCheck) return error.violation.rule;
      }
      return "none";
    };
    const initialize = ({ bench, transaction, programDma, buffer }: Subject) => bench.initialize(transaction, programDma, read, buffer, 1);
    const execute = ({ bench, transaction }: Subject) => bench.execute(transaction);
    assert.equal(rule("Initialized", initialize), "txn-init-bad-state");
    assert.equal(rule("TransferCompleted", initialize), "txn-init-completed-no-release");
    assert.equal(rule("TransferFailed", initialize), "txn-exec-failed-no-release");
    assert.equal(rule("Created", execute), "txn-exec-uninit");
    assert.equal(rule("TransferCompleted", execute), "txn-exec-twice");
    assert.equal(
      rule("Created", (subject) => {
        subject.bench.object(subject.transaction).requiresSingleTransfer = true;
        subject.bench.initialize(subject.transaction, subject.programDma, read, subject.buffer, 5000);
        execute(subject);
      }),
      "txn-exec-after-failed-init",
    );
    assert.equal(
      rule("Reserved", ({ bench, transaction }) =>
        bench.call(
          "WdfDmaTransactionAllocateResources",
          transaction,
          read,
          2,
          bench.fn(() => undefined),
          0,
        ),
      ),
      "txn-reserve-twice",
    );
  });
});
