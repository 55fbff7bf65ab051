// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { TestDriver, type TestDriverOptions, bugCheckOf } from "./test-driver.ts";
import { WdfDevice } from "./device.ts";
import { status } from "./status.ts";

const unsuccessful = 0xc000_0001;

/** A driver with one queue, one interrupt and a DMA enabler whose callbacks are logged; `fail` names the callback that fails. */
function device({ fail, ...options }: TestDriverOptions & { readonly fail?: string } = {}): TestDriver {
  const pnp: Record<string, (driver: TestDriver) => number> = {};
  if (fail !== undefined) pnp[fail] = () => unsuccessful;
  return new TestDriver({
    pnp,
    ...options,
    deviceAdd: (driver) => {
      driver.queue({
        DefaultQueue: 1,
        EvtIoRead: driver.callback("EvtIoRead", (_queue, request) => void driver.call("WdfRequestComplete", Number(request), 0)),
      });
      driver.interrupt({
        EvtInterruptIsr: driver.callback("EvtInterruptIsr"),
        EvtInterruptEnable: driver.callback("EvtInterruptEnable", () => (fail === "EvtInterruptEnable" ? unsuccessful : 0)),
        EvtInterruptDisable: driver.callback("EvtInterruptDisable"),
      });
      const object = driver.framework.resolve(driver.device, WdfDevice, "WDFDEVICE");
      object.enablers.push({
        powerUp: () => {
          driver.log.push("enabler up");
          return fail === "enabler" ? unsuccessful : 0;
        },
        powerDown: () => {
          driver.log.push("enabler down");
          return 0;
        },
      });
      return options.deviceAdd?.(driver);
    },
  });
}

const entry = ["EvtDeviceD0Entry", "EvtInterruptEnable", "EvtDeviceD0EntryPostInterruptsEnabled", "enabler up"];
const exit = ["enabler down", "EvtDeviceD0ExitPreInterruptsDisabled", "EvtInterruptDisable", "EvtDeviceD0Exit"];

