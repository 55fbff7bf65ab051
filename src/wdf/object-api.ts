// SPDX-License-Identifier: MIT
/** WdfObject*: functions for every object type (wdfobject.h). */
import { hex } from "../base/index.ts";
import type { ApiTable } from "../nt/index.ts";
import { parentRules, readAttributes } from "./attributes.ts";
import type { WdfFramework } from "./framework.ts";
import { lockOf } from "./callback-lock.ts";
import { WdfObject } from "./object.ts";
import { status } from "./status.ts";

export function objectApi(framework: WdfFramework): ApiTable {
  const { memory } = framework.machine;
  const resolve = (handle: number): WdfObject => framework.resolve(handle, WdfObject, "WDFOBJECT");
  return {
    WdfObjectCreate: (attributes: number, object: number) => createGeneral(framework, attributes, object),
    WdfObjectDelete: (handle: number) => {
      deleteByDriver(framework, resolve(handle));
    },
    WdfObjectReferenceActual: (handle: number) => {
      resolve(handle).reference();
    },
    WdfObjectDereferenceActual: (handle: number) => {
      resolve(handle).dereference();
    },
    WdfObjectGetTypedContextWorker: (handle: number, typeInfo: number) => {
      const unique = uniqueType(framework, framework.requirePointer(typeInfo, "TypeInfo"));
      return resolve(handle).contextOf(unique)?.address ?? 0;
    },
    WdfObjectAllocateContext: (handle: number, attributes: number, context: number) => allocateContext(framework, resolve(handle), attributes, context),
    WdfObjectContextGetObject: (context: number) => {
      const address = framework.requirePointer(context, "ContextPointer");
      const owner = framework.handles.all().find(({ contexts }) => contexts.some((entry) => entry.address === address));
      if (owner !== undefined) return owner.handle;
      framework.violation({
        rule: "obj-context-wrong",
        message: `WdfObjectContextGetObject was given ${hex(address, 8)}, which is no object's context (${memory.describe(address) ?? "unknown memory"})`,
        explanation:
          "The framework steps back from the context to its own object header; with another pointer it returns garbage. Pass what WdfObjectGetTypedContext returned.",
        address,
      });
      return 0;
    },
    WdfObjectAcquireLock: (handle: number) => {
      lockOf(resolve(handle)).acquireByDriver();
    },
    WdfObjectReleaseLock: (handle: number) => {
      lockOf(resolve(handle)).releaseByDriver();
    },
    // WdfObjectQuery reports the framework's own internals only to test builds; others get this status.
    WdfObjectQuery: (handle: number) => {
      resolve(handle);
      return status.notFound;
    },
  };
}

function uniqueType(framework: WdfFramework, typeInfo: number): number {
  const unique = framework.machine.memory.u32(typeInfo + 12);
  return unique === 0 ? typeInfo : unique;
}

function createGeneral(framework: WdfFramework, attributesAddress: number, out: number): number {
  framework.requirePointer(out, "Object");
  const attributes = readAttributes(framework, attributesAddress, { parent: true, level: false, scope: false });
  if (typeof attributes === "number") return attributes;
  const parent = attributes.parent === 0 ? framework.driver : framework.resolve(attributes.parent, WdfObject, "WDFOBJECT");
  const object = new WdfObject(framework, "WDFOBJECT (general)", parent, attributes);
  return framework.finishCreate(object, out);
}

function deleteByDriver(framework: WdfFramework, object: WdfObject): void {
  if (object.undeletable !== undefined) {
    framework.breakpoint({
      rule: "obj-delete-not-allowed",
      message: `WdfObjectDelete refuses ${framework.name(object)}: ${object.undeletable} (STATUS_CANNOT_DELETE)`,
      explanation: "The framework deletes this object itself; nothing is deleted by this call.",
      objectId: object.id,
    });
    return;
  }
  if (object.isDeleting) {
    framework.breakpoint({
      rule: "obj-double-delete",
      message: `WdfObjectDelete was called twice for ${framework.name(object)}`,
      explanation: "The object is being deleted already; released drivers survive this only while somebody holds a reference.",
      objectId: object.id,
    });
    return;
  }
  object.delete();
}

function allocateContext(framework: WdfFramework, object: WdfObject, attributesAddress: number, out: number): number {
  const { memory } = framework.machine;
  framework.requirePointer(attributesAddress, "ContextAttributes");
  const attributes = readAttributes(framework, attributesAddress, parentRules);
  if (typeof attributes === "number") return attributes;
  if (attributes.parent !== 0) return status.wdfParentAssignmentNotAllowed;
  if (attributes.context === undefined) return status.objectNameNotFound;
  if (object.isDeleting) return status.deletePending;
  const existing = object.contextOf(attributes.context.uniqueType);
  if (existing !== undefined) {
    if (out !== 0) memory.setU32(out >>> 0, existing.address);
    return status.objectNameExists;
  }
  const context = object.addContext(attributes.context, attributes.cleanup, attributes.destroy);
  if (typeof context === "number") return context;
  if (out !== 0) memory.setU32(out >>> 0, context.address);
  return status.success;
}
