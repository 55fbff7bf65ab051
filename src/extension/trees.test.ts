// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { type FieldView, type ObjectView, type RegisterView, type TraceSnapshot, traceKinds, tracePhase } from "../protocol/index.ts";
import { dmaTree } from "./dma-tree.ts";
import { interruptTree } from "./interrupt-tree.ts";
import { objectTree } from "./object-tree.ts";
import { greatest, parseNumber, valueToWrite } from "./register-input.ts";
import { RegisterHistory, registerTree } from "./register-tree.ts";
import { memberNodes } from "./open-structure.ts";
import { pinKey, withPinned } from "./pinned-nodes.ts";
import { requestTree } from "./request-tree.ts";
import { TransferHistory } from "./transfer-history.ts";
import { type EditableRegister, type Translations, type TreeNode, contextValue } from "./tree-node.ts";

const l10n: Translations = { t: (message, ...args) => message.replaceAll(/\{(\d)\}/g, (_, i: string) => String(args[Number(i)])) };

const fields = (values: Readonly<Record<string, string>>): FieldView[] => Object.entries(values).map(([name, value]) => ({ name, value }));

function object(id: number, type: string, label: string, more: Partial<ObjectView> = {}): ObjectView {
  return { id, type, label, handle: 0xe000_0000 + 8 * id, fields: [], children: [], contexts: [], ...more };
}

const lines = (nodes: readonly TreeNode[], indent = ""): string[] =>
  nodes.flatMap((node) => [
    `${indent}${node.label}${node.description === undefined ? "" : ` | ${node.description}`}`,
    ...lines(node.children ?? [], `${indent}  `),
  ]);

const ids = (nodes: readonly TreeNode[]): string[] => nodes.flatMap((node) => [node.id, ...ids(node.children ?? [])]);

const transaction = object(12, "WDFDMATRANSACTION", "read transaction", {
  fields: [
    ...fields({
      "Transaction state": "Transfer (4)",
      Direction: "ReadFromDevice",
      Length: "40960 bytes",
      Transferred: "8192 bytes",
      "Current transfer": "12288 bytes",
    }),
    { name: "Request", value: "WDFREQUEST 0xE00000C0", objectId: 24 },
    { name: "SgList", value: "0x00031630, 2 elements", memoryReference: "0x00031630" },
    ...fields({ "Elements[0]": "0x2E0EEA1000, 4096 bytes", "Elements[1]": "0x2E0EEA3000, 8192 bytes" }),
  ],
});
const buffer = object(13, "WDFCOMMONBUFFER", "common buffer", {
  fields: [
    ...fields({ Length: "512 bytes", "Aligned logical address": "0x2E0EE24000" }),
    { name: "Aligned virtual address", value: "0x00034000", memoryReference: "0x00034000" },
  ],
});
const enabler = object(5, "WDFDMAENABLER", "", {
  fields: fields({ Profile: "WdfDmaProfileScatterGather64Duplex", Enabled: "yes", MaximumLength: "61440 bytes" }),
  children: [transaction, buffer],
});
const request = object(24, "WDFREQUEST", "40960-byte read, driver-owned");
const queue = object(17, "WDFQUEUE", "sequential, 0 waiting, 1 driver-owned", {
  fields: [
    ...fields({ "Dispatch type": "sequential", Accepting: "yes", Dispatching: "yes", EvtIoRead: "0x17" }),
    { name: "Driver-owned", value: "0xE00000C0 40960-byte read", objectId: 24 },
  ],
});
const interrupt = object(15, "WDFINTERRUPT", "message 1", {
  fields: fields({
    MessageNumber: "1",
    MessageSignaled: "yes",
    Connected: "yes",
    Enabled: "yes",
    Vector: "0x92",
    "Synchronize IRQL": "DIRQL 9",
    DPC: "queued",
    "Work item": "idle",
    "ISR calls": "3",
  }),
});
const device = object(4, "WDFDEVICE", "SGDX, Started, D0", {
  children: [enabler, queue, interrupt, request],
  contexts: [{ typeName: "DEVICE_CONTEXT", address: 0x3_13c0, size: 240 }],
});
const objects = [object(1, "WDFDRIVER", "sgdx", { children: [device] })];

