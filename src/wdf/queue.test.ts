// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { TestDriver, bugCheckOf } from "./test-driver.ts";
import { bench, complete, read } from "./test-queue.ts";
import { WdfQueue } from "./queue.ts";
import { executionLevel, synchronizationScope } from "./object-structs.ts";
import { dispatchType, queueState } from "./queue-structs.ts";
import { status } from "./status.ts";

describe("WdfIoQueueCreate", () => {
  const refused: readonly (readonly [what: string, members: Readonly<Record<string, number>>, result: number])[] = [
    ["a wrong Size", { Size: 8 }, status.infoLengthMismatch],
    ["an unknown dispatch type", { DispatchType: 4 }, status.invalidParameter],
    ["a sequential queue with NumberOfPresentedRequests", { NumberOfPresentedRequests: 2 }, status.invalidParameter],
    ["a parallel queue without NumberOfPresentedRequests", { DispatchType: dispatchType.parallel, NumberOfPresentedRequests: 0 }, status.invalidParameter],
    ["an automatic queue without callbacks", { EvtIoRead: 0 }, status.wdfNoCallback],
    ["a manual queue with dispatch callbacks", { DispatchType: dispatchType.manual }, status.invalidParameter],
  ];
  for (const [what, members, result] of refused) {
    it(`refuses ${what}`, () => {
      const { driver } = bench();
      assert.equal(driver.call("WdfIoQueueCreate", driver.device, driver.queueConfig({ EvtIoRead: 1, ...members }), 0, driver.out()), result);
    });
  }

  it("refuses a non-default queue without a place for its handle", () => {
    const { driver } = bench();
    assert.equal(driver.call("WdfIoQueueCreate", driver.device, driver.queueConfig({ EvtIoRead: 1 }), 0, 0), status.invalidParameter4);
  });

  it("refuses a second default queue, and a default queue after the start", () => {
    const { driver } = bench();
    assert.equal(driver.call("WdfIoQueueCreate", driver.device, driver.queueConfig({ EvtIoRead: 1, DefaultQueue: 1 }), 0, 0), status.unsuccessful);
    const late = new TestDriver();
    late.start();
    assert.equal(late.call("WdfIoQueueCreate", late.device, late.queueConfig({ EvtIoRead: 1, DefaultQueue: 1 }), 0, 0), status.invalidDeviceState);
  });

  it("refuses scope Device with another execution level than the device's", () => {
    const { driver } = bench();
    const attributes = driver.attributes({ SynchronizationScope: synchronizationScope.device, ExecutionLevel: executionLevel.passive });
    assert.equal(driver.call("WdfIoQueueCreate", driver.device, driver.queueConfig({ EvtIoRead: 1 }), attributes, driver.out()), status.invalidParameter);
  });
});

