// SPDX-License-Identifier: MIT
/** WDF_FDO_EVENT_CALLBACKS: what a function driver does to the requirements of its bus driver. */
import assert from "node:assert/strict";
import { partialResourceDescriptor, resourceType } from "../nt/index.ts";
import { WDF_FDO_EVENT_CALLBACKS } from "./device-structs.ts";
import { IO_RESOURCE_DESCRIPTOR } from "./io-resource-list.ts";
import { status } from "./status.ts";
import { TestDriver } from "./test-driver.ts";

type Callback = (driver: TestDriver, list: number, second: number) => number | void;

/** Types of the resources at EvtDevicePrepareHardware, raw and translated, with the driver's callbacks. */
function started(callbacks: Readonly<Record<string, Callback>>): { readonly driver: TestDriver; readonly result: number; readonly types: readonly number[][] } {
  let types: number[][] = [];
  const driver: TestDriver = new TestDriver({
    init: (on, init) => {
      const members = Object.fromEntries(
        Object.entries(callbacks).map(([name, body]) => [name, on.callback(name, (_device, list, second) => body(on, Number(list), Number(second ?? 0)) ?? 0)]),
      );
      on.call("WdfFdoInitSetEventCallbacks", init, on.struct(WDF_FDO_EVENT_CALLBACKS, members));
    },
    pnp: {
      EvtDevicePrepareHardware: (on, [, raw, translated]) => {
        types = [raw, translated].map((list) => typesOf(on, Number(list)));
      },
    },
  });
  return { driver, result: driver.start(), types };
}

function typesOf(driver: TestDriver, list: number): number[] {
  const count = driver.call("WdfCmResourceListGetCount", list);
  return Array.from({ length: count }, (_, i) => driver.test.machine.memory.u8(driver.call("WdfCmResourceListGetDescriptor", list, i)));
}

/** Appends 256 bytes of memory at 0xfe000000 to the first alternative. */
function addMemory(driver: TestDriver, requirements: number): number {
  const list = driver.call("WdfIoResourceRequirementsListGetIoResList", requirements, 0);
  const { memory } = driver.test.machine;
  const address = driver.struct(IO_RESOURCE_DESCRIPTOR, { Type: resourceType.memory });
  memory.setU32(address + IO_RESOURCE_DESCRIPTOR.fields.u.offset, 0x100);
  memory.setU64(address + IO_RESOURCE_DESCRIPTOR.fields.u.offset + 8, 0xfe00_0000n);
  return driver.call("WdfIoResourceListAppendDescriptor", list, address);
}

describe("Filtering of resource requirements", () => {
  const plain = started({}).types[0] ?? [];

  it("shows the driver what its bus driver reported", () => {
    let counts: number[] = [];
    const { result, types } = started({
      EvtDeviceFilterAddResourceRequirements: (driver, requirements) => {
        const list = driver.call("WdfIoResourceRequirementsListGetIoResList", requirements, 0);
        counts = [driver.call("WdfIoResourceRequirementsListGetCount", requirements), driver.call("WdfIoResourceListGetCount", list)];
      },
    });
    assert.equal(result, 0);
    assert.deepEqual(counts, [1, plain.length]);
    assert.deepEqual(types, [plain, plain]);
  });

  it("assigns what the driver adds, and keeps the rest", () => {
    let start = 0n;
    const { driver, result, types } = started({
      EvtDeviceFilterAddResourceRequirements: addMemory,
      EvtDeviceRemoveAddedResources: (on, raw, translated) => {
        const last = on.call("WdfCmResourceListGetCount", raw) - 1;
        const descriptor = on.call("WdfCmResourceListGetDescriptor", raw, last);
        start = on.test.machine.memory.u64(descriptor + partialResourceDescriptor.fields.u.offset);
        on.call("WdfCmResourceListRemove", raw, last);
        on.call("WdfCmResourceListRemove", translated, last);
      },
    });
    assert.equal(result, 0);
    assert.equal(start, 0xfe00_0000n);
    // EvtDevicePrepareHardware sees the added ones too.
    assert.deepEqual(types, [
      [...plain, resourceType.memory],
      [...plain, resourceType.memory],
    ]);
    assert.deepEqual(driver.take().slice(0, 3), ["EvtDeviceFilterAddResourceRequirements", "EvtDeviceRemoveAddedResources", "EvtDevicePrepareHardware"]);
  });

  it("takes what the driver removes away from it", () => {
    const { result, types } = started({
      EvtDeviceFilterRemoveResourceRequirements: (driver, requirements) => {
        driver.call("WdfIoResourceListRemove", driver.call("WdfIoResourceRequirementsListGetIoResList", requirements, 0), 0);
        return 0;
      },
    });
    assert.equal(result, 0);
    assert.deepEqual(types, [plain.slice(1), plain.slice(1)]);
  });

  it("leaves everything as it was when the driver's filter fails", () => {
    const { result, types } = started({
      EvtDeviceFilterAddResourceRequirements: (driver, requirements) => {
        addMemory(driver, requirements);
        return status.insufficientResources;
      },
    });
    assert.equal(result, 0);
    assert.deepEqual(types, [plain, plain]);
  });

  it("fails the start when EvtDeviceRemoveAddedResources fails", () => {
    const { driver, result } = started({ EvtDeviceRemoveAddedResources: () => status.insufficientResources });
    assert.equal(result, status.insufficientResources);
    assert.ok(!driver.log.includes("EvtDevicePrepareHardware"));
  });
});
