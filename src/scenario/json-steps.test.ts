// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { UserError } from "../base/index.ts";
import type { FileHandle, IoResult, PendingIo, ScenarioStep, ScenarioSystem } from "../protocol/index.ts";
import { expectation } from "./expectation.ts";
import { scenarioFromSteps } from "./json-steps.ts";
import { pattern } from "./pattern.ts";

/** A system that notes what is done to it; reads return `increment` bytes. */
function fakeSystem() {
  const calls: string[] = [];
  const answer = (text: string, bytes: Uint8Array = new Uint8Array()): PendingIo => {
    calls.push(text);
    const result: IoResult = { status: 0, statusName: "STATUS_SUCCESS", information: bytes.length, bytes };
    return Object.assign(Promise.resolve(result), { cancel: () => undefined });
  };
  const file: FileHandle = {
    read: (length, options) => answer(`read ${length} at ${options?.offset}`, pattern(length)),
    write: (bytes) => answer(`write ${bytes.length} ${bytes[1]}`),
    ioctl: (code, input, outputLength) => answer(`ioctl ${code} ${input?.length} ${outputLength}`, Uint8Array.of(0xab)),
    close: async () => void calls.push("close"),
  };
  const note = (name: string) => async (argument?: unknown) => void calls.push(argument === undefined ? name : `${name} ${JSON.stringify(argument)}`);
  const system: ScenarioSystem = {
    open: async () => file,
    power: note("power"),
    suspend: note("suspend"),
    resume: note("resume"),
    rebalance: note("rebalance"),
    device: async (action, argument) => {
      calls.push(`device ${action} ${JSON.stringify(argument)}`);
      return [Uint8Array.of(0xab, 1)];
    },
    state: () => ({ system: "S0", device: "D3", pnp: "started" }),
    surpriseRemove: note("surpriseRemove"),
    remove: note("remove"),
    insert: note("insert"),
    sleep: note("sleep"),
    now: () => 0,
    log: (text) => void calls.push(`log ${text}`),
    expect: expectation,
  };
  return { system, calls };
}

const bad = (steps: unknown, message: RegExp): void => {
  assert.throws(
    () => scenarioFromSteps(steps as ScenarioStep[], "/work.json"),
    (error: Error) => error instanceof UserError && message.test(error.message) && error.location?.file === "/work.json",
  );
};

describe("scenarioFromSteps", () => {
  it("does the steps in order through one handle, which it closes", async () => {
    const { system, calls } = fakeSystem();
    await scenarioFromSteps(
      [
        { write: { length: 16, pattern: "increment" } },
        { read: { length: 16, expect: "increment", offset: 4 } },
        { ioctl: { code: "0x222000", input: "00ff", outputLength: 1, expect: "ab", information: 1 } },
        { power: "D3" },
        { sleep: { ms: 5 } },
        { parallel: [{ read: { length: 1 } }, { read: { length: 2 } }] },
      ],
      undefined,
    )(system);
    assert.deepEqual(calls, [
      "write 16 1",
      "read 16 at 4",
      "ioctl 2236416 2 1",
      'power "D3"',
      'sleep {"ms":5,"us":0,"ns":0}',
      "read 1 at 0",
      "read 2 at 0",
      "close",
    ]);
  });

  it("takes the system and the device through their states, and checks them", async () => {
    const { system, calls } = fakeSystem();
    const steps = [{ suspend: "S3" }, { resume: true }, { rebalance: true }, { state: { device: "D3", system: "S0", pnp: "started" } }];
    await scenarioFromSteps(steps, undefined)(system);
    assert.deepEqual(calls, ['suspend "S3"', "resume", "rebalance"]);
    await scenarioFromSteps([{ device: { action: "sent", argument: 1, expect: ["ab01"] } }], undefined)(system);
    assert.equal(calls.at(-1), "device sent 1");
    await assert.rejects(scenarioFromSteps([{ device: { action: "sent", expect: [] } }], undefined)(system), /device action sent/);
    await assert.rejects(scenarioFromSteps([{ state: { device: "D0" } }], undefined)(system), /device state/);
  });

  it("fails with the step's path when an expectation does not hold", async () => {
    const { system } = fakeSystem();
    await assert.rejects(scenarioFromSteps([{ read: { length: 4, expect: "zero" } }], undefined)(system), /scenario\[0\]\.read: the bytes/);
    await assert.rejects(scenarioFromSteps([{ read: { length: 4, status: "STATUS_CANCELLED" } }], undefined)(system), /STATUS_CANCELLED/);
  });

  it("refuses unknown steps and attributes, wrong types and bad bytes with their path and file", () => {
    bad([{ reed: { length: 1 } }], /scenario\[0\]\.reed: unknown step; known are read, write/);
    bad([{ read: { length: 1, lenght: 2 } }], /scenario\[0\]\.read\.lenght: unknown attribute/);
    bad([{ read: { length: "many" } }], /scenario\[0\]\.read\.length: expected a number/);
    bad([{ write: { bytes: "0g" } }], /scenario\[0\]\.write\.bytes: expected hexadecimal/);
    bad([{ write: { length: 1, pattern: "nice" } }], /scenario\[0\]\.write\.pattern: unknown pattern "nice"/);
    bad([{ power: "D9" }], /scenario\[0\]\.power: expected one of D0, D1, D2, D3/);
    bad([{ device: { actoin: "x" } }], /scenario\[0\]\.device\.actoin: unknown attribute/);
    bad([{ device: {} }], /scenario\[0\]\.device\.action: expected the name/);
    bad([{ suspend: "S5" }], /scenario\[0\]\.suspend: expected one of S1, S2, S3, S4/);
    bad([{ state: { devise: "D0" } }], /scenario\[0\]\.state\.devise: unknown attribute; known are system, device, pnp/);
    bad([{ state: { device: 0 } }], /scenario\[0\]\.state\.device: expected a text/);
    bad([{ parallel: [{ read: {} }] }], /scenario\[0\]\.parallel\[0\]\.read\.length/);
    bad([{ read: { length: 1 }, write: { length: 1 } }], /a step is an object with one attribute/);
    bad([null], /a step is an object/);
  });
});
