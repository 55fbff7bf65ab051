// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { dispatchLevel } from "../machine/index.ts";
import { DmaBench, more, profiles, read, write } from "./test-dma-bench.ts";
import { status } from "./status.ts";

const fragmented = { machine: { physicalLayout: "fragmented" } } as const;

describe("packet transactions", () => {
  it("give one contiguous element, though the pages are not contiguous", () => {
    const bench = new DmaBench(fragmented);
    const transaction = bench.transaction(bench.enabler({ profile: profiles.packet }));
    const buffer = bench.buffer(10_000, 100, 0x11);
    bench.initialize(
      transaction,
      bench.programDma(({ elements, irql }) => {
        assert.equal(irql, dispatchLevel);
        assert.deepEqual(
          elements.map(({ length }) => length),
          [10_000],
        );
        assert.deepEqual(bench.deviceReads(elements), new Uint8Array(10_000).fill(0x11));
      }),
      write,
      buffer,
      10_000,
    );
    assert.equal(bench.execute(transaction), 0);
    assert.deepEqual(bench.completed(transaction), [true, 0]);
    assert.deepEqual(bench.rules, []);
  });

  it("call EvtProgramDma again from the outer loop when a transfer completes inside it", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler({ profile: profiles.packet, maximumLength: 4096 }));
    const order: string[] = [];
    let call = 0;
    const programDma = bench.programDma(() => {
      const number = ++call;
      order.push(`enter ${number}`);
      const [isOver, result] = bench.completed(transaction);
      order.push(`leave ${number} ${isOver} ${result === more ? "more" : result}`);
    });
    bench.initialize(transaction, programDma, write, bench.buffer(10_000), 10_000);
    assert.equal(bench.execute(transaction), 0);
    assert.deepEqual(order, ["enter 1", "leave 1 false more", "enter 2", "leave 2 false more", "enter 3", "leave 3 true 0"]);
    assert.equal(bench.state(transaction), "TransferCompleted");
    assert.equal(bench.transferred(transaction), 10_000);
    assert.deepEqual(bench.rules, []);
  });

  it("keep the list readable inside EvtProgramDma only", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler({ profile: profiles.packet }));
    const { memory } = bench.test.machine;
    const programDma = bench.programDma(({ list }) => assert.equal(memory.isAccessible(list, 24), true));
    bench.initialize(transaction, programDma, write, bench.buffer(100), 100);
    bench.execute(transaction);
    const list = bench.programmed[0]?.list ?? 0;
    assert.equal(memory.isAccessible(list, 1), false);
    assert.match(memory.describe(list) ?? "", /valid inside EvtProgramDma only/);
  });

  it("hold the map registers from Execute to the end", () => {
    const bench = new DmaBench({ machine: { mapRegisters: 3 } });
    const enabler = bench.enabler({ profile: profiles.packet, version: 3, maximumLength: 8192 });
    const [first, second] = [bench.transaction(enabler), bench.transaction(enabler)];
    for (const transaction of [first, second]) bench.initialize(transaction, bench.programDma(), write, bench.buffer(16_384), 16_384);
    bench.execute(first);
    bench.execute(second);
    bench.completed(first);
    assert.deepEqual(
      bench.programmed.map(({ transaction }) => transaction),
      [first, first],
    );
    bench.completed(first);
    assert.deepEqual(
      bench.programmed.map(({ transaction }) => transaction),
      [first, first, second],
    );
    assert.equal(bench.state(first), "TransferCompleted");
  });

  it("copy only what was reported out of the map registers", () => {
    const bench = new DmaBench(fragmented);
    const transaction = bench.transaction(bench.enabler({ profile: profiles.packet }));
    const buffer = bench.buffer(9000, 10, 0xee);
    const { memory } = bench.test.machine;
    bench.initialize(
      transaction,
      bench.programDma(({ elements }) => bench.deviceWrites(elements, new Uint8Array(9000).fill(0x42))),
      read,
      buffer,
      9000,
    );
    bench.execute(transaction);
    assert.equal(memory.u8(buffer.address), 0xee);
    assert.deepEqual(bench.completed(transaction, "Final", 5000), [true, 0]);
    assert.deepEqual([memory.u8(buffer.address), memory.u8(buffer.address + 4999), memory.u8(buffer.address + 5000)], [0x42, 0x42, 0xee]);
  });

  it("are one for each device with version 2", () => {
    const bench = new DmaBench();
    const [first, second] = [bench.transaction(bench.enabler({ profile: profiles.packet })), bench.transaction(bench.enabler({ profile: profiles.packet64 }))];
    for (const transaction of [first, second]) bench.initialize(transaction, bench.programDma(), write, bench.buffer(100), 100);
    assert.equal(bench.execute(first), 0);
    assert.equal(bench.execute(second), status.wdfBusy);
    assert.equal(bench.state(second), "TransferFailed");
    assert.deepEqual(bench.rules, ["txn-busy-second-packet"]);
    bench.completed(first);
    bench.release(second);
    bench.initialize(second, bench.programDma(), write, bench.buffer(100), 100);
    assert.equal(bench.execute(second), 0);
  });

  it("release the gate when the channel cannot be allocated", () => {
    const bench = new DmaBench({ faults: [{ at: "AllocateAdapterChannel", occurrence: 1, status: "STATUS_INSUFFICIENT_RESOURCES" }] });
    const transaction = bench.transaction(bench.enabler({ profile: profiles.packet }));
    bench.initialize(transaction, bench.programDma(), write, bench.buffer(100), 100);
    assert.equal(bench.execute(transaction), status.insufficientResources);
    bench.release(transaction);
    bench.initialize(transaction, bench.programDma(), write, bench.buffer(100), 100);
    assert.equal(bench.execute(transaction), 0);
    assert.deepEqual(bench.rules, []);
  });

  it("use the first MDL only with version 2, and one transfer for each MDL with version 3", () => {
    const setUp = (version: number) => {
      const bench = new DmaBench();
      const buffers = [bench.buffer(1000), bench.buffer(500)];
      const mdl = bench.chain(...buffers);
      const transaction = bench.transaction(bench.enabler({ profile: profiles.packet, version }));
      return { bench, transaction, result: bench.initialize(transaction, bench.programDma(), write, { mdl, address: buffers[0]?.address ?? 0 }, 1500) };
    };
    assert.equal(setUp(2).result, status.invalidParameter);
    const { bench, transaction, result } = setUp(3);
    assert.equal(result, 0);
    bench.execute(transaction);
    assert.equal(bench.currentLength(transaction), 1000);
    assert.deepEqual(bench.completed(transaction), [false, more]);
    assert.equal(bench.currentLength(transaction), 500);
    assert.deepEqual(bench.completed(transaction), [true, 0]);
  });

  it("can be deleted, or executed again, inside their own EvtProgramDma", () => {
    const bench = new DmaBench();
    const enabler = bench.enabler({ profile: profiles.packet });
    const transaction = bench.transaction(enabler);
    const buffer = bench.buffer(100);
    const programDma: number = bench.programDma(() => {
      bench.completed(transaction);
      bench.release(transaction);
      if (bench.programmed.length === 3) bench.call("WdfObjectDelete", transaction);
      else {
        bench.initialize(transaction, programDma, write, buffer, 100);
        assert.equal(bench.execute(transaction), 0);
      }
    });
    bench.initialize(transaction, programDma, write, buffer, 100);
    assert.equal(bench.execute(transaction), 0);
    assert.equal(bench.programmed.length, 3);
    assert.equal(bench.framework.handles.peek(transaction), undefined);
    assert.deepEqual(bench.rules, []);
  });

  it("free the map registers when they are deleted in Transfer without the verifier", () => {
    const bench = new DmaBench({ verifier: false });
    const enabler = bench.enabler({ profile: profiles.packet });
    const transaction = bench.transaction(enabler);
    bench.initialize(transaction, bench.programDma(), read, bench.buffer(100), 100);
    bench.execute(transaction);
    bench.call("WdfObjectDelete", transaction);
    assert.equal(bench.test.machine.dma.mappings.length, 0);
    assert.equal(bench.framework.transactionsReport()[0]?.status, "abandoned");
  });
});

