// SPDX-License-Identifier: MIT
/** One conversation for each part of the protocol, word by word: every request, every kind of breakpoint, ids that stay what they are. */
import assert from "node:assert/strict";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { KmdfDebugAdapter } from "../../src/adapter/index.ts";
import { marker, walk, walkSource } from "./harness.ts";
import { Transcript } from "./transcript.ts";

type Breakpoints = DebugProtocol.SetBreakpointsResponse["body"];
type Variables = DebugProtocol.VariablesResponse["body"];

const at = (name: string): number => marker(walkSource, name);
const source = { path: walkSource };
const one = { read: { length: 4 } };
const asked = new Set<string>();

/** From the start to the stop at `marker`. */
async function begin(record: Transcript, name: string, steps: readonly object[] = [one]): Promise<void> {
  await record.ask(
    "initialize",
    { adapterID: "kmdf-dma", linesStartAt1: true, columnsStartAt1: true, pathFormat: "path", supportsMemoryEvent: true },
    () => "capabilities",
  );
  await record.ask("launch", walk(steps));
  await record.ask<Breakpoints>("setBreakpoints", { source, breakpoints: [{ line: at(name) }] });
  await record.ask("configurationDone");
  await record.stopped();
}

/** A conversation under `name`, compared with its file. */
async function conversation(name: string, talk: (record: Transcript) => Promise<void>): Promise<void> {
  const record = await Transcript.start(name);
  try {
    await talk(record);
    for (const command of record.asked) asked.add(command);
    record.check();
  } finally {
    await record.talk.stop();
  }
}

const names = ({ variables }: Variables): unknown => variables.map((row) => [row.name, row.value, row.type, row.variablesReference, row.evaluateName]);

