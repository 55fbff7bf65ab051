// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import type { IrpRequest } from "../nt/index.ts";
import { ioType } from "./device-structs.ts";
import { mapForSender } from "./request.ts";
import { status } from "./status.ts";
import { TestDriver, type TestDriverOptions, bugCheckOf } from "./test-driver.ts";

interface RequestBench {
  readonly driver: TestDriver;
  readonly held: number[];
}

/** A started driver whose default queue is parallel and holds what it gets. */
function bench(options: TestDriverOptions = {}): RequestBench {
  const held: number[] = [];
  const driver = new TestDriver({
    ...options,
    deviceAdd: (self) => {
      self.queue({ DefaultQueue: 1, DispatchType: 2, EvtIoDefault: self.callback("EvtIoDefault", (_queue, request) => void held.push(Number(request))) });
    },
  });
  assert.equal(driver.start(), 0);
  driver.take();
  return { driver, held };
}

/** Sends a request and returns its handle. */
function presented({ driver, held }: RequestBench, request: IrpRequest): number {
  driver.send(request);
  return held.at(-1) ?? 0;
}

const read16: IrpRequest = { major: "read", length: 16 };

describe("request buffers", () => {
  /** Status of a Retrieve function, and length when it succeeded. */
  const retrieve = (driver: TestDriver, name: string, request: number, minimum = 0) => {
    const buffer = driver.out();
    const length = driver.out();
    const result = driver.call(name, request, minimum, buffer, length);
    return { result, address: driver.u32(buffer), length: driver.u32(length) };
  };

  it("of a buffered read are the system buffer; what the driver writes there comes back", () => {
    const its = bench();
    const sent = its.driver.send(read16);
    const [request = 0] = its.held;
    const { result, address, length } = retrieve(its.driver, "WdfRequestRetrieveOutputBuffer", request, 16);
    assert.deepEqual([result, length], [status.success, 16]);
    its.driver.test.machine.memory.write(address, Uint8Array.of(1, 2, 3));
    its.driver.call("WdfRequestCompleteWithInformation", request, status.success, 3);
    assert.deepEqual(sent.result, { status: 0, information: 3, bytes: Uint8Array.of(1, 2, 3) });
  });

  it("are too small when the minimum is larger or the length is 0", () => {
    const its = bench();
    assert.equal(retrieve(its.driver, "WdfRequestRetrieveOutputBuffer", presented(its, read16), 17).result, status.bufferTooSmall);
    const empty = presented(its, { major: "deviceControl", ioctlCode: 0x222000, outputLength: 0 });
    assert.equal(retrieve(its.driver, "WdfRequestRetrieveOutputBuffer", empty).result, status.bufferTooSmall);
  });

  it("have one direction: no input buffer of a read, no output buffer of a write", () => {
    const its = bench();
    assert.equal(retrieve(its.driver, "WdfRequestRetrieveInputBuffer", presented(its, read16)).result, status.invalidDeviceRequest);
    assert.equal(
      retrieve(its.driver, "WdfRequestRetrieveOutputBuffer", presented(its, { major: "write", data: Uint8Array.of(1) })).result,
      status.invalidDeviceRequest,
    );
    assert.deepEqual(its.driver.test.rules, ["req-buffer-api-wrong", "req-buffer-api-wrong"]);
  });

  it("of direct I/O are the IRP's MDL", () => {
    const its = bench({ ioType: ioType.direct });
    const sent = its.driver.send(read16);
    const out = its.driver.out();
    assert.equal(its.driver.call("WdfRequestRetrieveOutputWdmMdl", its.held[0] ?? 0, out), status.success);
    assert.equal(its.driver.u32(out), sent.irp.mdlAddress);
  });

  it("of METHOD_BUFFERED share one MDL: the first call fixes its size", () => {
    const its = bench();
    const request = presented(its, { major: "deviceControl", ioctlCode: 0x222000, data: new Uint8Array(4), outputLength: 12 });
    const out = its.driver.out();
    its.driver.call("WdfRequestRetrieveInputWdmMdl", request, out);
    const mdl = its.driver.u32(out);
    assert.equal(its.driver.test.nt.mdl.byteCount(mdl), 4);
    its.driver.call("WdfRequestRetrieveOutputWdmMdl", request, out);
    assert.equal(its.driver.u32(out), mdl);
  });

  it("of METHOD_OUT_DIRECT: the output is the MDL, the input the system buffer", () => {
    const its = bench();
    const sent = its.driver.send({ major: "deviceControl", ioctlCode: 0x222002, data: new Uint8Array(4), outputLength: 12 });
    const [request = 0] = its.held;
    const out = its.driver.out();
    its.driver.call("WdfRequestRetrieveOutputWdmMdl", request, out);
    assert.equal(its.driver.u32(out), sent.irp.mdlAddress);
    assert.equal(retrieve(its.driver, "WdfRequestRetrieveInputBuffer", request).address, sent.irp.systemBuffer);
  });

  it("of METHOD_NEITHER cannot be retrieved", () => {
    const its = bench();
    const request = presented(its, { major: "deviceControl", ioctlCode: 0x222003, data: new Uint8Array(4), outputLength: 4 });
    assert.equal(retrieve(its.driver, "WdfRequestRetrieveInputBuffer", request).result, status.invalidDeviceRequest);
  });

  it("as WDFMEMORY are the same object each time, gone with the request", () => {
    const its = bench();
    const request = presented(its, read16);
    const out = its.driver.out();
    its.driver.call("WdfRequestRetrieveOutputMemory", request, out);
    const memory = its.driver.u32(out);
    its.driver.call("WdfRequestRetrieveOutputMemory", request, out);
    assert.equal(its.driver.u32(out), memory);
    its.driver.call("WdfRequestComplete", request, 0);
    assert.equal(bugCheckOf(() => its.driver.call("WdfMemoryGetBuffer", memory, 0))?.[0], 5);
  });
});

