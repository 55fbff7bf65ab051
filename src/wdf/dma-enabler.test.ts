// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { dispatchLevel } from "../machine/index.ts";
import { DmaBench, bugCheckOf, profiles, read, write } from "./test-dma-bench.ts";
import { WdfDmaEnabler } from "./dma-enabler.ts";
import { status } from "./status.ts";

/** NTSTATUS of WdfDmaEnablerCreate. */
function createStatus(bench: DmaBench, options: Parameters<DmaBench["enablerConfig"]>[0]): number {
  return bench.call("WdfDmaEnablerCreate", bench.device.handle, bench.enablerConfig(options), 0, bench.scratch(4));
}

describe("WdfDmaEnablerCreate", () => {
  it("derives the longest transfer from the map registers, with one set aside", () => {
    for (const [maximumLength, mapRegisters, expected] of [
      [65536, 0, 65536],
      [65536, 16, 61440],
      [100, 0, 100],
      [4096, 2, 4096],
    ] as const) {
      const bench = new DmaBench({ machine: { mapRegisters } });
      const enabler = bench.enabler({ maximumLength });
      assert.equal(bench.call("WdfDmaEnablerGetMaximumLength", enabler), maximumLength);
      assert.equal(bench.call("WdfDmaEnablerGetFragmentLength", enabler, read), expected);
      assert.equal(bench.call("WdfDmaEnablerGetFragmentLength", enabler, write), expected);
    }
  });

  it("refuses bad arguments in the order of the source", () => {
    const bench = new DmaBench();
    assert.equal(createStatus(bench, { profile: 0 }), status.invalidParameter);
    assert.equal(createStatus(bench, { profile: 9 }), status.invalidParameter);
    assert.equal(createStatus(bench, { maximumLength: 0 }), status.invalidParameter);
    const config = bench.enablerConfig({ profile: 0 });
    bench.test.machine.memory.setU32(config, 8);
    assert.equal(bench.call("WdfDmaEnablerCreate", bench.device.handle, config, 0, bench.scratch(4)), status.infoLengthMismatch);
    assert.deepEqual(bench.rules, ["en-profile-invalid", "en-profile-invalid", "en-maxlen-zero", "en-config-size"]);
    assert.equal(
      bugCheckOf(() => bench.call("WdfDmaEnablerCreate", 0, config, 0, 0), 5),
      "obj-null-handle",
    );
    assert.equal(
      bugCheckOf(() => bench.call("WdfDmaEnablerCreate", bench.device.handle, 0, 0, bench.scratch(4)), 4),
      "txn-null-args",
    );
  });

  it("takes the 1.9 layout from drivers for KMDF before 1.11", () => {
    const bench = new DmaBench({ minor: 9 });
    const config = bench.enablerConfig({ version: 3 });
    assert.equal(bench.call("WdfDmaEnablerCreate", bench.device.handle, config, 0, bench.scratch(4)), status.infoLengthMismatch);
    bench.test.machine.memory.setU32(config, 36);
    const enabler = bench.create("WdfDmaEnablerCreate", bench.device.handle, config, 0);
    assert.equal(bench.framework.resolve(enabler, WdfDmaEnabler, "WDFDMAENABLER").usesDmaV3, false);
  });

  it("refuses contradictory overrides with a break", () => {
    const bench = new DmaBench();
    assert.equal(createStatus(bench, { profile: profiles.scatterGather, addressWidth: 40 }), status.invalidParameter);
    assert.equal(createStatus(bench, { profile: profiles.system, addressWidth: 24 }), status.invalidParameter);
    assert.equal(createStatus(bench, { addressWidth: 40, version: 2 }), status.invalidParameter);
    assert.equal(createStatus(bench, { flags: 2 }), status.invalidParameter);
    assert.equal(createStatus(bench, { version: 4 }), status.unsuccessful);
    assert.deepEqual(bench.rules, [
      "en-addrwidth-override-invalid",
      "en-addrwidth-override-invalid",
      "en-dma-version-override",
      "en-single-transfer-unsupported",
    ]);
    assert.equal(createStatus(new DmaBench({ minor: 15 }), { version: 3, flags: 2 }), status.invalidParameter);
    assert.equal(createStatus(bench, { version: 3, flags: 2 }), status.success);
  });

  it("uses DMA version 3 only with an override", () => {
    const bench = new DmaBench();
    const uses = (options: Parameters<DmaBench["enabler"]>[0]) => bench.framework.resolve(bench.enabler(options), WdfDmaEnabler, "WDFDMAENABLER").usesDmaV3;
    assert.equal(uses({}), false);
    assert.equal(uses({ version: 3 }), true);
    assert.equal(uses({ addressWidth: 40 }), true);
  });

  it("is refused above PASSIVE_LEVEL by the verifier only", () => {
    const bench = new DmaBench();
    bench.test.machine.cpu.raise(dispatchLevel);
    assert.equal(createStatus(bench, {}), status.invalidDeviceRequest);
    assert.deepEqual(bench.rules, ["irql-too-high-for-ddi"]);
  });

  it("keeps or ignores the element limit", () => {
    const bench = new DmaBench();
    const enabler = bench.enabler();
    const limit = () => bench.call("WdfDmaEnablerGetMaximumScatterGatherElements", enabler);
    assert.equal(limit(), 0xffff_ffff);
    bench.call("WdfDmaEnablerSetMaximumScatterGatherElements", enabler, 16);
    assert.equal(limit(), 16);
    bench.call("WdfDmaEnablerSetMaximumScatterGatherElements", enabler, 0);
    assert.equal(limit(), 16);
    assert.deepEqual(bench.rules, ["en-sgmax-zero"]);
  });

  it("breaks on a bad direction", () => {
    const bench = new DmaBench();
    assert.equal(bench.call("WdfDmaEnablerGetFragmentLength", bench.enabler(), 2), 0);
    assert.deepEqual(bench.rules, ["en-direction-invalid"]);
  });

  it("gives the two directions of a duplex profile adapters of their own", () => {
    const bench = new DmaBench();
    const enabler = bench.framework.resolve(bench.enabler({ profile: profiles.scatterGatherDuplex }), WdfDmaEnabler, "WDFDMAENABLER");
    assert.notEqual(enabler.adapterFor(true)?.adapter, enabler.adapterFor(false)?.adapter);
    const simplex = bench.framework.resolve(bench.enabler(), WdfDmaEnabler, "WDFDMAENABLER");
    assert.equal(simplex.adapterFor(true), simplex.adapterFor(false));
  });

  it("finds no channel for a device without request lines", () => {
    const bench = new DmaBench();
    const enabler = bench.enabler({ profile: profiles.system });
    assert.equal(bench.call("WdfDmaEnablerGetMaximumLength", enabler), 0);
    assert.equal(bench.call("WdfDmaEnablerConfigureSystemProfile", enabler, 0, read), status.invalidParameter);
    assert.deepEqual(bench.rules, ["en-system-config"]);
    const config = bench.scratch(32);
    const { memory } = bench.test.machine;
    memory.setU32(config, 32);
    memory.setU32(config + 24, bench.scratch(16));
    assert.equal(bench.call("WdfDmaEnablerConfigureSystemProfile", enabler, config, read), status.unsuccessful);
    assert.equal(bench.call("WdfDmaEnablerConfigureSystemProfile", bench.enabler(), config, read), status.invalidParameter);
  });

  it("deletes its children first, then gives the adapter back and leaves the device's list", () => {
    const bench = new DmaBench();
    const enabler = bench.enabler();
    bench.transaction(enabler);
    bench.create("WdfCommonBufferCreate", enabler, 4096, 0);
    assert.equal(bench.device.enablers.length, 1);
    bench.call("WdfObjectDelete", enabler);
    assert.equal(bench.device.enablers.length, 0);
    assert.deepEqual(bench.rules, []);
    assert.deepEqual(
      bench.framework.handles.all().map(({ type }) => type),
      ["WDFDEVICE"],
    );
  });
});

