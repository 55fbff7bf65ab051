// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { ntStatus } from "../protocol/index.ts";
import type { DeviceObject, FileObject } from "./device-object.ts";
import type { Irp, IrpResult } from "./irp.ts";
import { ioStackLocation, irpLayout, irpTail } from "./irp-layout.ts";
import { TestBugCheck, TestMachine } from "./test-machine.ts";

function setUp(dispatch: (irp: Irp, test: TestMachine) => void): {
  test: TestMachine;
  device: DeviceObject;
  file: FileObject;
  send: (request: Parameters<TestMachine["nt"]["io"]["createIrp"]>[1]) => { irp: Irp; results: IrpResult[] };
} {
  const test = new TestMachine();
  const device = test.nt.io.createDevice("\\Device\\Test", test.nt.pnp.pdo);
  device.dispatch = (irp) => dispatch(irp, test);
  const file = test.nt.io.open(device);
  const send = (request: Parameters<typeof test.nt.io.createIrp>[1]) => {
    const irp = test.nt.io.createIrp(file, request);
    const results: IrpResult[] = [];
    test.nt.io.submit(irp, (result) => void results.push(result));
    return { irp, results };
  };
  return { test, device, file, send };
}

const success = ntStatus.STATUS_SUCCESS;
const ctlCode = (method: number) => (0x22 << 16) | (0x800 << 2) | method;

describe("IoManager", () => {
  it("copies Information bytes of a buffered read to the requester, no more", () => {
    const { device, send } = setUp((irp, test) => {
      test.machine.memory.write(irp.systemBuffer, Uint8Array.of(1, 2, 3, 4));
      test.nt.io.complete(irp, success, 3);
    });
    device.readWriteType = "buffered";
    const { results } = send({ major: "read", length: 8 });
    assert.deepEqual(results, [{ status: success, information: 3, bytes: Uint8Array.of(1, 2, 3) }]);
  });

  it("hands the data of a direct write over as a locked MDL that must be mapped before it is touched", () => {
    const seen: number[] = [];
    const { test, device, send } = setUp((irp, { nt, machine }) => {
      const buffer = nt.mdl.virtualAddress(irp.mdlAddress);
      assert.equal(machine.memory.isAccessible(buffer, 1), false);
      seen.push(...machine.memory.read(nt.mdl.systemAddress(irp.mdlAddress), 4));
      nt.io.complete(irp, success, 4);
    });
    device.readWriteType = "direct";
    const { irp } = send({ major: "write", data: Uint8Array.of(9, 8, 7, 6) });
    assert.deepEqual(seen, [9, 8, 7, 6]);
    assert.match(test.machine.memory.describe(irp.userBuffer) ?? "", /former data buffer of write request/);
  });

  it("passes IOCTL buffers as the method says", () => {
    const found: Record<string, unknown>[] = [];
    const { send } = setUp((irp, { nt }) => {
      found.push({ system: irp.systemBuffer !== 0, mdl: irp.mdlAddress !== 0, type3: irp.type3InputBuffer !== 0, user: irp.userBuffer !== 0 });
      nt.io.complete(irp, success, 0);
    });
    for (const method of [0, 1, 2, 3]) send({ major: "deviceControl", ioctlCode: ctlCode(method), data: Uint8Array.of(1), outputLength: 16 });
    assert.deepEqual(found, [
      { system: true, mdl: false, type3: false, user: true },
      { system: true, mdl: true, type3: false, user: true },
      { system: true, mdl: true, type3: false, user: true },
      { system: false, mdl: false, type3: true, user: true },
    ]);
  });

  it("shows the request in the IRP structure", () => {
    let stack = 0;
    let major = -1;
    let length = 0;
    const { send, file } = setUp((irp, { machine, nt }) => {
      const { memory } = machine;
      stack = memory.u32(irp.address + irpLayout.fields.Tail.offset + irpTail.CurrentStackLocation);
      major = memory.u8(stack);
      length = memory.u32(stack + ioStackLocation.fields.Parameters.offset);
      assert.equal(memory.u32(stack + ioStackLocation.fields.FileObject.offset), file.address);
      assert.equal(nt.io.irpAt(irp.address), irp);
      nt.io.complete(irp, success, 0);
    });
    send({ major: "read", length: 123 });
    assert.equal(major, 3);
    assert.equal(length, 123);
  });

  it("returns no data for an error", () => {
    const { device, send } = setUp((irp, { nt }) => nt.io.complete(irp, ntStatus.STATUS_UNSUCCESSFUL, 8));
    device.readWriteType = "buffered";
    assert.equal(send({ major: "read", length: 8 }).results[0]?.bytes.length, 0);
  });

  it("reports Information beyond the buffer and cuts it", () => {
    const { test, device, send } = setUp((irp, { nt }) => nt.io.complete(irp, success, 100));
    device.readWriteType = "buffered";
    assert.equal(send({ major: "read", length: 8 }).results[0]?.bytes.length, 8);
    assert.deepEqual(test.rules, ["info-longer-than-buffer"]);
  });

  it("stops at a second completion", () => {
    const { test, send } = setUp((irp, { nt }) => nt.io.complete(irp, success, 0));
    const { irp } = send({ major: "read", length: 8 });
    assert.throws(
      () => test.nt.io.complete(irp, success, 0),
      (error) => error instanceof TestBugCheck && error.bugCheck?.name === "MULTIPLE_IRP_COMPLETE_REQUESTS",
    );
  });

  it("calls the cancel routine once and marks the request", () => {
    const { test, send } = setUp((irp, { nt }) => void irp.setCancelRoutine(() => nt.io.complete(irp, ntStatus.STATUS_CANCELLED, 0)));
    const { irp, results } = send({ major: "read", length: 8 });
    assert.equal(irp.isPending, true);
    assert.equal(test.nt.io.cancel(irp), true);
    assert.equal(results[0]?.status, ntStatus.STATUS_CANCELLED);
    assert.equal(test.nt.io.cancel(irp), false);
  });

  it("keeps the buffers of a referenced request after its completion", () => {
    const { test, device, send } = setUp((irp, { nt }) => {
      nt.io.reference(irp);
      nt.io.complete(irp, success, 0);
    });
    device.readWriteType = "buffered";
    const { irp } = send({ major: "read", length: 8 });
    assert.equal(test.machine.memory.isAccessible(irp.systemBuffer, 8), true);
    test.nt.io.dereference(irp);
    assert.equal(test.machine.memory.isAccessible(irp.systemBuffer, 8), false);
  });

  it("fails requests to a device without dispatch routine", () => {
    const test = new TestMachine();
    const file = test.nt.io.open(test.nt.io.createDevice("\\Device\\Bare"));
    let status = 0;
    test.nt.io.submit(test.nt.io.createIrp(file, { major: "create" }), (result) => {
      status = result.status;
    });
    assert.equal(status, ntStatus.STATUS_INVALID_DEVICE_REQUEST);
    assert.equal(file.isClosed, true);
  });
});
