// SPDX-License-Identifier: MIT
/**
 * Hardware resources of the PCI function: as values, and as the CM_RESOURCE_LIST structures a driver gets, raw and translated, in the order the PCI bus
 * driver reports them: BARs, then interrupts ("Using Interrupt Resource Descriptors" of the WDK).
 */
import { struct } from "../base/index.ts";
import type { Machine } from "../machine/index.ts";
import { requireMemory } from "./out-of-memory.ts";
import type { Pool } from "./pool.ts";
import { poolTag } from "./pool-heap.ts";

/** Packed to 4 bytes in wdm.h; `u` holds the union. */
export const partialResourceDescriptor = struct("CM_PARTIAL_RESOURCE_DESCRIPTOR", { Type: "u8", ShareDisposition: "u8", Flags: "u16", u: ["u32", 3] });
/** Offsets in `u`. */
export const genericResource = { Start: 0, Length: 8 } as const;
export const interruptResource = { Level: 0, Group: 2, Vector: 4, Affinity: 8 } as const;
/** CM_PARTIAL_RESOURCE_DESCRIPTOR.u.DmaV3; u.Dma has Channel and Port in the place of the first two. */
export const dmaResource = { Channel: 0, RequestLine: 4, TransferWidth: 8 } as const;
export const messageRawResource = { Group: 0, MessageCount: 2, Vector: 4, Affinity: 8 } as const;
export const partialResourceList = struct("CM_PARTIAL_RESOURCE_LIST", { Version: "u16", Revision: "u16", Count: "u32" });
export const fullResourceDescriptor = struct("CM_FULL_RESOURCE_DESCRIPTOR", {
  InterfaceType: "u32",
  BusNumber: "u32",
  PartialResourceList: partialResourceList,
});
export const resourceList = struct("CM_RESOURCE_LIST", { Count: "u32", List: fullResourceDescriptor });

/** CmResourceTypeXxx. */
export const resourceType = { port: 1, interrupt: 2, memory: 3, dma: 4 } as const;
/** CmResourceShareXxx. */
export const shareDisposition = { deviceExclusive: 1, driverExclusive: 2, shared: 3 } as const;
/** CM_RESOURCE_INTERRUPT_XXX. */
export const interruptFlags = { levelSensitive: 0, latched: 1, message: 2 } as const;
/** CM_RESOURCE_DMA_8, _16 and _32 as bits, and CM_RESOURCE_DMA_V3. */
const dmaWidthFlags: Readonly<Record<number, number>> = { 1: 0, 2: 1, 4: 2 };
const dmaV3 = 0x80;
/** DMA_WIDTH by bytes. */
const dmaWidths: Readonly<Record<number, number>> = { 1: 0, 2: 1, 4: 2, 8: 3 };
/** CM_RESOURCE_PORT_IO, and CM_RESOURCE_MEMORY_READ_WRITE. */
const portIo = 1;
const memoryReadWrite = 0;
const pciBus = 5;
const allProcessors = 1;
/** Raw vector of a message-signaled interrupt. */
const messageVector = 0xffff_fffe;

export interface MemoryResource {
  readonly kind: "memory" | "port";
  readonly bar: number;
  readonly start: bigint;
  readonly length: number;
}

export interface InterruptResource {
  readonly kind: "interrupt";
  readonly messageSignaled: boolean;
  /** Messages this descriptor stands for; 1 for a line. */
  readonly messageCount: number;
  /** First index in `machine.device.vectors`. */
  readonly firstVector: number;
  /** Interrupt line of the bus; unused for messages. */
  readonly rawLevel: number;
  readonly rawVector: number;
  /** Translated: DIRQL. */
  readonly irql: number;
  /** Translated vector (of the first message). */
  readonly vector: number;
}

export interface DmaResource {
  readonly kind: "dma";
  readonly channel: number;
  readonly requestLine: number;
  /** Bytes. */
  readonly width: number;
}

export type AssignedResource = MemoryResource | InterruptResource | DmaResource;

export interface AssignedResources {
  readonly list: readonly AssignedResource[];
  /** Addresses of CM_PARTIAL_RESOURCE_DESCRIPTOR structures, one for each entry of `list`. */
  readonly rawDescriptors: readonly number[];
  readonly translatedDescriptors: readonly number[];
  /** Addresses of the CM_RESOURCE_LIST structures. */
  readonly rawList: number;
  readonly translatedList: number;
}

/** The resources of the PCI function. */
export function resourcesOf(machine: Machine): readonly AssignedResource[] {
  const { device } = machine;
  const list: AssignedResource[] = device.bars
    .filter(({ definition }) => definition.size > 0)
    .map((bar) => ({ kind: bar.definition.kind === "io" ? "port" : "memory", bar: bar.index, start: bar.base, length: bar.definition.size }));
  const dma = machine.systemDma.channels.map(
    ({ number, line }): DmaResource => ({ kind: "dma", channel: number, requestLine: line.requestLine, width: line.width }),
  );
  const [first] = device.vectors;
  if (first === undefined) return [...list, ...dma];
  const line = first.vector & 0x0f;
  const interrupts = device.usesMessages && device.hasResourcePerMessage ? device.vectors : [first];
  return list.concat(
    interrupts.map(
      ({ irql, vector }, i): InterruptResource => ({
        kind: "interrupt",
        messageSignaled: device.usesMessages,
        messageCount: device.usesMessages && !device.hasResourcePerMessage ? device.vectors.length : 1,
        firstVector: i,
        rawLevel: line,
        rawVector: device.usesMessages ? messageVector : line,
        irql,
        vector,
      }),
    ),
    dma,
  );
}

