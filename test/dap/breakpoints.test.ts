// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { Conversation, marker, walk, walkSource } from "./harness.ts";

const read = { read: { length: 4 } };

describe("Breakpoints", () => {
  let talk: Conversation;
  beforeEach(async () => {
    talk = await Conversation.start();
  });
  afterEach(() => talk.stop());

  it("are verified before the first statement runs and stop there", async () => {
    const [breakpoint] = await talk.launch({ arguments: walk([]), breakpoints: [{ marker: "DriverEntry" }] });
    assert.equal(breakpoint?.verified, true);
    assert.equal(breakpoint.line, marker(walkSource, "DriverEntry"));
    assert.deepEqual(await talk.place(), { reason: "breakpoint", name: "DriverEntry", line: marker(walkSource, "DriverEntry") });
  });

  it("stop once for each execution of a line", async () => {
    await talk.launch({ arguments: walk([read]), breakpoints: [{ marker: "Loop" }, { marker: "SumDone" }] });
    const lines: number[] = [];
    for (let i = 0; i < 9; i++) lines.push((i === 0 ? await talk.place() : await talk.go("continue")).line);
    assert.deepEqual(lines, [...Array.from({ length: 8 }, () => marker(walkSource, "Loop")), marker(walkSource, "SumDone")]);
  });

  it("tell which ones were hit", async () => {
    const [, second] = await talk.launch({ arguments: walk([read]), breakpoints: [{ marker: "DriverEntry" }, { marker: "ReadStart" }] });
    await talk.place();
    await talk.client.continueRequest({ threadId: 1 });
    const stop = await talk.stopped();
    assert.deepEqual(Reflect.get(stop, "hitBreakpointIds"), [second?.id]);
  });

  it("stop only when their condition holds", async () => {
    await talk.launch({ arguments: walk([read]), breakpoints: [{ marker: "Loop", condition: "i == 5 && Context->Slots[i].Index == 50" }] });
    await talk.place();
    assert.equal((await talk.evaluate("i")).result, "5");
  });

  it("count only the hits at which their condition holds", async () => {
    await talk.launch({ arguments: walk([read]), breakpoints: [{ marker: "Loop", condition: "i % 2 == 1", hitCondition: "3" }] });
    await talk.place();
    assert.equal((await talk.evaluate("i")).result, "5");
  });

  it("stop at every Nth hit", async () => {
    await talk.launch({ arguments: walk([read]), breakpoints: [{ marker: "Loop", hitCondition: "%3" }] });
    await talk.place();
    assert.equal((await talk.evaluate("i")).result, "2");
    await talk.go("continue");
    assert.equal((await talk.evaluate("i")).result, "5");
  });

  it("stop and say why when their condition has no value", async () => {
    await talk.launch({ arguments: walk([read]), breakpoints: [{ marker: "ReadStart", condition: "nonsense > 1" }] });
    assert.equal((await talk.place()).line, marker(walkSource, "ReadStart"));
    assert.match(talk.output("stderr"), /condition of the breakpoint at line \d+ has no value: .*nonsense/);
  });

  it("print instead of stopping when they have a log message", async () => {
    await talk.launch({
      arguments: walk([read]),
      breakpoints: [{ marker: "Loop", logMessage: "i={i} index={Context->Slots[i].Index}" }, { marker: "SumDone" }],
    });
    assert.equal((await talk.place()).line, marker(walkSource, "SumDone"));
    const lines = talk
      .output("console")
      .split("\n")
      .filter((line) => line.startsWith("i="));
    assert.deepEqual(
      lines,
      Array.from({ length: 8 }, (_, i) => `i=${i} index=${10 * i}`),
    );
  });

  it("leave a step over a function with a logpoint alone", async () => {
    await talk.launch({ arguments: walk([read]), breakpoints: [{ marker: "ReadSum" }, { marker: "Loop", logMessage: "{i}" }] });
    await talk.place();
    assert.deepEqual(await talk.go("next"), { reason: "step", name: "EvtIoRead", line: marker(walkSource, "ReadSum") + 1 });
  });

  it("move to the next line with code, and say so", async () => {
    await talk.launch({ arguments: walk([]), breakpoints: [{ marker: "DriverEntry" }] });
    const line = marker(walkSource, "DriverEntry") - 2;
    const response = await talk.client.setBreakpointsRequest({ source: { path: walkSource }, breakpoints: [{ line }] });
    const [moved] = response.body.breakpoints;
    assert.equal(moved?.verified, true);
    assert.ok(moved.line !== undefined && moved.line > line);
    assert.match(String(moved.message), /No code was generated for line \d+; moved to line \d+ in DriverEntry/);
  });

  it("stay unverified, with the reason, where there is no code", async () => {
    await talk.launch({ arguments: walk([]), breakpoints: [{ marker: "DriverEntry" }] });
    const beyond = await talk.client.setBreakpointsRequest({ source: { path: walkSource }, breakpoints: [{ line: 9999 }] });
    assert.equal(beyond.body.breakpoints[0]?.verified, false);
    assert.match(String(beyond.body.breakpoints[0]?.message), /There is no code at or after line 9999/);
    const elsewhere = await talk.client.setBreakpointsRequest({ source: { path: "/somewhere/else.c" }, breakpoints: [{ line: 1 }] });
    assert.match(String(elsewhere.body.breakpoints[0]?.message), /is not a source file of this driver/);
  });

  it("are refused with the reason when an option cannot be read", async () => {
    const placed = await talk.launch({
      arguments: walk([]),
      breakpoints: [
        { marker: "Loop", hitCondition: "often" },
        { marker: "SumDone", condition: "i ==" },
        { marker: "ReadStart", logMessage: "{" },
      ],
    });
    assert.deepEqual(
      placed.map(({ verified }) => verified),
      [false, false, false],
    );
    assert.match(String(placed[0]?.message), /must be a number/);
    assert.ok(placed[1]?.message);
    assert.match(String(placed[2]?.message), /without '}'/);
  });

  it("keep their ids when they are set again", async () => {
    const first = await talk.launch({ arguments: walk([]), breakpoints: [{ marker: "DriverEntry" }, { marker: "Loop" }] });
    const again = await talk.setBreakpoints(walkSource, [{ marker: "Loop" }, { marker: "DriverEntry" }]);
    assert.deepEqual([again[1]?.id, again[0]?.id], [first[0]?.id, first[1]?.id]);
  });

  it("stop at functions by name and by regular expression", async () => {
    await talk.launch({ arguments: walk([read]), functions: ["EvtIoRead", "/^Fact/"] });
    const first = await talk.place();
    assert.equal(first.name, "EvtIoRead");
    assert.equal(first.reason, "function breakpoint");
    assert.equal((await talk.go("continue")).name, "Factorial");
  });

  it("at functions know routines the driver calls, and say when there is nothing of a name", async () => {
    await talk.launch({ arguments: walk([]), breakpoints: [{ marker: "DriverEntry" }] });
    const response = await talk.client.setFunctionBreakpointsRequest({ breakpoints: [{ name: "WdfDriverCreate" }, { name: "Nobody" }, { name: "/^No/" }] });
    const answers = response.body.breakpoints;
    assert.deepEqual(
      answers.map(({ verified }) => verified),
      [true, false, false],
    );
    assert.match(String(answers[0]?.message), /where the driver calls WdfDriverCreate/);
    assert.match(String(answers[1]?.message), /no function called 'Nobody'/);
    assert.match(String(answers[2]?.message), /No function of the driver matches/);
  });

  it("can be at every column the adapter offers", async () => {
    await talk.launch({ arguments: walk([]), breakpoints: [{ marker: "DriverEntry" }] });
    const line = marker(walkSource, "Loop") - 1;
    const { breakpoints } = (await talk.client.customRequest("breakpointLocations", { source: { path: walkSource }, line })).body;
    assert.ok(breakpoints.length >= 2, "a for line has an initialisation and an increment");
    const columns = breakpoints.map(({ column }: { column: number }) => column);
    const placed = await talk.client.setBreakpointsRequest({ source: { path: walkSource }, breakpoints: columns.map((column: number) => ({ line, column })) });
    assert.deepEqual(
      placed.body.breakpoints.map(({ column }) => column),
      columns,
    );
  });

  it("offer exactly the columns that are asked about", async () => {
    await talk.launch({ arguments: walk([]), breakpoints: [{ marker: "DriverEntry" }] });
    const line = marker(walkSource, "Loop") - 1;
    const ask = async (more: object): Promise<readonly { line: number; column: number }[]> =>
      (await talk.client.customRequest("breakpointLocations", { source: { path: walkSource }, line, ...more })).body.breakpoints;
    const all = await ask({});
    const second = Number(all[1]?.column);
    assert.deepEqual(await ask({ column: second, endLine: line, endColumn: second }), [all[1]]);
    assert.deepEqual(await ask({ column: second }), all.slice(1), "from a column on");
    assert.ok((await ask({ endLine: line + 3 })).some((place) => place.line > line));
  });

  it("wait for the breakpoint that triggers them, also when time goes back", async () => {
    const [first] = await talk.launch({ arguments: walk([read, read]), breakpoints: [{ marker: "ReadComplete", hitCondition: "=1" }] });
    assert.equal((await talk.place()).line, marker(walkSource, "ReadComplete"));
    await talk.go("reverseContinue");
    const source = { path: walkSource };
    const lines = ["ReadComplete", "Loop", "ReadStart"].map((name) => marker(walkSource, name));
    const placed = await talk.client.customRequest("setBreakpoints", {
      source,
      breakpoints: [
        { line: lines[0], hitCondition: "=1" },
        { line: lines[1], triggeredBy: first?.id, condition: "i == 3" },
        { line: lines[2], triggeredBy: 99 },
      ],
    });
    assert.deepEqual(
      placed.body.breakpoints.map(({ verified }: { verified: boolean }) => verified),
      [true, true, false],
    );
    assert.match(placed.body.breakpoints[2].message, /breakpoint 99, which does not exist/);
    assert.equal((await talk.go("continue")).line, lines[0], "the loop before it does not stop");
    assert.equal((await talk.go("continue")).line, lines[1]);
    assert.equal((await talk.evaluate("i")).result, "3");
    assert.equal((await talk.evaluate("Context->Requests")).result, "2");
    assert.equal((await talk.go("reverseContinue")).line, lines[0]);
    assert.equal((await talk.go("reverseContinue")).reason, "step", "back to the start");
    assert.equal((await talk.go("continue")).line, lines[0]);
  });

  it("can be set and removed while the target runs", async () => {
    await talk.launch({ arguments: walk([read, { read: { length: 4 } }]), breakpoints: [{ marker: "ReadStart" }] });
    await talk.place();
    await talk.setBreakpoints(walkSource, []);
    await talk.client.continueRequest({ threadId: 1 });
    assert.equal(await talk.ended(), 0);
  });
});
