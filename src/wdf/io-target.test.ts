// SPDX-License-Identifier: MIT
/** Remote I/O targets on a control device of the same driver: open and close, the three kinds of requests, time-outs, cancellation, stop and purge. */
import assert from "node:assert/strict";
import {
  WDF_IO_TARGET_OPEN_PARAMS,
  WDF_MEMORY_DESCRIPTOR,
  WDF_REQUEST_SEND_OPTIONS,
  memoryDescriptorType,
  openType,
  purgeIoAndWait,
  sendFlag,
  sentIoAction,
  targetState,
} from "./io-target-structs.ts";
import { dispatchType } from "./queue-structs.ts";
import { status } from "./status.ts";
import { TestDriver } from "./test-driver.ts";

const name = "\\Device\\Other";

/** A started driver with a control device, whose queue leaves every request to the test, and a target opened for it by name. */
class Bench {
  readonly driver = new TestDriver();
  /** Requests the control device was given, by callback name. */
  readonly got: { readonly callback: string; readonly request: number; readonly length: number }[] = [];
  /** What the callbacks answer at once; undefined = the request stays. */
  answer: ((request: number) => void) | undefined;
  readonly target: number;

  constructor(open = true) {
    const { driver } = this;
    assert.equal(driver.start(), 0);
    this.#makeOther();
    const out = driver.out();
    assert.equal(driver.call("WdfIoTargetCreate", driver.device, 0, out), 0);
    this.target = driver.u32(out);
    if (open) assert.equal(this.open(), 0);
    driver.take();
  }

  #makeOther(): void {
    const { driver } = this;
    const init = driver.out();
    driver.test.machine.memory.setU32(init, driver.call("WdfControlDeviceInitAllocate", driver.driver, driver.unicode("D:P(A;;GA;;;SY)")));
    assert.equal(driver.call("WdfDeviceInitAssignName", driver.u32(init), driver.unicode(name)), 0);
    driver.call(
      "WdfDeviceInitSetFileObjectConfig",
      driver.u32(init),
      driver.fileConfig({ EvtFileCleanup: driver.callback("EvtFileCleanup"), EvtFileClose: driver.callback("EvtFileClose") }),
      0,
    );
    driver.call("WdfDeviceInitSetIoType", driver.u32(init), 2);
    const out = driver.out();
    assert.equal(driver.call("WdfDeviceCreate", init, 0, out), 0);
    const device = driver.u32(out);
    const take = (callback: string, lengthAt: number): number =>
      driver.callback(callback, (...args) => {
        const request = Number(args[1]);
        this.got.push({ callback, request, length: Number(args[lengthAt]) });
        this.answer?.(request);
      });
    const config = driver.queueConfig({
      DispatchType: dispatchType.parallel,
      DefaultQueue: 1,
      EvtIoRead: take("EvtIoRead", 2),
      EvtIoWrite: take("EvtIoWrite", 2),
      EvtIoDeviceControl: take("EvtIoDeviceControl", 3),
    });
    assert.equal(driver.call("WdfIoQueueCreate", device, config, 0, driver.out()), 0);
    driver.call("WdfControlFinishInitializing", device);
  }

  open(members: Readonly<Record<string, number>> = {}, path = name): number {
    const { driver } = this;
    const text = driver.unicode(path);
    const params = driver.struct(WDF_IO_TARGET_OPEN_PARAMS, { Type: openType.byName, ...members });
    const { memory } = driver.test.machine;
    memory.write(params + WDF_IO_TARGET_OPEN_PARAMS.fields.TargetDeviceName.offset, memory.read(text, 8));
    return driver.call("WdfIoTargetOpen", this.target, params);
  }

  /** WDF_MEMORY_DESCRIPTOR of a buffer with `bytes`. */
  buffer(bytes: Uint8Array): { readonly descriptor: number; readonly address: number } {
    const address = this.driver.test.global(0xa000);
    this.driver.test.machine.memory.write(address, bytes);
    return { descriptor: this.driver.struct(WDF_MEMORY_DESCRIPTOR, { Type: memoryDescriptorType.buffer, First: address, Second: bytes.length }), address };
  }

  /** A created request, formatted as an IOCTL without buffers. */
  ioctl(): number {
    const out = this.driver.out();
    assert.equal(this.driver.call("WdfRequestCreate", 0, this.target, out), 0);
    const request = this.driver.u32(out);
    assert.equal(this.driver.call("WdfIoTargetFormatRequestForIoctl", this.target, request, 0x22_2000, 0, 0, 0, 0), 0);
    this.driver.call("WdfRequestSetCompletionRoutine", request, this.driver.callback("completion"), 0);
    return request;
  }

  options(flags: number, timeout = 0n): number {
    const address = this.driver.struct(WDF_REQUEST_SEND_OPTIONS, { Flags: flags });
    this.driver.test.machine.memory.setU64(address + WDF_REQUEST_SEND_OPTIONS.fields.Timeout.offset, BigInt.asUintN(64, timeout));
    return address;
  }

  completeLast(result = 0, information = 0): void {
    this.driver.call("WdfRequestCompleteWithInformation", this.got.at(-1)?.request ?? 0, result, information);
  }

  get state(): number {
    return this.driver.call("WdfIoTargetGetState", this.target);
  }
}

