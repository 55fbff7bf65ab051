// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { SeededRandom } from "../../src/base/index.ts";
import { Conversation, walk, walkSource } from "./harness.ts";

/** Requests that end the session are left out; a run that has ended is started again. */
const moving = ["continue", "next", "stepIn", "stepOut", "stepBack", "reverseContinue", "pause", "restart", "kmdf/goto", "goto", "restartFrame"];
const looking = [
  "threads",
  "stackTrace",
  "scopes",
  "variables",
  "evaluate",
  "setVariable",
  "setExpression",
  "completions",
  "gotoTargets",
  "exceptionInfo",
  "readMemory",
  "writeMemory",
  "loadedSources",
  "modules",
  "source",
  "breakpointLocations",
  "setBreakpoints",
  "setFunctionBreakpoints",
  "setExceptionBreakpoints",
  "setInstructionBreakpoints",
  "setDataBreakpoints",
  "dataBreakpointInfo",
  "kmdf/setFrameworkBreakpoints",
  "disassemble",
  "cancel",
  "locations",
  "kmdf/objects",
  "kmdf/registers",
  "kmdf/violations",
  "kmdf/causes",
  "kmdf/locate",
  "kmdf/position",
  "kmdf/sendRequest",
  "kmdf/writeRegister",
  "kmdf/describeAddress",
  "kmdf/trace",
  "stepInTargets",
];

/** Plausible and implausible values by argument. */
const values: Readonly<Record<string, readonly unknown[]>> = {
  threadId: [1, 2, -1, "1"],
  frameId: [1, 2, 5, 1e6, -1, null],
  variablesReference: [1, 2, 3, 4, 7, 12, 50, 1e6, -1, "x"],
  expression: [
    "g_Total",
    "*context",
    "value = 3",
    "$txn",
    "$request",
    "1 +",
    "((((",
    "context->Slots[3],x",
    "g_Total++",
    "Factorial(4)",
    "SumOf(context, 0x7FFFFFFF)",
    "operation(",
    "",
    5,
  ],
  name: ["g_Total", "context", "value", "0x20000", "Slots", "EvtProgramDma", "/E/", "(", 7],
  value: ["1", "0xFFFFFFFF", "nonsense", "", 3],
  context: ["watch", "hover", "repl", "clipboard", 9],
  text: ["cont", "$", "context->", ""],
  column: [1, 5, 1000, -3],
  source: [{ path: walkSource }, { path: "/nowhere.c" }, {}, 3],
  line: [1, 50, 130, 9999, -4, "7"],
  breakpoints: [
    [],
    [{ line: 130 }, { line: 60, condition: "N == 2" }],
    [{ line: 1e9, hitCondition: "x" }],
    [{ name: "EvtIoRead" }, { name: "WdfRequestComplete" }],
    [{ event: "requestCompleted" }],
    [{ event: "objectCreated", condition: "$n == 3", logMessage: "{$n}" }],
    [{ dataId: "memory 131072 4 anybody x", accessType: "write" }],
    [{ dataId: "local 200000 4 1 1 200000 x" }],
    [
      { line: 60, triggeredBy: 1 },
      { line: 130, triggeredBy: 77 },
    ],
    [{ instructionReference: "0x100000100" }],
    [{}],
    "no",
  ],
  filters: [[], ["bugcheck"], ["nothing"], 3],
  filterOptions: [[], [{ filterId: "violation", condition: "mem-*" }], [{ filterId: "transfer", condition: "(((" }], [{}]],
  memoryReference: ["0x20000", "0x0", "0xD0000000", "physical:0x1000", "physical:0xD0000000", "logical:0x5", "bar0:0x4", "bar5:0x0", "0x100000200", "junk", 5],
  offset: [0, 4, -8, 1e12, 0.5],
  count: [0, 16, 4096, -1, 1e9],
  instructionCount: [0, 10, 200, -1],
  instructionOffset: [0, -20, 1e5],
  data: ["AAAA", "!!!", ""],
  bytes: [1, 4, 100, 0, -1, 1e9],
  asAddress: [true, false],
  position: [0, 1, 20, 60, 1e6, -1, 0.5],
  targetId: [1, 2, 99],
  locationReference: [1, 99],
  kind: ["read", "write", "ioctl", "power", "nonsense"],
  length: [0, 4, 13, -1],
  state: ["D0", "D3", "D9"],
  code: [0, 0x222000],
  bar: [0, 1, 9],
  size: [1, 2, 4, 8, 3],
  granularity: ["line", "statement", "instruction", 4],
  requestId: [1, 1e6],
  writers: [true, false],
  write: [
    { address: 0x20000, length: 4, sequence: 1 },
    { address: 0x20000, length: 4, sequence: 1, frame: { record: 1, functionIndex: 1, frameBase: 1 } },
    {},
    7,
  ],
  allowPartial: [true],
};
const names = Object.keys(values);

describe("Random requests", () => {
  it("are all answered, ten thousand of them, and never end the adapter", async function () {
    this.timeout(400_000);
    const talk = await Conversation.start();
    const random = new SeededRandom(20_240_117);
    const pick = <T>(list: readonly T[]): T => list[random.below(list.length)] as T;
    const { scenario: _, ...idle } = walk([]);
    await talk.launch({ arguments: idle, breakpoints: [{ marker: "DriverEntry" }] });
    await talk.place();
    let answers = 0;
    const problems: string[] = [];
    const ask = async (command: string, args: object): Promise<void> => {
      const answer = await talk.client.customRequest(command, args).then(
        () => "ok",
        (error: Error) => error.message,
      );
      answers++;
      if (/Internal error|timeout|is not a function|Cannot read prop/i.test(answer)) problems.push(`${command} ${JSON.stringify(args)}: ${answer}`);
    };
    let live: { readonly frameId: number; readonly variablesReference: number } | undefined;
    const argumentFor = (name: string): unknown => {
      if ((name === "frameId" || name === "variablesReference") && live !== undefined && random.below(4) > 0) return live[name];
      return pick(values[name] ?? []);
    };
    /** A frame and a scope of the target, when it is stopped. */
    const look = async (): Promise<typeof live> => {
      try {
        const frameId = (await talk.frames()).find(({ source }) => source !== undefined)?.id;
        if (frameId === undefined) return undefined;
        return { frameId, variablesReference: (await talk.client.scopesRequest({ frameId })).body.scopes[0]?.variablesReference ?? 0 };
      } catch {
        // It runs, or went on meanwhile.
        return undefined;
      }
    };
    let ends = 0;
    for (let round = 0; round < 420; round++) {
      live = await look();
      // A driver that waits for requests gets one, and one that runs is stopped.
      if (live === undefined) await ask(round % 2 === 0 ? "pause" : "kmdf/sendRequest", { kind: "read", length: 4, threadId: 1 });
      const burst = Array.from({ length: 25 }, () => {
        const command = random.below(8) === 0 ? pick(moving) : pick(looking);
        const args = Object.fromEntries(names.filter(() => random.below(4) > 0).map((name) => [name, argumentFor(name)]));
        return ask(command, args);
      });
      await Promise.all(burst);
      const seen = talk.events.filter(({ event }) => event === "terminated").length;
      if (seen > ends) await ask("restart", {});
      ends = seen;
    }
    assert.deepEqual(problems, []);
    const stops = talk.events.filter(({ event }) => event === "stopped").length;
    assert.ok(answers >= 10_000 && stops >= 100, `${answers} answers, ${stops} stops`);
    const { threads } = (await talk.client.threadsRequest()).body;
    assert.equal(threads[0]?.name, "CPU 0");
    await talk.stop();
  });
});
