// SPDX-License-Identifier: MIT
/**
 * What the kernel has besides framework objects, for the same tree: what the debugger extensions of Windows show with !dma, !dpcs and !irql,
 * and the mappings of bus masters, which no tool shows there.
 */
import { hex } from "../base/index.ts";
import { irqlName } from "../nt/index.ts";
import type { FieldView, ObjectView } from "../protocol/index.ts";
import type { Run } from "./run.ts";

/** Ids of views that are no framework objects: below all others. */
const viewIds = { kernel: -1, processor: -2, mappings: -3, firstAdapter: -100 } as const;

export function kernelViews(run: Run): readonly ObjectView[] {
  const children = [processorView(run), ...adapterViews(run), mappingsView(run)];
  return [view(viewIds.kernel, "Kernel", "processor, DMA adapters, mappings", [], children)];
}

function view(id: number, type: string, label: string, fields: readonly FieldView[], children: readonly ObjectView[] = []): ObjectView {
  return { id, type, label, handle: 0, fields, children, contexts: [] };
}

function processorView({ machine, nt, guest }: Run): ObjectView {
  const { cpu, clock, interrupts } = machine;
  const queued = nt.dpc.waiting;
  return view(viewIds.processor, "Processor", irqlName(cpu.irql), [
    { name: "Number", value: String(cpu.number) },
    { name: "IRQL", value: irqlName(cpu.irql) },
    { name: "Virtual time", value: `${clock.now} ns` },
    { name: "Statement", value: String(guest.executed()) },
    { name: "Queued DPCs", value: String(queued.length) },
    ...queued.map((dpc, i) => ({
      name: `DPC ${i}`,
      value: `${dpc.name}, importance ${dpc.importance}`,
      ...(dpc.objectId === 0 ? {} : { objectId: dpc.objectId }),
    })),
    { name: "Pending interrupt", value: pendingText(interrupts.next(cpu.irql)?.vector) },
    { name: "Running", value: guest.contexts.length === 0 ? "nothing of the driver" : guest.contexts.map(({ name }) => name).join(" > ") },
  ]);
}

const pendingText = (vector: number | undefined): string => (vector === undefined ? "none" : `vector ${hex(vector)}`);

function adapterViews({ nt }: Run): readonly ObjectView[] {
  return nt.hal.adapters.map((adapter, i) => {
    const { registersInUse, waiting, lists, commonBuffers, registersGranted } = adapter.state;
    const fields: FieldView[] = [
      { name: "Owner", value: adapter.objectId === 0 ? "the driver (IoGetDmaAdapter)" : `object ${adapter.objectId}`, objectId: adapter.objectId },
      { name: "Version", value: String(adapter.version) },
      { name: "Address width", value: `${adapter.addressBits} bits` },
      { name: "Scatter/gather", value: adapter.scatterGather ? "yes" : "no" },
      { name: "Master adapter", value: adapter.system === undefined ? "none: a bus master" : adapter.system.name },
      { name: "Map registers, most a transfer can have", value: String(adapter.mapRegisters) },
      { name: "Map registers in use", value: String(registersInUse) },
      { name: "Waiting for map registers", value: waiting.length === 0 ? "none" : waiting.join("; ") },
      { name: "Map registers allocated / freed", value: `${registersGranted} / ${registersGranted - registersInUse}` },
      { name: "Scatter/gather lists", value: String(lists) },
      { name: "Common buffers", value: String(commonBuffers.length) },
      ...commonBuffers.map(({ address, logical, length }, n) => ({
        name: `Common buffer ${n}`,
        value: `${length} bytes, virtual ${hex(address, 8)}, logical ${hex(logical)}`,
        memoryReference: hex(address, 8),
      })),
    ];
    return view(viewIds.firstAdapter - i, "DMA_ADAPTER", `${adapter.mapRegisters} map registers, ${registersInUse} in use`, fields);
  });
}

function mappingsView({ machine }: Run): ObjectView {
  const { mappings } = machine.dma;
  const fields = mappings.map(({ id, logical, length, direction, label, bounce, moved, segments, objectId }): FieldView => {
    const memory = segments.map((segment) => hex(segment.address, 8)).join(", ");
    const parts = [
      `${hex(logical)} to ${hex(logical + BigInt(length))}`,
      label,
      direction,
      `${moved} bytes moved`,
      `memory at ${memory}`,
      ...(bounce ? ["bounced"] : []),
    ];
    return { name: `Mapping ${id}`, value: parts.join(", "), memoryReference: `logical:${hex(logical)}`, ...(objectId === 0 ? {} : { objectId }) };
  });
  return view(viewIds.mappings, "Mappings", `${mappings.length} for the device`, fields);
}