describe("WdfRequestGetParameters", () => {
  it("fills length, key and offset of a read", () => {
    const its = bench();
    const request = presented(its, { ...read16, offset: 0x1_0000_0002n, key: 3 });
    const address = its.driver.test.global(0x8000);
    const { memory } = its.driver.test.machine;
    memory.setU16(address, 24);
    its.driver.call("WdfRequestGetParameters", request, address);
    assert.deepEqual([memory.u32(address + 4), memory.u32(address + 8), memory.u32(address + 12), memory.u64(address + 16)], [3, 16, 3, 0x1_0000_0002n]);
  });
});

describe("completion", () => {
  const mapped: readonly (readonly [number, number])[] = [
    [status.wdfPaused, status.deviceBusy],
    [status.wdfBusy, status.deviceBusy],
    [status.wdfInternalError, status.internalError],
    [status.wdfTooFragmented, status.invalidDeviceRequest],
    [status.wdfTooManyTransfers, status.invalidDeviceRequest],
    [status.wdfNotEnoughMapRegisters, status.insufficientResources],
    [status.wdfNoCallback, status.invalidDeviceRequest],
    [status.wdfQueued, status.invalidDeviceRequest],
    [status.cancelled, status.cancelled],
  ];
  for (const [from, to] of mapped) {
    it(`maps 0x${from.toString(16)} to 0x${to.toString(16)} for the sender`, () => {
      assert.equal(mapForSender(from), to);
    });
  }

  it("stops with bug check 3 while a transaction holds a reference to the IRP", () => {
    const its = bench();
    const sent = its.driver.send(read16);
    sent.irp.references = 1;
    assert.deepEqual(bugCheckOf(() => its.driver.call("WdfRequestComplete", its.held[0] ?? 0, 0))?.slice(0, 3), [3, its.held[0], 1]);
  });

  it("stops with bug check 6/4 when Information exceeds the buffer of a successful read", () => {
    const its = bench();
    const request = presented(its, read16);
    assert.deepEqual(bugCheckOf(() => its.driver.call("WdfRequestCompleteWithInformation", request, 0, 17))?.slice(0, 2), [6, 4]);
  });

  it("makes the handle stale: a second completion is bug check 5, unless a reference was taken", () => {
    const its = bench();
    const request = presented(its, read16);
    its.driver.call("WdfObjectReferenceActual", request, 0, 0, 0);
    its.driver.call("WdfRequestComplete", request, 0);
    its.driver.call("WdfRequestComplete", request, 0);
    assert.deepEqual(its.driver.test.rules, ["req-double-complete"]);
    its.driver.call("WdfObjectDereferenceActual", request, 0, 0, 0);
    assert.equal(bugCheckOf(() => its.driver.call("WdfRequestComplete", request, 0))?.[0], 5);
  });

  it("runs the request's EvtCleanupCallback before the IRP is completed, EvtDestroyCallback after", () => {
    const order: string[] = [];
    const its = bench({
      init: (driver, init) =>
        void driver.call(
          "WdfDeviceInitSetRequestAttributes",
          init,
          driver.attributes({
            EvtCleanupCallback: driver.callback("cleanup", () => void order.push("cleanup")),
            EvtDestroyCallback: driver.callback("destroy", () => void order.push("destroy")),
          }),
        ),
    });
    const { io, pnp } = its.driver.test.nt;
    const irp = io.createIrp(io.open(pnp.functionDevice as never), read16);
    io.submit(irp, () => void order.push("completed"));
    its.driver.call("WdfRequestComplete", its.held[0] ?? 0, 0);
    assert.deepEqual(order, ["cleanup", "completed", "destroy"]);
  });
});

