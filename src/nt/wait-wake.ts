// SPDX-License-Identifier: MIT
/**
 * IRP_MN_WAIT_WAKE as the PCI bus driver handles it: at most one is pending; while it is, PME# is enabled; it completes with STATUS_SUCCESS when the
 * function asserts PME#, or with STATUS_CANCELLED ("IRP_MN_WAIT_WAKE" of the WDK).
 */
import type { Machine } from "../machine/index.ts";
import { ntStatus } from "../protocol/index.ts";
import { deviceCapabilities } from "./device-capabilities.ts";

interface PendingWake {
  readonly onDone: (status: number) => void;
  readonly span: number;
}

export class WaitWake {
  readonly #machine: Machine;
  readonly #objectId: () => number;
  #pending: PendingWake | undefined;

  /** `objectId` of the physical device object, for the trace. */
  constructor(machine: Machine, objectId: () => number) {
    this.#machine = machine;
    this.#objectId = objectId;
  }

  get isPending(): boolean {
    return this.#pending !== undefined;
  }

  /**
   * Sends the request. STATUS_PENDING: `onDone` gets its status later. STATUS_NOT_SUPPORTED: the function has no PME#; STATUS_INVALID_DEVICE_STATE: it
   * cannot wake the system from `systemState` (SYSTEM_POWER_STATE); STATUS_DEVICE_BUSY: there is one already.
   */
  send(systemState: number, onDone: (status: number) => void): number {
    const { device, trace } = this.#machine;
    const { SystemWake } = deviceCapabilities(this.#machine);
    if (device.powerManagement === undefined || SystemWake === 0) return ntStatus.STATUS_NOT_SUPPORTED;
    if (systemState > SystemWake) return ntStatus.STATUS_INVALID_DEVICE_STATE;
    if (this.#pending !== undefined) return ntStatus.STATUS_DEVICE_BUSY;
    this.#pending = { onDone, span: trace.begin("power", this.#objectId(), 0, trace.text("IRP_MN_WAIT_WAKE")) };
    device.powerManagement.enable(true);
    return ntStatus.STATUS_PENDING;
  }

  /** IoCancelIrp. False when none is pending. */
  cancel(): boolean {
    return this.#complete(ntStatus.STATUS_CANCELLED);
  }

  /** PME# was asserted. False when nobody waits for it. */
  wake(): boolean {
    return this.#complete(ntStatus.STATUS_SUCCESS);
  }

  #complete(status: number): boolean {
    const pending = this.#pending;
    if (pending === undefined) return false;
    const { device, trace } = this.#machine;
    this.#pending = undefined;
    if (device.isPresent) device.powerManagement?.enable(false);
    trace.end("power", pending.span, trace.text("IRP_MN_WAIT_WAKE"));
    pending.onDone(status);
    return true;
  }
}
