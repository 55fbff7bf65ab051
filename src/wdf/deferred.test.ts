// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { WDF_DPC_CONFIG, WDF_TIMER_CONFIG, WDF_WORKITEM_CONFIG } from "./deferred-structs.ts";
import { executionLevel, synchronizationScope } from "./object-structs.ts";
import { status } from "./status.ts";
import { TestDriver, bugCheckOf } from "./test-driver.ts";

function started(deviceAttributes: Readonly<Record<string, number>> = {}): TestDriver {
  const driver = new TestDriver({ deviceAttributes });
  assert.equal(driver.start(), 0);
  driver.take();
  return driver;
}

/** Creates an object below the device; status and handle. */
function create(
  driver: TestDriver,
  name: string,
  config: number,
  members: Readonly<Record<string, number>> = {},
): { readonly result: number; readonly handle: number } {
  const out = driver.out();
  const result = driver.call(name, config, driver.attributes({ ParentObject: driver.device, ...members }), out);
  return { result, handle: driver.u32(out) };
}

const timer = (driver: TestDriver, config: Readonly<Record<string, number>> = {}, members: Readonly<Record<string, number>> = {}) =>
  create(driver, "WdfTimerCreate", driver.struct(WDF_TIMER_CONFIG, { EvtTimerFunc: driver.callback("timer"), ...config }), members);

describe("WDFTIMER", () => {
  it("calls EvtTimerFunc at DISPATCH_LEVEL after the due time", () => {
    const driver = started();
    const { handle } = timer(driver);
    assert.equal(driver.call("WdfTimerStart", handle, -10_000n), 0);
    const before = driver.test.machine.clock.now;
    driver.test.settle();
    assert.deepEqual(driver.take(), ["timer"]);
    assert.equal(driver.test.machine.clock.now - before, 1_000_000);
    assert.equal(driver.test.calls.at(-1)?.irql, 2);
  });

  it("returns TRUE from start and stop when it was started", () => {
    const driver = started();
    const { handle } = timer(driver);
    driver.call("WdfTimerStart", handle, -10n);
    assert.equal(driver.call("WdfTimerStart", handle, -20n), 1);
    assert.equal(driver.call("WdfTimerStop", handle, 1), 1);
    assert.equal(driver.call("WdfTimerStop", handle, 0), 0);
    driver.test.settle();
    assert.deepEqual(driver.take(), []);
  });

  it("runs at PASSIVE_LEVEL with execution level Passive", () => {
    const driver = started({ ExecutionLevel: executionLevel.passive });
    const { result, handle } = timer(driver, {}, { ExecutionLevel: executionLevel.passive });
    assert.equal(result, status.success);
    driver.call("WdfTimerStart", handle, -10n);
    driver.test.settle();
    assert.equal(driver.test.calls.at(-1)?.irql, 0);
  });

  it("refuses a missing parent, a wrong Size, periodic passive timers and incompatible levels", () => {
    const driver = started();
    assert.equal(timer(driver, {}, { ParentObject: 0 }).result, status.wdfParentNotSpecified);
    assert.equal(timer(driver, { Size: 4 }).result, status.infoLengthMismatch);
    assert.equal(timer(driver, { Period: 5 }, { ExecutionLevel: executionLevel.passive }).result, status.notSupported);
    assert.equal(timer(driver, { TolerableDelay: 5, UseHighResolutionTimer: 1 }).result, status.invalidParameter);
    assert.equal(bugCheckOf(() => timer(driver, { EvtTimerFunc: 0 }))?.[0], 4);
    const passive = started({ ExecutionLevel: executionLevel.passive });
    assert.equal(timer(passive, { AutomaticSerialization: 1 }).result, status.wdfIncompatibleExecutionLevel);
  });

  it("is stopped when the device is removed", () => {
    const driver = started();
    const { handle } = timer(driver, { Period: 1 });
    driver.call("WdfTimerStart", handle, -10_000n);
    driver.test.nt.pnp.request("surpriseRemove", () => undefined);
    for (let i = 0; i < 1000 && driver.framework.handles.peek(handle) !== undefined; i++)
      if (!driver.test.machine.scheduler.step()) driver.test.machine.scheduler.jump();
    assert.equal(driver.framework.handles.peek(handle), undefined);
    driver.take();
    driver.test.settle();
    assert.deepEqual(driver.take(), []);
  });
});

