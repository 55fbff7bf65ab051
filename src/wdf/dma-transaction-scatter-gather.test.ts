// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { dispatchLevel, passiveLevel } from "../machine/index.ts";
import { TestBugCheck } from "../nt/test-machine.ts";
import { DmaBench, bugCheckOf, more, read, write } from "./test-dma-bench.ts";
import { status } from "./status.ts";

const fragmented = { machine: { physicalLayout: "fragmented" } } as const;

describe("scatter/gather transactions", () => {
  it("read 3000 bytes for a request in one transfer", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler());
    const programDma = bench.programDma(({ elements, irql, context, direction }) => {
      assert.equal(irql, dispatchLevel);
      assert.equal(context, 0x77);
      assert.equal(direction, read);
      assert.equal(bench.currentLength(transaction), 3000);
      bench.deviceWrites(elements, new Uint8Array(3000).fill(0xab));
    });
    const { handle, irp, request } = bench.request({ major: "read", length: 3000 });
    assert.equal(bench.call("WdfDmaTransactionInitializeUsingRequest", transaction, handle, programDma, read), 0);
    assert.equal(irp.references, 0);
    assert.equal(bench.call("WdfDmaTransactionGetRequest", transaction), handle);
    assert.equal(bench.execute(transaction, 0x77), 0);
    assert.equal(bench.test.machine.cpu.irql, passiveLevel);
    assert.equal(irp.references, 1);
    assert.equal(request.references, 2);
    assert.equal(
      bugCheckOf(() => request.finish(0, 3000, 0), 3, 1),
      "req-completed-while-owned",
    );
    assert.deepEqual(bench.completed(transaction), [true, 0]);
    assert.equal(irp.references, 0);
    assert.equal(request.references, 1);
    assert.equal(bench.transferred(transaction), 3000);
    assert.equal(bench.currentLength(transaction), 0);
    assert.equal(bench.state(transaction), "TransferCompleted");
    assert.equal(bench.call("WdfDmaTransactionGetRequest", transaction), handle);
    bench.release(transaction);
    assert.deepEqual(bench.rules, []);
    assert.equal(bench.call("WdfDmaTransactionGetRequest", transaction), 0);
    assert.equal(bench.transferred(transaction), 0);
    assert.deepEqual(bench.rules, ["txn-getrequest-null", "txn-bytes-after-release"]);
  });

  it("write 10000 bytes in three transfers, one an interrupt", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler({ maximumLength: 4096 }));
    const buffer = bench.buffer(10_000, 100, 0x5a);
    const lengths: number[] = [];
    bench.initialize(
      transaction,
      bench.programDma(({ elements }) => void lengths.push(elements.reduce((sum, { length }) => sum + length, 0))),
      write,
      buffer,
      10_000,
    );
    bench.execute(transaction);
    assert.deepEqual(bench.completed(transaction), [false, more]);
    assert.equal(bench.transferred(transaction), 4096);
    assert.equal(bench.currentLength(transaction), 4096);
    assert.deepEqual(bench.completed(transaction), [false, more]);
    assert.deepEqual(bench.completed(transaction), [true, 0]);
    assert.deepEqual(lengths, [4096, 4096, 1808]);
    assert.equal(bench.transferred(transaction), 10_000);
    assert.deepEqual(
      bench.framework.transactionsReport().map(({ transfers, ...rest }) => ({ ...rest, transfers: transfers.map(({ length }) => length) })),
      [{ direction: "write", status: "STATUS_SUCCESS", bytesTransferred: 10_000, transfers: [4096, 4096, 1808] }],
    );
  });

  it("nest EvtProgramDma when transfers complete inside it", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler({ maximumLength: 4096 }));
    const order: string[] = [];
    let call = 0;
    const programDma = bench.programDma(() => {
      const number = ++call;
      order.push(`enter ${number}`);
      const [isOver] = bench.completed(transaction);
      order.push(`leave ${number} ${isOver}`);
    });
    bench.initialize(transaction, programDma, write, bench.buffer(10_000), 10_000);
    assert.equal(bench.execute(transaction), 0);
    assert.deepEqual(order, ["enter 1", "enter 2", "enter 3", "leave 3 true", "leave 2 false", "leave 1 false"]);
    assert.equal(bench.state(transaction), "TransferCompleted");
    assert.deepEqual(bench.rules, []);
  });

  it("exhaust the kernel stack when too many transfers complete inside it", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler({ maximumLength: 100 }));
    bench.initialize(
      transaction,
      bench.programDma(() => void bench.completed(transaction)),
      write,
      bench.buffer(10_000),
      10_000,
    );
    assert.throws(
      () => bench.execute(transaction),
      (error) => error instanceof TestBugCheck && error.violation.rule === "completion-inline-recursion",
    );
  });

  it("continue behind a partial transfer and end early with Final", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler({ maximumLength: 4096 }));
    bench.initialize(transaction, bench.programDma(), read, bench.buffer(10_000), 10_000);
    bench.execute(transaction);
    assert.deepEqual(bench.completed(transaction, "WithLength", 1000), [false, more]);
    const { progress, position } = bench.object(transaction);
    assert.deepEqual([progress.transferred, progress.current, progress.remaining, position.offset], [1000, 4096, 4904, 1000]);
    assert.deepEqual(bench.completed(transaction, "WithLength", 0), [false, more]);
    assert.equal(progress.transferred, 1000);
    assert.deepEqual(bench.completed(transaction, "Final", 500), [true, 0]);
    assert.equal(bench.transferred(transaction), 1500);
    assert.equal(bench.state(transaction), "TransferCompleted");
  });

  it("end with STATUS_INVALID_PARAMETER when more is reported than was asked for", () => {
    for (const variant of ["WithLength", "Final"] as const) {
      const bench = new DmaBench();
      const transaction = bench.transaction(bench.enabler());
      bench.initialize(transaction, bench.programDma(), read, bench.buffer(100), 100);
      bench.execute(transaction);
      assert.deepEqual(bench.completed(transaction, variant, 101), [true, status.invalidParameter]);
      assert.equal(bench.state(transaction), "TransferFailed");
      assert.equal(bench.transferred(transaction), 0);
      assert.deepEqual(bench.rules, ["done-length-too-big"]);
    }
  });

  it("can be used again after Release, with everything back to its first value", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler({ version: 3 }));
    const buffer = bench.buffer(8192);
    for (let round = 0; round < 3; round++) {
      assert.equal(bench.initialize(transaction, bench.programDma(), read, buffer, 8192), 0);
      assert.equal(bench.object(transaction).maximumFragmentLength, 65536);
      bench.call("WdfDmaTransactionSetMaximumLength", transaction, 5000);
      bench.call("WdfDmaTransactionSetImmediateExecution", transaction, 1);
      bench.execute(transaction);
      assert.equal(bench.currentLength(transaction), 5000);
      bench.completed(transaction);
      assert.deepEqual(bench.completed(transaction), [true, 0]);
      bench.release(transaction);
      assert.equal(bench.object(transaction).immediateExecution, false);
    }
    assert.equal(bench.framework.transactionsReport().length, 3);
  });

  it("can be deleted inside their own EvtProgramDma once they are over", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler());
    const programDma = bench.programDma(() => {
      bench.completed(transaction, "Final", 0);
      bench.call("WdfObjectDelete", transaction);
      return false;
    });
    bench.initialize(transaction, programDma, read, bench.buffer(100), 100);
    assert.equal(bench.execute(transaction), 0);
    assert.equal(bench.framework.handles.peek(transaction), undefined);
    assert.deepEqual(bench.rules, []);
  });

  it("can be executed again inside their own EvtProgramDma", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler());
    const buffer = bench.buffer(100);
    const programDma: number = bench.programDma(() => {
      bench.completed(transaction);
      bench.release(transaction);
      if (bench.programmed.length >= 3) return;
      bench.initialize(transaction, programDma, read, buffer, 100);
      bench.execute(transaction);
    });
    bench.initialize(transaction, programDma, read, buffer, 100);
    bench.execute(transaction);
    assert.equal(bench.programmed.length, 3);
    assert.equal(bench.state(transaction), "Released");
  });

  it("tell of an EvtProgramDma that returns FALSE and leaves them in Transfer", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler());
    bench.initialize(
      transaction,
      bench.programDma(() => false),
      read,
      bench.buffer(100),
      100,
    );
    assert.equal(bench.execute(transaction), 0);
    assert.deepEqual(bench.rules, ["program-false-no-final"]);
    assert.equal(bench.state(transaction), "Transfer");
  });

  it("fail Execute when the first list cannot be built, and keep the request pointer", () => {
    const bench = new DmaBench({ faults: [{ at: "BuildScatterGatherList", occurrence: 1, status: "STATUS_INSUFFICIENT_RESOURCES" }] });
    const transaction = bench.transaction(bench.enabler());
    const { handle, irp } = bench.request({ major: "write", data: new Uint8Array(100) });
    bench.call("WdfDmaTransactionInitializeUsingRequest", transaction, handle, bench.programDma(), write);
    assert.equal(bench.execute(transaction), status.insufficientResources);
    assert.equal(bench.state(transaction), "TransferFailed");
    assert.equal(irp.references, 0);
    assert.equal(bench.call("WdfDmaTransactionGetRequest", transaction), handle);
    assert.equal(bench.programmed.length, 0);
    assert.equal(bench.object(transaction).progress.remaining, 100);
    assert.equal(bench.framework.transactionsReport()[0]?.status, "STATUS_INSUFFICIENT_RESOURCES");
  });

  it("end with the status of a later transfer that cannot be mapped, and keep what was done", () => {
    const bench = new DmaBench({ faults: [{ at: "BuildScatterGatherList", occurrence: 2, status: "STATUS_INSUFFICIENT_RESOURCES" }] });
    const transaction = bench.transaction(bench.enabler({ maximumLength: 4096 }));
    bench.initialize(transaction, bench.programDma(), write, bench.buffer(8192), 8192);
    bench.execute(transaction);
    assert.deepEqual(bench.completed(transaction), [true, status.insufficientResources]);
    assert.equal(bench.state(transaction), "TransferFailed");
    assert.equal(bench.transferred(transaction), 4096);
  });

  it("compare the element limit with pages at Initialize, and again when a partial transfer moved the cuts", () => {
    const bench = new DmaBench();
    const enabler = bench.enabler({ maximumLength: 8192 });
    bench.call("WdfDmaEnablerSetMaximumScatterGatherElements", enabler, 2);
    const transaction = bench.transaction(enabler);
    assert.equal(bench.initialize(transaction, bench.programDma(), write, bench.buffer(8192, 1), 8192), status.wdfTooFragmented);
    assert.equal(bench.state(transaction), "Released");
    assert.equal(bench.initialize(transaction, bench.programDma(), write, bench.buffer(16_384), 16_384), 0);
    bench.execute(transaction);
    assert.deepEqual(bench.completed(transaction, "WithLength", 100), [true, status.wdfTooFragmented]);
    assert.equal(bench.transferred(transaction), 100);
  });

  it("cut a chain at whole MDLs when the map registers are short", () => {
    const bench = new DmaBench({ machine: { mapRegisters: 4 } });
    const transaction = bench.transaction(bench.enabler());
    const buffers = [bench.buffer(4096, 2048), bench.buffer(4096, 2048), bench.buffer(1000)];
    const mdl = bench.chain(...buffers);
    assert.equal(bench.initialize(transaction, bench.programDma(), write, { mdl, address: buffers[0]?.address ?? 0 }, 9192), 0);
    bench.execute(transaction);
    assert.equal(bench.currentLength(transaction), 8192);
    bench.completed(transaction);
    assert.equal(bench.currentLength(transaction), 1000);
    assert.deepEqual(bench.completed(transaction), [true, 0]);
  });

  it("refuse a chain that is too short, and tell of one that is short by less than a page", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler());
    const buffer = bench.buffer(4096);
    assert.equal(bench.initialize(transaction, bench.programDma(), write, buffer, 8193), status.bufferTooSmall);
    assert.equal(bench.initialize(transaction, bench.programDma(), write, buffer, 8192), 0);
    assert.deepEqual(bench.rules, ["len-exceeds-chain", "len-exceeds-mdl-subpage"]);
  });

  it("check the arguments of Initialize in the order of the source", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler());
    const buffer = bench.buffer(100, 50);
    const programDma = bench.programDma();
    const initialize = (pd: number, direction: number, mdl: number, address: number, length: number) =>
      bench.call("WdfDmaTransactionInitialize", transaction, pd, direction, mdl, address, length);
    bugCheckOf(() => initialize(0, read, 0, 0, 0), 4);
    bugCheckOf(() => initialize(programDma, read, 0, 0, 0), 4);
    assert.equal(initialize(programDma, read, buffer.mdl, buffer.address, 0), status.invalidParameter);
    assert.equal(initialize(programDma, 2, buffer.mdl, buffer.address, 10), status.invalidParameter);
    assert.equal(initialize(programDma, read, buffer.mdl, buffer.address - 1, 10), status.invalidParameter);
    assert.equal(initialize(programDma, read, buffer.mdl, buffer.address + 100, 10), status.invalidParameter);
    assert.equal(bench.state(transaction), "Created");
    assert.deepEqual(bench.rules, ["txn-direction-invalid", "va-outside-mdl", "va-outside-mdl"]);
    assert.equal(initialize(programDma, read, buffer.mdl, buffer.address + 99, 1), 0);
  });

  it("take length and MDL of a request by its kind", () => {
    const code = (method: number) => (0x22 << 16) | (0x800 << 2) | method;
    const data = new Uint8Array(100);
    const cases = [
      { request: { major: "read", length: 64 }, direction: write, expected: status.invalidDeviceRequest },
      { request: { major: "write", data }, direction: read, expected: status.invalidDeviceRequest },
      { request: { major: "write", data }, direction: write, expected: 0, length: 100 },
      { request: { major: "deviceControl", ioctlCode: code(0), data, outputLength: 40 }, direction: write, expected: 0, length: 100 },
      { request: { major: "deviceControl", ioctlCode: code(0), data, outputLength: 40 }, direction: read, expected: 0, length: 40 },
      { request: { major: "deviceControl", ioctlCode: code(1), data, outputLength: 40 }, direction: write, expected: 0, length: 40 },
      { request: { major: "deviceControl", ioctlCode: code(1), data, outputLength: 40 }, direction: read, expected: status.invalidDeviceRequest },
      { request: { major: "deviceControl", ioctlCode: code(2), data, outputLength: 40 }, direction: read, expected: 0, length: 40 },
      { request: { major: "deviceControl", ioctlCode: code(2), data, outputLength: 40 }, direction: write, expected: status.invalidDeviceRequest },
      {
        request: { major: "deviceControl", ioctlCode: code(3), data, outputLength: 40 },
        direction: write,
        expected: status.invalidDeviceRequest,
        rule: "mem-not-neither",
      },
    ] as const;
    for (const { request, direction, expected, ...rest } of cases) {
      const bench = new DmaBench();
      const transaction = bench.transaction(bench.enabler());
      const result = bench.call("WdfDmaTransactionInitializeUsingRequest", transaction, bench.request(request).handle, bench.programDma(), direction);
      assert.equal(result, expected, JSON.stringify(request));
      if ("length" in rest) assert.equal(bench.object(transaction).progress.total, rest.length);
      assert.deepEqual(bench.rules, "rule" in rest ? [rest.rule] : expected === 0 ? [] : ["txn-direction-mismatch"]);
    }
  });

  it("fault in Execute when their request was completed after Initialize", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler());
    const { handle, irp } = bench.request({ major: "read", length: 64 });
    bench.call("WdfDmaTransactionInitializeUsingRequest", transaction, handle, bench.programDma(), read);
    bench.test.nt.io.complete(irp, 0, 0);
    assert.throws(
      () => bench.execute(transaction),
      (error) => error instanceof TestBugCheck && error.violation.rule === "obj-use-after-delete",
    );
  });

  it("give a request of length 0 the status of its missing buffer", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler());
    assert.equal(
      bench.call("WdfDmaTransactionInitializeUsingRequest", transaction, bench.request({ major: "read", length: 0 }).handle, bench.programDma(), read),
      status.bufferTooSmall,
    );
  });

  it("allow only one transfer when a single transfer is required", () => {
    const bench = new DmaBench(fragmented);
    const transaction = bench.transaction(bench.enabler({ version: 3, maximumLength: 8192, flags: 2 }));
    assert.equal(bench.initialize(transaction, bench.programDma(), write, bench.buffer(8193), 8193), status.wdfTooManyTransfers);
    assert.equal(bench.initialize(transaction, bench.programDma(), write, bench.buffer(8192), 8192), 0);
    bench.execute(transaction);
    assert.deepEqual(bench.completed(transaction, "Final", 100), [true, status.wdfTooManyTransfers]);
    assert.equal(bench.transferred(transaction), 100);
    assert.equal(bench.state(transaction), "TransferFailed");
  });

  it("drop the single-transfer requirement on Release", () => {
    const bench = new DmaBench(fragmented);
    const transaction = bench.transaction(bench.enabler({ version: 3, maximumLength: 4096 }));
    bench.call("WdfDmaTransactionSetSingleTransferRequirement", transaction, 1);
    assert.equal(bench.initialize(transaction, bench.programDma(), write, bench.buffer(8192), 8192), status.wdfTooManyTransfers);
    assert.equal(bench.initialize(transaction, bench.programDma(), write, bench.buffer(8192), 8192), 0);
  });

  it("tell what a transaction will need", () => {
    for (const version of [2, 3]) {
      const bench = new DmaBench(fragmented);
      const transaction = bench.transaction(bench.enabler({ version }));
      bench.initialize(transaction, bench.programDma(), write, bench.buffer(10_000, 4000), 10_000);
      const out = bench.scratch(8);
      bench.call("WdfDmaTransactionGetTransferInfo", transaction, out, out + 4);
      const { memory } = bench.test.machine;
      assert.deepEqual([memory.u32(out), memory.u32(out + 4)], [4, 4]);
    }
  });

  it("keep the list readable from EvtProgramDma to the completion, and not after", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler());
    bench.initialize(transaction, bench.programDma(), write, bench.buffer(100), 100);
    bench.execute(transaction);
    const list = bench.programmed[0]?.list ?? 0;
    const { memory } = bench.test.machine;
    assert.equal(memory.u32(list), 1);
    bench.completed(transaction);
    assert.equal(memory.isAccessible(list, 4), false);
    assert.match(memory.describe(list) ?? "", /SCATTER_GATHER_LIST/);
  });

  it("take the list from the HAL when the enabler preallocates none", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler({ flags: 1, maximumLength: 4096 }));
    bench.initialize(transaction, bench.programDma(), write, bench.buffer(8192), 8192);
    bench.execute(transaction);
    assert.deepEqual(bench.completed(transaction), [false, more]);
    assert.deepEqual(bench.completed(transaction), [true, 0]);
    assert.equal(bench.test.machine.memory.isAccessible(bench.programmed[0]?.list ?? 0, 4), false);
  });
});
