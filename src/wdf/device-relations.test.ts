// SPDX-License-Identifier: MIT
/** Small functions of devices, keys and requests: relations, interface links, removed keys, who sent a request, stops that the driver asks for. */
import assert from "node:assert/strict";
import { TestBugCheck } from "../nt/test-machine.ts";
import { DEVPROPKEY, WDF_DEVICE_PROPERTY_DATA } from "./device-structs.ts";
import { WDFMEMORY_OFFSET } from "./io-target-structs.ts";
import { status } from "./status.ts";
import { TestDriver } from "./test-driver.ts";
import { startWithObjects } from "./test-objects.ts";

/** A GUID in driver memory. */
function guid(driver: TestDriver): number {
  const address = driver.test.global(0x9800);
  driver.test.machine.memory.write(
    address,
    Uint8Array.from({ length: 16 }, (_, i) => i + 1),
  );
  return address;
}

function created(driver: TestDriver, name: string, ...args: number[]): number {
  const out = driver.out();
  assert.equal(driver.call(name, ...args, out), 0, name);
  return driver.u32(out);
}

describe("Device functions", () => {
  it("keep each related device once", () => {
    const driver = new TestDriver();
    driver.start();
    const other = driver.test.nt.pnp.pdo.address;
    for (const [add, remove] of [
      ["WdfDeviceAddRemovalRelationsPhysicalDevice", "WdfDeviceRemoveRemovalRelationsPhysicalDevice"],
      ["WdfDeviceAddDependentUsageDeviceObject", "WdfDeviceRemoveDependentUsageDeviceObject"],
    ] as const) {
      assert.equal(driver.call(add, driver.device, other), status.success);
      assert.equal(driver.call(add, driver.device, other), status.duplicateObjectId);
      driver.call(remove, driver.device, other);
      assert.equal(driver.call(add, driver.device, other), status.success);
    }
    driver.call("WdfDeviceClearRemovalRelationsDevices", driver.device);
    assert.equal(driver.call("WdfDeviceAddRemovalRelationsPhysicalDevice", driver.device, other), status.success);
  });

  it("give the symbolic link of an interface, which opens the device while the interface is enabled", () => {
    const driver = new TestDriver();
    driver.start();
    const { names } = driver.test.nt;
    assert.equal(driver.call("WdfDeviceCreateDeviceInterface", driver.device, guid(driver), 0), 0);
    const string = created(driver, "WdfStringCreate", 0, 0);
    assert.equal(driver.call("WdfDeviceRetrieveDeviceInterfaceString", driver.device, guid(driver), driver.unicode("no"), string), status.objectNameNotFound);
    assert.equal(driver.call("WdfDeviceRetrieveDeviceInterfaceString", driver.device, guid(driver), 0, string), 0);
    const text = driver.out();
    driver.call("WdfStringGetUnicodeString", string, text);
    const length = driver.test.machine.memory.u16(text);
    const link = new TextDecoder("utf-16le").decode(driver.test.machine.memory.read(driver.u32(text + 4), length));
    assert.match(link, /^\\\?\?\\PCI#.*#\{04030201-0605-0807-090a-0b0c0d0e0f10\}$/);
    assert.ok(names.find(link));
    driver.call("WdfDeviceSetDeviceInterfaceStateEx", driver.device, guid(driver), 0, 0);
    assert.equal(names.find(link), undefined);
  });

  it("answer properties by DEVPROPKEY before the device is created", () => {
    let result = -1;
    let type = 0;
    const driver = new TestDriver({
      init: (on, init) => {
        const key = on.struct(DEVPROPKEY, { pid: 3 });
        // DEVPKEY_Device_HardwareIds.
        on.test.machine.memory.write(key, Uint8Array.of(0x4e, 0x25, 0x5c, 0xa4, 0x1c, 0xdf, 0xfd, 0x4e, 0x80, 0x20, 0x67, 0xd1, 0x46, 0xa8, 0x50, 0xe0));
        const out = on.out();
        result = on.call("WdfFdoInitQueryPropertyEx", init, on.struct(WDF_DEVICE_PROPERTY_DATA, { PropertyKey: key }), 0, 0, on.out(), out);
        type = on.u32(out);
      },
    });
    driver.start();
    assert.deepEqual([result, type], [status.bufferTooSmall, 0x2012]);
  });
});

describe("Registry functions", () => {
  it("assign a part of a WDFMEMORY", () => {
    const { driver, objects } = startWithObjects();
    const [key, memory] = [objects.get("WDFKEY") ?? 0, objects.get("WDFMEMORY") ?? 0];
    driver.test.machine.memory.write(driver.test.global(0x9000), Uint8Array.of(1, 2, 3, 4));
    const part = driver.struct(WDFMEMORY_OFFSET, { BufferOffset: 1, BufferLength: 2 });
    assert.equal(driver.call("WdfRegistryAssignMemory", key, driver.unicode("Part"), 3, memory, part), 0);
    const value = driver.out();
    assert.equal(driver.call("WdfRegistryQueryValue", key, driver.unicode("Part"), 2, value, 0, 0), 0);
    assert.deepEqual([...driver.test.machine.memory.read(value, 2)], [2, 3]);
    const beyond = driver.struct(WDFMEMORY_OFFSET, { BufferOffset: 31, BufferLength: 2 });
    assert.equal(driver.call("WdfRegistryAssignMemory", key, driver.unicode("Part"), 3, memory, beyond), status.invalidParameter);
  });

  it("remove a key, but not one with subkeys", () => {
    const { driver, objects } = startWithObjects();
    const parent = created(driver, "WdfRegistryCreateKey", objects.get("WDFKEY") ?? 0, driver.unicode("A"), 0, 0, 0, 0);
    const child = created(driver, "WdfRegistryCreateKey", parent, driver.unicode("B"), 0, 0, 0, 0);
    assert.equal(driver.call("WdfRegistryRemoveKey", parent), status.accessDenied);
    assert.equal(driver.call("WdfRegistryRemoveKey", child), 0);
    assert.equal(driver.call("WdfRegistryOpenKey", parent, driver.unicode("B"), 0, 0, driver.out()), status.objectNameNotFound);
    assert.equal(driver.call("WdfRegistryRemoveKey", parent), 0);
  });

  it("open the key for state that outlives the driver, and DEVICEMAP", () => {
    const driver = new TestDriver();
    driver.start();
    created(driver, "WdfDriverOpenPersistentStateRegistryKey", driver.driver, 0, 0);
    created(driver, "WdfDeviceOpenDevicemapKey", driver.device, driver.unicode("SERIALCOMM"), 0, 0);
    assert.ok(driver.test.nt.registry.open("\\REGISTRY\\MACHINE\\HARDWARE\\DEVICEMAP\\SERIALCOMM"));
  });
});

describe("Request functions", () => {
  it("tell the process that sent a request", () => {
    const { driver, objects } = startWithObjects();
    assert.equal(driver.call("WdfRequestGetRequestorProcessId", objects.get("WDFREQUEST") ?? 0), 0x1000);
    assert.equal(driver.call("WdfRequestGetRequestorProcessId", created(driver, "WdfRequestCreate", 0, 0)), 4);
  });
});

describe("Stops that a driver asks for", () => {
  it("break with the verifier, and are the driver's bug check", () => {
    const driver = new TestDriver();
    driver.start();
    driver.call("WdfVerifierDbgBreakPoint");
    assert.deepEqual(driver.test.rules, ["break"]);
    assert.throws(
      () => driver.call("WdfVerifierKeBugCheck", 0xe2, 1, 2, 3, 4),
      (error) => error instanceof TestBugCheck && error.bugCheck?.code === 0xe2 && error.bugCheck.parameters[3] === 4,
    );
  });
});
