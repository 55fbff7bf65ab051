// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { WdfObject } from "./object.ts";
import { executionLevel, synchronizationScope } from "./object-structs.ts";
import { status } from "./status.ts";
import { TestDriver, bugCheckOf } from "./test-driver.ts";

function started(verifier = true): TestDriver {
  const driver = new TestDriver({ verifier });
  driver.start();
  driver.take();
  return driver;
}

/** WdfObjectCreate; the handle. */
function create(driver: TestDriver, name: string, parent = 0, members: Readonly<Record<string, number>> = {}): number {
  const out = driver.out();
  const attributes = driver.attributes({
    EvtCleanupCallback: driver.callback(`${name} cleanup`),
    EvtDestroyCallback: driver.callback(`${name} destroy`),
    ParentObject: parent,
    ...members,
  });
  assert.equal(driver.call("WdfObjectCreate", attributes, out), status.success);
  return driver.u32(out);
}

describe("Handles", () => {
  it("that are NULL, stale, or of another type are bug check 5 with handle and expected type", () => {
    const driver = started();
    assert.deepEqual(bugCheckOf(() => driver.call("WdfObjectDelete", 0))?.slice(0, 3), [5, 0, 0x1000]);
    assert.deepEqual(bugCheckOf(() => driver.call("WdfIoQueueStart", driver.device))?.slice(0, 3), [5, driver.device, 0x1003]);
    const object = create(driver, "object");
    driver.call("WdfObjectDelete", object);
    assert.deepEqual(bugCheckOf(() => driver.call("WdfObjectReferenceActual", object, 0, 0, 0))?.slice(0, 3), [5, object, 0x1000]);
  });

  it("are described for messages", () => {
    const driver = started();
    assert.match(driver.framework.describeHandle(driver.device) ?? "", /^WDFDEVICE 0xE0000/);
    const object = create(driver, "object");
    driver.call("WdfObjectDelete", object);
    assert.match(driver.framework.describeHandle(object) ?? "", /^stale handle/);
    assert.equal(driver.framework.describeHandle(0x1234), undefined);
  });

  it("have parameter 4 of the bug check point to WDF_DRIVER_GLOBALS with the driver", () => {
    const driver = started();
    const globals = bugCheckOf(() => driver.call("WdfObjectDelete", 0))?.[3] ?? 0;
    assert.equal(driver.u32(globals), driver.driver);
  });
});

describe("WDF_OBJECT_ATTRIBUTES", () => {
  const refusals: readonly (readonly [what: string, members: Readonly<Record<string, number>>, result: number])[] = [
    ["a wrong Size", { Size: 56 }, status.infoLengthMismatch],
    ["a context size without a type", { ContextSizeOverride: 8 }, status.wdfObjectAttributesInvalid],
    ["an execution level out of range", { ExecutionLevel: 0 }, status.wdfObjectAttributesInvalid],
    ["a scope out of range", { SynchronizationScope: 5 }, status.wdfObjectAttributesInvalid],
    ["a scope where the type takes none", { SynchronizationScope: synchronizationScope.device }, status.wdfSynchronizationScopeInvalid],
    ["an execution level where the type takes none", { ExecutionLevel: executionLevel.passive }, status.wdfExecutionLevelInvalid],
  ];
  for (const [what, members, result] of refusals) {
    it(`are refused for ${what}`, () => {
      const driver = started();
      assert.equal(driver.call("WdfSpinLockCreate", driver.attributes(members), driver.out()), result);
    });
  }

  it("are refused when they name a parent that is not allowed, and when the override is smaller than the context", () => {
    const driver = started();
    const type = driver.contextType("CONTEXT", 16);
    assert.equal(
      driver.call("WdfSpinLockCreate", driver.attributes({ ContextTypeInfo: type, ContextSizeOverride: 8 }), driver.out()),
      status.wdfObjectAttributesInvalid,
    );
    const second = new TestDriver({ deviceAttributes: { ParentObject: 0xe000_0008 } });
    assert.equal(second.start(), status.wdfParentAssignmentNotAllowed);
  });
});

describe("Contexts", () => {
  it("are zero-filled, found by type, and map back to their object", () => {
    const driver = started();
    const type = driver.contextType("CONTEXT", 20);
    const object = create(driver, "object", 0, { ContextTypeInfo: type });
    const context = driver.call("WdfObjectGetTypedContextWorker", object, type);
    assert.deepEqual(
      [...driver.test.machine.memory.read(context, 20)],
      Array.from({ length: 20 }, () => 0),
    );
    assert.equal(driver.call("WdfObjectContextGetObject", context), object);
    assert.equal(driver.call("WdfObjectGetTypedContextWorker", object, driver.contextType("OTHER", 4)), 0);
  });

  it("can be added; a second one of the same type is STATUS_OBJECT_NAME_COLLISION with the first", () => {
    const driver = started();
    const type = driver.contextType("CONTEXT", 4);
    const out = driver.out();
    const attributes = driver.attributes({ ContextTypeInfo: type, EvtCleanupCallback: driver.callback("context cleanup") });
    assert.equal(driver.call("WdfObjectAllocateContext", driver.device, attributes, out), status.success);
    const first = driver.u32(out);
    assert.equal(driver.call("WdfObjectAllocateContext", driver.device, attributes, out), status.objectNameExists);
    assert.equal(driver.u32(out), first);
    driver.pnp("surpriseRemove");
    assert.equal(driver.log.filter((name) => name === "context cleanup").length, 1);
  });

  it("stay until the last reference is dropped", () => {
    const driver = started();
    const type = driver.contextType("CONTEXT", 8);
    const object = create(driver, "object", 0, { ContextTypeInfo: type });
    const context = driver.call("WdfObjectGetTypedContextWorker", object, type);
    driver.call("WdfObjectReferenceActual", object, 0, 0, 0);
    driver.call("WdfObjectDelete", object);
    assert.deepEqual(driver.take(), ["object cleanup"]);
    assert.equal(driver.test.machine.memory.isAccessible(context, 8), true);
    driver.call("WdfObjectDereferenceActual", object, 0, 0, 0);
    assert.deepEqual(driver.take(), ["object destroy"]);
    assert.equal(driver.test.machine.memory.isAccessible(context, 8), false);
  });
});

