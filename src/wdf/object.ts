// SPDX-License-Identifier: MIT
/**
 * Base of all framework objects: handle, parent and children, references, contexts in driver memory, cleanup and destroy callbacks and the
 * deletion algorithm (kmdf fxobject.cpp, fxobjectstatemachine.cpp): children before the parent, dispose before cleanup, memory last.
 */
import { hex } from "../base/index.ts";
import { passiveLevel } from "../machine/index.ts";
import type { FieldView, ObjectOrigin, ObjectView } from "../protocol/index.ts";
import { type ContextType, type ObjectAttributes, noAttributes } from "./attributes.ts";
import type { WdfFramework } from "./framework.ts";
import { status } from "./status.ts";
import type { WdfType } from "./type-table.ts";

export interface ObjectContext {
  readonly type: ContextType;
  /** Address in driver memory; 0 for a context of 0 bytes. */
  readonly address: number;
  cleanup: number;
  destroy: number;
}

/** `created` → `disposing` (children and the object itself let go) → `disposed` → `destroyed` (memory freed). */
export type ObjectState = "created" | "disposing" | "disposed" | "destroyed";

export class WdfObject {
  readonly framework: WdfFramework;
  readonly type: WdfType;
  readonly handle: number;
  /** Id in trace and views; a request shares that of its IRP. */
  readonly id: number;
  readonly parent: WdfObject | undefined;
  readonly attributes: ObjectAttributes;
  readonly contexts: ObjectContext[] = [];
  /** For views: the call of the driver that created it, and when. */
  readonly #created: ObjectOrigin;
  readonly #children: WdfObject[] = [];
  /** The framework's own reference is 1. */
  #references = 1;
  #state: ObjectState = "created";
  #isDeleteRequested = false;
  /** Callbacks of the object itself; a context has its own. */
  #cleanup: number;
  #destroy: number;
  /** Why WdfObjectDelete refuses this object; undefined when it does not. */
  undeletable: string | undefined;
  /** Disposal waits or touches pageable state and is moved to PASSIVE_LEVEL. */
  readonly disposesAtPassive: boolean = false;

  constructor(framework: WdfFramework, type: WdfType, parent: WdfObject | undefined, attributes: ObjectAttributes = noAttributes, id?: number) {
    this.framework = framework;
    this.type = type;
    this.parent = parent;
    this.attributes = attributes;
    this.id = id ?? framework.nt.objectIds.next();
    this.handle = framework.handles.add(this);
    if (parent !== undefined) parent.#children.push(this);
    this.#cleanup = attributes.cleanup;
    this.#destroy = attributes.destroy;
    const { trace, guest, clock } = framework.machine;
    const offset = guest.topFrame?.()?.offset;
    this.#created = { position: clock.statement, ...(offset === undefined ? {} : { offset }) };
    trace.instant("objectCreated", this.id, 0, trace.text(type), this.handle, parent?.id ?? 0);
  }

  get children(): readonly WdfObject[] {
    return this.#children;
  }
  get references(): number {
    return this.#references;
  }
  get lifeState(): ObjectState {
    return this.#state;
  }
  /** WdfObjectDelete was called, or the parent is going away. */
  get isDeleting(): boolean {
    return this.#isDeleteRequested || this.#state !== "created";
  }

  /**
   * Last step of a creation: allocates the context the attributes ask for. On failure the object vanishes without callbacks and the status
   * is returned.
   */
  commit(): number {
    const { context } = this.attributes;
    if (context === undefined) return status.success;
    const result = this.addContext(context, 0, 0);
    if (typeof result !== "number") return status.success;
    this.discard();
    return result;
  }

  /** Adds a zero-filled context; an NTSTATUS when there is no memory. */
  addContext(type: ContextType, cleanup: number, destroy: number): ObjectContext | number {
    const address =
      type.size === 0
        ? 0
        : this.framework.nt.pool.allocate(type.size, this.framework.poolTag, `${type.name} of ${this.type} ${hex(this.handle, 8)}`, { zero: true });
    if (type.size > 0 && address === 0) return status.insufficientResources;
    const context = { type, address, cleanup, destroy };
    this.contexts.push(context);
    return context;
  }

  contextOf(uniqueType: number): ObjectContext | undefined {
    return this.contexts.find(({ type }) => type.uniqueType === uniqueType);
  }

  /** Nearest object of class `of`, this one included, going up the parents. */
  ancestor<T extends WdfObject>(of: abstract new (...args: never[]) => T): T | undefined {
    if (this instanceof of) return this;
    return this.parent?.ancestor(of);
  }

  reference(): void {
    this.#references++;
  }

