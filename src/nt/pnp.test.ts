// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { ntStatus } from "../protocol/index.ts";
import type { PnpDriverStack, PnpRequest, PnpSequence } from "./pnp-stack.ts";
import { partialResourceDescriptor } from "./resources.ts";
import { TestMachine, type TestMachineOptions } from "./test-machine.ts";

interface Bench {
  readonly test: TestMachine;
  readonly log: string[];
  readonly request: (kind: PnpRequest) => number;
  failing: string | undefined;
}

function setUp(options: TestMachineOptions = {}): Bench {
  const test = new TestMachine(options);
  const log: string[] = [];
  const bench: Bench = {
    test,
    log,
    failing: undefined,
    request: (kind) => {
      let result = -1;
      test.nt.pnp.request(kind, (status) => {
        result = status;
      });
      test.settle();
      return result;
    },
  };
  function* step(name: string): PnpSequence {
    log.push(`${name} in ${test.machine.device.power}`);
    yield { until: () => true, reason: "a step" };
    return bench.failing === name ? ntStatus.STATUS_UNSUCCESSFUL : ntStatus.STATUS_SUCCESS;
  }
  const stack: PnpDriverStack = {
    start: () => step("start"),
    powerDown: (target) => step(`to ${target}`),
    powerUp: () => step("up"),
    sleep: (state) => step(`sleep ${state}`),
    resume: () => step("resume"),
    queryRemove: () => step("query"),
    remove: () => step("remove"),
    surpriseRemove: () => step("surprise"),
    stop: () => step("stop"),
  };
  const entry = test.function(() => {
    test.nt.driver.addDevice = () => {
      log.push("add");
      test.nt.pnp.stack = stack;
      return ntStatus.STATUS_SUCCESS;
    };
    return ntStatus.STATUS_SUCCESS;
  });
  assert.equal(test.nt.loadDriver(entry, "test"), ntStatus.STATUS_SUCCESS);
  return bench;
}

describe("PnpManager", () => {
  it("adds, powers and starts the device, then takes it through its power states", () => {
    const { test, log, request } = setUp();
    assert.equal(request("start"), ntStatus.STATUS_SUCCESS);
    assert.equal(request("D3"), ntStatus.STATUS_SUCCESS);
    assert.equal(test.machine.device.power, "D3");
    assert.equal(request("D0"), ntStatus.STATUS_SUCCESS);
    assert.deepEqual(log, ["add", "start in D0", "to D3 in D0", "up in D0"]);
  });

  it("removes the device after a query, and vetoes while a handle is open", () => {
    const { test, log, request } = setUp();
    request("start");
    const file = test.nt.io.open(test.nt.pnp.pdo);
    assert.equal(request("remove"), ntStatus.STATUS_PLUGPLAY_QUERY_VETOED);
    test.nt.pnp.pdo.dispatch = (irp) => test.nt.io.complete(irp, 0, 0);
    test.nt.io.submit(test.nt.io.createIrp(file, { major: "close" }), () => undefined);
    assert.equal(request("remove"), ntStatus.STATUS_SUCCESS);
    assert.deepEqual(log.slice(2), ["query in D0", "remove in D0"]);
    assert.equal(test.nt.pnp.state, "removed");
    assert.equal(test.machine.device.power, "D3");
  });

  it("removes a device that was unplugged when its last handle is closed", () => {
    const { test, log, request } = setUp();
    request("start");
    const file = test.nt.io.open(test.nt.pnp.pdo);
    assert.equal(request("surpriseRemove"), ntStatus.STATUS_SUCCESS);
    assert.equal(test.machine.device.isPresent, false);
    assert.deepEqual(log.slice(2), ["surprise in D0"]);
    test.nt.pnp.pdo.dispatch = (irp) => test.nt.io.complete(irp, 0, 0);
    test.nt.io.submit(test.nt.io.createIrp(file, { major: "close" }), () => undefined);
    test.settle();
    assert.deepEqual(log.slice(3), ["remove in D0"]);
  });

  it("removes a device whose start fails", () => {
    const bench = setUp();
    bench.failing = "start";
    assert.equal(bench.request("start"), ntStatus.STATUS_UNSUCCESSFUL);
    assert.deepEqual(bench.log, ["add", "start in D0", "remove in D0"]);
    assert.equal(bench.test.nt.pnp.isStarted, false);
  });

  it("stops and starts again for a rebalance", () => {
    const { log, request } = setUp();
    request("start");
    assert.equal(request("rebalance"), ntStatus.STATUS_SUCCESS);
    assert.deepEqual(log.slice(2), ["stop in D0", "start in D0"]);
  });

  it("runs requests one after the other", () => {
    const { test, log } = setUp();
    for (const kind of ["start", "D2", "D0"] as const) test.nt.pnp.request(kind, () => log.push(`done ${kind}`));
    test.settle();
    assert.deepEqual(log, ["add", "start in D0", "done start", "to D2 in D0", "done D2", "up in D0", "done D0"]);
  });
});

