// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { status } from "./status.ts";
import { TestDriver } from "./test-driver.ts";

function started(options: ConstructorParameters<typeof TestDriver>[0] = {}): TestDriver {
  const driver = new TestDriver(options);
  assert.equal(driver.start(), 0);
  driver.take();
  return driver;
}

describe("WDFMEMORY", () => {
  it("gives buffer and size, copies both ways and checks the range", () => {
    const driver = started();
    const out = driver.out();
    const buffer = driver.out();
    assert.equal(driver.call("WdfMemoryCreate", 0, 0x200, 0x31676154, 16, out, buffer), status.success);
    const handle = driver.u32(out);
    const size = driver.out();
    assert.equal(driver.call("WdfMemoryGetBuffer", handle, size), driver.u32(buffer));
    assert.equal(driver.u32(size), 16);
    const own = driver.test.global(0x9000);
    driver.test.machine.memory.write(own, Uint8Array.of(1, 2, 3, 4));
    assert.equal(driver.call("WdfMemoryCopyFromBuffer", handle, 12, own, 4), status.success);
    assert.equal(driver.call("WdfMemoryCopyFromBuffer", handle, 13, own, 4), status.bufferTooSmall);
    assert.equal(driver.call("WdfMemoryCopyToBuffer", handle, 12, own + 8, 4), status.success);
    assert.deepEqual([...driver.test.machine.memory.read(own + 8, 4)], [1, 2, 3, 4]);
    driver.call("WdfObjectDelete", handle);
    assert.equal(driver.test.machine.memory.isAccessible(driver.u32(buffer), 16), false);
  });

  it("of 0 bytes is refused", () => {
    const driver = started();
    assert.equal(driver.call("WdfMemoryCreate", 0, 0x200, 0, 0, driver.out(), 0), status.invalidParameter);
  });

  it("preallocated uses the driver's buffer and does not free it", () => {
    const driver = started();
    const out = driver.out();
    const own = driver.test.global(0x9000);
    assert.equal(driver.call("WdfMemoryCreatePreallocated", 0, own, 32, out), status.success);
    assert.equal(driver.call("WdfMemoryGetBuffer", driver.u32(out), 0), own);
    driver.call("WdfObjectDelete", driver.u32(out));
    assert.equal(driver.test.machine.memory.isAccessible(own, 32), true);
  });

  it("comes from a lookaside list in entries of its size", () => {
    const driver = started();
    const list = driver.out();
    assert.equal(driver.call("WdfLookasideListCreate", 0, 24, 0x200, 0, 0, list), status.success);
    const out = driver.out();
    assert.equal(driver.call("WdfMemoryCreateFromLookaside", driver.u32(list), out), status.success);
    const size = driver.out();
    driver.call("WdfMemoryGetBuffer", driver.u32(out), size);
    assert.equal(driver.u32(size), 24);
    driver.call("WdfObjectDelete", driver.u32(out));
    assert.match(driver.framework.describeHandle(driver.u32(list)) ?? "", /0 in use/);
  });
});

describe("WDFCOLLECTION", () => {
  it("keeps its items alive and in order", () => {
    const driver = started();
    const out = driver.out();
    driver.call("WdfCollectionCreate", 0, out);
    const collection = driver.u32(out);
    const items = [0, 1].map(() => {
      driver.call("WdfSpinLockCreate", 0, out);
      return driver.u32(out);
    });
    for (const item of items) assert.equal(driver.call("WdfCollectionAdd", collection, item), status.success);
    assert.equal(driver.call("WdfCollectionGetCount", collection), 2);
    assert.deepEqual(
      [
        driver.call("WdfCollectionGetFirstItem", collection),
        driver.call("WdfCollectionGetItem", collection, 1),
        driver.call("WdfCollectionGetItem", collection, 2),
      ],
      [...items, 0],
    );
    driver.call("WdfObjectDelete", items[0] ?? 0);
    assert.notEqual(driver.framework.handles.peek(items[0] ?? 0), undefined);
    driver.call("WdfCollectionRemoveItem", collection, 0);
    assert.equal(driver.framework.handles.peek(items[0] ?? 0), undefined);
    driver.call("WdfCollectionRemoveItem", collection, 5);
    assert.deepEqual(driver.test.rules, ["KMDF-COLLECTION-NOT-FOUND"]);
  });
});