describe("reserved map registers", () => {
  it("come through EvtReserveDma, and Execute uses them without waiting", () => {
    const bench = new DmaBench({ machine: { mapRegisters: 3 } });
    const enabler = bench.enabler({ profile: profiles.packet64, version: 3, maximumLength: 8192 });
    const transaction = bench.transaction(enabler);
    const buffer = bench.buffer(16_384);
    const programDma = bench.programDma();
    let reserved = 0;
    const reserve = bench.fn((handle, context) => {
      assert.equal(bench.test.machine.cpu.irql, dispatchLevel);
      assert.deepEqual([handle, context], [transaction, 0x99]);
      assert.equal(bench.state(transaction), "Reserved");
      reserved++;
    });
    assert.equal(bench.call("WdfDmaTransactionAllocateResources", transaction, write, 2, reserve, 0x99), 0);
    assert.equal(reserved, 1);
    for (let round = 0; round < 2; round++) {
      assert.equal(bench.initialize(transaction, programDma, write, buffer, 16_384), 0);
      assert.equal(bench.execute(transaction), 0);
      while (!bench.completed(transaction)[0]);
      assert.equal(bench.transferred(transaction), 16_384);
      bench.release(transaction);
    }
    assert.equal(bench.object(transaction).stager.reservedMapRegisters, 2);
    bench.call("WdfDmaTransactionFreeResources", transaction);
    assert.equal(bench.object(transaction).stager.reservedMapRegisters, 0);
    assert.deepEqual(bench.rules, []);
  });

  it("limit a transfer to what they can map from its page offset", () => {
    const bench = new DmaBench();
    const transaction = bench.transaction(bench.enabler({ profile: profiles.packet64, version: 3 }));
    bench.call(
      "WdfDmaTransactionAllocateResources",
      transaction,
      write,
      2,
      bench.fn(() => undefined),
      0,
    );
    bench.initialize(transaction, bench.programDma(), write, bench.buffer(20_000, 96), 20_000);
    bench.execute(transaction);
    assert.equal(bench.currentLength(transaction), 8192 - 96);
    bench.completed(transaction);
    assert.equal(bench.currentLength(transaction), 8192);
  });

  it("wait until others free some, and Cancel takes the request back", () => {
    const bench = new DmaBench({ machine: { mapRegisters: 3 } });
    const enabler = bench.enabler({ profile: profiles.packet64, version: 3, maximumLength: 8192 });
    const [first, second] = [bench.transaction(enabler), bench.transaction(enabler)];
    let reserved = 0;
    const reserve = bench.fn(() => void reserved++);
    bench.call("WdfDmaTransactionAllocateResources", first, write, 3, reserve, 0);
    assert.equal(bench.call("WdfDmaTransactionAllocateResources", second, write, 1, reserve, 0), 0);
    assert.equal(reserved, 1);
    assert.equal(bench.call("WdfDmaTransactionCancel", second), 1);
    assert.equal(bench.state(second), "TransferFailed");
    bench.call("WdfDmaTransactionFreeResources", second);
    assert.equal(bench.call("WdfDmaTransactionAllocateResources", second, write, 1, reserve, 0), 0);
    bench.call("WdfDmaTransactionFreeResources", first);
    assert.equal(reserved, 2);
  });

  it("fail when the adapter has too few, and leave no reservation", () => {
    const bench = new DmaBench({ machine: { mapRegisters: 3 } });
    const transaction = bench.transaction(bench.enabler({ profile: profiles.packet64, version: 3 }));
    assert.equal(
      bench.call(
        "WdfDmaTransactionAllocateResources",
        transaction,
        write,
        4,
        bench.fn(() => undefined),
        0,
      ),
      status.insufficientResources,
    );
    assert.equal(bench.state(transaction), "TransferFailed");
    assert.equal(bench.object(transaction).stager.reservedMapRegisters, 0);
    bench.call("WdfDmaTransactionFreeResources", transaction);
    assert.equal(bench.state(transaction), "Released");
  });
});