describe("the DMA tree", () => {
  it("shows the transfer under way with where each scatter/gather element lies in the transaction", () => {
    const [node] = dmaTree(objects, l10n);
    const found = node?.children?.[0];
    assert.equal(found?.description, "Transfer · 8192 of 40960 bytes (20 %) · 0xE0000060");
    assert.deepEqual(lines([found?.children?.[0]].filter((child) => child !== undefined)), [
      "Current transfer | 12288 bytes from offset 8192, 2 elements",
      "  [0] | 0x2E0EEA1000 · 4096 bytes",
      "  [1] | 0x2E0EEA3000 · 8192 bytes",
    ]);
    assert.match(found?.children?.[0]?.children?.[1]?.tooltip ?? "", /bytes 12288 to 20479 of the transaction/);
  });

  it("opens an element in the logical address space, as long as it is", () => {
    assert.deepEqual(dmaTree(objects, l10n)[0]?.children?.[0]?.children?.[0]?.children?.[1]?.memory, {
      reference: "logical:0x2E0EEA3000",
      name: "Elements[1]",
      length: 8192,
    });
  });

  it("draws the progress in three parts", () => {
    assert.match(dmaTree(objects, l10n)[0]?.children?.[0]?.tooltip ?? "", /`████▒▒▒▒▒▒░░░░░░░░░░`/);
  });

  it("shows no transfer of a transaction at rest", () => {
    const idle = { ...transaction, fields: fields({ "Transaction state": "Released (7)", Direction: "WriteToDevice", Length: "0 bytes" }) };
    const [node] = dmaTree([{ ...enabler, children: [idle] }], l10n);
    assert.equal(node?.children?.[0]?.description, "Released · 0xE0000060");
    assert.ok(!lines(node?.children ?? []).some((line) => line.includes("Current transfer |")));
  });

  it("lets the memory of a common buffer be opened", () => {
    assert.deepEqual(dmaTree(objects, l10n)[0]?.children?.[1]?.memory, { reference: "0x00034000", name: "Common buffer", length: 512 });
  });
});

describe("the trees of requests, interrupts and objects", () => {
  it("puts a request below the queue that holds it, and names queues by their handlers", () => {
    assert.deepEqual(lines(requestTree(objects, l10n)).slice(0, 2), [
      "Read queue 0xE0000088 | sequential, 0 waiting, 1 driver-owned",
      "  Request 0xE00000C0 | 40960-byte read, driver-owned",
    ]);
  });

  it("shows requests that are in no queue", () => {
    const nodes = requestTree([{ ...device, children: [request] }], l10n);
    assert.deepEqual(lines(nodes), ["Requests in no queue | 1", "  Request 0xE00000C0 | 40960-byte read, driver-owned"]);
  });

  it("says what an interrupt is busy with", () => {
    const [node] = interruptTree(objects, l10n);
    assert.equal(node?.description, "vector 0x92 · DIRQL 9 · DPC queued · 3 ISR calls");
    assert.equal(node?.tone, "active");
  });

  it("gives every node an id of its own", () => {
    for (const nodes of [dmaTree(objects, l10n), requestTree(objects, l10n), interruptTree(objects, l10n), objectTree(objects, l10n)]) {
      assert.deepEqual(ids(nodes), [...new Set(ids(nodes))]);
    }
  });

  it("lists the contexts of an object with their memory", () => {
    const [driver] = objectTree(objects, l10n);
    const context = driver?.children?.[0]?.children?.find(({ label }) => label === "DEVICE_CONTEXT");
    assert.deepEqual(context?.memory, { reference: "0x000313C0", name: "DEVICE_CONTEXT", length: 240 });
    assert.deepEqual(context.structure, { type: "DEVICE_CONTEXT", reference: "0x000313C0" });
  });

  it("open a context into its members, each with its memory or what it points to", () => {
    const nodes = memberNodes(
      [
        { name: "Busy", type: "BOOLEAN", offset: 4, length: 1, value: "TRUE" },
        { name: "Queue.Head", type: "PVOID", offset: 8, length: 4, value: "0x00030000", follow: "0x00030000" },
      ],
      "/4@0",
      "0x000313C0",
    );
    assert.deepEqual(lines(nodes), ["Busy | TRUE", "Queue.Head | 0x00030000"]);
    assert.deepEqual(
      nodes.map(({ memory }) => memory?.reference),
      ["0x000313C4", "0x00030000"],
    );
  });
});

