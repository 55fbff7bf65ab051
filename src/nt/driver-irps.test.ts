// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import type { DeviceDefinition } from "../protocol/index.ts";
import { ntStatus } from "../protocol/index.ts";
import { ioStackLocation, irpLayout, irpTail } from "./irp-layout.ts";
import { TestBugCheck, TestMachine, trivialDevice } from "./test-machine.ts";

const pnp = 0x1b;
const minor = {
  queryInterface: 8,
  queryCapabilities: 9,
  filterResources: 0x0d,
  readConfig: 0x0f,
  writeConfig: 0x10,
  queryId: 0x13,
  state: 0x14,
  busInformation: 0x15,
};
const device: DeviceDefinition = { ...trivialDevice, pci: { ...trivialDevice.pci, powerManagement: { pme: ["D2", "D3cold"], states: ["D2"] } } };
/** Memory of the "driver". */
const place = { event: 0x00, result: 0x10, data: 0x40, text: 0x100 } as const;

function setUp() {
  const test = new TestMachine({ device });
  const { memory } = test.machine;
  const at = (what: keyof typeof place) => test.global(place[what]);
  const pdo = test.nt.pnp.pdo.address;
  const next = (irp: number): number => memory.u32(irp + irpLayout.fields.Tail.offset + irpTail.CurrentStackLocation) - ioStackLocation.size;
  const prepare = (irp: number, code: number, parameters: readonly number[], status: number = ntStatus.STATUS_NOT_SUPPORTED): void => {
    memory.setU32(irp + irpLayout.fields.IoStatus.offset, status);
    memory.setU8(next(irp), pnp);
    memory.setU8(next(irp) + 1, code);
    for (const [i, value] of parameters.entries()) memory.setU32(next(irp) + 4 + 4 * i, value);
  };
  test.api("KeInitializeEvent", at("event"), 0, 0);
  const build = (): number => Number(test.api("IoBuildSynchronousFsdRequest", pnp, pdo, 0, 0, 0, at("event"), at("result")));
  /** A synchronous request to the bus driver. */
  const send = (code: number, parameters: readonly number[], status?: number) => {
    const irp = build();
    prepare(irp, code, parameters, status);
    const returned = Number(test.api("IofCallDriver", pdo, irp)) >>> 0;
    return { returned, status: memory.u32(at("result")), information: memory.u32(at("result") + 4) };
  };
  return { test, memory, at, pdo, next, prepare, build, send };
}

