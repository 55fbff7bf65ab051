// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { join } from "node:path";
import { Conversation, root } from "./harness.ts";

const drivers = join(root, "samples", "edu", "driver", "*.c");
const edu = { sources: [drivers], device: "edu", scenario: [{ write: { length: 10_000, pattern: "increment" } }] };

describe("Causes", () => {
  let talk: Conversation;
  beforeEach(async () => {
    talk = await Conversation.start();
  });
  afterEach(() => talk.stop());
  const kinds = async (): Promise<readonly string[]> => (await talk.client.customRequest("kmdf/causes")).body.causes.map(({ kind }: { kind: string }) => kind);

  it("of an interrupt are the device's access, the transfer, the transaction, the request and the call that presented it", async () => {
    await talk.launch({ arguments: edu, functions: ["EvtInterruptIsr", "EvtInterruptDpc"] });
    await talk.place();
    assert.deepEqual(await kinds(), ["interruptRaised", "deviceRead", "transfer", "transaction", "requestPresented", "requestArrived"]);
    await talk.go("continue");
    assert.deepEqual((await kinds()).slice(0, 4), ["dpcQueued", "interruptRaised", "deviceRead", "transfer"]);
    const rows = (await talk.frames()).filter(({ name }) => name.startsWith("[caused by]"));
    assert.match(String(rows[3]?.name), /^\[caused by\] transfer: offset 0, length 4096, elements 1 \(statement \d+\)$/);
    assert.ok(rows.every(({ presentationHint }) => presentationHint === "label"));
  });

  it("can be travelled to", async () => {
    await talk.launch({ arguments: edu, functions: ["EvtInterruptDpc"] });
    await talk.place();
    await talk.client.setFunctionBreakpointsRequest({ breakpoints: [] });
    const { causes } = (await talk.client.customRequest("kmdf/causes")).body;
    const transfer = causes.find(({ kind }: { kind: string }) => kind === "transfer");
    await talk.client.customRequest("kmdf/goto", { position: transfer.position });
    await talk.stopped();
    assert.equal((await talk.client.customRequest("kmdf/position")).body.position, transfer.position);
  });

  it("give the transaction and the request to expressions", async () => {
    await talk.launch({ arguments: edu, functions: ["EvtIoWrite", "EvtInterruptIsr"] });
    await talk.place();
    assert.match((await talk.evaluate("$txn")).result, /belongs to no DMA transaction/);
    assert.equal((await talk.evaluate("$request == Request")).result, "1");
    await talk.go("continue");
    const transaction = await talk.evaluate("$txn");
    assert.match(transaction.result, /^0xE[0-9A-F]+.*WDFDMATRANSACTION|^WDFDMATRANSACTION/);
    assert.ok(transaction.variablesReference > 0, "the handle opens");
    const { targets } = (await talk.client.completionsRequest({ text: "$", column: 2 })).body;
    for (const name of ["$irql", "$cpu", "$time", "$statement", "$txn", "$request"])
      assert.ok(
        targets.some(({ label }) => label === name),
        name,
      );
  });

  it("are none where the kernel loads the driver", async () => {
    await talk.launch({ arguments: edu, functions: ["DriverEntry"] });
    await talk.place();
    assert.deepEqual(await kinds(), []);
  });
});