  /** Drops a reference; the last one destroys the object. Bug check 7 when a live object loses its last reference. */
  dereference(): void {
    if (this.#references === 1 && this.#state === "created") {
      this.framework.bugCheck(7, this.handle, this.handle, {
        rule: "obj-dereference-as-delete",
        message: `The last reference of ${this.type} ${hex(this.handle, 8)} was dropped without deleting the object`,
        explanation: "WdfObjectDereference only undoes WdfObjectReference. An object ends with WdfObjectDelete or with its parent.",
        objectId: this.id,
      });
    }
    if (--this.#references === 0) this.#free();
  }

  /** WdfObjectDelete, and what the framework does with objects it ends itself. A second deletion has no effect. */
  delete(): void {
    if (this.isDeleting) return;
    this.#isDeleteRequested = true;
    if (this.framework.machine.cpu.irql > passiveLevel && this.#subtreeDisposesAtPassive()) {
      this.framework.runPassive(`disposal of ${this.type} ${hex(this.handle, 8)}`, () => this.#disposeAndDestroy());
      return;
    }
    this.#disposeAndDestroy();
  }

  /** Ends an object whose first half, `disposeTree`, has run separately (requests: before their IRP is completed). */
  finishDelete(): void {
    this.#isDeleteRequested = true;
    this.#disposeAndDestroy();
  }

  /** A creation failed after the object existed: it goes without cleanup and destroy callbacks. */
  discard(): void {
    this.suppressCallbacks();
    this.delete();
  }

  /** The client never knew this object; its callbacks will not be called. */
  suppressCallbacks(): void {
    this.#cleanup = 0;
    this.#destroy = 0;
    for (const context of this.contexts) {
      context.cleanup = 0;
      context.destroy = 0;
    }
  }

  /** First half of the deletion: children, own dispose, cleanup callbacks. The object's memory stays. */
  disposeTree(): void {
    if (this.#state !== "created") return;
    this.#state = "disposing";
    this.disposeChildren();
    this.dispose();
    this.#runCleanup();
    this.#state = "disposed";
  }

  disposeChildren(): void {
    for (const child of this.#children.slice()) child.disposeTree();
  }

  /** Second half: gives up the children and the framework's own reference. */
  destroyTree(): void {
    for (const child of this.#children.splice(0)) child.destroyTree();
    this.dereference();
  }

  /** What this type lets go when it is deleted, after its children and before its cleanup callbacks. */
  protected dispose(): void {}

  /** The memory is freed; for types that keep something until then. */
  protected destroyed(): void {}

  /** One line for trees and messages. */
  label(): string {
    return this.attributes.context?.name ?? this.type;
  }

  /** Fields beyond those every object has. */
  fields(): FieldView[] {
    return [];
  }

  view(): ObjectView {
    const common: FieldView[] = [
      { name: "Handle", value: hex(this.handle, 8) },
      { name: "State", value: this.#isDeleteRequested && this.#state === "created" ? "delete pending" : this.#state },
      { name: "References", value: String(this.#references) },
    ];
    if (this.parent !== undefined) common.push({ name: "Parent", value: `${this.parent.type} ${hex(this.parent.handle, 8)}`, objectId: this.parent.id });
    if (this.#cleanup !== 0) common.push({ name: "EvtCleanupCallback", value: hex(this.#cleanup) });
    if (this.#destroy !== 0) common.push({ name: "EvtDestroyCallback", value: hex(this.#destroy) });
    return {
      id: this.id,
      type: this.type,
      label: this.label(),
      handle: this.handle,
      fields: [...common, ...this.fields()],
      children: this.#children.map((child) => child.view()),
      contexts: this.contexts.map(({ type, address }) => ({ typeName: type.name, address, size: type.size })),
      created: this.#created,
    };
  }

  #disposeAndDestroy(): void {
    this.disposeTree();
    if (this.parent !== undefined) this.parent.#forget(this);
    this.destroyTree();
  }

  #forget(child: WdfObject): void {
    const index = this.#children.indexOf(child);
    if (index >= 0) this.#children.splice(index, 1);
  }

  #subtreeDisposesAtPassive(): boolean {
    return this.disposesAtPassive || this.#children.some((child) => child.#subtreeDisposesAtPassive());
  }

  #runCleanup(): void {
    this.#callOnce("EvtCleanupCallback", this.#cleanup);
    this.#cleanup = 0;
    for (const context of this.contexts) {
      this.#callOnce("EvtCleanupCallback", context.cleanup);
      context.cleanup = 0;
    }
  }

  #free(): void {
    if (this.#state === "created" || this.#state === "disposing") this.#runCleanup();
    this.#callOnce("EvtDestroyCallback", this.#destroy);
    this.#destroy = 0;
    for (const context of this.contexts) {
      this.#callOnce("EvtDestroyCallback", context.destroy);
      context.destroy = 0;
      if (context.address !== 0) this.framework.nt.pool.free(context.address, this.framework.poolTag);
    }
    this.destroyed();
    this.#state = "destroyed";
    this.framework.handles.remove(this);
    const { trace } = this.framework.machine;
    trace.instant("objectDeleted", this.id, 0, trace.text(this.type));
  }

  #callOnce(name: string, target: number): void {
    if (target !== 0) this.framework.callback(name, target, [this.handle], { objectId: this.id });
  }
}