const control: RegisterView = {
  name: "CONTROL",
  bar: 0,
  offset: 0x100,
  size: 4,
  access: "rw",
  value: "0x00000005",
  reset: "0x00000000",
  fields: [
    { name: "RUN", bits: [0, 0], value: "0x1", meaning: "running" },
    { name: "MODE", bits: [3, 2], value: "0x1" },
  ],
};

describe("the register tree", () => {
  it("marks what changed since the stop before, down to the field", () => {
    const [node] = registerTree([control], new Map([["0:256", "0x00000004"]]), l10n);
    assert.equal(node?.description, "0x00000005  RUN MODE=0x1  was 0x00000004");
    assert.deepEqual(
      node?.children?.map(({ label, tone }) => [label, tone]),
      [
        ["MODE", undefined],
        ["RUN", "changed"],
      ],
    );
  });

  it("marks nothing at the first stop, and keeps the marks while the target stands still", () => {
    const history = new RegisterHistory();
    assert.equal(history.see([{ ...control, value: "0x00000004" }], 10), undefined);
    assert.deepEqual(history.see([control], 20), new Map([["0:256", "0x00000004"]]));
    assert.deepEqual(history.see([{ ...control, value: "0x00000001" }], 20), new Map([["0:256", "0x00000004"]]));
    assert.deepEqual(history.see([control], 30), new Map([["0:256", "0x00000001"]]));
  });

  it("offers to edit what can be written", () => {
    const [writable] = registerTree([control], undefined, l10n);
    const [readOnly] = registerTree([{ ...control, access: "ro" }], undefined, l10n);
    assert.equal(writable === undefined ? "" : contextValue(writable), "value register breakable");
    assert.equal(readOnly === undefined ? "" : contextValue(readOnly), "value breakable");
  });
});

describe("nodes", () => {
  const flatten = (nodes: readonly TreeNode[]): TreeNode[] => nodes.flatMap((node) => [node, ...flatten(node.children ?? [])]);
  const created = { position: 7, offset: 12, file: "/d/Dma.c", line: 40, function: "Create" };

  it("lead to the line that created the object, to the timeline and to a breakpoint of their own", () => {
    const [node] = dmaTree([{ ...enabler, children: [{ ...transaction, created }] }], l10n)[0]?.children ?? [];
    assert.deepEqual(node?.created, { file: "/d/Dma.c", line: 40 });
    assert.equal(node.object, transaction.id);
    assert.deepEqual(node.breakpoint, { key: "object12", requests: [{ event: "transactionState", condition: "$object == 12" }] });
    assert.equal(contextValue(node), "value traced created breakable");
    assert.equal(contextValue(node, true), "value traced created watched");
  });

  it("of memory that the device reaches break at its accesses", () => {
    const nodes = flatten(dmaTree(objects, l10n));
    const element = nodes.find(({ label }) => label === "[1]");
    assert.deepEqual(element?.breakpoint?.requests, [
      { event: "deviceRead", address: "0x2E0EEA3000", length: 8192 },
      { event: "deviceWrite", address: "0x2E0EEA3000", length: 8192 },
    ]);
    assert.equal(nodes.find(({ label }) => label === "Common buffer")?.breakpoint?.requests[0]?.address, "0x2E0EE24000");
  });

  it("of a transaction list the transfers that are over", () => {
    const transfers = [
      { event: 5, offset: 0, length: 4096, elements: 1, begin: 1000, end: 3500 },
      { event: 9, offset: 4096, length: 4096, elements: 2, begin: 4000 },
    ];
    const nodes = flatten(dmaTree(objects, l10n, (id) => (id === transaction.id ? transfers : [])));
    const past = nodes.find(({ label }) => label === "Transfers so far");
    assert.deepEqual(lines(past?.children ?? []), ["4096 bytes from offset 0 | 1 elements · 2.5 µs"]);
    assert.equal(past?.children?.[0]?.event, 5);
  });

  it("that are pinned stand first too, fields with the name of their register", () => {
    const nodes = withPinned(registerTree([control], undefined, l10n), new Set(["register0:256/RUN"]), l10n);
    assert.deepEqual(
      nodes.map(({ label }) => label),
      ["Pinned", "CONTROL"],
    );
    const [copy] = nodes[0]?.children ?? [];
    assert.equal(copy?.label, "CONTROL.RUN");
    assert.equal(copy.pin, "pinned");
    assert.equal(pinKey(copy), "register0:256/RUN");
    assert.equal(nodes[1]?.pin, "pinnable");
    assert.deepEqual(ids(nodes), [...new Set(ids(nodes))]);
    assert.deepEqual(lines(withPinned(registerTree([control], undefined, l10n), new Set(["gone"]), l10n)), lines(registerTree([control], undefined, l10n)));
  });
});

