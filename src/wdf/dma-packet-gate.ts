// SPDX-License-Identifier: MIT
/** The device-wide gate of version 2 packet transactions: one at a time for each WDFDEVICE, whatever the enabler (kmdf fxdevice.hpp). */
import type { WdfObject } from "./object.ts";

export class PacketGates {
  /** Holder by device. */
  readonly #holders = new Map<WdfObject, WdfObject>();

  /** False when another transaction holds the gate of `device`. */
  take(device: WdfObject, transaction: WdfObject): boolean {
    if (this.#holders.has(device)) return false;
    this.#holders.set(device, transaction);
    return true;
  }

  /** Transaction that holds the gate. */
  holder(device: WdfObject): WdfObject | undefined {
    return this.#holders.get(device);
  }

  /** Gives the gate back, if `transaction` holds it. */
  release(device: WdfObject, transaction: WdfObject): void {
    if (this.#holders.get(device) === transaction) this.#holders.delete(device);
  }
}