describe("Deletion", () => {
  it("disposes children in creation order before the parent, and destroys the tree afterwards", () => {
    const driver = started();
    const parent = create(driver, "parent");
    const first = create(driver, "first", parent);
    create(driver, "second", parent);
    create(driver, "grandchild", first);
    driver.call("WdfObjectDelete", parent);
    assert.deepEqual(driver.take(), [
      "grandchild cleanup",
      "first cleanup",
      "second cleanup",
      "parent cleanup",
      "grandchild destroy",
      "first destroy",
      "second destroy",
      "parent destroy",
    ]);
  });

  it("is postponed to PASSIVE_LEVEL when a descendant must be disposed there", () => {
    const driver = started();
    const parent = create(driver, "parent");
    assert.equal(driver.call("WdfStringCreate", 0, driver.attributes({ ParentObject: parent }), driver.out()), status.success);
    driver.test.machine.cpu.raise(2);
    driver.call("WdfObjectDelete", parent);
    assert.deepEqual(driver.take(), []);
    driver.test.machine.cpu.lower(0);
    driver.test.settle();
    assert.deepEqual(driver.take(), ["parent cleanup", "parent destroy"]);
  });

  it("is refused for driver, device, interrupt and default queue", () => {
    let queue = 0;
    let interrupt = 0;
    const driver = new TestDriver({
      deviceAdd: (self) => {
        queue = self.queue({ DefaultQueue: 1, EvtIoDefault: self.callback("EvtIoDefault") });
        interrupt = self.interrupt({ EvtInterruptIsr: self.callback("isr") }).handle;
      },
    });
    driver.start();
    const refused = [driver.driver, driver.device, queue, interrupt];
    for (const handle of refused) driver.call("WdfObjectDelete", handle);
    assert.deepEqual(
      driver.test.rules,
      refused.map(() => "obj-delete-not-allowed"),
    );
    for (const handle of refused) assert.equal(driver.framework.handles.peek(handle)?.lifeState, "created");
  });

  it("by dropping the last reference of a live object is bug check 7", () => {
    const driver = started();
    const object = create(driver, "object");
    assert.equal(bugCheckOf(() => driver.call("WdfObjectDereferenceActual", object, 0, 0, 0))?.[0], 7);
  });

  it("of the driver leaves nothing; an object that is still referenced is reported", () => {
    const driver = started();
    const object = create(driver, "object");
    driver.call("WdfObjectReferenceActual", object, 0, 0, 0);
    driver.pnp("surpriseRemove");
    driver.test.nt.unloadDriver();
    assert.deepEqual(driver.test.rules, ["obj-ref-leak"]);
  });
});

describe("WdfDriverCreate", () => {
  it("whose DriverEntry fails afterwards ends the driver object without EvtDriverUnload", () => {
    const driver = new TestDriver();
    const cleanup = driver.callback("driver cleanup");
    const entry = driver.test.function((driverObject, registryPath) => {
      const config = driver.test.global(0x4000);
      const { memory } = driver.test.machine;
      for (const [i, value] of [20, 1, driver.callback("EvtDriverUnload"), 0, 0].entries()) memory.setU32(config + 4 * i, value);
      driver.call("WdfDriverCreate", Number(driverObject), Number(registryPath), driver.attributes({ EvtCleanupCallback: cleanup }), config, 0);
      return status.unsuccessful;
    });
    assert.equal(driver.test.nt.loadDriver(entry, "test"), status.unsuccessful);
    assert.deepEqual(driver.take(), ["driver cleanup"]);
    assert.deepEqual(driver.framework.objects(), []);
  });
});

describe("Object views", () => {
  it("show the tree with every object once", () => {
    const driver = started();
    const [root] = driver.framework.objects();
    assert.equal(root?.type, "WDFDRIVER");
    assert.deepEqual(
      root?.children.map(({ type }) => type),
      ["WDFDEVICE"],
    );
    const device = root?.children[0];
    assert.equal(device?.fields.find(({ name }) => name === "Power state")?.value, "D0");
    const ids: number[] = [];
    const visit = (view: typeof root): void => {
      if (view === undefined) return;
      ids.push(view.id);
      view.children.forEach(visit);
    };
    visit(root);
    assert.equal(new Set(ids).size, driver.framework.handles.all().filter((object) => object instanceof WdfObject).length);
  });
});