/** Writes the two lists into driver memory. */
export function writeResources(machine: Machine, pool: Pool, list: readonly AssignedResource[]): AssignedResources {
  const raw = writeList(machine, pool, list, "raw resource list", writeRaw);
  const translated = writeList(machine, pool, list, "translated resource list", writeTranslated);
  return { list, rawDescriptors: raw.descriptors, translatedDescriptors: translated.descriptors, rawList: raw.address, translatedList: translated.address };
}

type DescriptorWriter = (machine: Machine, address: number, resource: AssignedResource) => void;

function writeList(
  machine: Machine,
  pool: Pool,
  list: readonly AssignedResource[],
  label: string,
  write: DescriptorWriter,
): { address: number; descriptors: readonly number[] } {
  const { memory } = machine;
  const address = pool.allocate(resourceList.size + list.length * partialResourceDescriptor.size, poolTag("CmRl"), label);
  requireMemory(address, label);
  const full = address + resourceList.fields.List.offset;
  const partial = full + fullResourceDescriptor.fields.PartialResourceList.offset;
  memory.setU32(address, 1);
  memory.setU32(full + fullResourceDescriptor.fields.InterfaceType.offset, pciBus);
  memory.setU16(partial + partialResourceList.fields.Version.offset, 1);
  memory.setU16(partial + partialResourceList.fields.Revision.offset, 1);
  memory.setU32(partial + partialResourceList.fields.Count.offset, list.length);
  const descriptors = list.map((_, i) => partial + partialResourceList.size + i * partialResourceDescriptor.size);
  list.forEach((resource, i) => {
    write(machine, descriptors[i] ?? 0, resource);
  });
  return { address, descriptors };
}

function header({ memory }: Machine, address: number, type: number, share: number, flags: number): number {
  memory.setU8(address, type);
  memory.setU8(address + partialResourceDescriptor.fields.ShareDisposition.offset, share);
  memory.setU16(address + partialResourceDescriptor.fields.Flags.offset, flags);
  return address + partialResourceDescriptor.fields.u.offset;
}

function writeMemory(machine: Machine, address: number, resource: MemoryResource): void {
  const { memory } = machine;
  const isPort = resource.kind === "port";
  const u = header(machine, address, isPort ? resourceType.port : resourceType.memory, shareDisposition.deviceExclusive, isPort ? portIo : memoryReadWrite);
  memory.setU64(u + genericResource.Start, resource.start);
  memory.setU32(u + genericResource.Length, resource.length);
}

/** DMA resources are the same raw and translated. */
function writeDma(machine: Machine, address: number, { channel, requestLine, width }: DmaResource): void {
  const { memory } = machine;
  const u = header(machine, address, resourceType.dma, shareDisposition.deviceExclusive, dmaV3 | (dmaWidthFlags[width] ?? 0));
  memory.setU32(u + dmaResource.Channel, channel);
  memory.setU32(u + dmaResource.RequestLine, requestLine);
  memory.setU8(u + dmaResource.TransferWidth, dmaWidths[width] ?? 0);
}

function interruptHeader(machine: Machine, address: number, resource: InterruptResource): number {
  const { messageSignaled } = resource;
  const flags = messageSignaled ? interruptFlags.latched | interruptFlags.message : interruptFlags.levelSensitive;
  return header(machine, address, resourceType.interrupt, messageSignaled ? shareDisposition.deviceExclusive : shareDisposition.shared, flags);
}

function writeRaw(machine: Machine, address: number, resource: AssignedResource): void {
  if (resource.kind !== "interrupt") {
    if (resource.kind === "dma") writeDma(machine, address, resource);
    else writeMemory(machine, address, resource);
    return;
  }
  const { memory } = machine;
  const u = interruptHeader(machine, address, resource);
  if (resource.messageSignaled) memory.setU16(u + messageRawResource.MessageCount, resource.messageCount);
  else memory.setU16(u + interruptResource.Level, resource.rawLevel);
  memory.setU32(u + interruptResource.Vector, resource.rawVector);
  memory.setU32(u + interruptResource.Affinity, allProcessors);
}

function writeTranslated(machine: Machine, address: number, resource: AssignedResource): void {
  if (resource.kind !== "interrupt") {
    if (resource.kind === "dma") writeDma(machine, address, resource);
    else writeMemory(machine, address, resource);
    return;
  }
  const { memory } = machine;
  const u = interruptHeader(machine, address, resource);
  memory.setU16(u + interruptResource.Level, resource.irql);
  memory.setU32(u + interruptResource.Vector, resource.vector);
  memory.setU32(u + interruptResource.Affinity, allProcessors);
}
