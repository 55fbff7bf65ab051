// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { dispatchLevel } from "../machine/index.ts";
import { TestBugCheck } from "../nt/test-machine.ts";
import { status } from "./status.ts";
import { DmaBench, more, profiles, read, write } from "./test-dma-bench.ts";

const fragmented = { machine: { physicalLayout: "fragmented" } } as const;

describe("transactions that wait for map registers", () => {
  /** Two transactions of one enabler that can map one at a time. */
  function waiting(): { bench: DmaBench; first: number; second: number } {
    const bench = new DmaBench({ machine: { mapRegisters: 3 } });
    const enabler = bench.enabler({ version: 3, maximumLength: 8192 });
    const [first, second] = [bench.transaction(enabler), bench.transaction(enabler)];
    for (const transaction of [first, second]) bench.initialize(transaction, bench.programDma(), write, bench.buffer(8192), 8192);
    return { bench, first, second };
  }

  it("are programmed when another one ends", () => {
    const { bench, first, second } = waiting();
    bench.execute(first);
    assert.equal(bench.execute(second), 0);
    assert.equal(bench.state(second), "Transfer");
    assert.deepEqual(
      bench.programmed.map(({ transaction }) => transaction),
      [first],
    );
    bench.completed(first);
    assert.deepEqual(
      bench.programmed.map(({ transaction, irql }) => [transaction, irql]),
      [
        [first, dispatchLevel],
        [second, dispatchLevel],
      ],
    );
    assert.deepEqual(bench.completed(second), [true, 0]);
  });

  it("fail at once with immediate execution", () => {
    const { bench, first, second } = waiting();
    bench.execute(first);
    bench.call("WdfDmaTransactionSetImmediateExecution", second, 1);
    assert.equal(bench.execute(second), status.insufficientResources);
    assert.equal(bench.state(second), "TransferFailed");
  });

  it("can be canceled while they wait, and not after", () => {
    const { bench, first, second } = waiting();
    bench.execute(first);
    bench.execute(second);
    assert.equal(bench.call("WdfDmaTransactionCancel", first), 0);
    assert.equal(bench.call("WdfDmaTransactionCancel", second), 1);
    assert.equal(bench.state(second), "TransferFailed");
    assert.throws(
      () => bench.completed(second),
      (error) => error instanceof TestBugCheck && error.violation.rule === "txn-done-idle",
    );
    bench.release(second);
    bench.completed(first);
    assert.equal(bench.programmed.length, 1);
    assert.deepEqual(
      bench.framework.transactionsReport().map((report) => report.status),
      ["STATUS_SUCCESS", "STATUS_CANCELLED"],
    );
  });

  it("must not be released after a Cancel that returned FALSE", () => {
    const { bench, first } = waiting();
    bench.execute(first);
    bench.call("WdfDmaTransactionCancel", first);
    assert.throws(
      () => bench.release(first),
      (error) => error instanceof TestBugCheck && error.violation.rule === "txn-cancel-after-program",
    );
  });

  it("tell when they were ended meanwhile without Cancel", () => {
    const { bench, first, second } = waiting();
    bench.execute(first);
    bench.execute(second);
    bench.completed(second, "Final", 0);
    bench.completed(first);
    assert.deepEqual(bench.rules, ["race-cancel-execute"]);
    assert.equal(bench.programmed.length, 1);
  });
});

describe("a request whose buffer a plain transaction uses", () => {
  it("must not be completed in state Transfer", () => {
    for (const type of ["direct", "buffered"] as const) {
      const bench = new DmaBench();
      const { nt } = bench.test;
      const transaction = bench.transaction(bench.enabler());
      const { request } = bench.request({ major: "read", length: 100 }, type);
      const mdl = request.buffers.transferMdl();
      assert.ok(typeof mdl !== "number");
      bench.initialize(transaction, bench.programDma(), read, { mdl: mdl.mdl, address: nt.mdl.virtualAddress(mdl.mdl) }, 100);
      bench.framework.checkCompletion(request);
      assert.deepEqual(bench.rules, []);
      bench.execute(transaction);
      bench.framework.checkCompletion(request);
      bench.completed(transaction);
      bench.framework.checkCompletion(request);
      assert.deepEqual(bench.rules, ["req-completed-while-owned-mdl"]);
    }
  });
});

