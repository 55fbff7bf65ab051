// SPDX-License-Identifier: MIT
/**
 * The bus side of a device with children: its child lists turned into devices, and what the PnP manager then does with each (start, power, removal). The machine has
 * no function drivers for children: a child's stack is its PDO alone, which the PnP manager starts as it would with a driver on top that passes everything down.
 */
import type { Task } from "../machine/index.ts";
import type { PnpSequence } from "../nt/index.ts";
import { ChildDevice } from "./bus-child.ts";
import type { ChildEntry, WdfChildList } from "./child-list.ts";
import type { WdfDevice } from "./device.ts";
import { isSuccess, status, statusText } from "./status.ts";

/** STATUS_RETRY of EvtChildListCreateDevice: the child is asked for again. */
const statusRetry = 0xc000_022d;

export class Bus {
  readonly #device: WdfDevice;
  /** In order of creation. */
  readonly #children: ChildDevice[] = [];
  /** The static children; created when it is asked for first. */
  staticList: WdfChildList | undefined;
  /** The list of WdfFdoInitSetDefaultChildListConfig. */
  defaultList: WdfChildList | undefined;
  #isEnumerating = false;
  #isInvalid = false;

  constructor(device: WdfDevice) {
    this.#device = device;
  }

  /** Children that exist for the PnP manager. */
  get children(): readonly ChildDevice[] {
    return this.#children;
  }

  /** IoInvalidateDeviceRelations(BusRelations): the PnP manager asks again, once the bus is started. */
  invalidate(): void {
    this.#isInvalid = true;
    if (this.#isEnumerating || this.#device.pnpState !== "Started") return;
    this.#isEnumerating = true;
    this.#device.framework.machine.scheduler.spawn("bus relations", this.#task());
  }

  /** A child is to be ejected: removed as far as the PnP manager goes, ejected by its callback, and gone. */
  eject(device: WdfDevice): void {
    device.framework.machine.scheduler.spawn("device eject", this.#eject(device));
  }

  *#eject(device: WdfDevice): Task {
    const child = this.#children.find((candidate) => candidate.device === device);
    if (child === undefined || !child.isStarted) return;
    const query = yield* child.queryRemove();
    if (!isSuccess(query)) return;
    yield* child.withdraw();
    if (!isSuccess(device.callPdo("EvtDeviceEject", [], "device eject"))) return;
    child.isEjected = true;
    child.entry.list.leave(child.entry);
  }

  *#task(): Task {
    yield* this.#enumerate();
  }

  /** The first question for bus relations, after the start of the bus. */
  *start(): PnpSequence {
    this.#isEnumerating = true;
    yield* this.#enumerate();
    return status.success;
  }

  /** IRP_MN_QUERY_DEVICE_RELATIONS until nothing changes, then the PnP manager's answer: gone children are removed, new ones started. */
  *#enumerate(): PnpSequence {
    const { trace } = this.#device.framework.machine;
    while (this.#isInvalid && this.#device.pnpState === "Started") {
      this.#isInvalid = false;
      const span = trace.begin("power", this.#device.id, 0, trace.text("bus relations"));
      for (const list of this.#device.childLists.slice()) this.#collect(list);
      for (const child of this.#children.filter(({ entry }) => entry.state === "reported")) yield* this.#disappear(child);
      for (const child of this.#children.slice()) yield* child.startFirst();
      trace.end("power", span, trace.text("bus relations"));
    }
    this.#isEnumerating = false;
    return status.success;
  }

  #collect(list: WdfChildList): void {
    for (const entry of list.entries.slice()) {
      if (entry.state === "listed" && !entry.isLeaving) this.#create(list, entry);
      else if (entry.state === "missing") {
        entry.state = "reported";
        const { device } = entry;
        if (device !== undefined) device.callPdo("EvtDeviceReportedMissing", [], "bus relations");
      }
    }
  }

  #create(list: WdfChildList, entry: ChildEntry): void {
    const { framework } = list;
    if (entry.device === undefined) {
      const init = framework.deviceInits.createPdo(this.#device, false, entry);
      const result = framework.callback("EvtChildListCreateDevice", list.config.createDevice, [list.handle, entry.identification, init.id], {
        kind: "kernel",
        label: "bus relations",
        objectId: list.id,
      });
      init.end ??= "EvtChildListCreateDevice returned";
      const { device } = init;
      if (!isSuccess(result) || device === undefined) {
        this.#creationFailed(list, entry, result, device);
        return;
      }
      entry.device = device;
    }
    entry.state = "device";
    this.#children.push(new ChildDevice(entry, entry.device));
  }

  #creationFailed(list: WdfChildList, entry: ChildEntry, result: number, device: WdfDevice | undefined): void {
    const { framework } = list;
    if (isSuccess(result)) {
      framework.breakpoint({
        rule: "child-not-created",
        message: `EvtChildListCreateDevice of ${framework.name(list)} returned ${statusText(result)} without creating a device`,
        explanation: "Create the child with WdfDeviceCreate and the PWDFDEVICE_INIT of the callback, or return the failure. The child is not enumerated.",
        objectId: list.id,
      });
    }
    device?.delete();
    if (result === statusRetry) {
      this.#isInvalid = true;
      return;
    }
    list.drop(entry);
  }

  *#disappear(child: ChildDevice): PnpSequence {
    if (!child.isEjected) yield* child.surpriseRemove();
    yield* child.remove();
    this.#children.splice(this.#children.indexOf(child), 1);
    return status.success;
  }

  /** Every child, one after the other; the first failure is returned, nothing is skipped. */
  *#each(step: (child: ChildDevice) => PnpSequence): PnpSequence {
    let result: number = status.success;
    for (const child of this.#children.slice()) {
      const one = yield* step(child);
      if (isSuccess(result)) result = one;
    }
    return result;
  }

  powerDown(target: "D1" | "D2" | "D3"): PnpSequence {
    return this.#each((child) => child.powerDown(target));
  }
  powerUp(): PnpSequence {
    return this.#each((child) => child.powerUp());
  }
  queryRemove(): PnpSequence {
    return this.#each((child) => child.queryRemove());
  }
  stop(): PnpSequence {
    return this.#each((child) => child.stop());
  }
  restart(): PnpSequence {
    return this.#each((child) => child.start());
  }

  /** The bus goes away, and its children with it. */
  *removeAll(isSurprise: boolean): PnpSequence {
    for (const child of this.#children.splice(0).reverse()) {
      if (isSurprise) yield* child.surpriseRemove();
      yield* child.remove();
    }
    return status.success;
  }
}