describe("WDFDPC", () => {
  it("coalesces and runs at DISPATCH_LEVEL; WdfDpcCancel takes it out of the queue", () => {
    const driver = started();
    const { handle } = create(driver, "WdfDpcCreate", driver.struct(WDF_DPC_CONFIG, { EvtDpcFunc: driver.callback("dpc") }));
    driver.test.machine.cpu.raise(2);
    assert.deepEqual([driver.call("WdfDpcEnqueue", handle), driver.call("WdfDpcEnqueue", handle)], [1, 0]);
    driver.test.machine.cpu.lower(0);
    assert.deepEqual(driver.take(), ["dpc"]);
    driver.test.machine.cpu.raise(2);
    driver.call("WdfDpcEnqueue", handle);
    assert.equal(driver.call("WdfDpcCancel", handle, 0), 1);
    driver.test.machine.cpu.lower(0);
    assert.deepEqual(driver.take(), []);
    assert.equal(driver.call("WdfDpcGetParentObject", handle), driver.device);
  });

  it("waits for the callback lock of its parent with AutomaticSerialization", () => {
    const driver = started({ SynchronizationScope: synchronizationScope.device });
    const { handle } = create(driver, "WdfDpcCreate", driver.struct(WDF_DPC_CONFIG, { EvtDpcFunc: driver.callback("dpc"), AutomaticSerialization: 1 }));
    driver.call("WdfObjectAcquireLock", driver.device);
    driver.call("WdfDpcEnqueue", handle);
    driver.call("WdfObjectReleaseLock", driver.device);
    driver.test.settle();
    assert.deepEqual(driver.take(), ["dpc"]);
  });
});

describe("WDFWORKITEM", () => {
  it("runs once at PASSIVE_LEVEL for requests made before it begins; WdfWorkItemFlush waits for it", () => {
    const driver = started();
    const { handle } = create(driver, "WdfWorkItemCreate", driver.struct(WDF_WORKITEM_CONFIG, { EvtWorkItemFunc: driver.callback("work") }));
    driver.call("WdfWorkItemEnqueue", handle);
    driver.call("WdfWorkItemEnqueue", handle);
    assert.deepEqual(driver.take(), []);
    driver.call("WdfWorkItemFlush", handle);
    assert.deepEqual(driver.take(), ["work"]);
    assert.equal(driver.test.calls.at(-1)?.irql, 0);
  });
});

describe("Locks", () => {
  const lock = (driver: TestDriver, name: string) => {
    const out = driver.out();
    assert.equal(driver.call(name, 0, out), status.success);
    return driver.u32(out);
  };

  it("WDFSPINLOCK raises to DISPATCH_LEVEL and back; a second acquisition is bug check 2, a release of a free lock 0xB", () => {
    const driver = started();
    const handle = lock(driver, "WdfSpinLockCreate");
    driver.call("WdfSpinLockAcquire", handle);
    assert.equal(driver.test.machine.cpu.irql, 2);
    assert.equal(bugCheckOf(() => driver.call("WdfSpinLockAcquire", handle))?.[0], 2);
    driver.call("WdfSpinLockRelease", handle);
    assert.equal(driver.test.machine.cpu.irql, 0);
    assert.equal(bugCheckOf(() => driver.call("WdfSpinLockRelease", handle))?.[0], 0xb);
  });

  it("WDFWAITLOCK polls with a time-out of 0, and times out", () => {
    const driver = started();
    const handle = lock(driver, "WdfWaitLockCreate");
    const timeout = driver.out();
    assert.equal(driver.call("WdfWaitLockAcquire", handle, 0), status.success);
    assert.equal(driver.call("WdfWaitLockAcquire", handle, timeout), status.timeout);
    driver.test.machine.memory.setU64(timeout, -10_000n);
    const before = driver.test.machine.clock.now;
    assert.equal(driver.call("WdfWaitLockAcquire", handle, timeout), status.timeout);
    assert.equal(driver.test.machine.clock.now - before, 1_000_000);
    driver.call("WdfWaitLockRelease", handle);
    assert.equal(driver.call("WdfWaitLockAcquire", handle, timeout), status.success);
  });

  it("the callback lock is not recursive", () => {
    const driver = started();
    driver.call("WdfObjectAcquireLock", driver.device);
    assert.equal(bugCheckOf(() => driver.call("WdfObjectAcquireLock", driver.device))?.[0], 2);
    driver.call("WdfObjectReleaseLock", driver.device);
    assert.equal(bugCheckOf(() => driver.call("WdfObjectReleaseLock", driver.device))?.[0], 0xb);
    assert.equal(bugCheckOf(() => driver.call("WdfObjectAcquireLock", driver.driver))?.[0], 0xb);
  });
});
