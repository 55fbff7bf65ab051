// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { triState } from "./object-structs.ts";
import { status } from "./status.ts";
import { TestDriver } from "./test-driver.ts";
import { bench, complete, read } from "./test-queue.ts";

describe("power-managed queues", () => {
  const stop = (answer: (driver: TestDriver, request: number) => void) => {
    const held: number[] = [];
    const driver = new TestDriver({
      deviceAdd: (self) =>
        void self.queue({
          DefaultQueue: 1,
          EvtIoRead: self.callback("EvtIoRead", (_queue, request) => void held.push(Number(request))),
          EvtIoStop: self.callback("EvtIoStop", (_queue, request) => answer(self, Number(request))),
          EvtIoResume: self.callback("EvtIoResume"),
        }),
    });
    driver.start();
    return { driver, held };
  };

  it("hold requests in Dx and present them after the power-up", () => {
    const { driver, held } = bench();
    driver.pnp("D3");
    read(driver);
    assert.equal(held.length, 0);
    driver.pnp("D0");
    assert.equal(held.length, 1);
  });

  it("wait for driver-owned requests without EvtIoStop before the D0 exit goes on", () => {
    const { driver, held } = bench();
    read(driver);
    driver.take();
    let result: number | undefined;
    driver.test.nt.pnp.request("D3", (value) => {
      result = value;
    });
    while (driver.test.machine.scheduler.step());
    assert.deepEqual(driver.take(), ["EvtDeviceSelfManagedIoSuspend"]);
    complete(driver, held[0]);
    driver.test.settle();
    assert.equal(result, status.success);
    assert.deepEqual(driver.take(), ["EvtDeviceD0ExitPreInterruptsDisabled", "EvtDeviceD0Exit"]);
  });

  it("present a request again that was acknowledged with requeue, without EvtIoResume", () => {
    const { driver, held } = stop((self, request) => void self.call("WdfRequestStopAcknowledge", request, 1));
    read(driver);
    driver.pnp("D3");
    driver.take();
    driver.pnp("D0");
    assert.deepEqual(
      driver.take().filter((name) => name.startsWith("EvtIo")),
      ["EvtIoRead"],
    );
    assert.equal(held[0], held[1]);
  });

  it("call EvtIoResume for a request that was acknowledged without requeue", () => {
    const { driver, held } = stop((self, request) => void self.call("WdfRequestStopAcknowledge", request, 0));
    read(driver);
    driver.pnp("D3");
    driver.take();
    driver.pnp("D0");
    assert.deepEqual(
      driver.take().filter((name) => name.startsWith("EvtIo")),
      ["EvtIoResume"],
    );
    complete(driver, held[0]);
  });

  it("pass Suspend, with the cancelable bit when the request is cancelable, and Purge at removal", () => {
    const { driver, held } = stop((self, request) => {
      self.call("WdfRequestUnmarkCancelable", request);
      self.call("WdfRequestComplete", request, status.cancelled);
    });
    read(driver);
    driver.call("WdfRequestMarkCancelable", held[0] ?? 0, driver.callback("EvtRequestCancel"));
    driver.pnp("D3");
    assert.equal(driver.test.calls.findLast(({ name }) => name === "EvtIoStop")?.args[2], 0x1000_0001);
  });

  it("report an acknowledgement outside EvtIoStop and ignore it", () => {
    const { driver, held } = bench();
    read(driver);
    driver.call("WdfRequestStopAcknowledge", held[0] ?? 0, 0);
    assert.deepEqual(driver.test.rules, ["req-stop-acknowledge"]);
  });

  it("report a power transition that waits for more than 60 s", () => {
    const { driver } = bench();
    read(driver);
    driver.test.nt.pnp.request("D3", () => undefined);
    driver.test.settle();
    assert.deepEqual(driver.test.rules, ["req-stop-acknowledge"]);
    assert.ok(driver.test.machine.clock.now >= 60e9);
  });

  it("do not stop when they are not power-managed", () => {
    const { driver, held } = bench({ PowerManaged: triState.false });
    driver.pnp("D3");
    read(driver);
    assert.equal(held.length, 1);
  });
});
