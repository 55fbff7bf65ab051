// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { callbackRoles, roleOfType } from "./callback-roles.ts";
import { CallbackCounter } from "./callback-statistics.ts";
import { durationText } from "../duration.ts";
import { traceKinds, tracePhase, type TraceSnapshot } from "../../protocol/index.ts";

describe("callbackRoles", () => {
  it("reads role types", () => {
    assert.deepEqual(
      ["EVT_WDF_PROGRAM_DMA", "EVT_WDF_IO_QUEUE_IO_DEVICE_CONTROL", "EVT_WDF_INTERRUPT_ISR", "EVT_WDF_DPC", "EVT_WDF_DEVICE_D0_ENTRY", "PFN_SOMETHING"].map(
        roleOfType,
      ),
      ["EvtProgramDma", "EvtIoDeviceControl", "EvtInterruptIsr", "EvtDpcFunc", "EvtDeviceD0Entry", undefined],
    );
  });

  it("reads declarations, members of config structures and arguments, over several files", () => {
    const roles = callbackRoles([
      "DRIVER_INITIALIZE DriverEntry;\nEVT_WDF_DEVICE_FILE_CREATE MyCreate, MyOther;\n",
      `// EVT_WDF_DPC Commented;
       WDF_INTERRUPT_CONFIG_INIT(&config, MyIsr, NULL);
       queueConfig.EvtIoRead = MyRead;
       pnp->EvtDevicePrepareHardware = &MyPrepare;
       status = WdfDmaTransactionInitializeUsingRequest(transaction, request, MyProgram, WdfDmaDirectionReadFromDevice);
       WdfDmaTransactionInitialize(t, (MyCast), d, f(a, b), v, n);
       other.EvtIoStop = WDF_NO_EVENT_CALLBACK;`,
    ]);
    assert.deepEqual(Object.fromEntries(roles), {
      DriverEntry: "DriverEntry",
      MyCreate: "EvtDeviceFileCreate",
      MyOther: "EvtDeviceFileCreate",
      MyRead: "EvtIoRead",
      MyPrepare: "EvtDevicePrepareHardware",
      MyIsr: "EvtInterruptIsr",
      MyProgram: "EvtProgramDma",
    });
  });

  it("finds every callback of the samples", () => {
    const folder = path.resolve(import.meta.dirname, "../../../samples/sg-duplex/driver");
    const roles = callbackRoles(readdirSync(folder).map((name) => readFileSync(path.join(folder, name), "utf8")));
    assert.equal(roles.get("SgdxEvtProgramDma"), "EvtProgramDma");
    assert.ok(roles.size > 15, [...roles.keys()].join());
  });
});

describe("CallbackCounter", () => {
  const { begin, end } = tracePhase;
  const { id } = traceKinds.callback;
  const trace = (firstEvent: number, rows: readonly (readonly [time: number, phase: number, parent: number])[]): TraceSnapshot => ({
    firstEvent,
    count: rows.length,
    time: Float64Array.from(rows, ([time]) => time),
    phase: Uint8Array.from(rows, ([, phase]) => phase),
    parent: Uint32Array.from(rows, ([, , parent]) => parent),
    kind: new Uint8Array(rows.length).fill(id),
    statement: new Float64Array(rows.length),
    irql: new Uint8Array(rows.length),
    object: new Uint32Array(rows.length),
    args: Float64Array.from(rows.flatMap(() => [1, 0, 2])),
    texts: ["", "EvtInterruptIsr", "MyIsr"],
  });

  it("counts calls and time over several answers, and calls that have not returned", () => {
    const counter = new CallbackCounter();
    counter.add(
      trace(1, [
        [100, begin, 0],
        [150, end, 1],
        [200, begin, 0],
      ]),
    );
    counter.add(
      trace(4, [
        [280, end, 3],
        [300, begin, 0],
      ]),
    );
    assert.deepEqual(counter.of("MyIsr"), { calls: 3, ended: 2, total: 130, longest: 80 });
    assert.equal(counter.lastEvent, 5);
    assert.equal(counter.of("EvtInterruptIsr"), undefined);
  });

  it("writes durations with a unit that fits", () => {
    assert.deepEqual([0, 999, 1500, 12_345_678, 2e9].map(durationText), ["0 ns", "999 ns", "1.5 µs", "12.3 ms", "2 s"]);
  });
});
