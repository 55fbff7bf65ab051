// SPDX-License-Identifier: MIT
/**
 * Hardware resources of the PCI function as CM_RESOURCE_LIST data, raw and translated, in the order the PCI bus driver reports them: BARs, then
 * interrupts ("Using Interrupt Resource Descriptors" of the WDK).
 */
import { struct, union } from "../base/index.ts";
import type { Machine } from "../machine/index.ts";

const generic = struct("u.Generic", { Start: "i64", Length: "u32" });
const interrupt = struct("u.Interrupt", { Level: "u16", Group: "u16", Vector: "u32", Affinity: "u32" });
/** Raw half: Group, MessageCount, Vector, Affinity; the translated half is `interrupt`. */
const messageRaw = struct("u.MessageInterrupt.Raw", { Group: "u16", MessageCount: "u16", Vector: "u32", Affinity: "u32" });

/** CM_PARTIAL_RESOURCE_DESCRIPTOR is packed to 4 bytes in wdm.h: Type, ShareDisposition, Flags, then the union at offset 4. */
export const partialResourceDescriptor = {
  name: "CM_PARTIAL_RESOURCE_DESCRIPTOR",
  size: 16,
  Type: 0,
  ShareDisposition: 1,
  Flags: 2,
  u: 4,
} as const;
void union;
void generic;
void interrupt;
void messageRaw;

export const resourceType = { port: 1, interrupt: 2, memory: 3 } as const;
export const shareDisposition = { deviceExclusive: 1, driverExclusive: 2, shared: 3 } as const;
export const interruptFlags = { levelSensitive: 0, latched: 1, message: 2 } as const;

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
  readonly rawLevel: number;
  readonly rawVector: number;
  /** Translated: DIRQL. */
  readonly irql: number;
  /** Translated vector (of the first message). */
  readonly vector: number;
}

export type AssignedResource = MemoryResource | InterruptResource;

export interface AssignedResources {
  readonly list: readonly AssignedResource[];
  /** Guest addresses of CM_PARTIAL_RESOURCE_DESCRIPTOR arrays, one entry each of `list`. */
  readonly rawDescriptors: readonly number[];
  readonly translatedDescriptors: readonly number[];
  /** Guest addresses of the CM_RESOURCE_LIST structures. */
  readonly rawList: number;
  readonly translatedList: number;
}

/** The resources of the PCI function. */
export function resourcesOf(machine: Machine): readonly AssignedResource[] {
  const { device } = machine;
  const list: AssignedResource[] = device.bars
    .filter(({ definition }) => definition.size > 0)
    .map((bar) => ({ kind: bar.definition.kind === "io" ? "port" : "memory", bar: bar.index, start: bar.base, length: bar.definition.size }));
  const [first] = device.vectors;
  if (first !== undefined) {
    list.push({
      kind: "interrupt",
      messageSignaled: device.usesMessages,
      messageCount: device.usesMessages ? device.vectors.length : 1,
      firstVector: 0,
      rawLevel: device.usesMessages ? 0xffff : first.vector & 0x0f,
      rawVector: device.usesMessages ? 0xffff_fffe : first.vector & 0x0f,
      irql: first.irql,
      vector: first.vector,
    });
  }
  return list;
}
