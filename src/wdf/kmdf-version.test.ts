// SPDX-License-Identifier: MIT
/** What the KMDF version changes that a driver is built for: the runtime is 1.33, and keeps the older behaviour for older drivers. */
import assert from "node:assert/strict";
import { WdfDmaEnabler } from "./dma-enabler.ts";
import { WDF_DMA_ENABLER_CONFIG, enablerConfigBytesBefore111 } from "./dma-structs.ts";
import { WDF_OBJECT_ATTRIBUTES, executionLevel, synchronizationScope } from "./object-structs.ts";
import { status } from "./status.ts";
import { StructView } from "./struct-view.ts";
import { DmaBench, profiles, write } from "./test-dma-bench.ts";

/** Minor versions around each change. */
const versions = { before111: 9, since111: 11, before119: 17, since119: 19 } as const;

/** WDF_OBJECT_ATTRIBUTES with a parent. */
function childOf(bench: DmaBench, parent: number): number {
  const view = new StructView(bench.test.machine.memory, WDF_OBJECT_ATTRIBUTES, bench.scratch(WDF_OBJECT_ATTRIBUTES.size));
  view.set("Size", WDF_OBJECT_ATTRIBUTES.size);
  view.set("ExecutionLevel", executionLevel.inherit);
  view.set("SynchronizationScope", synchronizationScope.inherit);
  view.set("ParentObject", parent);
  return view.address;
}

/** A configuration in the layout of the version. */
function configFor(bench: DmaBench, minor: number, options: Parameters<DmaBench["enablerConfig"]>[0] = {}): number {
  const config = bench.enablerConfig(options);
  if (minor < versions.since111) bench.test.machine.memory.setU32(config, enablerConfigBytesBefore111);
  return config;
}

describe("The KMDF version of the driver", () => {
  for (const minor of [versions.before111, versions.since111]) {
    const isNew = minor >= versions.since111;

    it(`1.${minor}: ${isNew ? "honours" : "ignores"} the parent of a DMA enabler`, () => {
      const bench = new DmaBench({ minor });
      const parent = bench.create("WdfObjectCreate", childOf(bench, bench.device.handle));
      const enabler = bench.create("WdfDmaEnablerCreate", bench.device.handle, configFor(bench, minor), childOf(bench, parent));
      assert.equal(bench.framework.resolve(enabler, WdfDmaEnabler, "WDFDMAENABLER").parent?.handle, isNew ? parent : bench.device.handle);
      const stranger = bench.create("WdfObjectCreate", 0);
      const result = bench.call("WdfDmaEnablerCreate", bench.device.handle, configFor(bench, minor), childOf(bench, stranger), bench.scratch(4));
      assert.equal(result, isNew ? status.wdfObjectAttributesInvalid : status.success);
    });

    it(`1.${minor}: takes only its own layout of WDF_DMA_ENABLER_CONFIG`, () => {
      const bench = new DmaBench({ minor });
      const sizes = [enablerConfigBytesBefore111, WDF_DMA_ENABLER_CONFIG.size];
      const results = sizes.map((size) => {
        const config = bench.enablerConfig();
        bench.test.machine.memory.setU32(config, size);
        return bench.call("WdfDmaEnablerCreate", bench.device.handle, config, 0, bench.scratch(4));
      });
      assert.deepEqual(results, isNew ? [status.infoLengthMismatch, status.success] : [status.success, status.infoLengthMismatch]);
    });

    it(`1.${minor}: ${isNew ? "allocates a common buffer as long as it was asked for" : "leaves room for the alignment in every common buffer"}`, () => {
      const bench = new DmaBench({ minor });
      const enabler = bench.create("WdfDmaEnablerCreate", bench.device.handle, configFor(bench, minor), 0);
      const { adapter } = bench.framework.resolve(enabler, WdfDmaEnabler, "WDFDMAENABLER").adapterFor(false) ?? {};
      assert.ok(adapter);
      const lengths: number[] = [];
      const allocate = adapter.allocateCommonBuffer.bind(adapter);
      adapter.allocateCommonBuffer = (length, ...rest) => {
        lengths.push(length);
        return allocate(length, ...rest);
      };
      bench.create("WdfCommonBufferCreateWithConfig", enabler, 100, bench.commonBufferConfig(63), 0);
      bench.create("WdfCommonBufferCreateWithConfig", enabler, 100, bench.commonBufferConfig(8191), 0);
      assert.deepEqual(lengths, [isNew ? 100 : 163, 8291]);
    });

    it(`1.${minor}: ${isNew ? "stops" : "lets"} a release of a transaction in Transfer`, () => {
      const bench = new DmaBench({ minor });
      const enabler = bench.create("WdfDmaEnablerCreate", bench.device.handle, configFor(bench, minor), 0);
      const transaction = bench.transaction(enabler);
      bench.initialize(transaction, bench.programDma(), write, bench.buffer(100), 100);
      assert.equal(bench.call("WdfDmaTransactionExecute", transaction, 0), status.success);
      const release = (): unknown => bench.call("WdfDmaTransactionRelease", transaction);
      if (isNew) assert.throws(release, /WDF_VIOLATION/);
      else assert.equal(release(), status.success);
    });
  }

  it("decides whether an enabler may require single transfers", () => {
    const results = [versions.before119, versions.since119].map((minor) => {
      const bench = new DmaBench({ minor });
      const config = bench.enablerConfig({ profile: profiles.packet, version: 3, flags: 2 });
      return bench.call("WdfDmaEnablerCreate", bench.device.handle, config, 0, bench.scratch(4));
    });
    assert.deepEqual(results, [status.invalidParameter, status.success]);
  });
});