describe("A remote I/O target", () => {
  it("is opened by the name of a device and closed with cleanup and close", () => {
    const bench = new Bench(false);
    assert.equal(bench.open({}, "\\Device\\Nobody"), status.objectNameNotFound);
    assert.equal(bench.state, targetState.closed);
    assert.equal(bench.open(), 0);
    assert.equal(bench.state, targetState.started);
    assert.equal(bench.open(), status.invalidDeviceState);
    const { driver, target } = bench;
    assert.notEqual(driver.call("WdfIoTargetWdmGetTargetFileObject", target), 0);
    assert.notEqual(driver.call("WdfIoTargetWdmGetTargetDeviceObject", target), 0);
    driver.take();
    driver.call("WdfIoTargetClose", target);
    assert.deepEqual(driver.take(), ["EvtFileCleanup", "EvtFileClose"]);
    assert.equal(driver.call("WdfIoTargetWdmGetTargetDeviceObject", target), 0);
  });

  it("is opened again by its name after a query for removal", () => {
    const bench = new Bench();
    bench.driver.call("WdfIoTargetCloseForQueryRemove", bench.target);
    assert.equal(bench.state, targetState.closedForQueryRemove);
    assert.equal(bench.open({ Type: openType.reopen }), 0);
    assert.equal(bench.state, targetState.started);
  });

  it("is opened for a device object that the driver has", () => {
    const bench = new Bench(false);
    const { driver } = bench;
    const device = driver.test.nt.names.find(name)?.device.address ?? 0;
    assert.equal(bench.open({ Type: openType.useExistingDevice, TargetDeviceObject: device }), 0);
    assert.equal(driver.call("WdfIoTargetWdmGetTargetDeviceObject", bench.target), device);
    driver.take();
    driver.call("WdfIoTargetClose", bench.target);
    assert.deepEqual(driver.take(), []);
  });

  it("carries the bytes of a write there and those of a read back", () => {
    const bench = new Bench();
    const { driver, target } = bench;
    const seen: number[][] = [];
    bench.answer = (request) => {
      const out = driver.out();
      driver.call("WdfRequestRetrieveInputBuffer", request, 1, out, 0);
      seen.push([...driver.test.machine.memory.read(driver.u32(out), 3)]);
      driver.call("WdfRequestCompleteWithInformation", request, 0, 3);
    };
    const bytes = driver.out();
    assert.equal(driver.call("WdfIoTargetSendWriteSynchronously", target, 0, bench.buffer(Uint8Array.of(1, 2, 3)).descriptor, 0, 0, bytes), 0);
    assert.deepEqual([seen, driver.u32(bytes)], [[[1, 2, 3]], 3]);
    bench.answer = (request) => {
      const out = driver.out();
      driver.call("WdfRequestRetrieveOutputBuffer", request, 1, out, 0);
      driver.test.machine.memory.write(driver.u32(out), Uint8Array.of(7, 8));
      driver.call("WdfRequestCompleteWithInformation", request, 0, 2);
    };
    const { descriptor, address } = bench.buffer(Uint8Array.of(0, 0, 9));
    assert.equal(driver.call("WdfIoTargetSendReadSynchronously", target, 0, descriptor, 0, 0, bytes), 0);
    assert.deepEqual([[...driver.test.machine.memory.read(address, 3)], driver.u32(bytes)], [[7, 8, 9], 2]);
    assert.deepEqual(driver.test.rules, []);
  });

  it("gives the sender the status of an IOCTL in its completion routine", () => {
    const bench = new Bench();
    const { driver, target } = bench;
    const request = bench.ioctl();
    assert.equal(driver.call("WdfRequestSend", request, target, 0), 1);
    assert.equal(driver.call("WdfRequestGetStatus", request), status.success);
    driver.take();
    bench.completeLast(0xc000_0185, 0);
    assert.deepEqual(driver.take(), ["completion"]);
    assert.equal(driver.call("WdfRequestGetStatus", request), 0xc000_0185);
  });

  it("cancels a sent request with WdfRequestCancelSentRequest", () => {
    const bench = new Bench();
    const { driver, target } = bench;
    bench.answer = (other) => {
      driver.call(
        "WdfRequestMarkCancelable",
        other,
        driver.callback("EvtRequestCancel", () => void driver.call("WdfRequestComplete", other, status.cancelled)),
      );
    };
    const request = bench.ioctl();
    driver.call("WdfRequestSend", request, target, 0);
    driver.take();
    assert.equal(driver.call("WdfRequestCancelSentRequest", request), 1);
    assert.deepEqual(driver.take(), ["EvtRequestCancel", "completion"]);
    assert.equal(driver.call("WdfRequestCancelSentRequest", request), 0);
  });

  it("cancels what takes too long, and the sender gets STATUS_IO_TIMEOUT", () => {
    const bench = new Bench();
    const { driver, target } = bench;
    bench.answer = (other) => {
      driver.call(
        "WdfRequestMarkCancelable",
        other,
        driver.callback("EvtRequestCancel", () => void driver.call("WdfRequestComplete", other, status.cancelled)),
      );
    };
    const request = bench.ioctl();
    driver.call("WdfRequestSend", request, target, bench.options(sendFlag.timeout, -10_000n));
    driver.test.settle();
    assert.equal(driver.call("WdfRequestGetStatus", request), status.ioTimeout);
    bench.answer = undefined;
    const quick = bench.ioctl();
    driver.call("WdfRequestSend", quick, target, bench.options(sendFlag.timeout, -10_000n));
    bench.completeLast();
    driver.test.settle();
    assert.equal(driver.call("WdfRequestGetStatus", quick), status.success);
  });

  it("keeps requests while it is stopped, and refuses them when it is purged", () => {
    const bench = new Bench();
    const { driver, target } = bench;
    driver.call("WdfIoTargetStop", target, sentIoAction.leaveSentIoPending);
    const request = bench.ioctl();
    assert.equal(driver.call("WdfRequestSend", request, target, 0), 1);
    assert.deepEqual(bench.got, []);
    assert.equal(driver.call("WdfIoTargetStart", target), 0);
    assert.equal(bench.got.length, 1);
    bench.completeLast();
    driver.call("WdfIoTargetPurge", target, purgeIoAndWait);
    assert.equal(bench.state, targetState.purged);
    const refused = bench.ioctl();
    assert.equal(driver.call("WdfRequestSend", refused, target, 0), 0);
    assert.equal(driver.call("WdfRequestGetStatus", refused), status.invalidDeviceState);
  });

  it("waits in WdfIoTargetStop for what was sent", () => {
    const bench = new Bench();
    const { driver, target } = bench;
    driver.call("WdfRequestSend", bench.ioctl(), target, 0);
    driver.test.nt.timers.start(
      driver.test.nt.timers.create(() => void bench.completeLast(), { name: "device", objectId: 0 }),
      -100_000n,
    );
    driver.take();
    driver.call("WdfIoTargetStop", target, sentIoAction.waitForSentIoToComplete);
    assert.deepEqual(driver.take(), ["completion"]);
    assert.equal(bench.state, targetState.stopped);
  });

  it("takes a request of the driver's own queue as it is, and its cancellation goes along", () => {
    const bench = new Bench();
    const { driver, target } = bench;
    const queue = driver.queue({ DispatchType: dispatchType.manual });
    driver.call("WdfDeviceConfigureRequestDispatching", driver.device, queue, 4);
    const sent = driver.send({ major: "write", data: Uint8Array.of(5, 6) });
    const out = driver.out();
    driver.call("WdfIoQueueRetrieveNextRequest", queue, out);
    const request = driver.u32(out);
    driver.call("WdfRequestFormatRequestUsingCurrentType", request);
    assert.equal(driver.call("WdfRequestSend", request, target, bench.options(sendFlag.sendAndForget)), 1);
    assert.deepEqual(
      bench.got.map(({ callback, length }) => [callback, length]),
      [["EvtIoWrite", 2]],
    );
    driver.call("WdfRequestMarkCancelable", bench.got[0]?.request ?? 0, driver.callback("EvtRequestCancel"));
    driver.take();
    driver.test.nt.io.cancel(sent.irp);
    assert.deepEqual(driver.take(), ["EvtRequestCancel"]);
    bench.completeLast(status.cancelled);
    assert.equal(sent.result?.status, status.cancelled);
  });
});
