// SPDX-License-Identifier: MIT
/** Events with names: IoCreateNotificationEvent and IoCreateSynchronizationEvent, and waits on handles. */
import { type Blocking, type Machine, passiveLevel } from "../machine/index.ts";
import { ntStatus } from "../protocol/index.ts";
import type { ApiTable } from "./api-table.ts";
import type { Checks } from "./checks.ts";
import { keventLayout, objectType } from "./dispatcher-layout.ts";
import type { DispatcherObjects } from "./dispatcher-objects.ts";
import { unicodeString } from "./irp-layout.ts";
import type { KernelHandles } from "./kernel-handles.ts";
import type { Pool } from "./pool.ts";
import { poolTag } from "./pool-heap.ts";
import type { Waits } from "./waits.ts";

interface NamedEvent {
  readonly object: number;
  handles: number;
}

export interface NamedEventParts {
  readonly machine: Machine;
  readonly checks: Checks;
  readonly pool: Pool;
  readonly objects: DispatcherObjects;
  readonly handles: KernelHandles;
  readonly waits: Waits;
}

export class NamedEvents {
  readonly #parts: NamedEventParts;
  readonly #events = new Map<string, NamedEvent>();

  constructor(parts: NamedEventParts) {
    this.#parts = parts;
  }

  api(): ApiTable {
    return {
      IoCreateNotificationEvent: (name: number, handle: number) =>
        this.#create("IoCreateNotificationEvent", name >>> 0, handle >>> 0, objectType.notificationEvent),
      IoCreateSynchronizationEvent: (name: number, handle: number) =>
        this.#create("IoCreateSynchronizationEvent", name >>> 0, handle >>> 0, objectType.synchronizationEvent),
      ZwWaitForSingleObject: (handle: number, _alertable: number, timeout: number) => this.#wait(handle >>> 0, timeout >>> 0),
    };
  }

  /** The event of this name, made signaled when there is none yet. Returns its KEVENT. */
  #create(routine: string, name: number, out: number, type: number): number {
    const { machine, checks, pool, objects, handles } = this.#parts;
    const { memory } = machine;
    checks.irqlAtMost(routine, passiveLevel);
    const length = memory.u16(name + unicodeString.fields.Length.offset) >> 1;
    const text = memory.wideString(memory.u32(name + unicodeString.fields.Buffer.offset), length).toUpperCase();
    let event = this.#events.get(text);
    if (event === undefined) {
      const object = pool.allocate(keventLayout.size, poolTag("Even"), "named event");
      if (object === 0) return 0;
      objects.initialize(object, type, 1);
      event = { object, handles: 0 };
      this.#events.set(text, event);
    }
    const made = event;
    made.handles++;
    const onClose = (): void => {
      if (--made.handles > 0) return;
      this.#events.delete(text);
      pool.free(made.object);
    };
    memory.setU32(out, handles.add({ type: "Event", object: made.object, onClose }));
    return made.object;
  }

  *#wait(handle: number, timeout: number): Blocking<number> {
    const { checks, handles, waits } = this.#parts;
    checks.irqlAtMost("ZwWaitForSingleObject", passiveLevel);
    const found = handles.get(handle);
    if (found === undefined) {
      checks.argument("ZwWaitForSingleObject", `${checks.whatIsAt(handle)} is not an open handle`);
      return ntStatus.STATUS_INVALID_HANDLE;
    }
    if (found.object === 0) return ntStatus.STATUS_OBJECT_TYPE_MISMATCH;
    return yield* waits.waitForObject("ZwWaitForSingleObject", found.object, timeout);
  }
}