describe("TransferHistory", () => {
  const { transaction: whole, transfer } = traceKinds;
  const { begin, end } = tracePhase;
  const trace = (
    firstEvent: number,
    rows: readonly (readonly [kind: number, phase: number, parent: number, time: number, ...args: number[]])[],
  ): TraceSnapshot => ({
    firstEvent,
    count: rows.length,
    kind: Uint8Array.from(rows, ([kind]) => kind),
    phase: Uint8Array.from(rows, ([, phase]) => phase),
    parent: Uint32Array.from(rows, ([, , parent]) => parent),
    time: Float64Array.from(rows, ([, , , time]) => time),
    object: new Uint32Array(rows.length).fill(12),
    statement: new Float64Array(rows.length),
    irql: new Uint8Array(rows.length),
    args: Float64Array.from(rows.flatMap(([, , , , a = 0, b = 0, c = 0]) => [a, b, c])),
    texts: [],
  });

  it("keeps the transfers of the latest use of a transaction", () => {
    const history = new TransferHistory();
    history.add(
      trace(1, [
        [whole.id, begin, 0, 0],
        [transfer.id, begin, 0, 10, 0, 512, 1],
      ]),
    );
    history.add(
      trace(3, [
        [transfer.id, end, 2, 40],
        [transfer.id, begin, 0, 50, 512, 100, 2],
      ]),
    );
    assert.deepEqual(history.of(12), [
      { event: 2, offset: 0, length: 512, elements: 1, begin: 10, end: 40 },
      { event: 4, offset: 512, length: 100, elements: 2, begin: 50 },
    ]);
    history.add(trace(5, [[whole.id, begin, 0, 90]]));
    assert.deepEqual(history.of(12), []);
  });
});

describe("register input", () => {
  const register: EditableRegister = { name: "R", bar: 0, offset: 0, size: 4, access: "rw", value: "0x000000F5" };

  it("reads decimal, hexadecimal and binary numbers with separators", () => {
    assert.deepEqual(["12", "0x1F", "0b10_1", "0xFFFF'0000", "", "x", "-1", "1.5", "_1"].map(parseNumber), [
      12n,
      31n,
      5n,
      0xffff_0000n,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("keeps the other bits when a field is written", () => {
    assert.equal(valueToWrite({ ...register, bits: [7, 4] }, 0x3n), 0x35n);
    assert.equal(greatest({ ...register, bits: [7, 4] }), 15n);
  });

  it("writes only the field where writing 1 clears", () => {
    assert.equal(valueToWrite({ ...register, access: "w1c", bits: [0, 0] }, 1n), 1n);
  });
});
