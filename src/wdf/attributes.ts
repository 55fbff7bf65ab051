// SPDX-License-Identifier: MIT
/** WDF_OBJECT_ATTRIBUTES: reading and validation, in the order of the KMDF source (fxvalidatefunctions.cpp). */
import type { WdfFramework } from "./framework.ts";
import { WDF_OBJECT_ATTRIBUTES, WDF_OBJECT_CONTEXT_TYPE_INFO, executionLevel, synchronizationScope } from "./object-structs.ts";
import { status } from "./status.ts";
import { StructView } from "./struct-view.ts";

/** A context type as WDF_DECLARE_CONTEXT_TYPE made it. */
export interface ContextType {
  readonly name: string;
  /** Bytes to allocate; ContextSizeOverride considered. */
  readonly size: number;
  /** Address that identifies the type. */
  readonly uniqueType: number;
}

export interface ObjectAttributes {
  readonly cleanup: number;
  readonly destroy: number;
  readonly executionLevel: number;
  readonly synchronizationScope: number;
  /** Handle, 0 = none given. */
  readonly parent: number;
  readonly context: ContextType | undefined;
}

/** What an object type lets its creator say. */
export interface AttributeRules {
  readonly parent: boolean;
  readonly level: boolean;
  readonly scope: boolean;
}

/** Neither parent nor level nor scope. */
export const plainRules: AttributeRules = { parent: false, level: false, scope: false };
/** A parent, but neither level nor scope. */
export const parentRules: AttributeRules = { parent: true, level: false, scope: false };

export const noAttributes: ObjectAttributes = {
  cleanup: 0,
  destroy: 0,
  executionLevel: executionLevel.inherit,
  synchronizationScope: synchronizationScope.inherit,
  parent: 0,
  context: undefined,
};

/** The attributes at `address` (0 = WDF_NO_OBJECT_ATTRIBUTES), or the NTSTATUS that refuses them. */
export function readAttributes(framework: WdfFramework, address: number, rules: AttributeRules): ObjectAttributes | number {
  if (address === 0) return noAttributes;
  const { memory } = framework.machine;
  const view = new StructView(memory, WDF_OBJECT_ATTRIBUTES, address);
  if (view.get("Size") !== WDF_OBJECT_ATTRIBUTES.size) return status.infoLengthMismatch;
  const context = readContextType(framework, view.get("ContextTypeInfo"), view.get("ContextSizeOverride"));
  if (typeof context === "number") return context;
  if (!rules.parent && view.get("ParentObject") !== 0) return status.wdfParentAssignmentNotAllowed;
  const level = view.get("ExecutionLevel");
  const scope = view.get("SynchronizationScope");
  if (level < executionLevel.inherit || level > executionLevel.dispatch) return status.wdfObjectAttributesInvalid;
  if (scope < synchronizationScope.inherit || scope > synchronizationScope.none) return status.wdfObjectAttributesInvalid;
  if (!rules.scope && scope !== synchronizationScope.inherit && scope !== synchronizationScope.none) return status.wdfSynchronizationScopeInvalid;
  if (!rules.level && level !== executionLevel.inherit) return status.wdfExecutionLevelInvalid;
  return {
    cleanup: view.get("EvtCleanupCallback"),
    destroy: view.get("EvtDestroyCallback"),
    executionLevel: level,
    synchronizationScope: scope,
    parent: view.get("ParentObject"),
    context,
  };
}

function readContextType(framework: WdfFramework, typeInfo: number, override: number): ContextType | number | undefined {
  if (typeInfo === 0) return override === 0 ? undefined : status.wdfObjectAttributesInvalid;
  const { memory } = framework.machine;
  const view = new StructView(memory, WDF_OBJECT_CONTEXT_TYPE_INFO, typeInfo);
  if (view.get("Size") !== WDF_OBJECT_CONTEXT_TYPE_INFO.size) return status.infoLengthMismatch;
  const size = view.get("ContextSize");
  const name = view.get("ContextName");
  if (size > 0 && name === 0) return status.wdfObjectAttributesInvalid;
  if (override !== 0 && override < size) return status.wdfObjectAttributesInvalid;
  // EvtDriverGetUniqueContextType would give the type of another module; within one driver image UniqueType is it.
  const unique = view.get("UniqueType");
  return { name: name === 0 ? "" : memory.cString(name), size: override === 0 ? size : override, uniqueType: unique === 0 ? typeInfo >>> 0 : unique };
}
