// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { join } from "node:path";
import { Conversation, marker, root, walk, walkSource } from "./harness.ts";

const folder = join(root, "samples", "edu", "driver");
const edu = (steps: readonly object[]): Readonly<Record<string, unknown>> => ({ sources: [join(folder, "*.c")], device: "edu", scenario: steps });
const write = { write: { length: 10_000, pattern: "increment" } };

describe("Framework breakpoints", () => {
  let talk: Conversation;
  beforeEach(async () => {
    talk = await Conversation.start();
  });
  afterEach(() => talk.stop());
  const atStart = async (steps: readonly object[] = [write]): Promise<void> => {
    await talk.launch({ arguments: edu(steps), functions: ["DriverEntry"] });
    await talk.place();
    await talk.client.setFunctionBreakpointsRequest({ breakpoints: [] });
  };
  const set = async (...breakpoints: readonly object[]): Promise<readonly { verified: boolean; message?: string }[]> =>
    (await talk.client.customRequest("kmdf/setFrameworkBreakpoints", { breakpoints })).body.breakpoints;
  const go = async (command = "continue"): Promise<string> => {
    await talk.client.customRequest(command, { threadId: 1 });
    return String((await talk.stopped()).text);
  };

  it("stop in the callback of a role, whatever the driver's function is called", async () => {
    await talk.launch({ arguments: edu([write]), functions: ["EvtProgramDma", "EvtInterruptIsr"] });
    const first = await talk.place();
    assert.deepEqual([first.reason, first.name], ["function breakpoint", "EduEvtProgramDma"]);
    assert.equal((await talk.evaluate("Direction == WdfDmaDirectionWriteToDevice")).result, "1");
    const second = await talk.go("continue");
    assert.equal(second.name, "EduEvtInterruptIsr");
    assert.equal((await talk.go("reverseContinue")).name, "EduEvtProgramDma");
    assert.equal((await talk.go("continue")).name, "EduEvtInterruptIsr");
  });

  it("stop where the driver calls a routine", async () => {
    await talk.launch({ arguments: edu([write]), functions: ["WdfDmaTransactionExecute"] });
    assert.equal((await talk.stopped()).reason, "function breakpoint");
    const [label, caller] = await talk.frames();
    assert.equal(label?.name, "[framework] WdfDmaTransactionExecute");
    assert.ok(caller?.source !== undefined);
    await talk.client.setFunctionBreakpointsRequest({ breakpoints: [] });
    assert.equal((await talk.go("stepIn")).name, "EduEvtProgramDma");
  });

  it("stop at the second transfer of a transaction", async () => {
    await atStart();
    assert.equal((await set({ event: "transfer", n: 2 }))[0]?.verified, true);
    assert.match(await go(), /^transfer: offset 4096, length 4096, elements 1$/);
    assert.equal((await talk.evaluate("$n")).result, "2");
    await set();
    await talk.client.customRequest("continue", { threadId: 1 });
    assert.equal(await talk.ended(), 0);
  });

  it("stop at a change of state, at the statement in progress", async () => {
    await atStart();
    await set({ event: "transactionState", to: "TransferCompleted" });
    assert.match(await go(), /^transaction\.state: from Transfer, to TransferCompleted/);
    const top = (await talk.frames()).find(({ source }) => source !== undefined);
    assert.ok(top?.source?.path?.endsWith(".c"));
  });

  it("stop at a register write with a bit of a mask, and only then", async () => {
    await atStart();
    await set({ event: "registerWrite", bar: 0, offset: 0x98, mask: 1 });
    assert.match(await go(), /^register\.write: bar 0, offset 0x98, value 0x[0-9A-F]*[13579BDF]$/);
    const seen = await go();
    assert.match(seen, /offset 0x98/);
    assert.match(await go("reverseContinue"), /offset 0x98/);
  });

  it("stop when an object of a type is created and deleted, with its handle", async () => {
    await atStart();
    await set({ event: "objectCreated", type: "WDFDMATRANSACTION" });
    assert.match(await go(), /^object\.created: type WDFDMATRANSACTION, handle 0xE/);
    await set({ event: "objectDeleted", type: "WDFDMATRANSACTION" });
    assert.match(await go(), /^object\.deleted: type WDFDMATRANSACTION/);
  });

  it("stop through exception filters with conditions", async () => {
    await talk.launch({ arguments: edu([write]), functions: ["DriverEntry"] });
    await talk.place();
    const { breakpoints } = (
      await talk.client.customRequest("setExceptionBreakpoints", {
        filters: ["bugcheck"],
        filterOptions: [{ filterId: "transfer", condition: "$offset >= 8000" }, { filterId: "interrupt" }],
      })
    ).body;
    assert.deepEqual(
      breakpoints.map(({ verified }: { verified: boolean }) => verified),
      [true, true, true],
    );
    let seen = "";
    while (!seen.startsWith("transfer")) {
      seen = await go();
      assert.match(seen, /^(interrupt\.raised: vector|transfer: offset 8192)/);
    }
  });

  it("refuse what does not fit the event", async () => {
    await atStart();
    const answers = await set({ event: "transfer", bar: 1 }, { event: "transactionState", to: "Nowhere" }, { event: "interrupt", address: 5 });
    assert.ok(answers.every(({ verified }) => !verified));
    assert.match(String(answers[0]?.message), /can be asked of registers/);
    assert.match(String(answers[1]?.message), /'Nowhere' is not a state/);
    assert.match(await talk.refused(set({ event: "nonsense" })), /There is no event 'nonsense'; there are: transactionState/);
  });

  it("of rules stop only at those that the condition names", async () => {
    const crash = walk([{ write: { length: 13 } }]);
    await talk.launch({ arguments: crash, breakpoints: [{ marker: "DriverEntry" }] });
    await talk.place();
    await talk.client.customRequest("setExceptionBreakpoints", { filters: [], filterOptions: [{ filterId: "bugcheck", condition: "txn-* !mem-*" }] });
    await talk.client.customRequest("continue", { threadId: 1 });
    assert.equal(await talk.ended(), 2);
  });

  it("stop at rules that match", async () => {
    await talk.launch({ arguments: walk([{ write: { length: 13 } }]), breakpoints: [{ marker: "DriverEntry" }] });
    await talk.place();
    await talk.client.customRequest("setExceptionBreakpoints", { filters: [], filterOptions: [{ filterId: "bugcheck", condition: "mem-*" }] });
    assert.equal((await talk.go("continue")).line, marker(walkSource, "Crash"));
  });
});
