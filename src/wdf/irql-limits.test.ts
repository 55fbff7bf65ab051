// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { TestDriver } from "./test-driver.ts";
import { withIrqlLimits } from "./irql-limits.ts";

describe("Documented IRQL limits", () => {
  it("report a request function in an ISR as isr-wrong-irql-api, and the call goes on", () => {
    const driver = new TestDriver();
    driver.start();
    driver.test.machine.cpu.raise(9);
    driver.call("WdfSpinLockCreate", 0, driver.out());
    driver.test.machine.cpu.lower(0);
    assert.deepEqual(driver.test.rules, ["isr-wrong-irql-api"]);
  });

  it("report a PASSIVE_LEVEL function at DISPATCH_LEVEL", () => {
    const driver = new TestDriver();
    driver.start();
    driver.test.machine.cpu.raise(2);
    driver.call("WdfDeviceQueryProperty", driver.device, 0, 0, 0, driver.out());
    driver.test.machine.cpu.lower(0);
    assert.deepEqual(driver.test.rules, ["irql-too-high-for-ddi"]);
  });

  it("say nothing without the verifier", () => {
    const driver = new TestDriver({ verifier: false });
    driver.start();
    driver.test.machine.cpu.raise(9);
    driver.call("WdfSpinLockCreate", 0, driver.out());
    driver.test.machine.cpu.lower(0);
    assert.deepEqual(driver.test.rules, []);
  });

  it("leave functions without a limit as they are", () => {
    const driver = new TestDriver();
    const api = { WdfGetDriver: () => 1 };
    assert.equal(withIrqlLimits(driver.framework, api)["WdfGetDriver"], api.WdfGetDriver);
  });
});
