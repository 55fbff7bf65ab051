// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { dispatchLevel } from "../machine/index.ts";
import { WdfCommonBuffer } from "./common-buffer.ts";
import { WdfDmaEnabler } from "./dma-enabler.ts";
import { DmaBench, bugCheckOf, profiles } from "./test-dma-bench.ts";
import { status } from "./status.ts";

function logicalOf(bench: DmaBench, buffer: number): bigint {
  const out = bench.scratch(8);
  bench.call("WdfCommonBufferGetAlignedLogicalAddress", out, buffer);
  return bench.test.machine.memory.u64(out);
}

describe("WDFCOMMONBUFFER", () => {
  it("is memory that CPU and device share", () => {
    const bench = new DmaBench();
    const buffer = bench.create("WdfCommonBufferCreate", bench.enabler(), 100, 0);
    assert.equal(bench.call("WdfCommonBufferGetLength", buffer), 100);
    const address = bench.call("WdfCommonBufferGetAlignedVirtualAddress", buffer);
    const logical = logicalOf(bench, buffer);
    bench.test.machine.memory.setU32(address + 96, 0x1234);
    assert.deepEqual([...bench.bus.dma.read(logical + 96n, 4)], [0x34, 0x12, 0, 0]);
    bench.bus.dma.write(logical, Uint8Array.of(7));
    assert.equal(bench.test.machine.memory.u8(address), 7);
    assert.deepEqual(bench.rules, []);
    bench.bus.dma.read(logical + 97n, 4);
    assert.deepEqual(bench.rules, ["DMA-DEVICE-FAULT"]);
  });

  it("has an aligned logical address, and a virtual address at the same distance", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 20_000 }), (bits, length) => {
        const bench = new DmaBench();
        const mask = 2 ** bits - 1;
        const handle = bench.create("WdfCommonBufferCreateWithConfig", bench.enabler(), length, bench.commonBufferConfig(mask), 0);
        const logical = logicalOf(bench, handle);
        assert.equal(logical & BigInt(mask), 0n);
        const address = bench.call("WdfCommonBufferGetAlignedVirtualAddress", handle);
        const end = address + length - 1;
        bench.test.machine.memory.setU8(end, 0x5a);
        assert.deepEqual([...bench.bus.dma.read(logical + BigInt(length - 1), 1)], [0x5a]);
        assert.equal(bench.call("WdfCommonBufferGetLength", handle), length);
        const raw = bench.framework
          .resolve(handle, WdfCommonBuffer, "WDFCOMMONBUFFER")
          .fields()
          .find(({ name }) => name === "Raw length")?.value;
        assert.equal(raw, `${mask > 4095 ? length + mask : length} bytes`);
      }),
      { numRuns: 30 },
    );
  });

  it("takes its default alignment from the device for scatter/gather profiles only", () => {
    const bench = new DmaBench();
    bench.device.alignmentRequirement = 0x3f;
    const maskOf = (profile: number) => bench.framework.resolve(bench.enabler({ profile }), WdfDmaEnabler, "WDFDMAENABLER").commonBufferAlignment;
    assert.equal(maskOf(profiles.scatterGather), 0x3f);
    assert.equal(maskOf(profiles.packet), 0);
  });

  it("refuses bad arguments in the order of the source", () => {
    const bench = new DmaBench();
    const enabler = bench.enabler();
    const out = bench.scratch(4);
    assert.equal(bench.call("WdfCommonBufferCreate", enabler, 0, 0, out), status.invalidParameter);
    const config = bench.commonBufferConfig(0);
    bench.test.machine.memory.setU32(config, 12);
    assert.equal(bench.call("WdfCommonBufferCreateWithConfig", enabler, 4, config, 0, out), status.infoLengthMismatch);
    bugCheckOf(() => bench.call("WdfCommonBufferCreateWithConfig", enabler, 4, 0, 0, out), 4);
    bugCheckOf(() => bench.call("WdfCommonBufferCreate", enabler, 4, 0, 0), 4);
    bugCheckOf(() => bench.call("WdfCommonBufferGetLength", enabler), 5);
    bench.test.machine.cpu.raise(dispatchLevel);
    assert.equal(bench.call("WdfCommonBufferCreate", enabler, 4, 0, out), status.invalidDeviceRequest);
  });

  it("tells of an alignment that is no mask", () => {
    const bench = new DmaBench();
    bench.create("WdfCommonBufferCreateWithConfig", bench.enabler(), 64, bench.commonBufferConfig(4096), 0);
    assert.deepEqual(bench.rules, ["cb-alignment-not-mask"]);
  });

  it("refuses a length that does not fit with its alignment", () => {
    const bench = new DmaBench();
    assert.equal(
      bench.call("WdfCommonBufferCreateWithConfig", bench.enabler(), 0xffff_f000, bench.commonBufferConfig(0xffff), 0, bench.scratch(4)),
      status.integerOverflow,
    );
    assert.deepEqual(bench.rules, ["cb-length-overflow"]);
  });

  it("is gone for the device when it is deleted", () => {
    const bench = new DmaBench();
    const buffer = bench.create("WdfCommonBufferCreate", bench.enabler(), 64, 0);
    const logical = logicalOf(bench, buffer);
    bench.call("WdfObjectDelete", buffer);
    bench.bus.dma.write(logical, Uint8Array.of(1));
    assert.deepEqual(bench.rules, ["DMA-DEVICE-FAULT"]);
    assert.equal(
      bugCheckOf(() => bench.call("WdfCommonBufferGetLength", buffer), 5),
      "obj-use-after-delete",
    );
  });

  it("tells of a deletion above PASSIVE_LEVEL", () => {
    const bench = new DmaBench();
    const buffer = bench.create("WdfCommonBufferCreate", bench.enabler(), 64, 0);
    bench.test.machine.cpu.raise(dispatchLevel);
    bench.call("WdfObjectDelete", buffer);
    assert.ok(bench.rules.includes("cb-delete-at-dispatch"));
  });
});
