// SPDX-License-Identifier: MIT
/** What the PnP manager drives: the function device, and around it, in the right order, the children of a bus ("Device Tree" of the WDK). */
import type { AssignedResources, DevicePower, PnpDriverStack, PnpSequence, PowerCause, SystemSleep } from "../nt/index.ts";
import type { WdfDevice } from "./device.ts";
import { DeviceStack } from "./pnp-sequence.ts";
import { isSuccess } from "./status.ts";

export class BusStack implements PnpDriverStack {
  readonly #device: WdfDevice;
  readonly #own: DeviceStack;

  constructor(device: WdfDevice) {
    this.#device = device;
    this.#own = new DeviceStack(device);
  }

  /** Children come after their parent; after a rebalance those that were stopped start again. */
  *start(resources: AssignedResources): PnpSequence {
    const result = yield* this.#own.start(resources);
    if (!isSuccess(result)) return result;
    yield* this.#device.bus.restart();
    yield* this.#device.bus.start();
    return result;
  }

  /** Children leave D0 before their parent. */
  *powerDown(target: Exclude<DevicePower, "D0">, cause: PowerCause): PnpSequence {
    yield* this.#device.bus.powerDown(target);
    return yield* this.#own.powerDown(target, cause);
  }

  *powerUp(): PnpSequence {
    const result = yield* this.#own.powerUp();
    if (isSuccess(result)) yield* this.#device.bus.powerUp();
    return result;
  }

  *sleep(state: SystemSleep): PnpSequence {
    yield* this.#device.bus.powerDown("D3");
    return yield* this.#own.sleep(state);
  }

  *resume(): PnpSequence {
    const result = yield* this.#own.resume();
    if (isSuccess(result) && this.#device.powerState === "D0") yield* this.#device.bus.powerUp();
    return result;
  }

  *queryRemove(): PnpSequence {
    const children = yield* this.#device.bus.queryRemove();
    return isSuccess(children) ? yield* this.#own.queryRemove() : children;
  }

  *remove(): PnpSequence {
    yield* this.#device.bus.removeAll(false);
    return yield* this.#own.remove();
  }

  *surpriseRemove(): PnpSequence {
    yield* this.#device.bus.removeAll(true);
    return yield* this.#own.surpriseRemove();
  }

  *stop(): PnpSequence {
    const children = yield* this.#device.bus.stop();
    return isSuccess(children) ? yield* this.#own.stop() : children;
  }
}
