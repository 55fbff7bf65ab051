// SPDX-License-Identifier: MIT
/** AutomaticSerialization of timers, DPCs, work items and interrupts with the callbacks of the device or queue above them (fxobject.cpp). */
import type { CallbackLock } from "./callback-lock.ts";
import { WdfDevice } from "./device.ts";
import type { WdfObject } from "./object.ts";
import { executionLevel, synchronizationScope } from "./object-structs.ts";
import { WdfQueue } from "./queue.ts";

export interface Serialization {
  /** Lock to run callbacks under; undefined with scope None. */
  readonly lock: CallbackLock | undefined;
  readonly executionLevel: number;
  readonly owner: WdfDevice | WdfQueue;
}

/** What callbacks below `parent` serialize with: the nearest queue or device. */
export function serializationOf(parent: WdfObject): Serialization | undefined {
  const owner = parent.ancestor(WdfQueue) ?? parent.ancestor(WdfDevice);
  if (owner === undefined) return undefined;
  const { synchronizationScope: scope } = owner;
  const isSerialized = owner instanceof WdfQueue ? scope !== synchronizationScope.none : scope === synchronizationScope.device;
  return { lock: isSerialized ? owner.presentationLock : undefined, executionLevel: owner.executionLevel, owner };
}

/**
 * Whether a callback at PASSIVE_LEVEL (`isPassive`) or DISPATCH_LEVEL cannot be serialized with its parent's callbacks; reported when so. The
 * creation then fails with STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL.
 */
export function isLevelConflict(parent: WdfObject, callback: string, isPassive: boolean): boolean {
  const serialization = serializationOf(parent);
  if (serialization === undefined) return false;
  const { owner, lock } = serialization;
  const isOwnerPassive = serialization.executionLevel === executionLevel.passive;
  if (isPassive ? isOwnerPassive || lock === undefined : !isOwnerPassive) return false;
  owner.framework.breakpoint({
    rule: "autoserial-execution-level",
    message: `${owner.framework.apiName()}: ${callback} cannot be serialized with the callbacks of ${owner.framework.name(owner)}, whose execution level is ${isOwnerPassive ? "Passive" : "Dispatch"} (STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL)`,
    explanation:
      "With AutomaticSerialization, callbacks at DISPATCH_LEVEL need a parent of execution level Dispatch and callbacks at PASSIVE_LEVEL one of execution level Passive. Set AutomaticSerialization to FALSE or change the execution level.",
    objectId: owner.id,
  });
  return true;
}
