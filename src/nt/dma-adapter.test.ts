// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { dispatchLevel } from "../machine/index.ts";
import { ntStatus } from "../protocol/index.ts";
import type { DmaAdapter } from "./dma-adapter.ts";
import { scatterGatherListBytes } from "./dma-layout.ts";
import { type DeviceDescription, DmaTransferContext, type MapRegisterBase, type ScatterGatherRequest } from "./dma-types.ts";
import { poolTag } from "./pool-heap.ts";
import { TestMachine, type TestMachineOptions } from "./test-machine.ts";

const description: DeviceDescription = {
  version: 2,
  master: true,
  scatterGather: true,
  dma32BitAddresses: true,
  dma64BitAddresses: true,
  maximumLength: 65536,
};

function setUp(options: TestMachineOptions = {}, details: Partial<DeviceDescription> = {}): { test: TestMachine; adapter: DmaAdapter; mapRegisters: number } {
  const test = new TestMachine(options);
  const granted = test.nt.hal.getDmaAdapter({ ...description, ...details }, 7);
  assert.ok(granted !== undefined);
  return { test, ...granted };
}

/** A locked buffer of the driver, filled with a pattern. */
function buffer(test: TestMachine, length: number, offset = 0): { mdl: number; address: number } {
  const { nt, machine } = test;
  const block = nt.pool.allocate(length + offset + 4096, poolTag("Test"));
  const address = block + offset;
  machine.memory.write(
    address,
    Uint8Array.from({ length }, (_, i) => (i * 7) & 0xff),
  );
  const mdl = nt.mdl.allocate(address, length);
  nt.mdl.buildForNonPagedPool(mdl);
  return { mdl, address };
}

function elements(test: TestMachine, list: number): { address: bigint; length: number }[] {
  const { memory } = test.machine;
  return Array.from({ length: memory.u32(list) }, (_, i) => ({
    address: memory.u64(list + scatterGatherListBytes(i)),
    length: memory.u32(list + scatterGatherListBytes(i) + 8),
  }));
}

const request = (mdl: number, length: number, run: (list: number) => void, more: Partial<ScatterGatherRequest> = {}): ScatterGatherRequest => ({
  mdl,
  offset: 0,
  length,
  writeToDevice: true,
  run,
  label: "write transfer",
  objectId: 7,
  ...more,
});

describe("Hal", () => {
  it("grants one map register more than the pages of the longest transfer", () => {
    assert.equal(setUp().mapRegisters, 17);
  });

  it("grants at most what the configuration allows, and never less than two", () => {
    assert.equal(setUp({ machine: { mapRegisters: 4 } }).mapRegisters, 4);
    assert.equal(setUp({ machine: { mapRegisters: 1 } }).mapRegisters, 2);
  });

  it("returns nothing when a fault is injected", () => {
    const test = new TestMachine({ faults: [{ at: "IoGetDmaAdapter", occurrence: 1, status: "STATUS_INSUFFICIENT_RESOURCES" }] });
    assert.equal(test.nt.hal.getDmaAdapter(description, 1), undefined);
  });
});