describe("Conversations word by word", () => {
  it("life of a session", () =>
    conversation("lifecycle", async (record) => {
      await record.ask("attach");
      await begin(record, "ReadStart");
      await record.ask("threads");
      await record.ask("loadedSources", {}, ({ sources }: DebugProtocol.LoadedSourcesResponse["body"]) => sources.filter(({ name }) => name === "walk.c"));
      await record.ask("modules");
      await record.ask("source", { source }, ({ mimeType }: DebugProtocol.SourceResponse["body"]) => mimeType);
      await record.ask("cancel", { requestId: 1 });
      await record.go("restart", {});
      await record.ask("nonsense");
      await record.ask("terminate");
      await record.talk.ended();
      await record.ask("stackTrace", { threadId: 1 });
      await record.ask("disconnect");
    }));

  it("breakpoints in the source", () =>
    conversation("source-breakpoints", async (record) => {
      await begin(record, "DriverEntry");
      await record.ask("breakpointLocations", { source, line: at("Loop") - 1 });
      record.note("kinds; the ids stay when they are set again");
      const breakpoints = [
        { line: at("Loop"), condition: "i == 3" },
        { line: at("ReadStart"), logMessage: "requests {Queue ? 1 : 0} {context->Requests}" },
        { line: at("SumDone"), hitCondition: ">= 1" },
        { line: at("Loop") - 1, column: 17 },
        { line: at("ReadEnd"), condition: "(" },
        { line: 1000 },
        { line: at("ReadComplete"), triggeredBy: 1 },
      ];
      await record.ask("setBreakpoints", { source, breakpoints });
      await record.ask("setBreakpoints", { source, breakpoints });
      await record.ask("setBreakpoints", { source: { path: "/elsewhere.c" }, breakpoints: [{ line: 1 }] });
      await record.go("continue");
      await record.go("continue");
      await record.go("continue");
    }));

  it("breakpoints on functions, instructions, data and events", () =>
    conversation("other-breakpoints", async (record) => {
      await begin(record, "DriverEntry");
      await record.ask("setFunctionBreakpoints", { breakpoints: ["SumOf", "EvtIoRead", "WdfRequestComplete", "/^Fact/", "Nobody"].map((name) => ({ name })) });
      await record.go("continue");
      await record.go("continue");
      await record.ask("setFunctionBreakpoints", { breakpoints: [] });
      record.note("data");
      const [frame] = await record.talk.frames();
      for (const args of [
        { name: "g_Total" },
        { name: "N", frameId: frame?.id },
        { name: "&g_Total", asAddress: true, bytes: 2, mode: "device" },
        { name: "1 + 1" },
      ])
        await record.ask("dataBreakpointInfo", args, ({ description, accessTypes, dataId }: DebugProtocol.DataBreakpointInfoResponse["body"]) => [
          description,
          accessTypes,
          String(dataId)
            .replaceAll(/0x[0-9A-Fa-f]+/g, "0x0")
            .replaceAll(/\d+/g, "…"),
        ]);
      const { body } = await record.talk.client.customRequest("dataBreakpointInfo", { name: "g_Total" });
      await record.talk.client.customRequest("setDataBreakpoints", { breakpoints: [{ dataId: body.dataId, accessType: "write" }] });
      await record.go("continue");
      await record.ask("setDataBreakpoints", { breakpoints: [] });
      record.note("instructions");
      await record.ask("setInstructionBreakpoints", { breakpoints: [{ instructionReference: "0x1" }] });
      const here = (await record.talk.frames())[0]?.instructionPointerReference;
      await record.ask("setInstructionBreakpoints", { breakpoints: [{ instructionReference: here }] });
      await record.ask("setInstructionBreakpoints", { breakpoints: [] });
      record.note("events and rules");
      await record.ask("setExceptionBreakpoints", {
        filters: ["bugcheck"],
        filterOptions: [{ filterId: "violation", condition: "mem-*" }, { filterId: "requestCompleted", condition: "$status == 0" }, { filterId: "nothing" }],
      });
      await record.ask("kmdf/setFrameworkBreakpoints", {
        breakpoints: [
          { event: "objectDeleted", type: "WDFREQUEST" },
          { event: "transfer", n: 2 },
          { event: "interrupt", bar: 1 },
        ],
      });
      await record.go("continue");
    }));

  it("steps, forwards and backwards", () =>
    conversation("stepping", async (record) => {
      await begin(record, "ReadStart");
      for (const command of ["next", "next", "stepIn", "stepOut", "stepBack", "next"]) await record.go(command);
      const [frame] = await record.talk.frames();
      await record.ask("stepInTargets", { frameId: frame?.id });
      await record.go("stepIn", { threadId: 1, granularity: "statement" });
      const frames = await record.talk.frames();
      await record.ask("restartFrame", { frameId: frames[0]?.id });
      await record.go("restartFrame", { frameId: frames[1]?.id });
      const { targets } = await record.ask<DebugProtocol.GotoTargetsResponse["body"]>("gotoTargets", { source, line: at("ReadComplete") });
      await record.go("goto", { threadId: 1, targetId: targets[0]?.id });
      await record.ask("kmdf/position");
      await record.go("kmdf/goto", { position: 40 });
      await record.go("reverseContinue");
      await record.ask("pause", { threadId: 1 });
      await record.ask("stepInTargets", { frameId: 999 });
    }));

  it("values", () =>
    conversation("values", async (record) => {
      await begin(record, "ReadSum");
      const { stackFrames } = await record.ask<DebugProtocol.StackTraceResponse["body"]>("stackTrace", { threadId: 1, levels: 2 });
      const frameId = stackFrames[0]?.id;
      const { scopes } = await record.ask<DebugProtocol.ScopesResponse["body"]>("scopes", { frameId });
      for (const { variablesReference, name } of scopes) if (name !== "Machine") await record.ask<Variables>("variables", { variablesReference }, names);
      const [locals] = scopes.filter(({ name }) => name === "Locals");
      await record.ask("setVariable", { variablesReference: locals?.variablesReference, name: "value", value: "0x40" });
      await record.ask("setExpression", { expression: "context->Requests", value: "value + 1", frameId });
      for (const [expression, context] of [
        ["value,x", "watch"],
        ["*context", "hover"],
        ["value = 3", "watch"],
        ["value = 3", "repl"],
        ["Factorial(3)", "repl"],
        ["context->Slots[1]", "clipboard"],
        ["$irql", "watch"],
        ["nothing", "watch"],
      ] as const)
        await record.ask("evaluate", { expression, context, frameId });
      const operation = (await record.talk.variables("Locals")).find(({ name }) => name === "operation");
      await record.ask("locations", { locationReference: Reflect.get(operation ?? {}, "valueLocationReference") });
      await record.ask("completions", { text: "context->Sl", column: 12, frameId });
      await record.ask("exceptionInfo", { threadId: 1 });
      await record.ask("kmdf/locate", { expression: "g_Total", frameId }, ({ size, type }: { size: number; type: string }) => [size, type]);
    }));

  it("memory, code and a bug check", () =>
    conversation("memory", async (record) => {
      await begin(record, "ReadSum", [{ write: { length: 13, pattern: "increment" } }, one]);
      await record.ask("exceptionInfo", { threadId: 1 });
      const { memoryReference } = await record.talk.evaluate("&g_Total");
      await record.ask("readMemory", { memoryReference, count: 4 });
      await record.ask("writeMemory", { memoryReference, data: "AQI=" });
      await record.ask("readMemory", { memoryReference: "bar0:0x0", count: 4 });
      await record.ask("readMemory", { memoryReference: "somewhere", count: 4 });
      await record.ask(
        "kmdf/describeAddress",
        { memoryReference, count: 4, writers: true },
        ({ runs }: { runs: readonly { symbol?: string; state: string }[] }) => runs.map(({ symbol, state }) => [symbol, state]),
      );
      const [frame] = await record.talk.frames();
      await record.ask(
        "disassemble",
        { memoryReference: frame?.instructionPointerReference, instructionCount: 3 },
        ({ instructions }: DebugProtocol.DisassembleResponse["body"] & object) => instructions.map(({ line, symbol }) => [line, symbol]),
      );
    }));

  it("requests of our own", () =>
    conversation("own-requests", async (record) => {
      await begin(record, "ReadComplete");
      await record.ask("kmdf/objects", {}, ({ objects }: { objects: readonly { type: string }[] }) => objects.map(({ type }) => type));
      await record.ask("kmdf/registers", {}, ({ registers }: { registers: readonly { name: string }[] }) => registers.map(({ name }) => name));
      await record.ask("kmdf/violations");
      await record.ask("kmdf/trace", { fromEvent: 1 }, ({ trace }: { trace: { firstEvent: number } }) => trace.firstEvent);
      await record.ask("kmdf/causes", {}, ({ causes }: { causes: readonly { kind: string }[] }) => causes.map(({ kind }) => kind));
      await record.ask("kmdf/writeRegister", { bar: 0, offset: 4, size: 4, value: 1 });
      await record.ask("kmdf/writeRegister", { bar: 7, offset: 4, size: 4, value: 1 });
      await record.ask("kmdf/sendRequest", { kind: "read", length: 4 });
      await record.ask("kmdf/sendRequest", { kind: "ioctl" });
    }));

  it("leave no request out", () => {
    const { commands } = new KmdfDebugAdapter({} as never);
    assert.deepEqual(
      commands.filter((command) => !asked.has(command)),
      [],
    );
  });
});