describe("dispatching", () => {
  it("presents one request of a sequential queue after the other", () => {
    const { driver, held } = bench();
    const first = read(driver);
    read(driver);
    assert.deepEqual(driver.take(), ["EvtIoRead"]);
    complete(driver, held[0]);
    assert.deepEqual(driver.take(), ["EvtIoRead"]);
    assert.equal(first.result?.status, status.success);
  });

  it("presents requests of a parallel queue up to NumberOfPresentedRequests", () => {
    const { driver, held } = bench({ DispatchType: dispatchType.parallel, NumberOfPresentedRequests: 2 });
    read(driver);
    read(driver);
    read(driver);
    assert.equal(held.length, 2);
    complete(driver, held[1]);
    assert.equal(held.length, 3);
  });

  it("does not call the next handler from inside a completion in a handler", () => {
    let depth = 0;
    let deepest = 0;
    const driver = new TestDriver({
      deviceAdd: (self) =>
        void self.queue({
          DefaultQueue: 1,
          EvtIoRead: self.callback("EvtIoRead", (_queue, request) => {
            depth++;
            deepest = Math.max(deepest, depth);
            self.call("WdfRequestComplete", Number(request), 0);
            depth--;
          }),
        }),
    });
    driver.start();
    driver.pnp("D3");
    for (let i = 0; i < 3; i++) read(driver);
    driver.take();
    driver.pnp("D0");
    assert.equal(driver.log.filter((name) => name === "EvtIoRead").length, 3);
    assert.equal(deepest, 1);
  });

  it("completes reads of no bytes without the driver, unless the queue allows them", () => {
    const { driver } = bench();
    assert.equal(read(driver, 0).result?.status, status.success);
    assert.deepEqual(driver.take(), []);
    const allowing = bench({ AllowZeroLengthRequests: 1 });
    read(allowing.driver, 0);
    assert.deepEqual(allowing.driver.take(), ["EvtIoRead"]);
  });

  it("completes a request without handler with STATUS_INVALID_DEVICE_REQUEST", () => {
    const { driver } = bench({ EvtIoWrite: 0 });
    assert.equal(driver.send({ major: "write", data: Uint8Array.of(1) }).result?.status, status.invalidDeviceRequest);
  });

  it("passes lengths and the control code to EvtIoDeviceControl", () => {
    const { driver, queue, held } = bench();
    driver.send({ major: "deviceControl", ioctlCode: 0x222000, data: Uint8Array.of(1, 2, 3), outputLength: 8 });
    assert.deepEqual(driver.test.calls.findLast(({ name }) => name === "EvtIoDeviceControl")?.args, [queue, held[0], 8, 3, 0x222000]);
  });

  it("calls handlers at DISPATCH_LEVEL with scope Queue and execution level Dispatch, at PASSIVE_LEVEL with scope None", () => {
    const locked = bench({}, { attributes: { SynchronizationScope: synchronizationScope.queue } });
    read(locked.driver);
    assert.equal(locked.driver.test.calls.findLast(({ name }) => name === "EvtIoRead")?.irql, 2);
    const free = bench();
    read(free.driver);
    assert.equal(free.driver.test.calls.findLast(({ name }) => name === "EvtIoRead")?.irql, 0);
  });

  it("moves the dispatch of a passive queue to a worker when it is triggered at DISPATCH_LEVEL", () => {
    const { driver, held } = bench({}, { attributes: { ExecutionLevel: executionLevel.passive } });
    read(driver);
    read(driver);
    driver.test.machine.cpu.raise(2);
    complete(driver, held[0]);
    assert.equal(held.length, 1);
    driver.test.machine.cpu.lower(0);
    driver.test.settle();
    assert.equal(held.length, 2);
    assert.equal(driver.test.calls.findLast(({ name }) => name === "EvtIoRead")?.irql, 0);
  });

  it("routes request types to the queues configured for them", () => {
    const seen: string[] = [];
    const driver = new TestDriver({
      deviceAdd: (self) => {
        const queue = self.queue({ EvtIoWrite: self.callback("EvtIoWrite", (_queue, request) => void self.call("WdfRequestComplete", Number(request), 0)) });
        assert.equal(self.call("WdfDeviceConfigureRequestDispatching", self.device, queue, 4), status.success);
        assert.equal(self.call("WdfDeviceConfigureRequestDispatching", self.device, queue, 4), status.wdfBusy);
        assert.equal(self.call("WdfDeviceConfigureRequestDispatching", self.device, queue, 7), status.invalidParameter);
      },
    });
    driver.start();
    seen.push(String(driver.send({ major: "write", data: Uint8Array.of(1) }).result?.status), String(read(driver).result?.status));
    assert.deepEqual(seen, ["0", String(status.invalidDeviceRequest)]);
  });
});

describe("manual queues", () => {
  it("give requests to WdfIoQueueRetrieveNextRequest in order, then STATUS_NO_MORE_ENTRIES", () => {
    const { driver, queue } = bench({ DispatchType: dispatchType.manual });
    const sent = read(driver);
    const out = driver.out();
    assert.equal(driver.call("WdfIoQueueRetrieveNextRequest", queue, out), status.success);
    assert.equal(driver.framework.handles.peek(driver.u32(out))?.id, sent.irp.id);
    assert.equal(driver.call("WdfIoQueueRetrieveNextRequest", queue, out), status.noMoreEntries);
  });

  it("call the ready notification on the edge from empty to non-empty", () => {
    const { driver, queue } = bench({ DispatchType: dispatchType.manual });
    assert.equal(driver.call("WdfIoQueueReadyNotify", queue, driver.callback("ready"), 7), status.success);
    read(driver);
    read(driver);
    assert.deepEqual(driver.take(), ["ready"]);
    assert.deepEqual(driver.test.calls.at(-1)?.args, [queue, 7]);
  });

  it("find requests by tag and retrieve the found one", () => {
    const { driver, queue } = bench({ DispatchType: dispatchType.manual });
    read(driver);
    const second = read(driver);
    const out = driver.out();
    assert.equal(driver.call("WdfIoQueueFindRequest", queue, 0, 0, 0, out), status.success);
    const first = driver.u32(out);
    assert.equal(driver.call("WdfIoQueueFindRequest", queue, first, 0, 0, out), status.success);
    const found = driver.u32(out);
    assert.equal(driver.framework.handles.peek(found)?.id, second.irp.id);
    assert.equal(driver.call("WdfIoQueueFindRequest", queue, found, 0, 0, out), status.noMoreEntries);
    driver.call("WdfObjectDereferenceActual", first, 0, 0, 0);
    assert.equal(driver.call("WdfIoQueueRetrieveFoundRequest", queue, found, out), status.success);
    driver.call("WdfObjectDereferenceActual", found, 0, 0, 0);
    assert.equal(complete(driver, found), 0);
  });

  it("put a requeued request back at the head", () => {
    const { driver, queue } = bench({ DispatchType: dispatchType.manual });
    const first = read(driver);
    read(driver);
    const out = driver.out();
    driver.call("WdfIoQueueRetrieveNextRequest", queue, out);
    assert.equal(driver.call("WdfRequestRequeue", driver.u32(out)), status.success);
    driver.call("WdfIoQueueRetrieveNextRequest", queue, out);
    assert.equal(driver.framework.handles.peek(driver.u32(out))?.id, first.irp.id);
  });

  it("refuse retrieval from a parallel, a stopped and a powered-off queue", () => {
    const parallel = bench({ DispatchType: dispatchType.parallel });
    assert.equal(parallel.driver.call("WdfIoQueueRetrieveNextRequest", parallel.queue, parallel.driver.out()), status.invalidDeviceState);
    const { driver, queue } = bench({ DispatchType: dispatchType.manual });
    driver.call("WdfIoQueueStop", queue, 0, 0);
    assert.equal(driver.call("WdfIoQueueRetrieveNextRequest", queue, driver.out()), status.wdfPaused);
    driver.call("WdfIoQueueStart", queue);
    driver.pnp("D3");
    assert.equal(driver.call("WdfIoQueueRetrieveNextRequest", queue, driver.out()), status.wdfPaused);
  });
});