describe("DmaAdapter scatter/gather lists", () => {
  it("maps one element for each physical run, and the device reads the buffer through them", () => {
    const { test, adapter } = setUp({ machine: { physicalLayout: "fragmented" } });
    const { mdl } = buffer(test, 10000, 0x100);
    test.machine.cpu.raise(dispatchLevel);
    let list = 0;
    const status = adapter.buildScatterGatherList(
      request(mdl, 10000, (built) => {
        list = built;
      }),
    );
    assert.equal(status, ntStatus.STATUS_SUCCESS);
    const found = elements(test, list);
    assert.deepEqual(
      found.map(({ length }) => length),
      [3840, 4096, 2064],
    );
    const seen = found.flatMap(({ address, length }) => [...(test.bus?.dma.read(address, length) ?? [])]);
    assert.deepEqual(
      seen,
      Array.from({ length: 10000 }, (_, i) => (i * 7) & 0xff),
    );
    assert.deepEqual(test.rules, []);
    adapter.putScatterGatherList(list, true);
    test.bus?.dma.read(found[0]?.address ?? 0n, 4);
    assert.deepEqual(test.rules, ["DMA-DEVICE-FAULT"]);
  });

  it("joins physically contiguous pages into one element", () => {
    const { test, adapter } = setUp({ machine: { physicalLayout: "contiguous" } });
    const { mdl } = buffer(test, 8192);
    test.machine.cpu.raise(dispatchLevel);
    let list = 0;
    adapter.buildScatterGatherList(
      request(mdl, 8192, (built) => {
        list = built;
      }),
    );
    assert.deepEqual(
      elements(test, list).map(({ length }) => length),
      [8192],
    );
  });

  it("follows a chain of MDLs and starts at an offset", () => {
    const { test, adapter } = setUp({ machine: { physicalLayout: "fragmented" } });
    const first = buffer(test, 1000);
    const second = buffer(test, 3000);
    test.nt.mdl.setNext(first.mdl, second.mdl);
    test.machine.cpu.raise(dispatchLevel);
    let list = 0;
    adapter.buildScatterGatherList(
      request(
        first.mdl,
        2000,
        (built) => {
          list = built;
        },
        { offset: 600 },
      ),
    );
    assert.deepEqual(
      elements(test, list).map(({ length }) => length),
      [400, 1600],
    );
  });

  it("copies to map registers what a 32-bit device cannot address, and copies back at the put only", () => {
    const { test, adapter } = setUp({ machine: { physicalAddressBits: 36, seed: 5 } }, { dma64BitAddresses: false });
    const { mdl, address } = buffer(test, 4096);
    const { machine } = test;
    const physical = machine.pages.physicalOf(address) ?? 0n;
    assert.ok(physical >= 1n << 32n, "the seed gives memory above 4 GiB");
    machine.cpu.raise(dispatchLevel);
    let list = 0;
    adapter.buildScatterGatherList(
      request(
        mdl,
        4096,
        (built) => {
          list = built;
        },
        { writeToDevice: false },
      ),
    );
    const [element] = elements(test, list);
    assert.ok(element !== undefined && element.address < 1n << 32n);
    test.bus?.dma.write(element.address, new Uint8Array(4096).fill(0xee));
    assert.notEqual(machine.memory.u8(address + 5), 0xee);
    adapter.putScatterGatherList(list, false);
    assert.equal(machine.memory.u8(address + 5), 0xee);
    assert.equal(machine.memory.u8(address + 4095), 0xee);
  });

  it("refuses a list buffer that is too short and a chain that is too short", () => {
    const { test, adapter } = setUp();
    const { mdl } = buffer(test, 8192);
    test.machine.cpu.raise(dispatchLevel);
    const run = () => assert.fail("no callback is expected");
    assert.equal(
      adapter.buildScatterGatherList(request(mdl, 8192, run, { buffer: { address: test.global(), length: scatterGatherListBytes(2) } })),
      ntStatus.STATUS_BUFFER_TOO_SMALL,
    );
    assert.equal(adapter.buildScatterGatherList(request(mdl, 8193, run)), ntStatus.STATUS_BUFFER_TOO_SMALL);
    assert.equal(adapter.calculateScatterGatherListSize(17 * 4096).mapRegisters, 17);
  });

  it("makes a transfer wait until another one gives its map registers back, in order", () => {
    const { test, adapter } = setUp({ machine: { mapRegisters: 3 } });
    const buffers = [buffer(test, 8192), buffer(test, 8192), buffer(test, 4096)];
    test.machine.cpu.raise(dispatchLevel);
    const built: number[] = [];
    for (const { mdl } of buffers) {
      const length = test.nt.mdl.byteCount(mdl);
      assert.equal(adapter.buildScatterGatherList(request(mdl, length, (list) => void built.push(list))), ntStatus.STATUS_SUCCESS);
    }
    assert.equal(built.length, 1, "the second waits, and the third does not overtake it");
    adapter.putScatterGatherList(built[0] ?? 0, true);
    assert.equal(built.length, 3);
    assert.equal(adapter.state.registersInUse, 3);
  });

  it("fails at once instead of waiting with DMA_SYNCHRONOUS_CALLBACK", () => {
    const { test, adapter } = setUp({ machine: { mapRegisters: 2 } });
    const { mdl } = buffer(test, 8192);
    test.machine.cpu.raise(dispatchLevel);
    adapter.buildScatterGatherList(request(mdl, 8192, () => undefined));
    const status = adapter.buildScatterGatherList(request(mdl, 4096, () => assert.fail(), { flags: { synchronousCallback: true } }));
    assert.equal(status, ntStatus.STATUS_INSUFFICIENT_RESOURCES);
  });

  it("cancels a request that waits, and only such a one", () => {
    const { test, adapter } = setUp({ machine: { mapRegisters: 2 } }, { version: 3 });
    const { mdl } = buffer(test, 8192);
    test.machine.cpu.raise(dispatchLevel);
    let list = 0;
    const [running, waiting] = [new DmaTransferContext("first"), new DmaTransferContext("second")];
    adapter.buildScatterGatherList(
      request(
        mdl,
        8192,
        (built) => {
          list = built;
        },
        { context: running },
      ),
    );
    adapter.buildScatterGatherList(request(mdl, 4096, () => assert.fail("it was cancelled"), { context: waiting }));
    assert.equal(adapter.cancelAdapterChannel(running), false);
    assert.equal(adapter.cancelAdapterChannel(waiting), true);
    adapter.putScatterGatherList(list, true);
    assert.equal(adapter.state.registersInUse, 0);
  });

  it("requires DISPATCH_LEVEL and still calls back there", () => {
    const { test, adapter } = setUp();
    const { mdl } = buffer(test, 100);
    let level = -1;
    adapter.buildScatterGatherList(
      request(mdl, 100, () => {
        level = test.machine.cpu.irql;
      }),
    );
    assert.equal(level, dispatchLevel);
    assert.deepEqual(test.rules, ["ad-irql"]);
    assert.equal(test.machine.cpu.irql, 0);
  });

  it("refuses an MDL whose pages are not locked", () => {
    const { test, adapter } = setUp();
    const mdl = test.nt.mdl.allocate(test.global(), 64);
    test.machine.cpu.raise(dispatchLevel);
    assert.equal(adapter.buildScatterGatherList(request(mdl, 64, () => assert.fail())), ntStatus.STATUS_INVALID_PARAMETER);
    assert.deepEqual(test.rules, ["mdl-lifecycle"]);
  });

  it("reports a list that is put twice or in the wrong direction", () => {
    const { test, adapter } = setUp();
    const { mdl } = buffer(test, 100);
    test.machine.cpu.raise(dispatchLevel);
    let list = 0;
    adapter.buildScatterGatherList(
      request(mdl, 100, (built) => {
        list = built;
      }),
    );
    adapter.putScatterGatherList(list, false);
    adapter.putScatterGatherList(list, false);
    assert.deepEqual(test.rules, ["ad-direction-mismatch", "ad-put-sglist-unknown"]);
  });
});

