// SPDX-License-Identifier: MIT
/** What the trees of objects show: at least what the debugger extensions of Windows do, each under the name they have there or the WDK has. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { ObjectView } from "../../src/protocol/index.ts";
import { Conversation, root } from "./harness.ts";

const expected: Readonly<Record<string, readonly string[]>> = {
  WDFDRIVER: ["Handle", "DRIVER_OBJECT", "RegistryPath", "EvtDriverDeviceAdd", "PoolTag", "KMDF version", "Verifier"],
  WDFDEVICE: [
    "PnP state",
    "Power state",
    "DEVICE_OBJECT",
    "Attached to",
    "SynchronizationScope",
    "ExecutionLevel",
    "EvtDeviceD0Entry",
    "EvtDevicePrepareHardware",
  ],
  WDFQUEUE: ["Dispatch type", "Power managed", "Accepting", "Dispatching", "ExecutionLevel", "SynchronizationScope", "Driver-owned", "EvtIoWrite"],
  WDFREQUEST: ["Request state", "IRP", "IRP canceled", "Queue", "Length"],
  WDFINTERRUPT: [
    "Connected",
    "Enabled",
    "Vector",
    "Irql",
    "Mode",
    "Polarity",
    "ShareDisposition",
    "FloatingSave",
    "Priority policy",
    "Affinity policy",
    "Processor group",
    "TargetProcessorSet",
    "EvtInterruptIsr",
    "EvtInterruptDpc",
  ],
  WDFSPINLOCK: ["Held", "Acquisitions"],
  WDFDMAENABLER: [
    "Device",
    "Profile",
    "Bus master",
    "Duplex",
    "DMA version",
    "Enabled",
    "MaximumLength",
    "MaximumScatterGatherElements",
    "Requires single transfer",
    "Preallocated list",
    "Common-buffer alignment mask",
    "Address width",
    "Read map registers",
    "Read longest transfer",
    "Write map registers",
    "Write longest transfer",
    "Fill failed",
    "Enable failed",
    "SelfManagedIoStart failed",
  ],
  WDFDMATRANSACTION: [
    "Transaction state",
    "Direction",
    "Enabler",
    "Request",
    "Request referenced",
    "EvtProgramDma",
    "Context",
    "Transfer context",
    "Start MDL",
    "Start offset",
    "Current MDL",
    "Current offset",
    "Current transfer",
    "Longest transfer",
    "Length",
    "Transferred",
    "Remaining",
    "Requires single transfer",
    "Immediate execution",
    "DMA version 3",
    "Map registers held",
    "Staging",
    "SgList",
    "Elements[0]",
  ],
  DMA_ADAPTER: ["Owner", "Master adapter", "Map registers in use", "Map registers allocated / freed", "Scatter/gather lists", "Common buffers"],
  Processor: ["IRQL", "Queued DPCs", "Pending interrupt", "Running"],
  Mappings: ["Mapping 1"],
};

describe("Objects", () => {
  let talk: Conversation;
  const all = async (): Promise<readonly ObjectView[]> => {
    const found: ObjectView[] = [];
    const visit = (object: ObjectView): void => {
      found.push(object);
      object.children.forEach(visit);
    };
    (await talk.client.customRequest("kmdf/objects")).body.objects.forEach(visit);
    return found;
  };
  const field = (objects: readonly ObjectView[], type: string, name: string): string | undefined =>
    objects.find((object) => object.type === type)?.fields.find((candidate) => candidate.name === name)?.value;

  before(async () => {
    talk = await Conversation.start();
    await talk.launch({
      arguments: { sources: [join(root, "samples", "edu", "driver", "*.c")], device: "edu", scenario: [{ write: { length: 10_000, pattern: "increment" } }] },
      functions: ["EvtProgramDma"],
    });
    await talk.place();
  });
  after(() => talk.stop());

  for (const [type, names] of Object.entries(expected)) {
    it(`show a ${type} with all that is known of it`, async () => {
      const object = (await all()).find((candidate) => candidate.type === type);
      assert.ok(object, `there is no ${type}`);
      const there = new Set(object.fields.map(({ name }) => name));
      assert.deepEqual(
        names.filter((name) => !there.has(name)),
        [],
        [...there].join(", "),
      );
    });
  }

  it("name callbacks by the driver's functions", async () => {
    const objects = await all();
    assert.match(String(field(objects, "WDFDMATRANSACTION", "EvtProgramDma")), /^EduEvtProgramDma \(0x[0-9A-F]+\)$/);
    assert.match(String(field(objects, "WDFINTERRUPT", "EvtInterruptIsr")), /^EduEvtInterruptIsr \(/);
  });

  it("are those of the moment, also when that lies in the past", async () => {
    const { position } = (await talk.client.customRequest("kmdf/position")).body;
    assert.match(String(field(await all(), "WDFDMATRANSACTION", "Transaction state")), /^Transfer /);
    await talk.client.customRequest("kmdf/goto", { position: 20 });
    await talk.stopped();
    assert.equal(
      (await all()).some(({ type }) => type === "WDFDMATRANSACTION"),
      false,
    );
    await talk.client.customRequest("kmdf/goto", { position });
    await talk.stopped();
    assert.match(String(field(await all(), "WDFDMATRANSACTION", "Transaction state")), /^Transfer /);
  });
});
