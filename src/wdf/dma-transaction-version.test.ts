// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { status } from "./status.ts";
import { DmaBench, write } from "./test-dma-bench.ts";

describe("version 2 functions", () => {
  it("break and do nothing where version 3 is needed", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler());
    bench.initialize(transaction, bench.programDma(), write, bench.buffer(100), 100);
    assert.equal(bench.call("WdfDmaTransactionCancel", transaction), 0);
    assert.equal(bench.call("WdfDmaTransactionAllocateResources", transaction, write, 1, 1, 0), status.invalidDeviceRequest);
    assert.equal(bench.call("WdfDmaTransactionWdmGetTransferContext", transaction), 0);
    bench.call("WdfDmaTransactionFreeResources", transaction);
    bench.call("WdfDmaTransactionSetImmediateExecution", transaction, 1);
    bench.call("WdfDmaTransactionSetSingleTransferRequirement", transaction, 1);
    assert.deepEqual(new Set(bench.rules), new Set(["txn-v3-api-on-v2"]));
    assert.equal(bench.rules.length, 6);
    assert.equal(bench.state(transaction), "Initialized");
    bench.call("WdfDmaTransactionStopSystemTransfer", transaction);
    assert.equal(bench.rules.at(-1), "txn-system-api-wrong-profile");
  });

  it("refuse reservations for scatter/gather", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler({ version: 3 }));
    assert.equal(bench.call("WdfDmaTransactionAllocateResources", transaction, write, 1, 1, 0), status.invalidDeviceRequest);
    assert.deepEqual(bench.rules, ["txn-reserve-wrong-profile"]);
  });
});
