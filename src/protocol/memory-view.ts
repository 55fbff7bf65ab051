// SPDX-License-Identifier: MIT
/** What is known about bytes of memory: whose they are, whether a device may touch them, and who wrote them last. */
import type { Accessor, DeviceAccess } from "./watch.ts";

/** `bar0` to `bar5` are the device's own memory. */
export type AddressSpace = "virtual" | "physical" | "logical" | `bar${0 | 1 | 2 | 3 | 4 | 5}`;

export type MemoryOwnerKind = "image" | "stack" | "pool" | "commonBuffer" | "userBuffer" | "pages" | "device" | "nothing";

/** Who has a stretch of virtual addresses. */
export interface MemoryOwner {
  readonly kind: MemoryOwnerKind;
  /** e.g. `nonpaged pool block`, `data buffer of read request 12`. */
  readonly text: string;
  /** The stretch, [start, end). */
  readonly start: number;
  readonly end: number;
  /** Pool: its four characters. */
  readonly tag?: string;
  /** Statement numbers. */
  readonly allocatedAt?: number;
  readonly freedAt?: number;
  /** Where in the driver it was allocated. */
  readonly allocatedBy?: { readonly functionIndex: number; readonly offset: number };
}

/** Who may touch a byte: the processor; the device too (`mapped`), which has begun to (`inFlight`) or sees a copy (`bounced`); or nobody. */
export type MemoryState = "processor" | "mapped" | "inFlight" | "bounced" | "freed" | "inaccessible";

/** A mapping through which the device sees the bytes. */
export interface DeviceMappingView {
  /** Of the first byte of the run. */
  readonly logical: bigint;
  readonly direction: "toDevice" | "fromDevice" | "both";
  readonly isBounced: boolean;
  readonly label: string;
  readonly objectId: number;
}

/** Bytes that have everything in common. */
export interface MemoryRun {
  /** Virtual address. */
  readonly address: number;
  readonly length: number;
  /** Of the first byte; the run ends where it does not go on. */
  readonly physical?: bigint;
  readonly state: MemoryState;
  readonly owner: MemoryOwner;
  readonly mappings: readonly DeviceMappingView[];
}

/** A run as clients get it: addresses as text. */
export interface MemoryDescription {
  readonly memoryReference: string;
  readonly virtual?: string;
  readonly physical?: string;
  readonly length: number;
  readonly state: MemoryState;
  readonly owner: Pick<MemoryOwner, "kind" | "text" | "tag" | "allocatedAt" | "freedAt"> & {
    readonly start: string;
    readonly length: number;
    /** Function and line. */
    readonly allocatedBy?: string;
  };
  /** Variable or register that the first byte is part of. */
  readonly symbol?: string;
  readonly mappings: readonly (Omit<DeviceMappingView, "logical"> & { readonly logical: string })[];
  /** All of it in one line. */
  readonly text: string;
  /** Last writes, when they were asked for; bytes that nobody has written are in none. */
  readonly writers?: readonly WriterDescription[];
}

/** A frame on the stack: address of its call record, its function, and the frame base. */
export interface FrameReference {
  readonly record: number;
  readonly functionIndex: number;
  readonly frameBase: number;
}

/** Names a write in the course of a statement: one of those to [address, address + length), counted from 1. */
export interface WriteReference {
  readonly address: number;
  readonly length: number;
  /** Of the function whose variable it is. */
  readonly frame?: FrameReference;
  readonly sequence: number;
}

/** A last write as clients get it; `kmdf/goto` with its `position` and `write` goes to where it has just been done. */
export interface WriterDescription {
  readonly address: string;
  readonly length: number;
  readonly by: Accessor;
  readonly text: string;
  /** Driver code that did or called it. */
  readonly function?: string;
  readonly file?: string;
  readonly line?: number;
  /** What the device wrote to, and for which object. */
  readonly logical?: string;
  readonly objectId?: number;
  readonly position: number;
  readonly write: WriteReference;
  readonly time: number;
}

/** The last write to some bytes. */
export interface MemoryWriter {
  readonly address: number;
  readonly length: number;
  readonly by: Accessor;
  /** The routine that did it, when a driver called one. */
  readonly routine?: string;
  readonly device?: DeviceAccess;
  /** Driver code that did or called it. */
  readonly location?: { readonly functionIndex: number; readonly offset: number };
  /** Statement number to travel to, and which write to the bytes that were asked about it is among those of the statement. */
  readonly position: number;
  readonly sequence: number;
  /** Virtual ns. */
  readonly time: number;
}