describe("trace of a transaction", () => {
  it("leads from the request over the transaction to its transfers", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler({ maximumLength: 4096 }));
    const { handle, irp } = bench.request({ major: "write", data: new Uint8Array(5000) });
    irp.span = bench.test.machine.trace.begin("requestArrived", irp.id);
    bench.call("WdfDmaTransactionInitializeUsingRequest", transaction, handle, bench.programDma(), write);
    bench.execute(transaction);
    bench.completed(transaction);
    bench.completed(transaction);
    const { events } = bench.test;
    const begins = (kind: string) => events.map((event, i) => ({ ...event, id: i + 1 })).filter((event) => event.kind === kind && event.phase === "begin");
    const [span] = begins("transaction");
    assert.equal(span?.parent, irp.span);
    assert.deepEqual(span?.args, [5000, 1, irp.id]);
    assert.deepEqual(
      begins("transfer").map(({ parent, args }) => [parent, args[0], args[1]]),
      [
        [span?.id, 0, 4096],
        [span?.id, 4096, 904],
      ],
    );
    assert.equal(events.filter(({ kind, phase }) => kind === "transfer" && phase === "end").length, 2);
    assert.equal(events.filter(({ kind, phase }) => kind === "transaction" && phase === "end").length, 1);
    const changes = events.filter(({ kind }) => kind === "transactionState").map(({ args }) => [args[0], args[1]]);
    assert.deepEqual(changes, [
      [1, 3],
      [3, 4],
      [4, 5],
    ]);
  });

  it("shows every field of a transfer in progress", () => {
    const bench = new DmaBench(fragmented);
    const transaction = bench.transaction(bench.enabler({ profile: profiles.scatterGather64 }));
    bench.initialize(transaction, bench.programDma(), write, bench.buffer(5000), 5000);
    bench.execute(transaction);
    const view = bench.object(transaction).view();
    const value = (name: string) => view.fields.find((field) => field.name === name)?.value;
    assert.equal(view.label, "write transaction, Transfer, 0 of 5000 bytes");
    assert.equal(value("Transaction state"), "Transfer (4)");
    assert.equal(value("Current transfer"), "5000 bytes");
    assert.match(value("Elements[1]") ?? "", /^0x[0-9A-F]+, 904 bytes$/);
  });
});

describe("a transfer that is completed twice, or too early", () => {
  it("is found when the device has moved nothing since DmaCompleted returned FALSE in the same DPC", () => {
    const bench = new DmaBench();
    const { nt, machine } = bench.test;
    const transaction = bench.transaction(bench.enabler({ maximumLength: 4096 }));
    bench.initialize(
      transaction,
      bench.programDma(() => true),
      write,
      bench.buffer(12_000),
      12_000,
    );
    bench.execute(transaction);
    const dpc = (body: () => void) => {
      nt.dpc.insert(nt.dpc.create("test", body));
      machine.cpu.deliver();
    };
    dpc(() => bench.completed(transaction));
    dpc(() => {
      bench.deviceReads(bench.programmed[1]?.elements ?? []);
      bench.completed(transaction);
    });
    assert.deepEqual(bench.rules, []);
    assert.equal(bench.state(transaction), "Transfer");
    const other = bench.transaction(bench.enabler({ maximumLength: 4096 }));
    bench.initialize(
      other,
      bench.programDma(() => true),
      write,
      bench.buffer(8192),
      8192,
    );
    bench.execute(other);
    dpc(() => {
      assert.deepEqual(bench.completed(other), [false, more]);
      bench.completed(other);
    });
    assert.deepEqual(bench.rules, ["done-double"]);
  });

  it("has a name of its own when it was the last one", () => {
    const bench = new DmaBench();
    const { nt, machine } = bench.test;
    const transaction = bench.transaction(bench.enabler());
    bench.initialize(
      transaction,
      bench.programDma(() => true),
      write,
      bench.buffer(100),
      100,
    );
    bench.execute(transaction);
    const rules: string[] = [];
    const complete = () => {
      try {
        bench.completed(transaction);
      } catch (error) {
        assert.ok(error instanceof TestBugCheck);
        rules.push(error.violation.rule);
      }
    };
    const dpc = (body: () => void) => {
      nt.dpc.insert(nt.dpc.create("test", body));
      machine.cpu.deliver();
    };
    dpc(() => {
      complete();
      complete();
    });
    dpc(complete);
    assert.deepEqual(rules, ["done-double", "txn-done-idle"]);
  });

  it("is found when it comes from the device and the device has written nothing", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler());
    const buffer = bench.buffer(100);
    for (const [bytes, programDma] of [
      [100, bench.programDma(() => true)],
      [0, bench.programDma(() => true)],
      [100, bench.programDma()],
    ] as const) {
      bench.initialize(transaction, programDma, read, buffer, 100);
      bench.execute(transaction);
      bench.completed(transaction, "Final", bytes);
      bench.release(transaction);
    }
    assert.deepEqual(bench.rules, ["done-before-device-done"]);
  });
});