describe("DmaAdapter channel and map registers", () => {
  it("gives a device without scatter/gather one contiguous range, copied", () => {
    const { test, adapter } = setUp({ machine: { physicalLayout: "fragmented" } }, { scatterGather: false });
    const { mdl, address } = buffer(test, 10000);
    const { machine } = test;
    machine.cpu.raise(dispatchLevel);
    let base: MapRegisterBase | undefined;
    adapter.allocateAdapterChannel({
      mapRegisters: 3,
      label: "read transfer",
      objectId: 7,
      run: (granted) => {
        base = granted;
        return "deallocateObjectKeepRegisters";
      },
    });
    assert.ok(base !== undefined);
    const mapped = adapter.mapTransfer({ base, mdl, offset: 0, length: 10000, writeToDevice: false, maximumElements: 1, label: "read transfer", objectId: 7 });
    assert.equal(mapped.length, 10000);
    assert.equal(mapped.elements.length, 1);
    test.bus?.dma.write(mapped.elements[0]?.address ?? 0n, new Uint8Array(10000).fill(0x5a));
    assert.notEqual(machine.memory.u8(address), 0x5a);
    adapter.flushAdapterBuffers(base, false);
    assert.equal(machine.memory.u8(address + 9999), 0x5a);
    adapter.freeMapRegisters(base);
    assert.equal(adapter.state.registersInUse, 0);
    assert.deepEqual(test.rules, []);
  });

  it("loses bounced data and reports it when the flush is missing", () => {
    const { test, adapter } = setUp({ machine: { physicalLayout: "fragmented" } }, { scatterGather: false });
    const { mdl, address } = buffer(test, 8192);
    test.machine.cpu.raise(dispatchLevel);
    let base: MapRegisterBase = { id: 0, count: 0 };
    adapter.allocateAdapterChannel({
      mapRegisters: 2,
      label: "read transfer",
      objectId: 7,
      run: (granted) => {
        base = granted;
        return "deallocateObjectKeepRegisters";
      },
    });
    const { elements: mapped } = adapter.mapTransfer({
      base,
      mdl,
      offset: 0,
      length: 8192,
      writeToDevice: false,
      maximumElements: 1,
      label: "read transfer",
      objectId: 7,
    });
    test.bus?.dma.write(mapped[0]?.address ?? 0n, new Uint8Array(8192).fill(0x5a));
    adapter.freeMapRegisters(base);
    assert.deepEqual(test.rules, ["mb-flush-iobuffers-missing"]);
    assert.notEqual(test.machine.memory.u8(address), 0x5a);
  });

  it("maps one MDL of a chain at a time for a one-element list", () => {
    const { test, adapter } = setUp({}, { scatterGather: false, version: 3 });
    const first = buffer(test, 1000);
    test.nt.mdl.setNext(first.mdl, buffer(test, 3000).mdl);
    test.machine.cpu.raise(dispatchLevel);
    let base: MapRegisterBase = { id: 0, count: 0 };
    adapter.allocateAdapterChannel({
      mapRegisters: 4,
      label: "write transfer",
      objectId: 7,
      run: (granted) => {
        base = granted;
        return "deallocateObjectKeepRegisters";
      },
    });
    const map = (offset: number) =>
      adapter.mapTransfer({
        base,
        mdl: first.mdl,
        offset,
        length: 4000 - offset,
        writeToDevice: true,
        maximumElements: 1,
        label: "write transfer",
        objectId: 7,
      }).length;
    assert.equal(map(200), 800);
    assert.equal(map(1000), 3000);
  });

  it("keeps a channel until FreeAdapterChannel; the next request waits", () => {
    const { test, adapter } = setUp();
    test.machine.cpu.raise(dispatchLevel);
    const granted: number[] = [];
    for (let i = 0; i < 2; i++)
      adapter.allocateAdapterChannel({
        mapRegisters: 1,
        label: "transfer",
        objectId: 7,
        run: (base) => {
          granted.push(base.id);
          return "keepObject";
        },
      });
    assert.equal(granted.length, 1);
    adapter.freeAdapterChannel();
    assert.equal(granted.length, 2);
  });
});

describe("GetDmaTransferInfo", () => {
  it("counts pages as map registers and physical runs as elements", () => {
    const { test, adapter } = setUp({ machine: { physicalLayout: "contiguous" } });
    const { mdl } = buffer(test, 8192, 16);
    const info = adapter.getDmaTransferInfo(mdl, 0, 8192, true);
    assert.equal(info.mapRegisterCount, 3);
    assert.equal(info.scatterGatherElementCount, 1);
    assert.ok(info.scatterGatherListSize >= scatterGatherListBytes(3));
  });
});
