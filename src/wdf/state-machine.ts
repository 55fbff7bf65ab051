// SPDX-License-Identifier: MIT
/**
 * One of the three state machines of a device as its driver sees it: the current state, and the notifications of WdfDeviceInitRegister…StateChangeCallback
 * (kmdf pnpstatemachine.cpp, PnpEnterNewState and its like). What happens in a state is elsewhere; it enters the states in their order.
 */
import type { WdfDevice } from "./device.ts";
import { notPageableNumbers } from "./device-states.ts";
import { struct } from "../base/index.ts";
import { StructView } from "./struct-view.ts";

export type MachineKind = "pnp" | "power" | "powerPolicy";

/** WDF_STATE_NOTIFICATION_TYPE. */
export const stateNotification = { enter: 1, postProcess: 2, leave: 4, all: 7 } as const;

/** WDF_DEVICE_PNP_NOTIFICATION_DATA, and the structures of the other machines, which look the same. */
const notificationData = struct("WDF_DEVICE_PNP_NOTIFICATION_DATA", { Type: "u32", CurrentState: "u32", NewState: "u32" });
const callbackNames: Readonly<Record<MachineKind, string>> = {
  pnp: "EvtDevicePnpStateChangeNotification",
  power: "EvtDevicePowerStateChangeNotification",
  powerPolicy: "EvtDevicePowerPolicyStateChangeNotification",
};
/** WdfDevStateNormalize: without the mark of states that are not pageable. */
export const normalizeState = (state: number): number => state & 0x7fff;

export class StateMachine<Name extends string> {
  readonly #device: WdfDevice;
  readonly #kind: MachineKind;
  readonly #numbers: Readonly<Record<Name, number>>;
  #state: Name;
  /** The state's function has run. */
  #isProcessed = true;

  constructor(device: WdfDevice, kind: MachineKind, numbers: Readonly<Record<Name, number>>, initial: Name) {
    this.#device = device;
    this.#kind = kind;
    this.#numbers = numbers;
    this.#state = initial;
  }

  get state(): Name {
    return this.#state;
  }

  /** As the API gives it: states of a device that is not power pageable have numbers of their own. */
  get number(): number {
    return this.#numberOf(this.#state);
  }

  is(...names: readonly Name[]): boolean {
    return names.includes(this.#state);
  }

  /** Goes through states, one after the other; in the last one the caller does what belongs to it. */
  enter(...names: readonly Name[]): void {
    for (const name of names) {
      this.settle();
      const [from, to] = [this.#state, name];
      this.#notify(from, stateNotification.leave, from, to);
      this.#notify(to, stateNotification.enter, from, to);
      this.#state = name;
      this.#isProcessed = false;
    }
  }

  /** What belongs to the state is done, and the machine waits for an event or goes on. */
  settle(): void {
    if (this.#isProcessed) return;
    this.#isProcessed = true;
    this.#notify(this.#state, stateNotification.postProcess, this.#state, undefined);
  }

  #numberOf(name: Name): number {
    const number = this.#numbers[name];
    return this.#device.init.isPowerPageable ? number : (notPageableNumbers.get(name) ?? number);
  }

  #notify(of: Name, type: number, current: Name, next: Name | undefined): void {
    const { framework, init, handle } = this.#device;
    for (const { machine, state, callback, types } of init.stateCallbacks) {
      if (machine !== this.#kind || (types & type) === 0 || normalizeState(state) !== normalizeState(this.#numberOf(of))) continue;
      const address = framework.nt.pool.allocate(notificationData.size, framework.poolTag, "state notification", { zero: true });
      if (address === 0) return;
      const view = new StructView(framework.machine.memory, notificationData, address);
      view.set("Type", type);
      view.set("CurrentState", this.#numberOf(current));
      if (next !== undefined) view.set("NewState", this.#numberOf(next));
      framework.callback(callbackNames[this.#kind], callback, [handle, address], { kind: "kernel", label: "state change", objectId: this.#device.id });
      framework.nt.pool.free(address, framework.poolTag);
    }
  }
}
