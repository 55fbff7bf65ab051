// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import type { DeviceDefinition, PmeState } from "../protocol/index.ts";
import { ntStatus } from "../protocol/index.ts";
import { deviceCapabilities, powerData, systemPowerState } from "./device-capabilities.ts";
import { TestMachine, trivialDevice } from "./test-machine.ts";

const device = (...pme: PmeState[]): DeviceDefinition => ({ ...trivialDevice, pci: { ...trivialDevice.pci, powerManagement: { pme, states: ["D2"] } } });
const setUp = (...pme: PmeState[]) => {
  const test = new TestMachine({ device: device(...pme) });
  const results: number[] = [];
  const send = (state: number) => test.nt.pnp.waitWake.send(state, (status) => results.push(status));
  return { test, results, send, wake: test.nt.pnp.waitWake };
};

describe("deviceCapabilities", () => {
  it("says from which device and system states the device can wake", () => {
    const of = (...pme: PmeState[]) => {
      const { SystemWake, DeviceWake, WakeFromD2, WakeFromD3 } = deviceCapabilities(new TestMachine({ device: device(...pme) }).machine);
      return [SystemWake, DeviceWake, WakeFromD2, WakeFromD3];
    };
    assert.deepEqual(of(), [0, 0, false, false]);
    assert.deepEqual(of("D0"), [systemPowerState.S2, 1, false, false]);
    assert.deepEqual(of("D2"), [systemPowerState.S2, 3, true, false]);
    assert.deepEqual(of("D2", "D3hot"), [systemPowerState.S2, 4, true, true]);
    assert.deepEqual(of("D3cold"), [systemPowerState.S4, 4, false, true]);
    assert.deepEqual(deviceCapabilities(new TestMachine().machine).SystemWake, 0);
  });

  it("are in CM_POWER_DATA", () => {
    const words = new Uint32Array(powerData(new TestMachine({ device: device("D2", "D3cold") }).machine).buffer);
    assert.deepEqual([...words], [56, 1, 0xcd, 0, 0, 0, 0, 1, 4, 4, 4, 4, 4, 5]);
  });
});

describe("WaitWake", () => {
  it("is refused by a function that cannot wake, for a system state that is too deep, and while one is pending", () => {
    assert.equal(setUp().send(systemPowerState.S0), ntStatus.STATUS_NOT_SUPPORTED);
    const { send } = setUp("D3hot");
    assert.equal(send(systemPowerState.S3), ntStatus.STATUS_INVALID_DEVICE_STATE);
    assert.equal(send(systemPowerState.S1), ntStatus.STATUS_PENDING);
    assert.equal(send(systemPowerState.S0), ntStatus.STATUS_DEVICE_BUSY);
  });

  it("enables PME# while it is pending, and completes when the device asserts it", () => {
    const { test, results, send } = setUp("D3hot");
    test.bus?.pme.assert();
    test.settle();
    assert.equal(send(systemPowerState.S0), ntStatus.STATUS_PENDING);
    assert.equal(test.bus?.pme.enabled, true);
    test.bus?.pme.assert();
    test.settle();
    assert.deepEqual(results, [], "no PME# support in D0");
    test.machine.device.setPower("D3");
    test.bus?.pme.assert();
    assert.deepEqual(results, [], "the bus driver acts at PASSIVE_LEVEL");
    test.settle();
    assert.deepEqual(results, [ntStatus.STATUS_SUCCESS]);
    assert.equal(test.bus?.pme.enabled, false);
  });

  it("is canceled once", () => {
    const { results, send, wake } = setUp("D3hot");
    send(systemPowerState.S0);
    assert.equal(wake.cancel(), true);
    assert.equal(wake.cancel(), false);
    assert.deepEqual(results, [ntStatus.STATUS_CANCELLED]);
  });
});

describe("A driver's access to the power-management capability", () => {
  const control = 0x44;
  const write = (test: TestMachine, value: number) => {
    test.machine.memory.setU16(test.global(), value);
    test.api("HalSetBusDataByOffset", 4, 0, 0, test.global(), control, 2);
  };

  it("changes PME_En, clears PME_Status by writing one, and does not change the power state", () => {
    const { test } = setUp("D0");
    const value = () => new DataView(test.machine.device.configSpace.buffer).getUint16(control, true);
    test.bus?.pme.assert();
    assert.equal(value(), 0x8000);
    write(test, 0x0100);
    assert.equal(value(), 0x8100);
    write(test, 0x8000);
    assert.equal(value(), 0);
    write(test, 0x0003);
    assert.equal(value(), 0);
    assert.deepEqual(test.rules, ["pci-config-owned-by-bus"]);
  });
});

describe("Bus mastering and decoding", () => {
  it("follow the command register", () => {
    const { test } = setUp();
    const { device } = test.machine;
    device.command = 0x0003;
    test.bus?.dma.read(0n, 4);
    assert.match(test.violations[0]?.message ?? "", /^trivial: bus-master read of 4 bytes at logical address 0x0: bus mastering is off/);
    assert.equal(test.bus?.dma.aborted, true);
    device.command = 0x0007;
    device.setPower("D3");
    test.bus?.dma.write(0n, new Uint8Array(2));
    assert.match(test.violations[1]?.message ?? "", /the function is in D3/);
    device.setPower("D0");
    device.write(0, 8, 4, 42);
    device.command = 0x0001;
    assert.equal(device.read(0, 8, 4), 0xffff_ffff);
    device.command = 0x0002;
    assert.equal(device.read(0, 8, 4), 42);
    assert.equal(device.read(1, 0, 4), 0xffff_ffff);
  });
});