describe("power callbacks of a DMA enabler", () => {
  function powered(results: Partial<Record<string, number>> = {}): { bench: DmaBench; enabler: WdfDmaEnabler; names: string[] } {
    const bench = new DmaBench();
    const names: string[] = [];
    const callback = (name: string) =>
      bench.fn(() => {
        names.push(name);
        return results[name] ?? 0;
      });
    const callbacks = {
      Fill: callback("Fill"),
      Flush: callback("Flush"),
      Disable: callback("Disable"),
      Enable: callback("Enable"),
      SelfManagedIoStart: callback("SelfManagedIoStart"),
      SelfManagedIoStop: callback("SelfManagedIoStop"),
    };
    return { bench, enabler: bench.framework.resolve(bench.enabler({ callbacks }), WdfDmaEnabler, "WDFDMAENABLER"), names };
  }

  it("run as Fill, Enable, Start and as Stop, Disable, Flush", () => {
    const { enabler, names } = powered();
    assert.equal(enabler.powerUp(), 0);
    assert.equal(enabler.powerDown(), 0);
    assert.deepEqual(names, ["Fill", "Enable", "SelfManagedIoStart", "SelfManagedIoStop", "Disable", "Flush"]);
  });

  it("skip Disable and Flush for ever after a failed Fill", () => {
    const results: Partial<Record<string, number>> = { Fill: 0xc000_0001 };
    const { enabler, names } = powered(results);
    assert.equal(enabler.powerUp(), 0xc000_0001);
    assert.equal(enabler.powerDown(), 0);
    results["Fill"] = 0;
    enabler.powerUp();
    enabler.powerDown();
    assert.deepEqual(names, ["Fill", "SelfManagedIoStop", "Fill", "Enable", "SelfManagedIoStart", "SelfManagedIoStop"]);
  });

  it("skip Flush after a failed Enable, and keep the first failure on the way down", () => {
    const { enabler, names } = powered({ Enable: 0xc000_0002, SelfManagedIoStop: 0xc000_0010, Disable: 0xc000_0011 });
    assert.equal(enabler.powerUp(), 0xc000_0002);
    assert.equal(enabler.powerDown(), 0xc000_0010);
    assert.deepEqual(names, ["Fill", "Enable", "SelfManagedIoStop", "Disable"]);
  });

  it("bound the time in which transactions may be executed", () => {
    const { bench, enabler } = powered();
    const execute = () => {
      const transaction = bench.transaction(enabler.handle);
      bench.initialize(transaction, bench.programDma(), read, bench.buffer(64), 64);
      bench.execute(transaction);
      bench.completed(transaction);
    };
    execute();
    bench.device.powerState = "D3";
    execute();
    enabler.powerUp();
    execute();
    enabler.powerDown();
    execute();
    assert.deepEqual(bench.rules, ["pwr-execute-while-disabled", "pwr-execute-while-disabled"]);
  });

  it("tell of a transaction that is still in Transfer when they are done", () => {
    const { bench, enabler } = powered();
    enabler.powerUp();
    const transaction = bench.transaction(enabler.handle);
    bench.initialize(transaction, bench.programDma(), read, bench.buffer(64), 64);
    bench.execute(transaction);
    enabler.powerDown();
    assert.deepEqual(bench.rules, ["pwr-dma-active-at-d0exit"]);
  });
});