describe("WDFSTRING", () => {
  it("shows a zero-terminated copy of its text", () => {
    const driver = started();
    const out = driver.out();
    assert.equal(driver.call("WdfStringCreate", driver.unicode("channel"), 0, out), status.success);
    const view = driver.out();
    driver.call("WdfStringGetUnicodeString", driver.u32(out), view);
    assert.equal(driver.test.machine.memory.u16(view), 14);
    assert.equal(driver.test.machine.memory.wideString(driver.u32(view + 4)), "channel");
  });
});

describe("WDFKEY", () => {
  const open = (driver: TestDriver): number => {
    const out = driver.out();
    assert.equal(driver.call("WdfDriverOpenParametersRegistryKey", driver.driver, 0x2_0019, 0, out), status.success);
    return driver.u32(out);
  };

  it("queries configured values with their types", () => {
    const driver = started({ registry: { RingSize: 64, Name: "ring", Many: ["a", "bc"] } });
    const key = open(driver);
    const value = driver.out();
    assert.equal(driver.call("WdfRegistryQueryULong", key, driver.unicode("ringsize"), value), status.success);
    assert.equal(driver.u32(value), 64);
    assert.equal(driver.call("WdfRegistryQueryULong", key, driver.unicode("Missing"), value), status.objectNameNotFound);
    assert.equal(driver.call("WdfRegistryQueryULong", key, driver.unicode("Name"), value), status.objectTypeMismatch);
    const string = driver.out();
    driver.call("WdfStringCreate", 0, 0, string);
    assert.equal(driver.call("WdfRegistryQueryString", key, driver.unicode("Name"), driver.u32(string)), status.success);
    assert.match(driver.framework.describeHandle(driver.u32(string)) ?? "", /"ring"/);
    const collection = driver.out();
    driver.call("WdfCollectionCreate", 0, collection);
    assert.equal(driver.call("WdfRegistryQueryMultiString", key, driver.unicode("Many"), 0, driver.u32(collection)), status.success);
    assert.equal(driver.call("WdfCollectionGetCount", driver.u32(collection)), 2);
  });

  it("tells the length when the buffer is too small", () => {
    const driver = started({ registry: { Data: { hex: "0102030405" } } });
    const length = driver.out();
    const type = driver.out();
    assert.equal(driver.call("WdfRegistryQueryValue", open(driver), driver.unicode("Data"), 2, driver.out(), length, type), status.bufferOverflow);
    assert.deepEqual([driver.u32(length), driver.u32(type)], [5, 3]);
  });

  it("keeps assigned values for the next opening, and is gone after WdfRegistryClose", () => {
    const driver = started();
    const key = open(driver);
    assert.equal(driver.call("WdfRegistryAssignULong", key, driver.unicode("Count"), 7), status.success);
    driver.call("WdfRegistryClose", key);
    assert.equal(driver.framework.handles.peek(key), undefined);
    const value = driver.out();
    assert.equal(driver.call("WdfRegistryQueryULong", open(driver), driver.unicode("Count"), value), status.success);
    assert.equal(driver.u32(value), 7);
  });
});

describe("Device properties", () => {
  it("tell the needed length, then the value", () => {
    const driver = started();
    const length = driver.out();
    assert.equal(driver.call("WdfDeviceQueryProperty", driver.device, 1, 0, 0, length), status.bufferTooSmall);
    const buffer = driver.test.global(0x9000);
    assert.equal(driver.call("WdfDeviceQueryProperty", driver.device, 1, driver.u32(length), buffer, length), status.success);
    assert.equal(driver.test.machine.memory.wideString(buffer), "PCI\\VEN_1234&DEV_0001&SUBSYS_00011234&REV_01");
  });
});

describe("WDFDEVICE_INIT", () => {
  it("must not be used after WdfDeviceCreate", () => {
    let used = 0;
    const driver = started({
      init: (_self, init) => {
        used = init;
      },
    });
    driver.call("WdfDeviceInitSetIoType", used, 3);
    assert.deepEqual(driver.test.rules, ["setup-device-init-api"]);
  });
});

describe("WdfDeviceSetFailed", () => {
  it("removes the device, and starts it again when asked for", () => {
    const driver = started();
    const first = driver.device;
    driver.call("WdfDeviceSetFailed", driver.device, 1);
    driver.test.settle();
    assert.deepEqual(driver.take().slice(0, 2), ["EvtDeviceSurpriseRemoval", "EvtDeviceSelfManagedIoSuspend"]);
    assert.notEqual(driver.device, first);
    assert.equal(driver.test.nt.pnp.isStarted, true);
  });
});