describe("Resource lists", () => {
  it("hold memory, ports and the line interrupt, raw and translated", () => {
    const { test, request } = setUp({ machine: { interrupts: "line" } });
    request("start");
    const { memory } = test.machine;
    const resources = test.nt.pnp.resources;
    assert.ok(resources !== undefined);
    const types = resources.translatedDescriptors.map((address) => memory.u8(address));
    assert.deepEqual(types, [3, 1, 2]);
    assert.equal(memory.u32(resources.translatedList), 1);
    assert.equal(memory.u32(resources.translatedList + 16), 3);
    const u = (resources.translatedDescriptors[0] ?? 0) + partialResourceDescriptor.fields.u.offset;
    assert.equal(memory.u64(u), test.machine.device.bars[0]?.base);
    assert.equal(memory.u32(u + 8), 4096);
    const line = (resources.translatedDescriptors[2] ?? 0) + 4;
    assert.equal(memory.u16(line), test.machine.device.vectors[0]?.irql);
  });

  it("hold one descriptor with the message count for messages", () => {
    const { test, request } = setUp();
    request("start");
    const { memory } = test.machine;
    const raw = test.nt.pnp.resources?.rawDescriptors[2] ?? 0;
    assert.equal(memory.u16(raw + 2), 3);
    assert.equal(memory.u16(raw + 6), 1);
    assert.equal(memory.u32(raw + 8), 0xffff_fffe);
  });
});

describe("NtKernel", () => {
  it("reports what the driver leaves behind at unload", () => {
    const { test } = setUp();
    test.api("ExAllocatePool2", 0x40n, 100, 0x31676154);
    test.machine.memory.setU64(test.global(), test.machine.device.bars[0]?.base ?? 0n);
    test.api("MmMapIoSpace", test.global(), 64, 0);
    test.nt.unloadDriver();
    assert.deepEqual(test.rules, ["pool-leak-unload", "mapio-not-unmapped"]);
    assert.match(test.violations[0]?.message ?? "", /left 1 pool block \(100 bytes, tags 'Tag1'\)/);
  });
});

describe("Registry", () => {
  it("has the configured values in the driver's and the device's keys", () => {
    const test = new TestMachine({ registry: { Depth: 16, Name: "abc", List: ["a", "b"], Raw: { hex: "0102" } } });
    const { parametersKey, hardwareKey } = test.nt.registry;
    assert.deepEqual(parametersKey.query("depth"), { name: "Depth", type: 4, bytes: Uint8Array.of(16, 0, 0, 0) });
    assert.equal(hardwareKey.query("Name")?.type, 1);
    assert.equal(parametersKey.query("List")?.bytes.length, 10);
    assert.deepEqual(hardwareKey.query("Raw")?.bytes, Uint8Array.of(1, 2));
  });

  it("is read through handles", () => {
    const test = new TestMachine({ registry: { Depth: 16 } });
    const { memory } = test.machine;
    const [handle, name, buffer, result] = [test.global(), test.global(0x40), test.global(0x100), test.global(0x20)];
    assert.equal(test.api("IoOpenDeviceRegistryKey", test.nt.pnp.pdo.address, 1, 0, handle), 0);
    Array.from("Depth").forEach((c, i) => {
      memory.setU16(name + 8 + 2 * i, c.charCodeAt(0));
    });
    memory.setU16(name, 10);
    memory.setU32(name + 4, name + 8);
    assert.equal(test.api("ZwQueryValueKey", memory.u32(handle), name, 2, buffer, 64, result), 0);
    assert.deepEqual([memory.u32(result), memory.u32(buffer + 4), memory.u32(buffer + 8), memory.u32(buffer + 12)], [16, 4, 4, 16]);
    assert.equal(test.api("ZwQueryValueKey", memory.u32(handle), name, 2, buffer, 12, result), ntStatus.STATUS_BUFFER_OVERFLOW);
    assert.equal(test.api("ZwClose", memory.u32(handle)), 0);
    assert.equal(test.api("ZwClose", memory.u32(handle)), ntStatus.STATUS_INVALID_HANDLE);
  });
});