describe("PnP and power sequences", () => {
  it("starts a device: prepare hardware, D0 entry, interrupts, enablers, self-managed I/O init", () => {
    const driver = device();
    assert.equal(driver.start(), 0);
    assert.deepEqual(driver.take(), ["EvtDevicePrepareHardware", ...entry, "EvtDeviceSelfManagedIoInit"]);
    assert.equal(driver.call("WdfDeviceGetDevicePnpState", driver.device), 0x119);
  });

  it("passes D3Final as previous state on the first start and the resource lists to EvtDevicePrepareHardware", () => {
    const driver = device();
    driver.start();
    const call = driver.test.calls.find(({ name }) => name === "EvtDeviceD0Entry");
    assert.deepEqual(call?.args, [driver.device, 5]);
    const [, raw, translated] = driver.test.calls.find(({ name }) => name === "EvtDevicePrepareHardware")?.args ?? [];
    assert.equal(driver.call("WdfCmResourceListGetCount", Number(raw)), 3);
    const memory = driver.call("WdfCmResourceListGetDescriptor", Number(translated), 0);
    assert.equal(driver.test.machine.memory.u8(memory), 3);
    assert.equal(driver.call("WdfCmResourceListGetDescriptor", Number(translated), 3), 0);
  });

  it("calls EvtInterruptEnable at DIRQL", () => {
    const driver = device();
    driver.start();
    const irql = driver.test.machine.device.vectors[0]?.irql;
    assert.equal(driver.test.calls.find(({ name }) => name === "EvtInterruptEnable")?.irql, irql);
  });

  it("leaves D0 in the order suspend, queues, enablers, interrupts, D0 exit, and enters it again with restart", () => {
    const driver = device();
    driver.start();
    driver.take();
    assert.equal(driver.pnp("D3"), 0);
    assert.deepEqual(driver.take(), ["EvtDeviceSelfManagedIoSuspend", ...exit]);
    assert.deepEqual(driver.test.calls.findLast(({ name }) => name === "EvtDeviceD0Exit")?.args, [driver.device, 4]);
    assert.equal(driver.pnp("D0"), 0);
    assert.deepEqual(driver.take(), [...entry, "EvtDeviceSelfManagedIoRestart"]);
  });

  it("removes a device: query, D0 exit, release hardware, flush, cleanup", () => {
    const driver = device({ unload: true });
    driver.start();
    driver.take();
    assert.equal(driver.pnp("remove"), 0);
    assert.deepEqual(driver.take(), [
      "EvtDeviceQueryRemove",
      "EvtDeviceSelfManagedIoSuspend",
      ...exit,
      "EvtDeviceReleaseHardware",
      "EvtDeviceSelfManagedIoFlush",
      "EvtDeviceSelfManagedIoCleanup",
    ]);
    driver.test.nt.unloadDriver();
    assert.deepEqual(driver.take(), ["EvtDriverUnload"]);
    assert.deepEqual(driver.test.rules, []);
    assert.deepEqual(driver.framework.objects(), []);
  });

  it("keeps the device when EvtDeviceQueryRemove fails", () => {
    const driver = device({ fail: "EvtDeviceQueryRemove" });
    driver.start();
    driver.take();
    assert.equal(driver.pnp("remove"), unsuccessful);
    assert.deepEqual(driver.take(), ["EvtDeviceQueryRemove"]);
  });

  it("surprise-removes: surprise removal first, then the whole D0 exit, release and flush; cleanup with the remove", () => {
    const driver = device();
    driver.start();
    driver.take();
    assert.equal(driver.pnp("surpriseRemove"), 0);
    assert.deepEqual(driver.take(), [
      "EvtDeviceSurpriseRemoval",
      "EvtDeviceSelfManagedIoSuspend",
      ...exit,
      "EvtDeviceReleaseHardware",
      "EvtDeviceSelfManagedIoFlush",
      "EvtDeviceSelfManagedIoCleanup",
    ]);
  });

  it("rebalances: query stop, D0 exit to D3Final, release hardware, then prepare and D0 entry with restart", () => {
    const driver = device();
    driver.start();
    driver.take();
    assert.equal(driver.pnp("rebalance"), 0);
    assert.deepEqual(driver.take(), [
      "EvtDeviceQueryStop",
      "EvtDeviceSelfManagedIoSuspend",
      ...exit,
      "EvtDeviceReleaseHardware",
      "EvtDevicePrepareHardware",
      ...entry,
      "EvtDeviceSelfManagedIoRestart",
    ]);
  });

  describe("when a callback of the D0 entry fails", () => {
    const undone: readonly (readonly [fail: string, calls: readonly string[]])[] = [
      ["EvtDevicePrepareHardware", ["EvtDevicePrepareHardware", "EvtDeviceReleaseHardware"]],
      ["EvtDeviceD0Entry", ["EvtDevicePrepareHardware", "EvtDeviceD0Entry", "EvtDeviceReleaseHardware"]],
      ["EvtInterruptEnable", ["EvtDevicePrepareHardware", "EvtDeviceD0Entry", "EvtInterruptEnable", "EvtDeviceD0Exit", "EvtDeviceReleaseHardware"]],
      [
        "EvtDeviceD0EntryPostInterruptsEnabled",
        ["EvtDevicePrepareHardware", ...entry.slice(0, 3), "EvtInterruptDisable", "EvtDeviceD0Exit", "EvtDeviceReleaseHardware"],
      ],
      ["enabler", ["EvtDevicePrepareHardware", ...entry, ...exit, "EvtDeviceReleaseHardware"]],
      [
        "EvtDeviceSelfManagedIoInit",
        [
          "EvtDevicePrepareHardware",
          ...entry,
          "EvtDeviceSelfManagedIoInit",
          ...exit,
          "EvtDeviceReleaseHardware",
          "EvtDeviceSelfManagedIoFlush",
          "EvtDeviceSelfManagedIoCleanup",
        ],
      ],
    ];
    for (const [fail, calls] of undone) {
      it(`undoes what came before ${fail} and fails the start`, () => {
        const driver = device({ fail });
        assert.equal(driver.start(), unsuccessful);
        assert.deepEqual(driver.take(), calls);
      });
    }
  });

  it("goes on after a failing EvtDeviceD0Exit and removes the device as failed", () => {
    const driver = device({ fail: "EvtDeviceD0ExitPreInterruptsDisabled" });
    driver.start();
    driver.take();
    assert.equal(driver.pnp("D3"), unsuccessful);
    assert.deepEqual(driver.take().slice(0, 5), ["EvtDeviceSelfManagedIoSuspend", ...exit]);
    assert.equal(driver.test.nt.pnp.state, "removed");
  });

  it("enables device interfaces when the start is complete", () => {
    const guid = { address: 0 };
    const driver = device({
      deviceAdd: (self) => {
        guid.address = self.out() + 0;
        self.out();
        self.call("WdfDeviceCreateDeviceInterface", self.device, guid.address, 0);
      },
    });
    driver.load();
    driver.pnp("start");
    const object = driver.framework.resolve(driver.device, WdfDevice, "WDFDEVICE");
    assert.deepEqual(
      object.interfaces.map(({ isEnabled }) => isEnabled),
      [true],
    );
    driver.pnp("surpriseRemove");
    assert.deepEqual(
      object.interfaces.map(({ isEnabled }) => isEnabled),
      [false],
    );
  });

  it("runs EvtIoRead of a started device and completes the request", () => {
    const driver = device();
    driver.start();
    driver.take();
    const sent = driver.send({ major: "read", length: 16 });
    assert.deepEqual(driver.take(), ["EvtIoRead"]);
    assert.equal(sent.result?.status, status.success);
  });

  it("stops with bug check 0x10D/0xE when a callback returns at another IRQL", () => {
    const driver = device({
      pnp: {
        EvtDeviceD0Entry: (self) => {
          self.test.machine.cpu.raise(2);
          return 0;
        },
      },
    });
    driver.load();
    assert.deepEqual(
      bugCheckOf(() => driver.pnp("start")),
      [0xe, 0, 2, driver.framework.driverGlobals],
    );
  });
});
