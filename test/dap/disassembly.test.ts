// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { Conversation, marker, walk, walkSource } from "./harness.ts";

describe("Disassembly", () => {
  let talk: Conversation;
  beforeEach(async () => {
    talk = await Conversation.start();
    await talk.launch({ arguments: walk([{ read: { length: 4 } }]), breakpoints: [{ marker: "ReadOperation" }] });
    await talk.place();
  });
  afterEach(() => talk.stop());
  const here = async (): Promise<string> => String((await talk.frames())[0]?.instructionPointerReference);
  const list = async (args: object): Promise<DebugProtocol.DisassembledInstruction[]> =>
    (await talk.client.customRequest("disassemble", { memoryReference: await here(), ...args })).body.instructions;

  it("shows instructions around a place, with their source lines", async () => {
    const instructions = await list({ instructionOffset: -5, instructionCount: 60 });
    assert.equal(instructions.length, 60);
    assert.equal(instructions[5]?.address, await here());
    assert.equal(instructions[5]?.line, marker(walkSource, "ReadOperation"));
    assert.ok(instructions[5]?.location?.path?.endsWith("walk.c"));
    assert.ok(instructions.some(({ instruction }) => /^\s*call_indirect \(type \d+\)$/.test(instruction)));
    assert.ok(
      instructions.some(({ instruction }) => /^\s*call SumOf$/.test(instruction)),
      instructions.map(({ instruction }) => instruction).join("\n"),
    );
    assert.ok(instructions.some(({ instruction }) => /^\s*i32\.(load|store) offset=\d+$/.test(instruction)));
    const addresses = instructions.map(({ address }) => BigInt(address));
    assert.deepEqual(
      addresses,
      [...addresses].sort((a, b) => (a < b ? -1 : 1)),
    );
  });

  it("names functions at their first instruction", async () => {
    const instructions = await list({ instructionOffset: -4000, instructionCount: 8000 });
    assert.equal(instructions.length, 8000);
    const symbols = instructions.flatMap(({ symbol }) => symbol ?? []);
    for (const name of ["DriverEntry", "EvtIoRead", "Factorial"]) assert.ok(symbols.includes(name), symbols.join());
    assert.equal(instructions[0]?.presentationHint, "invalid", "there are not that many instructions before");
  });

  it("takes breakpoints on instructions", async () => {
    const instructions = await list({ instructionCount: 200 });
    const target = instructions.find(({ line }) => line === marker(walkSource, "ReadComplete"));
    const { breakpoints } = (
      await talk.client
        .customRequest("setInstructionBreakpoints", { breakpoints: [{ instructionReference: target?.address }, { instructionReference: "0x10" }] })
        .catch(() => talk.client.customRequest("setInstructionBreakpoints", { breakpoints: [{ instructionReference: target?.address }] }))
    ).body;
    assert.equal(breakpoints[0].verified, true);
    assert.equal(breakpoints[0].line, marker(walkSource, "ReadComplete"));
    await talk.client.continueRequest({ threadId: 1 });
    assert.equal((await talk.stopped()).reason, "instruction breakpoint");
    assert.equal((await talk.frames())[0]?.line, marker(walkSource, "ReadComplete"));
  });
});