describe("cancellation", () => {
  const cancelable = (its: RequestBench, complete = true) => {
    const sent = its.driver.send(read16);
    const [request = 0] = its.held.slice(-1);
    const callback = its.driver.callback("EvtRequestCancel", () => (complete ? its.driver.call("WdfRequestComplete", request, status.cancelled) : 0));
    return { sent, request, callback };
  };

  it("calls EvtRequestCancel of a cancelable request", () => {
    const its = bench();
    const { sent, request, callback } = cancelable(its);
    assert.equal(its.driver.call("WdfRequestMarkCancelableEx", request, callback), status.success);
    its.driver.take();
    its.driver.test.nt.io.cancel(sent.irp);
    assert.deepEqual(its.driver.take(), ["EvtRequestCancel"]);
    assert.equal(sent.result?.status, status.cancelled);
    assert.deepEqual(its.driver.test.rules, []);
  });

  it("does nothing to a request that is not cancelable, but WdfRequestIsCanceled says TRUE", () => {
    const its = bench();
    const { sent, request } = cancelable(its);
    its.driver.test.nt.io.cancel(sent.irp);
    assert.equal(sent.result, undefined);
    assert.equal(its.driver.call("WdfRequestIsCanceled", request), 1);
  });

  it("is told at once by WdfRequestMarkCancelable and by the status of WdfRequestMarkCancelableEx", () => {
    const its = bench();
    const first = cancelable(its);
    its.driver.test.nt.io.cancel(first.sent.irp);
    assert.equal(its.driver.call("WdfRequestMarkCancelableEx", first.request, first.callback), status.cancelled);
    its.driver.take();
    its.driver.call("WdfRequestMarkCancelable", first.request, first.callback);
    assert.deepEqual(its.driver.take(), ["EvtRequestCancel"]);
  });

  it("is prevented by WdfRequestUnmarkCancelable; once EvtRequestCancel was called it returns STATUS_CANCELLED", () => {
    const its = bench();
    const { sent, request, callback } = cancelable(its, false);
    its.driver.call("WdfRequestMarkCancelable", request, callback);
    assert.equal(its.driver.call("WdfRequestUnmarkCancelable", request), status.success);
    its.driver.call("WdfRequestMarkCancelable", request, callback);
    its.driver.test.nt.io.cancel(sent.irp);
    assert.equal(its.driver.call("WdfRequestUnmarkCancelable", request), status.cancelled);
  });

  it("reports marking twice, unmarking what is not marked, and completion while cancelable", () => {
    const its = bench();
    const { request, callback } = cancelable(its);
    assert.equal(its.driver.call("WdfRequestUnmarkCancelable", request), status.invalidDeviceRequest);
    its.driver.call("WdfRequestMarkCancelable", request, callback);
    assert.equal(its.driver.call("WdfRequestMarkCancelableEx", request, callback), status.invalidDeviceRequest);
    assert.equal(its.driver.call("WdfRequestIsCanceled", request), 0);
    its.driver.call("WdfRequestComplete", request, 0);
    assert.deepEqual(its.driver.test.rules, ["req-unmark-not-marked", "req-mark-twice", "req-iscanceled-on-cancelable", "req-complete-while-cancelable"]);
  });

  it("without the verifier, unmarking what is not marked returns STATUS_CANCELLED", () => {
    const its = bench({ verifier: false });
    assert.equal(its.driver.call("WdfRequestUnmarkCancelable", presented(its, read16)), status.cancelled);
    assert.deepEqual(its.driver.test.rules, []);
  });

  it("completes a request that waits in a queue with STATUS_CANCELLED, without a callback", () => {
    const driver = new TestDriver({ deviceAdd: (self) => void self.queue({ DefaultQueue: 1, DispatchType: 3 }) });
    driver.start();
    const sent = driver.send(read16);
    driver.test.nt.io.cancel(sent.irp);
    assert.equal(sent.result?.status, status.cancelled);
  });

  it("gives a forwarded request to EvtIoCanceledOnQueue", () => {
    let manual = 0;
    const driver = new TestDriver({
      deviceAdd: (self) => {
        manual = self.queue({
          DispatchType: 3,
          EvtIoCanceledOnQueue: self.callback(
            "EvtIoCanceledOnQueue",
            (_queue, request) => void self.call("WdfRequestComplete", Number(request), status.cancelled),
          ),
        });
        self.queue({
          DefaultQueue: 1,
          EvtIoDefault: self.callback("EvtIoDefault", (_queue, request) => void self.call("WdfRequestForwardToIoQueue", Number(request), manual)),
        });
      },
    });
    driver.start();
    driver.take();
    const sent = driver.send(read16);
    driver.test.nt.io.cancel(sent.irp);
    assert.deepEqual(driver.take(), ["EvtIoDefault", "EvtIoCanceledOnQueue"]);
    assert.equal(sent.result?.status, status.cancelled);
  });
});

describe("file objects", () => {
  it("call create, cleanup and close for a handle", () => {
    const driver = new TestDriver({
      init: (self, init) => {
        const config = self.fileConfig({
          EvtDeviceFileCreate: self.callback("EvtDeviceFileCreate", (_device, request) => void self.call("WdfRequestComplete", Number(request), 0)),
          EvtFileCleanup: self.callback("EvtFileCleanup"),
          EvtFileClose: self.callback("EvtFileClose"),
        });
        self.call("WdfDeviceInitSetFileObjectConfig", init, config, 0);
      },
    });
    driver.start();
    driver.take();
    const { io, pnp } = driver.test.nt;
    const file = io.open(pnp.functionDevice as never, "\\channel0");
    for (const major of ["create", "cleanup", "close"] as const) io.submit(io.createIrp(file, { major }), () => undefined);
    assert.deepEqual(driver.take(), ["EvtDeviceFileCreate", "EvtFileCleanup", "EvtFileClose"]);
    assert.equal(file.isClosed, true);
  });
});