describe("IRPs of a driver to the bus driver", () => {
  it("ask for the capabilities of the function", () => {
    const { test, memory, at, send } = setUp();
    const data = at("data");
    memory.setU16(data, 64);
    memory.setU16(data + 2, 1);
    assert.equal(send(minor.queryCapabilities, [data]).status, ntStatus.STATUS_SUCCESS);
    const words = Array.from({ length: 15 }, (_, i) => memory.u32(data + 4 + 4 * i));
    // D2 and wake from D2 and D3; device 5; no slot number; S0 is D0; SystemWake S4, DeviceWake D3.
    assert.deepEqual(words, [0x3002, 0x5_0000, 0xffff_ffff, 0, 1, 4, 4, 4, 4, 4, 5, 4, 0, 0, 0]);
    assert.equal(Number(test.api("KeReadStateEvent", at("event"))), 1);
    memory.setU16(data + 2, 2);
    assert.equal(send(minor.queryCapabilities, [data]).status, ntStatus.STATUS_UNSUCCESSFUL);
    assert.deepEqual(test.rules, []);
  });

  it("read and write configuration space", () => {
    const { memory, at, send } = setUp();
    const data = at("data");
    assert.deepEqual(send(minor.readConfig, [0, data, 0, 4]), { returned: 0, status: 0, information: 4 });
    assert.equal(memory.u16(data), trivialDevice.pci.vendorId);
    memory.setU8(data, 0x40);
    assert.equal(send(minor.writeConfig, [0, data, 0x0c, 1]).information, 1);
    memory.setU8(data, 0);
    send(minor.readConfig, [0, data, 0x0c, 1]);
    assert.equal(memory.u8(data), 0x40);
    assert.equal(send(minor.readConfig, [0x5269_6350, data, 0, 4]).status, ntStatus.STATUS_INVALID_DEVICE_REQUEST);
  });

  it("ask for interfaces, the bus and the state", () => {
    const { test, memory, at, pdo, send } = setUp();
    const [data, guid] = [at("data"), at("text")];
    memory.write(guid, Uint8Array.of(0x80, 0x82, 0x6b, 0x49, 0x25, 0x6f, 0xd0, 0x11, 0xbe, 0xaf, 0x08, 0x00, 0x2b, 0xe2, 0x09, 0x2f));
    assert.equal(send(minor.queryInterface, [guid, 32 | (1 << 16), data, 0]).status, ntStatus.STATUS_SUCCESS);
    assert.equal(memory.u32(data + 4), pdo);
    assert.equal(send(minor.queryInterface, [guid, 32 | (9 << 16), data, 0]).status, ntStatus.STATUS_NOT_SUPPORTED);
    const { status, information } = send(minor.busInformation, []);
    assert.equal(status, ntStatus.STATUS_SUCCESS);
    assert.deepEqual([memory.u32(information), memory.u32(information + 16), memory.u32(information + 20)], [0xc8eb_dfb0, 5, 0]);
    test.api("ExFreePool", information);
    assert.equal(send(minor.state, []).status, ntStatus.STATUS_SUCCESS);
  });

  it("keep their status when nobody answers", () => {
    const { send } = setUp();
    assert.equal(send(minor.filterResources, []).status, ntStatus.STATUS_NOT_SUPPORTED);
    assert.equal(send(minor.filterResources, [], 0).returned, ntStatus.STATUS_SUCCESS);
    assert.throws(() => send(minor.queryId, [0]), /not emulated: IRP_MJ_PNP with minor function 0x13/);
  });

  it("call the completion routine, which keeps an IRP of the driver's own", () => {
    const { test, memory, at, pdo, next, prepare } = setUp();
    const irp = Number(test.api("IoAllocateIrp", 1, 0));
    const routine = test.function((...args) => {
      assert.deepEqual(args, [0, irp, 77]);
      assert.equal(memory.u32(irp + irpLayout.fields.IoStatus.offset + 4), 4);
      return ntStatus.STATUS_MORE_PROCESSING_REQUIRED;
    });
    const go = (control: number): void => {
      prepare(irp, minor.readConfig, [0, at("data"), 0, 4]);
      memory.setU32(next(irp) + ioStackLocation.fields.CompletionRoutine.offset, routine);
      memory.setU32(next(irp) + ioStackLocation.fields.Context.offset, 77);
      memory.setU8(next(irp) + ioStackLocation.fields.Control.offset, control);
      test.api("IofCallDriver", pdo, irp);
    };
    go(0xe0);
    assert.deepEqual([test.calls.length, test.rules], [1, []]);
    test.api("IoReuseIrp", irp, ntStatus.STATUS_NOT_SUPPORTED);
    // Only for errors: nobody keeps the request.
    go(0x80);
    assert.deepEqual([test.calls.length, test.rules], [1, ["ddi-bad-argument"]]);
    test.api("IoFreeIrp", irp);
    test.api("IoFreeIrp", irp);
    assert.equal(test.rules.length, 2);
  });

  it("need a stack location for each driver, and a device", () => {
    const { test, pdo, build } = setUp();
    const irp = Number(test.api("IoAllocateIrp", 0, 0));
    assert.throws(
      () => test.api("IofCallDriver", pdo, irp),
      (error: unknown) => error instanceof TestBugCheck && error.bugCheck?.name === "NO_MORE_IRP_STACK_LOCATIONS",
    );
    test.api("IofCallDriver", test.global(), irp);
    const made = build();
    test.api("IoFreeIrp", made);
    assert.deepEqual(test.rules, ["ddi-bad-argument", "ddi-bad-argument"]);
    assert.throws(() => test.api("IofCallDriver", pdo, test.global()), /not emulated: IoCallDriver with an IRP that the driver has not made itself/);
    assert.equal(test.api("IoBuildSynchronousFsdRequest", 0, pdo, 0, 0, 0, 0, 0), 0);
  });

  it("are refused by the bus driver when they are reads and writes", () => {
    const { test, memory, at, pdo } = setUp();
    memory.setU64(at("data"), 5n);
    const irp = test.api("IoBuildSynchronousFsdRequest", 3, pdo, at("text"), 8, at("data"), at("event"), at("result"));
    assert.equal(Number(test.api("IofCallDriver", pdo, irp ?? 0)) >>> 0, ntStatus.STATUS_INVALID_DEVICE_REQUEST);
    assert.equal(memory.u32(at("result")), ntStatus.STATUS_INVALID_DEVICE_REQUEST);
  });
});
