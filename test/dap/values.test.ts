// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { join } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { Conversation, marker, root } from "./harness.ts";

const source = join(root, "test", "dap", "fixtures", "memory", "memory.c");
const at = (name: string): number => marker(source, name);

describe("Values", () => {
  let talk: Conversation;
  beforeEach(async () => {
    talk = await Conversation.start();
    await talk.launch({ arguments: { sources: [source], device: "edu", scenario: [] }, file: source, breakpoints: [{ marker: "Ready" }] });
    assert.equal((await talk.place()).line, at("Ready"));
  });
  afterEach(() => talk.stop());
  const rows = async (expression: string, range: { readonly start?: number; readonly count?: number; readonly filter?: "indexed" | "named" } = {}) =>
    talk.children((await talk.evaluate(expression)).variablesReference, range);
  const value = (variables: readonly DebugProtocol.Variable[], name: string): string | undefined => variables.find((row) => row.name === name)?.value;

  it("walk a LIST_ENTRY, each entry as the record it is part of", async () => {
    const list = await talk.evaluate("context->Nodes");
    assert.equal(list.result, "3 entries");
    assert.equal(list.indexedVariables, 3);
    const nodes = await talk.children(list.variablesReference, { filter: "indexed", start: 1, count: 2 });
    assert.deepEqual(
      nodes.map(({ name, type }) => [name, type]),
      [
        ["[1]", "struct _NODE"],
        ["[2]", "struct _NODE"],
      ],
    );
    const node = await talk.children(Number(nodes[0]?.variablesReference));
    assert.equal(value(node, "Number"), "101");
    assert.match(String(nodes[0]?.evaluateName), /^\*CONTAINING_RECORD\(0x[0-9A-F]+, struct _NODE, Link\)$/);
    assert.equal((await talk.evaluate(String(node.find(({ name }) => name === "Number")?.evaluateName))).result, "101");
    assert.deepEqual(
      (await talk.children(list.variablesReference, { filter: "named" })).map(({ name }) => name),
      ["Flink", "Blink"],
    );
    assert.equal((await talk.children(list.variablesReference)).length, 5, "a client without paging gets all of it");
  });

  it("walk a SINGLE_LIST_ENTRY from the last that was pushed", async () => {
    const list = await talk.evaluate("context->Stack");
    assert.equal(list.result, "3 entries");
    const [first] = await talk.children(list.variablesReference, { filter: "indexed" });
    assert.equal(value(await talk.children(Number(first?.variablesReference)), "Number"), "102");
  });

  it("say what is wrong with a list", async () => {
    await talk.evaluate("context->Nodes.Flink->Flink->Blink = 0", "repl");
    assert.equal((await talk.evaluate("context->Nodes")).result, "2 entries, then Blink of an entry does not lead back");
    await talk.evaluate("context->Nodes.Flink = 0", "repl");
    assert.equal((await talk.evaluate("context->Nodes")).result, "Flink is NULL");
  });

  it("show an MDL with its pages and its bytes", async () => {
    const mdl = await talk.evaluate("*context->Mdl");
    assert.match(mdl.result, /^4096 bytes at 0x[0-9A-F]{8}, SOURCE_IS_NONPAGED_POOL$/);
    const parts = await talk.children(mdl.variablesReference);
    const pages = parts.find(({ name }) => name === "page frames");
    assert.equal(pages?.indexedVariables, 1);
    const data = parts.find(({ name }) => name === "data");
    assert.equal(data?.indexedVariables, 4096);
    const [byte] = await talk.children(data.variablesReference, { filter: "indexed", start: 256, count: 1 });
    assert.match(String(byte?.value), /^160/);
    const [frame] = await talk.children(pages.variablesReference);
    const { body } = await talk.client.customRequest("readMemory", {
      memoryReference: `physical:0x${(Number(frame?.value) * 4096).toString(16)}`,
      offset: 256,
      count: 1,
    });
    assert.equal(Buffer.from(body.data, "base64")[0], 0xa0, "the frame is where the bytes are");
  });

  it("page an array of a hundred thousand elements", async () => {
    const big = await talk.evaluate("g_Big");
    assert.equal(big.indexedVariables, 100_000);
    const page = await talk.children(big.variablesReference, { filter: "indexed", start: 99_998, count: 2 });
    assert.deepEqual(
      page.map(({ name }) => name),
      ["[99998]", "[99999]"],
    );
    assert.equal((await talk.children(big.variablesReference, { filter: "indexed", start: 7, count: 1 }))[0]?.value, "49");
  });

  it("obey format suffixes and the client's wish for hexadecimal", async () => {
    const texts: readonly (readonly [string, string])[] = [
      ["local,x", "0x00000031"],
      ["local,b", `0b${"110001".padStart(32, "0")}`],
      ["local,d", "49"],
      ["g_Big,[3]", "{0, 0, 0}"],
      ["&g_Big[7],[2],x", "{0x00000031, 0x00000000}"],
    ];
    for (const [expression, text] of texts) assert.ok((await talk.evaluate(expression)).result.endsWith(text), expression);
    assert.equal((await talk.evaluate("local", "watch", { hex: true })).result, "0x00000031");
  });

  it("are copied as C initialisers, whole", async () => {
    const copy = async (expression: string): Promise<string> => (await talk.evaluate(expression, "clipboard")).result;
    assert.match(
      await copy("*(NODE *)CONTAINING_RECORD(context->Nodes.Flink, NODE, Link)"),
      /^\{\n {4}\.Number = 100,\n {4}\.Link = \{\n {8}\.Flink = \(struct _LIST_ENTRY \*\)0x[0-9A-F]+,\n/,
    );
    assert.equal(await copy("local"), "49");
    const all = await copy("g_Big");
    assert.equal(all.match(/,/g)?.length, 100_000);
    assert.match(all, /^\{\n {4}0, 0, 0, 0, 0, 0, 0, 49, /);
    assert.match(await copy("operation"), /Square/);
  });

  it("of contexts are reached through the handle, also where nothing may run", async () => {
    assert.equal((await talk.evaluate("MemoryGetContext(Device)->Nodes", "hover")).result, "3 entries");
    assert.equal((await talk.evaluate("WdfObjectGetTypedContext(Device, MEMORY_CONTEXT)->Nodes")).result, "3 entries");
    assert.match(await talk.refused(talk.evaluate("WdfObjectGetTypedContext(Device, NODE)")), /no context of type NODE/);
  });

  it("know a type by its name although the compiler has dropped the typedef", async () => {
    assert.equal((await talk.evaluate("CONTAINING_RECORD(context->Nodes.Flink, NODE, Link)->Number")).result, "100");
    assert.equal((await talk.evaluate("((PNODE)CONTAINING_RECORD(context->Nodes.Blink, struct _NODE, Link))->Number")).result, "102");
    assert.equal((await talk.evaluate("sizeof(NODE)")).result, "16");
  });

  it("are completed: members, handles, pseudo-variables", async () => {
    const frameId = Number((await talk.frames())[0]?.id);
    const complete = async (text: string): Promise<readonly DebugProtocol.CompletionItem[]> =>
      (await talk.client.completionsRequest({ frameId, text, column: text.length + 1 })).body.targets;
    assert.deepEqual(
      (await complete("context->Nodes.F")).map(({ label }) => label),
      ["Flink"],
    );
    const handles = (await complete("WDFDMAENABLER")).filter(({ text }) => text !== undefined);
    assert.equal(handles.length, 1);
    assert.match(String(handles[0]?.text), /^\(WDFDMAENABLER\)0xE[0-9A-F]+$/);
    assert.match((await talk.evaluate(String(handles[0]?.text))).result, /^WDFDMAENABLER 0xE/);
    assert.ok((await complete("$st")).some(({ label }) => label === "$statement"));
    assert.ok((await complete("MemoryGetContext(Device)->Com")).some(({ label }) => label === "Common"));
  });

  it("are set wherever they show, with the error in words", async () => {
    const frameId = Number((await talk.frames())[0]?.id);
    const set = async (expression: string, text: string): Promise<string> =>
      (await talk.client.customRequest("setExpression", { expression, value: text, frameId })).body.value;
    assert.equal(await set("g_Big[3]", "local * 2 + 2"), "100");
    assert.equal(await set("context->Nodes.Flink[0].Flink", "context->Nodes.Flink->Flink"), (await talk.evaluate("context->Nodes.Flink->Flink")).result);
    assert.match(await talk.refused(set("local + 1", "2")), /not an lvalue/);
    assert.match(await talk.refused(set("local", "nonsense")), /not in scope/);
    const [row] = await rows("g_Big", { filter: "indexed", start: 3, count: 1 });
    assert.equal(row?.value, "100");
    const { variablesReference } = await talk.evaluate("context->Nodes.Flink");
    assert.match(await talk.refused(talk.client.setVariableRequest({ variablesReference, name: "nothing", value: "1" })), /no member called 'nothing'/);
  });
});
