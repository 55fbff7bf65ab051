// SPDX-License-Identifier: MIT
/** Owner and state of each byte of a stretch of memory, in runs of bytes that have everything in common. */
import type { Machine, Mapping } from "../machine/index.ts";
import { type DeviceMappingView, type MemoryOwner, type MemoryRun, type MemoryState, deviceWindowBase, deviceWindowEnd, pageSize } from "../protocol/index.ts";

/** A mapping, and where in it the first byte of a segment is. */
interface MappedSegment {
  readonly mapping: Mapping;
  readonly start: number;
  readonly end: number;
  readonly offset: number;
}

/** Runs of the virtual addresses [address, address + length). */
export function memoryRuns(machine: Machine, address: number, length: number): readonly MemoryRun[] {
  const runs: MemoryRun[] = [];
  const segments = mappedSegments(machine);
  const last = Math.min(address + length, 0x1_0000_0000);
  for (let at = address; at < last; ) {
    const owner = ownerOf(machine, at);
    const physical = machine.pages.physicalOf(at);
    let end = Math.min(last, Math.max(at + 1, owner.end));
    // Pages that follow each other need not do so in physical memory.
    if (physical !== undefined) end = Math.min(end, physicalEnd(machine, at, end, physical));
    const covering = segments.filter((segment) => at >= segment.start && at < segment.end);
    for (const { start, end: segmentEnd } of segments) for (const edge of [start, segmentEnd]) if (edge > at && edge < end) end = edge;
    runs.push({
      address: at,
      length: end - at,
      ...(physical === undefined ? {} : { physical }),
      state: stateOf(machine, at, owner, covering),
      owner,
      mappings: covering.map((segment) => mappingView(segment, at)),
    });
    at = end;
  }
  return runs;
}

function ownerOf(machine: Machine, address: number): MemoryOwner {
  if (address < deviceWindowBase || address >= deviceWindowEnd) return machine.memory.ownerOf(address);
  const location = machine.window.resolve(address, 1);
  const end = address - (address % pageSize) + pageSize;
  if (location === undefined) return { kind: "nothing", text: "device window, where nothing is mapped", start: address, end };
  return { kind: "device", text: `BAR${location.bar} of ${location.device.definition.name}`, start: address - location.offset, end };
}

function physicalEnd(machine: Machine, at: number, end: number, physical: bigint): number {
  for (let page = at - (at % pageSize) + pageSize; page < end; page += pageSize) {
    if (machine.pages.physicalOf(page) !== physical + BigInt(page - at)) return page;
  }
  return end;
}

function mappedSegments({ dma }: Machine): readonly MappedSegment[] {
  return dma.mappings.flatMap((mapping) => {
    let offset = 0;
    return mapping.segments.map(({ address, length }): MappedSegment => {
      const segment = { mapping, start: address, end: address + length, offset };
      offset += length;
      return segment;
    });
  });
}

function stateOf({ memory }: Machine, address: number, owner: MemoryOwner, covering: readonly MappedSegment[]): MemoryState {
  if (owner.freedAt !== undefined) return "freed";
  if (covering.some(({ mapping }) => mapping.bounce)) return "bounced";
  // A buffer that is mapped both ways is common to both sides; the others belong to the device while they are mapped.
  if (covering.some(({ mapping }) => mapping.direction !== "both" && mapping.moved > 0)) return "inFlight";
  if (covering.length > 0) return "mapped";
  return owner.kind === "device" || memory.isAccessible(address, 1) ? "processor" : "inaccessible";
}

function mappingView({ mapping, start, offset }: MappedSegment, at: number): DeviceMappingView {
  const { logical, direction, bounce, label, objectId } = mapping;
  return { logical: logical + BigInt(offset + at - start), direction, isBounced: bounce, label, objectId };
}