describe("queue control", () => {
  it("calls the completion of WdfIoQueueStop when the driver owns nothing any more, and goes on accepting", () => {
    const { driver, queue, held } = bench();
    read(driver);
    driver.take();
    driver.call("WdfIoQueueStop", queue, driver.callback("stopped"), 0);
    read(driver);
    assert.deepEqual(driver.take(), []);
    complete(driver, held[0]);
    assert.deepEqual(driver.take(), ["stopped"]);
    driver.call("WdfIoQueueStart", queue);
    assert.deepEqual(driver.take(), ["EvtIoRead"]);
  });

  it("stops with bug check 0xA when a second WdfIoQueueStop comes before the first has called back", () => {
    const { driver, queue } = bench();
    read(driver);
    driver.call("WdfIoQueueStop", queue, driver.callback("stopped"), 0);
    assert.equal(bugCheckOf(() => driver.call("WdfIoQueueStop", queue, driver.callback("again"), 0))?.[0], 0xa);
  });

  it("drains: new requests are refused, the queued ones are presented", () => {
    const { driver, queue, held } = bench();
    read(driver);
    read(driver);
    driver.call("WdfIoQueueDrain", queue, driver.callback("drained"), 0);
    assert.equal(read(driver).result?.status, status.invalidDeviceState);
    complete(driver, held[0]);
    complete(driver, held[1]);
    assert.deepEqual(driver.take(), ["EvtIoRead", "EvtIoRead", "drained"]);
  });

  it("purges: queued requests are canceled, the callback waits for the driver-owned one", () => {
    const { driver, queue, held } = bench();
    read(driver);
    const waiting = read(driver);
    driver.call("WdfIoQueuePurge", queue, driver.callback("purged"), 0);
    assert.equal(waiting.result?.status, status.cancelled);
    complete(driver, held[0]);
    assert.deepEqual(driver.take(), ["EvtIoRead", "purged"]);
  });

  it("shows its state bits", () => {
    const { driver, queue } = bench();
    const all = queueState.acceptRequests | queueState.dispatchRequests;
    assert.equal(driver.call("WdfIoQueueGetState", queue, 0, 0), all | queueState.noRequests | queueState.driverNoRequests);
    read(driver);
    read(driver);
    const counts = [driver.out(), driver.out()] as const;
    assert.equal(driver.call("WdfIoQueueGetState", queue, counts[0], counts[1]), all);
    assert.deepEqual(
      counts.map((address) => driver.u32(address)),
      [1, 1],
    );
  });

  it("refuses to forward to a queue that does not accept", () => {
    let other = 0;
    const { driver, held } = bench(
      {},
      {
        deviceAdd: (self) => {
          other = self.queue({ DispatchType: dispatchType.manual });
        },
      },
    );
    read(driver);
    driver.call("WdfIoQueueDrain", other, 0, 0);
    assert.equal(driver.call("WdfRequestForwardToIoQueue", held[0] ?? 0, other), status.wdfBusy);
    driver.call("WdfIoQueueStart", other);
    read(driver);
    assert.equal(driver.call("WdfRequestForwardToIoQueue", held[0] ?? 0, other), status.success);
    assert.equal(held.length, 2);
    assert.equal(driver.framework.resolve(other, WdfQueue, "WDFQUEUE").waiting.length, 1);
  });
});
