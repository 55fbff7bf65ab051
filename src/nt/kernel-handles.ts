// SPDX-License-Identifier: MIT
/** Handles of the System process: what they stand for, ObReferenceObjectByHandle and ZwClose. */
import { hex } from "../base/index.ts";
import { type Machine, passiveLevel } from "../machine/index.ts";
import { ntStatus } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";

/** What a handle stands for. */
export interface KernelHandle {
  /** Name of its object type: `Thread`, `Key`. */
  readonly type: string;
  /** Address of the object's body; 0 for types that drivers only know by handle. */
  readonly object: number;
  /** The handle was closed. */
  readonly onClose?: () => void;
}

/** Kernel handles have the top bit set. */
const firstHandle = 0x8000_0100;
/** Pseudo-handle of the current thread (NtCurrentThread, ZwCurrentThread). */
const currentThread = 0xffff_fffe;

export class KernelHandles {
  readonly #machine: Machine;
  readonly #checks: Checks;
  readonly #handles = new Map<number, KernelHandle>();
  #next = firstHandle;
  /** Adds a reference to the object, for the driver. */
  onReference: (object: number) => void = () => undefined;
  /** Object of the thread that runs. */
  currentThread: () => number = () => 0;

  constructor(machine: Machine, checks: Checks) {
    this.#machine = machine;
    this.#checks = checks;
  }

  /** Handles are not used again, so that a stale one is always found. */
  add(handle: KernelHandle): number {
    const value = this.#next;
    this.#next += 4;
    this.#handles.set(value, handle);
    return value;
  }

  get(handle: number): KernelHandle | undefined {
    return this.#handles.get(handle >>> 0);
  }

  /** Open handles of a type. */
  open(type: string): readonly (readonly [handle: number, of: KernelHandle])[] {
    return [...this.#handles].filter(([, of]) => of.type === type);
  }

  api(): ApiTable {
    return {
      ZwClose: (handle: number) => this.#close(handle >>> 0),
      ObReferenceObjectByHandle: (handle: number, _access: number, type: number, _mode: number, object: number) =>
        this.#reference("ObReferenceObjectByHandle", handle >>> 0, type >>> 0, object >>> 0),
      ObReferenceObjectByHandleWithTag: (handle: number, _access: number, type: number, _mode: number, _tag: number, object: number) =>
        this.#reference("ObReferenceObjectByHandleWithTag", handle >>> 0, type >>> 0, object >>> 0),
    };
  }

  #close(handle: number): number {
    this.#checks.irqlAtMost("ZwClose", passiveLevel);
    const found = this.#handles.get(handle);
    if (found !== undefined) {
      this.#handles.delete(handle);
      found.onClose?.();
      return ntStatus.STATUS_SUCCESS;
    }
    this.#checks.argument(
      "ZwClose",
      `${this.#checks.whatIsAt(handle)} is not an open handle`,
      "A handle is closed once; Driver Verifier reports an invalid kernel handle as bug check 0xC4.",
    );
    return ntStatus.STATUS_INVALID_HANDLE;
  }

  /** `type` is the value of PsThreadType and the like, or 0 for any. */
  #reference(routine: string, handle: number, type: number, out: number): number {
    const { memory } = this.#machine;
    this.#checks.irqlAtMost(routine, passiveLevel);
    const found = handle === currentThread ? { type: "Thread", object: this.currentThread() } : this.#handles.get(handle);
    if (found === undefined) {
      this.#checks.argument(routine, `${hex(handle, 8)} is not an open handle`, "Reference the object while its handle is open.");
      memory.setU32(out, 0);
      return ntStatus.STATUS_INVALID_HANDLE;
    }
    if (found.object === 0 || (type !== 0 && this.#typeName(type) !== found.type)) {
      memory.setU32(out, 0);
      return ntStatus.STATUS_OBJECT_TYPE_MISMATCH;
    }
    this.onReference(found.object);
    memory.setU32(out, found.object);
    return ntStatus.STATUS_SUCCESS;
  }

  /** The runtime object's OBJECT_TYPE holds a pointer to the name. */
  #typeName(type: number): string {
    const { memory } = this.#machine;
    return memory.wideString(memory.u32(type));
  }
}
